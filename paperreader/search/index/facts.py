"""Turns query clauses about facts into queries of the index. Clauses about decisions are left to the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import tantivy

from paperreader.domain.identifiers import parse_identifier
from paperreader.domain.query.tree import Extra, Fact, FactField, FieldValue, OnDate, Since, State, Upvotes
from paperreader.domain.text import is_encodable
from paperreader.search.index import schema as names

MAX_NUMBER = 2**63 - 1

PapersQuery = tantivy.Query
"""A set of papers, as `papers_query` makes it."""

Decided = Callable[[Fact], PapersQuery]
"""The papers for which a fact holds that the user decided."""


def papers_query(numbers: Iterable[int], *, all_but: bool = False) -> PapersQuery:
    """The papers with these numbers in the catalogue, or all other papers."""
    # Papers with negative numbers are lost from the catalogue and from the index.
    kept = sorted(number for number in numbers if number > 0)
    found = tantivy.Query.term_set_query(names.make_schema(), names.NUMBER, kept)
    return all_except(found) if all_but else found


def fact_query(schema: tantivy.Schema, fact: Fact, decided: Decided, today: date) -> tantivy.Query:
    """The papers for which a fact holds."""
    match fact:
        case OnDate(first, last):
            return _range(schema, names.DAYS, first.toordinal(), last.toordinal())
        case Since():
            return _range(schema, names.DAYS, fact.first(today).toordinal(), None)
        case Upvotes(low, high):
            return _range(schema, names.UPVOTES, low, high)
        case FieldValue(FactField.FEED, feed, True):
            return _term(schema, names.FEEDS, feed.casefold())
        case FieldValue(FactField.FEED, start):
            return prefix_query(schema, names.FEEDS, start.casefold())
        case FieldValue(FactField.CATEGORY, start):
            return prefix_query(schema, names.CATEGORIES, start.casefold())
        case FieldValue(FactField.ID, start):
            found = prefix_query(schema, names.IDS, start.casefold())
            exact = parse_identifier(start)
            return any_of([found, _term(schema, names.IDS, exact.casefold())]) if exact else found
        case State.AGAIN:
            return _term(schema, names.FACTS, names.AGAIN)
        case Extra.CODE:
            return _term(schema, names.FACTS, names.HAS_CODE)
        case Extra.PDF:
            return _term(schema, names.FACTS, names.HAS_PDF)
        case _:
            return decided(fact)


def prefix_query(schema: tantivy.Schema, field: str, start: str) -> tantivy.Query:
    """The papers with a word in a field that starts with a text."""
    if not is_encodable(start):
        return tantivy.Query.empty_query()
    return tantivy.Query.fuzzy_term_query(schema, field, start, 0, True, True)


def any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """The papers that at least one query finds."""
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """The papers that all queries find; without a query, no paper."""
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def all_except(query: tantivy.Query) -> tantivy.Query:
    """The papers that a query does not find."""
    every = tantivy.Query.all_query()
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, every), (tantivy.Occur.MustNot, query)])


def _term(schema: tantivy.Schema, field: str, term: str) -> tantivy.Query:
    return tantivy.Query.term_query(schema, field, term, "basic")


def _range(schema: tantivy.Schema, field: str, low: int | None, high: int | None) -> tantivy.Query:
    """The papers with a number in a field between two bounds, bounds included."""
    if high is not None and high < 0:
        return tantivy.Query.empty_query()
    least, most = (MAX_NUMBER if bound is None else min(max(bound, 0), MAX_NUMBER) for bound in (low or 0, high))
    return tantivy.Query.range_query(schema, field, tantivy.FieldType.Unsigned, least, most)
