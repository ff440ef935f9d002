"""The rows of a list of papers: titles, reading states and remarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from paperreader.domain.captures import family_name
from paperreader.domain.dates import KnownDate, near_date
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Field, Standing
from paperreader.domain.reading_state import ReadingState, ReadingStatus
from paperreader.domain.text import Safe, clean_line, reduce_cells
from paperreader.services.library import Library
from paperreader.storage.catalogue.catalogue import SHOWN_AUTHORS, RowFacts
from paperreader.ui.presenting.markers import Marker, no_marks
from paperreader.ui.presenting.rows.title_lines import cut
from paperreader.ui.presenting.signs import EMPTY_SIGN, FILLED_SIGN, NOTE_SIGN, STATUS_SIGNS
from paperreader.ui.widgets.paper_list import PaperRow

NO_FACTS = RowFacts()
SCORE_BAR = 4
"""Columns of the bar of a score."""
MOST_SCORE = 99
"""The highest score that is shown: no paper is certain."""
NOTE_START = 400
"""Characters of a note that are read for its first words."""
NOTE_CELLS = 40
"""Columns for the first words of a note."""
MOST_DAYS, MOST_MONTHS = 100, 24
"""From so many days on an age is in months, from so many months on in years."""
_GROUPS = frozenset(
    ("team", "group", "collaboration", "consortium", "project", "initiative", "lab", "labs", "community")
)
"""The last words of names of groups."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a paper entered the list of a date."""

    returned: date | None = None
    """The earlier date on which the user decided it."""
    announced: Announced | None = None
    version: int | None = None
    """The shown version of an arXiv paper."""


def paper_rows(
    library: Library, ids: Sequence[int], day: date | None, marker: Marker, score: Callable[[int], Safe] | None = None
) -> dict[int, PaperRow]:
    """The rows of papers in the list of a date, or (None) on a shelf; raises StoreError.

    `score` gives the score of a paper, if the list has scores.
    """
    found = library.rows(ids)
    states = {row.id: library.reading.state(row.key, row.names) for row in found}
    returned = _returned(library, states, day) if day else {}
    announced = library.catalogue.announced_on(day, ids) if day else {}
    facts, today = library.row_facts(ids), library.today()
    rows = {
        row.id: paper_row(
            row.title,
            states[row.id],
            day,
            marker,
            Arrival(returned.get(row.id), announced.get(row.id), row.version),
            row.standing,
            facts.get(row.id, NO_FACTS),
            today,
            score(row.id) if score else None,
        )
        for row in found
    }
    return rows | _with_hit_fields(library, rows, marker)


def paper_row(
    title: Safe,
    state: ReadingState,
    day: date | None,
    marker: Marker,
    arrival: Arrival = Arrival(),
    standing: Standing | None = None,
    facts: RowFacts = NO_FACTS,
    today: date | None = None,
    score: Safe | None = None,
) -> PaperRow:
    """The row of a paper in the list of a date; `day` is None on a shelf.

    Its age is the age on that date, on a shelf the age today.
    """
    shown = reduce_cells(title)
    note = clean_line(state.note[:NOTE_START])
    published, on = facts.published or (None if day else facts.newest), day or today
    return PaperRow(
        title=shown,
        sign=Safe(STATUS_SIGNS[state.status]),
        is_unread=state.is_unread,
        is_done=state.status in (ReadingStatus.READ, ReadingStatus.SKIPPED),
        is_starred=state.starred,
        is_followed=state.is_followed,
        has_returned=arrival.returned is not None,
        warning=Safe("not a paper" if standing is Standing.OTHER else standing.value if standing else ""),
        notices=tuple(_notices(state, day, arrival)),
        authors=_authors(facts, SHOWN_AUTHORS),
        first_author=_authors(facts, 1),
        category=reduce_cells(facts.category),
        upvotes=facts.upvotes,
        comments=facts.comments,
        has_code=facts.has_code,
        age=age(published, on) if on else Safe(""),
        details=tuple(
            reduce_cells(Safe(text))
            for text in (
                *(f"#{tag}" for tag in state.tags),
                *([f"{NOTE_SIGN} {cut(note, NOTE_CELLS)}"] if note else []),
            )
        ),
        hits=tuple(marker(shown, where=Field.TITLE)),
        score=score,
    )


