"""Sizes that change faster than a reader draws, while keys are typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from quick import first
from terminal import Terminal

from paperreader.domain.list_order import ListOrder
from paperreader.domain.reading_state import ReadingStatus
from paperreader.services.library import Library
from paperreader.services.lists.ordering import ordered_ids

LARGE, SMALL = (200, 60), (20, 5)
SIZES = 50
FRIDAY = date(2025, 3, 14)
KEYS = ("d", "j", "b", "k", "j")
"""Typed again and again; each round decides two papers, and no key of it decides one twice."""
ROUNDS = 5
PACE = re.compile(r" ≈ \d+ \w+")


def _storm() -> list[tuple[int, int]]:
    """Sizes from the large one down to the small one, and back."""
    half = SIZES // 2
    down = [
        (LARGE[0] + (SMALL[0] - LARGE[0]) * step // half, LARGE[1] + (SMALL[1] - LARGE[1]) * step // half)
        for step in range(1, half + 1)
    ]
    return [*down, *reversed(down[:-1]), LARGE]


def _screen(terminal: Terminal) -> str:
    """The screen, once the cursor is on the first line and nothing is left to be drawn; without the reader's pace."""
    terminal.send(*"Stgg")  # decisions move no paper in the order of titles
    terminal.wait_for(lambda: " 1 of 17" in terminal.text)
    terminal.settle()
    return PACE.sub(lambda found: " " * len(found[0]), terminal.text)


@pytest.mark.parametrize("opening", first(1, ["", "?", "t", "/"]))
def test_a_storm_of_sizes_loses_no_key(opening: str, folder: Path, open_reader: Callable[..., Terminal]) -> None:
    """Rule: 50 sizes while one types lose no key, raise nothing, and leave the screen of a fresh start."""
    terminal = open_reader("--library", str(folder), size=LARGE)
    terminal.settle()
    sizes = _storm()
    assert len(sizes) == SIZES
    keys = [key for _ in range(ROUNDS) for key in KEYS]
    for number, size in enumerate(sizes):
        terminal.resize(*size)
        if number % 2 == 0:
            terminal.send(keys[number // 2])
        terminal.read_once()
    terminal.settle()
    if opening:
        terminal.send(opening)
        for size in sizes:
            terminal.resize(*size)
            terminal.read_once()
        terminal.send("escape")
        terminal.settle()
    after = _screen(terminal)
    assert b"Traceback" not in terminal.raw
    terminal.send("q")
    assert terminal.end() == 0
    again = open_reader("--library", str(folder), size=LARGE)
    again.settle()
    assert after == _screen(again)
    with closing(Library(folder, window="judge")) as library:
        rows = library.rows(list(ordered_ids(library, FRIDAY, ListOrder.UNREAD_FIRST)))
        found = [library.state(row.key).status for row in rows]
    assert (found.count(ReadingStatus.SKIPPED), found.count(ReadingStatus.LATER)) == (ROUNDS, ROUNDS)
