"""The list of what was decided, newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from paperreader.domain.text import Safe
from paperreader.ui.widgets.line_list import LineList, fit

WIDE = 70
"""Columns from which on an action is told in full."""
WHEN_CELLS, WHAT_CELLS = 12, 26
"""The columns of when and what, with a blank behind each; the rest is of what it was about."""
SHORT_WHEN_CELLS, SHORT_WHAT_CELLS = 6, 16
"""The same in few columns."""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """An action: when, what, about which paper or how many, and from which window."""

    when: Safe
    when_in_short: Safe
    """The time alone, or where it was not today, the day."""
    what: Safe
    what_in_short: Safe
    """With a sign in the place of the words for taking back and doing again."""
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
        """When, what and about what; in few columns in short, and without the window."""
        shown = self._describe(row)
        roles = [self.cursor_role()] if row == self.cursor else ["done" if shown.is_undone else "text"]
        style, remark = self.style_of(*roles), self.style_of(*roles, "remark")
        if width >= WIDE:
            when, what, window = fit(shown.when, WHEN_CELLS, remark), fit(shown.what, WHAT_CELLS, style), shown.window
        else:
            when = fit(shown.when_in_short, SHORT_WHEN_CELLS, remark)
            what, window = fit(shown.what_in_short, SHORT_WHAT_CELLS, style), Safe("")
        beside = Safe(f" {window}" if window else "")
        room = width - 3 - when.cell_length - what.cell_length - cell_len(beside)
        parts = [
            Segment("▌" if row == self.cursor else " ", self.style_of(*roles, "sign")),
            *when,
            Segment(" ", remark),
            *what,
            Segment(" ", style),
            *fit(shown.about, max(0, room), style),
            Segment(beside, remark),
        ]
        return [Strip(parts).adjust_cell_length(width, style)]
