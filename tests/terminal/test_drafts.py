"""A note that was being typed when the reader died is offered again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from quick import first_rows
from terminal import Terminal

from paperreader.services.library import Library

OFFERED = "a note was not saved"


def _kept(folder: Path) -> list[str]:
    return [json.loads(path.read_text())["note"] for path in sorted(folder.glob("draft-*.json"))]


def _notes(folder: Path) -> list[str]:
    library = Library(folder)
    keys = library.reading.keys()
    notes = [str(library.state(key).note) for key in keys]
    library.close()
    return notes


def _type_note(terminal: Terminal, text: str) -> None:
    terminal.send("a")
    terminal.wait_for("─ Note ─")
    terminal.send(text)
    terminal.wait_for(text)


def _reader(terminal: Terminal) -> int:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return next(pid for pid, parent in pairs if parent == terminal.pid)


def test_a_note_that_was_being_typed_at_a_kill_is_offered_again(
    folder: Path, open_reader: Callable[..., Terminal]
) -> None:
    """Rule: a kill loses at most the last second of a note. `a` continues the note, and Esc saves it."""
    terminal = open_reader("--library", str(folder))
    _type_note(terminal, "compare with section 3")
    terminal.wait_for(lambda: _kept(folder) == ["compare with section 3"])
    os.kill(_reader(terminal), signal.SIGKILL)
    assert terminal.end() == 137
    again = open_reader("--library", str(folder))
    again.wait_for(OFFERED)
    again.send("a")
    again.wait_for("an unsaved draft")
    again.wait_for("compare with section 3")
    again.send(" too")
    again.type("escape")
    again.wait_for("note changed")
    again.send("q")
    assert again.end() == 0
    assert _notes(folder) == ["compare with section 3 too"]
    assert _kept(folder) == []
    third = open_reader("--library", str(folder))
    third.settle()
    assert OFFERED not in third.text


@pytest.mark.parametrize(
    ("end", "status"), first_rows(1, [(signal.SIGTERM, 143), (signal.SIGHUP, 129), ("ctrl+q", 0)]), ids=str
)
def test_an_end_that_can_be_heard_keeps_the_last_word(
    end: signal.Signals | str, status: int, folder: Path, open_reader: Callable[..., Terminal]
) -> None:
    """Rule: a signal during a note keeps the typed text as a draft, not as a note."""
    terminal = open_reader("--library", str(folder))
    _type_note(terminal, "half a sen")
    if isinstance(end, str):
        terminal.send(end)
    else:
        terminal.kill(end)
    assert terminal.end() == status
    assert _kept(folder) == ["half a sen"]
    assert _notes(folder) == []


@pytest.mark.full
def test_two_windows_keep_a_draft_each(folder: Path, open_reader: Callable[..., Terminal]) -> None:
    """Rule: windows on one library never erase each other's drafts."""
    first, second = (open_reader("--library", str(folder)) for _ in range(2))
    _type_note(first, "from the first")
    second.send("j")
    second.wait_for(" 2 of 17")
    _type_note(second, "from the second")
    for terminal in (first, second):
        terminal.wait_for(lambda: len(_kept(folder)) == 2)
    os.kill(_reader(first), signal.SIGKILL)
    assert first.end() == 137
    third = open_reader("--library", str(folder), size=(120, 40))
    for terminal in (third, second):
        terminal.wait_for(OFFERED)
        assert terminal.text.count(OFFERED) == 1
    second.type("escape")
    second.wait_for("note changed")
    assert _kept(folder) == ["from the first"]
    assert _notes(folder) == ["from the second"]
