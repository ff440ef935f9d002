"""However the reader ends, what was decided is there, and the exit status says how it ended."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from quick import first, first_rows
from terminal import Terminal

from paperreader.services.library import Library

# The modes that Textual turns on; what was turned on must be turned off at the end.
MODES = re.compile(rb"\x1b\[\?(\d+)([hl])")

SAID = "starred · u undoes it · "


def _star_on_three_dates(terminal: Terminal) -> list[str]:
    """Star the first paper of three dates; the beginnings of their titles, as the screen names them."""
    titles = []
    for step in range(3):
        if step:
            terminal.send("[")
            terminal.wait_for(("Thu 13", "Wed 12")[step - 1] + " Mar 2025")
            terminal.settle()
        terminal.send("s")
        terminal.wait_for(SAID)
        terminal.wait_for(lambda: "★ 1 " in terminal.text.splitlines()[0])
        titles.append(next(line for line in terminal.text.splitlines() if SAID in line).split(SAID)[1][:24])
    assert len(set(titles)) == 3
    return titles


def _exported(folder: Path) -> str:
    return subprocess.run(
        [sys.executable, "-m", "paperreader", "--library", str(folder), "export"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize(
    ("end", "status"),
    first_rows(1, [("q", 0), (signal.SIGKILL, 137), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]),
    ids=["q", "SIGKILL", "SIGTERM", "SIGHUP"],
)
def test_three_stars_on_three_dates_outlive_every_end(
    end: str | signal.Signals, status: int, folder: Path, open_reader: Callable[..., Terminal]
) -> None:
    """Rule: stars on different dates survive q and every signal, and the export contains them."""
    terminal = open_reader("--library", str(folder))
    titles = _star_on_three_dates(terminal)
    if isinstance(end, str):
        terminal.send(end)
    else:
        terminal.kill(end)
    assert terminal.end() == status
    library = Library(folder)
    assert len(library.reading.starred()) == 3
    library.close()
    exported = _exported(folder)
    for title in titles:
        assert title.strip() in exported
    again = open_reader("--library", str(folder), ready="★")
    again.wait_for("★ 1 ")
    again.send("q")
    assert again.end() == 0


@pytest.mark.parametrize("end", first(1, ["q", signal.SIGTERM, "ctrl+q", signal.SIGHUP]), ids=str)
def test_the_terminal_is_left_as_it_was(end: str | signal.Signals, open_reader: Callable[..., Terminal]) -> None:
    """Rule: after every end all terminal modes are off, the cursor shows, and echo is on."""
    import termios

    terminal = open_reader("sample")
    if isinstance(end, str):
        terminal.send(end)
    else:
        terminal.kill(end)
    # The slave side closes with the program; its last settings are read while it is still held open here.
    terminal.end()
    last = {mode: state for mode, state in MODES.findall(bytes(terminal.raw)) if mode not in (b"25", b"7")}
    assert set(last.values()) == {b"l"}
    states = dict(MODES.findall(bytes(terminal.raw)))
    assert states[b"25"] == b"h"
    flags = termios.tcgetattr(terminal.descriptor)[3]
    assert flags & termios.ECHO
    assert flags & termios.ICANON


def test_ctrl_c_says_how_to_leave_and_ends_nothing(open_reader: Callable[..., Terminal]) -> None:
    """Rule: ^c does not end the reader; it names the key that leaves."""
    terminal = open_reader("sample")
    terminal.send("ctrl+c")
    terminal.wait_for("q leaves the reader")
    terminal.send("q")
    assert terminal.end() == 0


def test_the_first_screen_of_the_sample(open_reader: Callable[..., Terminal]) -> None:
    """Rule: one command paints the sample: dates, papers, an abstract, counts and keys."""
    terminal = open_reader("sample", size=(140, 40))
    terminal.wait_for("? help")
    for text in (
        "Fri 14 Mar 2025",
        "0 of 17 decided · 17 left",
        "All papers",
        "GPTQ: Accurate",
        "s star",
        "listed Fri 14 Mar 2025",
    ):
        assert text in terminal.text
    terminal.send("q")
    assert terminal.end() == 0


def test_without_a_terminal_the_reader_ends_with_one_line() -> None:
    """Rule: without a terminal the reader prints one line on stderr and exits with 1."""
    done = subprocess.run(
        [sys.executable, "-m", "paperreader"], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1
    assert b"\x1b" not in done.stderr


def test_a_closed_terminal_ends_the_reader(folder: Path, open_reader: Callable[..., Terminal]) -> None:
    """Rule: closing the window ends the process, and decisions are kept."""
    terminal = open_reader("--library", str(folder))
    terminal.send("s")
    terminal.wait_for(SAID)
    os.close(terminal.descriptor)
    terminal.descriptor = -1
    assert terminal.has_ended(), "the reader outlived its terminal"
    os.waitpid(terminal.pid, 0)
    terminal.status = 0
    library = Library(folder)
    assert len(library.reading.starred()) == 1
    library.close()
