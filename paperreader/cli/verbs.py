"""The table of commands. It imports the module of a command when the command is used."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from paperreader import __version__
from paperreader.cli.arguments import VerbGroup, usage_message
from paperreader.cli.failures import Invocation, complain

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class _Verb(NamedTuple):
    """The module that holds a verb, and the verb's line in the list of commands."""

    module: str
    help: str


VERBS = {
    "import": _Verb("imports", "Import files, addresses or standard input (-)"),
    "fetch": _Verb("imports", "Fetch lists of papers from the web"),
    "dates": _Verb("dates", "List the dates, or change one"),
    "list": _Verb("lists", "List papers"),
    "show": _Verb("show", "Show a paper"),
    "star": _Verb("decisions", "Star papers"),
    "unstar": _Verb("decisions", "Remove the stars of papers"),
    "read": _Verb("decisions", "Mark papers as read"),
    "unread": _Verb("decisions", "Mark papers as unread"),
    "later": _Verb("decisions", "Keep papers for later"),
    "skip": _Verb("decisions", "Skip papers"),
    "tag": _Verb("decisions", "Add or remove tags of a paper"),
    "note": _Verb("decisions", "Write or remove the note of a paper"),
    "merge": _Verb("identities", "Merge two papers into one"),
    "split": _Verb("identities", "Split a paper that was merged"),
    "find-ids": _Verb("find_ids", "Find missing arXiv ids and DOIs"),
    "undo": _Verb("history", "Undo the last decision"),
    "redo": _Verb("history", "Redo the decision that was undone last"),
    "history": _Verb("history", "List your decisions, newest first"),
    "export": _Verb("export", "Export papers as Markdown"),
    "keys": _Verb("settings", "List the keys of the reader"),
    "config": _Verb("settings", "Find the settings file"),
    "doctor": _Verb("doctor", "Check library, settings and terminal"),
    "backup": _Verb("backups", "List or restore backups of your decisions"),
    "sample": _Verb("settings", "Open the reader on sample papers"),
}
"""Every verb. The help stands here too, so that listing the verbs imports none of them."""


class _Verbs(VerbGroup):
    """The verbs of the table, as click commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"paperreader.cli.{VERBS[cmd_name].module}")
        command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.help) for name, verb in VERBS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem  # needed only while a shell completes

        verbs = [CompletionItem(name, help=verb.help) for name, verb in VERBS.items() if name.startswith(incomplete)]
        return verbs + click.Command.shell_complete(self, ctx, incomplete)


@click.group(
    cls=_Verbs,
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
        from paperreader.cli.reader import open_reader  # no verb needs what the reader imports

        return open_reader(ctx.obj)
    return None


def run_verb(arguments: Sequence[str], invocation: Invocation) -> int:
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
