"""The texts of the bars: header, title of the list, footer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from paperreader.domain.dates import long_date
from paperreader.domain.history import describe_counts
from paperreader.domain.list_order import ListOrder
from paperreader.domain.listing import DateCount
from paperreader.domain.lists import ImportedFile, Place, SavedShelf, Shelf, SimilarList, TagList
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.text import Safe, reduce_cells
from paperreader.services.job_progress import JobFailure, JobProgress
from paperreader.services.library import Counts
from paperreader.services.pace import describe_rest
from paperreader.ui.presenting.jobs import job_forms
from paperreader.ui.presenting.key_lines import cell_count
from paperreader.ui.presenting.library_rows import ShelfCounts, TagCounts
from paperreader.ui.presenting.rows.title_lines import cut
from paperreader.ui.presenting.signs import SHELVES, STAR_SIGN, STATUS_SIGNS
from paperreader.ui.widgets.bar_line import Span

NAME_CELLS = 30
"""Columns for the title of the paper that others are similar to."""
WIDE, NAMED = 70, 110
"""Columns from which the header shows everything, and the name of the program."""


@dataclass(frozen=True, slots=True)
class Decided:
    """How many papers of the open list are decided."""

    papers: int
    statuses: Mapping[ReadingStatus, int]
    """The papers with each status. Of a very long list only the unread papers are counted."""
    starred: int = 0

    @property
    def count(self) -> int:
        """The papers that are not unread."""
        return self.papers - self.statuses.get(ReadingStatus.UNREAD, 0)

    @property
    def share(self) -> float:
        """The share of the papers that are not unread, from 0 to 1."""
        return self.count / self.papers if self.papers else 0.0


def place_name(place: Place, counts: Counts) -> Safe:
    """The name of a place in the header."""
    if isinstance(place, Shelf):
        return Safe(SHELVES[place])
    if isinstance(place, SavedShelf | ImportedFile):
        return reduce_cells(place.name)
    if isinstance(place, TagList):
        return reduce_cells(Safe(f"#{place.name}"))
    if isinstance(place, SimilarList):
        return reduce_cells(Safe(f"Similar to {cut(place.name, NAME_CELLS)}"))
    count = count_of(place, counts)
    return Safe(f"{long_date(place)}{'?' if count and count.guessed else ''}")


def count_of(day: date, counts: Counts) -> DateCount | None:
    """The figures of a date; None if no list has this date."""
    return next((count for count in counts.dates if count.date == day), None)


def papers_of(
    place: Shelf | SavedShelf | TagList | ImportedFile | SimilarList,
    counts: Counts,
    saved: ShelfCounts,
    tags: TagCounts,
) -> int | None:
    """The number of papers of a shelf, tag or file; None: not counted."""
    if isinstance(place, Shelf):
        return counts.shelves.get(place)
    if isinstance(place, TagList):
        return tags.get(place.name)
    if isinstance(place, SimilarList):
        return None
    return saved.get(place) if isinstance(place, SavedShelf) else dict(counts.files).get(place)


@dataclass(frozen=True, slots=True)
class Header:
    """What the header shows."""

    name: Safe
    """The open place."""
    papers: int | None = None
    decided: Decided | None = None
    pace: float | None = None
    """The user's usual seconds for a paper."""
    list_note: str = ""
    """What the title of the list says about a filter or a selection, if it has no line."""
    position: str = ""
    """The position of the cursor, if the title of the list has no line."""
    job: JobProgress | JobFailure | None = None
    """The running job."""


def header(shown: Header, width: int, *, has_bar: bool = True) -> tuple[list[Span], list[Span]]:
    """The header: the open place and how far it is read on the left, its decisions or a running job on the right.

    A job that leaves no room for all of it takes the room of the figures first. `has_bar`: a job may have a bar.
    """
    decided, is_wide = shown.decided, width >= WIDE
    if shown.job:
        lefts = [_place_line(shown, is_wide=is_wide), _place_line(shown, is_wide=False), [_name_span(shown)]]
        forms = list(job_forms(shown.job, has_bar=has_bar))
        fitting = ((left, form) for form in forms for left in lefts if cell_count([*left, *form]) < width)
        return next(fitting, (lefts[-1], forms[-1]))
    left = _place_line(shown, is_wide=is_wide)
    right = [Span(Safe(f" {sign} {count:,} "), role) for sign, count, role in _totals(decided, is_wide=is_wide)]
    return left, [*right, *([Span(Safe("  paperreader "), "muted")] if width >= NAMED else [])]


def _name_span(shown: Header) -> Span:
    return Span(Safe(f" {shown.name}"), "strong")


def _place_line(shown: Header, *, is_wide: bool) -> list[Span]:
    """The open place and how far it is read."""
    figures = shown.position or ("" if shown.papers is None else describe_counts(shown.papers))
    if decided := shown.decided:
        left_over = decided.papers - decided.count
        time = describe_rest(left_over, shown.pace)
        rest = f"{left_over:,} left {time}".strip() if left_over else "done"
        if shown.position:
            figures = f"{shown.position} · {rest}"
        elif is_wide:
            figures = f"{decided.count:,} of {decided.papers:,} decided · {rest}"
        else:
            figures = " · ".join(filter(None, (f"{decided.count:,}/{decided.papers:,}", time)))
    return [_name_span(shown), Span(Safe(f"   {shown.list_note or figures}"), "muted")]


def _totals(decided: Decided | None, *, is_wide: bool) -> Iterable[tuple[str, int, str]]:
    """The decisions of a list: sign, count and role."""
    if decided is None:
        return
    yield STAR_SIGN, decided.starred, "gold"
    for status in (ReadingStatus.LATER, ReadingStatus.READ, ReadingStatus.SKIPPED)[: None if is_wide else 1]:
        if status in decided.statuses:
            yield STATUS_SIGNS[status], decided.statuses[status], "muted"


def list_title(position: int, shown: int, held: int | None, order: str, selected: str = "") -> str:
    """The title of a list without a filter: the position of the cursor, the order, the selection.

    `held`: the papers of a shelf, which may be more than are shown.
    """
    where = _position(position, shown, max(shown, held or 0), "best") if shown else "no papers"
    return " · ".join(filter(None, (where, order, selected)))


def found_title(
    position: int, shown: int, found: int, listed: int | None, elsewhere: int | None, order: ListOrder = ListOrder.BEST
) -> str:
    """What a filter found. `listed`: papers of the list; None: the query searches the library.

    `elsewhere`: papers found in the library if the list is searched, or the reverse; None until it is known.
    The order is left out if it is the usual one.
    """
    which = "first" if order in (ListOrder.UPVOTES, ListOrder.NEWEST) else "best"
    where = _position(position, shown, found, which) if found else "nothing found"
    parts = [where, f"in a list of {listed:,}" if listed is not None else "in all papers"]
    if elsewhere is not None:
        parts.append(f"{elsewhere:,} {'in all papers' if listed is not None else 'in the list'}")
    return " · ".join([*parts, *([] if order is ListOrder.BEST else [f"{order}"])])


def _position(position: int, shown: int, papers: int, which: str) -> str:
    """The position of the cursor; of a cut list also how many papers it has."""
    return f"{position:,} of {papers:,}" if shown >= papers else f"{position:,} of the {which} {shown:,} of {papers:,}"
