"""The mouse: a click selects a row, the wheel scrolls."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from quick import first_rows
from terminal import Terminal

WHEEL_UP, WHEEL_DOWN = 64, 65


def _line_of(terminal: Terminal, text: str) -> int:
    return next(number for number, line in enumerate(terminal.text.splitlines()) if text in line)


def test_a_click_selects_the_paper(open_reader: Callable[..., Terminal]) -> None:
    """Rule: a click on a title moves the cursor there, and the abstract follows."""
    terminal = open_reader("sample", size=(140, 40))
    terminal.click(40, _line_of(terminal, "New Directions in Cryptography"))
    terminal.wait_for(" 6 of 17")
    terminal.wait_for("▌•  New Directions")
    # Below the cursor rows stand one line lower; a click there still meets the right one.
    terminal.click(40, _line_of(terminal, "Observation of Grav"))
    terminal.wait_for(" 10 of 17")
    terminal.send("s")
    terminal.wait_for("starred · u undoes it · Observation of Gravitational")


@pytest.mark.full
def test_a_click_opens_a_date_and_leaves_headings_alone(open_reader: Callable[..., Terminal]) -> None:
    """Rule: a click on a date opens it. A click on a month does nothing."""
    terminal = open_reader("sample", size=(140, 40))
    terminal.click(5, _line_of(terminal, "Tue 11"))
    terminal.wait_for("Tue 11 Mar 2025")
    terminal.click(5, _line_of(terminal, "March 2025 "))
    terminal.click(5, _line_of(terminal, "All papers"))
    terminal.wait_for("1 of 80")


def test_a_click_chooses_a_date_of_the_overlay(open_reader: Callable[..., Terminal]) -> None:
    """Rule: on a narrow screen a click on a date opens it and hides the dates."""
    terminal = open_reader("sample", size=(80, 24))
    terminal.send("h")
    terminal.wait_for("Thu 13")
    terminal.click(5, _line_of(terminal, "Thu 13"))
    terminal.wait_for("Thu 13 Mar 2025")
    terminal.wait_for(lambda: "March 2025 " not in terminal.text)


@pytest.mark.parametrize(("column", "pane"), first_rows(1, [(10, "list"), (60, "abstract")]))
def test_the_wheel_scrolls_what_is_under_it(column: int, pane: str, open_reader: Callable[..., Terminal]) -> None:
    """Rule: the wheel scrolls the pane under the pointer and moves no cursor."""
    terminal = open_reader("sample", size=(80, 30))
    terminal.settle()

    def part() -> list[str]:
        return [line[:36] if pane == "list" else line[36:] for line in terminal.text.splitlines()[1:-3]]

    before = part()
    for _ in range(3):
        terminal.click(column, 6, WHEEL_DOWN)
    terminal.wait_for(lambda: part() != before)
    terminal.settle()
    assert " 1 of 17" in terminal.text
    for _ in range(9):
        terminal.click(column, 6, WHEEL_UP)
    terminal.wait_for(lambda: part() == before)


def test_the_scroll_thumb_can_be_dragged(open_reader: Callable[..., Terminal]) -> None:
    """Rule: the thumb in the last column of the list follows the mouse; the next key returns to the cursor."""
    terminal = open_reader("sample", size=(80, 30))
    terminal.settle()
    column = terminal.text.splitlines()[3].index("┃")
    terminal.press(column, 3)
    terminal.press(column, 8, moving=True)
    terminal.press(column, 14, moving=True)
    terminal.wait_for(lambda: "▌" not in terminal.text)
    terminal.let_go(column, 14)
    assert " 1 of 17" in terminal.text
    terminal.send("j")
    terminal.wait_for(" 2 of 17")
    terminal.wait_for("▌•  ")


def test_a_click_on_a_key_of_the_footer_does_what_the_key_does(open_reader: Callable[..., Terminal]) -> None:
    """Rule: each key of the last line can be clicked: a decision, and the help."""
    terminal = open_reader("sample", size=(80, 24))
    footer = terminal.text.splitlines()[23]
    terminal.click(footer.index("d skip"), 23)
    terminal.wait_for("skipped · u undoes it")
    terminal.send("j")
    terminal.wait_for("? help")  # after the message
    terminal.click(footer.index("? help"), 23)
    terminal.wait_for("Ten keys of a day")
    terminal.send("\x1b")
    terminal.wait_for(lambda: "Ten keys of a day" not in terminal.text)


def test_mouse_and_random_bytes_end_nothing(open_reader: Callable[..., Terminal]) -> None:
    """Rule: garbage on the input is no crash."""
    import random

    chosen = random.Random(7)
    terminal = open_reader("sample")
    # Printable bytes are keys, of which q leaves and E writes a file: only the others are garbage.
    harmless = [byte for byte in range(256) if byte >= 0x80 or byte in b"\x1b[<;0123456789Mm\x00\x02\x04\x06"]
    terminal.feed(bytes(chosen.choices(harmless, k=3_000)))
    terminal.feed(b"\x1b[<999;99999;99999M\x1b[<-1;0;0m\x1b[M\x80\x80\x80\x1b[200;1R")
    terminal.feed(b"\x1b[201~")
    terminal.settle()
    terminal.type("escape", "escape", "escape")
    terminal.send("q")
    assert terminal.end() == 0
