"""The shelves that the user saved: what is saved of a query, which papers a shelf finds, and how many."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from paperreader.domain.reading import length_problem
from paperreader.domain.text import clean_line
from paperreader.errors import IndexDamaged, QueryError
from paperreader.services.indexing.upkeep import INDEX_FROM, Condition
from paperreader.services.library import Library
from paperreader.services.searching.finders import Found, find_without_index
from paperreader.services.searching.list_filter import ListFilter, parse_strictly, today_of

if TYPE_CHECKING:
    from paperreader.domain.query.tree import Query
    from paperreader.services.searching.library_search import LibrarySearch

MAX_QUERY = 1_000
"""Characters of a query that is saved."""

AsOf = tuple[int, str, date, Condition | None]
"""What an answer depends on: the last action, the edition of the catalogue, the day, and the state of the index."""


def query_to_save(text: str) -> str:
    """The text of a query as it is saved; raises QueryError where it is too long or unreadable."""
    if reason := length_problem(text, MAX_QUERY):
        raise QueryError(f"the query {reason}", MAX_QUERY)
    cleaned = clean_line(text)
    parse_strictly(cleaned)
    return cleaned


class SavedShelves:
    """What the queries of saved shelves find, asked in one thread; what is found holds until something changes.

    A small library is asked in memory, a large one through its index, where it has one: it is not brought up to date
    here.
    """

    def __init__(self, library: Library, index_from: int = INDEX_FROM) -> None:
        self._library = library
        self._index_from = index_from
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shelves")
        self._is_closed = False
        self._reader: Library | None = None
        self._search: LibrarySearch | None = None
        self._filter: ListFilter | None = None
        self._edition = ""
        self._is_large = False
        self._as_of: AsOf | None = None
        self._counts: dict[str, int | None] = {}

    def look(self) -> Future[AsOf]:
        """As of what counts hold from now on; those that hold no more are forgotten. Fails with StoreError."""
        return self._thread.submit(self._look)

    def find(self, text: str) -> Future[Found]:
        """The papers that a query finds, at some time: best first where it has words, else newest first.

        Of a large library the best alone. Fails with QueryError, StoreError.
        """
        return self._thread.submit(self._find, text)

    def count(self, text: str) -> Future[int | None]:
        """How many it found at the last look; None where it cannot be read, or only an index to come can tell."""
        return self._thread.submit(self._count, text)

    def close(self) -> None:
        """Drop what is under way."""
        self._is_closed = True
        with suppress(RuntimeError):  # closed already
            self._thread.submit(self._close_reader)
        self._thread.shutdown(wait=False)

    # In the thread

    def _find(self, text: str) -> Found:
        query = parse_strictly(text)
        self._look()
        if query.has_texts and self._search and self._search.is_open:
            with suppress(IndexDamaged):  # the next look says so, too
                answer = self._search.search(query)
                return Found(answer.ids, answer.highlighter)
        return self._find_in_memory(query)

    def _count(self, text: str) -> int | None:
        if text not in self._counts:
            self._counts[text] = self._count_anew(text)
        return self._counts[text]

    def _count_anew(self, text: str) -> int | None:
        try:
            query = parse_strictly(text)
            if self._search and self._search.is_open:
                return self._search.count(query)
        except (QueryError, IndexDamaged):
            return None
        return None if self._is_large and query.has_texts else len(self._find_in_memory(query).ids)

    def _find_in_memory(self, query: Query) -> Found:
        library = self._own_library()
        if self._is_large or not query.has_texts:
            return find_without_index(library, query)
        if self._filter is None:
            self._filter = ListFilter(library.catalogue.all_ids() + library.kept_ids())
        self._filter.build(library, lambda: not self._is_closed)
        ids, result = self._filter.apply(library, query)
        return Found(ids, result.highlighter)

    def _look(self) -> AsOf:
        library = self._own_library()
        edition = library.catalogue.edition()
        if edition != self._edition:
            self._edition = edition
            self._is_large = library.catalogue.count() >= self._index_from
            self._filter = None
        as_of = (library.reading.seq, edition, today_of(library), self._look_at_index(library))
        if as_of != self._as_of:
            self._as_of = as_of
            self._counts.clear()
        return as_of

    def _look_at_index(self, library: Library) -> Condition | None:
        """How the index of a large library stands to its catalogue, now that it is opened as it is."""
        if not self._is_large:
            self._search = None
            return None
        from paperreader.services.searching.library_search import LibrarySearch  # 20 ms that only large libraries need

        self._search = self._search or LibrarySearch(library)
        return self._search.refresh()

    def _own_library(self) -> Library:
        """The library as the thread reads it, over a connection of its own."""
        if self._reader is None:
            self._reader = self._library.reopen()
        return self._reader

    def _close_reader(self) -> None:
        if self._reader:
            self._reader.catalogue.close()
