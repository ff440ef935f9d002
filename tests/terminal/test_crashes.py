"""However the reader dies, the terminal is what it was, the status is true, no process stays, and no text leaks."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from locks import locked
from quick import first
from shelled import WRAPPER, InShell, Shelled, assert_modes_off, descendants, is_alive, is_stopped, wait_until
from terminal import Terminal

from paperreader.services.library import Library

SAID = "starred · u undoes it · "


UNHURRIED = """
from functools import partial
from paperreader.cli import guardian
guardian.guard = partial(guardian.guard, patience=60.0)
"""
"""A guardian for readers that are to end by themselves, also on a machine that stands still for some seconds."""


def _stars(folder: Path) -> int:
    library = Library(folder)
    try:
        return len(library.reading.starred())
    finally:
        library.close()


# Signals


@pytest.mark.parametrize("number", first(1, [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT]), ids=str)
@pytest.mark.parametrize("to", first(2, ["guardian", "reader", "both"]))
def test_a_signal_ends_the_reader_and_gives_the_terminal_back(
    number: signal.Signals, to: str, folder: Path, in_shell: InShell
) -> None:
    """Rule: a signal to any of the processes ends the reader with status 128 + n and restores the terminal."""
    shell = in_shell(folder)
    shell.terminal.send("s")
    shell.terminal.wait_for(SAID)
    targets = {"guardian": [shell.guardian], "reader": [shell.reader], "both": [shell.guardian, shell.reader]}[to]
    for process in targets:
        os.kill(process, number)
    shell.ends_with(128 + number)
    assert _stars(folder) == 1


@pytest.mark.parametrize("number", first(1, [signal.SIGKILL, signal.SIGSEGV, signal.SIGUSR1]), ids=str)
def test_a_reader_that_is_killed_leaves_the_terminal_as_it_was(
    number: signal.Signals, folder: Path, in_shell: InShell
) -> None:
    """Rule: the terminal is restored even after SIGKILL."""
    shell = in_shell(folder)
    shell.terminal.send("s")
    shell.terminal.wait_for(SAID)
    os.kill(shell.reader, number)
    shell.ends_with(128 + number)
    assert _stars(folder) == 1


def test_a_reader_that_is_killed_while_it_starts_leaves_the_terminal_as_it_was(folder: Path, in_shell: InShell) -> None:
    """Rule: a kill at any moment of the start is handled."""
    shell = in_shell(folder, ready=None).find()
    os.kill(shell.reader, signal.SIGKILL)
    shell.ends_with(137)


def test_the_reader_ends_with_its_guardian(folder: Path, in_shell: InShell) -> None:
    """Rule: a killed guardian leaves no reader behind, and the terminal is restored."""
    shell = in_shell(folder)
    shell.terminal.send("s")
    shell.terminal.wait_for(SAID)
    os.kill(shell.guardian, signal.SIGKILL)
    shell.ends_with(137)
    assert _stars(folder) == 1


@pytest.mark.full
def test_a_blocked_reader_ends_with_its_guardian(folder: Path, in_shell: InShell) -> None:
    """Rule: a reader with a blocked event loop outlives its guardian by at most 3 seconds."""
    shell = in_shell(folder, "DecisionCommands.star = lambda _: time.sleep(600)")
    shell.terminal.send("s")
    os.kill(shell.guardian, signal.SIGKILL)
    shell.ends_with(137)


@pytest.mark.full
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=str)
def test_a_terminal_that_takes_nothing_keeps_no_process(
    number: signal.Signals, folder: Path, in_shell: InShell
) -> None:
    """Rule: the reader ends even if the terminal stopped taking output."""
    patch = "DecisionCommands.star = lambda _: (os.write(2, b'x' * 1_000_000), time.sleep(600))"
    shell = in_shell(folder, patch)
    shell.terminal.send("s")
    os.kill(shell.guardian, number)
    wait_until(lambda: not is_alive(shell.guardian) and not is_alive(shell.reader))


@pytest.mark.full
def test_both_killed_at_once_leave_no_process_and_lose_nothing(folder: Path, in_shell: InShell) -> None:
    """Rule: saved decisions survive the death of both processes, and the next reader opens."""
    shell = in_shell(folder)
    shell.terminal.send("s")
    shell.terminal.wait_for(SAID)
    for process in (shell.guardian, shell.reader):
        os.kill(process, signal.SIGKILL)
    shell.terminal.wait_for_bytes(b"ended with 137.")
    wait_until(lambda: not is_alive(shell.guardian) and not is_alive(shell.reader))
    assert _stars(folder) == 1


STUCK = """
def stuck(_):
    title = "A SECRET TITLE"
    os.write(2, b"it is blocked")
    {blocking}
