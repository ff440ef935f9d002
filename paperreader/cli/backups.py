"""The commands `backup list` and `backup restore`."""

import click

from paperreader.cli.arguments import CommandGroup
from paperreader.cli.changes import differences_json, print_differences
from paperreader.cli.failures import Invocation
from paperreader.cli.library import existing_folder, open_library
from paperreader.cli.option_types import Number
from paperreader.cli.output import count_of, print_json, print_table, remark
from paperreader.domain.dates import iso
from paperreader.domain.differences import describe_kinds
from paperreader.domain.history import describe_counts
from paperreader.files.error_codes import refused
from paperreader.services.backups import restore
from paperreader.storage.reading.inspection import backups


@click.group("backup", cls=CommandGroup)
def backup_command() -> None:
    """List or restore backups of your decisions."""


@backup_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def backup_list_command(invocation: Invocation, as_json: bool) -> None:
    """List the backups, newest first.

    A backup has the number of the last action in it.
    """
    folder = existing_folder(invocation)
    try:
        found = backups(folder) if folder else []
    except OSError as error:
        assert folder
        raise refused(f"{folder / 'backups'} cannot be read", error, folder) from error
    if as_json:
        print_json(
            [
                {
                    "number": backup.number,
                    "at": iso(backup.made_at),
                    "papers": backup.papers,
                    "bytes": backup.size,
                    "readable": backup.papers is not None,
                }
                for backup in found
            ]
        )
    elif found:
        rows = [
            [
                str(backup.number),
                f"{backup.made_at.astimezone():%Y-%m-%d %H:%M}",
                "damaged" if backup.papers is None else describe_counts(backup.papers),
                count_of(backup.size, "byte"),
            ]
            for backup in found
        ]
        print_table(rows, right=(0, 2, 3))
    else:
        remark("there is no backup yet; the journal still holds every decision")


@backup_command.command("restore")
@click.option("--dry-run", is_flag=True, help="Print the changes, but do not make them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("number", metavar="N", type=Number(0))
@click.pass_obj
def backup_restore_command(invocation: Invocation, dry_run: bool, as_json: bool, number: int) -> None:
    """Restore your decisions from backup N.

    This is one action; paperreader undo reverses it.
    """
    with open_library(invocation, needs_catalogue=False) as library:
        changes = restore(library, number, dry_run=dry_run)
    if as_json:
        report = {"changed": len(changes), **differences_json(changes)}
        print_json(report | ({"dry_run": True} if dry_run else {}))
        return
    print_differences(changes)
    count = describe_kinds(change.kind for change in changes)
    click.echo(f"{count} would change" if dry_run else f"{count} changed")
