"""Sorts lists by a fact of the catalogue, by reading state, by rank in one date's listing, or by interest."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from itertools import filterfalse

from paperreader.domain.list_order import ListOrder, default_order, title_order
from paperreader.domain.lists import ImportedFile, Listed, Place, Shelf
from paperreader.domain.reading_state import UNDECIDED
from paperreader.ranking.scores import NO_SCORES, Scores
from paperreader.services.library import Library

MANY = 10_000
"""Papers of a list for which a scan of all papers costs less than a look at each."""


def ordered_ids(
    library: Library, place: Listed, order: ListOrder, many: int = MANY, scores: Scores = NO_SCORES
) -> array[int]:
    """The list of a place in an order; `scores` are those of the order by interest."""
    if order is ListOrder.INTEREST:
        return by_interest(library, place, library.ids(place), scores, many)
    if order is default_order(place):
        return library.ids(place)
    if place is Shelf.ALL and order is not ListOrder.UNREAD_FIRST:
        return library.catalogue.all_ids(order)
    return sort_list(library, place, library.ids(place), order, many)


def sort_list(
    library: Library,
    place: Place,
    ids: Sequence[int],
    order: ListOrder,
    many: int = MANY,
    scores: Scores = NO_SCORES,
) -> array[int]:
    """Papers of the list of a place in an order other than best first.

    Equal papers of a date are in the order of their ranks, equal papers of a shelf newest first.
    """
    if order is ListOrder.INTEREST:
        usual = ListOrder.UNREAD_FIRST if isinstance(place, date | ImportedFile) else ListOrder.NEWEST
        return by_interest(library, place, sort_list(library, place, ids, usual, many), scores, many)
    if isinstance(place, date | ImportedFile):
        listed = picked(library.ranked_ids(place), ids)
        return listed if order is ListOrder.RANK else in_order(library, listed, order, many)
    by_index = ListOrder.NEWEST if order is ListOrder.UNREAD_FIRST else order
    if len(ids) > many and not (by_index is ListOrder.TITLE and min(ids) < 0):
        listed = picked(library.catalogue.all_ids(by_index), ids)
        return listed if order is by_index else in_order(library, listed, order, many)
    return in_order(library, picked(library.catalogue.in_order(sorted(ids)), ids), order, many)


def by_interest(library: Library, place: Place, ids: array[int], scores: Scores, many: int = MANY) -> array[int]:
    """Papers by their scores; in the list of a date or file the decided ones are last.

    Papers without a score follow those with one and keep their order.
    """
    if not scores.papers:
        return ids
    if isinstance(place, date | ImportedFile):
        turn = _turns(library, ids, many)
        followed, unread, done = (array("q", (paper for paper in ids if turn(paper) == each)) for each in range(3))
        return scores.ordered(followed) + scores.ordered(unread) + done
    if len(ids) <= many:
        return scores.ordered(ids)
    unscored = array("q", (paper for paper in ids if scores.of(paper) is None))
    is_unscored = set(unscored).__contains__
    return picked(array("q", scores.best), array("q", filterfalse(is_unscored, ids))) + unscored


def sort_apart(
    library: Library, place: Place, ids: Sequence[int], order: ListOrder, scores: Scores = NO_SCORES
) -> array[int]:
    """The same as `sort_list` in another thread, over a new connection."""
    other = library.reopen()
    with closing(other.catalogue):
        return sort_list(other, place, ids, order, scores=scores)


def in_order(library: Library, ids: Sequence[int], order: ListOrder, many: int = MANY) -> array[int]:
    """Papers in an order; equal papers keep their order, papers without a value are last."""
    if order is ListOrder.UNREAD_FIRST:
        return array("q", sorted(ids, key=_turns(library, ids, many)))
    if order is ListOrder.TITLE and any(paper < 0 for paper in ids):  # kept papers have a title but no row in the index
        titles = {row.id: title_order(row.title) for row in library.rows(ids)}
        return array("q", sorted(ids, key=lambda paper: titles.get(paper, "")))
    return picked(library.catalogue.in_order(ids, order), ids)


def _turns(library: Library, ids: Sequence[int], many: int) -> Callable[[int], int]:
    """When each paper has its turn: followed papers 0, unread papers 1, decided papers 2."""
    if len(ids) > many:
        reading = library.reading
        done, followed = (library.ids_bearing(names) for names in (reading.done(), reading.followed()))
        return lambda paper: 2 if paper in done else 0 if paper in followed else 1
    turns = {paper: state.turn for paper, state in library.states(ids).items()}
    return lambda paper: turns.get(paper, UNDECIDED.turn)


def picked(ordered: array[int], ids: Sequence[int]) -> array[int]:
    """Papers in the order of `ordered`; papers that are not in it are last."""
    wanted = bytearray(1 + max(max(ordered, default=0), max(ids, default=0)))  # a set of a million numbers takes 60 MB
    lost = array("q", sorted(paper for paper in ids if paper < 0) if min(ids, default=0) < 0 else ())
    for paper in filter((0).__le__, ids) if lost else ids:
        wanted[paper] = True
    picked = array("q")
    for start in range(0, len(ordered), MANY):  # one call for a million papers would block the keys
        picked.extend(filter(wanted.__getitem__, ordered[start : start + MANY]))
    if len(picked) + len(lost) < len(ids):
        lost += array("q", sorted(set(ids).difference(picked, lost)))
    return picked + lost
