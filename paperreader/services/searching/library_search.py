"""Keeps the search index open, and searches the library or one of its lists with it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from paperreader.domain.list_order import ListOrder
from paperreader.domain.lists import ImportedFile, Place, SavedShelf, Shelf, SimilarList, TagList
from paperreader.domain.query.tree import AllOf, Fact, FactField, FieldValue, OnDate, Part, Query, State
from paperreader.errors import IndexDamaged, StoreError
from paperreader.search.highlighter import Highlighter
from paperreader.services.indexing.update import Condition, catch_up, index_folder, index_state
from paperreader.services.library import AsOf, Library
from paperreader.services.searching.facts import FactCache, papers_bearing
from paperreader.services.searching.list_filter import Found, ListFilter, parse_strictly

if TYPE_CHECKING:
    from paperreader.search.index.facts import PapersQuery
    from paperreader.search.index.paper_index import IndexAnswer, PaperIndex

MOST = 10_000
"""Papers of a result that are shown; the total is shown with them."""

_SHELVES = {
    Shelf.UNREAD: State.UNREAD,
    Shelf.FOR_YOU: State.UNREAD,
    Shelf.STARRED: State.STARRED,
    Shelf.LATER: State.LATER,
}


class LibrarySearch:
    """The search of one library, for one thread; it sees every decision at once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._index: PaperIndex | None = None
        self._mark: object = None
        self._cache: FactCache[PapersQuery] = FactCache()
        self._kept: ListFilter | None = None
        self._kept_as_of: AsOf | None = None

    @property
    def is_open(self) -> bool:
        """Whether the index is open."""
        return self._index is not None

    def refresh(self) -> Condition:
        """Open the index if it is new or was updated; the condition of the index."""
        from paperreader.search.index.health import load_mark, remove_mark
        from paperreader.search.index.paper_index import PaperIndex

        folder = index_folder(self._library.catalogue)
        state = index_state(self._library.catalogue)
        if state.condition is Condition.UNUSABLE:
            self.drop()
            return state.condition
        mark = load_mark(folder)
        if self._index is None or mark != self._mark:
            try:
                self._index, self._mark = PaperIndex(folder), mark
            except StoreError as error:
                # With another mark, another process updated the index meanwhile.
                if isinstance(error, IndexDamaged) and mark == load_mark(folder):
                    remove_mark(folder)
                self.drop()
                return Condition.UNUSABLE
        return state.condition

    def drop(self) -> None:
        """Close the index, because it is damaged."""
        self._index = self._mark = None

    def catch_up(self, progress: Callable[[int, int], None] = lambda _done, _papers: None) -> bool:
        """Update and open the index; whether it is current. Raises StoreError if the catalogue cannot be read.

        `progress` gets the papers that are done and their number.
        """
        if self.refresh() is not Condition.CURRENT:
            with suppress(StoreError):  # another process updates it, or the folder is read-only
                catch_up(self._library.catalogue, progress)
        return self.refresh() is Condition.CURRENT

    def search(
        self, query: Query, place: Place = Shelf.ALL, order: ListOrder = ListOrder.BEST, limit: int | None = MOST
    ) -> Found:
        """The first papers of a place that a query finds: by upvotes, newest first, or by default best first.

        Raises IndexDamaged, StoreError.
        """
        from paperreader.search.index.paper_index import Order
        from paperreader.search.ranking import RERANKED

        index = self._open_index()
        asked = self._within(query, place)
        is_best = query.has_texts and order not in (ListOrder.UPVOTES, ListOrder.NEWEST)
        by_fact = Order.UPVOTES if order is ListOrder.UPVOTES else Order.NEWEST
        wanted = len(index) if limit is None else limit
        # The first papers are ranked again, so that a short answer begins like a long one.
        answer = index.search(
            asked,
            self._decided,
            self._library.today(),
            limit=max(wanted, RERANKED),
            order=Order.BEST if is_best else by_fact,
        )
        ids = self._ranked(answer) if is_best else answer.numbers
        kept = self._kept_found(asked)
        return Found((ids + kept)[:limit], answer.total + len(kept), Highlighter(answer.forms))

    def like(self, words: Mapping[str, float], limit: int) -> array[int]:
        """The papers that have most of these words, each counted by its weight; raises IndexDamaged, StoreError."""
        return self._open_index().like(words, limit)

    def count(self, query: Query, place: Place = Shelf.ALL) -> int:
        """The number of papers of a place that a query finds; raises IndexDamaged, StoreError."""
        asked = self._within(query, place)
        found = self._open_index().count(asked, self._decided, self._library.today())
        return found + len(self._kept_found(asked))

    def _within(self, query: Query, place: Place) -> Query:
        """The query limited to one place; raises QueryError for an invalid saved shelf."""
        parts = query.root.parts if query.root else ()
        match place:
            case Shelf.ALL | SimilarList():
                return query
            case SavedShelf():
                shelf = parse_strictly(self._library.reading.shelves().get(place, ""))
                bound: Part = AllOf(shelf.root.parts if shelf.root else ())
            case Shelf.UNREAD | Shelf.FOR_YOU if self._library.catalogue.files():
                bound = AllOf((State.UNREAD, OnDate(date.min, date.max)))
            case Shelf():
                bound = _SHELVES[place]
            case TagList():
                bound = FieldValue(FactField.TAG, place.name, is_whole=True)
            case ImportedFile():
                bound = FieldValue(FactField.FEED, place.feed, is_whole=True)
            case _:
                bound = OnDate(place, place)
        return Query(AllOf((bound, *parts)), query.problems, query.is_open)

    def _open_index(self) -> PaperIndex:
        if self._index is None:
            raise IndexDamaged("there is no search index yet; it is being built")
        return self._index

    def _ranked(self, answer: IndexAnswer) -> array[int]:
        """The papers by score; the scores of the first ones are raised by hits in their titles."""
        from paperreader.search.folding import words
        from paperreader.search.ranking import RERANKED, title_bonus

        head = answer.numbers[:RERANKED]
        titles = {row.id: row.title for row in self._library.catalogue.rows(head)}
        scored = [
            (-score - title_bonus(words(titles.get(number, "")), answer.forms), -newest, place)
            for place, (number, score, newest) in enumerate(zip(head, answer.scores, answer.newest, strict=False))
        ]
        return array("q", (head[place] for _, _, place in sorted(scored))) + answer.numbers[RERANKED:]

    def _decided(self, fact: Fact) -> PapersQuery:
        """The papers for which a decision of the user holds."""
        from paperreader.search.index.facts import papers_query

        def find() -> PapersQuery:
            papers = papers_bearing(self._library, fact, self._library.today())
            return papers_query(papers.numbers, all_but=papers.all_but)

        return self._cache.get(self._library, fact, find)

    def _kept_found(self, query: Query) -> array[int]:
        """The papers that a query finds among those that the catalogue lost."""
        as_of = self._library.as_of()
        if as_of != self._kept_as_of:  # a restored backup may hold papers that the catalogue never had
            ids, self._kept_as_of = self._library.kept_ids(), as_of
            self._kept = ListFilter(ids) if ids else None
            if self._kept:
                self._kept.build(self._library)
        return self._kept.apply(self._library, query)[0] if self._kept else array("q")
