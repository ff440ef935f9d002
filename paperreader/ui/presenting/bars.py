"""The texts around the panes: date rows, header, list titles, footer, status line, timeline."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from paperreader.domain.dates import MONTHS, day_label, long_date, month_label
from paperreader.domain.history import Action, PastAction, describe_counts
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder
from paperreader.domain.listing import DateCount
from paperreader.domain.lists import ImportedFile, Place, SavedShelf, Shelf
from paperreader.domain.text import Safe, clean_line, reduce_cells
from paperreader.services.library import Counts
from paperreader.ui.keys.command_table import COMMANDS, Command, key_label, key_of
from paperreader.ui.presenting.signs import AGAIN_SIGNS, FILE_SIGN, SAVED_SIGN, SHELVES
from paperreader.ui.widgets.bar_line import Span
from paperreader.ui.widgets.date_list import DateRow, DateRows
from paperreader.ui.widgets.timeline_list import TimelineRow

WIDE = 70
"""Columns from which the header shows everything."""
ShelfCounts = Mapping[SavedShelf, int | None]
"""Saved shelves and their paper counts; None: not counted yet."""
IMPORTED = Safe("Imported")
"""The heading of imported files without a date."""
_DONE = {
    "star": "starred", "unstar": "unstarred", "read": "read", "unread": "unread", "later": "kept for later",
    "skip": "skipped", "tag": "tags changed", "note": "note changed", "mark all read": "marked as read",
    "restore": "restored", "date": "date set", "save shelf": "shelf saved", "remove shelf": "shelf removed",
    "import": "merged by an import", "keep together": "kept as one", "merge": "merged", "split": "split",
    "find ids": "ids found", "write": "changed by a program",
}  # fmt: skip
_AGAIN = {"undo": "undone", "redo": "redone"}
_NOTHING = {"undo": "nothing to undo", "redo": "nothing to redo"}


def done_name(name: str) -> str:
    """What a decision did, by the decision's name in the history."""
    return _DONE.get(name, name)


def date_rows(counts: Counts, saved: ShelfCounts) -> DateRows:
    """The rows of the date pane: shelves, saved shelves, dates by month, imported files."""
    files = dict(counts.files)
    by_date = {count.date: count for count in counts.dates}
    places: list[Place | Safe] = [*SHELVES, *saved]
    for _, days in groupby(by_date, key=lambda day: (day.year, day.month)):
        first, *others = days
        places += [Safe(month_label(first)), first, *others]
    if files:
        places += [IMPORTED, *files]

    def make(place: Place | Safe) -> DateRow:
        if isinstance(place, Safe):
            return DateRow(place)
        if isinstance(place, date):
            return _date_row(by_date[place])
        found: int | None
        if isinstance(place, Shelf):
            (sign, name), found = SHELVES[place], counts.shelves[place]
        elif isinstance(place, SavedShelf):
            sign, name, found = SAVED_SIGN, place.name, saved[place]
        else:
            sign, name, found = FILE_SIGN, place.name, files[place]
        figure = Safe("" if found is None else f"{found:,}")
        return DateRow(Safe(f"{sign} {reduce_cells(Safe(name))}"), figure, place, is_done=found == 0)

    return DateRows(places, make)


def _date_row(count: DateCount) -> DateRow:
    return DateRow(
        label=Safe(f"{day_label(count.date)}{'?' if count.guessed else ''}"),
        figures=Safe(f"{count.papers:>6,} {count.unread:>6,}"),
        place=count.date,
        is_done=count.unread == 0,
    )


def place_name(place: Place, counts: Counts) -> Safe:
    """The name of a place in the header."""
    if isinstance(place, Shelf):
        return Safe(SHELVES[place][1])
    if isinstance(place, SavedShelf | ImportedFile):
        return reduce_cells(place.name)
    count = count_of(place, counts)
    return Safe(f"{long_date(place)}{'?' if count and count.guessed else ''}")


def count_of(day: date, counts: Counts) -> DateCount | None:
    """The figures of a date; None if no list has this date."""
    return next((count for count in counts.dates if count.date == day), None)


def header(place: Place, counts: Counts, saved: ShelfCounts, width: int) -> tuple[list[Span], list[Span]]:
    """The header: the open place on the left, its counts on the right. A narrow header shows less."""
    name = place_name(place, counts)
    left = [Span(Safe(f" {name}"))]
    if width >= WIDE:
        left = [Span(Safe(" paperreader"), "strong"), Span(Safe(f" · {name}"))]
    if not isinstance(place, date):
        found = papers_of(place, counts, saved)
        figures = ["" if found is None else describe_counts(found), f"{counts.shelves[Shelf.UNREAD]:,} unread in all"]
    else:
        count = count_of(place, counts) or DateCount(place, False, 0, 0, 0, ())
        figures = [describe_counts(count.papers), f"{count.unread:,} unread", f"{count.starred:,} ★"]
    return left, [Span(Safe(" · ".join(filter(None, figures[0 if width >= WIDE else 1 :])) + " "))]


def papers_of(place: Shelf | SavedShelf | ImportedFile, counts: Counts, saved: ShelfCounts) -> int | None:
    """The number of papers of a shelf or file; None: not counted yet."""
    if isinstance(place, Shelf):
        return counts.shelves[place]
    return saved.get(place) if isinstance(place, SavedShelf) else dict(counts.files).get(place)


