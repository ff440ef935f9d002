"""The filter of the list in view: indexed in the background, asked at every key, only the newest answer shown."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperreader.services.library import Library
from paperreader.ui.marking import Marker, no_marks

if TYPE_CHECKING:
    from paperreader.domain.query import Query
    from paperreader.search.list_index import SearchResult
    from paperreader.services.searching import ListFilter

AT_ONCE = 2_000
"""Papers up to which a query is answered on the event loop; longer lists are searched in a thread."""

PAUSE = 0.003
"""Seconds that indexing in the background leaves to the keys between two pieces of its work."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a query found: papers, best first, how to mark the hits, and what is to be said of it."""

    text: str
    ids: array[int]
    marker: Marker = no_marks
    remark: str = ""


class Filtering:
    """The searches of one list after the other, in one thread of their own."""

    def __init__(self, library: Library, show: Callable[[Filtered], None]) -> None:
        self._library = library
        self._show = show
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="filter")
        self._reader: Library | None = None
        self._ids: array[int] = array("q")
        self._filter: ListFilter | None = None
        self._newest = 0
        self._answered = 0

    def use(self, ids: array[int]) -> None:
        """Turn to another list; the old one's work is dropped."""
        self.forget()
        self._ids, self._filter = ids, None

    def prepare(self) -> None:
        """Index the list in the background, so that the first key of a query finds it ready."""
        wanted = self._list_filter()
        if not wanted.is_ready:
            self._thread.submit(self._build, wanted, lambda: self._yield_to_keys(wanted))

    def forget(self) -> None:
        """Drop the answer that is still under way."""
        self._newest += 1
        self._answered = self._newest

    async def settle(self) -> None:
        """Wait until the newest query is answered or forgotten."""
        while self._answered != self._newest:
            await asyncio.sleep(0.005)

    def ask(self, text: str) -> Coroutine[None, None, None]:
        """Show what a query finds, unless a newer one is asked, or this one forgotten, before the answer comes.

        While the list is still being indexed, what is found in the part that is done is shown first.
        """
        # Counted before anything is awaited: answers follow the order of the keys, whichever task begins first.
        self._newest += 1
        return self._ask(text, self._newest)

    async def _ask(self, text: str, number: int) -> None:
        from paperreader.domain.query_parser import parse_query

        if number != self._newest:
            return
        asked = self._list_filter()
        query = parse_query(text)
        if asked.is_ready and len(asked.ids) <= AT_ONCE:
            self._answer(text, query, asked.apply(self._library, query), number)
            return
        for search in (self._search_indexed, self._search_all):
            found = await asyncio.get_running_loop().run_in_executor(self._thread, search, asked, query, number)
            if found is not None and number == self._newest:
                self._answer(text, query, found, number)

    def _answer(self, text: str, query: Query, answer: tuple[array[int], SearchResult], number: int) -> None:
        asked = self._list_filter()
        if asked.is_ready:
            self._answered = number
        remark = query.problems[0].message if query.problems else ""
        if not asked.is_ready:
            remark = remark or f"{len(asked.index):,} papers searched so far"
        elif asked.titles_only:
            remark = remark or "titles only: the list is long"
        ids, result = answer
        self._show(Filtered(text, ids, result.highlighter.spans, remark))

    def close(self) -> None:
        """Drop what is under way."""
        self._filter = None
        self.forget()
        with suppress(RuntimeError):  # closed already
            self._thread.submit(self._close_reader)
        self._thread.shutdown(wait=False)

    def _close_reader(self) -> None:
        if self._reader:
            self._reader.catalogue.close()

    def _list_filter(self) -> ListFilter:
        if self._filter is None:
            # Not at the top: 20 ms that the first paint does not wait for.
            from paperreader.services.searching import ListFilter

            self._filter = ListFilter(self._ids)
        return self._filter

    def _search_indexed(self, asked: ListFilter, query: Query, number: int) -> tuple[array[int], SearchResult] | None:
        """What is found in the papers indexed so far; None where nobody wants it or all are indexed."""
        if number != self._newest or asked.is_ready or not len(asked.index):
            return None
        return asked.apply(self._own_library(), query)

    def _search_all(self, asked: ListFilter, query: Query, number: int) -> tuple[array[int], SearchResult] | None:
        """What is found when the rest is indexed; None where it was typed on meanwhile and nobody wants it."""
        if number != self._newest:
            return None
        self._build(asked, lambda: self._filter is asked and number == self._newest)
        return asked.apply(self._own_library(), query) if asked.is_ready else None

    def _build(self, wanted: ListFilter, goes_on: Callable[[], bool]) -> None:
        wanted.build(self._own_library(), goes_on)

    def _yield_to_keys(self, wanted: ListFilter) -> bool:
        """Whether to go on indexing, after a pause in which keys are served; a query that waits goes first."""
        time.sleep(PAUSE)
        return self._filter is wanted and self._answered == self._newest

    def _own_library(self) -> Library:
        """The library as the thread reads it, over a connection of its own."""
        if self._reader is None:
            self._reader = self._library.reopen()
        return self._reader
