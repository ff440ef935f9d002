"""The verbs of the command line, each in its module, which is only imported when it is called."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from paperreader import __version__
from paperreader.cli.main import complain, drop_output, is_of_stream
from paperreader.errors import PaperReaderError
from paperreader.paths import library_folder

VERBS = {
    "import": "paperreader.cli.importing:import_command",
    "fetch": "paperreader.cli.fetching:fetch_command",
    "dates": "paperreader.cli.listing:dates_command",
    "list": "paperreader.cli.listing:list_command",
    "show": "paperreader.cli.listing:show_command",
    "star": "paperreader.cli.deciding:star_command",
    "unstar": "paperreader.cli.deciding:unstar_command",
    "read": "paperreader.cli.deciding:read_command",
    "unread": "paperreader.cli.deciding:unread_command",
    "later": "paperreader.cli.deciding:later_command",
    "skip": "paperreader.cli.deciding:skip_command",
    "tag": "paperreader.cli.deciding:tag_command",
    "note": "paperreader.cli.deciding:note_command",
    "merge": "paperreader.cli.identities:merge_command",
    "split": "paperreader.cli.identities:split_command",
    "find-ids": "paperreader.cli.finding_ids:find_ids_command",
    "undo": "paperreader.cli.history:undo_command",
    "redo": "paperreader.cli.history:redo_command",
    "history": "paperreader.cli.history:history_command",
    "export": "paperreader.cli.exporting:export_command",
    "keys": "paperreader.cli.settings:keys_command",
    "config": "paperreader.cli.settings:config_command",
    "doctor": "paperreader.cli.doctor:doctor_command",
    "backup": "paperreader.cli.backups:backup_command",
    "sample": "paperreader.cli.settings:sample_command",
}
"""Where each verb is."""


class _Verbs(click.Group):
    """The verbs, found by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        module, _, name = VERBS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a verb; raises Unexpected for an error that nobody foresaw, which is then in the log of its library."""
        try:
            return super().invoke(ctx)
        except (PaperReaderError, click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # which click would make a failure that says nothing
            return drop_output()
        except Exception as error:
            if isinstance(error, OSError) and is_of_stream(error):
                raise
            from paperreader.files.crash_log import LOG, unexpected

            raise unexpected(error, library_folder(ctx.params["library"]) / LOG) from error


class _Folder(click.Path):
    """The name of a folder, which is not empty: that would be the folder one is in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty; name a folder, or leave it out", param, ctx)
        return super().convert(value, param, ctx)


@click.group(cls=_Verbs, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option(
    "--library",
    type=_Folder(path_type=Path),
    help="The library folder; else $PAPERREADER_LIBRARY, else the platform's data folder.",
)
@click.pass_context
def cli(ctx: click.Context, library: Path | None) -> int | None:
    """Triage hundreds of new research papers a day from the keyboard.

    Without a verb: the reader. An empty library opens on a welcome.
    """
    ctx.obj = library
    if ctx.invoked_subcommand is None:
        from paperreader.cli.reader import open_reader

        return open_reader(library)
    return None


def run_verb(arguments: Sequence[str]) -> int:
    """The exit status of a verb; errors of click's are one line on stderr."""
    try:
        status = cli.main(list(arguments), prog_name="paperreader", standalone_mode=False)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "paperreader"
        return complain(f"{error.format_message()} (see {path} --help)", error.exit_code)
    except click.ClickException as error:
        return complain(error.format_message(), error.exit_code)
    except click.Abort:
        return 130
    return status if isinstance(status, int) else 0
