"""Searches the list or library after each key press in the filter bar; shows only the newest result.

Short lists are searched in memory, after indexing in the background. Long lists and the library are searched with the
search index. Without an index, their first papers are searched in memory.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from paperreader.domain.list_order import ListOrder
from paperreader.domain.lists import Place, Shelf
from paperreader.errors import IndexDamaged, PaperReaderError, StoreError
from paperreader.files.memory import trim_memory
from paperreader.ranking.scores import NO_SCORES
from paperreader.services.library import Library
from paperreader.services.lists.ordering import sort_list
from paperreader.ui.limits import USUAL, Limits
from paperreader.ui.presenting.markers import Marker, no_marks

if TYPE_CHECKING:
    from paperreader.domain.query.tree import Query
    from paperreader.search.list_index import SearchResult
    from paperreader.services.searching.library_search import LibrarySearch
    from paperreader.services.searching.list_filter import Found, ListFilter
    from paperreader.services.searching.nearest_query import NearestQuery

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Filtered:
    """The result of a query: papers in an order, how to mark matches, and a remark."""

    text: str
    ids: Sequence[int]
    marker: Marker = no_marks
    remark: str = ""
    total: int = 0
    """How many papers match. Only the best of many are returned."""
    is_everywhere: bool = False
    """Whether the library was searched instead of the list."""
    order: ListOrder = ListOrder.BEST


class FilterSearch:
    """The searches of the open list, in a thread.

    `show` gets each result. `show_elsewhere` gets the number of matches in the library if the list was searched, and
    the reverse. `show_nearest` gets the nearest query that finds something, after one that found nothing. `lost` is
    called if the index is damaged. `make_filter` makes the in-memory index of a list.
    """

    def __init__(
        self,
        library: Library,
        show: Callable[[Filtered], None],
        show_elsewhere: Callable[[int], None] = lambda _papers: None,
        show_nearest: Callable[[NearestQuery | None], None] = lambda _query: None,
        lost: Callable[[], None] = lambda: None,
        limits: Limits = USUAL,
        make_filter: Callable[[Sequence[int]], ListFilter] | None = None,
    ) -> None:
        self._library = library
        self._show = show
        self._show_elsewhere = show_elsewhere
        self._show_nearest = show_nearest
        self._lost = lost
        self._limits = limits
        self._make_filter = make_filter
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="filter")
        self._reader: Library | None = None
        self._search: LibrarySearch | None = None
        self._ids: Sequence[int] = ()
        self._place: Place = Shelf.ALL
        self._filters: dict[bool, ListFilter] = {}
        """The in-memory index of the list, and (True) of a small library."""
        self._newest = 0
        self._answered = 0
        self._found_nothing = False
        self.is_everywhere = False
        """Whether the library is searched instead of the list."""
        self.order = ListOrder.BEST
        """The order of results."""
        self.scores = NO_SCORES
        """The scores of the order by interest."""
        self.waits_for = ""
        """Why no index exists yet, for the remark of a result."""

    def use(self, ids: Sequence[int], place: Place) -> None:
        """Search another list. Work on the old list is dropped."""
        self.is_everywhere = False
        self.go_on_with(ids, place)

    def go_on_with(self, ids: Sequence[int], place: Place) -> None:
        """Search the list as it is now, after papers joined it or it was sorted. A running search is dropped."""
        self.forget()
        self._ids, self._place = ids, place
        # Assigned after the papers: the thread may still fill the index of the old list.
        self._filters = {}

    def prepare(self) -> None:
        """Index the list in the background, so that the first key of a query finds it ready."""
        if len(self._ids) > self._limits.filter_at_once:
            self._thread.submit(self._prepare_long)
        else:
            self._prepare_in_memory()

    def renew(self) -> None:
        """Open the search index again, after it changed or was built."""
        self._filters.pop(True, None)
        self._thread.submit(self._refresh)

    @property
    def is_ready(self) -> bool:
        """Whether the list is indexed in memory."""
        return False in self._filters and self._filters[False].is_ready

    def forget(self) -> None:
        """Drop the running search."""
        self._newest += 1
        self._answered = self._newest

    @property
    def is_asked(self) -> bool:
        """Whether the newest query has no result yet."""
        return self._answered != self._newest

    async def settle(self) -> None:
        """Wait until the newest query has a result, was dropped or failed."""
        while self.is_asked:
            await asyncio.sleep(0.005)

    def ask(self, text: str) -> Coroutine[None, None, None]:
        """Show the result of a query, unless a newer query starts or this one is dropped.

        While the list is being indexed, matches in the indexed part are shown first. Raises StoreError if the library
        cannot be searched.
        """
        # Counted before any await: results follow the order of keys, whichever task starts first.
        self._newest += 1
        return self._ask(text, self._newest)

    async def _ask(self, text: str, number: int) -> None:
        from paperreader.domain.query.parser import parse_query

        if number != self._newest:
            return
        query = parse_query(text)
        try:
            if not await self._ask_index(text, query, number):
                await self._ask_memory(text, query, number)
        except PaperReaderError:
            if number != self._newest:
                return
            self._answered = number  # no result will come
            raise
        await asyncio.sleep(self._limits.count_elsewhere)  # the next key must not wait for this count
        if number == self._answered == self._newest:
            elsewhere = await self._in_thread(self._count, query, not self.is_everywhere, number)
            if elsewhere is not None and number == self._newest:
                self._show_elsewhere(elsewhere)
            if self._found_nothing and number == self._newest:
                nearest = await self._in_thread(self._nearest, text, number)
                if number == self._newest:
                    self._show_nearest(nearest)

    def close(self) -> None:
        """Stop background work."""
        self._filters.clear()
        self.forget()
        with suppress(RuntimeError):  # closed already
            self._thread.submit(self._close_reader)
        self._thread.shutdown(wait=False)

    def _close_reader(self) -> None:
        if self._reader:
            self._reader.catalogue.close()

    def _in_thread(self, work: Callable[..., Result], *args: object) -> asyncio.Future[Result]:
        return asyncio.get_running_loop().run_in_executor(self._thread, work, *args)

    def _tell(self, query: Query, found: Filtered) -> None:
        """Show a result. A problem of the query is the first remark."""
        self._found_nothing = not found.ids
        self._show(replace(found, remark=query.problems[0].message) if query.problems else found)

    # Through the search index

    async def _ask_index(self, text: str, query: Query, number: int) -> bool:
        """Search with the index and show the result; False if it cannot be used."""
        if not (self.is_everywhere or len(self._ids) > self._limits.filter_at_once):
            return False
        place = Shelf.ALL if self.is_everywhere else self._place
        answer = await self._in_thread(self._search_index, query, place, number)
        if number != self._newest:
            return True
        if answer is None:
            return False
        self._answered = number
        marker = answer.highlighter.spans if answer.highlighter else no_marks
        self._tell(query, Filtered(text, answer.ids, marker, "", answer.total, self.is_everywhere, self.order))
        return True

    def _search_index(self, query: Query, place: Place, number: int) -> Found | None:
        """The result of the index; None without an index, or if a newer query started."""
        from paperreader.services.searching.library_search import MOST

        search = self._opened()
        if search is None or number != self._newest:
            return None
        try:
            answer = search.search(query, place, self.order, self._limits.found or MOST)
            return replace(answer, ids=self._in_order(self._own_library(), answer.ids))
        except IndexDamaged:
            search.drop()
            self._lost()
            return None

    def _opened(self) -> LibrarySearch | None:
        """The search of the library, if an index exists."""
        if self._search is None:
            from paperreader.services.searching.library_search import LibrarySearch

            self._search = LibrarySearch(self._own_library())
            self._refresh()
        return self._search if self._search.is_open else None

    def _refresh(self) -> None:
        """Open the index again, if it was open."""
        if self._search:
            with suppress(StoreError):  # the next decision or list shows the error
                self._search.refresh()

    def _nearest(self, text: str, number: int) -> NearestQuery | None:
        """The nearest query that finds something; None if a newer query started."""
        from paperreader.domain.query.parser import parse_query
        from paperreader.services.searching.nearest_query import nearest_query

        def count(candidate: str) -> tuple[int, int] | None:
            query = parse_query(candidate, complete=True)
            here, everywhere = (self._count(query, wide, number) for wide in (False, True))
            return None if number != self._newest else (here or 0, everywhere or here or 0)

        return nearest_query(text, count)

    def _count(self, query: Query, everywhere: bool, number: int) -> int | None:
        """The number of matches in the library or in the list; None: not known, or both are the same."""
        if number != self._newest:
            return None
        place = Shelf.ALL if everywhere else self._place
        if everywhere and self._place == Shelf.ALL:
            return None
        search = self._opened()
        try:
            if search and (place is Shelf.ALL or len(self._ids) > self._limits.filter_at_once):
                return search.search(query, place, limit=1).total
            wanted = self._filter_of(everywhere)
            if len(wanted.ids) > self._limits.filter_at_once:
                return None
            self._build(wanted, lambda: number == self._newest)
            return len(wanted.apply(self._own_library(), query)[0]) if wanted.is_ready else None
        except StoreError:
            return None

    # In memory

    async def _ask_memory(self, text: str, query: Query, number: int) -> None:
        everywhere = self.is_everywhere
        # The first papers of a long list may not be read yet.
        is_long = everywhere not in self._filters and (everywhere or len(self._ids) > self._limits.filter_at_once)
        asked = await self._in_thread(self._filter_of, everywhere) if is_long else self._filter_of(everywhere)
        if asked.is_ready and len(asked.ids) <= self._limits.filter_at_once:
            self._answer(text, query, asked, self._apply(asked, self._library, query), number)
            return
        for search in (self._search_indexed, self._search_all):
            found = await self._in_thread(search, asked, query, number)
            if found is not None and number == self._newest:
                self._answer(text, query, asked, found, number)

    def _answer(
        self, text: str, query: Query, asked: ListFilter, answer: tuple[array[int], SearchResult], number: int
    ) -> None:
        ids, result = answer
        remark = self._partly(asked)
        if asked.is_ready:
            self._answered = number
        marker = result.highlighter.spans if result.highlighter else no_marks
        self._tell(query, Filtered(text, ids, marker, remark, len(ids), self.is_everywhere, self.order))

    def _partly(self, asked: ListFilter) -> str:
        """The remark about papers that were not searched."""
        if not asked.is_ready:
            return f"{len(asked.index):,} papers searched so far"
        if len(asked.ids) < self._limits.in_memory:
            return ""
        return f"only the first {len(asked.ids):,} papers are searched; {self.waits_for or 'there is no search index'}"

    def _filter_of(self, everywhere: bool) -> ListFilter:
        """The in-memory index of the list or the library; of long ones, their first papers."""
        filters = self._filters  # the event loop may open another list meanwhile
        if (known := filters.get(everywhere)) is not None:
            return known
        ids = self._ids
        if everywhere:
            ids = self._own_library().catalogue.first_ids(self._limits.in_memory) + self._own_library().kept_ids()
        elif len(ids) > self._limits.in_memory:
            ids = ids[: self._limits.in_memory]
        if self._make_filter is None:
            # 20 ms that the first paint does not wait for
            from paperreader.services.searching.list_filter import ListFilter

            self._make_filter = ListFilter
        return filters.setdefault(everywhere, self._make_filter(ids))

    def _prepare_long(self) -> None:
        """Open the index; without one, index the first papers in memory."""
        if self._opened() is None:
            self._prepare_in_memory()

    def _prepare_in_memory(self) -> None:
        wanted = self._filter_of(False)
        if not wanted.is_ready:
            self._thread.submit(self._build, wanted, lambda: self._yield_to_keys(wanted))

    def _search_indexed(self, asked: ListFilter, query: Query, number: int) -> tuple[array[int], SearchResult] | None:
        """The result in the papers indexed so far; None if a newer query started or all are indexed."""
        if number != self._newest or asked.is_ready or not len(asked.index):
            return None
        return self._apply(asked, self._own_library(), query)

    def _search_all(self, asked: ListFilter, query: Query, number: int) -> tuple[array[int], SearchResult] | None:
        """The result after the rest is indexed; None if a newer query started."""
        if number != self._newest:
            return None
        self._build(asked, lambda: self._is_wanted(asked) and number == self._newest)
        return self._apply(asked, self._own_library(), query) if asked.is_ready else None

    def _apply(self, asked: ListFilter, library: Library, query: Query) -> tuple[array[int], SearchResult]:
        ids, result = asked.apply(library, query)
        return self._in_order(library, ids), result

    def _in_order(self, library: Library, ids: array[int]) -> array[int]:
        if self.order is ListOrder.BEST:
            return ids
        place = Shelf.ALL if self.is_everywhere else self._place
        return sort_list(library, place, ids, self.order, scores=self.scores)

    def _build(self, wanted: ListFilter, goes_on: Callable[[], bool]) -> None:
        wanted.build(self._own_library(), goes_on)
        trim_memory()  # the index of the last list is as large

    def _yield_to_keys(self, wanted: ListFilter) -> bool:
        """Whether to continue indexing. It pauses for keys, and a waiting query goes first."""
        time.sleep(self._limits.index_pause)
        return self._is_wanted(wanted) and self._answered == self._newest

    def _is_wanted(self, asked: ListFilter) -> bool:
        return any(asked is wanted for wanted in list(self._filters.values()))

    def _own_library(self) -> Library:
        """The library as the thread reads it, with its own connection."""
        if self._reader is None:
            self._reader = self._library.reopen()
        return self._reader
