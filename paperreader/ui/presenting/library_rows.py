"""The rows of the library pane: shelves, saved shelves, dates by month, imported files."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby

from paperreader.domain.dates import day_label, month_label
from paperreader.domain.listing import DateCount
from paperreader.domain.lists import Place, SavedShelf, Shelf
from paperreader.domain.text import Safe, reduce_cells
from paperreader.services.library import Counts
from paperreader.ui.presenting.signs import DONE_SIGN, SHELVES
from paperreader.ui.widgets.date_list import DateRow, DateRows

ShelfCounts = Mapping[SavedShelf, int | None]
"""Saved shelves and their paper counts; None: not counted yet."""
IMPORTED = Safe("Imported")
"""The heading of imported files without a date."""


def date_rows(counts: Counts, saved: ShelfCounts) -> DateRows:
    """The rows of the date pane: shelves, saved shelves, dates by month, imported files."""
    files = dict(counts.files)
    by_date = {count.date: count for count in counts.dates}
    digits = max([len("all"), *(len(f"{count.papers:,}") for count in counts.dates)])
    places: list[Place | Safe] = [*SHELVES, *saved]
    for _, days in groupby(by_date, key=lambda day: (day.year, day.month)):
        first, *others = days
        places += [Safe(month_label(first)), first, *others]
    if files:
        places += [IMPORTED, *files]

    def make(place: Place | Safe) -> DateRow:
        if isinstance(place, Safe):
            return DateRow(place, Safe("" if place == IMPORTED else f"{'new':>{digits}} {'all':>{digits}}"))
        if isinstance(place, date):
            return _date_row(by_date[place], digits)
        found: int | None
        if isinstance(place, Shelf):
            name, found = SHELVES[place], counts.shelves[place]
        elif isinstance(place, SavedShelf):
            name, found = place.name, saved[place]
        else:
            name, found = place.name, files[place]
        figure = Safe("" if found is None else f"{found:,}")
        return DateRow(reduce_cells(Safe(name)), figure, place, is_done=found == 0)

    return DateRows(places, make)


def _date_row(count: DateCount, digits: int) -> DateRow:
    return DateRow(
        label=Safe(f"{day_label(count.date)}{'?' if count.guessed else ''}"),
        figures=Safe(f"{f'{count.unread:,}' if count.unread else DONE_SIGN:>{digits}} {count.papers:>{digits},}"),
        place=count.date,
        is_done=count.unread == 0,
    )
