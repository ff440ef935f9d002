"""What searches read from the catalogue: the papers that have a fact, and the papers that the index must read again.

With `among`, papers outside it may be left out: the search of a short list does not read the whole library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from paperreader.domain.identifiers import PaperKey, scheme_of
from paperreader.domain.index_record import PlaceFacts, Searchable
from paperreader.domain.paper import has_code, links_to_code
from paperreader.domain.text import reduce_cells
from paperreader.storage.catalogue.catalogue import Catalogue, CatalogueMark
from paperreader.storage.catalogue.columns import (
    addresses_of,
    block_of,
    count_of,
    day_of,
    ids_among,
    names_in,
    names_of,
    text_of,
    title_of,
)
from paperreader.storage.catalogue.connection import as_json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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


def changed_since(catalogue: Catalogue, mark: CatalogueMark | None) -> list[int] | None:
    """The papers changed since a moment, some of them deleted; without `mark`, all papers.

    None: the mark is of another catalogue, or its changes were forgotten.
    """
    if mark is None:
        return sorted(catalogue.all_ids())
    is_ancestor = catalogue.select_one(
        "SELECT 1 FROM editions, edition WHERE editions.change = ? AND editions.name = ? AND catalogue = ?",
        (mark.change, mark.edition, mark.catalogue),
    )
    if is_ancestor is None:
        return None
    rows = catalogue.select("SELECT DISTINCT paper FROM changes WHERE change > ? ORDER BY paper", (mark.change,))
    return [paper for (paper,) in rows]


def forget_changes(catalogue: Catalogue, mark: CatalogueMark) -> None:
    """Delete the record of changes up to a moment; raises StoreError."""
    with catalogue.writing() as connection:
        connection.execute("DELETE FROM changes WHERE change <= ?", (mark.change,))
        connection.execute("DELETE FROM editions WHERE change < ?", (mark.change,))


def shown_texts(catalogue: Catalogue) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All papers by number, and the number of the text that each shows."""
    import numpy as np  # 60 ms that only the ranking needs

    rows = catalogue.select(
        "SELECT papers.id, text FROM papers JOIN captures ON captures.id = shown ORDER BY papers.id"
    )
    found = np.array(list(rows), np.int64).reshape(-1, 2)
    return found[:, 0].copy(), found[:, 1].copy()


def texts_of(catalogue: Catalogue, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The title and the abstract of each of these papers, readable without TeX."""
    from paperreader.domain.latex.text import readable  # 10 ms that searches in an up-to-date index save

    rows = catalogue.select(
        "SELECT id, key, title, abstract FROM shown WHERE id IN (SELECT value FROM json_each(?))", (as_json(numbers),)
    )
    return {number: (title_of(title, key), readable(block_of(text))) for number, key, title, text in rows}


def searchables(catalogue: Catalogue, numbers: Sequence[int]) -> Iterator[Searchable]:
    """What the index stores of some hundred papers. Missing papers are left out."""
    from paperreader.domain.latex.text import readable  # 10 ms that searches in an up-to-date index save

    wanted = (as_json(numbers),)
    places: dict[int, tuple[PlaceFacts, ...]] = {}
    days: dict[object, date | None] = {}
    for paper, feed, day, rank, upvotes in catalogue.select(
        "SELECT paper, feed, date, rank, upvotes FROM listed JOIN listings ON listings.id = listing "
        "WHERE paper IN (SELECT value FROM json_each(?)) ORDER BY date DESC, rank, feed",
        wanted,
    ):
        if day not in days:
            days[day] = day_of(day)
        place = PlaceFacts(text_of(feed), days[day], count_of(rank) or 0, count_of(upvotes))
        places[paper] = (*places.get(paper, ()), place)
    texts = catalogue.select(
        "SELECT id, key, also, title, authors, abstract, categories, links FROM shown "
        "WHERE id IN (SELECT value FROM json_each(?))",
        wanted,
    )
    # As a list: a caller that stops early leaves no statement open.
    for number, key, also, title, authors, abstract, categories, links in list(texts):
        ids = ids_among(names_in(key, also))
        text, addresses = block_of(abstract), tuple(addresses_of(links))
        yield Searchable(
            number,
            PaperKey(text_of(key)),
            reduce_cells(title_of(title, key)),
            ", ".join(names_of(authors) or ()),
            reduce_cells(readable(text)),
            ids,
            has_code=has_code(text) or links_to_code(addresses),
            has_pdf="arxiv" in map(scheme_of, ids) or "pdf" in dict(addresses),
            places=places.get(number, ()),
            categories=tuple(names_of(categories) or ()),
        )
