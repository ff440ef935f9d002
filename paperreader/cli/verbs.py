"""The commands of the command line, each in its module, which is only imported when the command is used."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from paperreader import __version__
from paperreader.cli.arguments import SAVED, VerbGroup, library_option, usage_message
from paperreader.cli.streams import complain, drop_output, is_of_stream
from paperreader.errors import OutputFailed, PaperReaderError
from paperreader.paths import library_folder

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class _Place(NamedTuple):
    """Where a command is, and the line that the list of commands has of it."""

    module: str
    name: str
    help: str


VERBS = {
    "import": _Place("importing", "import_command", "Import files, addresses or standard input (-)"),
    "fetch": _Place("fetching", "fetch_command", "Fetch lists of papers from the web"),
    "dates": _Place("listing", "dates_command", "List the dates, or change one"),
    "list": _Place("listing", "list_command", "List papers"),
    "show": _Place("listing", "show_command", "Show a paper"),
    "star": _Place("deciding", "star_command", "Star papers"),
    "unstar": _Place("deciding", "unstar_command", "Remove the stars of papers"),
    "read": _Place("deciding", "read_command", "Mark papers as read"),
    "unread": _Place("deciding", "unread_command", "Mark papers as unread"),
    "later": _Place("deciding", "later_command", "Keep papers for later"),
    "skip": _Place("deciding", "skip_command", "Skip papers"),
    "tag": _Place("deciding", "tag_command", "Add or remove tags of a paper"),
    "note": _Place("deciding", "note_command", "Write or remove the note of a paper"),
    "merge": _Place("identities", "merge_command", "Merge two papers into one"),
    "split": _Place("identities", "split_command", "Split a paper that was merged"),
    "find-ids": _Place("finding_ids", "find_ids_command", "Find missing arXiv ids and DOIs"),
    "undo": _Place("history", "undo_command", "Undo the last decision"),
    "redo": _Place("history", "redo_command", "Redo the decision that was undone last"),
    "history": _Place("history", "history_command", "List your decisions, newest first"),
    "export": _Place("exporting", "export_command", "Export papers as Markdown"),
    "keys": _Place("settings", "keys_command", "List the keys of the reader"),
    "config": _Place("settings", "config_command", "Find the settings file"),
    "doctor": _Place("doctor", "doctor_command", "Check library, settings and terminal"),
    "backup": _Place("backups", "backup_command", "List or restore backups of your decisions"),
    "sample": _Place("settings", "sample_command", "Open the reader on sample papers"),
}
"""Every command. The help stands here as well as in the command, so that no command is imported to list them all."""


class _Verbs(VerbGroup):
    """The commands, found by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        place = VERBS[cmd_name]
        command = getattr(importlib.import_module(f"paperreader.cli.{place.module}"), place.name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in VERBS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        commands = [CompletionItem(name, help=place.help) for name, place in VERBS.items()]
        return [item for item in commands if item.value.startswith(incomplete)] + click.Command.shell_complete(
            self, ctx, incomplete
        )

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; raises Unexpected for an error nobody foresaw, which is then in the log of its library."""
        try:
            return super().invoke(ctx)
        except (PaperReaderError, click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # which click would make a failure that says nothing
            return drop_output()
        except Exception as error:
            if isinstance(error, OSError) and is_of_stream(error):
                drop_output()
                saved = f", but {ctx.meta[SAVED]}" if SAVED in ctx.meta else ""
                raise OutputFailed(f"the output could not be written ({error.strerror}){saved}") from error
            from paperreader.files.crash_log import LOG, unexpected

            raise unexpected(error, library_folder(library_option(ctx)) / LOG) from error


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
        from paperreader.cli.reader import open_reader

        return open_reader(library_option(ctx))
    return None


def run_verb(arguments: Sequence[str]) -> int:
    """The exit status of a command line; a mistake in it is one line on stderr."""
    try:
        status = cli.main(list(arguments), prog_name="paperreader", standalone_mode=False)
    except click.UsageError as error:
        return complain(usage_message(error), error.exit_code)
    except click.ClickException as error:
        return complain(error.format_message(), error.exit_code)
    except click.Abort:
        return 130
    return status if isinstance(status, int) else 0
