"""Finders: the papers of the whole library that a query finds, with the search index or without."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder
from paperreader.domain.places import Shelf
from paperreader.errors import IndexDamaged
from paperreader.services.indexing.update import INDEX_FROM
from paperreader.services.library import Library
from paperreader.services.lists.ordering import sort_list
from paperreader.services.searching.clauses import EVERY_PAPER, papers_allowed
from paperreader.services.searching.list_filter import ListFilter, Sort, parse_strictly

if TYPE_CHECKING:
    from paperreader.domain.query.tree import Query
    from paperreader.search.highlighter import Highlighter

_ORDERS = {Sort.DATE: ListOrder.NEWEST, Sort.UPVOTES: ListOrder.UPVOTES, Sort.TITLE: ListOrder.TITLE}


@dataclass(frozen=True, slots=True)
class Found:
    """The papers that a query finds, and how to mark its hits if it has words."""

    ids: array[int]
    highlighter: Highlighter | None = None


def find_papers(
    library: Library,
    text: str,
    sort: Sort | None = None,
    limit: int | None = None,
    progress: Callable[[int, int], None] = lambda _done, _papers: None,
    index_from: int = INDEX_FROM,
) -> list[int]:
    """The papers of the whole library that a query finds: the best first if it has words, otherwise the newest first.

    A large library is searched through its index, which is updated first; `progress` gets the papers that are done
    and their number. Raises QueryError.
    """
    order = _ORDERS.get(sort) if sort else None
    if not text.strip():
        return list(library.catalogue.all_ids(order or ListOrder.NEWEST)[:limit])
    query = parse_strictly(text)
    if query.has_texts and library.catalogue.count() >= index_from:
        from paperreader.services.searching.library_search import LibrarySearch  # 20 ms that only large libraries need

        search = LibrarySearch(library)
        with suppress(IndexDamaged):  # the search in memory replaces it, and `doctor` reports it
            if search.catch_up(progress):
                if not order:
                    return list(search.search(query, limit=limit).ids)
                # The index does not define the order of equal papers.
                found = search.search(query, sort=Sort.DATE, limit=None).ids
                return list(sort_list(library, Shelf.ALL, found, order)[:limit])
    ids = find_without_index(library, query).ids
    return list((sort_list(library, Shelf.ALL, ids, order) if order else ids)[:limit])


def find_without_index(library: Library, query: Query) -> Found:
    """The papers of the whole library that a query finds, searched in memory."""
    allowed = papers_allowed(library, query.root, library.today()) if query.root else EVERY_PAPER
    ids = array("q", filter(allowed.__contains__, library.catalogue.all_ids() + library.kept_ids()))
    if not query.has_texts:
        return Found(ids)
    searched = ListFilter(ids)
    searched.build(library)
    best, result = searched.apply(library, query)
    return Found(best, result.highlighter)


def find_keys(library: Library, text: str) -> list[PaperKey]:
    """The keys of the papers that a query finds; raises QueryError."""
    ids = find_papers(library, text)
    keys = library.keys_of(ids)
    return [keys[paper] for paper in ids]
