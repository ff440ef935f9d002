"""The pane of shelves and dates."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip

from paperreader.domain.places import Place
from paperreader.domain.text import Safe
from paperreader.ui.widgets.line_list import LineList, fit


@dataclass(frozen=True, slots=True)
class DateRow:
    """A line of the pane: a place with its figures, or a heading (no place)."""

    label: Safe
    figures: Safe = Safe("")
    place: Place | None = None
    is_done: bool = False


class DateRows:
    """The lines of the pane: what each stands for, and how each is made when it is shown. There may be thousands."""

    def __init__(self, places: Sequence[Place | None], make: Callable[[int], DateRow]) -> None:
        self.places = places
        self._make = make

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, row: int) -> DateRow:
        return self._make(row)

    def __iter__(self) -> Iterator[DateRow]:
        return map(self._make, range(len(self)))


class DateList(LineList):
    """Shelves and dates; the cursor stands on the place that is open."""

    class Moved(LineList.Moved):
        """The cursor was moved to a place by the user, wherever it stands when that is heard."""

        def __init__(self, dates: "DateList") -> None:
            super().__init__(dates)
            self.place = dates.place

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._rows = DateRows((), lambda _: DateRow(Safe("")))
        self.border_title = Content("Dates")
        self.border_subtitle = Content("papers · unread")

    def set_rows(self, rows: DateRows, place: Place | None) -> None:
        """Show rows with the cursor on a place, without telling anybody that it moved."""
        self._rows = rows
        self.rows_changed()
        self.move_to(rows.places.index(place) if place in rows.places else 0, by_user=False)

    @property
    def place(self) -> Place | None:
        """The place under the cursor."""
        return self._rows.places[self.cursor] if self.cursor < len(self._rows) else None

    def row_count(self) -> int:
        """Shelves, headings and dates."""
        return len(self._rows)

    def can_stand_on(self, row: int) -> bool:
        """Whether a row is a place."""
        return 0 <= row < len(self._rows) and self._rows.places[row] is not None

    def row_strips(self, row: int, width: int) -> Sequence[Strip]:
        """A place with its figures on the right."""
        shown = self._rows[row]
        if shown.place is None:
            return [fit(Safe(f"── {shown.label} ".ljust(width, "─")), width, self.style_of("heading"))]
        is_cursor = row == self.cursor
        roles = [self.cursor_role()] if is_cursor else ["done" if shown.is_done else "text"]
        style = self.style_of(*roles)
        room = max(0, width - len(shown.figures) - 3)
        label = [*fit(shown.label, room, style), Segment(" ", style)]
        bar = Segment("▌" if is_cursor else " ", self.style_of(*roles, "sign"))
        return [Strip([bar, *label, Segment(f"{shown.figures} ", style)], width)]
