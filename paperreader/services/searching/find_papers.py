"""Finds the papers of a query in one call, with the search index only if the library is large."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder
from paperreader.domain.lists import Shelf
from paperreader.errors import IndexDamaged
from paperreader.services.indexing.update import INDEX_FROM
from paperreader.services.library import Library
from paperreader.services.lists.ordering import sort_list
from paperreader.services.searching.facts import EVERY_PAPER, papers_allowed
from paperreader.services.searching.list_filter import MAX_ABSTRACTS, Found, ListFilter, parse_strictly

if TYPE_CHECKING:
    from paperreader.domain.query.tree import Query


def find_papers(
    library: Library,
    text: str,
    order: ListOrder = ListOrder.BEST,
    limit: int | None = None,
    progress: Callable[[int, int], None] = lambda _done, _papers: None,
    index_from: int = INDEX_FROM,
) -> list[int]:
    """The papers of the whole library that a query finds, in an order; raises QueryError.

    Best first is newest first for a query without words. A large library is searched through its index, which is
    updated first; `progress` gets the papers that are done and their number.
    """
    if not text.strip():
        return list(library.catalogue.all_ids(ListOrder.NEWEST if order is ListOrder.BEST else order)[:limit])
    query = parse_strictly(text)
    if query.has_texts and library.catalogue.count() >= index_from:
        from paperreader.services.searching.library_search import LibrarySearch  # 20 ms that only large libraries need

        search = LibrarySearch(library)
        with suppress(IndexDamaged):  # the search in memory replaces it, and `doctor` reports it
            if search.catch_up(progress):
                if order is ListOrder.BEST:
                    return list(search.search(query, limit=limit).ids)
                # The index does not define the order of equal papers.
                found = search.search(query, order=ListOrder.NEWEST, limit=None).ids
                return list(sort_list(library, Shelf.ALL, found, order)[:limit])
    ids = find_without_index(library, query).ids
    return list((ids if order is ListOrder.BEST else sort_list(library, Shelf.ALL, ids, order))[:limit])


def find_without_index(library: Library, query: Query) -> Found:
    """The papers of the whole library that a query finds, searched in memory."""
    allowed = papers_allowed(library, query.root, library.today()) if query.root else EVERY_PAPER
    ids = array("q", filter(allowed.__contains__, library.catalogue.all_ids() + library.kept_ids()))
    if not query.has_texts:
        return Found(ids, len(ids))
    searched = ListFilter(ids)
    searched.build(library)
    best, result = searched.apply(library, query)
    return Found(best, len(best), result.highlighter)


def find_in_list(library: Library, ids: Sequence[int], text: str) -> list[int]:
    """The papers of a list that a query finds, in the order of the list; raises QueryError."""
    query = parse_strictly(text)
    if not query.has_texts:
        is_found = (papers_allowed(library, query.root, library.today()) if query.root else EVERY_PAPER).__contains__
    elif len(ids) > MAX_ABSTRACTS:
        is_found = frozenset(find_papers(library, text)).__contains__
    else:
        listed = ListFilter(ids)
        listed.build(library)
        is_found = frozenset(listed.apply(library, query)[0]).__contains__
    return list(filter(is_found, ids))


def find_keys(library: Library, text: str) -> list[PaperKey]:
    """The keys of the papers that a query finds; raises QueryError."""
    ids = find_papers(library, text)
    keys = library.keys_of(ids)
    return [keys[paper] for paper in ids]
