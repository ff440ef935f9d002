"""The help of every verb."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import click
import pytest
from command_line import Command, commands

from paperreader.cli.commands import SHELL_COMMANDS
from paperreader.cli.commands import cli as root

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

COLUMNS = 60
COMMANDS = list(commands())
EVERY = pytest.mark.parametrize("command", COMMANDS, ids=map(str, COMMANDS))


@EVERY
def test_help_fits_in_60_columns_and_is_whole(cli: Cli, command: Command) -> None:
    """Rule: `-h` and `--help` say how a command is used, on stdout; every option is explained, no line is cut."""
    shown = cli(*command.path, "--help").stdout
    assert shown == cli(*command.path, "-h").stdout == cli(*command.path, *command.words, "--help").stdout
    assert shown.startswith(f"Usage: paperreader {command} [OPTIONS]")
    assert max(map(len, shown.splitlines())) <= COLUMNS
    for option in command.options:
        assert option.help
        assert option.help in shown, "it stands on one line"
        assert option.help.endswith(".")


@pytest.mark.parametrize("words", [[], ["backup"], ["config"]])
def test_the_list_of_commands_fits_in_60_columns(cli: Cli, words: list[str]) -> None:
    """Rule: every verb has one uncut line."""
    shown = cli(*words, "--help").stdout
    assert max(map(len, shown.splitlines())) <= COLUMNS
    assert "..." not in shown.partition("Commands:")[2]


def test_the_list_of_commands_says_what_each_says_itself(cli: Cli) -> None:
    """Rule: a verb's help begins with its line in the list of commands."""
    listed = cli("--help").stdout.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == list(SHELL_COMMANDS)
    with click.Context(root) as ctx:
        for name, line in zip(SHELL_COMMANDS, listed, strict=True):
            command = root.get_command(ctx, name)
            assert command is not None
            told = line.split(maxsplit=1)[1]
            assert command.help is not None
            assert command.help.startswith((f"{told}.", f"{told}:"))
            assert command.name == name
