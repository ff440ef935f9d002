"""Learns the order by interest while the reader is open, again after each decision and import."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from contextvars import Context, copy_context
from typing import TYPE_CHECKING

from paperreader.errors import StoreBusy, StoreError
from paperreader.files.memory import trim_memory
from paperreader.services.library import Library
from paperreader.services.ranking.reading_order import ReadingOrder, has_enough, keep_order
from paperreader.ui.limits import Limits

if TYPE_CHECKING:
    from paperreader.services.ranking.interests import Ranking
    from paperreader.services.ranking.process import RankingProcess


class OrderUpdate:
    """The order by interest of a library. `ready` gets each new order, None if there are too few decisions."""

    def __init__(
        self,
        library: Library,
        ready: Callable[[ReadingOrder | None], None],
        tell: Callable[[str], None],
        limits: Limits,
    ) -> None:
        self._library, self._limits = library, limits
        self._ready, self._tell = ready, tell
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context: Context | None = None
        self._thread: threading.Thread | None = None
        self._is_wanted, self._is_over = threading.Event(), threading.Event()
        self._stop_process: Callable[[], None] = lambda: None
        self._ranking: tuple[str, Ranking] | None = None
        """The ranking files, and the edition of the catalogue that they were read for."""
        self._seen: object = None
        """What the last order was learned from."""
        self._told = ""
        """The last error that was told."""
        self._unkept: list[ReadingOrder | None] = []
        """The last order, until it is kept for the next session."""

    def look(self) -> None:
        """Learn again if anything was decided or imported."""
        self._is_wanted.set()
        if self._thread is None:
            self._loop, self._context = asyncio.get_running_loop(), copy_context()
            # A daemon thread: the process may be learning a million papers when the reader closes.
            self._thread = threading.Thread(target=self._run, name="learning", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop learning. The next start begins it again."""
        self._is_over.set()
        self._is_wanted.set()
        self._stop_process()

    def _run(self) -> None:
        try:
            library = self._library.reopen()
        except StoreError as error:  # the reader says more about it
            self._thread = None
            self._tell_once(str(error))
            return
        with closing(library.catalogue):
            while not self._is_over.is_set():
                if not self._is_wanted.wait(self._limits.keep_scores if self._unkept else None):
                    self._keep(library)
                    continue
                self._is_wanted.clear()
                started = time.monotonic()
                try:
                    if not self._is_over.is_set():
                        self._learn(library)
                except StoreBusy:
                    self._is_over.wait(self._limits.retry_index)
                    self._is_wanted.set()
                except StoreError as error:
                    self._tell_once(str(error))
                self._is_over.wait(time.monotonic() - started)  # at least half of the time is for the keys
            self._keep(library)

    def _learn(self, library: Library) -> None:
        seen = library.reading.seq, library.catalogue.edition()
        if seen == self._seen:
            return
        order = None
        if has_enough(library) and (ranking := self._open(library, seen[1])):
            learned = ranking.learn()
            order = ReadingOrder(learned.scores(), learned) if learned else None
            ranking.release()
            trim_memory()
        self._seen, self._unkept = seen, [order]
        self._call(self._ready, order)

    def _open(self, library: Library, edition: str) -> Ranking | None:
        """The ranking of the library as it is now. What is missing in its files is learned in another process."""
        if self._ranking and self._ranking[0] == edition:
            return self._ranking[1]
        from paperreader.services.ranking.process import open_ranking_apart

        ranking = open_ranking_apart(library, self._started)
        self._ranking = (edition, ranking) if ranking else None
        return ranking

    def _started(self, process: RankingProcess) -> None:
        self._stop_process = process.stop
        if self._is_over.is_set():
            process.stop()

    def _keep(self, library: Library) -> None:
        for order in self._unkept:
            with suppress(StoreError):
                keep_order(library, order)
        self._unkept = []

    def _tell_once(self, error: str) -> None:
        if error != self._told:
            self._told = error
            self._call(self._tell, error)

    def _call(self, callback: Callable[..., None], *arguments: object) -> None:
        if self._loop and not self._loop.is_closed() and not self._is_over.is_set():
            # In the context of the reader: Textual's timers need it.
            self._loop.call_soon_threadsafe(callback, *arguments, context=self._context)
