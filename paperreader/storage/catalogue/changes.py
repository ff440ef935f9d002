"""What the search index reads from the catalogue: papers changed since a given moment, with texts and facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from paperreader.domain.identifiers import PaperKey, scheme_of
from paperreader.domain.paper import has_code, links_to_code
from paperreader.domain.searchable import PlaceFacts, Searchable
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
