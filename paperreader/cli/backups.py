"""`paperreader backup list` and `paperreader backup restore`."""

import click

from paperreader.cli.opening import library_of, library_option
from paperreader.cli.output import differences_json, iso, print_differences, print_json, print_table, remark
from paperreader.domain.differences import counted_kinds
from paperreader.errors import StoreError
from paperreader.paths import library_folder


@click.group("backup", no_args_is_help=False)
def backup_command() -> None:
    """Older states of what you decided."""


@backup_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def backup_list_command(ctx: click.Context, as_json: bool) -> None:
    """Show the backups, newest first: number, when, papers decided, size. The number is that of the last action."""
    from paperreader.storage.reading_inspection import backups

    folder = library_folder(library_option(ctx))
    try:
        found = backups(folder)
    except OSError as error:
        raise StoreError(f"{folder / 'backups'} cannot be read ({error.strerror})") from error
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
        remark("there is no backup yet: the journal holds every action, and the first is made when it has grown")


@backup_command.command("restore")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("number", type=click.IntRange(min=0))
@click.pass_context
def backup_restore_command(ctx: click.Context, dry_run: bool, as_json: bool, number: int) -> None:
    """Make everything you decided be as it was in backup NUMBER. One action, which can be undone like any other."""
    from paperreader.services.backups import restore

    with library_of(ctx) as library:
        changes = restore(library, number, dry_run=dry_run)
    if as_json:
        report = {"changed": len(changes), **differences_json(changes)}
        print_json(report | ({"dry_run": True} if dry_run else {}))
        return
    print_differences(changes)
    count = counted_kinds(change.kind for change in changes)
    click.echo(f"{count} would change" if dry_run else f"{count} changed")
