"""Commands without a library: only `import`, `fetch` and the reader create one."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Command, commands

from paperreader.services.library import is_library

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

MAKE_ONE = {"import", "fetch", "sample"}
NEED_NONE = {"keys", *(f"config {name}" for name in ("show", "edit", "check", "path", "init"))}
COMMANDS = [command for command in commands() if str(command) not in MAKE_ONE | NEED_NONE]
EVERY = pytest.mark.parametrize("command", COMMANDS, ids=map(str, COMMANDS))
OF_A_NEW_USER = {"PAPERREADER_LIBRARY": ""}


@EVERY
def test_a_mistyped_path_is_told_and_nothing_is_made(cli: Cli, folder: Path, command: Command) -> None:
    """Rule: exit status 1, the folder, and a command that creates a library there."""
    missing = folder.with_name("a typo")
    for options, env in ((["--library", str(missing)], {}), ([], {"PAPERREADER_LIBRARY": str(missing)})):
        result = cli(*command.path, *command.words, *options, status=1, env=env)
        told = result.stdout if str(command) == "doctor" else result.stderr
        assert f"there is no library in {missing}" in told
        cure = f"paperreader --library '{missing}' import PATH" if options else "paperreader import PATH"
        assert cure in told
        assert not missing.exists()


@EVERY
def test_a_folder_of_something_else_stays_as_it_is(cli: Cli, folder: Path, command: Command) -> None:
    """Rule: no command but an import writes into a folder that holds no library."""
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    cli(*command.path, *command.words, status=1)
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


@EVERY
def test_a_new_user_has_an_empty_library_and_no_folder(
    cli: Cli, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: without a named folder, a command answers as in an empty library, and creates nothing."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(tmp_path.rglob("*"))
    result = cli(*command.path, *command.words, status=None, env=OF_A_NEW_USER)
    assert "there is no library" not in result.stderr
    assert set(tmp_path.rglob("*")) == before


def test_a_new_user_is_told_that_the_library_is_empty(cli: Cli) -> None:
    """Rule: exit status 0, an empty result, and how to fill the library; history says that there are no decisions."""
    for command in (["list"], ["list", "title:x"], ["dates"], ["star", "--query", "x"]):
        result = cli(*command, env=OF_A_NEW_USER)
        assert result.stdout == ""
        assert "the library is empty; fill it with: paperreader import PATH" in result.stderr
    for verb in ("list", "dates", "history"):
        assert json.loads(cli(verb, "--json", env=OF_A_NEW_USER).stdout) == []
    assert cli("history", env=OF_A_NEW_USER).stderr == "no decisions yet\n"
    assert "0 papers" in cli("export", env=OF_A_NEW_USER).stdout


def test_an_import_makes_the_library(cli: Cli, folder: Path, write_page: Callable[..., Path]) -> None:
    """Rule: the folder that the message names is then a library."""
    page = write_page(("A title", "An abstract. " * 30))
    assert cli("import", page, "--library", folder / "new", "--year", "2025").returncode == 0
    assert len(json.loads(cli("list", "--json", "--library", folder / "new").stdout)) == 1


def test_a_library_that_lost_its_catalogue_is_one(cli: Cli, folder: Path, papers: list[str]) -> None:
    """Rule: the remaining decisions or papers can be read."""
    cli("star", papers[0])
    for path in folder.glob("catalogue.sqlite*"):
        path.unlink()
    assert "★" in cli("list", "is:starred").stdout
    for path in folder.glob("reading*"):
        path.unlink() if path.is_file() else path.rmdir()
    assert cli("list").stdout == ""


def test_a_folder_that_cannot_be_looked_into_may_be_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: for an unreadable folder, the message is about permissions, not about a missing library."""
    assert not is_library(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    assert is_library(tmp_path)
