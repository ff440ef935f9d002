"""What work costs, told by what other work costs in the same run: no machine is too slow for that, none too busy.

`check_growth` holds a large input against a small one, `check_bound` one that is far beyond a limit against one at it.
Both take processor time, each of the two in turn, and look again where it was too much: what a neighbour costs comes
and goes, what an algorithm costs stays. `Hang` is for what might never end.
"""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")

PARTS = 8
"""How many times as large as the small input the large one is."""
GROWTH = 24.0
"""How many times as much it may cost: eight times is its due, what grows with the square costs 64 times as much."""
EXCESS = 5.0
"""How many times as much as an input at a limit one may cost that is many times as large."""
FLOOR = 0.03
"""Seconds that are never too much: of less than that a clock says little."""
TRIES = 5
"""How often work is looked at before it costs too much."""
_SMALL_TRIES = 3


def repeated(piece: str) -> Callable[[int], str]:
    """What makes a text of so many characters of one piece."""
    return lambda size: piece * (size // len(piece))


def check_growth(work: Callable[[Given], object], make: Callable[[int], Given], size: int) -> None:
    """Fail if work on an input of a size costs more than its share of what an eighth of that costs.

    The size is to be so large that what grows with its square takes a multiple of `FLOOR`.
    """
    _check(work, make(size // PARTS), make(size), GROWTH)


def check_bound(work: Callable[[Given], object], make: Callable[[int], Given], limit: int, beyond: int) -> None:
    """Fail if work on an input beyond a limit costs more than on one that just reaches it."""
    assert beyond >= 4 * EXCESS * limit, "too near for what has no bound to be told from what has"
    _check(work, make(limit), make(beyond), EXCESS)


def _check(work: Callable[[Given], object], small: Given, large: Given, most: float) -> None:
    told = []
    for _ in range(TRIES):
        one = min(_seconds(work, small) for _ in range(_SMALL_TRIES))
        allowed = most * one + FLOOR
        other = _seconds(work, large, allowed)
        if other <= allowed:
            return
        told.append(f"{one:.4f} and {other:.4f} s or more")
    raise AssertionError(f"it costs more than {most:g} times as much, each time: {'; '.join(told)}")


def _seconds(work: Callable[[Given], object], given: Given, most: float | None = None) -> float:
    """The processor time that work takes; it is ended where that is far more than a limit."""
    is_collecting = gc.isenabled()
    gc.disable()  # what others left lying about is not its business
    begin = time.process_time()
    try:
        if most is None:
            work(given)
        else:
            with suppress(Hang), no_longer_than(2 * most):  # its timer counts in coarser steps than the clock
                work(given)
        return time.process_time() - begin
    finally:
        if is_collecting:
            gc.enable()


class Hang(Exception):
    """Work that takes too long."""


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Raise Hang within the block after so much processor time."""
    with _alarm(signal.SIGPROF, signal.ITIMER_PROF, seconds):
        yield


@contextmanager
def no_wait(seconds: float = 60.0) -> Iterator[None]:
    """Raise Hang within the block after so much time, for what would wait for ever."""
    with _alarm(signal.SIGALRM, signal.ITIMER_REAL, seconds):
        yield


@contextmanager
def _alarm(number: signal.Signals, timer: int, seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Hang(f"it takes more than {seconds:g} s")

    before = signal.signal(number, stop)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)


def patiently(work: Callable[[], Result], is_slow: Callable[[Result], bool], tries: int = 3) -> Result:
    """What comes of work, which is done again while it was slow."""
    while is_slow(result := work()) and (tries := tries - 1):
        pass
    return result
