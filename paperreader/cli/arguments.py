"""Parses the words of a command line by the same rules for every command.

Options (`--name`) stand before or after arguments, `--library` anywhere. A word with one dash is data, so that
`tag ID +a -b` and `list is:unread -draft` need no quotes. Exceptions are the command's own short options (`-o` of
`export`), and `-h` before all data. After `--` every word is data.
"""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from paperreader.cli.option_types import Folder
from paperreader.domain.suggestions import join_with_or, nearest


def _choose_library(ctx: click.Context, _option: click.Parameter, folder: Path | None) -> None:
    if folder is not None:
        ctx.obj.library = folder


_LIBRARY = click.Option(
    ["--library"],
    type=Folder(),
    metavar="DIR",
    expose_value=False,
    callback=_choose_library,
    help="Use the library in this folder.",
)


def _separate(command: click.Command, ctx: click.Context, args: Sequence[str]) -> tuple[list[str], list[str]]:
    """Separate options and their values from data; raises UsageError for an option without its value."""
    known = {
        name: option
        for option in command.get_params(ctx)
        if isinstance(option, click.Option)
        for name in (*option.opts, *option.secondary_opts)
    }
    options: list[str] = []
    data: list[str] = []
    words = iter(args)
    for word in words:
        name, has_value, _ = word.partition("=")
        option = known.get(name)
        if word == "--":
            data += words
        elif word.startswith("--") or (word in known and not (data and word in ctx.help_option_names)):
            wanted = option.nargs if option and not option.is_flag and not has_value else 0
            values = list(islice(words, wanted))
            options += [word, *values]
            if option and not ctx.resilient_parsing:
                if option.is_flag and has_value:
                    raise click.UsageError(f"{name} takes no value; {_see(ctx)}", ctx)
                if len(values) < wanted:
                    raise click.UsageError(f"{name} needs {option.metavar}; {_see(ctx)}", ctx)
        else:
            data.append(word)
            if isinstance(command, click.Group):
                data += words  # the words after a command's name belong to that command
    return options, data


class Command(click.Command):
    """A command whose options stand before or after its arguments."""

    allow_extra_args = True  # our own message refuses them

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.append(_LIBRARY)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse options at any place, then arguments; raises UsageError."""
        options, data = _separate(self, ctx, args)
        rest = super().parse_args(ctx, [*options, "--", *data])
        if rest and not ctx.resilient_parsing:
            if rest[0].startswith("-"):
                raise click.NoSuchOption(rest[0], ctx=ctx)
            raise click.UsageError(f"{ctx.info_name}: unexpected argument {rest[0]!r}; {_see(ctx)}", ctx)
        return rest


class CommandGroup(click.Group):
    """A command that has subcommands."""

    command_class = Command

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **{"no_args_is_help": False, **settings})
        self.params.append(_LIBRARY)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options before the name of a subcommand; raises UsageError if no name follows."""
        _, data = _separate(self, ctx, args)
        rest = super().parse_args(ctx, args)
        if not (data or self.invoke_without_command or ctx.resilient_parsing):
            raise click.UsageError(f"{ctx.info_name} needs a command: {join_with_or(self.list_commands(ctx))}", ctx)
        return rest

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The name of a subcommand, the subcommand, and its words; raises UsageError."""
        name, *words = args
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            near = nearest(name, self.list_commands(ctx))
            raise click.UsageError(f"no such command: {name}; {f'did you mean {near}?' if near else _see(ctx)}", ctx)
        return (name if command else None), command, words


def usage_message(error: click.UsageError) -> str:
    """The message for a usage error: what is wrong, and the cure."""
    ctx = error.ctx
    if ctx is None:
        return error.format_message()
    match error:
        case click.NoSuchOption(option_name=name):
            known = (opt.removeprefix("--") for option in ctx.command.get_params(ctx) for opt in option.opts)
            if near := nearest(name.lstrip("-"), known):
                return f"no such option: {name}; did you mean --{near}?"
            if isinstance(ctx.command, click.Group):
                return f"no such option before a command: {name}; the options of a command stand after its name"
            return f"no such option: {name}; {_see(ctx)}"
        case click.MissingParameter():
            wanted = (each.metavar or "" for each in ctx.command.params if isinstance(each, click.Argument))
            return f"{ctx.info_name} needs {' '.join(wanted)}; {_see(ctx)}"
        case click.BadParameter(param=click.Option(opts=names)):
            return f"{max(names, key=len)} {error.message}"
        case click.BadParameter():
            return f"{ctx.info_name}: {error.message}"
        case _:
            return error.message


def _see(ctx: click.Context) -> str:
    return f"see {ctx.command_path} --help"
