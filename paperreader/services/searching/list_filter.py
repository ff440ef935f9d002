"""The filter of one list: the papers of a list in memory that a query finds, best first."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperreader.domain.reading_state import UNDECIDED, ReadingState
from paperreader.domain.text import Safe, clean_line, reduce_cells
from paperreader.errors import QueryError
from paperreader.services.library import AsOf, Library
from paperreader.services.searching.facts import FactCache, is_decided, papers_bearing, papers_in_state
from paperreader.storage.catalogue.catalogue import SearchText

if TYPE_CHECKING:
    from paperreader.domain.query.tree import Fact, Query
    from paperreader.search.highlighter import Highlighter
    from paperreader.search.list_index import SearchResult

MAX_ABSTRACTS = 20_000
"""Papers of the longest list whose abstracts are searched; an abstract takes about 5 kB of memory."""
CHUNK = 20
"""Papers indexed between two calls of `goes_on`: some 2 ms of work."""


@dataclass(frozen=True, slots=True)
class Found:
    """The papers that a query finds, their total if `ids` are only the first, and how to mark hits of words."""

    ids: array[int]
    total: int
    highlighter: Highlighter | None = None


class ListFilter:
    """The filter of one list; its papers are indexed, so that a query costs no more than its words."""

    def __init__(self, ids: Sequence[int]) -> None:
        from paperreader.search.list_index import ListIndex  # 15 ms that only queries with words need

        self.ids = ids
        self.index = ListIndex()
        self.titles_only = len(ids) > MAX_ABSTRACTS
        self._cache: FactCache[frozenset[int]] = FactCache()
        self._states: dict[int, ReadingState] = {}
        """The states of the papers that have decisions."""
        self._states_as_of: AsOf | None = None

    @property
    def is_ready(self) -> bool:
        """Whether every paper of the list is indexed."""
        return len(self.index) == len(self.ids)

    def build(self, library: Library, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Index the papers until `goes_on` returns False; a later call continues."""
        from paperreader.domain.latex.text import readable  # no command that lists papers needs it

        for start in range(len(self.index), len(self.ids), CHUNK):
            if not goes_on():
                return
            ids = self.ids[start : start + CHUNK]
            texts = {text.id: text for text in library.search_texts(ids)}
            for paper in ids:
                text = texts.get(paper) or SearchText(paper, "", "", "")
                # The text as the screen shows it, so that a hit can be seen.
                abstract = readable(Safe(text.abstract)) if not self.titles_only else Safe("")
                self.index.add(reduce_cells(Safe(text.title)), text.authors, reduce_cells(abstract))

    def apply(self, library: Library, query: Query) -> tuple[array[int], SearchResult]:
        """The papers of the list that a query finds, best first, and how to mark the hits."""
        result = self.index.search(
            query, lambda fact: self._cache.get(library, fact, lambda: self._bearing(library, fact))
        )
        return array("q", (self.ids[position] for position in result.positions)), result

    def holding(self, library: Library, query: Query) -> set[int]:
        """The papers of the list that a query finds by whole words, without typing errors."""
        found = self.index.holding(
            query, lambda fact: self._cache.get(library, fact, lambda: self._bearing(library, fact))
        )
        return {self.ids[position] for position in found}

    def _bearing(self, library: Library, fact: Fact) -> frozenset[int]:
        """The positions of the papers for which a fact holds."""
        if is_decided(fact):
            papers = papers_in_state(fact, self._decided(library))
        else:
            papers = papers_bearing(library, fact, library.today(), self.ids)
        return frozenset(place for place, paper in enumerate(self.ids) if paper in papers)

    def _decided(self, library: Library) -> dict[int, ReadingState]:
        if (as_of := library.as_of()) != self._states_as_of:
            states = library.states(self.ids)
            self._states = {paper: state for paper, state in states.items() if state is not UNDECIDED}
            self._states_as_of = as_of
        return self._states


def parse_strictly(text: str) -> Query:
    """The query of a text; raises QueryError with the position of what is wrong."""
    from paperreader.domain.query.parser import parse_query  # 7 ms that only queries need

    query = parse_query(text, complete=True)
    problem = next((problem for problem in query.problems if not problem.is_text), None)
    if problem:
        raise QueryError(
            f"invalid query at character {problem.position + 1}: {clean_line(problem.message)}", problem.position
        )
    if query.is_empty:
        raise QueryError("empty query; write a word or a clause such as is:unread", 0)
    return query
