"""From the domain's values to what the panes show: rows, blocks and bars."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from paperreader.domain.dates import MONTHS, day_label, long_date, month_label
from paperreader.domain.history import Action, PastAction, describe_counts
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder
from paperreader.domain.listing import DateCount
from paperreader.domain.places import ImportedFile, Place, SavedShelf, Shelf
from paperreader.domain.text import Safe, clean_line, reduce_cells
from paperreader.services.library import Counts
from paperreader.ui.keys.command_table import COMMANDS, Command, key_label, key_of
from paperreader.ui.presenting.signs import AGAIN_SIGNS, FILE_SIGN, SAVED_SIGN, SHELVES
from paperreader.ui.widgets.bar_line import Span
from paperreader.ui.widgets.date_list import DateRow, DateRows
from paperreader.ui.widgets.timeline_list import TimelineRow

WIDE = 70
"""Columns from which on the header has room for everything."""
ShelfCounts = Mapping[SavedShelf, int | None]
"""The shelves that the user saved and how many papers each finds, as far as that is known."""
IMPORTED = Safe("Imported")
"""The heading of the files that say no date."""
_DONE = {
    "star": "starred", "unstar": "star taken off", "read": "read", "unread": "unread again", "later": "kept for later",
    "skip": "skipped", "tag": "tags changed", "note": "note changed", "mark all read": "marked as read",
    "restore": "restored", "date": "date set", "save shelf": "shelf saved", "remove shelf": "shelf removed",
    "import": "found to be one", "keep together": "kept as one", "merge": "merged", "split": "split",
    "find ids": "ids found", "write": "changed by a program",
}  # fmt: skip
_AGAIN = {"undo": "taken back", "redo": "done again"}
_NOTHING = {"undo": "nothing to take back", "redo": "nothing was taken back that could be done again"}


def done_name(name: str) -> str:
    """What a decision did, in words, by the name it has in the history."""
    return _DONE.get(name, name)


def date_rows(counts: Counts, saved: ShelfCounts) -> DateRows:
    """The shelves, those that the user saved, the dates under their months, and last the imported files."""
    files = dict(counts.files)
    places: list[Place | None] = [*SHELVES, *saved]
    figures: list[DateCount | None] = [None] * len(places)
    month = None
    for count in counts.dates:
        if (count.date.year, count.date.month) != month:
            month = (count.date.year, count.date.month)
            places.append(None)
            figures.append(count)
        places.append(count.date)
        figures.append(count)
    if files:
        places += [None, *files]
        figures += [None] * (1 + len(files))

    def make(row: int) -> DateRow:
        place, count = places[row], figures[row]
        if isinstance(place, Shelf):
            sign, name = SHELVES[place]
            papers = counts.shelves[place]
            return DateRow(Safe(f"{sign} {name}"), Safe(f"{papers:,}"), place, is_done=papers == 0)
        if isinstance(place, SavedShelf):
            found = saved[place]
            figures_of = Safe("" if found is None else f"{found:,}")
            return DateRow(Safe(f"{SAVED_SIGN} {reduce_cells(place.name)}"), figures_of, place, is_done=found == 0)
        if isinstance(place, ImportedFile):
            name = Safe(f"{FILE_SIGN} {reduce_cells(place.name)}")
            return DateRow(name, Safe(f"{files[place]:,}"), place, is_done=files[place] == 0)
        if count is None:
            return DateRow(IMPORTED)
        return _date_row(count) if place else DateRow(Safe(month_label(count.date)))

    return DateRows(places, make)


def _date_row(count: DateCount) -> DateRow:
    return DateRow(
        label=Safe(f"{day_label(count.date)}{'?' if count.guessed else ''}"),
        figures=Safe(f"{count.papers:>6,} {count.unread:>6,}"),
        place=count.date,
        is_done=count.unread == 0,
    )


def place_name(place: Place, counts: Counts) -> Safe:
    """The heading of a place."""
    if isinstance(place, Shelf):
        return Safe(SHELVES[place][1])
    if isinstance(place, SavedShelf | ImportedFile):
        return reduce_cells(place.name)
    count = count_of(place, counts)
    return Safe(f"{long_date(place)}{'?' if count and count.guessed else ''}")


def count_of(day: date, counts: Counts) -> DateCount | None:
    """The figures of a date."""
    return next((count for count in counts.dates if count.date == day), None)


def header(place: Place, counts: Counts, saved: ShelfCounts, width: int) -> tuple[list[Span], list[Span]]:
    """The header: where one is, and how much is left there; in few columns without the program's name."""
    name = place_name(place, counts)
    left = (
        [Span(Safe(" paperreader"), "strong"), Span(Safe(f" · {name}"))] if width >= WIDE else [Span(Safe(f" {name}"))]
    )
    if not isinstance(place, date):
        found = papers_of(place, counts, saved)
        figures = ["" if found is None else _papers(found), f"{counts.shelves[Shelf.UNREAD]:,} unread in all"]
    else:
        count = count_of(place, counts) or DateCount(place, False, 0, 0, 0, ())
        figures = [_papers(count.papers), f"{count.unread:,} unread", f"{count.starred:,} ★"]
    return left, [Span(Safe(" · ".join(filter(None, figures[0 if width >= WIDE else 1 :])) + " "))]


def papers_of(place: Shelf | SavedShelf | ImportedFile, counts: Counts, saved: ShelfCounts) -> int | None:
    """How many papers a place beside the dates holds, as far as that is known."""
    if isinstance(place, Shelf):
        return counts.shelves[place]
    return saved.get(place) if isinstance(place, SavedShelf) else dict(counts.files).get(place)


