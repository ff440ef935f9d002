"""The pane of shelves and dates."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip

from paperreader.domain.lists import Place
from paperreader.domain.text import Safe
from paperreader.ui.widgets.line_list import LineList
from paperreader.ui.widgets.row_pane import fit
from paperreader.ui.widgets.row_view import Pin

FRAME = 3
"""Columns of a row beside its label and figures: the bar, and a blank on both sides of the figures."""


@dataclass(frozen=True, slots=True)
class DateRow:
    """A row of the pane: a place with its figures, or a heading, which has no place."""

    label: Safe
    total: Safe = Safe("")
    """How many papers the place has; of a heading, the labels of figures."""
    place: Place | None = None
    is_done: bool = False
    new: Safe = Safe("")
    """How many of them are new, before the total."""

    @property
    def figures(self) -> Safe:
        """What stands at the right."""
        return Safe(f"{self.new}{self.total}")

    @property
    def width(self) -> int:
        """The columns of the whole row."""
        return cell_len(self.label) + cell_len(self.figures) + FRAME


class DateRows:
    """The rows of the pane. A row is made when it is drawn, because there may be thousands."""

    def __init__(self, places: Sequence[Place | Safe], make: Callable[[Place | Safe], DateRow]) -> None:
        self._places, self._make = places, make

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, row: int) -> DateRow:
        return self._make(self._places[row])

    def __iter__(self) -> Iterator[DateRow]:
        return map(self._make, self._places)

    def place(self, row: int) -> Place | None:
        """The place of a row; None for a heading, or beyond the last row."""
        place = self._places[row] if 0 <= row < len(self) else Safe("")
        return None if isinstance(place, Safe) else place

    def row_of(self, place: Place | None) -> int:
        """The row of a place; 0 if there is none."""
        return self._places.index(place) if place in self._places else 0


class DateList(LineList):
    """Shelves and dates; the cursor stands on the open place."""

    class Moved(LineList.Moved):
        """The user moved the cursor to a place; `place` stays the same if the cursor moves on."""

        def __init__(self, dates: "DateList") -> None:
            super().__init__(dates)
            self.place = dates.place

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._rows = DateRows((), lambda _: DateRow(Safe("")))
        self.border_title = Content("Dates")
        self.border_subtitle = Content("papers · unread")

    def set_rows(self, rows: DateRows, place: Place | None) -> None:
        """Show rows with the cursor on a place, and post no message."""
        is_same, line = self.place == place, self.line_of(self.cursor)
        self._rows = rows
        row = self.nearest(rows.row_of(place)) or 0
        pin = Pin(row, line) if is_same and line is not None else self._pin
        self._replace_rows(row, pin, follow=not is_same)

    @property
    def place(self) -> Place | None:
        """The place under the cursor."""
        return self._rows.place(self.cursor)

    def row_count(self) -> int:
        """The number of shelves, headings, dates and files."""
        return len(self._rows)

    def can_stand_on(self, row: int) -> bool:
        """Whether a row is a place."""
        return self._rows.place(row) is not None

    def row_strips(self, row: int, width: int) -> Sequence[Strip]:
        """A place with its figures on the right."""
        shown = self._rows[row]
        if shown.place is None and not shown.label:
            return [Strip.blank(width, self.style_of("heading"))]
        if shown.place is None:
            figures = f" {shown.figures} " if shown.figures else ""
            room, heading = max(0, width - len(figures)), self.style_of("heading")
            name = fit(Safe(f" {shown.label} ".ljust(room, "─")), room, heading)
            return [Strip([*name, Segment(figures, heading)]).adjust_cell_length(width)]
        is_cursor = row == self.cursor
        roles = [self.cursor_role()] if is_cursor else ["done" if shown.is_done else "text"]
        style = self.style_of(*roles)
        room = max(0, width - len(shown.figures) - FRAME)
        label = [*fit(shown.label, room, style), Segment(" ", style)]
        bar = Segment(self.bar_of(row), self.style_of(*roles, "bar"))
        total = style if shown.is_done and not is_cursor else self.style_of(*roles, "total")
        numbers = [Segment(shown.new, style), Segment(f"{shown.total} ", total)]
        return [Strip([bar, *label, *numbers]).adjust_cell_length(width)]
