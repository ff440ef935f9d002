"""Long lists answer the same whether or not all their papers are read."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.decision import SetStatus
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.errors import StoreError
from paperreader.services.library import Library
from paperreader.services.lists.long_list import LongList, first_ids, joined, open_list
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

PATIENCE = 60.0
"""Seconds until a list that is never read would be noticed."""
SHELVES = (Shelf.ALL, Shelf.UNREAD)


def ids(*papers: int) -> array[int]:
    return array("q", papers)


@contextmanager
def unread_rest(first: array[int], length: int, whole: array[int]) -> Iterator[tuple[LongList, Event]]:
    """A list whose other papers are read when the event is set."""
    go = Event()

    def read() -> array[int]:
        assert go.wait(PATIENCE)
        return whole

    made = LongList(first, length, read)
    try:
        yield made, go
    finally:
        go.set()


def test_the_first_papers_are_there_before_the_others() -> None:
    """Rule: length and first papers wait for nothing."""
    with unread_rest(ids(7, 8, 9), 6, ids(7, 8, 9, 4, 5, 6)) as (papers, _):
        assert len(papers) == 6
        assert papers[1] == 8
        assert papers[:2] == papers[0:2:1] == ids(7, 8)
        assert papers[2::-1] == ids(9, 8, 7)
        assert papers[4:1] == ids()
        assert papers.index(9) == 2
        assert not papers.whole.done()


@pytest.mark.parametrize(
    "ask",
    [
        lambda papers: papers[3] == 4,
        lambda papers: papers[-1] == 6,
        lambda papers: papers[2:5] == ids(9, 4, 5),
        lambda papers: list(papers) == [7, 8, 9, 4, 5, 6],
        lambda papers: papers.index(5) == 4,
        lambda papers: 6 in papers,
        lambda papers: 1 not in papers,
    ],
)
def test_a_request_for_other_papers_waits(ask: Callable[[LongList], bool]) -> None:
    """Rule: every request is answered like the whole list answers it."""
    with unread_rest(ids(7, 8, 9), 6, ids(7, 8, 9, 4, 5, 6)) as (papers, go):
        go.set()
        assert ask(papers)
    assert ask(papers)


def test_changes_during_reading_move_nothing() -> None:
    """Rule: the first papers stay in front, each paper is there once, and the length becomes right."""
    with unread_rest(ids(7, 8, 9), 6, ids(1, 7, 9, 4)) as (papers, go):
        go.set()
        assert list(papers) == [7, 8, 9, 1, 4]
        assert len(papers) == 5
        with pytest.raises(IndexError):
            papers[5]
        assert papers[3:9] == ids(1, 4)


def test_a_list_that_cannot_be_read_ends_with_its_first_papers() -> None:
    """Rule: a read error is reported, and the list ends with its first papers."""

    def refuse() -> array[int]:
        raise StoreError("the catalogue cannot be read")

    papers = LongList(ids(7, 8), 6, refuse)
    assert papers.whole.result(PATIENCE) == ids(7, 8)
    assert str(papers.problem) == "the catalogue cannot be read"


@examples(30)
@given(
    papers=st.integers(0, 40),
    decided=st.sets(st.integers(0, 39)),
    first=st.integers(1, 12),
    together=st.integers(1, 12),
)
def test_a_shelf_opened_lists_what_the_library_lists(papers: int, decided: set[int], first: int, together: int) -> None:
    """Rule: a shelf read in two parts has the same papers in the same order."""
    with TemporaryDirectory() as folder:
        library = _library(Path(folder), papers, decided)
        for shelf in SHELVES:
            expected = library.ids(shelf)
            opened = open_list(library, shelf, len(expected), first=first)
            assert isinstance(opened, LongList) == (len(expected) > first)
            assert len(opened) == len(expected)
            found = first_ids(library, shelf, first, together=together, at_most=3 * together)
            assert list(opened[: len(found)]) == list(found)
            assert list(opened) == list(expected)
        library.close()


@given(
    before=st.lists(st.integers(0, 30), unique=True),
    tail=st.lists(st.integers(31, 50), unique=True),
    now=st.lists(st.integers(0, 30), unique=True),
    present=st.sets(st.integers(0, 30)),
)
def test_new_papers_are_added_behind_the_list(
    before: list[int], tail: list[int], now: list[int], present: set[int]
) -> None:
    """Rule: a list keeps its order and its existing papers; new papers follow in their own order."""
    old, new = [*before, *tail], [*now, *tail]
    asked: set[int] = set()

    def gone(papers: Iterable[int]) -> set[int]:
        asked.update(papers)
        return asked - present

    expected = [paper for paper in old if paper in new or paper in present]
    expected += [paper for paper in new if paper not in old]
    assert list(joined(ids(*old), ids(*new), gone)) == expected
    assert asked.isdisjoint(new)


def _library(folder: Path, papers: int, decided: set[int]) -> Library:
    """A library of papers on dates of seven each, of which some are decided."""
    library = Library(folder / "library")
    made = [ParsedPaper(f"The invented paper number {number}", "About it. " * 30) for number in range(papers)]
    with library.catalogue.transaction():
        for start in range(0, papers, 7):
            day = date(2025, 3, 14) + timedelta(days=start)
            add_listing(library.catalogue, Listing("page:a", day), made[start : start + 7])
    keys = library.keys_of(number + 1 for number in decided if number < papers)
    if keys:
        library.reading.finish(Triage(library).decide("read", list(keys.values()), SetStatus(ReadingStatus.READ)))
    return library
