"""A hairline across the screen that shows a share: the decided papers of a date."""

from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

DONE, HALF, LEFT = "━", "╸", "─"


class ProgressLine(Widget):
    """A line whose left part is done, in steps of half a cell."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"progress-line--done"}

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._share = 0.0

    def show(self, share: float) -> None:
        """Show another share, from 0 to 1."""
        if share != self._share:
            self._share = share
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - it has one line
        """The line, exactly as wide as the widget."""
        width = self.size.width
        done, left = halves(self._share, width)
        style = self.rich_style + self.get_component_rich_style("progress-line--done", partial=True)
        return Strip([Segment(done, style), Segment(left, self.rich_style)], width)


def halves(share: float, width: int) -> tuple[str, str]:
    """The done and the open part of a line. Something done shows at least half a cell, something left too."""
    steps = round(share * width * 2)
    if 0 < share < 1:
        steps = min(max(1, steps), 2 * width - 1)
    done = DONE * (steps // 2) + HALF * (steps % 2)
    return done, LEFT * (width - len(done))
