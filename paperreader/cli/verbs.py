"""The verbs of the command line, each in its module, which is only imported when it is called."""

import importlib
from collections.abc import Sequence
from pathlib import Path

import click

from paperreader import __version__
from paperreader.cli.main import complain

VERBS = {
    "import": "paperreader.cli.importing:import_command",
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


@click.group(cls=_Verbs, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option(
    "--library",
    type=click.Path(path_type=Path),
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
