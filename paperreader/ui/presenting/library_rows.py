"""The rows of the library pane: shelves, saved shelves, tags, dates by month, imported files."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby, islice
from types import MappingProxyType

from paperreader.domain.dates import day_label, month_label
from paperreader.domain.listing import DateCount
from paperreader.domain.lists import ImportedFile, Place, SavedShelf, Shelf, TagList
from paperreader.domain.text import Safe, reduce_cells
from paperreader.services.library import Counts
from paperreader.ui.presenting.grid import LIBRARY, LIBRARY_MOST
from paperreader.ui.presenting.signs import DONE_SIGN, SHELVES
from paperreader.ui.widgets.date_list import DateRow, DateRows

ShelfCounts = Mapping[SavedShelf, int | None]
"""Saved shelves and their paper counts; None: not counted yet."""
TagCounts = Mapping[str, int]
"""Tags in use and their paper counts."""
BLANK = Safe("")
"""A blank line before a section."""
SAVED = Safe("Shelves")
"""The heading of saved shelves."""
IMPORTED = Safe("Imported")
"""The heading of imported files without a date."""
TAGS = Safe("Tags")
"""The heading of tags."""
NEW_SHELVES = (Shelf.UNREAD, Shelf.FOR_YOU)
"""Shelves that count new papers."""
MOST_TAGS = 8
"""Tags that the library lists, the most used ones; and the open one."""


MOST_MEASURED = 200
"""Rows that decide how wide the library is: shelves, tags and the newest dates."""


def date_rows(counts: Counts, saved: ShelfCounts, tags: TagCounts = MappingProxyType({}),
              opened: Place | None = None) -> DateRows:  # fmt: skip
    """The rows of the date pane: shelves, saved shelves, tags, dates by month, imported files."""
    files = dict(counts.files)
    by_date = {count.date: count for count in counts.dates}
    digits = max([len("all"), *(len(f"{count.papers:,}") for count in counts.dates)])
    places: list[Place | Safe] = [*SHELVES]
    if saved:
        places += [BLANK, SAVED, *saved]
    places += _tag_places(tags, opened)
    labels = dict.fromkeys((SAVED, TAGS, IMPORTED), "all")
    if by_date:  # the labels stand once, over the newest dates
        labels[Safe(month_label(next(iter(by_date))))] = f"{'new':>{digits}} {'all':>{digits}}"
    for _, days in groupby(by_date, key=lambda day: (day.year, day.month)):
        first, *others = days
        places += [BLANK, Safe(month_label(first)), first, *others]
    if files:
        places += [BLANK, IMPORTED, *files]

    def make(place: Place | Safe) -> DateRow:
        if isinstance(place, Safe):
            return DateRow(place, Safe(labels.get(place, "")))
        if isinstance(place, date):
            return _date_row(by_date[place], digits)
        found: int | None
        if isinstance(place, Shelf):
            name, found = SHELVES[place], counts.shelves.get(place)
        elif isinstance(place, SavedShelf):
            name, found = place.name, saved[place]
        elif isinstance(place, TagList):
            name, found = Safe(f"#{place.name}"), tags.get(place.name)
        else:
            name, found = place.name, files[place] if isinstance(place, ImportedFile) else None
        figure = Safe("" if found is None else f"{found:,}")
        new, total = (figure, Safe("")) if place in NEW_SHELVES else (Safe(""), figure)
        return DateRow(reduce_cells(Safe(name)), total, place, is_done=found == 0, new=new)

    return DateRows(places, make)


def columns_for(rows: DateRows) -> int:
    """The columns in which no name of the library is cut, within what the library may take."""
    widths = (row.width for row in islice(rows, MOST_MEASURED) if row.place is not None)
    return min(max([LIBRARY, *(width + 1 for width in widths)]), LIBRARY_MOST)


def _tag_places(tags: TagCounts, opened: Place | None) -> Iterator[Place | Safe]:
    """The heading of tags, the most used ones by name, and how many more there are."""
    used = sorted(tags, key=lambda tag: (-tags[tag], tag))[:MOST_TAGS]
    if isinstance(opened, TagList) and opened.name not in used:
        used.append(opened.name)
    if not used:
        return
    yield BLANK
    yield TAGS
    for tag in sorted(used):
        yield TagList(Safe(tag))
    if more := len(tags.keys() - used):
        yield Safe(f"{more:,} more")


def _date_row(count: DateCount, digits: int) -> DateRow:
    return DateRow(
        label=Safe(f"{day_label(count.date)}{'?' if count.guessed else ''}"),
        new=Safe(f"{f'{count.unread:,}' if count.unread else DONE_SIGN:>{digits}}"),
        total=Safe(f" {count.papers:>{digits},}"),
        place=count.date,
        is_done=count.unread == 0,
    )
