"""The state of the triage screen without widgets: the open list, its filter, its order and its counts."""

from __future__ import annotations

import asyncio
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder, default_order
from paperreader.domain.lists import ImportedFile, Place, SavedShelf, Shelf, SimilarList, TagList
from paperreader.domain.paper import Paper
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.text import Safe
from paperreader.errors import StoreError
from paperreader.services.library import AsOf, Counts, Library
from paperreader.services.lists.long_list import LongList, joined, open_list, whole
from paperreader.services.lists.ordering import ordered_ids, sort_apart
from paperreader.services.lists.tally import Tally
from paperreader.services.ranking.reading_order import ReadingOrder
from paperreader.services.ranking.similar_papers import SimilarPapers
from paperreader.ui.background.filter_search import Filtered
from paperreader.ui.interest import Interest
from paperreader.ui.limits import USUAL, Limits
from paperreader.ui.presenting.bars import Decided, count_of, papers_of
from paperreader.ui.presenting.markers import Marker, no_marks
from paperreader.ui.presenting.rows.paper_rows import paper_rows, score_text
from paperreader.ui.widgets.paper_list import PaperRow

if TYPE_CHECKING:
    from paperreader.services.searching.list_filter import Found
    from paperreader.services.searching.shelves import CountedAsOf, SavedShelves
    from paperreader.services.sources import Source

CHUNK = 200
"""Papers read at once in the search for the next unread paper."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The open list before and after an import by another process, its place and the new counts."""

    ids: Sequence[int]
    before: array[int]
    now: array[int]
    place: Place
    tally: Tally


