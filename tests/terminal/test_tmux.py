"""The reader in tmux, which answers other questions of a program than a terminal does."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from terminal import PATIENCE

from paperreader.services.library import Library

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed on this machine")

LOOK_EVERY = 0.05
"""Seconds between two looks at the pane; tmux does not say when it has painted."""


class Pane:
    """A program in the only pane of a tmux server of its own."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def tmux(self, *arguments: str) -> str:
        """Run a command of tmux; returns its output."""
        command = ["tmux", "-S", str(self._socket), "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names: `Escape`, `C-d`, `G`."""
        self.tmux("send-keys", *keys)

    @property
    def lines(self) -> list[str]:
        """What the pane shows."""
        return self.tmux("capture-pane", "-p").splitlines()

    def wait_for(self, found: Callable[[list[str]], object]) -> None:
        """Wait until a condition holds for the lines of the pane."""
        until = time.monotonic() + PATIENCE
        while not found(lines := self.lines):
            if time.monotonic() > until:
                raise AssertionError("it never came:\n" + "\n".join(lines))
            time.sleep(LOOK_EVERY)

    def wait_for_text(self, text: str) -> None:
        """Wait until the pane shows a text."""
        self.wait_for(lambda lines: text in "\n".join(lines))


@pytest.fixture
def pane(folder: Path) -> Iterator[Pane]:
    """A reader on the sample papers in tmux, at 100×30."""
    with tempfile.TemporaryDirectory(prefix="tmux-") as short:  # the path of a socket has at most 100 characters
        pane = Pane(Path(short) / "socket")
        reader = shlex.join([sys.executable, "-m", "paperreader", "--library", str(folder)])
        shell = ["sh", "-c", f"{reader}; echo ended with $?; read _"]
        pane.tmux("new-session", "-d", "-x", "100", "-y", "30", "--", *shell)
        try:
            pane.wait_for_text("? help")
            yield pane
        finally:
            pane.tmux("kill-server")


def test_the_reader_works_in_tmux(pane: Pane, folder: Path) -> None:
    """Rule: keys, a lone Esc, a resize and the end work in tmux, and what was decided is stored."""
    pane.press("s")
    pane.wait_for_text("starred · u undoes it")
    pane.press("3", "j")
    pane.wait_for_text(" 5 of 17")
    pane.press("/", "b", "e", "r", "t")
    pane.wait_for_text("in a list of 17")
    pane.press("Escape")
    pane.wait_for_text(" 5 of 17")
    pane.press("G", "C-u", "Home")
    pane.wait_for_text(" 1 of 17")
    pane.tmux("resize-window", "-x", "60", "-y", "20")
    pane.wait_for(lambda lines: len(lines) == 20 and "? help" in lines[-1] and max(map(len, lines)) <= 60)
    pane.tmux("resize-window", "-x", "140", "-y", "40")
    pane.wait_for(lambda lines: "All papers" in "\n".join(lines) and "? help" in lines[-1])
    pane.press("q")
    pane.wait_for_text("ended with 0")
    with closing(Library(folder, window="judge")) as library:
        assert len(library.reading.starred()) == 1


def test_the_mouse_works_in_tmux(pane: Pane) -> None:
    """Rule: the reader asks tmux for the mouse in the form that it understands, and a click selects a paper."""
    pane.wait_for(lambda _lines: pane.tmux("display-message", "-p", "#{mouse_any_flag}#{mouse_sgr_flag}") == "11\n")
    line = next(number for number, line in enumerate(pane.lines) if "New Directions" in line)
    for end in "Mm":
        pane.tmux("send-keys", "-l", f"\x1b[<0;30;{line + 1}{end}")
    pane.wait_for(lambda lines: any("▌" in line and "New Directions" in line for line in lines))
