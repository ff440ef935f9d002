"""`e` hands the terminal to the user's editor and takes it back; no text is lost, whatever the editor does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from terminal import Terminal

from paperreader.services.library import Library

OpenReader = Callable[..., Terminal]

EDITOR = """
import os, pathlib, sys, termios
path = pathlib.Path(sys.argv[-1])
modes = termios.tcgetattr(0)[3]
print("EDITOR has", repr(path.read_text()), oct(path.stat().st_mode)[-3:], bool(modes & termios.ICANON), flush=True)
for line in sys.stdin:
    word = line.strip()
    if word == "save":
        break
    if word == "fail":
        sys.exit(3)
    if word == "die":
        os.kill(os.getpid(), 9)
    if word == "size":
        print("SIZE", *os.get_terminal_size(0), flush=True)
        continue
    path.write_text(path.read_text() + word + "\\n")
    print("WROTE", word, flush=True)
"""
"""An editor that adds each line that is typed; some words make it fail."""


@pytest.fixture
def reader(folder: Path, open_reader: OpenReader, tmp_path: Path) -> Terminal:
    """A reader whose editor has arguments, as `code --wait` has."""
    script = tmp_path / "my editor.py"
    script.write_text(EDITOR)
    private = tmp_path / "private"
    private.mkdir()
    environment = {"EDITOR": f"{sys.executable} '{script}' --wait", "TMPDIR": str(private)}
    return open_reader("--library", str(folder), size=(100, 30), env=environment, ready="1 of 17")


def _notes(folder: Path) -> list[str]:
    library = Library(folder, window="judge")
    found = [str(state.note) for state in library.states(library.catalogue.all_ids()).values() if state.note]
    library.close()
    return found


def _edit(reader: Terminal, has: str = "''") -> None:
    reader.send("e")
    reader.wait_for(f"EDITOR has {has} 600 True")


def test_what_the_editor_saves_is_the_note(reader: Terminal, folder: Path, tmp_path: Path) -> None:
    """Rule: the editor has a usual terminal and a private file; its text is saved, and the row shows it."""
    _edit(reader)
    reader.send(*"first", "enter")
    reader.wait_for("WROTE first")
    reader.send(*"save", "enter")
    reader.wait_for("✎ first")
    assert _notes(folder) == ["first"]
    assert list((tmp_path / "private").iterdir()) == []
    _edit(reader, repr("first\n"))
    reader.send(*"second", "enter")
    reader.wait_for("WROTE second")
    reader.send(*"save", "enter")
    reader.wait_for("✎ first second")
    assert _notes(folder) == ["first\nsecond"]
    reader.send("u")
    reader.wait_for("undone")
    assert _notes(folder) == ["first"]
    reader.send("q")
    assert reader.end() == 0


@pytest.mark.parametrize(("word", "says"), [("fail", "ended with status 3"), ("die", "was killed by SIGKILL")])
def test_an_editor_that_fails_changes_nothing_and_loses_nothing(
    word: str, says: str, reader: Terminal, folder: Path
) -> None:
    """Rule: the note stays; what the editor had saved is a draft, which the next editor begins with."""
    _edit(reader)
    reader.send(*"precious", "enter")
    reader.wait_for("WROTE precious")
    reader.send(*word, "enter")
    reader.wait_for("the note is unchanged")
    reader.wait_for(says)
    assert _notes(folder) == []
    _edit(reader, repr("precious\n"))
    reader.send(*"save", "enter")
    reader.wait_for("✎ precious")
    assert _notes(folder) == ["precious"]


def test_the_terminal_is_whole_again_after_the_editor(reader: Terminal) -> None:
    """Rule: a new size during the editor counts, ^c is the editor's, and keys, mouse modes and screen are back."""
    _edit(reader)
    reader.resize(80, 24)
    reader.send(*"size", "enter")
    reader.wait_for("SIZE 80 24")
    before = len(reader.raw)
    reader.send("ctrl+c")  # which ends the editor, not the reader
    reader.wait_for("was killed by SIGINT")
    reader.settle()
    after = bytes(reader.raw[before:])
    assert all(mode in after for mode in (b"\x1b[?1049h", b"\x1b[?1006h", b"\x1b[?2004h"))
    assert max(len(line.rstrip()) for line in reader.text.splitlines()) <= 80
    reader.send("q")
    assert reader.end() == 0


def test_an_editor_that_does_not_start_is_told(folder: Path, open_reader: OpenReader) -> None:
    """Rule: a mistyped $EDITOR, or quotation marks that do not end, are told with the screen intact."""
    for editor, says in (("/no/such/editor", "did not start: No such file"), ("vi 'x", "cannot be read")):
        reader = open_reader("--library", str(folder), size=(100, 30), env={"EDITOR": editor}, ready="1 of 17")
        reader.send("e")
        reader.wait_for(says)
        reader.send("j")
        reader.wait_for("2 of 17")


def test_z_in_the_editor_goes_to_the_shell_and_fg_comes_back(folder: Path, tmp_path: Path) -> None:
    """Rule: reader and editor stop and go on together."""
    script = tmp_path / "editor.py"
    script.write_text(EDITOR)
    environment = {"PS1": "PROMPT> ", "ENV": "", "EDITOR": f"{sys.executable} {script}"}
    with Terminal(["sh", "-i"], columns=80, rows=24, env=environment, cwd=str(tmp_path)) as shell:
        shell.wait_for("PROMPT>")
        shell.send(f"{sys.executable} -m paperreader --library {folder}", "enter")
        shell.wait_for("1 of 17")
        shell.send("e")
        shell.wait_for("EDITOR has")
        shell.send("ctrl+z")
        shell.wait_for("PROMPT>")
        shell.send("fg", "enter")
        shell.send(*"back", "enter")
        shell.wait_for("WROTE back")
        shell.send(*"save", "enter")
        shell.wait_for("✎ back")
    assert _notes(folder) == ["back"]
