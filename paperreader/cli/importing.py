"""`paperreader import`."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import click

from paperreader.cli.arguments import Verb
from paperreader.cli.interrupts import interrupt_on_sigterm
from paperreader.cli.opening import library_of
from paperreader.cli.output import remark
from paperreader.cli.progress import progress_line
from paperreader.cli.receipts import print_receipt
from paperreader.cli.values import Day, Number
from paperreader.config import load_config
from paperreader.paths import config_file


@click.command("import", cls=Verb)
@click.option("--format", "format_name", metavar="FORMAT", help="Read the input as FORMAT.")
@click.option("--date", "day", type=Day(), metavar="DATE", help="The date of the lists.")
@click.option("--year", type=Number(1991, 9999), metavar="YEAR", help="The year of dates without one.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(readable=False))
@click.pass_context
def import_command(
    ctx: click.Context,
    format_name: str | None,
    day: date | None,
    year: int | None,
    as_json: bool,
    paths: tuple[str, ...],
) -> int:
    """Import files, addresses or standard input (-).

    A folder stands for its files. An address begins with https://.
    The format is recognised. A file that is imported again changes
    nothing; with --date or --year its list moves to that date.
    """
    from paperreader.services.fetching.network import Network
    from paperreader.services.import_jobs import import_names
    from paperreader.services.importing.importer import ImportOptions
    from paperreader.services.indexing.follower import IndexFollower
    from paperreader.services.indexing.update import keep_up

    options = ImportOptions(format_name, day, year)
    creating = library_of(ctx, creates=True)
    with creating as library, progress_line() as line, _no_collecting(), interrupt_on_sigterm() as interrupt:
        follower = IndexFollower(library.catalogue)

        def follow(name: str, done: int, size: int) -> None:
            line.reading(name, done, size)
            if 0 < done < size:  # a long input: what is stored of it is indexed while it is read on
                follower.follow()

        receipt, notes = import_names(
            library,
            paths,
            options,
            lambda: Network.of(load_config(config_file()).fetch),
            progress=follow,
            say=line.saying,
        )
        if not receipt.is_interrupted:  # else whoever opens the library next sees to the index
            follower.finish(line.indexing)
            keep_up(library.catalogue, line.indexing)
    for note in notes:
        remark(f"paperreader: {note}")
    print_receipt(receipt, as_json=as_json)
    return interrupt.status if receipt.is_interrupted else int(receipt.outcome)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """No search for cycles of objects, of which an import makes none: that is a twentieth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
