"""The facts that a query asks for as queries of the index: it knows what the world published, its caller the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import tantivy

from paperreader.domain.identifiers import parse_identifier
from paperreader.domain.query.tree import (
    Extra,
    Fact,
    FactField,
    FieldValue,
    OnDate,
    Since,
    State,
    Upvotes,
)
from paperreader.domain.text import is_plain
from paperreader.search.index import schema as schema_names
from paperreader.search.index.combining import all_except, any_of

MAX_BITS = 2**63 - 1


class NumberSet:
    """A set of papers by their numbers in a form that the index takes; `all_but`: every other paper."""

    def __init__(self, numbers: Iterable[int], *, all_but: bool = False) -> None:
        self._numbers = numbers
        self._all_but = all_but
        self._query: tantivy.Query | None = None

    def query(self, schema: tantivy.Schema) -> tantivy.Query:
        """The papers as a query, made once: of 100,000 numbers that takes longer than the search."""
        if self._query is None:
            # Numbers below zero stand for papers that the catalogue, and so the index, has lost.
            found = tantivy.Query.term_set_query(
                schema, schema_names.NUMBER, sorted(number for number in self._numbers if number > 0)
            )
            self._query = all_except(found) if self._all_but else found
        return self._query


class FactQueries:
    """The facts; `bearing` gives the papers of those that the index knows nothing of: what the user decided."""

    def __init__(self, schema: tantivy.Schema, bearing: Callable[[Fact], NumberSet], today: date) -> None:
        self._schema = schema
        self._bearing = bearing
        self._today = today

    def query_of(self, fact: Fact) -> tantivy.Query:
        """The papers of which a fact holds."""
        match fact:
            case OnDate(first, last):
                return self._between(schema_names.DAYS, first.toordinal(), last.toordinal())
            case Since():
                return self._between(schema_names.DAYS, fact.first(self._today).toordinal(), None)
            case Upvotes(low, high):
                return self._between(schema_names.UPVOTES, low, high)
            case FieldValue(FactField.FEED, name, True):
                return tantivy.Query.term_query(self._schema, schema_names.FEEDS, name.casefold(), "basic")
            case FieldValue(FactField.FEED, name):
                return beginning(self._schema, schema_names.FEEDS, name.casefold())
            case FieldValue(FactField.CATEGORY, text):
                return beginning(self._schema, schema_names.CATEGORIES, text.casefold())
            case FieldValue(FactField.ID, text):
                ways = [beginning(self._schema, schema_names.IDS, text.casefold())]
                if exact := parse_identifier(text):
                    ways.append(tantivy.Query.term_query(self._schema, schema_names.IDS, exact.casefold(), "basic"))
                return any_of(ways)
            case State.AGAIN:
                return self._is(schema_names.AGAIN)
            case Extra.CODE:
                return self._is(schema_names.HAS_CODE)
            case Extra.PDF:
                return self._is(schema_names.HAS_PDF)
            case _:
                return self._bearing(fact).query(self._schema)

    def _is(self, name: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, schema_names.FACTS, name, "basic")

    def _between(self, name: str, low: int | None, high: int | None) -> tantivy.Query:
        if high is not None and high < 0:
            return tantivy.Query.empty_query()
        return tantivy.Query.range_query(
            self._schema,
            name,
            tantivy.FieldType.Unsigned,
            min(max(low or 0, 0), MAX_BITS),
            MAX_BITS if high is None else min(high, MAX_BITS),
        )


def beginning(schema: tantivy.Schema, name: str, text: str) -> tantivy.Query:
    """The papers with a word of a field that begins so."""
    if not is_plain(text):
        return tantivy.Query.empty_query()
    return tantivy.Query.fuzzy_term_query(schema, name, text, 0, True, True)
