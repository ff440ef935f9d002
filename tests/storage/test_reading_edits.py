"""Edits by hand to the snapshot: what the hand changed is told from what was decided since, and only that is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB

from paperreader.domain.decision import Decision, SetNote, SetStar, SetStatus
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.listing import ListingName
from paperreader.domain.reading_state import ReadingStatus, make_note
from paperreader.storage.reading.hand_edits import HandEdit, hand_edits, mark_as_taken_over
from paperreader.storage.reading.store import ReadingStore

OpenStore = Callable[..., ReadingStore]

KEYS = [PaperKey(f"title:{n}") for n in range(4)]


def _decide(store: ReadingStore, key: PaperKey, decision: Decision) -> None:
    store.finish(store.decide("act", {key: decision}, {}))


def _fold(store: ReadingStore) -> None:
    store._storage.exclusively(store._storage.compact)


def _edit(
    folder: Path, change: Callable[[dict[str, Any]], object], *, table: str = "papers", indent: int | None = None
) -> None:
    """Change a table of the snapshot as an editor would."""
    path = folder / "reading.json"
    value = json.loads(path.read_bytes())
    change(value[table])
    path.write_text(json.dumps(value, indent=indent))


def _take_over(store: ReadingStore, folder: Path) -> int:
    """Open again what was edited, and take the edits over; how many documents changed."""
    store.finish(store.revise("mend", lambda _present: {}))
    changed = 0
    for edit in hand_edits(folder):
        changed += len(store.finish(store.revise("import edits", edit.changes)))
        mark_as_taken_over(edit.path)
    return changed


@pytest.fixture
def folder(open_store: OpenStore, tmp_path: Path) -> Path:
    """A library with a snapshot of three starred papers, and a note in the journal."""
    store = open_store()
    for key in KEYS[:3]:
        _decide(store, key, SetStar(True))
    _fold(store)
    _decide(store, KEYS[1], SetNote(make_note("since")))
    store.close()
    return tmp_path / "library"


def test_the_edit_is_taken_over_and_what_was_decided_since_stays(folder: Path, open_store: OpenStore) -> None:
    """A changed field, a removed paper and a new one come; the note of the journal is not undone."""

    def change(papers: dict[str, Any]) -> None:
        papers["2"]["starred"] = False
        del papers["1"]
        papers["77"] = {"key": KEYS[3], "status": "read"}

    _edit(folder, change, indent=2)
    store = open_store()
    assert _take_over(store, folder) == 3
    assert (store.state(KEYS[1]).starred, store.state(KEYS[1]).note) == (False, "since")
    assert not store.knows(KEYS[0])
    assert store.state(KEYS[2]).starred
    assert store.state(KEYS[3]).status is ReadingStatus.READ
    assert hand_edits(folder) == []
    assert list(folder.glob("reading-imported-*.json"))


def test_a_field_that_was_decided_on_since_stays(folder: Path, open_store: OpenStore) -> None:
    """The hand wrote a note, and so did a window: the window's stands, the hand's is in the file that is kept."""
    _edit(folder, lambda papers: papers["2"].update(note="by hand"))
    store = open_store()
    assert _take_over(store, folder) == 0
    assert store.state(KEYS[1]).note == "since"
    (kept,) = folder.glob("reading-imported-*.json")
    assert b"by hand" in kept.read_bytes()


def test_an_edit_of_the_layout_changes_nothing(folder: Path, open_store: OpenStore) -> None:
    """Indenting the file is an edit of no paper."""
    _edit(folder, lambda _papers: None, indent=4)
    assert _take_over(open_store(), folder) == 0


def test_what_was_taken_over_is_one_action_that_can_be_undone(folder: Path, open_store: OpenStore) -> None:
    """Undone, everything is as before, and the edit does not come back."""
    _edit(folder, lambda papers: [papers[number].update(status="later") for number in "123"])
    store = open_store()
    store.finish(store.revise("mend", lambda _present: {}))
    before = store.documents()
    (edit,) = hand_edits(folder)
    assert len(store.finish(store.revise("import edits", edit.changes))) == 3
    mark_as_taken_over(edit.path)
    store.finish(store.undo(store.seq))
    assert store.documents() == before
    assert _take_over(store, folder) == 0


def test_without_the_original_nothing_that_is_there_is_changed(folder: Path, open_store: OpenStore) -> None:
    """Journal and backups are gone: what the file adds is taken, what differs stays as it is known to be."""

    def change(papers: dict[str, Any]) -> None:
        papers["1"]["starred"] = False
        papers["2"]["status"] = "read"

    _edit(folder, change)
    store = open_store()
    store.finish(store.revise("mend", lambda _present: {}))
    (folder / "reading-0.journal").unlink()
    (folder / "backups" / "reading-0.json").unlink()
    assert _take_over(store, folder) == 1
    assert store.state(KEYS[0]).starred
    assert store.state(KEYS[1]).status is ReadingStatus.READ
    assert store.state(KEYS[2]).starred


def test_several_edits_wait_for_each_other(folder: Path, open_store: OpenStore) -> None:
    """Edited, opened, edited again: both are taken over."""
    _edit(folder, lambda papers: papers["1"].update(status="later"))
    store = open_store()
    _decide(store, KEYS[3], SetStatus(ReadingStatus.SKIPPED))
    _fold(store)
    _edit(folder, lambda papers: papers["3"].update(status="read"))
    assert _take_over(store, folder) == 2
    assert [store.state(key).status.value for key in KEYS] == ["later", "unread", "read", "skipped"]


def test_edits_of_every_table_are_taken_over(folder: Path, open_store: OpenStore) -> None:
    """A listing's date that was changed, one that was removed, and a table that is new, with a paper, as one action."""
    store = open_store()
    feeds, own = [ListingName(f"feed 2025-03-1{day}") for day in range(2)], date(2025, 3, 10)
    store.finish(store.set_dates("date", dict.fromkeys(feeds, (date(2025, 3, 12), own))))
    store.db.table("mine").insert({"key": "a", "value": 1})
    _fold(store)
    store.close()

    def change(dates: dict[str, Any]) -> None:
        dates["1"]["date"] = "2025-03-13"
        del dates["2"]

    _edit(folder, change, table="dates")
    _edit(folder, lambda papers: papers["1"].update(status="later"))
    _edit(folder, lambda mine: mine["1"].update(value=2), table="mine")
    store = open_store()
    before = store.dates(), store.documents(), store.db.table("mine").all()
    assert before[0] == dict.fromkeys(feeds, date(2025, 3, 12))
    assert _take_over(store, folder) == 4
    assert store.dates() == {feeds[0]: date(2025, 3, 13)}
    assert store.state(KEYS[0]).status is ReadingStatus.LATER
    assert store.db.table("mine").all() == [{"key": "a", "value": 2}]
    store.finish(store.undo())
    assert (store.dates(), store.documents(), store.db.table("mine").all()) == before


