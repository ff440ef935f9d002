"""Starts updates of the search index while the reader is open, and shows their progress."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from paperreader.domain.text import Safe
from paperreader.errors import StoreBusy, StoreError
from paperreader.services.job_progress import Job, JobFailure, JobProgress, Unit
from paperreader.ui.limits import USUAL, Limits

BUILD = JobProgress(Job.INDEX, Safe("search index"), unit=Unit.PAPERS)
"""The build of an index that has not begun."""


class IndexUpdate:
    """The search index of a catalogue. `tell` gets the progress or failure, and None at the end; `ready` follows."""

    def __init__(
        self,
        catalogue: Path,
        tell: Callable[[JobProgress | JobFailure | None], None],
        ready: Callable[[], None],
        limits: Limits = USUAL,
    ) -> None:
        self._catalogue = catalogue
        self._limits = limits
        self._tell = tell
        self._ready = ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._is_wanted = threading.Event()
        self._is_over = threading.Event()
        self._stop_process: Callable[[], None] = lambda: None
        self._seen: int | None = None
        """The catalogue change that the index had when it was last up to date; 0 if another process wrote it."""

    def look(self) -> None:
        """Update the index if needed. A check that runs already checks again."""
        self._is_wanted.set()
        if self._thread is None:
            self._loop = asyncio.get_running_loop()
            # A daemon thread: the process may be indexing a million papers when the reader closes.
            self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop a running update. The next start begins it again."""
        self._is_over.set()
        self._is_wanted.set()
        self._stop_process()

    def _run(self) -> None:
        while self._is_wanted.wait() and not self._is_over.is_set():
            self._is_wanted.clear()
            try:
                if not self._bring_up_to_date():
                    continue
                failure = None
            except StoreBusy:
                self._seen = 0
                self._is_over.wait(self._limits.retry_index)
                self._is_wanted.set()
                continue
            except StoreError as error:
                failure = JobFailure(str(error))
            self._call(self._tell, failure)
            self._call(self._ready)

    def _bring_up_to_date(self) -> bool:
        """Whether the index changed since it was last up to date. Raises StoreError.

        Another window or the shell may have changed it. Then an open index must be opened again.
        """
        from paperreader.services.indexing.process import IndexProcess
        from paperreader.services.indexing.update import INDEX_FROM, Condition, index_state
        from paperreader.storage.catalogue.catalogue import Catalogue

        with closing(Catalogue(self._catalogue)) as catalogue:
            if catalogue.count() < (self._limits.index_from or INDEX_FROM):
                return False
            change = catalogue.mark().change  # read first: a change that comes meanwhile is checked once more
            state = index_state(catalogue)
        if state.condition is Condition.CURRENT or self._is_over.is_set():
            seen, self._seen = self._seen, change
            return seen != change  # True the first time as well: others may have written the index since it was opened
        process = IndexProcess(self._catalogue)
        self._stop_process = process.stop
        if state.condition is Condition.UNUSABLE:
            self._call(self._tell, replace(BUILD, note=Safe(state.reason)))
            process.run(self._show_progress)
        else:
            process.run(lambda _done, _papers: None)
        self._seen = change
        return True

    def _show_progress(self, done: int, papers: int) -> None:
        self._call(self._tell, replace(BUILD, done=done, total=papers))

    def _call(self, callback: Callable[..., None], *args: object) -> None:
        if self._loop and not self._loop.is_closed() and not self._is_over.is_set():
            self._loop.call_soon_threadsafe(callback, *args)
