"""Which date a listing is of, where the user said so: decisions like all others, kept with the reading state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from paperreader.domain.decision import SetStar
from paperreader.domain.history import Action, DateChange, OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.listing import ListingName
from paperreader.storage.journal.format import decode_snapshot
from paperreader.storage.reading.store import ReadingStore

OpenStore = Callable[..., ReadingStore]

ONE, OTHER = ListingName("page:0123abcd 03-14"), ListingName("page:89abcdef 03-15")
GUESS, SAID, LATER = date(2025, 3, 14), date(2024, 3, 14), date(2023, 3, 14)
KEY = PaperKey("title:0123456789ab")


def _say(store: ReadingStore, day: date, *names: ListingName) -> Action:
    return store.finish(store.set_dates("date", dict.fromkeys(names or (ONE,), (day, GUESS))))


def test_dates_are_decisions_among_the_others(open_store: OpenStore) -> None:
    """They survive restarts and a fold of the journal, are taken back and done again in turn, and tell what moved."""
    store = open_store()
    store.finish(store.decide("star", {KEY: SetStar(True)}, {}))
    assert _say(store, SAID, ONE, OTHER).moves == (DateChange(ONE, GUESS, SAID), DateChange(OTHER, GUESS, SAID))
    _say(store, LATER)
    store.db.storage.exclusively(store.db.storage.compact)  # type: ignore[attr-defined]
    again = open_store()
    assert again.dates() == {ONE: LATER, OTHER: SAID}
    expected: list[dict[ListingName, date]] = [{ONE: SAID, OTHER: SAID}, {}]
    for dates in expected:
        action = again.finish(again.undo())
        assert (again.dates(), action.changes, action.decision) == (dates, (), "date")
    assert again.finish(again.redo()).moves == (DateChange(ONE, GUESS, SAID), DateChange(OTHER, GUESS, SAID))
    assert open_store().dates() == {ONE: SAID, OTHER: SAID}
    assert [len(past.moves) for past in again.history()] == [2, 2, 1, 1, 2, 0]
    assert again.starred() == [(KEY,)]


def test_saying_the_same_again_is_no_action(open_store: OpenStore) -> None:
    """As with every decision."""
    store = open_store()
    assert (_say(store, SAID).seq, _say(store, SAID).seq) == (1, 0)


@pytest.mark.parametrize("on_conflict", list(OnConflict))
def test_a_date_that_another_window_said_since_is_not_overwritten_unasked(
    open_store: OpenStore, on_conflict: OnConflict
) -> None:
    """Refused, left alone or overwritten, listing by listing."""
    mine, others = open_store(window="mine"), open_store(window="others")
    action = _say(mine, SAID, ONE, OTHER)
    _say(others, LATER)
    undone = mine.finish(mine.undo(action.seq, on_conflict=on_conflict))
    match on_conflict:
        case OnConflict.REFUSE:
            assert (undone.was_refused, undone.date_conflicts) == (True, (ONE,))
            assert mine.dates() == {ONE: LATER, OTHER: SAID}
        case OnConflict.LEAVE:
            assert (undone.conflicts, undone.date_conflicts) == ((), (ONE,))
            assert mine.dates() == {ONE: LATER}
        case OnConflict.OVERWRITE:
            assert undone.date_conflicts == ()
            assert mine.dates() == {}


def test_dates_stand_readable_in_the_snapshot(open_store: OpenStore, tmp_path: Path) -> None:
    """A person finds the listing, its date and the one it had by itself; odd documents count for nothing."""
    store = open_store()
    _say(store, SAID)
    store.db.storage.exclusively(store.db.storage.compact)  # type: ignore[attr-defined]
    snapshot = decode_snapshot((tmp_path / "library" / "reading.json").read_bytes())
    assert list(snapshot.tables["dates"].values()) == [{"key": ONE, "date": "2024-03-14", "was": "2025-03-14"}]
    for odd in ({"key": OTHER, "date": "soon"}, {"key": OTHER}, {"date": "2024-03-14"}, {"key": OTHER, "date": 7}):
        store.db.table("dates").insert(odd)
        assert open_store().dates() == {ONE: SAID}
    assert len(store.history()) == 5
    while store.finish(store.undo()).seq:
        pass
    assert open_store().dates() == {}
