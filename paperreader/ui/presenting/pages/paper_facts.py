"""The facts of a paper as its page shows them: beside the text, above it, or in two lines.

The lines have a fixed order, and what a source lacks is left out. A decision changes the line of the state and moves
no other line.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from rich.cells import cell_len

from paperreader.domain.dates import long_date, near_date
from paperreader.domain.entry import Entry
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Field
from paperreader.domain.reading_state import FOLLOW, ReadingState
from paperreader.domain.text import Safe, reduce_cells
from paperreader.ui.presenting.grid import Head
from paperreader.ui.presenting.markers import Marker
from paperreader.ui.presenting.signs import FOLLOWED_SIGN, NOTE_SIGN, STAR_SIGN, STATUS_SIGNS, UPVOTES_SIGN
from paperreader.ui.widgets.blocks import Block

FIRST_NAMES = 3
"""Authors that are named; further ones are counted."""
BETWEEN = " · "
_AS = {Announced.CROSS: "as a cross-list", Announced.REPLACEMENT: "as a replacement"}
_NO_FACT = frozenset({"page", "pdf", "source", "link"})
"""Kinds of links that are no fact of their own."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of the facts: where they stand, in how many columns, and whether all authors are named."""

    head: Head = Head.ABOVE
    columns: int = 72
    all_names: bool = False


def facts_of(entry: Entry, day: date | None, marker: Marker, shape: Shape) -> list[Block]:
    """The facts of a paper in the list of `day`."""
    names = _names(entry, shape.all_names)
    authors = Block(names, "facts", tuple(marker(names, where=Field.AUTHOR)))
    ids, figures, listed = list(_ids(entry)), list(_figures(entry)), list(_listed(entry, day))
    state = decided(entry.state, day)
    note = list(_note(entry.state))
    match shape.head:
        case Head.BESIDE:
            groups = [[authors], [_line(ids), _line(figures)], [_line(listed[:1]), _line(listed[1:])], [state, *note]]
            kept = [[block for block in group if block.text] for group in groups]
            return [block for group in kept if group for block in (*group, Block(Safe("")))][:-1]
        case Head.ABOVE:
            return [authors, _line([*ids, *figures]), _line(listed), state, *note]
        case Head.LOW:
            room = shape.columns - sum(cell_len(fact) + len(BETWEEN) for fact in ids)
            short = authors if shape.all_names or cell_len(names) <= room else Block(_shortest_names(entry), "facts")
            first = [short.text, *ids] if short.text else ids
            hits = short.hits
            second = _figures_and_state(figures, entry.state, day, shape.columns)
            return [Block(fitting(first, shape.columns), "facts", hits), Block(second, "decided"), *note]


def fitting(facts: Iterable[str], columns: int) -> Safe:
    """As many facts as fit in a line, and an ellipsis for the rest."""
    shown, left = "", list(facts)
    while left:
        longer = BETWEEN.join(filter(None, (shown, left[0])))
        if cell_len(longer) + (len(BETWEEN) + 1 if len(left) > 1 else 0) > columns and shown:
            return reduce_cells(Safe(f"{shown}{BETWEEN}…"))
        shown = longer
        del left[0]
    return reduce_cells(Safe(shown))


def _figures_and_state(figures: list[str], state: ReadingState, day: date | None, columns: int) -> Safe:
    """Figures and state in one line. If they do not fit, status and star come first, so that they are shown."""
    parts = _state(state, day)
    if cell_len(BETWEEN.join([*figures, *parts])) <= columns:
        return fitting([*figures, *parts], columns)
    first = 2 if state.starred else 1
    return fitting([*parts[:first], *figures, *parts[first:]], columns)


def decided(state: ReadingState, day: date | None) -> Block:
    """The state of a paper: status, star, tags and rules."""
    return Block(reduce_cells(Safe(BETWEEN.join(_state(state, day)))), "decided")


def _state(state: ReadingState, day: date | None) -> list[str]:
    """Status, star, tags and the rules that acted."""
    where = ""
    if not state.is_unread and state.decided_in and state.decided_in != day:
        where = f" in the list of {near_date(state.decided_in, day)}"
    parts = [f"{STATUS_SIGNS[state.status]} {state.status.value}{where}"]
    parts += [f"{STAR_SIGN} starred"] if state.starred else []
    parts += [f"#{tag}" for tag in state.tags]
    return parts + [_rule(name) for name in state.rules]


def _rule(name: Safe) -> str:
    """A rule that acted on the paper: `◆ followed: QUERY`, `rule: mute QUERY`."""
    return f"{FOLLOWED_SIGN} followed: {name[len(FOLLOW) :]}" if name.startswith(FOLLOW) else f"rule: {name}"


def _line(facts: Iterable[str]) -> Block:
    return Block(reduce_cells(Safe(BETWEEN.join(facts))), "facts")


def _names(entry: Entry, all_names: bool) -> Safe:
    """The authors: the first three and a count, or all."""
    authors = entry.paper.authors or ()
    more = len(authors) - FIRST_NAMES
    if all_names or more <= 0:
        return reduce_cells(Safe(", ".join(authors)))
    return reduce_cells(Safe(f"{', '.join(authors[:FIRST_NAMES])} and {more:,} more"))


def _shortest_names(entry: Entry) -> Safe:
    """The last name of the first author, and the count of the others."""
    first, *others = entry.paper.authors or (Safe(""),)
    last = first.split()[-1] if first.split() else first
    return reduce_cells(Safe(f"{last} +{len(others):,}" if others else last))


def _ids(entry: Entry) -> Iterator[str]:
    paper = entry.paper
    if arxiv := paper.arxiv_version:
        yield arxiv
    if doi := paper.identifier("doi"):
        yield f"doi {doi}"
    if paper.categories:
        first, *others = paper.categories
        yield f"{first} +{len(others)}" if others else first


def _figures(entry: Entry) -> Iterator[str]:
    if entry.upvotes is not None:
        yield f"{UPVOTES_SIGN} {entry.upvotes:,}"
    if entry.comments is not None:
        yield f"{entry.comments:,} {'comment' if entry.comments == 1 else 'comments'}"
    for kind in entry.paper.links():
        if kind.partition("-")[0] not in _NO_FACT:
            yield kind


def _listed(entry: Entry, day: date | None) -> Iterator[str]:
    """The date of the open list, other dates, files, and the date of publication."""
    here = next((place for place in entry.listed if place.listing.date == day), entry.newest)
    beside = here.listing.date if here else None
    if here and beside:
        said = {place.announced for place in entry.listed if place.listing.date == beside}
        announced = next((one for one in Announced if one in said), None)
        how = f" {_AS[announced]}" if announced in _AS else ""
        yield f"listed {long_date(beside)}{'?' if here.listing.guessed else ''}{how}"
    if others := [near_date(other, beside) for other in entry.dates if other != beside]:
        yield f"also {', '.join(others)}"
    if entry.files:
        yield f"in {', '.join(place.file.name for place in entry.files)}"
    if entry.paper.published:
        yield f"published {near_date(entry.paper.published, beside, weekday=False)}"


def _note(state: ReadingState) -> Iterator[Block]:
    """The lines of the note."""
    lines = reduce_cells(state.note).split("\n") if state.note else ()
    for index, line in enumerate(lines):
        yield Block(Safe(f"{NOTE_SIGN if not index else ' '} {line}"), "note")
