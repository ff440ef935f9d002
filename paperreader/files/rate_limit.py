"""Rate limits of a server, shared by all processes on this machine.

A small file holds the time of the last request and the time until which the server wants no request. For a server that
wants one request at a time, the process holds the lock of the file; the system releases it when the process ends. The
time is written before the request, so that a killed process counts too.
"""

import fcntl
import math
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from paperreader.errors import MustWait

LONGEST_HOLD = 3_600.0
"""The longest pause in seconds that a server can ask for."""
AGAIN = (0.05, 0.15)
"""Seconds between two tries of a held lock; random, so that all waiting processes get a turn."""
SPREAD = 0.05
"""Seconds over which processes spread that wait for the same moment."""
_LENGTH = 64


class RateLimit:
    """When a server may be asked: every `interval` seconds, and with `alone`, one request at a time.

    Without a writable file, the limit holds within this process only.
    """

    def __init__(
        self,
        server: str,
        file: Path | None,
        interval: float = 0.0,
        *,
        alone: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.server = server
        self._file = file
        self._interval = interval
        self._alone = alone
        self._clock = clock
        self._own = (0.0, 0.0)

    @contextmanager
    def turn(self, sleep: Callable[[float], None], patience: float) -> Iterator[None]:
        """A context in which one request is allowed. Raises MustWait if the wait exceeds `patience` seconds.

        `sleep` is called to wait, for some seconds each time, and may raise.
        """
        end = self._clock() + patience
        while True:
            file = self._opened()
            try:
                if self._take(file):
                    asked, free = self._times(file)
                    now = self._clock()
                    wait = max(asked + self._interval, free) - now
                    if wait <= 0:
                        self._note(file, now, free)
                        if not self._alone:
                            _close(file)
                            file = None
                        yield
                        return
                else:
                    wait = random.uniform(*AGAIN)
            finally:
                _close(file)
            left = end - self._clock()
            if wait > left:
                raise self._must_wait(wait)
            sleep(min(left, wait + random.uniform(0, SPREAD) * bool(self._interval)))

    def hold(self, seconds: float) -> None:
        """Send no request for some seconds, from any process."""
        until = self._clock() + min(seconds, LONGEST_HOLD)
        file = self._opened()
        try:
            asked, free = self._times(file)
            self._note(file, asked, max(free, until))
        finally:
            _close(file)

    def is_held(self) -> bool:
        """Whether the server wants no request now."""
        file = self._opened()
        try:
            return self._times(file)[1] > self._clock()
        finally:
            _close(file)

    def _must_wait(self, wait: float) -> MustWait:
        if wait <= AGAIN[1]:
            return MustWait(f"another paperreader is asking {self.server}; try again when it is done", wait)
        return MustWait(
            f"{self.server} asks for a pause of {_span(wait)}; fetch again after "
            f"{time.strftime('%H:%M', time.localtime(self._clock() + wait))}",
            wait,
        )

    def _opened(self) -> int | None:
        if self._file is None:
            return None
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError:
            return None

    def _take(self, file: int | None) -> bool:
        """Whether no other process holds the file. If it cannot be locked, the times in it must do."""
        if file is None:
            return True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def _times(self, file: int | None) -> tuple[float, float]:
        """The time of the last request, and the time from which the next is allowed, in seconds of the clock.

        A damaged value, or one too far in the future because the clock was set back, counts as now.
        """
        now = self._clock()
        asked, free = self._own
        try:
            written = b"" if file is None else os.pread(file, _LENGTH, 0)
            first, second = map(float, written.split() or (0, 0))
            asked, free = max(asked, first), max(free, second)
        except OSError:
            pass
        except ValueError:
            asked = math.inf
        if not asked <= now or not free <= now + LONGEST_HOLD:  # this also catches NaN
            asked, free = now, free if free <= now + LONGEST_HOLD else 0.0
            self._note(file, asked, free)
        return asked, free

    def _note(self, file: int | None, asked: float, free: float) -> None:
        self._own = (asked, free)
        if file is not None:
            try:
                os.pwrite(file, f"{asked:.6f} {free:.6f}".ljust(_LENGTH - 1).encode() + b"\n", 0)
            except OSError:
                return  # on a full disk, the limit holds within this process


def _close(file: int | None) -> None:
    if file is not None:
        os.close(file)


def _span(seconds: float) -> str:
    """A duration: `40 seconds`, `4 minutes`."""
    return f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.0f} minutes"
