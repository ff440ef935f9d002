"""The command `list`: prints the papers that a query finds."""

from collections.abc import Sequence

import click

from paperreader.cli.arguments import Command
from paperreader.cli.failures import Invocation
from paperreader.cli.library import nothing_found, open_library
from paperreader.cli.option_types import Number, OneOf
from paperreader.cli.output import guessed_date, print_json, print_table, remark
from paperreader.cli.progress import progress_line
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder
from paperreader.exporting.entry_json import entry_json
from paperreader.services.library import Library
from paperreader.services.searching.find_papers import find_papers
from paperreader.ui.presenting.signs import FOLLOWED_SIGN, STAR_SIGN, STATUS_SIGNS

_INTEREST = "interest"
_ORDERS = {
    "relevance": ListOrder.BEST,
    "date": ListOrder.NEWEST,
    "upvotes": ListOrder.UPVOTES,
    "title": ListOrder.TITLE,
    _INTEREST: ListOrder.BEST,
}
"""The values of `--sort`."""


@click.command("list", cls=Command)
@click.option("--sort", type=OneOf(_ORDERS), metavar="ORDER", help="Sort by ORDER.")
@click.option("--limit", type=Number(1), metavar="N", help="List at most N papers.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("query", metavar="[QUERY...]", nargs=-1)
@click.pass_obj
def list_command(
    invocation: Invocation, sort: str | None, limit: int | None, as_json: bool, query: tuple[str, ...]
) -> None:
    """List papers: all, or those that QUERY finds.

    For example: paperreader list is:unread -survey --limit 5

    ORDER is relevance, date, upvotes, title or interest.
    interest is learned from your decisions.

    Write -- before a query word that starts with two dashes.
    """
    with open_library(invocation) as library:
        with progress_line() as line:
            most = None if sort == _INTEREST else limit
            ids = find_papers(library, " ".join(query), _ORDERS[sort or "relevance"], most, line.show_indexing)
        _tell_of_colons(" ".join(query))
        scores: dict[PaperKey, dict[str, int]] = {}
        if sort == _INTEREST:
            ids, scores = _by_interest(library, ids, limit)
        entries = library.entries(ids)
        nothing = nothing_found(library)
    if as_json:
        print_json([entry_json(entry) | scores.get(entry.paper.key, {}) for entry in entries])
    elif entries:
        print_table(map(_row, entries))
    else:
        remark(nothing)


def _tell_of_colons(text: str) -> None:
    """Say what looks like a clause and is searched as text."""
    if ":" not in text:
        return
    from paperreader.domain.query.parser import parse_query  # 7 ms that most queries do without

    for problem in parse_query(text, complete=True).problems:
        remark(problem.message)


def _by_interest(
    library: Library, ids: Sequence[int], limit: int | None
) -> tuple[list[int], dict[PaperKey, dict[str, int]]]:
    """Papers by the learned order, and the score of each for JSON; as they are if nothing is learned yet."""
    from paperreader.cli.ranking import learned, ranking_of

    with ranking_of(library) as ranking:
        order = learned(ranking)
        if order is None:
            return list(ids[:limit]), {}
        from paperreader.ranking.scores import percent

        scores = order.scores()
        found = list(scores.ordered(ids)[:limit])
        keys = library.keys_of(found)
        logits = ((keys[number], scores.of(number)) for number in found if number in keys)
        return found, {key: {"score": percent(logit)} for key, logit in logits if logit is not None}


def _row(entry: Entry) -> list[str]:
    newest = entry.newest
    state = entry.state
    return [
        entry.paper.key,
        guessed_date(newest.listing.date, newest.listing.guessed) if newest else "-",
        STATUS_SIGNS[state.status] + (STAR_SIGN if state.starred else FOLLOWED_SIGN if state.is_followed else " "),
        entry.paper.shown_title,
    ]
