"""A server is asked as seldom as it wants, by all processes of this machine together, whatever becomes of them."""

from __future__ import annotations

import os
import signal
import threading
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from paperreader.errors import FetchCancelled, MustWait
from paperreader.files.rate_limit import LONGEST_HOLD, RateLimit

INTERVAL = 3.0


class Clock:
    """Time that only waiting moves, shared by all who hold it."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __call__(self) -> float:
        return float(self._value.value)

    def sleep(self, seconds: float) -> None:
        with self._value.get_lock():
            self._value.value += seconds


@pytest.fixture
def clock() -> Clock:
    """A clock that processes share."""
    return Clock(get_context("fork").Value("d", 1_700_000_000.0))


def _limit(file: Path | None, clock: Clock, **options: Any) -> RateLimit:
    return RateLimit("arxiv.org", file, INTERVAL, alone=True, clock=clock, **options)


def test_turns_keep_their_distance(tmp_path: Path, clock: Clock) -> None:
    """Rule: from one turn to the next at least the interval passes, in every object and after every restart."""
    turns: list[float] = []
    for _ in range(5):
        with _limit(tmp_path / "deep" / "arxiv", clock).turn(clock.sleep, 60):
            turns.append(clock())
    assert all(later - earlier >= INTERVAL for earlier, later in pairwise(turns))
    assert turns[-1] - turns[0] < 5 * INTERVAL


@pytest.mark.parametrize("file", [None, Path("/dev/null/arxiv"), Path("/proc/arxiv")])
def test_without_a_file_the_process_keeps_its_own_distance(file: Path | None, clock: Clock) -> None:
    """Rule: a folder that cannot be written makes nobody impolite within one process, and is no error."""
    limit, begun = _limit(file, clock), clock()
    for _ in range(3):
        with limit.turn(clock.sleep, 60):
            pass
    assert clock() - begun >= 2 * INTERVAL


def test_nobody_waits_longer_than_they_will(tmp_path: Path, clock: Clock) -> None:
    """Rule: a turn that is too far away is refused at once, with how far."""
    limit = RateLimit("huggingface.co", tmp_path / "hf", clock=clock)
    limit.hold(240)
    begun = clock()
    with (
        pytest.raises(MustWait, match=r"huggingface\.co asks for a pause of 4 minutes") as refused,
        limit.turn(clock.sleep, 60),
    ):
        pytest.fail("it is not its turn")
    assert refused.value.seconds == pytest.approx(240)
    assert clock() == begun


def test_a_hold_is_for_every_process_and_is_never_made_shorter(tmp_path: Path, clock: Clock) -> None:
    """Rule: what a server asked one for holds for all; a later and shorter wish does not end it."""
    RateLimit("huggingface.co", tmp_path / "hf", clock=clock).hold(40)
    RateLimit("huggingface.co", tmp_path / "hf", clock=clock).hold(5)
    other, begun = RateLimit("huggingface.co", tmp_path / "hf", clock=clock), clock()
    assert other.is_held()
    with other.turn(clock.sleep, 60):
        assert clock() >= begun + 40
    assert not other.is_held()


def test_one_at_a_time(tmp_path: Path, clock: Clock) -> None:
    """Rule: while one asks no other does, however long that takes; who waits is told who is asked."""
    with (
        _limit(tmp_path / "arxiv", clock).turn(clock.sleep, 60),
        pytest.raises(MustWait, match=r"another paperreader is asking arxiv\.org"),
        _limit(tmp_path / "arxiv", clock).turn(clock.sleep, 10),
    ):
        pytest.fail("there is one already")


@pytest.mark.parametrize("content", [b"", b"nonsense", b"1e400 nan\n", b"\xff" * 100, b"1.0", b"9e12 9e12\n"])
def test_a_damaged_file_costs_one_interval_at_most(tmp_path: Path, clock: Clock, content: bytes) -> None:
    """Rule: a file that cannot be read, or that a clock wrote which was ahead, holds nobody up for long."""
    (tmp_path / "arxiv").write_bytes(content)
    begun = clock()
    with _limit(tmp_path / "arxiv", clock).turn(clock.sleep, 60):
        assert clock() - begun <= INTERVAL + 1


def test_a_hold_has_an_end(tmp_path: Path, clock: Clock) -> None:
    """Rule: a server that asks for a pause of years is asked again after an hour."""
    limit = _limit(tmp_path / "arxiv", clock)
    limit.hold(1e12)
    clock.sleep(LONGEST_HOLD + 1)
    assert not limit.is_held()


def test_waiting_is_called_off(tmp_path: Path, clock: Clock) -> None:
    """Rule: what `sleep` raises ends the wait, and the next one waits no longer for it."""
    limit = _limit(tmp_path / "arxiv", clock)
    limit.hold(30)

    def called_off(_seconds: float) -> None:
        raise FetchCancelled("called off")

    with pytest.raises(FetchCancelled), limit.turn(called_off, 60):
        pytest.fail("it is not its turn")
    with limit.turn(clock.sleep, 60):
        pass


def test_threads_take_turns(tmp_path: Path, clock: Clock) -> None:
    """Rule: two windows of one process are two who ask."""
    within: list[int] = []
    most: list[int] = []

    def ask() -> None:
        for _ in range(3):
            with _limit(tmp_path / "arxiv", clock).turn(clock.sleep, 1e6):
                within.append(1)
                most.append(len(within))
                within.pop()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 9
    assert set(most) == {1}


def _asking(file: Path, clock: Clock, log: Path, dies_at: int) -> None:
    """Take turns, write each down with the time at which it began, and be killed in one of them.

    Not with the time at which it is written down: another process may have slept meanwhile, which moves the clock.
    """
    limit = _limit(file, clock)
    for turn in range(4):
        with limit.turn(clock.sleep, 1e9):
            with log.open("a") as lines:
                lines.write(f"{file.read_text().split()[0]}\n")
            if turn == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_killed_processes_leave_the_distance_as_it_is(tmp_path: Path, clock: Clock) -> None:
    """Rule: several processes, each killed in a turn or not at all, never ask within the interval."""
    log, context = tmp_path / "log", get_context("fork")
    for round_ in range(3):
        processes = [
            context.Process(target=_asking, args=(tmp_path / "arxiv", clock, log, (round_ + n) % 5)) for n in range(3)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    turns = [float(line) for line in log.read_text().splitlines()]
    assert len(turns) == sum(min((round_ + n) % 5 + 1, 4) for round_ in range(3) for n in range(3))
    assert turns == sorted(turns)
    assert all(later - earlier >= INTERVAL for earlier, later in pairwise(turns))