class Desk:
    """The open list of a library. `ids` is the whole list, `view` the part that passes the filter."""

    def __init__(self, library: Library, limits: Limits = USUAL, *, dates_by_interest: bool = True) -> None:
        self.library, self._limits = library, limits
        self._saved: SavedShelves | None = None
        self.tags: dict[str, int] = {}
        """The tags in use and their papers, when they were counted last."""
        self._tags_as_of: AsOf | None = None
        self._counted: dict[SavedShelf, int | None] = {}
        self._counted_as_of: CountedAsOf | None = None
        self._decided: tuple[object, Decided | None] | None = None
        """The last count of decided papers, and what it was counted from."""
        self.interest = Interest(library, orders_dates=dates_by_interest)
        self.similar: SimilarPapers | None = None
        """The similar papers that the open list shows, if it does."""
        self.query = ""
        """The query of the open saved shelf, or an empty string."""
        self.tally = Tally(library)
        """The counts of the library, which follow each action."""
        self.place: Place = Shelf.ALL
        self.order = default_order(self.place)
        """The order of the list."""
        self.found_order = default_order(None)
        """The order of filtered papers."""
        self.ids: Sequence[int] = array("q")
        self.view: Sequence[int] = self.ids
        self.marker: Marker = no_marks
        self._asked: Future[Found] | None = None
        """The running search of the open saved shelf."""
        self._list_marker: Marker = no_marks
        """The marker of the list without a filter."""
        self.filter = ""
        """The text of the filter; empty without a filter."""
        self.found = 0
        """How many papers match the filter. Only the best of many are in view."""
        self.is_everywhere = False
        """Whether the filter searches the whole library instead of the list."""
        self.elsewhere: int | None = None
        """How many papers match in the library if the list is searched, or the reverse; None until that is known."""

    @property
    def counts(self) -> Counts:
        """The counts of the library."""
        return self.tally.counts

    @property
    def shelves(self) -> dict[SavedShelf, int | None]:
        """The saved shelves with their latest counts."""
        return {shelf: self._counted.get(shelf) for shelf in self.library.reading.shelves()}

    @property
    def holds(self) -> int | None:
        """The latest count of the open saved shelf."""
        return self.shelves.get(self.place) if isinstance(self.place, SavedShelf) else None

    @property
    def is_outdated(self) -> bool:
        """Whether another window changed or removed the open saved shelf."""
        return isinstance(self.place, SavedShelf) and self.query != self._query_of(self.place)

    async def count_tags(self) -> bool:
        """Count the papers of the tags again if anything changed since; True if a count changed."""

        def count() -> dict[str, int]:
            # A connection of its own may wait without delaying keys.
            other = self.library.reopen()
            with closing(other.catalogue):
                return other.tag_counts()

        as_of = self.library.as_of()
        if as_of == self._tags_as_of:
            return False
        before, self.tags = self.tags, await asyncio.to_thread(count)
        self._tags_as_of = as_of
        return self.tags != before

    async def counted_tags(self) -> dict[str, int]:
        """The tags and their papers for a dialog, which opens with the last counts if a new count takes long."""
        counting = asyncio.ensure_future(self.count_tags())
        await asyncio.wait([counting], timeout=None if self._tags_as_of is None else self._limits.count_tags)
        counting.add_done_callback(lambda done: done.cancelled() or done.exception())  # the next count shows an error
        return self.tags

    async def count_shelves(self) -> bool:
        """Count the papers of the saved shelves again if needed; True if a count changed."""
        queries = self.library.reading.shelves()
        if not queries:
            return False
        as_of = await asyncio.wrap_future(self.saved.look())
        if as_of == self._counted_as_of and self._counted.keys() == queries.keys():
            return False
        counted = {shelf: await asyncio.wrap_future(self.saved.count(text)) for shelf, text in list(queries.items())}
        before, self._counted, self._counted_as_of = self._counted, counted, as_of
        return counted != before

    def close(self) -> None:
        """Cancel running searches."""
        if self._saved:
            self._saved.close()

    @property
    def saved(self) -> SavedShelves:
        """The searches of saved shelves."""
        if self._saved is None:
            from paperreader.services.searching.shelves import (
                SavedShelves,  # 20 ms that the first paint does not wait for
            )

            self._saved = SavedShelves(self.library)
        return self._saved

    @property
    def day(self) -> date | None:
        """The date of the open list, or None if the list is a shelf."""
        return self.place if isinstance(self.place, date) else None

    def decided(self) -> Decided | None:
        """How many papers of the open date or file are decided; None for a shelf."""
        if not isinstance(self.place, date | ImportedFile):
            return None
        as_of = self.library.as_of(), self.ids
        if self._decided is None or self._decided[0] != as_of:
            self._decided = as_of, self._count_decided()
        return self._decided[1]

    def _count_decided(self) -> Decided | None:
        papers = len(self.ids)
        if papers <= self._limits.states_counted:
            states = self.library.states(self.ids).values()
            statuses = Counter(state.status for state in states)
            return Decided(
                papers, {status: statuses[status] for status in ReadingStatus}, sum(s.starred for s in states)
            )
        count = count_of(self.place, self.counts) if isinstance(self.place, date) else None
        return Decided(count.papers, {ReadingStatus.UNREAD: count.unread}, count.starred) if count else None

    # Lists

    def first_place(self, remembered: Place | None) -> Place:
        """The place to open first: the remembered place if it still exists, else the newest date, else a shelf."""
        days = [count.date for count in self.counts.dates]
        places = {*Shelf, *self.library.reading.shelves(), *(file for file, _ in self.counts.files), *days}
        if remembered is not None and remembered in places:
            return remembered
        if isinstance(remembered, TagList) and self.library.reading.with_tag(remembered.name.__eq__):
            return remembered
        return days[0] if days else Shelf.STARRED if self.counts.shelves[Shelf.STARRED] else Shelf.ALL

    def open(self, place: Place, order: ListOrder | None = None) -> None:
        """Open the list of a place without a filter. Without an order, the usual order of the place is used."""
        self.place, self.order = place, self.interest.order(place, order)
        self.query = self._query_of(place) if isinstance(place, SavedShelf) else ""
        self._asked, self._list_marker = None, no_marks
        self.similar = None
        if isinstance(place, SavedShelf):
            self.ids = self._search(place, array("q"))
        elif isinstance(place, SimilarList):
            self.similar = SimilarPapers(self.library, place.papers)
            self.ids = LongList(array("q"), 0, self.similar.read)
        else:
            papers = papers_of(place, self.counts, {}, {}) or 0 if isinstance(place, Shelf) else 0
            self.ids = open_list(self.library, place, papers, self.order, self._limits.first, self.interest.scores)
        self.clear_filter()

    def _search(self, shelf: SavedShelf, first: array[int]) -> LongList:
        """The papers of the open saved shelf: those already known, then those that the search finds."""
        self._asked = asked = self.saved.find(self.query)
        library, order, scores = self.library, self.order, self.interest.scores

        def read() -> array[int]:
            found = asked.result().ids
            return found if order is ListOrder.BEST else sort_apart(library, shelf, found, order, scores)

        return LongList(first, len(first), read)

    def _query_of(self, shelf: SavedShelf) -> str:
        return self.library.reading.shelves().get(shelf, "")

    def take_whole(self) -> None:
        """Wait until a long list is read, then use it whole."""
        if isinstance(self.ids, LongList):
            is_shown = self.view is self.ids
            if self._asked and not self.ids.problem and (hits := self._asked.result().highlighter):
                self._list_marker = hits.spans
            self.ids = self.ids.whole.result()
            if is_shown:
                self.view, self.marker = self.ids, self._list_marker

    def take_sorted(self, ids: Sequence[int], order: ListOrder, interest: ReadingOrder | None = None) -> None:
        """Use the papers of the list in another order."""
        self.order, self.interest.used = order, interest
        self._go_on_with(ids)

    def clear_filter(self) -> None:
        """Remove the filter."""
        self.view, self.marker, self.filter = self.ids, self._list_marker, ""
        self.is_everywhere, self.elsewhere = False, None

    def take_found(self, found: Filtered) -> None:
        """Show the papers that match the filter."""
        self.view, self.marker, self.filter = found.ids, found.marker, found.text
        self.found, self.is_everywhere, self.elsewhere = found.total, found.is_everywhere, None
        self.found_order = found.order

    def neighbour(self, step: int) -> Place | None:
        """The next older (1, or more dates away) or newer (-1) date; from a shelf, the newest date."""
        days = [count.date for count in self.counts.dates]
        if self.place not in days:
            return days[0] if days else None
        here = days.index(self.place)  # type: ignore[arg-type]
        index = min(max(0, here + step), len(days) - 1)
        return days[index] if index != here else None

    def read_new(self) -> Joined:
        """Read the open list and the counts after an import by another process. Runs in a thread."""
        ids, place, order, scores = self.ids, self.place, self.order, self.interest.scores
        library = self.library.reopen()
        with closing(library.catalogue):
            tally = Tally(library)
            before = whole(ids)
            if isinstance(place, date) and count_of(place, tally.counts) is None:
                place = _moved_to(library, before) or place
            if isinstance(place, SavedShelf | SimilarList):
                present = library.keys_of(before)
                now = array("q", (paper for paper in before if paper in present))
            else:
                listed = ordered_ids(library, place, order, scores=scores)
                now = joined(before, listed, partial(_gone, library, place))
        return Joined(ids, before, now, place, tally)

    def is_of_open_list(self, read: Joined) -> bool:
        """Whether `read` is about the list that is open now."""
        return self.ids is read.ids or self.ids is read.before

    def take_new(self, read: Joined) -> bool:
        """Use the list and counts that were read; True if the list changed."""
        self.tally.take_over(read.tally)
        self.place = read.place
        if isinstance(read.place, SavedShelf):
            self._go_on_with(self._search(read.place, read.now))
            return True
        if read.now == read.before:
            return False
        self._go_on_with(read.now)
        return True

    def _go_on_with(self, ids: Sequence[int]) -> None:
        """Replace the open list. A filter on it stays."""
        if self.view is self.ids:
            self.view = ids
        self.ids = ids

    # Papers

    def rows(self, ids: Sequence[int]) -> dict[int, PaperRow]:
        """The rows of papers. Empty if the catalogue cannot be read; the next key reports that."""
        try:
            return paper_rows(self.library, ids, self.day, self.marker, self._score_text())
        except StoreError:
            return {}

    def _score_text(self) -> Callable[[int], Safe] | None:
        """What gives the score of a paper in the open list; None if its papers have none."""
        if self.similar:
            found = self.similar.found
            return lambda paper: score_text(round(100 * found[paper].likeness) if paper in found else None)
        return self.interest.text_of if self.interest.used else None

    def shared_terms(self, paper: int) -> Sequence[str]:
        """The terms that a paper of a list of similar papers shares with those it is similar to."""
        found = self.similar.found.get(paper) if self.similar else None
        return found.terms if found else ()

    def sources(self, paper: int, shown: Paper) -> tuple[int, tuple[Source, ...]]:
        """The number of sources of a paper, and the sources if there are several but not too many."""
        count = self.library.catalogue.count_captures(paper)
        if not 1 < count <= self._limits.sources:
            return count, ()
        from paperreader.services.sources import sources_of  # importing it takes 10 ms; most papers have one source

        return count, sources_of(self.library, shown.key)

    def keys(self, ids: Iterable[int]) -> list[PaperKey]:
        """The keys of papers, in the same order."""
        ids = list(ids)
        found = self.library.keys_of(ids)
        return [found[paper] for paper in ids if paper in found]

    def titles(self, keys: Iterable[PaperKey]) -> dict[PaperKey, Safe]:
        """The titles of papers, by key."""
        numbers = self.library.ids_of(keys)
        rows = {row.id: row.title for row in self.library.rows(list(set(numbers.values())))}
        return {key: rows[number] for key, number in numbers.items() if number in rows}

    def next_unread(self, row: int, step: int) -> int | None:
        """The row of the next unread paper below (1) or above (-1) a row; None if there is none."""
        rows = range(row + step, len(self.view) if step > 0 else -1, step)
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            states = self.library.states(self.view[index] for index in part)
            for index in part:
                state = states.get(self.view[index])
                if state is not None and state.is_unread:
                    return index
        return None


def _gone(library: Library, place: Place, lost: Iterable[int]) -> Iterable[int]:
    """The papers that leave the open list after an import.

    A shelf keeps papers that were decided on until it is opened again. A date or file loses papers that an import or a
    change of date moved elsewhere.
    """
    lost = set(lost)
    return lost.difference(library.keys_of(lost)) if isinstance(place, Shelf) else lost


def _moved_to(library: Library, ids: Iterable[int]) -> date | None:
    """The date that lists most of these papers, now that their own date is gone."""
    listed = library.catalogue.dates_of(ids)
    days = Counter(day for dates in listed.values() for day in dates)
    return days.most_common(1)[0][0] if days else None
