"""The shelves that the user saved: decisions like all others, kept with the reading state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from paperreader.domain.decision import SetStar
from paperreader.domain.history import Action, OnConflict, ShelfChange
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.lists import SavedShelf, make_shelf
from paperreader.domain.text import Safe
from paperreader.storage.journal.format import decode_snapshot
from paperreader.storage.reading.store import ReadingStore

OpenStore = Callable[..., ReadingStore]

ONE, OTHER = SavedShelf(Safe("kites")), SavedShelf(Safe("Amber looms"))
KEY = PaperKey("title:0123456789ab")


def _save(store: ReadingStore, shelf: SavedShelf, query: str | None) -> Action:
    return store.finish(store.save_shelf("save shelf" if query else "remove shelf", shelf, query))


def test_shelves_are_decisions_among_the_others(open_store: OpenStore) -> None:
    """They survive restarts and a fold of the journal; saving, replacing and removing are taken back in turn."""
    store = open_store()
    store.finish(store.decide("star", {KEY: SetStar(True)}, {}))
    assert _save(store, ONE, "kites").shelves == (ShelfChange(ONE, None, "kites"),)
    _save(store, OTHER, "looms is:unread")
    assert _save(store, ONE, "kites since:7d").shelves == (ShelfChange(ONE, "kites", "kites since:7d"),)
    assert _save(store, OTHER, None).shelves == (ShelfChange(OTHER, "looms is:unread", None),)
    store.db.storage.exclusively(store.db.storage.compact)  # type: ignore[attr-defined]
    again = open_store()
    assert again.shelves() == {ONE: "kites since:7d"}
    expected: list[dict[SavedShelf, str]] = [
        {OTHER: "looms is:unread", ONE: "kites since:7d"}, {OTHER: "looms is:unread", ONE: "kites"}, {ONE: "kites"}, {},
    ]  # fmt: skip
    for shelves in expected:
        action = again.finish(again.undo())
        assert (again.shelves(), action.changes, action.name) == (shelves, (), "undo")
    assert again.finish(again.redo()).shelves == (ShelfChange(ONE, None, "kites"),)
    assert open_store().shelves() == {ONE: "kites"}
    assert [past.shelves[0].shelf if past.shelves else None for past in again.history()][-3:] == [OTHER, ONE, None]
    assert again.starred() == [(KEY,)]


def test_saving_the_same_again_is_no_action(open_store: OpenStore) -> None:
    """As with every decision; nor is removing what is not there."""
    store = open_store()
    assert [_save(store, ONE, "kites").seq, _save(store, ONE, "kites").seq, _save(store, OTHER, None).seq] == [1, 0, 0]


def test_shelves_stand_in_the_order_of_their_names(open_store: OpenStore) -> None:
    """Whatever the case, and in whatever order they were saved."""
    store = open_store()
    names = ("zebra", "Kites", "amber", "kites")
    for name in names:
        _save(store, SavedShelf(Safe(name)), name)
    assert [shelf.name for shelf in store.shelves()] == ["amber", "Kites", "kites", "zebra"]


def test_a_renamed_shelf_keeps_query_and_place_and_is_undone_in_one_step(open_store: OpenStore) -> None:
    """One action removes the old name and saves the new one."""
    store = open_store()
    for name in ("a", "b", "c"):
        _save(store, SavedShelf(Safe(name)), f"query {name}")
    a, b, c, new = (SavedShelf(Safe(name)) for name in ("a", "b", "c", "z"))
    store.finish(store.move_shelf("move shelf", b, -1))
    action = store.finish(store.rename_shelf("rename shelf", b, new))
    assert set(action.shelves) == {ShelfChange(b, "query b", None), ShelfChange(new, None, "query b")}
    assert list(store.shelves().items()) == [(new, "query b"), (a, "query a"), (c, "query c")]
    store.finish(store.undo())
    assert list(open_store().shelves()) == [b, a, c]
    assert store.finish(store.rename_shelf("rename shelf", new, a)).seq == 0, "there is no such shelf"


def test_shelves_are_moved_and_new_ones_stand_below(open_store: OpenStore) -> None:
    """The order survives restarts and is undone; a new shelf comes last; a saved query keeps its place."""
    store = open_store()
    shelves = [SavedShelf(Safe(name)) for name in "abc"]
    a, b, c = shelves
    for shelf in shelves:
        _save(store, shelf, shelf.name)
    assert store.finish(store.move_shelf("move shelf", a, -1)).seq == 0, "it is the first already"
    store.finish(store.move_shelf("move shelf", c, -1))
    assert list(store.shelves()) == [a, c, b]
    store.finish(store.move_shelf("move shelf", a, 5))
    assert list(store.shelves()) == [c, b, a]
    _save(store, SavedShelf(Safe("0")), "0")
    _save(store, c, "another query")
    assert [shelf.name for shelf in open_store().shelves()] == ["c", "b", "a", "0"]
    for expected in ("cba0", "cba", "acb", "abc"):
        store.finish(store.undo())
        assert "".join(shelf.name for shelf in store.shelves()) == expected


def test_two_windows_that_move_shelves_lose_none(open_store: OpenStore) -> None:
    """The last order wins, and every shelf is there."""
    one, other = open_store(window="one"), open_store(window="other")
    shelves = [SavedShelf(Safe(name)) for name in "abc"]
    for shelf in shelves:
        _save(one, shelf, shelf.name)
    one.finish(one.move_shelf("move shelf", shelves[2], -2))
    _save(other, SavedShelf(Safe("d")), "d")
    other.finish(other.move_shelf("move shelf", shelves[0], 1))
    one.poll()
    assert "".join(shelf.name for shelf in one.shelves()) == "".join(shelf.name for shelf in other.shelves()) == "cbad"


@pytest.mark.parametrize("on_conflict", list(OnConflict))
def test_a_shelf_that_another_window_saved_since_is_not_overwritten_unasked(
    open_store: OpenStore, on_conflict: OnConflict
) -> None:
    """Refused, left alone or overwritten."""
    mine, others = open_store(window="mine"), open_store(window="others")
    action = _save(mine, ONE, "kites")
    _save(others, ONE, "kites -survey")
    undone = mine.finish(mine.undo(action.seq, on_conflict=on_conflict))
    overwritten = on_conflict is OnConflict.OVERWRITE
    assert undone.shelf_conflicts == (() if overwritten else (ONE,))
    assert undone.was_refused == (on_conflict is OnConflict.REFUSE)
    assert mine.shelves() == ({} if overwritten else {ONE: "kites -survey"})


def test_shelves_stand_readable_in_the_snapshot(open_store: OpenStore, tmp_path: Path) -> None:
    """A person finds the name and the query; odd documents count for nothing and stop nothing."""
    store = open_store()
    _save(store, ONE, "kites")
    store.db.storage.exclusively(store.db.storage.compact)  # type: ignore[attr-defined]
    snapshot = decode_snapshot((tmp_path / "library" / "reading.json").read_bytes())
    assert list(snapshot.tables["shelves"].values()) == [{"key": "kites", "query": "kites"}]
    odd = (
        {"key": "a"}, {"key": "b", "query": 7}, {"key": "c", "query": " "}, {"query": "d"},
        {"key": "\x1b[2J", "query": "e"},
    )  # fmt: skip
    for document in odd:
        store.db.table("shelves").insert(document)
        assert open_store().shelves() == {ONE: "kites"}
    while store.finish(store.undo()).seq:
        pass
    assert open_store().shelves() == {}


def test_a_name_is_cleaned_and_may_be_none() -> None:
    """What is typed for a name cannot act on a terminal, and blanks alone name nothing."""
    assert make_shelf("  two \x1b[31m words\n") == SavedShelf(Safe("two words"))
    assert make_shelf(" \u200b ") is None
