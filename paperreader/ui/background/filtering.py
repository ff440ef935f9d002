"""The filter of the list in view or of the whole library: asked at every key, only the newest answer shown.

Short lists are searched in memory, where they are indexed in the background. Long ones, and the whole library, are
searched through the search index; while there is none, their first papers are searched in memory.
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
from paperreader.domain.places import Place, Shelf
from paperreader.errors import IndexDamaged, PaperReaderError, StoreError
from paperreader.files.memory import trim_memory
from paperreader.services.library import Library
from paperreader.services.lists.ordering import sort_list
from paperreader.ui.limits import USUAL, Limits
from paperreader.ui.presenting.marking import Marker, no_marks

if TYPE_CHECKING:
    from paperreader.domain.query.tree import Query
    from paperreader.search.list_index import SearchResult
    from paperreader.services.searching.library_search import LibrarySearch
    from paperreader.services.searching.list_filter import Found, ListFilter

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a query found: papers in an order, how to mark the hits, and what is to be said of it."""

    text: str
    ids: Sequence[int]
    marker: Marker = no_marks
    remark: str = ""
    total: int = 0
    """How many papers it finds in all: of many, the best are given."""
    is_everywhere: bool = False
    """Whether it was asked of the whole library, rather than of the list."""
    order: ListOrder = ListOrder.BEST


