"""Lays out the panes and bars of the triage screen by the grid."""

from collections.abc import Callable

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.layouts.vertical import VerticalLayout
from textual.widget import Widget

from paperreader.ui.presenting.grid import Grid


class PanesLayout(Layout):
    """Gives each widget the region that the grid has for its id; a widget with an empty region is not drawn."""

    name = "panes"

    def __init__(self, grid_of: Callable[[Size], Grid]) -> None:
        self._grid_of = grid_of

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """The placements of the widgets; widgets of Textual, such as tooltips, stand one below the other."""
        parent.pre_layout(self)
        regions = regions_of(self._grid_of(size))
        others = [child for child in children if child.id not in regions]
        placed = [
            WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child, order)
            for order, child in enumerate(children)
            if child.id in regions and (region := regions[child.id])
        ]
        return placed + (VerticalLayout().arrange(parent, others, size, greedy) if others else [])


def regions_of(grid: Grid) -> dict[str, Region]:
    """The region of each widget of the triage screen, by its id."""
    return {
        "header": grid.header,
        "progress": grid.progress,
        "dates": grid.library or grid.overlay,
        "list-title": grid.list_title,
        "papers": grid.papers,
        "abstract": grid.abstract,
        "filter": grid.query,
        "found": grid.found,
        "footer": grid.footer,
        "command-line": grid.footer,
        "search-row": grid.footer,
        "candidates": grid.footer.translate((0, -1)),
    }
