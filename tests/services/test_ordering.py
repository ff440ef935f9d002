"""Sorted lists equal a sort of their entries; equal papers keep their order."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.decision import SetStar, SetStatus
from paperreader.domain.entry import Entry
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.list_order import ListOrder, default_order, title_order
from paperreader.domain.listing import Listing
from paperreader.domain.lists import ImportedFile, Listed, SavedShelf, Shelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.text import Safe
from paperreader.ranking.scores import Scores
from paperreader.services.library import Library
from paperreader.services.lists.long_list import LONG, first_ids
from paperreader.services.lists.ordering import in_order, ordered_ids, sort_list
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

FIRST_DAY = date(2025, 3, 10)
DAYS = [FIRST_DAY + timedelta(days=days) for days in range(3)]
ORDERS = [order for order in ListOrder if order is not ListOrder.BEST]
_SCORED = [3, 9, 1, 7, 2, 12, 14, 5]
SCORES = Scores(sorted(_SCORED), [-_SCORED.index(paper) for paper in sorted(_SCORED)], _SCORED, 8)
"""Some papers, best first."""
BEGINNINGS = ["alpha", "Alpha", "“beta”", "$\\beta$ of", "Élan", "élan", "Über", "ZETA", "(9) nine", "_", "—", "ß"]


def _listings(draw: Callable[[Any], Any]) -> list[tuple[Listing, list[ParsedPaper]]]:
    """Listings of two feeds on some dates, with shared papers and their own figures."""
    papers = [f"{draw(st.sampled_from(BEGINNINGS))} paper number {number % 7}" for number in range(14)]
    made = []
    for feed in ("page:a", "page:b"):
        for day in DAYS:
            listed = draw(st.lists(st.sampled_from(range(14)), max_size=8, unique=True))
            votes = st.one_of(st.none(), st.integers(0, 3))
            parsed = [ParsedPaper(papers[n], f"{n}" * 300, upvotes=draw(votes)) for n in listed]
            made.append((Listing(feed, day), parsed))
    return made


@st.composite
def _libraries(draw: Callable[[Any], Any]) -> tuple[list[tuple[Listing, list[ParsedPaper]]], set[int], set[int], bool]:
    """Listings, the papers that are read and starred, and whether the catalogue lost some."""
    numbers = st.sets(st.integers(0, 13))
    return _listings(draw), draw(numbers), draw(numbers), draw(st.booleans())


def _made(folder: Path, drawn: tuple[list[tuple[Listing, list[ParsedPaper]]], set[int], set[int], bool]) -> Library:
    listings, read, starred, is_lost = drawn
    library = Library(folder)
    _add(library, listings)
    keys = list(library.keys_of(library.ids(Shelf.ALL)).values())
    triage = Triage(library)
    if chosen := [key for number, key in enumerate(keys) if number in read]:
        library.reading.finish(triage.decide("read", chosen, SetStatus(ReadingStatus.READ)))
    if chosen := [key for number, key in enumerate(keys) if number in starred]:
        library.reading.finish(triage.decide("star", chosen, SetStar(True)))
    if not is_lost:
        return library
    library.close()
    (folder / "catalogue.sqlite").unlink()
    library = Library(folder)
    _add(library, listings[::2])
    return library


def _add(library: Library, listings: Sequence[tuple[Listing, list[ParsedPaper]]]) -> None:
    with library.catalogue.transaction():
        for listing, papers in listings:
            add_listing(library.catalogue, listing, papers)


def _sorted(library: Library, place: Listed, order: ListOrder) -> list[int]:
    """The papers of a place, sorted entry by entry."""
    ids = list(library.ranked_ids(place) if isinstance(place, date | ImportedFile) else library.ids(place))
    entries = dict(zip(ids, library.entries(ids), strict=True))

    def key(paper: int) -> Any:
        entry: Entry = entries[paper]
        newest = entry.newest
        match order:
            case ListOrder.RANK:
                return (newest.rank if newest else 1_000) if isinstance(place, Shelf) else 0
            case ListOrder.NEWEST:
                return (-newest.listing.date.toordinal(), newest.rank) if newest else (0, 0)
            case ListOrder.UNREAD_FIRST:
                return not entry.state.is_unread
            case ListOrder.UPVOTES:
                return -(entry.upvotes or 0) if newest else 1
            case ListOrder.INTEREST:
                logit = SCORES.of(paper)
                is_decided = isinstance(place, date) and not entry.state.is_unread
                return (2, 0) if is_decided else (1, 0) if logit is None else (0, -logit)
            case ListOrder.TITLE:
                return re.sub(r"^[\W_]+", "", entry.paper.title.casefold())

    return sorted(ids, key=key)


@pytest.mark.parametrize("many", [3, 1_000])
@examples(12)
@given(drawn=_libraries())
def test_a_list_is_sorted_as_its_entries_are(many: int, drawn: Any) -> None:
    """Rule: this holds for every place and order, for opened and re-sorted lists, long and short."""
    with TemporaryDirectory() as folder:
        library = _made(Path(folder, "library"), drawn)
        for place in (*Shelf, *DAYS):
            for order in ORDERS:
                expected = _sorted(library, place, order)
                assert list(ordered_ids(library, place, order, many, SCORES)) == expected, (place, order)
                for other in (expected[::-1], sorted(expected)):
                    found = sort_list(library, place, array("q", other), order, many, SCORES)
                    assert list(found) == expected, (place, order)
                if isinstance(place, Shelf) and place in LONG:
                    first = list(first_ids(library, place, 4, order, 2, scores=SCORES))
                    assert first == expected[: len(first)]
        library.close()


@pytest.mark.parametrize("order", ORDERS)
def test_papers_that_left_the_place_stay_in_its_sorted_list(sample: Library, order: ListOrder) -> None:
    """Rule: a paper that was read stays in the list of unread papers until the list is closed."""
    ids = sample.ids(Shelf.UNREAD)
    sample.reading.finish(
        Triage(sample).decide("read", list(sample.keys_of(ids[3:9]).values()), SetStatus(ReadingStatus.READ))
    )
    found = sort_list(sample, Shelf.UNREAD, ids, order)
    assert sorted(found) == sorted(ids)
    if order is ListOrder.UNREAD_FIRST:
        assert list(found[-6:]) == list(ids[3:9])


def test_sorting_is_stable(sample: Library) -> None:
    """Rule: equal papers keep their order."""
    ids = sample.ids(Shelf.ALL)[::-1]
    read = set(ids[::3])
    sample.reading.finish(
        Triage(sample).decide("read", list(sample.keys_of(read).values()), SetStatus(ReadingStatus.READ))
    )
    assert list(in_order(sample, ids, ListOrder.UNREAD_FIRST)) == sorted(ids, key=lambda paper: paper in read)


@pytest.mark.parametrize("order", ORDERS[:1] + ORDERS[2:])
def test_all_papers_are_read_in_their_order_from_an_index(library: Library, order: ListOrder) -> None:
    """Rule: no order of the shelf of all papers needs a sort in SQLite."""
    asked: list[str] = []
    library.catalogue.connection.set_trace_callback(asked.append)
    ordered_ids(library, Shelf.ALL, order)
    library.catalogue.connection.set_trace_callback(None)
    plan = " ".join(step[3] for step in library.catalogue.connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}"))
    assert "INDEX papers_by_" in plan
    assert "TEMP B-TREE" not in plan


@given(st.text())
def test_titles_are_sorted_by_letters_and_digits(title: str) -> None:
    """Rule: a title is sorted from its first letter or digit, without case."""
    ordered = title_order(title)
    assert not ordered or ordered[0].isalnum()
    assert title_order(f"“(_{title}") == ordered == title_order(ordered)
    assert title.casefold().endswith(ordered)


def test_default_orders() -> None:
    """Rule: dates have unread papers first, shelves the newest; one shelf is by interest."""
    assert default_order(FIRST_DAY) is ListOrder.UNREAD_FIRST
    assert default_order(Shelf.FOR_YOU) is ListOrder.INTEREST
    assert {default_order(shelf) for shelf in Shelf if shelf is not Shelf.FOR_YOU} == {ListOrder.NEWEST}
    assert default_order(SavedShelf(Safe("a query"))) is ListOrder.BEST
