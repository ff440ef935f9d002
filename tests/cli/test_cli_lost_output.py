"""A result that cannot be printed: the message says what was saved, and the exit status is 1."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest
from command_line import commands

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

FULL = Path("/dev/full")
"""A device that takes nothing: every write fails as on a full disk."""


def full() -> TextIO:
    """A stream that takes nothing."""
    return FULL.open("w", buffering=1)


CHANGES = {
    "dates": ["--set", "2025-03-14", "2025-03-15"], "star": ["{0}"], "unstar": ["{1}"], "read": ["{0}"],
    "unread": ["{1}"], "later": ["{0}"], "skip": ["--query", "is:unread"], "tag": ["{0}", "+a"],
    "note": ["{0}", "a note"], "merge": ["{0}", "{2}"], "split": ["{0}", "{2}"], "undo": [], "redo": [],
    "backup restore": ["0"],
    "rules add": ["mute", "draft"], "rules edit": ["1", "later", "draft"], "rules remove": ["1"],
}  # fmt: skip
"""Every command that decides, with arguments that change something."""
READS = {
    "list", "show", "history", "export", "keys", "config show", "config edit",
    "config check", "config path", "config init", "doctor", "backup list", "find-ids", "import", "fetch",
    "sample", "similar", "interests", "rules test",
}  # fmt: skip
"""Those that decide nothing, or not in this test."""

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


def test_every_command_is_in_one_of_the_tables() -> None:
    """Rule: a new command is tested here, too."""
    assert {str(command) for command in commands()} == set(CHANGES) | READS


@pytest.mark.parametrize("command", CHANGES)
@pytest.mark.parametrize("form", ["words", "--json"])
def test_what_was_saved_is_told(cli: Cli, papers: list[str], fold: Callable[[], None], command: str, form: str) -> None:
    """Rule: exit status 1, and one line says that the change is saved."""
    cli("star", papers[1])
    cli("read", papers[1])
    if command.startswith("rules"):
        cli("rules", "add", "mute", "survey")
    fold()
    if command == "redo":
        cli("undo")
    before = cli("history", "--json").stdout
    words = [word.format(*papers) for word in CHANGES[command]]
    result = cli(*command.split(), *words, *([form] if form == "--json" else []), status=1, stdout=full())
    assert result.stderr == (
        "paperreader: the output could not be written (No space left on device), but the change is saved; "
        "paperreader history shows it\n"
    )
    assert cli("history", "--json").stdout != before


def test_without_a_change_nothing_is_said_of_one(cli: Cli, papers: list[str]) -> None:
    """Rule: a command that changed nothing reports only the failed output."""
    cli("star", papers[0])
    for words in (["star", papers[0]], ["star", "--query", "is:unread", "--dry-run"], ["list"], ["dates", "--json"]):
        failed = "paperreader: the output could not be written (No space left on device)\n"
        assert cli(*words, status=1, stdout=full()).stderr == failed


def test_an_import_says_that_the_papers_are_saved(cli: Cli, write_page: Callable[..., Path]) -> None:
    """Rule: a lost receipt is reported, and `dates` shows the imported papers."""
    page = write_page(("A title", "An abstract. " * 30))
    result = cli("import", page, "--date", "2025-03-14", status=1, stdout=full())
    assert "but the papers are saved; paperreader dates lists them" in result.stderr
    assert cli("dates").stdout.startswith("2025-03-14  1 paper")


@pytest.mark.parametrize("arguments", [["star", "{0}"], ["list", "is:later"], ["show", "zzzz"]])
def test_a_stderr_that_takes_nothing_changes_no_result(cli: Cli, papers: list[str], arguments: list[str]) -> None:
    """Rule: a remark that cannot be printed is left out; result and status stay."""
    words = [word.format(*papers) for word in arguments]
    expected = cli(*words, status=None)
    lost = cli(*words, status=expected.returncode, unchecked=True, stderr=full())
    assert lost.stdout.replace("already ", "") == expected.stdout
