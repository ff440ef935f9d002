"""`paperreader import`."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from paperreader.cli.opening import library_of
from paperreader.cli.progress import progress_line
from paperreader.cli.receipts import print_receipt


@click.command("import")
@click.option("--format", "format_name", help="The format of the inputs; else it is recognised.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="The date of the listings.")
@click.option("--year", type=click.IntRange(1991, 9999), help="The year of dates that have none.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(allow_dash=True, readable=False))
@click.pass_context
def import_command(
    ctx: click.Context,
    format_name: str | None,
    date: datetime | None,
    year: int | None,
    as_json: bool,
    paths: tuple[str, ...],
) -> int:
    """Import files, folders, or - for standard input.

    Importing again changes nothing; --year or --date on a page that is known moves its listing.
    """
    from paperreader.services.importing import ImportOptions, import_paths
    from paperreader.services.index_following import IndexFollower
    from paperreader.services.indexing import keep_up

    options = ImportOptions(format_name, date.date() if date else None, year)
    with library_of(ctx) as library, progress_line() as line, _no_collecting():
        library.catalogue.be_patient()
        follower = IndexFollower(library.catalogue)

        def follow(name: str, done: int, size: int) -> None:
            line.reading(name, done, size)
            if 0 < done < size:  # a long input: what is stored of it is indexed while it is read on
                follower.follow()

        try:
            receipt = import_paths(library, paths, options, progress=follow)
        finally:
            follower.finish(line.indexing)
        keep_up(library.catalogue, line.indexing)
    print_receipt(receipt, as_json=as_json)
    return int(receipt.outcome)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """No search for cycles of objects, of which an import makes none: that is a twentieth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
