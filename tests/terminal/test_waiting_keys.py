"""Keys that wait for more, in a real terminal: counts, `g`, questions, the command line; and keys that do nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from terminal import Terminal

from paperreader.services.library import Library

OpenReader = Callable[..., Terminal]


def _done(folder: Path) -> int:
    library = Library(folder)
    done = len(library.reading.done())
    library.close()
    return done


def test_keys_sent_at_once_are_neither_lost_nor_reordered(folder: Path, open_reader: OpenReader) -> None:
    """Rule: counts, keys of two keys, questions and the command line take their keys from one burst, in order."""
    terminal = open_reader("--library", str(folder))
    terminal.send(*"3jStggyt2d", *":skip is:later", "enter", *"gg5G", *":tags", "enter", *"ml", "enter", *"jb")
    terminal.wait_for(" 7/17")
    terminal.send("q")
    assert terminal.end() == 0
    library = Library(folder)
    assert len(library.reading.done()) == 3
    assert list(library.reading.tags()) == ["ml"]
    library.close()


def test_g_alone_goes_to_the_first_line_after_a_while(folder: Path, open_reader: OpenReader) -> None:
    """Rule: the footer lists what may follow `g`; without a second key it goes to the first line."""
    terminal = open_reader("--library", str(folder))
    terminal.send("G")
    terminal.wait_for("17/17")
    terminal.send("g")
    terminal.wait_for("v select again")
    terminal.wait_for(" 1/17")
    terminal.send("G", "g", "escape")
    terminal.wait_for("17/17")
    terminal.settle()
    assert "17/17" in terminal.text


def test_unknown_keys_decide_nothing(folder: Path, open_reader: OpenReader) -> None:
    """Rule: a key without a command names the nearest, also while it is held; the next key works as ever."""
    terminal = open_reader("--library", str(folder))
    terminal.send(*"XXXXXXXX")
    terminal.wait_for('"X" does nothing; x is "Select", ? shows all keys')
    terminal.send("w")
    terminal.wait_for('"w" does nothing; ? shows all keys')
    assert _done(folder) == 0
    terminal.send("d")
    terminal.wait_for(" 2/17")
    terminal.wait_for("skipped")
    assert _done(folder) == 1


def test_ctrl_l_draws_the_whole_screen_again(folder: Path, open_reader: OpenReader) -> None:
    """Rule: ^l repaints every line, after another program wrote over the screen."""
    terminal = open_reader("--library", str(folder))
    terminal.settle()
    library = Library(folder)
    titles = [str(row.title)[:15].encode() for row in library.rows(list(library.ids(date(2025, 3, 14))))[:5]]
    library.close()
    before = len(terminal.raw)
    terminal.send("ctrl+l")
    terminal.wait_for(lambda: all(title in terminal.raw[before:] for title in titles))


def test_a_command_is_typed_completed_and_left(folder: Path, open_reader: OpenReader) -> None:
    """Rule: `:` opens a line over the footer, Tab lists the candidates above it, Esc gives the footer back."""
    terminal = open_reader("--library", str(folder), size=(50, 15))
    terminal.send(":", *"sor", "tab", "tab")
    terminal.wait_for(" :sort rank")
    terminal.wait_for(" rank  unread first  newest")
    terminal.send("escape")
    terminal.wait_for(" 1/17")
    terminal.send(*":skip is:unread", "enter")
    terminal.wait_for("skip 17 of 17   Enter acts")
    terminal.send("d", "escape")
    terminal.wait_for("nothing changed")
    assert _done(folder) == 0
