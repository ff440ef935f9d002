"""Indexes the papers of an import while the import goes on, on a second core."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from paperreader.errors import StoreError
from paperreader.services.indexing.process import IndexProcess
from paperreader.services.indexing.update import INDEX_FROM, should_index
from paperreader.storage.catalogue.catalogue import Catalogue

_INTERVAL = 0.1
"""Seconds between two reports of progress."""


class IndexFollower:
    """Updates the search index in a process of its own while a catalogue grows.

    If the process fails, the next update of the index does its work.
    """

    def __init__(self, catalogue: Catalogue, index_from: int = INDEX_FROM) -> None:
        self._catalogue = catalogue
        self._index_from = index_from
        self._process = IndexProcess(catalogue.path, follows=True)
        self._thread: Thread | None = None
        self._done = 0, 0

    def follow(self) -> None:
        """Index the papers that are stored now, if the library has an index or should have one."""
        if self._thread:
            self._process.look()
        elif should_index(self._catalogue, self._index_from):
            self._thread = Thread(target=self._run, name="index follower", daemon=True)
            self._thread.start()

    def finish(self, progress: Callable[[int, int], None]) -> None:
        """Wait until all papers are indexed; `progress` gets the papers that are done and their number."""
        self._process.finish()
        while self._thread:
            self._thread.join(_INTERVAL)
            if any(self._done):  # the process has started
                progress(*self._done)
            if not self._thread.is_alive():
                return

    def _run(self) -> None:
        with suppress(StoreError):
            self._process.run(self._note)

    def _note(self, done: int, papers: int) -> None:
        self._done = done, papers
