"""The layout in a real terminal: one pane alone, the border between list and abstract by keys and by mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from quick import first_rows
from terminal import Terminal

OpenReader = Callable[..., Terminal]
ABSTRACT = "A model of 175 billion"
"""The abstract of the first paper begins with it."""
LAST = "Can Quantum-Mechanical"


def _opened(open_reader: OpenReader, folder: Path, size: tuple[int, int]) -> Terminal:
    """A reader that shows all that its first screens show."""
    terminal = open_reader("--library", str(folder), size=size)
    terminal.wait_for(ABSTRACT)
    terminal.settle()
    return terminal


def _abstract_at(terminal: Terminal) -> tuple[int, int]:
    """The column and line where the abstract stands."""
    line, text = next((number, line) for number, line in enumerate(terminal.text.splitlines()) if ABSTRACT in line)
    return text.index(ABSTRACT), line


def test_z_gives_the_pane_in_focus_the_whole_screen(folder: Path, open_reader: OpenReader) -> None:
    """Rule: z shows the pane in focus alone; J goes on in the abstract; z shows all panes again."""
    terminal = _opened(open_reader, folder, (140, 40))
    before = terminal.text
    terminal.send("z")
    terminal.wait_for(lambda: ABSTRACT not in terminal.text and "All papers" not in terminal.text)
    terminal.send("l")
    terminal.wait_for(ABSTRACT)
    assert "▌•" not in terminal.text
    terminal.send("J")
    terminal.wait_for(lambda: LAST in terminal.text and ABSTRACT not in terminal.text)
    terminal.send("K", "z", "h")
    terminal.wait_for(lambda: terminal.text == before)


@pytest.mark.parametrize(("size", "axis"), first_rows(1, [((140, 40), 1), ((200, 60), 0), ((80, 24), 1)]))
def test_the_border_moves_by_keys(size: tuple[int, int], axis: int, folder: Path, open_reader: OpenReader) -> None:
    """Rule: > makes the list larger, < smaller, each by the same step."""
    terminal = _opened(open_reader, folder, size)
    before, start = terminal.text, _abstract_at(terminal)[axis]
    terminal.send(">")
    terminal.wait_for(lambda: ABSTRACT in terminal.text and _abstract_at(terminal)[axis] > start)
    terminal.send("<")
    terminal.wait_for(lambda: terminal.text == before)
    terminal.send("<")
    terminal.wait_for(lambda: ABSTRACT in terminal.text and _abstract_at(terminal)[axis] < start)


@pytest.mark.parametrize(("size", "by"), first_rows(1, [((140, 40), (0, -4)), ((200, 60), (-20, 0))]))
def test_the_border_is_dragged_and_remembered(
    size: tuple[int, int], by: tuple[int, int], folder: Path, open_reader: OpenReader
) -> None:
    """Rule: the border follows the pressed mouse, stays where it is let go, and the next start has it there."""
    terminal = _opened(open_reader, folder, size)
    x, y = _abstract_at(terminal)
    lines = terminal.text.splitlines()
    if by[0]:
        rule = (lines[y].rindex("│", 0, x), y)
    else:
        rule = (x, next(number for number in range(y, 0, -1) if "────" in lines[number]))
    axis = 0 if by[0] else 1
    goal = (x, y)[axis] + by[axis]
    terminal.press(*rule)
    for step in range(1, 5):
        terminal.press(rule[0] + by[0] * step // 4, rule[1] + by[1] * step // 4, moving=True)
    terminal.wait_for(lambda: ABSTRACT in terminal.text and _abstract_at(terminal)[axis] == goal)
    terminal.let_go(rule[0] + by[0], rule[1] + by[1])
    terminal.press(rule[0], rule[1], moving=True)  # no button is pressed any more
    terminal.settle()
    assert _abstract_at(terminal)[axis] == goal
    terminal.send("q")
    assert terminal.end() == 0
    again = open_reader("--library", str(folder), size=size)
    again.wait_for(lambda: ABSTRACT in again.text and _abstract_at(again)[axis] == goal)


def _quick_drag(terminal: Terminal, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press the mouse, move it, let it go and move it on, all in one write."""
    places = ((0, *start, "M"), (32, *end, "M"), (0, *end, "m"), (35, end[0], end[1] - 3, "M"))
    terminal.feed("".join(f"\x1b[<{button};{x + 1};{y + 1}{sign}" for button, x, y, sign in places).encode())


def test_a_quick_drag_moves_the_border_and_ends(folder: Path, open_reader: OpenReader) -> None:
    """Rule: a drag that comes all at once moves the border as far as its release; then a click is a click."""
    terminal = _opened(open_reader, folder, (140, 40))
    x, y = _abstract_at(terminal)
    rule = next(number for number in range(y, 0, -1) if "────" in terminal.text.splitlines()[number])
    _quick_drag(terminal, (x, rule), (x, rule - 4))
    terminal.wait_for(lambda: ABSTRACT in terminal.text and _abstract_at(terminal)[1] == y - 4)
    terminal.settle()
    assert _abstract_at(terminal)[1] == y - 4
    terminal.click(x, 8)
    terminal.wait_for(lambda: " 1 of 17" not in terminal.text)


def test_a_quick_drag_of_the_thumb_clicks_no_row(folder: Path, open_reader: OpenReader) -> None:
    """Rule: a thumb that comes all at once scrolls, and moves no cursor where the mouse is let go beside it."""
    terminal = open_reader("--library", str(folder), size=(80, 30))
    terminal.settle()
    column = terminal.text.splitlines()[3].index("┃")
    _quick_drag(terminal, (column, 3), (column - 20, 14))
    terminal.wait_for(lambda: "▌" not in terminal.text)
    terminal.settle()
    assert " 1 of 17" in terminal.text