def score_text(percent: int | None) -> Safe:
    """A score in percent with a bar, as in `86 ━━━─`; empty for a paper without a score."""
    if percent is None:
        return Safe("")
    score = min(MOST_SCORE, percent)
    filled = round(score * SCORE_BAR / 100)
    return Safe(f"{score:>2} {FILLED_SIGN * filled}{EMPTY_SIGN * (SCORE_BAR - filled)}")


def age(published: KnownDate | None, on: date) -> Safe:
    """How old a paper is on a date: `2d`, `14mo`, `6y`; empty: unknown, or published later."""
    if published is None:
        return Safe("")
    months = 12 * (on.year - published.year) + on.month - (published.month or on.month)
    if isinstance(published, date):
        days = (on - published).days
        if days < MOST_DAYS:
            return Safe(f"{days}d" if days >= 0 else "")
        months -= on.day < published.day
    elif published.month is None:
        return Safe(f"{months // 12}y" if months > 0 else "")
    return Safe(f"{months}mo" if 0 <= months < MOST_MONTHS else f"{months // 12}y" if months > 0 else "")


def _authors(facts: RowFacts, most: int) -> Safe:
    """The family names of the first authors and the number of the others: `Nwosu, Krenn, Tang +2`."""
    names = [_short_name(name) for name in (facts.authors or ())[:most]]
    more = facts.author_count - len(names)
    return reduce_cells(Safe(f"{', '.join(names)} +{more:,}" if names and more > 0 else ", ".join(names)))


def _short_name(name: Safe) -> str:
    """The family name of a person, or the whole name of a group."""
    family = family_name(name)
    return name if family.casefold() in _GROUPS else family


def _notices(state: ReadingState, day: date | None, arrival: Arrival) -> Iterator[Safe]:
    """The earlier decision and its date, and whether a list of the date has the paper as cross-list or replacement."""
    if arrival.returned:
        yield Safe(f"{_decision(state)} {near_date(arrival.returned, day)}")
    if arrival.announced is Announced.REPLACEMENT:
        yield Safe(f"v{arrival.version}" if arrival.version else "replaced")
    elif arrival.announced is Announced.CROSS:
        yield Safe("cross")


def _decision(state: ReadingState) -> str:
    """The last decision about a paper, in one word."""
    if not state.is_unread:
        return state.status.value
    return "starred" if state.starred else "noted" if state.note else "tagged"


def _returned(library: Library, states: Mapping[int, ReadingState], day: date) -> dict[int, date]:
    """The earlier dates in whose lists papers were decided, if these lists still contain them.

    For papers decided outside a dated list (in a file of references), the day of the decision.
    """
    earlier, undated = {}, {}
    for paper, state in states.items():
        if state.is_unread and not state.is_kept:
            continue
        if state.decided_in:
            earlier[paper] = state.decided_in
        elif state.decided_at:
            undated[paper] = state.decided_at.astimezone().date()
    earlier = {paper: before for paper, before in earlier.items() if before < day}
    listed = library.catalogue.dates_of(earlier) if earlier else {}
    found = {paper: before for paper, before in earlier.items() if before in listed.get(paper, ())}
    return found | {paper: before for paper, before in undated.items() if before < day}


def _with_hit_fields(library: Library, rows: Mapping[int, PaperRow], marker: Marker) -> dict[int, PaperRow]:
    """The rows without a hit in the title, with a notice that names the field with the hit."""
    if marker is no_marks:
        return {}
    unmarked = [paper for paper, row in rows.items() if not row.hits]
    return {
        text.id: replace(rows[text.id], notices=(*rows[text.id].notices, _hit_field(marker, text.authors)))
        for text in (library.search_texts(unmarked) if unmarked else ())
    }


def _hit_field(marker: Marker, authors: str) -> Safe:
    """Where the hit is."""
    return Safe("in authors" if marker(authors, where=Field.AUTHOR) else "in abstract")
