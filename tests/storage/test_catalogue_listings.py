"""Dates and listings: stored counts equal counted ones after any imports and moves."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.list_order import ListOrder
from paperreader.domain.listing import Announced, KnownListing, Listing, ListingName, name_of_listing
from paperreader.domain.lists import ImportedFile
from paperreader.domain.text import Safe
from paperreader.errors import StoreError
from paperreader.storage.catalogue import listings as listings_module
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.columns import numbers_in
from paperreader.storage.catalogue.imports import Decided, add_listing, add_papers
from paperreader.storage.catalogue.listings import count_papers, follow_dates

DAY, NEXT, LATER = (date(2025, 3, 14) + timedelta(days=n) for n in range(3))
DAYS = (DAY, NEXT, LATER)
Said = dict[ListingName, date]


def _paper(name: str, upvotes: int | None = None) -> ParsedPaper:
    text = f"What the paper {name} says is invented, and says so at length. {name * 40}"
    return ParsedPaper(f"The invented paper called {name}", text, upvotes=upvotes)


def _add(
    catalogue: Catalogue,
    feed: str,
    day: date,
    names: str,
    *,
    guessed: bool = False,
    votes: int | None = None,
    confirmed: date | None = None,
) -> None:
    papers = [_paper(name, votes) for name in names]
    listing = Listing(feed, day, guessed)
    with catalogue.transaction():
        add_listing(catalogue, listing, papers, Decided({name_of_listing(listing): confirmed} if confirmed else {}))


def _say(catalogue: Catalogue, said: Said, old: date, new: date, feed: str = "page:") -> int:
    """Confirm a date for the listings of a date, or for one feed. How many listings moved."""
    said |= {known.name: new for known in catalogue.known_on(old) if known.own.feed.startswith(feed)}
    return follow_dates(catalogue, said)


def _names(catalogue: Catalogue, ids: Sequence[int]) -> str:
    return "".join(row.title[-1] for row in catalogue.rows(ids))


def _check_kept(catalogue: Catalogue) -> None:
    """All stored counts equal those of the listings."""
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
    assert catalogue.tally(ids) == dict(counted)


_FEEDS = {"page:1": "abcde", "page:2": "ecxa", "page:3": "x", "page:4": "yzab"}
_STEPS = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(sorted(_FEEDS)), st.sampled_from(DAYS)),
    st.tuples(st.just("move date"), st.sampled_from(DAYS), st.sampled_from(DAYS)),
    st.tuples(st.just("move listing"), st.integers(0, 20), st.sampled_from(DAYS)),
    st.tuples(st.just("take back"), st.integers(0, 20)),
)


@examples(80)
@given(steps=st.lists(_STEPS, max_size=8))
def test_stored_counts_and_orders_equal_those_of_the_listings(steps: list[tuple[object, ...]]) -> None:
    """Rule: after any imports of pages and any moves, stored counts and orders equal counted ones."""
    said: Said = {}
    with tempfile.TemporaryDirectory() as folder, closing(Catalogue(Path(folder) / "catalogue.sqlite")) as catalogue:
        for step in steps:
            match step:
                case ("add", str(feed), date() as day):
                    confirmed = said.get(name_of_listing(Listing(feed, day)))  # as every import goes by what was said
                    _add(catalogue, feed, day, _FEEDS[feed], confirmed=confirmed)
                case ("move date", date() as old, date() as new):
                    _say(catalogue, said, old, new)
                    if old != new:
                        assert catalogue.listings(old) == []
                case ("move listing", int(index), date() as new):
                    if listings := catalogue.listings():
                        chosen = listings[index % len(listings)]
                        _say(catalogue, said, chosen.date, new, chosen.feed)
                case ("take back", int(index)):
                    if said:
                        del said[sorted(said)[index % len(said)]]
                        follow_dates(catalogue, said)
            _check_kept(catalogue)
        follow_dates(catalogue, {})
        _check_kept(catalogue)
        assert all(known.own.date == day for day in DAYS for known in catalogue.known_on(day))


@examples(60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.none() | st.integers(0, 3),
            st.lists(st.tuples(st.sampled_from((*DAYS, None)), st.sampled_from("xy"), st.integers(1, 4)), max_size=4),
        ),
        max_size=8,
    )
)  # fmt: skip
def test_stored_places_of_papers_in_several_lists_are_right(
    papers: list[tuple[str, int | None, list[tuple[date | None, str, int]]]],
) -> None:
    """Rule: the first import stores the right newest place and upvotes, for any number of lists."""
    with tempfile.TemporaryDirectory() as folder, closing(Catalogue(Path(folder) / "catalogue.sqlite")) as catalogue:
        with catalogue.transaction() as connection:
            add_papers(
                catalogue,
                [
                    (_paper(name, votes), [(Listing(feed, day) if day else ImportedFile(Safe(feed)), rank)
                                           for day, feed, rank in places])
                    for name, votes, places in papers
                ],
            )  # fmt: skip
            kept = "SELECT id, newest, newest_rank, upvotes FROM papers ORDER BY id"
            before = connection.execute(kept).fetchall()
            count_papers(connection, (number for number, *_ in before))
            assert connection.execute(kept).fetchall() == before
        assert len(before) == len({name for name, _, _ in papers})


def test_the_kept_order_follows_a_feed_whose_ranks_change(catalogue: Catalogue) -> None:
    """Rule: a list fetched again with more votes and another order is shown in the new order everywhere."""
    _add(catalogue, "hf", DAY, "abc", votes=1)
    _add(catalogue, "hf", DAY, "cba", votes=9)
    assert _names(catalogue, catalogue.ids_on(DAY)) == "cba"
    _check_kept(catalogue)


def test_moving_a_date_moves_and_confirms_all_its_listings(catalogue: Catalogue) -> None:
    """Rule: `dates --set` moves all listings of a date; papers and ranks stay, and no date is a guess."""
    _add(catalogue, "page:1", DAY, "abc", guessed=True)
    _add(catalogue, "page:2", DAY, "cd", guessed=True)
    before = _names(catalogue, catalogue.ids_on(DAY))
    assert _say(catalogue, {}, DAY, LATER) == 2
    assert catalogue.listings() == [Listing("page:1", LATER), Listing("page:2", LATER)]
    assert _names(catalogue, catalogue.ids_on(LATER)) == before
    assert catalogue.date_counts() == [(LATER, 4)]
    assert follow_dates(catalogue, {}) == 2
    assert catalogue.listings() == [Listing("page:1", DAY, guessed=True), Listing("page:2", DAY, guessed=True)]
    assert catalogue.date_counts() == [(DAY, 4)]


def test_moving_a_date_to_itself_confirms_it(catalogue: Catalogue) -> None:
    """Rule: confirming a right guess moves nothing."""
    _add(catalogue, "page:1", DAY, "ab", guessed=True)
    assert _say(catalogue, {}, DAY, DAY) == 1
    assert catalogue.listings() == [Listing("page:1", DAY)]
    assert catalogue.date_counts() == [(DAY, 2)]


def test_moving_onto_a_date_that_has_listings_joins_them(catalogue: Catalogue) -> None:
    """Rule: two listings of one feed on one date are shown as one, until undo; other feeds stay."""
    _add(catalogue, "page:1", DAY, "abc", guessed=True)
    _add(catalogue, "page:1", NEXT, "abcd")
    _add(catalogue, "page:2", NEXT, "xa")
    before = catalogue.listings()
    assert _say(catalogue, {}, DAY, NEXT) == 1
    assert catalogue.listings() == [Listing("page:1", NEXT), Listing("page:2", NEXT)]
    assert sorted(_names(catalogue, catalogue.ids_on(NEXT))) == list("abcdx")
    assert all(len(places) <= 2 for places in catalogue.places(catalogue.all_ids()).values())
    _check_kept(catalogue)
    follow_dates(catalogue, {})
    assert catalogue.listings() == before
    _check_kept(catalogue)


def test_moving_one_listing_leaves_the_others_of_its_date(catalogue: Catalogue) -> None:
    """Rule: only the listing of this feed moves."""
    _add(catalogue, "page:1", DAY, "ab")
    _add(catalogue, "page:2", DAY, "bc", guessed=True)
    _say(catalogue, {}, DAY, NEXT, "page:1")
    assert catalogue.listings() == [Listing("page:1", NEXT), Listing("page:2", DAY, guessed=True)]
    assert catalogue.date_counts() == [(NEXT, 2), (DAY, 2)]


def test_moving_an_empty_date_moves_nothing(catalogue: Catalogue) -> None:
    """Rule: moving an empty date changes nothing."""
    _add(catalogue, "page:1", DAY, "ab")
    assert _say(catalogue, {}, LATER, NEXT) == 0
    assert catalogue.date_counts() == [(DAY, 2)]


def test_a_move_that_fails_moves_nothing(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: all listings of a date move, or none."""
    _add(catalogue, "page:1", DAY, "ab")
    _add(catalogue, "page:2", DAY, "bc")
    moved = []
    real = listings_module.move_listing

    def fail_at_second(connection: sqlite3.Connection, listing: int, day: str, *, guessed: bool) -> None:
        moved.append(listing)
        if len(moved) == 2:
            raise StoreError("on purpose")
        real(connection, listing, day, guessed=guessed)

    monkeypatch.setattr(listings_module, "move_listing", fail_at_second)
    with pytest.raises(StoreError, match="on purpose"):
        _say(catalogue, {}, DAY, NEXT)
    assert [listing.date for listing in catalogue.listings()] == [DAY, DAY]
    _check_kept(catalogue)


