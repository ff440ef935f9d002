"""The filter of one list: the papers of a list in memory that a query finds, best first."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from paperreader.domain.reading import UNDECIDED, ReadingState
from paperreader.domain.text import Safe, clean_line, reduce_cells
from paperreader.errors import QueryError
from paperreader.services.library import Library
from paperreader.services.searching.clauses import (
    is_decided,
    papers_bearing,
    papers_in_state,
)
from paperreader.storage.catalogue.catalogue import SearchText

if TYPE_CHECKING:
    from paperreader.domain.query.tree import Fact, Query
    from paperreader.search.list_index import SearchResult

MAX_ABSTRACTS = 20_000
"""Papers of a list whose abstracts are searched; in longer lists titles and authors are. About 5 kB of memory each."""


MOST_REMEMBERED = 16
"""Facts of which it is remembered for the next key which papers of a list bear them: up to 1 MB each."""
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

        self.ids = ids
        self.index = ListIndex()
        self._as_of: tuple[int, str, date] | None = None
        self._remembered: dict[Fact, frozenset[int]] = {}
        self._states: dict[int, ReadingState] | None = None
        """What was decided about papers of the list."""
        self.titles_only = len(ids) > MAX_ABSTRACTS

    @property
    def is_ready(self) -> bool:
        """Whether every paper of the list is indexed."""
        return len(self.index) == len(self.ids)

    def build(self, library: Library, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Index the papers, as long as `goes_on`, which is asked before every few, says so."""
        from paperreader.domain.latex.text import readable  # which no verb needs that lists papers

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
        """The papers of the list that a query finds, best first, and how to mark the hits."""
        result = self.index.search(query, lambda fact: self._bearing(library, fact))
        return array("q", (self.ids[position] for position in result.positions)), result

    def _bearing(self, library: Library, fact: Fact) -> frozenset[int]:
        """The positions of the papers of which a fact holds, remembered for the next key."""
        as_of = (library.reading.seq, library.catalogue.edition(), today_of(library))
        if as_of != self._as_of:
            self._as_of, self._states = as_of, None
            self._remembered.clear()
        if fact not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            if is_decided(fact):
                papers = papers_in_state(fact, self._decided(library))
            else:
                papers = papers_bearing(library, fact, as_of[2], self.ids)
            self._remembered[fact] = frozenset(place for place, paper in enumerate(self.ids) if paper in papers)
        return self._remembered[fact]

    def _decided(self, library: Library) -> dict[int, ReadingState]:
        if self._states is None:
            states = library.states(self.ids)
            self._states = {paper: state for paper, state in states.items() if state is not UNDECIDED}
        return self._states


def parse_strictly(text: str) -> Query:
    """The query that a text stands for; raises QueryError that names the place of what cannot be read."""
    from paperreader.domain.query.parser import parse_query  # 7 ms that only queries need

    query = parse_query(text, complete=True)
    if query.problems:
        problem = query.problems[0]
        raise QueryError(
            f"the query cannot be read at character {problem.position + 1}: {clean_line(problem.message)}",
            problem.position,
        )
    if query.is_empty:
        raise QueryError("the query asks for nothing: it has neither a word nor a clause such as is:unread", 0)
    return query


def today_of(library: Library) -> date:
    """The day it is where the user is."""
    return library.reading.now().astimezone().date()
