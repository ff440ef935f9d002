"""`paperreader backup list` and `paperreader backup restore`."""

import click

from paperreader.cli.arguments import VerbGroup
from paperreader.cli.opening import existing_folder, library_of
from paperreader.cli.output import differences_json, iso, print_differences, print_json, print_table, remark
from paperreader.cli.values import Number
from paperreader.domain.differences import describe_kinds
from paperreader.files.refusals import refused


@click.group("backup", cls=VerbGroup)
def backup_command() -> None:
    """List or restore backups of your decisions."""


@backup_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def backup_list_command(ctx: click.Context, as_json: bool) -> None:
    """List the backups, newest first.

    The number of a backup is that of the last action in it.
    """
    from paperreader.storage.reading.inspection import backups

    folder = existing_folder(ctx)
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
                "damaged" if backup.papers is None else f"{backup.papers} paper{'' if backup.papers == 1 else 's'}",
                f"{backup.size:,} bytes",
            ]
            for backup in found
        ]
        print_table(rows, right=(0, 2, 3))
    else:
        remark("there is no backup yet; the journal still holds every decision")


@backup_command.command("restore")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("number", metavar="N", type=Number(0))
@click.pass_context
def backup_restore_command(ctx: click.Context, dry_run: bool, as_json: bool, number: int) -> None:
    """Restore your decisions from backup N.

    This is one action, which undo takes back.
    """
    from paperreader.services.backups import restore

    with library_of(ctx, needs_catalogue=False) as library:
        changes = restore(library, number, dry_run=dry_run)
    if as_json:
        report = {"changed": len(changes), **differences_json(changes)}
        print_json(report | ({"dry_run": True} if dry_run else {}))
        return
    print_differences(changes)
    count = describe_kinds(change.kind for change in changes)
    click.echo(f"{count} would change" if dry_run else f"{count} changed")