def list_name(shown: int, held: int | None, order: ListOrder) -> Safe:
    """What stands above a list that no query narrows; a shelf may hold more than its best papers, which are shown."""
    is_part = held is not None and held > shown
    name = f"best {shown:,} of {held:,}" if is_part else "Papers"
    return Safe(name if is_part and order is ListOrder.BEST else f"{name} · {order}")


def found_name(shown: int, found: int, listed: int | None, elsewhere: int | None, order: ListOrder) -> Safe:
    """What stands above what a query found, in a list of so many papers, or (None) in the whole library.

    `elsewhere`: how many it finds in the whole library, or in the list.
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
    """The keys worth knowing, as many as there is room for, or a remark, and where the cursor stands.

    While the filter bar is open letters are its text, so its own keys are shown.
    """
    place = f"{position:,}/{papers:,} " if papers else "no papers "
    if remark:
        return [Span(Safe(f" {clean_line(remark)}"), "warning")], [Span(Safe(place))]
    heard = (c for c in commands if c.keys and (c.is_in_filter_bar if filtering else c.in_footer))
    shown = [(f" {key_label(command.keys[0])}", f" {command.name.lower()} ") for command in heard]
    room = width - len(place) - 1
    while len(shown) > 1 and sum(len(key) + len(name) for key, name in shown) > room:
        del shown[-2]  # the last one is the help, which shows all the others
    left = [span for key, name in shown for span in (Span(Safe(key), "strong"), Span(Safe(name)))]
    return left, [Span(Safe(place))]


def done_message(
    action: Action, papers: Sequence[PaperKey], titles: Mapping[PaperKey, Safe], commands: Iterable[Command] = COMMANDS
) -> Safe:
    """What the status line says after an action about some papers, with the key that takes it back."""
    if not action.seq and action.name in _NOTHING and action.undoes is None:
        return Safe(_NOTHING[action.name])
    verb = done_name(action.decision)
    if action.name in _AGAIN:
        verb = f"{_AGAIN[action.name]}: {verb}"
    if action.joined_notes:
        verb += " behind another window's note, which came meanwhile"
    conflicts = _conflicts(action)
    left_alone = f"; {describe_counts(*conflicts)} changed elsewhere since and left alone" if any(conflicts) else ""
    if not papers and not action.moves and not action.shelves:
        return Safe(f"nothing to change{left_alone}")
    if action.name == "undo":
        cure = f" · {key_of('redo', commands)} does it again"
    else:
        cure = f" · {key_of('undo', commands)} takes it back"
    if action.moves or action.shelves:
        return Safe(f"{verb}{cure}{left_alone} · {_what(len(papers), action)}")
    if len(papers) == 1:
        title = titles.get(papers[0], Safe(""))
        return Safe(f"{verb}{cure}{left_alone} · {title}")
    return Safe(f"{_papers(len(papers))} {verb}{cure}{left_alone}")


def conflict_question(action: Action) -> Safe:
    """What is asked before decisions that were made since are taken back as well."""
    conflicts = _conflicts(action)
    is_one = sum(conflicts) == 1
    changed = f"{describe_counts(*conflicts)} {'was' if is_one else 'were'} changed since"
    return Safe(f"{changed}:   o take that back too · l leave {'it' if is_one else 'them'} alone · Esc do nothing")


def _conflicts(action: Action) -> tuple[int, int, int]:
    """How many papers, listings and shelves were changed since what is to be taken back."""
    return len(action.conflicts), len(action.date_conflicts), len(action.shelf_conflicts)


def sort_question(orders: Mapping[str, ListOrder], current: ListOrder) -> Safe:
    """What is asked before a list is sorted: the orders by their keys, and which one it has."""
    names = (f"{key} {order}{' (now)' if order is current else ''}" for key, order in orders.items())
    return Safe(f"sort   {' · '.join(names)} · Esc leave")


def timeline_row(
    action: PastAction, papers: Sequence[PaperKey], titles: Mapping[PaperKey, Safe], today: date
) -> TimelineRow:
    """A line of the timeline, of an action about some papers; a single one is named."""
    at = action.at.astimezone()
    day, time, verb = f"{at.day:>2} {MONTHS[at.month - 1]}", f"{at:%H:%M}", done_name(action.decision)
    is_one = len(papers) == 1 and not action.moves and not action.shelves
    one = (titles.get(papers[0]) or clean_line(papers[0])) if is_one else None
    return TimelineRow(
        when=Safe(f"{day} {time}"),
        when_in_short=Safe(time if at.date() == today else day),
        what=Safe(f"{_AGAIN[action.name]}: {verb}" if action.name in _AGAIN else verb),
        what_in_short=Safe(f"{AGAIN_SIGNS[action.name]} {verb}" if action.name in AGAIN_SIGNS else verb),
        about=reduce_cells(Safe(one if one is not None else _what(len(papers), action))),
        window=reduce_cells(Safe(action.window)),
        is_undone=action.undone_by is not None,
    )


def _papers(count: int) -> str:
    return describe_counts(count)


def _what(papers: int, action: Action | PastAction) -> str:
    """What an action is about: a single shelf by its name; of listings that it moved the same way, the way."""
    ways = {(move.before, move.after) for move in action.moves}
    if not papers and not ways and len(action.shelves) == 1:
        return action.shelves[0].shelf.name
    if papers or action.shelves or len(ways) != 1:
        return describe_counts(papers, len(action.moves), len(action.shelves))
    days = dict.fromkeys(long_date(day) for day in ways.pop() if day)
    return " → ".join(days)
