"""Late and unasked replies of a real terminal decide nothing; a paste ends by itself; an absurd size is bounded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from terminal import Terminal
from terminal_replies import REPLIES, in_eight_bits

from paperreader.services.library import Library

OpenReader = Callable[..., Terminal]


def _history(folder: Path) -> list[str]:
    library = Library(folder)
    try:
        return [action.name for action in library.reading.history()]
    finally:
        library.close()


def test_no_reply_of_a_terminal_decides_or_quits(folder: Path, open_reader: OpenReader) -> None:
    """Rule: no unasked reply of a terminal, in 7 or 8 bits, decides anything or blocks the next key."""
    terminal = open_reader("--library", str(folder), size=(140, 40))  # as one of the replies says
    for reply in REPLIES.values():
        terminal.feed(reply + in_eight_bits(reply))
    terminal.feed(b"".join(REPLIES.values()))
    terminal.send("j")
    terminal.wait_for(" 2 of 17")
    assert _history(folder) == []
    terminal.send("s")
    terminal.wait_for("starred · u undoes it")
    terminal.send("q")
    assert terminal.end() == 0
    assert _history(folder) == ["star"]


def test_textual_hears_what_it_asked_for(open_reader: OpenReader) -> None:
    """Rule: Textual still gets the replies that it asked for."""
    terminal = open_reader("sample", ready=None)
    terminal.wait_for_bytes(b"\x1b[?2048$p")
    terminal.feed(b"\x1b[?2048;2$y")
    terminal.wait_for_bytes(b"\x1b[?2048h")
    terminal.wait_for_bytes(b"\x1b[?2026h")
    terminal.screen.resize(30, 120)
    terminal.feed(b"\x1b[48;30;120;600;1200t")
    terminal.wait_for("All papers")
    terminal.feed(b"\x1b[48;24;80;480;800t")
    terminal.screen.resize(24, 80)
    terminal.wait_for(lambda: "All papers" not in terminal.text)
    terminal.send("q")
    assert terminal.end() == 0


def test_the_theme_follows_the_terminals_background(open_reader: OpenReader) -> None:
    """Rule: the background is asked once; a reply changes the theme, and the next start knows it."""
    state = {"XDG_STATE_HOME": str(Path.home() / "state")}

    def has_background(terminal: Terminal, colour: str) -> bool:
        return terminal.screen.buffer[10][100].bg == colour

    terminal = open_reader("sample", size=(140, 30), env=state, keep_colours=True)
    terminal.wait_for(lambda: has_background(terminal, "14171c"))
    terminal.feed(b"\x1b]11;rgb:fdfd/f6f6")
    terminal.feed(b"/e3e3\x1b\\")
    terminal.wait_for(lambda: has_background(terminal, "fbfaf6"))
    assert terminal.raw.count(b"\x1b]11;?") == 1
    terminal.send("j")
    terminal.wait_for(" 2 of 17")
    terminal.send("q")
    assert terminal.end() == 0
    again = open_reader("sample", size=(140, 30), env=state, keep_colours=True)
    assert has_background(again, "fbfaf6")
    again.wait_for(lambda: has_background(again, "14171c"))  # this terminal does not reply
    again.send("q")
    assert again.end() == 0


@pytest.mark.full
@pytest.mark.parametrize("key", ["q", "ctrl+q"])
def test_a_paste_without_an_end_does_not_keep_the_reader(key: str, open_reader: OpenReader) -> None:
    """Rule: a paste without an end is closed after a while, and q works again."""
    terminal = open_reader("sample")
    terminal.feed(b"\x1b[200~some text")

    def has_ended() -> bool:
        terminal.send(key)
        return terminal.has_ended(0.3)

    terminal.wait_for(has_ended)
    assert terminal.end() == 0


def test_a_paste_is_no_keys_however_long(folder: Path, open_reader: OpenReader) -> None:
    """Rule: a megabyte pasted over the list of papers decides nothing."""
    terminal = open_reader("--library", str(folder))
    terminal.paste("s d r b q\n" * 100_000)
    terminal.send("j")
    terminal.wait_for(" 2 of 17")
    assert _history(folder) == []


# Sizes


def test_a_terminal_of_an_absurd_size_can_be_left(open_reader: OpenReader) -> None:
    """Rule: a terminal that claims 65,535 columns and rows is drawn up to a limit, and q leaves."""
    terminal = open_reader("sample", keep_screen=False, ready=None)
    terminal.wait_for_bytes(b"help")
    terminal.resize(65_535, 65_535)
    terminal.wait_for(lambda: len(terminal.raw) > 1_000_000)  # it is drawn
    terminal.send("q")
    assert terminal.end() == 0


def test_the_terminals_own_size_wins_over_the_environment(open_reader: OpenReader) -> None:
    """Rule: outdated COLUMNS and LINES do not change the size of the screen."""
    terminal = open_reader("sample", size=(140, 40), env={"COLUMNS": "1", "LINES": "2"})
    terminal.wait_for("All papers")
    assert len(max(terminal.text.splitlines(), key=len)) == 140
    terminal.send("q")
    assert terminal.end() == 0
