"""A window that is stopped in the middle of a write freezes no other."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from terminal import PATIENCE, Terminal

from paperreader.services.importing.importer import import_sample
from paperreader.services.library import Library
from paperreader.storage.reading.store import ReadingStore

TRIES = 3
SCRIPT = Path(__file__).with_name("reader_process.py")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of the sample papers, with an index of its own for each test."""
    library = Library(tmp_path / "library")
    import_sample(library)
    library.close()
    return tmp_path / "library"


@pytest.fixture
def stopped(folder: Path) -> Iterator[Terminal]:
    """A reader that has written a star, not synced it, and stands still with the lock in its hands."""
    with Terminal([sys.executable, str(SCRIPT), str(folder), "0", "stop"], columns=80, rows=24) as terminal:
        terminal.wait_for("? help")
        terminal.send("s")
        until = time.monotonic() + PATIENCE
        while _state(_holder(folder)) != "T":
            assert time.monotonic() < until, "it was not stopped"
            terminal.read(0.02)
        yield terminal


def _holder(folder: Path) -> int:
    """Who took the lock last."""
    lock = folder / "reading.lock"
    return int(lock.read_text()) if lock.exists() and lock.read_text().strip() else 0


def _state(pid: int) -> str:
    stat = Path(f"/proc/{pid}/stat")
    return stat.read_text().rpartition(")")[2].split()[0] if pid and stat.exists() else ""


def _reads_on_while_it_waits(reader: Terminal, holder: int) -> bool:
    """Whether the decision of a window waits, names the holder and is refused, while each key is answered at once.

    False where an answer came with the refusal only, as it may when the machine stood still for so long.
    """

    def shows(text: str) -> bool:
        reader.wait_for(lambda: text in reader.text or "not saved" in reader.text)
        return "not saved" not in reader.text

    reader.wait_for("? help")
    reader.send("g", "g", "j", "j", "j")
    reader.wait_for(" 4 of 17")
    begin = time.monotonic()
    reader.send("d")
    if not shows("saving…"):
        return False
    reader.send("k")
    if not shows(" 4 of 17"):  # from the fifth, where d went on to, back to the fourth
        return False
    if not shows(f"process {holder}"):
        return False
    assert time.monotonic() - begin > 1.9
    reader.send("G")
    if not shows("17 of 17"):
        return False
    reader.wait_for("not saved")
    assert time.monotonic() - begin > 4.9
    return True


@pytest.mark.full
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the state of a process is read from /proc")
def test_a_window_stopped_in_the_middle_of_a_write_freezes_no_other(folder: Path, stopped: Terminal) -> None:
    """Rule: another reads on, names the holder after 2 s, refuses after 5 s, never writes what it refused, goes on."""
    holder = _holder(folder)
    with ExitStack() as stack:
        for _ in range(TRIES):
            program = [sys.executable, "-m", "paperreader", "--library", str(folder)]
            reader = stack.enter_context(Terminal(program, columns=80, rows=24))
            if _reads_on_while_it_waits(reader, holder):
                break
            reader.kill()
        else:
            pytest.fail("no key was answered before the refusal")
        reader.send("g", "g", "?")
        reader.wait_for("search keys")
        reader.send("escape")
        os.kill(holder, signal.SIGCONT)
        stopped.wait_for("★ 1 ")
        reader.wait_for("★ 1 ")
        reader.settle()
        reader.send("j", "j", "d")
        reader.wait_for("15 left")
        stopped.wait_for("15 left")
        reader.send("q")
        assert reader.end() == 0
    store = ReadingStore(folder)
    assert (len(store.starred()), len(store.done())) == (1, 2), "what was refused is never made"
    assert store.seq == 2
    store.close()
