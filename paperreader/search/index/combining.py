"""Queries of the index put together."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy

_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


def all_papers() -> tantivy.Query:
    """Every paper of the index."""
    return tantivy.Query.all_query()


def all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """What all of the queries find; of none, nothing."""
    return tantivy.Query.boolean_query([(_MUST, query) for query in queries])


def any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """What one of the queries finds."""
    return queries[0] if len(queries) == 1 else tantivy.Query.boolean_query([(_SHOULD, query) for query in queries])


def best_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """What one of the queries finds, for the best of what that is worth."""
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(list(queries))


def all_except(query: tantivy.Query) -> tantivy.Query:
    """Every paper that a query does not find."""
    return tantivy.Query.boolean_query([(_MUST, all_papers()), (_NOT, query)])


def worth(query: tantivy.Query, score: float) -> tantivy.Query:
    """What a query finds, each for the same score."""
    return tantivy.Query.const_score_query(query, score)
