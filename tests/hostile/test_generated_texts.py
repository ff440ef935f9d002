"""Generated hostile texts: none acts, hides, floods or breaks the borders of a pane."""

from __future__ import annotations

import itertools
import random
import time

import pytest
from examples import how_many
from nasty import SEED, faults_of_text, nasty
from rich.segment import ControlType, Segment
from surfaces import Cleaners, faults_of, try_texts
from textual.strip import Strip

from paperreader.domain.text import Safe, clean_block, clean_line

TEXTS = how_many(900, 40_000)
"""Texts that are drawn; `make fuzz` draws more."""


def test_no_generated_text_acts_hides_or_breaks_a_border() -> None:
    """Rule: no text raises, leaks, is a cell too wide or takes long, on any surface."""
    trial = try_texts(f"{SEED} texts", TEXTS)
    assert trial.texts == TEXTS
    assert trial.faults == []


def test_generated_texts_hold_everything_there_is_to_fear() -> None:
    """Rule: the generator is worth its time: its texts hold every kind of what must not arrive, and many of each."""
    chance = random.Random("kinds")
    texts = [nasty(chance) for _ in range(3_000)]
    everything = "".join(texts)
    for feared in (*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\u202e", "\u200b", "\ud83d", "\U000e0041"):
        assert feared in everything, ascii(feared)
    for feared in ("\x1b]52;c;", "\x1b[?1049", "\x9d", "[@click=", "[/]", "\u0301", "\u200d", "\\emph{", "```", "\r\n"):
        assert sum(feared in text for text in texts) >= 5, ascii(feared)
    assert max(map(len, texts)) > 3_000
    assert [nasty(random.Random("same")) for _ in range(2)] == [nasty(random.Random("same"))] * 2


@pytest.mark.parametrize(
    "cleaners",
    [
        Cleaners(line=Safe),
        Cleaners(block=Safe),
        Cleaners(reduce=lambda text: text),
        Cleaners(line=lambda text: Safe(clean_line(text).replace("\ufffd", "\u202e"))),
        Cleaners(line=lambda text: Safe(f"{clean_line(text)}\u0301\u0316\u0323\u0338\u0335")),
    ],
    ids=["lines-as-they-come", "blocks-as-they-come", "nothing-reduced", "one-sign-let-through", "too-many-marks"],
)
def test_the_judge_finds_what_a_weaker_boundary_lets_through(cleaners: Cleaners) -> None:
    """Rule: the proof has teeth: with any part of the boundary missing a few hundred texts are enough to fail it."""
    assert try_texts("teeth", 300, cleaners).faults


def test_the_judge_finds_what_raises() -> None:
    """Rule: an exception is a fault, with the text that brought it about."""

    def fail(text: str) -> Safe:
        raise ValueError(text)

    trial = try_texts("teeth", 3, Cleaners(block=fail))
    assert len(trial.exceptions) == 3


def test_the_judge_finds_what_takes_long() -> None:
    """Rule: the same of processor time, whoever takes it, if it is taken each time."""
    brooded = itertools.count()

    def brood(text: str) -> Safe:
        next(brooded)
        _brood(0.2)
        return clean_block(text)

    def brood_once(text: str) -> Safe:
        if next(brooded) == 0:
            _brood(0.2)
        return clean_block(text)

    assert len(try_texts("teeth", 1, Cleaners(block=brood), slow=0.15).slow) == 1
    assert next(brooded) == 3
    brooded = itertools.count()
    assert try_texts("teeth", 3, Cleaners(block=brood_once), slow=0.15).slow == []


def _brood(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


@pytest.mark.parametrize(
    ("shown", "width"),
    [
        (Strip([Segment("ab")], 2), 3),
        (Strip([Segment("ab")], 3), 3),
        (Strip([Segment("a\u8a9e")], 2), 2),
        (Strip([Segment("a\nb")]), 3),
        (Strip([Segment("\x1b")], 0), 0),
        (Strip([Segment("a"), Segment("", None, [(ControlType.BELL,)])], 1), 1),
        (Strip([Segment("\U0001f469\U0001f3fd")]), 2),
        (Strip([Segment("e\u0301\u0301\u0301\u0301\u0301")], 1), 1),
        ("a\u200bb", None),
        ("a\x9bb", None),
    ],
    ids=ascii,
)
def test_the_judge_finds_each_fault_of_a_line(shown: Strip | str, width: int | None) -> None:
    """Rule: widths that are wrong or doubtful, controls, hidden signs, floods and line ends are found."""
    assert faults_of([("here", shown, width)])


def test_the_judge_finds_nothing_in_harmless_lines() -> None:
    """Rule: what is as it should be is no fault."""
    assert faults_of([("here", Strip([Segment("a\u8a9e")], 3), 3)]) == []
    assert faults_of([("here", "a\nb \u2764\ufe0f e\u0301", None)]) == []
    assert faults_of_text("a\nb \u2764\ufe0f", lines=True) == []