class Filtering:
    """The searches of one list after the other, in one thread of their own.

    `show` is given each answer, `show_elsewhere` how many papers the same query finds in the library if the list was
    asked, and the other way round. `lost` is called where the index turns out to be damaged. `make_filter` makes the
    filter of a list in memory.
    """

    def __init__(
        self,
        library: Library,
        show: Callable[[Filtered], None],
        show_elsewhere: Callable[[int], None] = lambda _papers: None,
        lost: Callable[[], None] = lambda: None,
        limits: Limits = USUAL,
        make_filter: Callable[[Sequence[int]], ListFilter] | None = None,
    ) -> None:
        self._library = library
        self._show = show
        self._show_elsewhere = show_elsewhere
        self._lost = lost
        self._limits = limits
        self._make_filter = make_filter
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="filter")
        self._reader: Library | None = None
        self._search: LibrarySearch | None = None
        self._ids: Sequence[int] = ()
        self._place: Place = Shelf.ALL
        self._filters: dict[bool, ListFilter] = {}
        """What is indexed in memory: the list, and (True) the library where it is small."""
        self._newest = 0
        self._answered = 0
        self.is_everywhere = False
        """Whether the whole library is asked, rather than the list."""
        self.order = ListOrder.BEST
        """The order in which what is found is shown."""
        self.waits_for = ""
        """Why there is no index yet, for whoever asks meanwhile."""

    def use(self, ids: Sequence[int], place: Place) -> None:
        """Turn to another list; the old one's work is dropped."""
        self.is_everywhere = False
        self.go_on_with(ids, place)

    def go_on_with(self, ids: Sequence[int], place: Place) -> None:
        """Turn to the list as it is now: papers joined it, or it was sorted; an answer under way is dropped."""
        self.forget()
        self._ids, self._place = ids, place
        # Another one, after the papers: what the thread is making of the old list goes into the old one.
        self._filters = {}

    def prepare(self) -> None:
        """Index the list in the background, so that the first key of a query finds it ready."""
        if len(self._ids) > self._limits.filter_at_once:
            self._thread.submit(self._prepare_long)
        else:
            self._prepare_in_memory()

    def renew(self) -> None:
        """Turn to the search index as it is now; papers may have come, or an index where there was none."""
        self._filters.pop(True, None)
        self._thread.submit(self._reopen)

    @property
    def is_ready(self) -> bool:
        """Whether the list is indexed in memory."""
        return False in self._filters and self._filters[False].is_ready

    def forget(self) -> None:
        """Drop the answer that is still under way."""
        self._newest += 1
        self._answered = self._newest

    @property
    def is_asked(self) -> bool:
        """Whether the newest query is neither answered nor forgotten."""
        return self._answered != self._newest

    async def settle(self) -> None:
        """Wait until the newest query is answered or forgotten, or cannot be answered."""
        while self.is_asked:
            await asyncio.sleep(0.005)

    def ask(self, text: str) -> Coroutine[None, None, None]:
        """Show what a query finds, unless a newer one is asked, or this one forgotten, before the answer comes.

        While the list is still being indexed, what is found in the part that is done is shown first. Raises
        StoreError where the library cannot be asked.
        """
        # Counted before anything is awaited: answers follow the order of the keys, whichever task begins first.
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
            self._answered = number  # nobody waits for what does not come
            raise
        await asyncio.sleep(self._limits.count_elsewhere)  # the next key must not wait behind the count
        if number == self._answered == self._newest:
            elsewhere = await self._in_thread(self._count_elsewhere, query, number)
            if elsewhere is not None and number == self._newest:
                self._show_elsewhere(elsewhere)

    def close(self) -> None:
        """Drop what is under way."""
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
        """Show an answer; what is wrong with the query comes before anything else that is to be said."""
        self._show(replace(found, remark=query.problems[0].message) if query.problems else found)

    # Through the search index

    async def _ask_index(self, text: str, query: Query, number: int) -> bool:
        """Show what the index finds; False where it is not to be asked."""
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
        """What the index finds; None where there is none, or nobody wants the answer any more."""
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
        """The search of the library, where there is an index."""
        if self._search is None:
            self._refresh()
        return self._search if self._search and self._search.is_open else None

    def _reopen(self) -> None:
        """Open the index anew, if it was opened."""
        if self._search:
            self._refresh()

    def _refresh(self) -> None:
        from paperreader.services.searching.library_search import LibrarySearch

        if self._search is None:
            self._search = LibrarySearch(self._own_library())
        with suppress(StoreError):  # which the next decision or list will tell
            self._search.refresh()

    def _count_elsewhere(self, query: Query, number: int) -> int | None:
        """How many papers the query finds in the library, or in the list where the library was asked."""
        if number != self._newest:
            return None
        place = self._place if self.is_everywhere else Shelf.ALL
        if place == self._place == Shelf.ALL:
            return None
        search = self._opened()
        try:
            if search and (place is Shelf.ALL or len(self._ids) > self._limits.filter_at_once):
                return search.search(query, place, limit=1).total
            wanted = self._filter_of(not self.is_everywhere)
            if len(wanted.ids) > self._limits.filter_at_once:
                return None
            self._build(wanted, lambda: number == self._newest)
            return len(wanted.apply(self._own_library(), query)[0]) if wanted.is_ready else None
        except StoreError:
            return None

    # In memory

    async def _ask_memory(self, text: str, query: Query, number: int) -> None:
        everywhere = self.is_everywhere
        # The first papers of a long list may still have to be read.
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
        """What was not searched."""
        if not asked.is_ready:
            return f"{len(asked.index):,} papers searched so far"
        if len(asked.ids) < self._limits.in_memory:
            return ""
        return f"the first {len(asked.ids):,} papers only; {self.waits_for or 'there is no search index'}"

    def _filter_of(self, everywhere: bool) -> ListFilter:
        """What is indexed in memory of the list, or of the library: of long ones, the first papers."""
        filters = self._filters  # the event loop may turn to another list meanwhile
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
        """What is found in the papers indexed so far; None where nobody wants it or all are indexed."""
        if number != self._newest or asked.is_ready or not len(asked.index):
            return None
        return self._apply(asked, self._own_library(), query)

    def _search_all(self, asked: ListFilter, query: Query, number: int) -> tuple[array[int], SearchResult] | None:
        """What is found when the rest is indexed; None where it was typed on meanwhile and nobody wants it."""
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
        return sort_list(library, Shelf.ALL if self.is_everywhere else self._place, ids, self.order)

    def _build(self, wanted: ListFilter, goes_on: Callable[[], bool]) -> None:
        wanted.build(self._own_library(), goes_on)
        trim_memory()  # of the list before, which is as large

    def _yield_to_keys(self, wanted: ListFilter) -> bool:
        """Whether to go on indexing, after a pause in which keys are served; a query that waits goes first."""
        time.sleep(self._limits.index_pause)
        return self._is_wanted(wanted) and self._answered == self._newest

    def _is_wanted(self, asked: ListFilter) -> bool:
        return any(asked is wanted for wanted in list(self._filters.values()))

    def _own_library(self) -> Library:
        """The library as the thread reads it, over a connection of its own."""
        if self._reader is None:
            self._reader = self._library.reopen()
        return self._reader
