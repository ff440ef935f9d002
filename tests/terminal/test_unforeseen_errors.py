"""An error that nobody foresaw ends the reader, is told and logged, and leaks no text."""

from __future__ import annotations

from pathlib import Path

import pytest
from quick import first, first_rows
from shelled import InShell, Shelled


@pytest.mark.parametrize(
    ("patch", "place"),
    first_rows(
        1,
        [
            ("DecisionCommands.star = fail", "paperreader.ui.screens.triage:"),
            ("DecisionCommands._show = fail", "paperreader.ui.background.decision_queue:"),
            ("DecisionCommands.star = lambda _: threading.Thread(target=fail).start()", "__main__:"),
            ("DecisionCommands.star = lambda _: asyncio.get_running_loop().create_task(later()) and None", "__main__:"),
            ("DecisionCommands.star = lambda _: asyncio.get_running_loop().call_soon(fail)", "__main__:"),
            (
                "from paperreader.ui.terminal.input import TerminalInput\n"
                "feed = TerminalInput.feed\n"
                "TerminalInput.feed = lambda self, piece, now: fail() if piece == 's' else feed(self, piece, now)",
                "paperreader.ui.terminal.driver:",
            ),
        ],
    ),
    ids=["key", "decision", "thread", "task", "callback", "input"],
)
def test_an_error_that_nobody_foresaw_is_told_without_anybodys_text(
    patch: str, place: str, folder: Path, in_shell: InShell
) -> None:
    """Rule: an unexpected error ends the reader with status 1, one line that says where, and a log."""
    shell = in_shell(folder, patch)
    shell.terminal.send("s")
    shell.ends_with(1)
    _assert_told(shell, folder, place)


@pytest.mark.parametrize(
    "patch",
    first(1, ["ReaderApp.__init__ = fail", "ReaderApp.on_mount = fail", "ReaderApp.get_default_screen = fail"]),
    ids=["before", "mount", "screen"],
)
def test_an_error_at_the_start_is_told_like_any_other(patch: str, folder: Path, in_shell: InShell) -> None:
    """Rule: an error before the first screen is reported in the same way."""
    shell = in_shell(folder, patch, ready=None)
    shell.ends_with(1)
    _assert_told(shell, folder, "")


def _assert_told(shell: Shelled, folder: Path, place: str) -> None:
    told = shell.told.split(b"ended with")[0].replace(b"\r\n", b"\n").decode()
    (line,) = [line for line in told.splitlines() if "paperreader: " in line]
    assert f"unexpected KeyError at {place}" in line
    assert "every decision that the screen showed is saved" in line
    assert str(folder / "reader.log") in line
    assert b"SECRET" not in shell.told
    log = (folder / "reader.log").read_text()
    assert "KeyError" in log
    assert " fail\n" in log
    assert "SECRET" not in log
    assert (folder / "reader.log").stat().st_mode & 0o777 == 0o600
