"""What ends a fetch early: the cancel token and the deadline."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from paperreader.errors import FetchCancelled, Unreachable


class CancelToken:
    """Cancels a fetch from another thread; a cancelled token stays cancelled."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def is_cancelled(self) -> bool:
        """Whether the fetch was cancelled."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Cancel the fetch; whatever the fetch waits for ends at once."""
        with self._lock:
            self._cancelled.set()
            for callback in self._callbacks:
                callback()

    def check(self) -> None:
        """Raise FetchCancelled if the fetch was cancelled."""
        if self.is_cancelled:
            raise FetchCancelled("the fetch was cancelled; the parts that had arrived are kept")

    def sleep(self, seconds: float) -> None:
        """Sleep; raises FetchCancelled as soon as the fetch is cancelled."""
        self._cancelled.wait(seconds)
        self.check()

    @contextmanager
    def on_cancel(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call `callback`, which must not block, if the fetch is cancelled in this block; raises FetchCancelled."""
        with self._lock:
            self.check()
            self._callbacks.append(callback)
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)


@dataclass(slots=True)
class Guard:
    """The limits of one fetch: its deadline on the clock (seconds), its token, and its private hosts."""

    deadline: float
    clock: Callable[[], float]
    token: CancelToken
    private_hosts: frozenset[str] = field(default_factory=frozenset)
    """Hosts that may be in a private network: those that the user named, and the user's proxy."""
    host: str = ""
    """The host that is contacted now, for messages."""

    def time_left(self, limit: float | None = None) -> float:
        """Seconds until the deadline, at most `limit`; raises FetchCancelled, or Unreachable after the deadline."""
        self.token.check()
        left = self.deadline - self.clock()
        if left <= 0:
            raise Unreachable(f"{self.host} took too long to respond; try again later")
        return left if limit is None else min(left, limit)
