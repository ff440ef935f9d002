"""Indexing what an import brings while it goes on: on a second core, and not once more from the disk in the end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from paperreader.errors import StoreError
from paperreader.services.indexing.process import IndexProcess
from paperreader.services.indexing.upkeep import INDEX_FROM, should_index
from paperreader.storage.catalogue.catalogue import Catalogue

_GLANCE = 0.1
"""Seconds between two looks at how far the process is."""


class IndexFollower:
    """Brings the search index up to date, in a process of its own, while a catalogue grows.

    What it does not bring about is left to whoever brings the index up to date next.
    """

    def __init__(self, catalogue: Catalogue, index_from: int = INDEX_FROM) -> None:
        self._catalogue = catalogue
        self._index_from = index_from
        self._process = IndexProcess(catalogue.path, follows=True)
        self._thread: Thread | None = None
        self._done = 0, 0

    def follow(self) -> None:
        """Index what the catalogue holds by now, where the library has an index or should."""
        if self._thread:
            self._process.look()
        elif should_index(self._catalogue, self._index_from):
            self._thread = Thread(target=self._run, name="index follower", daemon=True)
            self._thread.start()

    def finish(self, progress: Callable[[int, int], None]) -> None:
        """Wait until all of it is indexed; `progress` is told how many papers are done, of how many."""
        self._process.finish()
        is_under_way = self._thread is not None
        while self._thread and is_under_way:
            self._thread.join(_GLANCE)
            is_under_way = self._thread.is_alive()
            if any(self._done):  # it has begun
                progress(*self._done)

    def _run(self) -> None:
        with suppress(StoreError):
            self._process.run(self._note)

    def _note(self, done: int, papers: int) -> None:
        self._done = done, papers
