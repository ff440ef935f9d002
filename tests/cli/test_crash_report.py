"""The stacks that a reader leaves to its guardian."""

from __future__ import annotations

import os
import time
from threading import Thread

import pytest

from paperreader.cli.crash_report import ASK, MOST, CrashReport


@pytest.fixture
def report() -> CrashReport:
    """One whose guardian waits as long as a machine may stand still."""
    return CrashReport(first_wait=60.0, next_wait=0.5)


def _child(report: CrashReport) -> int:
    """A process that sleeps in a function of its own, with a thread beside."""
    said, say = os.pipe()
    child = os.fork()
    if child:
        os.close(say)
        assert os.read(said, 1), "it did not get as far as that"
        os.close(said)
        return child
    report.answer()
    Thread(target=time.sleep, args=(600,), daemon=True).start()
    asleep(say)
    os._exit(0)


def asleep(say: int) -> None:
    """Where it stands."""
    os.write(say, b".")
    time.sleep(600)


def _end(child: int) -> None:
    os.kill(child, 9)
    os.waitpid(child, 0)


def test_a_process_that_is_asked_leaves_the_stacks_of_its_threads(report: CrashReport) -> None:
    """Rule: the main thread comes first, its innermost frame last, and the process lives on."""
    child = _child(report)
    try:
        report.ask(child)
        (name, frames), *others = report.stacks()
        assert os.waitpid(child, os.WNOHANG) == (0, 0)
    finally:
        _end(child)
    assert name == "main thread"
    assert frames[-1].startswith(f"{__file__}:")
    assert frames[-1].endswith(" asleep")
    assert [other for other, _ in others] == ["thread"]


def test_what_is_kept_is_bounded(report: CrashReport) -> None:
    """Rule: a process that is asked over and over fills neither the pipe nor its guardian."""
    child = _child(report)
    try:
        for _ in range(200):
            os.kill(child, ASK)
            time.sleep(0.001)
        report.ask(child)
        assert report.stacks()
        assert len(report._written) <= MOST
    finally:
        _end(child)


def test_a_process_that_never_answered_has_left_nothing() -> None:
    """Rule: no stacks are no stacks."""
    assert CrashReport().stacks() == []
