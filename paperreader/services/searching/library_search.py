"""Searching the whole library, or one of its places, through the search index: at every key, at any size."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from paperreader.domain.places import ImportedFile, Place, SavedShelf, Shelf
from paperreader.domain.query.tree import AllOf, Fact, FactField, FieldValue, OnDate, Part, Query, State
from paperreader.errors import IndexDamaged, StoreError
from paperreader.search.highlighter import Highlighter
from paperreader.services.indexing.upkeep import Condition, catch_up, index_folder, index_state
from paperreader.services.library import Library
from paperreader.services.searching.clauses import papers_bearing
from paperreader.services.searching.list_filter import MOST_REMEMBERED, ListFilter, Sort, parse_strictly, today_of

if TYPE_CHECKING:
    from paperreader.search.index.facts import PapersQuery
    from paperreader.search.index.paper_index import IndexAnswer, PaperIndex

MOST = 10_000
"""Papers that are shown of a result; nobody walks through more, and how many there are is said."""

_SHELVES = {Shelf.UNREAD: State.UNREAD, Shelf.STARRED: State.STARRED, Shelf.LATER: State.LATER}


@dataclass(frozen=True, slots=True)
class LibraryAnswer:
    """The papers found, best first, how many there are in all, and how to mark the hits."""

    ids: array[int]
    total: int
    highlighter: Highlighter


class LibrarySearch:
    """The search of one library, for one thread; what was decided is taken into account as of the question."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._index: PaperIndex | None = None
        self._mark: object = None
        self._as_of: tuple[int, str, date] | None = None
        self._bearing: dict[Fact, PapersQuery] = {}
        self._kept: ListFilter | None = None
        self._kept_as_of = (0, "")

    @property
    def is_open(self) -> bool:
        """Whether there is an index to ask."""
        return self._index is not None

    def refresh(self) -> Condition:
        """Open the index, or open it anew where it was written meanwhile; how it stands to the catalogue."""
        from paperreader.search.index.folder import load_mark, remove_mark
        from paperreader.search.index.paper_index import PaperIndex

        folder = index_folder(self._library.catalogue)
        state = index_state(self._library.catalogue)
        if state.condition is Condition.UNUSABLE:
            self._index = self._mark = None
            return state.condition
        mark = load_mark(folder)
        if self._index is None or mark != self._mark:
            try:
                self._index, self._mark = PaperIndex(folder), mark
            except StoreError as error:
                # Else the disk refused it, or another process has written it meanwhile.
                if isinstance(error, IndexDamaged) and mark == load_mark(folder):
                    remove_mark(folder)
                self._index = self._mark = None
                return Condition.UNUSABLE
        return state.condition

    def drop(self) -> None:
        """Let an index go that turned out to be damaged."""
        self._index = self._mark = None

    def catch_up(self, progress: Callable[[int, int], None] = lambda _done, _papers: None) -> bool:
        """Bring the index up to date and open it; whether that could be. Raises StoreError for a catalogue in trouble.

        `progress` is told how many papers are done, of how many.
        """
        if self.refresh() is not Condition.CURRENT:
            with suppress(StoreError):  # another process is at it, or the folder may not be written
                catch_up(self._library.catalogue, progress)
        return self.refresh() is Condition.CURRENT

    def search(
        self, query: Query, place: Place = Shelf.ALL, sort: Sort | None = None, limit: int | None = MOST
    ) -> LibraryAnswer:
        """The papers of a place that a query finds, the first `limit` of them; raises IndexDamaged, StoreError."""
        from paperreader.search.index.paper_index import Order
        from paperreader.search.ranking import RERANKED

        index = self._ready()
        asked = self._within(query, place)
        order = Order.UPVOTES if sort is Sort.UPVOTES else Order.BEST if query.has_texts else Order.NEWEST
        if sort is Sort.DATE:
            order = Order.NEWEST
        if sort is Sort.TITLE:  # by which the index does not sort: whoever asks for it has to see them all
            limit = None
        wanted = len(index) if limit is None else limit
        # Those at the head are looked at more closely, so that the first of few are the first of many.
        answer = index.search(asked, self._decided, self._as_of_now()[2], limit=max(wanted, RERANKED), order=order)
        ids = self._ranked(answer) if order is Order.BEST else answer.numbers
        kept = self._kept_found(asked)
        return LibraryAnswer((ids + kept)[:limit], answer.total + len(kept), Highlighter(answer.forms))

    def count(self, query: Query, place: Place = Shelf.ALL) -> int:
        """How many papers of a place a query finds as it is typed; raises IndexDamaged, StoreError."""
        asked = self._within(query, place)
        found = self._ready().count(asked, self._decided, self._as_of_now()[2])
        return found + len(self._kept_found(asked))

    def _within(self, query: Query, place: Place) -> Query:
        """A query that finds the same, in one place only; raises QueryError for a shelf that cannot be read."""
        parts = query.root.parts if query.root else ()
        match place:
            case Shelf.ALL:
                return query
            case SavedShelf():
                shelf = parse_strictly(self._library.reading.shelves().get(place, ""))
                bound: Part = AllOf(shelf.root.parts if shelf.root else ())
            case Shelf.UNREAD if self._library.catalogue.files():
                bound = AllOf((State.UNREAD, OnDate(date.min, date.max)))
            case Shelf():
                bound = _SHELVES[place]
            case ImportedFile():
                bound = FieldValue(FactField.FEED, place.feed, is_whole=True)
            case _:
                bound = OnDate(place, place)
        return Query(AllOf((bound, *parts)), query.problems, query.is_open)

    def _ready(self) -> PaperIndex:
        if self._index is None:
            raise IndexDamaged("there is no search index; it is being built")
        return self._index

    def _ranked(self, answer: IndexAnswer) -> array[int]:
        """The papers in the order of their scores, those at the head with what their titles add."""
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
        """The papers of which something that was decided holds, remembered for the next key."""
        from paperreader.search.index.facts import papers_query

        as_of = self._as_of_now()
        if as_of != self._as_of:
            self._as_of = as_of
            self._bearing.clear()
        if fact not in self._bearing:
            if len(self._bearing) >= MOST_REMEMBERED:
                self._bearing.clear()
            papers = papers_bearing(self._library, fact, as_of[2])
            self._bearing[fact] = papers_query(papers.numbers, all_but=papers.all_but)
        return self._bearing[fact]

    def _as_of_now(self) -> tuple[int, str, date]:
        return self._library.reading.seq, self._library.catalogue.edition(), today_of(self._library)

    def _kept_found(self, query: Query) -> array[int]:
        """What is found among the papers that are kept although the catalogue has lost them."""
        as_of = self._as_of_now()[:2]
        if as_of != self._kept_as_of:  # a backup that is restored may bring papers that the catalogue never held
            ids, self._kept_as_of = self._library.kept_ids(), as_of
            self._kept = ListFilter(ids) if ids else None
            if self._kept:
                self._kept.build(self._library)
        return self._kept.apply(self._library, query)[0] if self._kept else array("q")
