"""The commands about the learned order: `similar` and `interests`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from paperreader.cli.arguments import Command
from paperreader.cli.failures import Invocation
from paperreader.cli.library import open_library
from paperreader.cli.option_types import Number
from paperreader.cli.output import print_json, print_table, remark
from paperreader.cli.progress import progress_line
from paperreader.exporting.entry_json import entry_json
from paperreader.services.library import Library

if TYPE_CHECKING:
    from paperreader.ranking.reasons import Reasons
    from paperreader.services.ranking.interests import LearnedOrder, Ranking

_SIMILAR = 10
_TERMS = 20


@contextmanager
def ranking_of(library: Library) -> Iterator[Ranking | None]:
    """The ranking of a library, with progress on stderr while it is built."""
    from paperreader.services.ranking.interests import open_ranking  # 100 ms, for numpy

    with progress_line() as line:
        ranking = open_ranking(library, lambda done, papers: line.show(f"learning: {done:,} of {papers:,} papers"))
    yield ranking


def learned(ranking: Ranking | None) -> LearnedOrder | None:
    """What a ranking has learned; None, and a remark that says what is missing, if there are too few decisions."""
    from paperreader.services.ranking.reading_order import NOT_YET

    order = ranking.learn() if ranking else None
    if order is None:
        remark(f"no order is learned {NOT_YET}")
    return order


def reasons_json(reasons: Reasons) -> dict[str, Any]:
    """Why a paper has its score; `base`, the weights and `rest` add up to `logit`."""
    return {
        "score": reasons.score,
        "logit": reasons.logit,
        "base": reasons.base,
        "terms": [
            {"term": reason.term, "weight": reason.weight, "pinned": reason.pin or None} for reason in reasons.terms
        ],
        "rest": reasons.rest,
    }


def reason_line(reasons: Reasons, most: int = 3) -> str:
    """The strongest reasons and the rest in one line."""
    return f"{reasons.score}: {' · '.join(reasons.in_words(most))}"


@click.command("similar", cls=Command)
@click.option("--limit", type=Number(1), default=_SIMILAR, metavar="N", help=f"List at most N papers ({_SIMILAR}).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("papers", metavar="ID...", nargs=-1, required=True)
@click.pass_obj
def similar_command(invocation: Invocation, limit: int, as_json: bool, papers: tuple[str, ...]) -> None:
    """List papers that are like a paper.

    Of the whole library, the most similar first, with the terms
    that they share. With several IDs: like all of them together.
    """
    with open_library(invocation) as library:
        keys = [library.resolve(paper) for paper in papers]
        with ranking_of(library) as ranking:
            found = ranking.similar(list(library.ids_of(keys).values()), limit) if ranking else []
        entries = library.entries([each.number for each in found])
    if as_json:
        print_json(
            [
                entry_json(entry) | {"likeness": round(each.likeness, 4), "terms": list(each.terms)}
                for each, entry in zip(found, entries, strict=True)
            ]
        )
    elif found:
        print_table(
            [entry.paper.key, f"{each.likeness:.2f}", entry.paper.shown_title, ", ".join(each.terms)]
            for each, entry in zip(found, entries, strict=True)
        )
    else:
        remark("no paper of the library is like it: it has no title and no abstract")


@click.command("interests", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def interests_command(invocation: Invocation, as_json: bool) -> None:
    """List the terms of the learned order.

    Those that raise a score most come first, those that lower it
    most come last.
    """
    with open_library(invocation) as library, ranking_of(library) as ranking:
        order = learned(ranking)
        if ranking is None or order is None:
            if as_json:
                print_json({"liked": [], "disliked": []})
            return
        liked, disliked = ranking.strongest_terms(order, _TERMS)
    if as_json:
        print_json({
            "liked": [{"term": term, "weight": weight} for term, weight in liked],
            "disliked": [{"term": term, "weight": weight} for term, weight in disliked],
        })  # fmt: skip
    else:
        print_table([f"{weight:+.2f}".replace("-", "−"), term] for term, weight in (*liked, *reversed(disliked)))
