"""Long lists: the first papers of a shelf appear at once, and the others are read in the background.

Reading the numbers of a million papers takes a third of a second, and more if decided papers are left out. A key must
not wait for that.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from itertools import filterfalse
from threading import Thread
from typing import overload

from paperreader.domain.list_order import ListOrder, default_order
from paperreader.domain.lists import Listed, Shelf
from paperreader.errors import PaperReaderError
from paperreader.ranking.scores import NO_SCORES, Scores
from paperreader.services.library import Library
from paperreader.services.lists.ordering import ordered_ids

LONG = (Shelf.ALL, Shelf.UNREAD, Shelf.FOR_YOU)
"""The shelves that may be as long as the library."""
FIRST = 1_000
"""Papers that are read at once, in some 5 ms: several screens."""

LOOKED_AT_TOGETHER = 500
"""Papers whose states are read together in the search for the first unread papers: some 2 ms."""
MAX_LOOKED_AT = 20_000
"""Papers that this search reads at most."""


class LongList(Sequence[int]):
    """The papers of a list whose first papers are there at once; any other paper waits until all are read."""

    def __init__(self, first: array[int], length: int, read_all: Callable[[], array[int]]) -> None:
        self.whole: Future[array[int]] = Future()
        """All papers, the first papers in front; only the first papers if reading failed."""
        self.problem: PaperReaderError | None = None
        """Why reading failed."""
        self._first = first
        self._length = length
        self.whole.set_running_or_notify_cancel()
        Thread(target=self._read, args=(read_all,), name="long list", daemon=True).start()

    def __len__(self) -> int:
        return len(self.whole.result()) if self.whole.done() else self._length

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> array[int]: ...
    def __getitem__(self, index: int | slice) -> int | array[int]:
        wanted = range(len(self))[index]
        last = wanted if isinstance(wanted, int) else max(wanted, default=-1)
        if last < len(self._first) and not self.whole.done():
            return self._first[index] if isinstance(wanted, int) else array("q", map(self._first.__getitem__, wanted))
        return self.whole.result()[index]

    def __iter__(self) -> Iterator[int]:
        yield from self._first
        yield from self.whole.result()[len(self._first) :]

    def index(self, paper: int, start: int = 0, stop: int | None = None) -> int:
        """The position of a paper, from 0; raises ValueError."""
        if start == 0 and stop is None and paper in self._first:
            return self._first.index(paper)
        return self.whole.result().index(paper, start, len(self) if stop is None else stop)

    def _read(self, read_all: Callable[[], array[int]]) -> None:
        found = self._first
        try:
            found = _with_first(self._first, read_all())
        except PaperReaderError as error:
            self.problem = error
        finally:
            self.whole.set_result(found)


def whole(ids: Sequence[int]) -> array[int]:
    """All papers of a list; waits until a long list is read."""
    if isinstance(ids, LongList):
        return ids.whole.result()
    return ids if isinstance(ids, array) else array("q", ids)


def joined(before: array[int], now: array[int], gone: Callable[[Iterable[int]], Iterable[int]]) -> array[int]:
    """The list `before` without the papers that are gone, followed by the new papers of `now`.

    `gone` gets the papers that are missing in `now`, and returns the papers to remove.
    """
    same = _common_end(before, now)  # most of a long list: a set of a million numbers takes 60 MB
    old, new = before[: len(before) - same], now[: len(now) - same]
    lost = set(gone(set(old).difference(new)))
    return (
        array("q", filterfalse(lost.__contains__, old))
        + before[len(before) - same :]
        + array("q", filterfalse(set(old).__contains__, new))
    )


def open_list(
    library: Library,
    place: Listed,
    papers: int,
    order: ListOrder | None = None,
    first: int = FIRST,
    scores: Scores = NO_SCORES,
) -> Sequence[int]:
    """The list of a place with a number of papers, in an order (None: the usual one); may be a LongList."""
    order = order or default_order(place)
    if not isinstance(place, Shelf) or place not in LONG or papers <= first:
        return ordered_ids(library, place, order, scores=scores)
    begin = first_ids(library, place, first, order, scores=scores)
    return LongList(begin, papers, partial(_read_anew, library, place, order, scores))


def first_ids(
    library: Library,
    shelf: Shelf,
    limit: int,
    order: ListOrder = ListOrder.NEWEST,
    together: int = LOOKED_AT_TOGETHER,
    at_most: int = MAX_LOOKED_AT,
    scores: Scores = NO_SCORES,
) -> array[int]:
    """The first `limit` papers of a long shelf, fewer if `at_most` papers have not enough unread ones.

    The states of `together` papers are read with one statement.
    """
    if shelf is Shelf.ALL and order not in (ListOrder.UNREAD_FIRST, ListOrder.INTEREST):
        return library.catalogue.first_ids(limit, order=order)
    takes_done = shelf is Shelf.ALL and order is ListOrder.INTEREST
    found = array("q")
    for ids in _pieces(library, shelf, order, scores, range(0, at_most, together)):
        states = library.states(ids)
        found.extend(paper for paper in ids if paper in states and (takes_done or states[paper].is_unread))
        if len(found) >= limit:
            break
    return found[:limit]


def _pieces(library: Library, shelf: Shelf, order: ListOrder, scores: Scores, starts: range) -> Iterator[Sequence[int]]:
    """The papers of a shelf from its beginning on, read and decided ones among them, some at a time."""
    is_dated = shelf is not Shelf.ALL
    if order is ListOrder.INTEREST and scores.best:
        for start in starts:
            ids = scores.best[start : start + starts.step]
            listed = library.catalogue.dated(ids) if is_dated else set(ids)
            yield [paper for paper in ids if paper in listed]
        return
    by = ListOrder.NEWEST if order in (ListOrder.UNREAD_FIRST, ListOrder.INTEREST) else order
    for start in starts:
        ids = library.catalogue.first_ids(starts.step, start, by, dated=is_dated)
        yield ids
        if len(ids) < starts.step:
            return


def _read_anew(library: Library, place: Listed, order: ListOrder, scores: Scores) -> array[int]:
    other = library.reopen()
    try:
        return ordered_ids(other, place, order, scores=scores)
    finally:
        other.catalogue.close()


def _common_end(one: array[int], other: array[int]) -> int:
    """The number of papers at the end that two lists share."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[len(one) - middle :] == other[len(other) - middle :]:
            least = middle
        else:
            most = middle - 1
    return least


def _with_first(first: array[int], whole: array[int]) -> array[int]:
    """The whole list with the first papers kept in front, whatever was imported or decided meanwhile."""
    if whole[: len(first)] == first:
        return whole
    return first + array("q", filterfalse(set(first).__contains__, whole))