FIELDS = st.fixed_dictionaries({}, optional={name: st.integers(0, 2) for name in "abc"})
DOCUMENTS = st.dictionaries(st.sampled_from(KEYS), FIELDS)


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_merging_follows_one_rule(original: Any, edited: Any, present: Any) -> None:
    """A field that only the hand changed is the hand's, any other is what it is now; a second time changes nothing."""
    old, hand, now = (
        {key: {"key": key, **fields} for key, fields in documents.items()} for documents in (original, edited, present)
    )
    edit = HandEdit(Path("x"), {"papers": old}, {"papers": hand})
    changes = edit.changes({"papers": now}).get("papers", {})
    merged = {key: document for key, document in {**now, **changes}.items() if document is not None}
    for key in KEYS:
        if key in old and key not in hand:
            assert merged.get(key) == (None if now.get(key) == old[key] else now.get(key))
            continue
        for name in "abc":
            before, by_hand, is_now, got = (docs.get(key, {}).get(name) for docs in (old, hand, now, merged))
            assert got == (by_hand if by_hand != before and is_now == before else is_now)
    again = edit.changes({"papers": merged}).get("papers", {})
    assert [key for key in again if key in hand] == []


@pytest.mark.parametrize("table", [TinyDB.default_table_name, "papers"])
def test_a_file_of_plain_tinydb_is_taken_over_like_an_edit(folder: Path, open_store: OpenStore, table: str) -> None:
    """Its papers come as one action; what is decided here stays, also what it does not mention; the file is kept."""
    path = folder / "reading.json"
    path.unlink()
    with TinyDB(path) as plain:
        foreign = plain.table(table)
        foreign.insert({"key": KEYS[3], "starred": True, "tags": ["theirs"]})
        foreign.insert({"key": KEYS[1], "note": "theirs", "status": "read"})
        foreign.insert({"title": "without a key"})
    data = path.read_bytes()
    store = open_store()
    assert [store.state(key).starred for key in KEYS] == [True, True, True, False]
    assert any("doctor --fix imports your edits" in notice for notice in store.take_notices())
    assert _take_over(store, folder) == 2
    assert store.state(KEYS[3]).tags == ("theirs",)
    assert (store.state(KEYS[1]).note, store.state(KEYS[1]).status) == ("since", ReadingStatus.READ)
    assert [store.state(key).starred for key in KEYS] == [True] * 4
    (kept,) = folder.glob("reading-imported-*.json")
    assert kept.read_bytes() == data
    store.finish(store.undo())
    assert [store.state(key).starred for key in KEYS] == [True, True, True, False]


def test_a_file_of_plain_tinydb_alone_is_a_library_to_be_taken_over(open_store: OpenStore, tmp_path: Path) -> None:
    """In a folder where nothing else is, nothing was lost."""
    (tmp_path / "library").mkdir()
    with TinyDB(tmp_path / "library" / "reading.json") as plain:
        plain.insert({"key": KEYS[0], "starred": True})
    store = open_store()
    assert store.starred() == []
    assert _take_over(store, tmp_path / "library") == 1
    assert open_store().starred() == [(KEYS[0],)]
