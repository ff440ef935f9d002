"""Completion of command lines in bash, zsh and fish."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from paperreader.cli.commands import SHELL_COMMANDS

ORDERS = ("relevance", "date", "upvotes", "title", "interest")
Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def complete(cli: Cli) -> Callable[[str], list[str]]:
    """Returns bash's completions of the last word of a command line, each as `kind,word`."""

    def ask(line: str) -> list[str]:
        words = line.split(" ")
        env = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_PAPERREADER_COMPLETE": "bash_complete"}
        return cli(env=env).stdout.splitlines()

    return ask


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("paperreader li", ["plain,list"]),
        ("paperreader --lib", ["plain,--library"]),
        ("paperreader --library ", ["dir,"]),
        ("paperreader --library x exp", ["plain,export"]),
        ("paperreader list --so", ["plain,--sort"]),
        ("paperreader list is:unread -draft --l", ["plain,--limit", "plain,--library"]),
        ("paperreader list is:unread --sort ", [f"plain,{order}" for order in ORDERS]),
        ("paperreader list --sort t", ["plain,title"]),
        ("paperreader list --json --library ", ["dir,"]),
        ("paperreader backup ", ["plain,list", "plain,restore"]),
        ("paperreader backup restore --dr", ["plain,--dry-run"]),
        ("paperreader export is:starred -o ", ["file,"]),
        ("paperreader import ", ["file,"]),
        ("paperreader keys --format m", ["plain,markdown"]),
        ("paperreader nonsense --l", ["plain,--library"]),
    ],
)  # fmt: skip
def test_a_word_is_completed(complete: Callable[[str], list[str]], line: str, offered: list[str], folder: Path) -> None:
    """Rule: commands, options wherever they stand, their values, files and folders; no library is opened for it."""
    assert complete(line) == offered
    assert not folder.exists()


def test_all_commands_are_offered(complete: Callable[[str], list[str]]) -> None:
    """Rule: an empty word offers every verb."""
    assert complete("paperreader ") == [f"plain,{name}" for name in SHELL_COMMANDS]


def test_other_shells_are_told_what_a_command_does(cli: Cli) -> None:
    """Rule: zsh and fish get the help of a command beside its name."""
    zsh = {"COMP_WORDS": "paperreader hi", "COMP_CWORD": "1", "_PAPERREADER_COMPLETE": "zsh_complete"}
    fish = {"COMP_WORDS": "paperreader hi", "COMP_CWORD": "hi", "_PAPERREADER_COMPLETE": "fish_complete"}
    assert cli(env=zsh).stdout == f"plain\nhistory\n{SHELL_COMMANDS['history'].help}\n"
    assert cli(env=fish).stdout == f"plain,history\t{SHELL_COMMANDS['history'].help}\n"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_script_of_a_shell_is_printed(cli: Cli, shell: str) -> None:
    """Rule: the script registers a completion function for `paperreader`."""
    script = cli(env={"_PAPERREADER_COMPLETE": f"{shell}_source"}).stdout
    assert f"_PAPERREADER_COMPLETE={shell}_complete" in script


@pytest.mark.full
def test_bash_completes_with_the_script_that_it_is_given(tmp_path: Path) -> None:
    """Rule: what `_PAPERREADER_COMPLETE=bash_source paperreader` prints completes in a real bash."""
    program = tmp_path / "paperreader"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m paperreader "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(_PAPERREADER_COMPLETE=bash_source paperreader)"\n'
        "COMP_WORDS=(paperreader list --so) COMP_CWORD=2\n"
        "_paperreader_completion paperreader\n"
        'echo "${COMPREPLY[@]}"\n'
    )
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    result = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert result.stdout == "--sort\n"
