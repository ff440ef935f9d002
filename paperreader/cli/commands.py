"""The table of commands. It imports the module of a command when the command is used."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from paperreader import __version__
from paperreader.cli.arguments import CommandGroup, usage_message
from paperreader.cli.failures import Invocation, complain

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class _Row(NamedTuple):
    """The module that holds a command, and the command's line in the help."""

    module: str
    help: str


SHELL_COMMANDS = {
    "import": _Row("imports", "Import files, addresses or standard input (-)"),
    "fetch": _Row("imports", "Fetch lists of papers from the web"),
    "dates": _Row("dates", "List the dates, or change one"),
    "list": _Row("lists", "List papers"),
    "show": _Row("show", "Show a paper"),
    "similar": _Row("ranking", "List papers that are like a paper"),
    "interests": _Row("ranking", "List the terms of the learned order"),
    "star": _Row("decisions", "Star papers"),
    "unstar": _Row("decisions", "Remove the stars of papers"),
    "read": _Row("decisions", "Mark papers as read"),
    "unread": _Row("decisions", "Mark papers as unread"),
    "later": _Row("decisions", "Keep papers for later"),
    "skip": _Row("decisions", "Skip papers"),
    "tag": _Row("decisions", "Add or remove tags of a paper"),
    "note": _Row("decisions", "Write or remove the note of a paper"),
    "merge": _Row("identities", "Merge two papers into one"),
    "split": _Row("identities", "Split a paper that was merged"),
    "find-ids": _Row("find_ids", "Find missing arXiv ids and DOIs"),
    "rules": _Row("rules", "List, change or test rules for new papers"),
    "undo": _Row("history", "Undo the last decision"),
    "redo": _Row("history", "Redo the decision that was undone last"),
    "history": _Row("history", "List your decisions, newest first"),
    "export": _Row("export", "Export papers"),
    "keys": _Row("information", "List the keys of the reader"),
    "config": _Row("settings", "Show, edit or check the settings"),
    "doctor": _Row("doctor", "Check library, settings and terminal"),
    "backup": _Row("backups", "List or restore backups of your decisions"),
    "sample": _Row("information", "Open the reader on sample papers"),
}
"""Every command. The help stands here too, so that `--help` imports no command."""


class _Commands(CommandGroup):
    """Imports a command when click asks for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(SHELL_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in SHELL_COMMANDS:
            return None
        module = importlib.import_module(f"paperreader.cli.{SHELL_COMMANDS[cmd_name].module}")
        command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, row.help) for name, row in SHELL_COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem  # needed only while a shell completes

        found = [
            CompletionItem(name, help=row.help) for name, row in SHELL_COMMANDS.items() if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 62},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> int | None:
    """Read and sort new research papers from the keyboard.

    Without a command, the reader opens. The library is the folder
    named with --library, else in $PAPERREADER_LIBRARY, else the
    usual data folder of your system.
    """
    if ctx.invoked_subcommand is None:
        from paperreader.cli.reader import open_reader  # no command needs what the reader imports

        return open_reader(ctx.obj)
    return None


def run_command(arguments: Sequence[str], invocation: Invocation) -> int:
    """Run a command line and return its exit status; a usage error becomes one line on stderr."""
    if invocation.is_completion:
        cli.main(prog_name="paperreader", obj=invocation)  # answers the shell and exits
    try:
        with cli.make_context("paperreader", list(arguments), obj=invocation) as ctx:
            status = cli.invoke(ctx)
    except click.UsageError as error:
        return complain(usage_message(error), error.exit_code)
    except click.ClickException as error:
        return complain(error.format_message(), error.exit_code)
    except click.exceptions.Exit as end:
        return end.exit_code
    return status if isinstance(status, int) else 0
