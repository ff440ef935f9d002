"""The list of all decisions, newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from paperreader.domain.text import Safe
from paperreader.ui.widgets.line_list import LineList
from paperreader.ui.widgets.row_pane import fit

WIDE = 70
"""Columns from which a row shows everything."""
WHEN_CELLS, WHAT_CELLS = 12, 26
"""The widths of time and decision in a wide row; the papers get the rest."""
SHORT_WHEN_CELLS, SHORT_WHAT_CELLS = 6, 16
"""The widths of time and decision in a narrow row."""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """An action: its time, what it did, to which papers, from which window."""

    when: Safe
    when_in_short: Safe
    """The time of an action of today, else the day."""
    what: Safe
    what_in_short: Safe
    """What it did, with a sign for undo or redo."""
    about: Safe
    window: Safe
    is_undone: bool = False


class TimelineList(LineList):
    """A list of actions; a row is made when it is drawn."""

    def __init__(self, actions: int, describe: Callable[[int], TimelineRow], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._actions, self._describe = actions, describe

    def row_count(self) -> int:
        """The number of actions."""
        return self._actions

    def row_strips(self, row: int, width: int) -> Sequence[Strip]:
        """Time, decision and papers; a narrow row is abbreviated and has no window."""
        shown = self._describe(row)
        roles = [self.cursor_role()] if row == self.cursor else ["done" if shown.is_undone else "text"]
        style, remark = self.style_of(*roles), self.style_of(*roles, "remark")
        if width >= WIDE:
            when, what, window = fit(shown.when, WHEN_CELLS, remark), fit(shown.what, WHAT_CELLS, style), shown.window
        else:
            when = fit(shown.when_in_short, SHORT_WHEN_CELLS, remark)
            what, window = fit(shown.what_in_short, SHORT_WHAT_CELLS, style), Safe("")
        beside = Safe(f" {window}" if window else "")
        room = width - 4 - when.cell_length - what.cell_length - cell_len(beside)
        parts = [
            Segment(self.bar_of(row), self.style_of(*roles, "bar")),
            *when,
            Segment(" ", remark),
            *what,
            Segment(" ", style),
            *fit(shown.about, max(0, room), style),
            Segment(beside, remark),
        ]
        return [Strip(parts).adjust_cell_length(width, style)]