def test_a_known_date_never_becomes_a_guess_again(catalogue: Catalogue) -> None:
    """Rule: a known date stays known if a later import guesses it."""
    for guessed, expected in ((True, True), (False, False), (True, False)):
        _add(catalogue, "page:1", DAY, "ab", guessed=guessed)
        assert [listing.guessed for listing in catalogue.listings()] == [expected]


def test_a_date_from_the_source_replaces_a_guess_but_no_date_from_the_user(catalogue: Catalogue) -> None:
    """Rule: a date from the source replaces a guess, but not a date from the user until undo."""
    own = KnownListing(ListingName("page:1 03-14"), Listing("page:1", DAY, guessed=True, printed="03-14"))
    certain = KnownListing(own.name, Listing("page:1", NEXT, printed="03-14"))
    for known, confirmed, expected in (
        (own, None, Listing("page:1", DAY, guessed=True, printed="03-14")),
        (own, LATER, Listing("page:1", LATER, printed="03-14")),
        (certain, LATER, Listing("page:1", LATER, printed="03-14")),
        (certain, None, Listing("page:1", NEXT, printed="03-14")),
        (own, None, Listing("page:1", NEXT, printed="03-14")),
    ):
        with catalogue.transaction():
            decided = Decided({own.name: confirmed} if confirmed else {})
            assert add_listing(catalogue, known, [_paper("a")], decided).listing == expected
        assert catalogue.listings() == [expected]
        _check_kept(catalogue)


