"""Answering queries: over the whole library for the command line, over the list in view for the filter bar."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.latex import readable
from paperreader.domain.text import Safe, clean_line, reduce_cells
from paperreader.errors import QueryError
from paperreader.services.library import Library
from paperreader.storage.catalogue import SearchText

if TYPE_CHECKING:
    from paperreader.domain.query import Query
    from paperreader.search.list_index import SearchResult

MAX_ABSTRACTS = 20_000
"""Papers of a list whose abstracts are searched; in longer lists titles and authors are. About 5 kB of memory each."""


CHUNK = 20
"""Papers indexed between two questions whether to go on: some 2 ms of work."""


class Sort(StrEnum):
    """The orders in which papers can be listed."""

    RELEVANCE = "relevance"
    DATE = "date"
    UPVOTES = "upvotes"
    TITLE = "title"


class ListFilter:
    """The filter of one list: its papers indexed, so that a query costs no more than its words."""

    def __init__(self, ids: Sequence[int]) -> None:
        from paperreader.search.list_index import ListIndex  # 15 ms that only queries with words need

        self.ids = array("q", ids)
        self.index = ListIndex()
        self.titles_only = len(ids) > MAX_ABSTRACTS

    @property
    def is_ready(self) -> bool:
        """Whether every paper of the list is indexed."""
        return len(self.index) == len(self.ids)

    def build(self, library: Library, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Index the papers, as long as `goes_on`, which is asked before every few, says so."""
        for start in range(len(self.index), len(self.ids), CHUNK):
            if not goes_on():
                return
            ids = self.ids[start : start + CHUNK]
            texts = {text.id: text for text in library.search_texts(ids)}
            for paper in ids:
                text = texts.get(paper) or SearchText(paper, "", "", "")
                # As it is shown: what is found can be seen, and what can be seen is found.
                abstract = readable(Safe(text.abstract)) if not self.titles_only else Safe("")
                self.index.add(reduce_cells(Safe(text.title)), text.authors, reduce_cells(abstract))

    def apply(self, library: Library, query: Query) -> tuple[array[int], SearchResult]:
        """The papers of the list that a query being typed finds, best first, and how to mark the hits."""
        allowed = _allowed(library, query, self.ids)
        is_allowed = None if allowed is None else (lambda position: self.ids[position] in allowed)
        result = self.index.search(query.words, is_allowed)
        return array("q", (self.ids[position] for position in result.positions)), result


def find_papers(library: Library, text: str, sort: Sort | None = None, limit: int | None = None) -> list[int]:
    """The papers of the whole library that a query finds; by relevance where it has words, else newest first.

    Raises QueryError where a part of the query cannot be read.
    """
    listed = library.catalogue.all_ids()
    if not text.strip():
        return list(_sorted(library, listed, sort)[:limit])
    ids: Sequence[int] = listed + library.kept_ids()
    query = parse_strictly(text)
    allowed = _allowed(library, query, ids)
    if allowed is not None:
        ids = [paper for paper in ids if paper in allowed]
    if query.words:
        found = ListFilter(ids)
        found.build(library)
        positions = found.index.search(query.words, complete=True).positions
        if sort in (Sort.DATE, Sort.UPVOTES):
            positions.sort()
        ids = [ids[position] for position in positions]
    return list(_sorted(library, ids, sort)[:limit])


def find_keys(library: Library, text: str) -> list[PaperKey]:
    """The keys of the papers that a query finds; raises QueryError."""
    ids = find_papers(library, text)
    keys = library.keys_of(ids)
    return [keys[paper] for paper in ids]


def parse_strictly(text: str) -> Query:
    """The query that a text stands for; raises QueryError that names the place of what cannot be read."""
    from paperreader.domain.query_parser import parse_query  # 7 ms that only queries need

    query = parse_query(text, complete=True)
    if query.problems:
        problem = query.problems[0]
        raise QueryError(
            f"the query cannot be read at character {problem.position + 1}: {clean_line(problem.message)}",
            problem.position,
        )
    if query.is_empty:
        raise QueryError("the query asks for nothing: it has no word, is:, tag: or date:", 0)
    return query


def _sorted(library: Library, ids: Sequence[int], sort: Sort | None) -> Sequence[int]:
    """The papers in another order; relevance and date are the orders in which they come."""
    if sort is Sort.TITLE:
        titles = {row.id: row.title.casefold() for row in library.rows(ids)}
        return sorted(ids, key=titles.__getitem__)
    if sort is Sort.UPVOTES:
        places = library.catalogue.places(ids)
        votes = {paper: max((p.upvotes or 0 for p in places.get(paper, ())), default=0) for paper in ids}
        return sorted(ids, key=lambda paper: -votes[paper])
    return ids


def _allowed(library: Library, query: Query, ids: Iterable[int]) -> set[int] | None:
    """Which of the papers meet the clauses on states and dates; None where there are none."""
    allowed: set[int] | None = None
    for clause in query.dates:
        first, last = max(clause.first, date.min), min(clause.last, date.max)
        listed = library.catalogue.ids_between(first, last)
        meeting = set(ids) - listed if clause.negated else listed
        allowed = meeting if allowed is None else allowed & meeting
    if query.states:
        keys = library.keys_of(allowed if allowed is not None else ids)
        allowed = {paper for paper, key in keys.items() if query.holds_for(library.state(key))}
    return allowed
