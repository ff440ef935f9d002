"""A reader that a shell runs, and its two processes."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from terminal import PATIENCE, Terminal

MODES = re.compile(rb"\x1b\[\?(\d+)([hl])")
KITTY = re.compile(rb"\x1b\[([<>])\d*u")
SHELL = """
stty -echoctl erase ^X
before=$(stty -g)
"$@"
echo "ended with $?."
read line
test "$before" = "$(stty -g)" && echo "settings are back." || echo "settings are others."
read line
"""
"""What a shell does around the reader; the settings it begins with are not everybody's."""
WRAPPER = """
import asyncio, os, signal, sys, threading, time
from paperreader.cli.main import run
from paperreader.ui.commands.decisions import DecisionCommands
from paperreader.ui.app import ReaderApp

def fail(*_, **__):
    title = "A SECRET TITLE"
    raise KeyError(title)

async def later():
    fail()

{patch}
run()
"""
"""The reader with something in it that goes wrong, mostly at the key `s`."""


class InShell(Protocol):
    def __call__(self, folder: Path, patch: str | None = None, ready: str | None = "help") -> Shelled: ...


class Shelled:
    """A reader that a shell runs in a terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.guardian = self.reader = 0
        """The process that the shell knows, and the one that reads and paints; 0: not known yet."""

    def find(self) -> Shelled:
        """The same, its two processes known."""

        def found() -> bool:
            processes = descendants(self.terminal.pid)
            if len(processes) == 2:
                self.guardian, self.reader = processes
            return bool(self.reader)

        wait_until(found)
        return self

    def ends_with(self, status: int) -> None:
        """Wait for the status, and hold what was promised of the terminal against what is found."""
        self.terminal.wait_for_bytes(b"ended with ")
        self.terminal.wait_for_bytes(f"ended with {status}.".encode(), 5)
        # A terminal takes in what is written meanwhile.
        self.terminal.wait_for(lambda: not is_alive(self.guardian) and not is_alive(self.reader))
        self.terminal.settle()
        assert_modes_off(self.terminal)
        self.terminal.feed(b"\n")
        self.terminal.wait_for_bytes(b"settings are ")
        self.terminal.wait_for_bytes(b"settings are back.", 5)

    @property
    def told(self) -> bytes:
        """What came on the normal screen after the reader."""
        return bytes(self.terminal.raw).rpartition(b"\x1b[?1049l")[2]


def assert_modes_off(terminal: Terminal) -> None:
    """Fail unless every mode that was turned on is off, and lines wrap and the cursor shows."""
    last = dict(MODES.findall(bytes(terminal.raw)))
    assert (last.pop(b"25", b"h"), last.pop(b"7", b"h")) == (b"h", b"h")
    assert set(last.values()) <= {b"l"}, last
    assert KITTY.findall(bytes(terminal.raw))[-1:] in ([], [b"<"])


def _processes() -> list[tuple[int, int, str]]:
    """Number, parent and state of every process."""
    if sys.platform == "linux":  # where no process has to be started for it
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has ended meanwhile
                pid, _, rest = stat.read_text().partition(" ")
                state, parent = rest.rpartition(")")[2].split()[:2]
                found.append((int(pid), int(parent), state))
        return found
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    return [(int(pid), int(parent), state) for pid, parent, state in (line.split() for line in listed.splitlines())]


def _children(parent: int) -> list[int]:
    return [pid for pid, above, state in _processes() if above == parent and state[0] != "Z"]


def descendants(parent: int) -> list[int]:
    children = _children(parent)
    return [*children, *(each for child in children for each in descendants(child))]


def is_alive(process: int) -> bool:
    return any(pid == process and state[0] != "Z" for pid, _, state in _processes())


def is_stopped(process: int) -> bool:
    return any(pid == process and state[0] == "T" for pid, _, state in _processes())


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)
