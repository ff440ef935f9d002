"""Queries for search clauses: the numbers of the papers that have a fact, such as a date, a feed or an id.

With `among`, papers outside it may be left out: the search of a short list does not read the whole library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.columns import addresses_of, ids_among, names_in, names_of
from paperreader.storage.catalogue.connection import as_json


def papers_between(catalogue: Catalogue, first: date, last: date) -> set[int]:
    """The papers listed on any date from the first to the last."""
    rows = catalogue.select(
        "SELECT DISTINCT paper FROM listed JOIN listings ON listings.id = listing WHERE date BETWEEN ? AND ?",
        (first.isoformat(), last.isoformat()),
    )
    return {paper for (paper,) in rows}


def papers_in_feeds(catalogue: Catalogue, name: str, *, is_whole: bool = False) -> set[int]:
    """The papers in feeds whose names begin with this text, or (`is_whole`) equal it, ignoring case."""
    name, matches = name.casefold(), str.__eq__ if is_whole else str.startswith
    rows = catalogue.select("SELECT DISTINCT feed FROM listings")
    feeds = [feed for (feed,) in rows if matches(feed.casefold(), name)]
    rows = catalogue.select(
        "SELECT DISTINCT paper FROM json_each(?) AS asked JOIN listings ON feed = asked.value "
        "JOIN listed ON listing = listings.id",
        (as_json(feeds),),
    )
    return {paper for (paper,) in rows}


def papers_listed_again(catalogue: Catalogue, among: Sequence[int] | None = None) -> set[int]:
    """The papers that are listed on more than one date."""
    where, values = _among("paper", among)
    rows = catalogue.select(
        f"SELECT paper FROM listed JOIN listings ON listings.id = listing WHERE date > '' AND {where} "
        "GROUP BY paper HAVING min(date) < max(date)",
        values,
    )
    return {paper for (paper,) in rows}


def papers_with_upvotes(
    catalogue: Catalogue, low: int | None, high: int | None, among: Sequence[int] | None = None
) -> set[int]:
    """The papers whose largest count of upvotes is between two bounds. None: no bound."""
    where, values = _among("paper", among)
    rows = catalogue.select(
        f"SELECT paper FROM listed WHERE upvotes IS NOT NULL AND {where} "
        "GROUP BY paper HAVING max(upvotes) BETWEEN ifnull(?, -1) AND ifnull(?, 9e15)",
        (*values, low, high),
    )
    return {paper for (paper,) in rows}


def papers_with_id(catalogue: Catalogue, beginnings: Iterable[str]) -> set[int]:
    """The papers with a key or an id that begins with one of these texts."""
    found: set[int] = set()
    for beginning in beginnings:
        bounds = (beginning, beginning + "\U0010ffff")
        rows = catalogue.select("SELECT id FROM papers WHERE key >= ? AND key < ?", bounds)
        found.update(paper for (paper,) in rows)
        rows = catalogue.select(
            "SELECT papers.id, papers.key, also FROM names JOIN captures ON captures.id = capture "
            "JOIN papers ON papers.id = paper WHERE name >= ? AND name < ?",
            bounds,
        )
        for paper, key, also in rows:  # a capture may have an id that its paper does not own
            if any(name.startswith(beginning) for name in ids_among(names_in(key, also))):
                found.add(paper)
    return found


def papers_in_category(catalogue: Catalogue, beginning: str, among: Sequence[int] | None = None) -> set[int]:
    """The papers with a category that begins with this text, ignoring case."""
    where, values = _among("id", among)
    beginning = beginning.casefold()
    # LIKE folds the case of ASCII only, and `_` matches any character. Python compares what LIKE finds again.
    like = f'%"{beginning}%' if re.fullmatch(r"[\w.-]*", beginning, re.ASCII) else "%"
    rows = catalogue.select(
        f"SELECT id, categories FROM shown WHERE (categories LIKE ? OR categories GLOB '*[^ -~]*') AND {where}",
        (like, *values),
    )
    return {
        paper
        for paper, categories in rows
        if any(name.casefold().startswith(beginning) for name in names_of(categories) or ())
    }


def links_containing(
    catalogue: Catalogue, texts: Iterable[str], among: Sequence[int] | None = None
) -> Iterator[tuple[int, tuple[tuple[str, str], ...]]]:
    """The papers whose links contain one of these texts, each with its links: pairs of kind and URL."""
    for paper, links in _containing(catalogue, "links", texts, among):
        yield paper, tuple(addresses_of(links))


def abstracts_containing(
    catalogue: Catalogue, texts: Iterable[str], among: Sequence[int] | None = None
) -> Iterator[tuple[int, str]]:
    """The papers whose abstracts contain one of these texts, each with its abstract."""
    return _containing(catalogue, "abstract", texts, among)


def _containing(
    catalogue: Catalogue, column: str, texts: Iterable[str], among: Sequence[int] | None
) -> Iterator[tuple[int, str]]:
    where, values = _among("id", among)
    patterns = [f"%{text}%" for text in texts]
    likes = " OR ".join(f"{column} LIKE ?" for _ in patterns)
    return catalogue.select(f"SELECT id, {column} FROM shown WHERE ({likes}) AND {where}", (*patterns, *values))


def _among(column: str, papers: Sequence[int] | None) -> tuple[str, tuple[str, ...]]:
    """The condition that a column has one of these numbers, and its values."""
    if papers is None:
        return "TRUE", ()
    return f"{column} IN (SELECT value FROM json_each(?))", (as_json(papers),)
