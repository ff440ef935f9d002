"""Checks a query before it is saved as a shelf, and finds and counts the papers of saved shelves."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from paperreader.domain.reading_state import length_problem
from paperreader.domain.text import clean_line
from paperreader.errors import IndexDamaged, QueryError
from paperreader.services.indexing.update import INDEX_FROM, Condition
from paperreader.services.library import AsOf, Library
from paperreader.services.searching.find_papers import find_without_index
from paperreader.services.searching.list_filter import Found, ListFilter, parse_strictly

if TYPE_CHECKING:
    from paperreader.domain.query.tree import Query
    from paperreader.services.searching.library_search import LibrarySearch

MAX_QUERY = 1_000
"""Characters of the longest saved query."""

CountedAsOf = tuple[AsOf, Condition | None]
"""What a count depends on: the state of the library, and the condition of its index."""


def query_to_save(text: str) -> str:
    """The cleaned text of a query; raises QueryError if it is too long or invalid."""
    if reason := length_problem(text, MAX_QUERY):
        raise QueryError(f"the query {reason}", MAX_QUERY)
    cleaned = clean_line(text)
    parse_strictly(cleaned)
    return cleaned


class SavedShelves:
    """The papers that the queries of saved shelves find, searched in one thread and counted once per change.

    A small library is searched in memory, a large one through its index, which is not updated here.
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
        self._as_of: CountedAsOf | None = None
        self._counts: dict[str, int | None] = {}

    def look(self) -> Future[CountedAsOf]:
        """Forget counts that changes made wrong; what counts depend on now. Fails with StoreError."""
        return self._thread.submit(self._look)

    def find(self, text: str) -> Future[Found]:
        """The papers that a query finds: the best first if it has words, otherwise the newest first.

        Of a large library only the best. Fails with QueryError, StoreError.
        """
        return self._thread.submit(self._find, text)

    def count(self, text: str) -> Future[int | None]:
        """The number of papers at the last look; None for an invalid query, or if the index is missing."""
        return self._thread.submit(self._count, text)

    def close(self) -> None:
        """Stop all searches."""
        self._is_closed = True
        with suppress(RuntimeError):  # already closed
            self._thread.submit(self._close_reader)
        self._thread.shutdown(wait=False)

    # In the thread

    def _find(self, text: str) -> Found:
        query = parse_strictly(text)
        self._look()
        if query.has_texts and self._search and self._search.is_open:
            with suppress(IndexDamaged):  # the next look reports it too
                return self._search.search(query)
        return self._find_in_memory(query)

    def _count(self, text: str) -> int | None:
        if text not in self._counts:
            self._counts[text] = self._count_now(text)
        return self._counts[text]

    def _count_now(self, text: str) -> int | None:
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
        return Found(ids, len(ids), result.highlighter)

    def _look(self) -> CountedAsOf:
        library = self._own_library()
        edition = library.catalogue.edition()
        if edition != self._edition:
            self._edition = edition
            self._is_large = library.catalogue.count() >= self._index_from
            self._filter = None
        as_of = (library.as_of(), self._index_condition(library))
        if as_of != self._as_of:
            self._as_of = as_of
            self._counts.clear()
        return as_of

    def _index_condition(self, library: Library) -> Condition | None:
        """The condition of the index of a large library, which is opened; None for a small library."""
        if not self._is_large:
            self._search = None
            return None
        from paperreader.services.searching.library_search import LibrarySearch  # 20 ms that only large libraries need

        self._search = self._search or LibrarySearch(library)
        return self._search.refresh()

    def _own_library(self) -> Library:
        """The library over a connection of this thread."""
        if self._reader is None:
            self._reader = self._library.reopen()
        return self._reader

    def _close_reader(self) -> None:
        if self._reader:
            self._reader.catalogue.close()
