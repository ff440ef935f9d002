"""Dates and listings: what is kept equals what is counted, whatever was imported and moved."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperreader.domain.listing import Listing
from paperreader.domain.parsed import ParsedPaper
from paperreader.errors import StoreError
from paperreader.storage.catalogue import Catalogue
from paperreader.storage.catalogue_import import add_listing

DAY, NEXT, LATER = (date(2025, 3, 14) + timedelta(days=n) for n in range(3))
DAYS = (DAY, NEXT, LATER)


def _paper(name: str, upvotes: int | None = None) -> ParsedPaper:
    text = f"What the paper {name} says is invented, and says so at length. {name * 40}"
    return ParsedPaper(f"The invented paper called {name}", text, upvotes=upvotes)


def _add(
    catalogue: Catalogue, feed: str, day: date, names: str, *, guessed: bool = False, votes: int | None = None
) -> None:
    with catalogue.transaction():
        add_listing(catalogue, Listing(feed, day, guessed), [_paper(name, votes) for name in names])


def _move(catalogue: Catalogue, feed: str, old: date, new: date) -> None:
    with catalogue.transaction():
        catalogue.move_listing(feed, old, new)


def _names(catalogue: Catalogue, ids: Sequence[int]) -> str:
    return "".join(row.title[-1] for row in catalogue.rows(ids))


def _check_kept(catalogue: Catalogue) -> None:
    """Everything that is kept beside the listings says what the listings say."""
    ids = catalogue.all_ids()
    places = catalogue.places(ids)
    listed: dict[date, dict[int, tuple[int, str]]] = {}
    for paper, found in places.items():
        for place in found:
            spot = (place.rank, place.listing.feed)
            on_day = listed.setdefault(place.listing.date, {})
            on_day[paper] = min(spot, on_day.get(paper, spot))
    counted = sorted(((day, len(papers)) for day, papers in listed.items()), reverse=True)
    assert catalogue.date_counts() == counted
    for day, spots in listed.items():
        assert list(catalogue.ids_on(day)) == sorted(spots, key=spots.__getitem__)
    assert {listing.date for listing in catalogue.listings()} == set(listed)
    newest = {paper: (-found[0].listing.date.toordinal(), found[0].rank, paper) for paper, found in places.items()}
    assert list(ids) == sorted(newest, key=newest.__getitem__)
    assert catalogue.tally(catalogue.keys_of(ids).values()) == dict(counted)


_FEEDS = {"page:1": "abcde", "page:2": "ecxa", "page:3": "x", "page:4": "yzab"}
_STEPS = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(sorted(_FEEDS)), st.sampled_from(DAYS)),
    st.tuples(st.just("move date"), st.sampled_from(DAYS), st.sampled_from(DAYS)),
    st.tuples(st.just("move listing"), st.integers(0, 20), st.sampled_from(DAYS)),
)


@settings(max_examples=80, deadline=None)
@given(steps=st.lists(_STEPS, max_size=8))
def test_kept_counts_and_orders_are_those_of_the_listings(steps: list[tuple[object, ...]]) -> None:
    """After any imports of pages and any moves, kept counts and orders equal counted ones."""
    with tempfile.TemporaryDirectory() as folder, closing(Catalogue(Path(folder) / "catalogue.sqlite")) as catalogue:
        for step in steps:
            match step:
                case ("add", str(feed), date() as day):
                    _add(catalogue, feed, day, _FEEDS[feed])
                case ("move date", date() as old, date() as new):
                    there = len(catalogue.listings(old))
                    assert catalogue.move_date(old, new) == there
                    if old != new:
                        assert catalogue.listings(old) == []
                case ("move listing", int(index), date() as new):
                    if listings := catalogue.listings():
                        chosen = listings[index % len(listings)]
                        _move(catalogue, chosen.feed, chosen.date, new)
            _check_kept(catalogue)


def test_the_kept_order_follows_a_feed_whose_ranks_change(catalogue: Catalogue) -> None:
    """A list that is fetched again later, with more votes and in another order, is shown in that order everywhere."""
    _add(catalogue, "hf", DAY, "abc", votes=1)
    _add(catalogue, "hf", DAY, "cba", votes=9)
    assert _names(catalogue, catalogue.ids_on(DAY)) == "cba"
    _check_kept(catalogue)


def test_moving_a_date_confirms_and_takes_all_its_listings(catalogue: Catalogue) -> None:
    """`dates --set`: every listing of the date goes, papers and ranks stay, and the guess becomes certain."""
    _add(catalogue, "page:1", DAY, "abc", guessed=True)
    _add(catalogue, "page:2", DAY, "cd", guessed=True)
    before = _names(catalogue, catalogue.ids_on(DAY))
    assert catalogue.move_date(DAY, LATER) == 2
    assert catalogue.listings() == [Listing("page:1", LATER), Listing("page:2", LATER)]
    assert _names(catalogue, catalogue.ids_on(LATER)) == before
    assert catalogue.date_counts() == [(LATER, 4)]


def test_moving_a_date_to_itself_confirms_it(catalogue: Catalogue) -> None:
    """A guess that was right is confirmed without moving anything."""
    _add(catalogue, "page:1", DAY, "ab", guessed=True)
    assert catalogue.move_date(DAY, DAY) == 1
    assert catalogue.listings() == [Listing("page:1", DAY)]
    assert catalogue.date_counts() == [(DAY, 2)]


def test_moving_onto_a_date_that_has_listings_joins_them(catalogue: Catalogue) -> None:
    """Other feeds stay beside it; the same feed becomes one listing, each paper once, and both are confirmed."""
    _add(catalogue, "page:1", DAY, "abc", guessed=True)
    _add(catalogue, "page:1", NEXT, "abcd", guessed=True)
    _add(catalogue, "page:2", NEXT, "xa")
    assert catalogue.move_date(DAY, NEXT) == 1
    assert catalogue.listings() == [Listing("page:1", NEXT), Listing("page:2", NEXT)]
    assert sorted(_names(catalogue, catalogue.ids_on(NEXT))) == list("abcdx")
    assert all(len(places) <= 2 for places in catalogue.places(catalogue.all_ids()).values())
    _check_kept(catalogue)


def test_moving_one_listing_leaves_the_others_of_its_date(catalogue: Catalogue) -> None:
    """Only the named feed goes."""
    _add(catalogue, "page:1", DAY, "ab")
    _add(catalogue, "page:2", DAY, "bc", guessed=True)
    _move(catalogue, "page:1", DAY, NEXT)
    assert catalogue.listings() == [Listing("page:1", NEXT), Listing("page:2", DAY, guessed=True)]
    assert catalogue.date_counts() == [(NEXT, 2), (DAY, 2)]


def test_moving_a_date_that_lists_nothing_moves_nothing(catalogue: Catalogue) -> None:
    """There is nothing to move and nothing appears."""
    _add(catalogue, "page:1", DAY, "ab")
    assert catalogue.move_date(LATER, NEXT) == 0
    assert catalogue.date_counts() == [(DAY, 2)]


def test_a_move_that_fails_moves_nothing(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """A date is moved whole or not at all."""
    _add(catalogue, "page:1", DAY, "ab")
    _add(catalogue, "page:2", DAY, "bc")
    moved = []
    real = catalogue.move_listing

    def fail_at_second(feed: str, old: date, new: date) -> None:
        moved.append(feed)
        if len(moved) == 2:
            raise StoreError("on purpose")
        real(feed, old, new)

    monkeypatch.setattr(catalogue, "move_listing", fail_at_second)
    with pytest.raises(StoreError, match="on purpose"):
        catalogue.move_date(DAY, NEXT)
    assert [listing.date for listing in catalogue.listings()] == [DAY, DAY]
    _check_kept(catalogue)


def test_a_guess_is_confirmed_and_never_taken_back(catalogue: Catalogue) -> None:
    """Once certain, a date stays certain when a capture guesses it again."""
    for guessed, expected in ((True, True), (False, False), (True, False)):
        _add(catalogue, "page:1", DAY, "ab", guessed=guessed)
        assert [listing.guessed for listing in catalogue.listings()] == [expected]


def test_figures_of_many_papers_are_found_in_one_go(catalogue: Catalogue) -> None:
    """Lists longer than one SQL statement's variables are answered in full and in the order asked for."""
    with catalogue.transaction():
        add_listing(
            catalogue,
            Listing("page:1", DAY),
            [ParsedPaper(f"Paper number {n} of very many", f"Abstract number {n}.") for n in range(1_300)],
        )
    ids = catalogue.all_ids()[::-1]
    assert [row.id for row in catalogue.rows(ids)] == list(ids)
    assert len(catalogue.papers(ids)) == len(catalogue.places(ids)) == len(catalogue.keys_of(ids)) == 1_300
    assert {text.id for text in catalogue.search_texts(ids)} == set(ids)
    assert list(catalogue.in_order(ids)) == list(catalogue.all_ids())
    assert catalogue.ids_of(catalogue.keys_of(ids).values()) == {key: n for n, key in catalogue.keys_of(ids).items()}
    assert catalogue.rows([*ids[:2], 10**9]) == catalogue.rows(ids[:2])


def test_keys_are_found_by_how_they_begin(catalogue: Catalogue) -> None:
    """A beginning is a beginning, not a pattern: `%` and `_` stand for themselves."""
    _add(catalogue, "page:1", DAY, "abcdef")
    keys = sorted(catalogue.keys_of(catalogue.all_ids()).values())
    assert catalogue.keys_starting("title:", limit=10) == keys
    assert catalogue.keys_starting(keys[0]) == [keys[0]]
    for nothing in ("title:%", "title_", "TITLE:", "zzz", "title:\U0010ffff"):
        assert catalogue.keys_starting(nothing) == []
