"""Every verb with sample words and options, for tests over all verbs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from paperreader.cli.commands import cli
from paperreader.cli.failures import Invocation

ARGUMENTS = {
    "ID": ["1706.03762"], "[ID]": ["2005.14165"], "[ID...]": ["1706.03762", "2005.14165"], "ID...": ["1706.03762"],
    "+TAG|-TAG...": ["+a", "-b"],
    "TEXT...": ["compare", "with -x"], "[QUERY...]": ["is:unread", "-draft"], "PATH...": ["page.txt", "-"],
    "[SOURCE...]": ["hf"], "N": ["1"], "[N]": ["1"],
    "RULE...": ["mute", "-draft"], "NUMBER": ["1"],
}  # fmt: skip
"""Words for each argument, by the name that the help has of it."""
VALUES = {
    "DIR": ["other"], "QUERY": ["-draft"], "ORDER": ["date"], "N": ["5"], "ID": ["7"], "OLD NEW": ["2025-03-14"] * 2,
    "DATE": ["2025-03-14"], "TIME": ["7d"], "YEAR": ["2025"], "FILE": ["-x.md"], "FORMAT": ["page"],
}  # fmt: skip
"""A value for each kind of option, by the name that the help has of it."""


@dataclass(frozen=True)
class Command:
    """A command, and the words that name it."""

    path: tuple[str, ...]
    command: click.Command

    def __str__(self) -> str:
        return " ".join(self.path) or "paperreader"

    @property
    def words(self) -> list[str]:
        """Arguments that it takes."""
        return [word for name in self._arguments() for word in ARGUMENTS[name]]

    @property
    def takes_text(self) -> bool:
        """Whether any word may be one of its arguments."""
        return any(name.rstrip("]").endswith("...") for name in self._arguments())

    @property
    def options(self) -> list[click.Option]:
        """Its options, but for the help."""
        found = [param for param in self.command.params if isinstance(param, click.Option)]
        return [option for option in found if not option.is_eager]

    def _arguments(self) -> list[str]:
        return [param.metavar or "" for param in self.command.params if isinstance(param, click.Argument)]


def commands() -> Iterator[Command]:
    """Every command that does something, those of `backup` and `config` too."""
    with click.Context(cli, info_name="paperreader") as ctx:
        for name in cli.list_commands(ctx):
            command = cli.get_command(ctx, name)
            assert command is not None
            if isinstance(command, click.Group):
                for inner, each in command.commands.items():
                    yield Command((name, inner), each)
            else:
                yield Command((name,), command)


def values_of(option: click.Option) -> list[str]:
    """A value for an option; none for a flag."""
    if option.is_flag:
        return []
    if isinstance(option.type, click.Choice):
        return [option.type.choices[-1]]
    return VALUES[option.metavar or ""]


def data_in(params: dict[str, Any]) -> list[str]:
    """The arguments among parameters, and the words of those that take several."""
    several = (value if isinstance(value, tuple) else (value,) for value in params.values())
    return [word for value in several for word in value if isinstance(word, str)]


def parse(words: list[str]) -> tuple[tuple[str, ...], dict[str, Any], Path | None]:
    """Parse a command line into the verb, its parameters and the library; raises click.UsageError."""
    ctx = cli.make_context("paperreader", list(words), obj=Invocation())
    path: list[str] = []
    root = ctx
    while isinstance(ctx.command, click.Group) and (rest := [*ctx._protected_args, *ctx.args]):
        name, command, rest = ctx.command.resolve_command(ctx, rest)
        assert name
        assert command
        path.append(name)
        ctx = command.make_context(name, rest, parent=ctx)
    return tuple(path), ctx.params, root.obj.library