def list_name(shown: int, held: int | None, order: ListOrder) -> Safe:
    """The title of an unfiltered list. A large shelf shows its best papers only."""
    is_part = held is not None and held > shown
    name = f"best {shown:,} of {held:,}" if is_part else "Papers"
    return Safe(name if is_part and order is ListOrder.BEST else f"{name} · {order}")


def found_name(shown: int, found: int, listed: int | None, elsewhere: int | None, order: ListOrder) -> Safe:
    """The title of a filtered list: how many papers were found, of how many.

    `listed`: papers of the list; None: the query searches the library. `elsewhere`: papers found in the other of both.
    """
    name = f"{found:,} of {listed:,}" if listed is not None else f"{found:,} in all papers"
    if shown < found:
        name = f"{'first' if order in (ListOrder.UPVOTES, ListOrder.NEWEST) else 'best'} {shown:,} of {found:,}"
    if elsewhere is not None:
        name += f" · {elsewhere:,} {'in all' if listed is not None else 'in the list'}"
    return Safe(name if shown < found and order is ListOrder.BEST else f"{name} · {order}")


def footer(
    commands: Iterable[Command], position: int, papers: int, width: int, remark: str = "", *, filtering: bool = False
) -> tuple[list[Span], list[Span]]:
    """The footer: as many keys as fit, or a remark, and the position of the cursor.

    While the filter bar is open (`filtering`), its own keys are shown.
    """
    place = f"{position:,}/{papers:,} " if papers else "no papers "
    if remark:
        return [Span(Safe(f" {clean_line(remark)}"), "warning")], [Span(Safe(place))]
    active = (c for c in commands if c.keys and (c.is_in_filter_bar if filtering else c.in_footer))
    shown = [(f" {key_label(command.keys[0])}", f" {command.name.lower()} ") for command in active]
    room = width - len(place) - 1
    while len(shown) > 1 and sum(len(key) + len(name) for key, name in shown) > room:
        del shown[-2]  # the last key opens the help, which lists all keys
    left = [span for key, name in shown for span in (Span(Safe(key), "strong"), Span(Safe(name)))]
    return left, [Span(Safe(place))]


def done_message(
    action: Action, papers: Sequence[PaperKey], titles: Mapping[PaperKey, Safe], commands: Iterable[Command] = COMMANDS
) -> Safe:
    """The status line after an action: what it did, and the key that undoes or redoes it."""
    if not action.seq and action.name in _NOTHING and action.undoes is None:
        return Safe(_NOTHING[action.name])
    verb = _verb(action)
    if action.joined_notes:
        verb += " (added below the note from another window)"
    conflicts = _conflicts(action)
    kept = f"; kept {describe_counts(*conflicts)} changed elsewhere since" if any(conflicts) else ""
    if not papers and not action.moves and not action.shelves:
        return Safe(f"nothing to change{kept}")
    reverse = "redo" if action.name == "undo" else "undo"
    cure = f" · {key_of(reverse, commands)} {reverse}es it"
    if action.moves or action.shelves:
        return Safe(f"{verb}{cure}{kept} · {_subject(len(papers), action)}")
    if len(papers) == 1:
        return Safe(f"{verb}{cure}{kept} · {titles.get(papers[0], '')}")
    return Safe(f"{describe_counts(len(papers))} {verb}{cure}{kept}")


def conflict_question(action: Action) -> Safe:
    """The question before an undo that would overwrite later changes."""
    return Safe(f"{describe_counts(*_conflicts(action))} changed since")


def _conflicts(action: Action) -> tuple[int, int, int]:
    """The numbers of papers, listings and shelves with later changes."""
    return len(action.conflicts), len(action.date_conflicts), len(action.shelf_conflicts)


def timeline_row(
    action: PastAction, papers: Sequence[PaperKey], titles: Mapping[PaperKey, Safe], today: date
) -> TimelineRow:
    """A row of the timeline. An action about one paper shows its title."""
    at = action.at.astimezone()
    day, time = f"{at.day:>2} {MONTHS[at.month - 1]}", f"{at:%H:%M}"
    is_one = len(papers) == 1 and not action.moves and not action.shelves
    one = (titles.get(papers[0]) or clean_line(papers[0])) if is_one else None
    return TimelineRow(
        when=Safe(f"{day} {time}"),
        when_in_short=Safe(time if at.date() == today else day),
        what=Safe(_verb(action)),
        what_in_short=Safe(f"{AGAIN_SIGNS.get(action.name, '')} {done_name(action.decision)}".lstrip()),
        about=reduce_cells(Safe(one if one is not None else _subject(len(papers), action))),
        window=reduce_cells(Safe(action.window)),
        is_undone=action.undone_by is not None,
    )


def _verb(action: Action | PastAction) -> str:
    """What an action did: `starred`, `undone: starred`."""
    verb = done_name(action.decision)
    return f"{_AGAIN[action.name]}: {verb}" if action.name in _AGAIN else verb


def _subject(papers: int, action: Action | PastAction) -> str:
    """What an action changed: the name of a single shelf, the dates of moved listings, or counts."""
    ways = {(move.before, move.after) for move in action.moves}
    if not papers and not ways and len(action.shelves) == 1:
        return action.shelves[0].shelf.name
    if papers or action.shelves or len(ways) != 1:
        return describe_counts(papers, len(action.moves), len(action.shelves))
    days = dict.fromkeys(long_date(day) for day in ways.pop() if day)
    return " → ".join(days)