DecisionCommands.star = stuck
"""


@pytest.mark.parametrize("number", first(1, [signal.SIGTERM, signal.SIGHUP]), ids=str)
@pytest.mark.parametrize("to", first(1, ["guardian", "reader"]))
@pytest.mark.parametrize(
    "blocking",
    first(1, ["time.sleep(600)", "__import__('re').match('(a+)+$', 'a' * 60 + 'b')"]),
    ids=["asleep", "busy"],
)
def test_a_blocked_reader_is_ended_after_three_seconds(
    blocking: str, to: str, number: signal.Signals, folder: Path, in_shell: InShell
) -> None:
    """Rule: an event loop that hears no signal is no way to stay, whichever process it is sent to.

    Not even one that keeps the interpreter. The status is that of the signal; the log says where the loop stood, and
    holds nobody's text.
    """
    shell = in_shell(folder, STUCK.format(blocking=blocking))
    shell.terminal.send("s")
    shell.terminal.wait_for_bytes(b"it is blocked")
    begin = time.monotonic()
    os.kill({"guardian": shell.guardian, "reader": shell.reader}[to], number)
    shell.ends_with(128 + number)
    assert time.monotonic() - begin > 2.5, "it was not given the time to end by itself"
    told = shell.told.replace(b"\r\n", b"\n").decode()
    said = "paperreader: the reader did not answer for 3 seconds and was killed; "
    said += "every decision that the screen showed is saved; "
    assert f"{said}see {folder / 'reader.log'}, and report the error\n" in told
    log = (folder / "reader.log").read_text()
    main_thread = log.split("  main thread\n")[1].split("  thread\n")[0]
    assert re.search(r"^    .*/ui/screens/triage.py:\d+ action_do$", main_thread, re.MULTILINE)
    assert main_thread.rstrip().splitlines()[-1].endswith(" stuck" if "sleep" in blocking else " match")
    assert "SECRET" not in log + told
    assert (folder / "reader.log").stat().st_mode & 0o777 == 0o600


def test_a_reader_that_ends_in_time_leaves_no_stack(folder: Path, in_shell: InShell) -> None:
    """Rule: only a reader that was ended by force is reported."""
    shell = in_shell(folder, UNHURRIED)
    os.kill(shell.reader, signal.SIGTERM)
    shell.ends_with(143)
    assert not (folder / "reader.log").exists()
    assert b"paperreader: " not in shell.told


def test_a_mistake_below_python_is_told_and_logged(folder: Path, in_shell: InShell) -> None:
    """Rule: a reader that dies of SIGSEGV restores the terminal, exits with 139, and logs where."""
    crash = "def crash(_):\n    title = 'A SECRET TITLE'\n    ctypes.string_at(0)"
    patch = f"import ctypes\n{crash}\nDecisionCommands.star = crash"
    shell = in_shell(folder, patch)
    shell.terminal.send("s")
    shell.ends_with(139)
    assert (
        b"paperreader: the reader was killed by SIGSEGV; every decision that the screen showed is saved; see "
        in shell.told
    )
    log = (folder / "reader.log").read_text()
    assert re.search(r"^    .* crash$", log, re.MULTILINE)
    assert "SECRET" not in log


def test_decisions_that_wait_for_a_lock_are_withdrawn_and_counted(folder: Path, in_shell: InShell) -> None:
    """Rule: decisions that a signal cut off are reported and never written later."""
    shell = in_shell(folder, UNHURRIED)
    with locked(folder):
        shell.terminal.send("s", "j", "s")
        shell.terminal.wait_for("saving…")
        os.kill(shell.guardian, signal.SIGTERM)
        shell.ends_with(143)
    assert b"2 decisions could not be saved; decide again" in shell.told
    assert _stars(folder) == 0


@pytest.mark.parametrize("is_blocked", first(1, [False, True]), ids=["listening", "blocked"])
def test_a_closed_terminal_leaves_no_process(is_blocked: bool, folder: Path, tmp_path: Path) -> None:
    """Rule: closing the window ends both processes, even if the shell passes no signal on."""
    # The shell ignores SIGHUP, so that only the closed terminal itself can tell.
    patch = "DecisionCommands.star = lambda _: time.sleep(600)" if is_blocked else ""
    script = 'trap "" HUP; "$@"; echo $? > status'
    program = [sys.executable, "-c", WRAPPER.format(patch=patch), "--library", str(folder)]
    with Terminal(["sh", "-c", script, "sh", *program], columns=80, rows=24, cwd=str(tmp_path)) as terminal:
        terminal.wait_for("help")
        shell = Shelled(terminal).find()
        terminal.send("s")
        if not is_blocked:
            terminal.wait_for(SAID)
        os.close(terminal.descriptor)
        terminal.descriptor = -1
        wait_until(lambda: not is_alive(shell.guardian) and not is_alive(shell.reader))
        wait_until(lambda: (tmp_path / "status").exists() and (tmp_path / "status").read_text() == "129\n")
    assert _stars(folder) == (0 if is_blocked else 1)


def test_ctrl_c_ends_a_reader_that_is_still_starting(folder: Path, tmp_path: Path) -> None:
    """Rule: ^c during the start ends the reader at once, without a traceback."""
    patch = "from paperreader.services.library import Library\nLibrary.__init__ = lambda *_, **__: time.sleep(600)"
    program = [sys.executable, "-c", WRAPPER.format(patch=patch), "--library", str(folder)]
    with Terminal(program, columns=80, rows=24, cwd=str(tmp_path)) as terminal:
        wait_until(lambda: len(descendants(terminal.pid)) == 1)
        terminal.send("ctrl+c")
        assert terminal.end() == 130
        assert b"Traceback" not in terminal.raw


def test_a_refused_process_is_told_in_one_line(folder: Path, tmp_path: Path) -> None:
    """Rule: the reader does not crash if no second process can be started."""
    patch = "def refuse(): raise BlockingIOError(11, 'no more processes')\nos.fork = refuse"
    program = [sys.executable, "-c", WRAPPER.format(patch=patch), "--library", str(folder)]
    with Terminal(program, columns=200, rows=24, cwd=str(tmp_path)) as terminal:
        assert terminal.end() == 1
        assert "paperreader: cannot start the reader: no more processes; close other programs" in terminal.text
        assert_modes_off(terminal)


def test_verbs_have_no_guardian(folder: Path) -> None:
    """Rule: only the reader loads the modules that start a second process."""
    run = "from paperreader.cli.main import exit_status; exit_status(sys.argv[1:])"
    code = f"import sys; {run}; sys.exit('paperreader.cli.guardian' in sys.modules)"
    subprocess.run([sys.executable, "-c", code, "--library", str(folder), "list"], stdout=-3, check=True)


# Being stopped and continued


@pytest.mark.parametrize("number", first(1, [signal.SIGSTOP, signal.SIGTSTP]), ids=str)
def test_a_stopped_reader_gives_the_terminal_back_and_takes_it_again(
    number: signal.Signals, folder: Path, in_shell: InShell
) -> None:
    """Rule: the guardian stops and continues together with the reader."""
    shell = in_shell(folder)
    guardian, reader = shell.guardian, shell.reader
    for _ in range(2):
        shell.terminal.settle()
        os.kill(reader if number == signal.SIGSTOP else guardian, number)
        wait_until(lambda: is_stopped(guardian) and is_stopped(reader))
        shell.terminal.settle()
        assert_modes_off(shell.terminal)
        shell.terminal.screen.reset()
        os.kill(guardian, signal.SIGCONT)
        shell.terminal.wait_for("help")
    shell.terminal.send("s")
    shell.terminal.wait_for(SAID)
    shell.terminal.send("q")
    shell.ends_with(0)


# Other ends


def test_a_reader_that_leaves_without_tidying_up_is_tidied_up_after(folder: Path, in_shell: InShell) -> None:
    """Rule: the guardian checks the terminal after every end, and passes on any exit status."""
    shell = in_shell(folder, "DecisionCommands.star = lambda _: os._exit(3)")
    shell.terminal.send("s")
    shell.ends_with(3)


def test_a_normal_end_is_not_tidied_up_a_second_time(folder: Path, in_shell: InShell) -> None:
    """Rule: after a normal end nothing more is written to the terminal."""
    shell = in_shell(folder)
    shell.terminal.send("q")
    shell.ends_with(0)
    assert bytes(shell.terminal.raw).count(b"\x1b[?1049l") == 1
