"""The command `list`: prints the papers that a query finds."""

import click

from paperreader.cli.arguments import Command
from paperreader.cli.failures import Invocation
from paperreader.cli.library import nothing_found, open_library
from paperreader.cli.option_types import Number, OneOf
from paperreader.cli.output import guessed_date, print_json, print_table, remark
from paperreader.cli.paper_json import entry_json
from paperreader.cli.progress import progress_line
from paperreader.domain.entry import Entry
from paperreader.domain.list_order import ListOrder
from paperreader.domain.suggestions import join_with_or
from paperreader.services.searching.find_papers import find_papers
from paperreader.ui.presenting.signs import STAR_SIGN, STATUS_SIGNS

_ORDERS = {
    "relevance": ListOrder.BEST,
    "date": ListOrder.NEWEST,
    "upvotes": ListOrder.UPVOTES,
    "title": ListOrder.TITLE,
}
"""The values of `--sort`."""


@click.command("list", cls=Command)
@click.option("--sort", type=OneOf(_ORDERS), metavar="ORDER", help=f"Sort by {join_with_or(_ORDERS)}.")
@click.option("--limit", type=Number(1), metavar="N", help="List at most N papers.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("query", metavar="[QUERY...]", nargs=-1)
@click.pass_obj
def list_command(
    invocation: Invocation, sort: str | None, limit: int | None, as_json: bool, query: tuple[str, ...]
) -> None:
    """List papers: all, or those that QUERY finds.

    For example: paperreader list is:unread -survey --limit 5

    Write -- before a query word that starts with two dashes.
    """
    with open_library(invocation) as library:
        with progress_line() as line:
            ids = find_papers(library, " ".join(query), _ORDERS[sort or "relevance"], limit, line.show_indexing)
        entries = library.entries(ids)
        nothing = nothing_found(library)
    if as_json:
        print_json([entry_json(entry) for entry in entries])
    elif entries:
        print_table(map(_row, entries))
    else:
        remark(nothing)


def _row(entry: Entry) -> list[str]:
    newest = entry.newest
    return [
        entry.paper.key,
        guessed_date(newest.listing.date, newest.listing.guessed) if newest else "-",
        STATUS_SIGNS[entry.state.status] + (STAR_SIGN if entry.state.starred else " "),
        entry.paper.shown_title,
    ]