def test_figures_of_many_papers_are_found_at_once(catalogue: Catalogue) -> None:
    """Rule: lists longer than SQLite's limit of variables are answered whole and in order."""
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


def test_keys_are_found_by_their_beginnings(catalogue: Catalogue) -> None:
    """Rule: a beginning is no pattern; `%` and `_` match only themselves."""
    _add(catalogue, "page:1", DAY, "abcdef")
    keys = sorted(catalogue.keys_of(catalogue.all_ids()).values())
    assert catalogue.keys_starting("text:", limit=10) == catalogue.keys_starting("title:", limit=10) == keys
    assert catalogue.keys_starting(keys[0]) == [keys[0]]
    for nothing in ("title:%", "title_", "TITLE:", "zzz", "title:\U0010ffff"):
        assert catalogue.keys_starting(nothing) == []


# Orders


def test_sort_keys_of_papers_follow_every_capture(catalogue: Catalogue) -> None:
    """Rule: papers sort by their largest upvotes and by the title that is shown now."""
    first, second = Listing("page:a", date(2025, 3, 14)), Listing("page:b", date(2025, 3, 15))
    words = "About it. " * 30
    with catalogue.transaction():
        add_listing(
            catalogue, first, [ParsedPaper("Über the invented paper", words, upvotes=3), ParsedPaper("B", words)]
        )
    with catalogue.transaction():
        add_listing(catalogue, second, [ParsedPaper("The other invented paper", words, upvotes=5)])
    assert list(catalogue.all_ids(ListOrder.UPVOTES)) == [3, 1, 2]
    assert list(catalogue.all_ids(ListOrder.TITLE)) == [2, 3, 1]
    with catalogue.transaction():
        add_listing(catalogue, second, [ParsedPaper("ÜBER the invented paper", words, upvotes=9)])
    assert list(catalogue.all_ids(ListOrder.UPVOTES)) == [1, 3, 2]
    kept = catalogue.connection.execute("SELECT upvotes, title_order FROM papers ORDER BY id").fetchall()
    assert kept == [(9, "über the invented paper"), (0, "b"), (5, "the other invented paper")]


def test_a_list_of_numbers_is_parsed_in_pieces_of_any_size() -> None:
    """Rule: no number is lost or cut, wherever a piece ends."""
    numbers = list(range(1, 121))
    for piece in range(1, 12):
        assert list(numbers_in(",".join(map(str, numbers)), piece)) == numbers
    assert list(numbers_in("")) == []


def test_cross_lists_and_replacements_come_after_new_papers(catalogue: Catalogue) -> None:
    """Rule: of several lists of a date the new papers come first, then cross-lists, then replacements, each by rank."""
    new, cross, again = Announced.NEW, Announced.CROSS, Announced.REPLACEMENT
    lists: dict[str, list[tuple[str, Announced | None]]] = {
        "arxiv:cs.CL": [("a", new), ("b", again), ("c", cross)],
        "arxiv:cs.LG": [("d", new), ("c", again), ("e", cross), ("a", cross), ("f", None)],
        "hf": [("b", None), ("g", None)],
    }
    with catalogue.transaction():
        for feed, papers in lists.items():
            add_listing(catalogue, Listing(feed, DAY), [replace(_paper(name), announced=said) for name, said in papers])
    ids = catalogue.ids_on(DAY)
    assert _names(catalogue, ids) == "adbgfce"
    names = {paper: _names(catalogue, [paper]) for paper in ids}
    said_of = {names[paper]: said for paper, said in catalogue.announced_on(DAY, ids).items()}
    assert said_of == {"a": new, "d": new, "c": cross, "e": cross, "b": again}
    assert catalogue.announced_on(NEXT, ids) == {}
