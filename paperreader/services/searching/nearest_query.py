"""The nearest query that finds something, for a query that finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from paperreader.domain.query.clauses import FIELDS
from paperreader.domain.suggestions import nearest

MOST_CLAUSES = 8
"""Clauses of the longest query for which others are tried."""
_CLAUSE = re.compile(r'-*(?:[^\s"():]+:)?(?:"[^"]*"?|[^\s"]+)|"[^"]*"?')
_FIELD = re.compile(r"(-*)([A-Za-z]+):(?=\S)")


@dataclass(frozen=True, slots=True)
class NearestQuery:
    """A query and the papers that it finds in the list and in the library."""

    text: str
    here: int
    everywhere: int


def nearest_query(text: str, count: Callable[[str], tuple[int, int] | None]) -> NearestQuery | None:
    """The first of the queries near a text that finds something; None if none does.

    `count` returns how many papers a query finds in the list and in the library, None to give up. A query that finds
    something in the list is nearer than one that does so in the library only.
    """
    elsewhere = None
    for candidate in near_queries(text):
        found = count(candidate)
        if found is None:
            return None
        query = NearestQuery(candidate, *found)
        if query.here:
            return query
        if query.everywhere and elsewhere is None:
            elsewhere = query
    return elsewhere


def near_queries(text: str) -> Iterator[str]:
    """Queries near a text, nearest first: unknown fields mended, one clause left out, one clause alone."""
    mended = _FIELD.sub(_mended, text)
    if mended != text:
        yield mended
    if "(" in mended or " OR " in mended:
        return
    clauses = _CLAUSE.findall(mended)
    if not 1 < len(clauses) <= MOST_CLAUSES:
        return
    for left_out in reversed(range(len(clauses))):
        yield " ".join(clause for place, clause in enumerate(clauses) if place != left_out)
    if len(clauses) > 2:
        yield from (clause for clause in clauses if not clause.startswith("-"))


def _mended(match: re.Match[str]) -> str:
    if match[2].casefold() in FIELDS:
        return match[0]
    near = nearest(match[2], FIELDS)
    return f"{match[1]}{near}:" if near else match[1]
