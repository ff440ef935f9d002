"""Calling a fetch off, from another thread, whatever it waits for at that moment."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from paperreader.errors import FetchCancelled


class CancelToken:
    """Tells a fetch that it is no longer wanted; once cancelled it stays so."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._ends: list[Callable[[], None]] = []

    @property
    def is_cancelled(self) -> bool:
        """Whether the fetch was called off."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Call the fetch off: what it waits for ends at once."""
        with self._lock:
            self._cancelled.set()
            for end in self._ends:
                end()

    def check(self) -> None:
        """Raise FetchCancelled if the fetch was called off."""
        if self.is_cancelled:
            raise FetchCancelled("the fetch was called off; what had arrived before is kept")

    def sleep(self, seconds: float) -> None:
        """Wait so long; raises FetchCancelled as soon as the fetch is called off."""
        self._cancelled.wait(seconds)
        self.check()

    @contextmanager
    def ending(self, end: Callable[[], None]) -> Iterator[None]:
        """While within, calling the fetch off also calls `end`, which must not wait; raises FetchCancelled."""
        with self._lock:
            self.check()
            self._ends.append(end)
        try:
            yield
        finally:
            with self._lock:
                self._ends.remove(end)
