"""The stacks that a reader leaves to its guardian."""

from __future__ import annotations

import os
import time
from threading import Thread

import pytest

from paperreader.cli import last_words
from paperreader.cli.last_words import ASK, MOST, LastWords


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that stands still for a while keeps nobody from speaking."""
    monkeypatch.setattr(last_words, "FIRST_WORD", 60.0)
    monkeypatch.setattr(last_words, "PAUSE", 0.5)


def _child(words: LastWords) -> int:
    """A process that sleeps in a function of its own, with a thread beside."""
    said, say = os.pipe()
    child = os.fork()
    if child:
        os.close(say)
        assert os.read(said, 1), "it did not get as far as that"
        os.close(said)
        return child
    words.speak()
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


def test_a_process_that_is_asked_leaves_the_stacks_of_its_threads() -> None:
    """Rule: the main thread comes first, its innermost frame last, and the process lives on."""
    words = LastWords()
    child = _child(words)
    try:
        words.ask(child)
        (name, frames), *others = words.stacks()
        assert os.waitpid(child, os.WNOHANG) == (0, 0)
    finally:
        _end(child)
    assert name == "main thread"
    assert frames[-1].startswith(f"{__file__}:")
    assert frames[-1].endswith(" asleep")
    assert [other for other, _ in others] == ["thread"]


def test_what_is_kept_is_bounded() -> None:
    """Rule: a process that is asked over and over fills neither the pipe nor its guardian."""
    words = LastWords()
    child = _child(words)
    try:
        for _ in range(200):
            os.kill(child, ASK)
            time.sleep(0.001)
        words.ask(child)
        assert words.stacks()
        assert len(words._words) <= MOST
    finally:
        _end(child)


def test_a_process_that_never_spoke_has_left_nothing() -> None:
    """Rule: no stacks are no stacks."""
    assert LastWords().stacks() == []
