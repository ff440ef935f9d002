"""The rows of a list of papers: titles, reading states and remarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from paperreader.domain.dates import date_beside
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Field, Standing
from paperreader.domain.reading_state import ReadingState
from paperreader.domain.text import Safe, clean_line, reduce_cells
from paperreader.services.library import Library
from paperreader.ui.presenting.markers import Marker, no_marks
from paperreader.ui.presenting.signs import RETURNED_SIGN, STATUS_SIGNS
from paperreader.ui.widgets.paper_list import PaperRow


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a paper entered the list of a date."""

    returned: date | None = None
    """The earlier date on which the user decided it."""
    announced: Announced | None = None
    version: int | None = None
    """The shown version of an arXiv paper."""


def paper_rows(library: Library, ids: Sequence[int], day: date | None, marker: Marker) -> dict[int, PaperRow]:
    """The rows of papers in the list of a date, or (None) on a shelf; raises StoreError."""
    found = library.rows(ids)
    states = {row.id: library.reading.state(row.key, row.names) for row in found}
    returned = _returned(library, states, day) if day else {}
    announced = library.catalogue.announced_on(day, ids) if day else {}
    rows = {
        row.id: paper_row(
            row.title,
            states[row.id],
            day,
            marker,
            Arrival(returned.get(row.id), announced.get(row.id), row.version),
            row.standing,
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
) -> PaperRow:
    """The row of a paper in the list of a date; `day` is None on a shelf."""
    shown = reduce_cells(title)
    details = [f"#{tag}" for tag in state.tags]
    if state.note:
        details.append(f"✎ {clean_line(state.note)}")
    return PaperRow(
        title=shown,
        sign=Safe(RETURNED_SIGN if arrival.returned and not state.is_unread else STATUS_SIGNS[state.status]),
        starred=state.starred,
        is_done=not state.is_unread,
        warning=Safe("not a paper" if standing is Standing.OTHER else standing.value if standing else ""),
        badge=_badge(arrival),
        remarks=tuple(_remarks(state, day, arrival)),
        second_line=reduce_cells(Safe("  ".join(details))),
        hits=tuple(marker(shown, where=Field.TITLE)),
    )


def _remarks(state: ReadingState, day: date | None, arrival: Arrival) -> Iterator[Safe]:
    """The earlier decision and its date, or that this is a new version."""
    if arrival.returned:
        yield Safe(f"{_decision(state)} {date_beside(arrival.returned, day)}")
    elif arrival.announced is Announced.REPLACEMENT and arrival.version:
        yield Safe("replaced")


def _badge(arrival: Arrival) -> Safe:
    """The label of a cross-list or replacement."""
    if arrival.announced is Announced.REPLACEMENT:
        return Safe(f"v{arrival.version}" if arrival.version else "replaced")
    return Safe("cross" if arrival.announced is Announced.CROSS else "")


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
    """The rows without a hit in the title, with a remark that names the field with the hit."""
    if marker is no_marks:
        return {}
    unmarked = [paper for paper, row in rows.items() if not row.hits]
    return {
        text.id: replace(rows[text.id], remarks=(*rows[text.id].remarks, _hit_field(marker, text.authors)))
        for text in (library.search_texts(unmarked) if unmarked else ())
    }


def _hit_field(marker: Marker, authors: str) -> Safe:
    return Safe("authors" if marker(authors, where=Field.AUTHOR) else "abstract")
