"""The command `dates`: prints the dates that have listings, and sets the date of a listing."""

from datetime import date

import click

from paperreader.cli.arguments import Command
from paperreader.cli.failures import Invocation
from paperreader.cli.library import nothing_found, open_library
from paperreader.cli.option_types import Day
from paperreader.cli.output import guessed_date, print_json, print_table, remark
from paperreader.domain.dates import iso
from paperreader.domain.history import describe_counts
from paperreader.services.triage import Triage


@click.command("dates", cls=Command)
@click.option("--set", "dates", nargs=2, type=Day(), metavar="OLD NEW", help="Move the lists of OLD to NEW.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def dates_command(invocation: Invocation, dates: tuple[date, date] | None, as_json: bool) -> None:
    """List the dates, or change one.

    A question mark means that the year was guessed. To confirm it,
    set the date to itself.
    """
    with open_library(invocation) as library:
        if dates:
            old, new = dates
            moved = len(library.finish(Triage(library).set_date(old, new)).moves)
            done = f"confirmed: {old}" if old == new else f"moved from {old} to {new}"
            if as_json:
                print_json({"changed": moved})
            else:
                click.echo(f"{done}: {describe_counts(0, moved)}" if moved else f"already confirmed: {old}")
            return
        counts = library.counts().dates
        nothing = nothing_found(library)
    if as_json:
        print_json(
            [
                {
                    "date": iso(count.date),
                    "date_guessed": count.guessed,
                    "papers": count.papers,
                    "unread": count.unread,
                    "starred": count.starred,
                    "feeds": list(count.feeds),
                }
                for count in counts
            ]
        )
    elif counts:
        rows = (
            (guessed_date(c.date, c.guessed), f"{c.papers} papers", f"{c.unread} unread", f"{c.starred} starred")
            for c in counts
        )
        print_table(rows, right=(1, 2, 3))
    else:
        remark(nothing)
