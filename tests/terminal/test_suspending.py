"""`^z` goes back to the shell that runs the reader, and `fg` brings the whole screen back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from quick import first
from terminal import Terminal

from paperreader.services.library import Library


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Terminal]:
    """A shell with job control in a terminal."""
    with Terminal(["sh", "-i"], columns=80, rows=24, env={"PS1": "PROMPT> ", "ENV": ""}, cwd=str(tmp_path)) as terminal:
        terminal.wait_for("PROMPT>")
        yield terminal


def _run(shell: Terminal, command: str) -> None:
    shell.screen.reset()
    shell.send(command, "enter")


def _opened(shell: Terminal, command: str) -> None:
    """Run the reader, and wait until it shows the first paper."""
    _run(shell, command)
    shell.wait_for("1 of 17")
    shell.wait_for("GPTQ: Accurate")


def _is_gone(shell: Terminal, text: str) -> bool:
    return text not in shell.text


def _suspend(shell: Terminal) -> None:
    """Press ^z, and wait until the shell runs a command."""
    shell.screen.reset()
    shell.send("ctrl+z")
    shell.wait_for("PROMPT>")
    _run(shell, "stty -a; echo the shell says $((6 * 7))")
    shell.wait_for("the shell says 42")
    assert " icanon" in shell.text
    assert " echo " in shell.text


@pytest.mark.parametrize("command", first(1, ["{}", "sh -c '{}; exit 7'"]), ids=["alone", "below another process"])
def test_z_suspends_and_fg_continues(command: str, shell: Terminal, folder: Path) -> None:
    """Rule: ^z suspends from panes, filter bar and dialogs; fg paints everything again."""
    _opened(shell, command.format(f"{sys.executable} -m paperreader --library {folder}"))
    for keys, shows in (("", "GPTQ: Accurate"), ("/", "words  -not"), ("t", "Tags ─"), ("?", "type to search")):
        shell.send(*keys)
        shell.wait_for(shows)
        _suspend(shell)
        assert shows not in shell.text
        _run(shell, "fg")
        shell.wait_for(shows)
        if keys:
            shell.send("escape")
            shell.wait_for(partial(_is_gone, shell, shows))
            shell.wait_for("1 of 17")
    shell.send("q")
    shell.wait_for("PROMPT>")


def test_what_was_decided_before_z_is_saved(shell: Terminal, folder: Path) -> None:
    """Rule: queued decisions are saved before the reader stops, and keys work after it continues."""
    _opened(shell, f"{sys.executable} -m paperreader --library {folder}")
    shell.send(*"sd")
    _suspend(shell)
    library = Library(folder)
    assert len(library.reading.done()) == 2
    library.close()
    _run(shell, "fg")
    shell.wait_for("3 of 17")
    shell.send("u")
    shell.wait_for("undone")
    shell.send("q")
    shell.wait_for("PROMPT>")


def test_without_a_shell_z_says_why_it_does_nothing(folder: Path) -> None:
    """Rule: a reader without a parent shell does not stop."""
    argv = [sys.executable, "-m", "paperreader", "--library", str(folder)]
    with Terminal(argv, columns=80, rows=24) as terminal:
        terminal.wait_for("1 of 17")
        terminal.send("ctrl+z")
        terminal.wait_for("not suspended")
        terminal.send("q")
        assert terminal.end() == 0
