"""Finds the papers that the queries of rules find.

Nobody looks when a rule acts, so its words are whole words: no starts of words, no initials, no forgiven typing errors.
So it depends on the paper alone whether a rule finds it, never on what arrived with it.
"""

from collections.abc import Sequence

from paperreader.domain.query.tree import Query
from paperreader.domain.rules import Rule
from paperreader.errors import QueryError
from paperreader.services.library import Library
from paperreader.services.searching.facts import EVERY_PAPER, papers_allowed
from paperreader.services.searching.list_filter import ListFilter, parse_strictly

_PIECE = 2_000
"""Papers whose texts are in memory at the same time."""


def papers_found(library: Library, rules: Sequence[Rule], ids: Sequence[int]) -> dict[Rule, list[int]]:
    """The papers that each rule finds among some papers, in their order. Invalid queries find none."""
    today = library.today()
    queries = {rule: query for rule in rules if (query := _query(rule)) and query.root}
    found = {}
    for rule, query in queries.items():
        allowed = papers_allowed(library, query.root, today) if query.root else EVERY_PAPER
        found[rule] = list(filter(allowed.__contains__, ids))
    searched = {rule: query for rule, query in queries.items() if query.has_texts and found[rule]}
    if searched:
        hits: dict[Rule, set[int]] = {rule: set() for rule in searched}
        # Facts are looked up first: only the papers that they leave have their texts read.
        left = set[int]().union(*(found[rule] for rule in searched))
        candidates = list(filter(left.__contains__, ids))
        for start in range(0, len(candidates), _PIECE):
            texts = ListFilter(candidates[start : start + _PIECE])
            texts.build(library)
            for rule, query in searched.items():
                hits[rule] |= texts.holding(library, query)
        found |= {rule: list(filter(hits[rule].__contains__, found[rule])) for rule in searched}
    return {rule: found.get(rule, []) for rule in rules}


def is_valid(rule: Rule) -> bool:
    """Whether the query of a rule can be read; a person may have edited it."""
    return _query(rule) is not None


def _query(rule: Rule) -> Query | None:
    try:
        return parse_strictly(rule.query)
    except QueryError:
        return None
