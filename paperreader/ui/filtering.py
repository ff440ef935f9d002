"""The filter of the list in view: indexed in the background, asked at every key, only the newest answer shown."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
    """What a query found: papers, best first, how to mark the hits, and what is wrong with the query."""

    text: str
    ids: array[int]
    marker: Marker = no_marks
    problem: str = ""
    titles_only: bool = False


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

    async def ask(self, text: str) -> None:
        """Show what a query finds, unless a newer one was asked before the answer came."""
        from paperreader.domain.query_parser import parse_query

        asked = self._list_filter()
        self._newest += 1
        number = self._newest
        query = parse_query(text)
        if asked.is_ready and len(asked.ids) <= AT_ONCE:
            answer = asked.apply(self._library, query)
        else:
            found = await asyncio.get_running_loop().run_in_executor(self._thread, self._search, asked, query, number)
            if found is None or number != self._newest:
                return
            answer = found
        self._answered = number
        ids, result = answer
        problem = query.problems[0].message if query.problems else ""
        self._show(Filtered(text, ids, result.highlighter.spans, problem, asked.titles_only))

    def close(self) -> None:
        """Drop what is under way."""
        self._filter = None
        self.forget()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _list_filter(self) -> ListFilter:
        if self._filter is None:
            # Not at the top: 20 ms that the first paint does not wait for.
            from paperreader.services.searching import ListFilter

            self._filter = ListFilter(self._ids)
        return self._filter

    def _search(self, asked: ListFilter, query: Query, number: int) -> tuple[array[int], SearchResult] | None:
        """Answer a query in the thread; None where it was typed on meanwhile and nobody wants the answer."""
        if number != self._newest:
            return None
        self._build(asked, lambda: self._filter is asked)
        return asked.apply(self._own_library(), query) if asked.is_ready else None

    def _build(self, wanted: ListFilter, goes_on: Callable[[], bool]) -> None:
        wanted.build(self._own_library(), goes_on)

    def _yield_to_keys(self, wanted: ListFilter) -> bool:
        """Whether to go on indexing, after a pause in which keys are served; none while a query waits."""
        if self._answered == self._newest:
            time.sleep(PAUSE)
        return self._filter is wanted

    def _own_library(self) -> Library:
        """The library as the thread reads it, over a connection of its own."""
        if self._reader is None:
            self._reader = self._library.reopen()
        return self._reader
