"""Several processes on one library, and processes that are killed: every acknowledged action is there, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from examples import how_many
from many_processes import kill_processes, run_processes
from stock_storage import STOCK

from paperreader.domain.decision import Decision, EditTags, SetNote
from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import make_note, make_tags
from paperreader.storage.reading import store as reading_store
from paperreader.storage.reading.store import ReadingStore

KEY = PaperKey("title:shared")
ACTIONS, ROUNDS = how_many(200, 1_000), how_many(3, 15)


def test_four_processes_at_once_lose_nothing_and_invent_nothing(tmp_path: Path) -> None:
    """Rule: what four processes were told is done is there in its order, tags merged, and nothing else is there."""
    tally = run_processes(tmp_path / "library", 4, ACTIONS)
    assert tally.acknowledged == 4 * ACTIONS
    assert tally.faults == []
    assert tally.backups, "made while the others wrote, and each holds what was decided by then"


def test_killed_processes_lose_nothing_and_invent_nothing(tmp_path: Path) -> None:
    """Rule: three processes at once, each killed at a random moment, again and again: the same holds."""
    tally = kill_processes(tmp_path / "library", ROUNDS, 3, seed=1)
    assert tally.kills == 3 * ROUNDS
    assert tally.acknowledged
    assert tally.faults == []


def test_killed_processes_without_locks_lose_nothing_and_invent_nothing(tmp_path: Path) -> None:
    """Rule: the same holds of two at once where the file system has no locks: of both only one ever writes."""
    tally = kill_processes(tmp_path / "library", ROUNDS, 2, seed=1, store="without-locks")
    assert tally.kills == 2 * ROUNDS
    assert tally.acknowledged
    assert tally.faults == []


@pytest.mark.parametrize("name", STOCK)
def test_tinydbs_own_storages_do_not_bear_two_processes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: the same harness finds that TinyDB's own storages lose decisions, so it can tell."""
    monkeypatch.setattr(reading_store, "JournalStorage", STOCK[name])
    # Where one process is through before the other has begun, there is nothing to find: then once more.
    assert any(run_processes(tmp_path / f"library-{attempt}", 2, 200, name).faults for attempt in range(10))


def test_tinydbs_own_storage_does_not_bear_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: nor does one bear kills of one process: the one that keeps decisions back, whatever the moment."""
    monkeypatch.setattr(reading_store, "JournalStorage", STOCK["CachingMiddleware"])
    assert kill_processes(tmp_path / "library", 60, 1, seed=1, store="CachingMiddleware").faults


def _decide(store: ReadingStore, decision: Decision) -> Action:
    return store.finish(store.decide("decide", {KEY: decision}, {}))


def test_tags_of_two_windows_merge_whatever_each_had_seen(tmp_path: Path) -> None:
    """Rule: adding and removing tags are set operations on what the other window left."""
    one, two = (ReadingStore(tmp_path / "library", window=name) for name in ("one", "two"))
    _decide(one, EditTags(add=make_tags(["a", "b"])))
    _decide(two, EditTags(add=make_tags(["c"])))
    _decide(one, EditTags(add=make_tags(["d"]), remove=make_tags(["c"])))
    for store in (one, two):
        store.poll()
        assert store.state(KEY).tags == ("a", "b", "d")
        store.close()


@pytest.mark.parametrize("polled", [False, True])
def test_notes_of_two_windows_are_both_kept(tmp_path: Path, polled: bool) -> None:
    """Rule: a note that another window wrote while this one was typed is kept in front of it."""
    one, two = (ReadingStore(tmp_path / "library", window=name) for name in ("one", "two"))
    seen = one.state(KEY).note
    _decide(two, SetNote(make_note("of two"), seen=two.state(KEY).note))
    if polled:
        one.poll()
    assert _decide(one, SetNote(make_note("of one"), seen=seen)).joined_notes == (KEY,)
    for store in (one, two):
        store.poll()
        assert store.state(KEY).note == "of two\n\nof one"
    assert _decide(two, SetNote(make_note("both"), seen=two.state(KEY).note)).joined_notes == ()
    assert two.state(KEY).note == "both", "who has seen it may replace it"
    _decide(one, SetNote(make_note(""), seen=one.state(KEY).note))
    assert one.state(KEY).note == "both", "and who has not does not remove it"
    one.close()
    two.close()
