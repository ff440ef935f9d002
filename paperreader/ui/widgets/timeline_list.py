"""The list of what was decided, newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual.strip import Strip

from paperreader.domain.text import Safe
from paperreader.ui.widgets.line_list import LineList, fit

WHEN_CELLS, WHAT_CELLS = 13, 24


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """An action: when, what, about which paper or how many, and from which window."""

    when: Safe
    what: Safe
    about: Safe
    window: Safe
    is_undone: bool = False


class TimelineList(LineList):
    """Actions, each described when it comes into view."""

    def __init__(self, actions: int, describe: Callable[[int], TimelineRow], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._actions, self._describe = actions, describe

    def row_count(self) -> int:
        """How many actions there are."""
        return self._actions

    def row_strips(self, row: int, width: int) -> Sequence[Strip]:
        """When, what and about what; the window on the right where there is room."""
        shown = self._describe(row)
        roles = [self.cursor_role()] if row == self.cursor else ["done" if shown.is_undone else "text"]
        style, remark = self.style_of(*roles), self.style_of(*roles, "remark")
        window = f" {shown.window}" if width >= 70 else ""
        room = width - 1 - WHEN_CELLS - WHAT_CELLS - len(window)
        parts = [
            Segment("▌" if row == self.cursor else " ", self.style_of(*roles, "sign")),
            *fit(shown.when, WHEN_CELLS, remark),
            *fit(shown.what, WHAT_CELLS, style),
            *fit(shown.about, max(0, room), style),
            Segment(window, remark),
        ]
        return [Strip(parts).adjust_cell_length(width, style)]
