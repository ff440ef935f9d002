"""Why a paper has its score: the line of its strongest words, and the places of these words in the abstract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from paperreader.domain.text import Safe, reduce_cells
from paperreader.ranking.reasons import Reasons
from paperreader.ranking.words import term_places
from paperreader.ui.presenting.rows.paper_rows import MOST_SCORE
from paperreader.ui.widgets.blocks import Block

NAMED = 3
"""Words that the line names; more are marked in the text."""
_WITHIN, _BETWEEN = "\u00a0", " · "
"""A blank at which no line breaks stands between a word and its weight."""


def reason_line(reasons: Reasons, *, with_base: bool = False) -> Block:
    """The score, its strongest words and the rest; `with_base` names the base apart from the rest."""
    parts = (part.replace(" ", _WITHIN) for part in reasons.in_words(NAMED, with_base=with_base))
    return Block(reduce_cells(Safe(f"{min(MOST_SCORE, reasons.score)}: {_BETWEEN.join(parts)}")), "facts")


def shared_line(terms: Sequence[str]) -> Block:
    """The terms that a paper shares with those that it is similar to."""
    names = (term.replace(" ", _WITHIN) for term in terms)
    return Block(reduce_cells(Safe(f"shares {_BETWEEN.join(names)}")), "facts")


def with_reasons(block: Block, reasons: Reasons) -> Block:
    """A paragraph with the words that raised or lowered the score."""
    weights = {reason.term: reason.weight for reason in reasons.terms}
    places = list(term_places(block.text, weights))
    return replace(
        block,
        raised=tuple((start, end) for term, start, end in places if weights[term] > 0),
        lowered=tuple((start, end) for term, start, end in places if weights[term] < 0),
    )
