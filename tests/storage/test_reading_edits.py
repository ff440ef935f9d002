"""Edits by hand to the snapshot: what the hand changed is told from what was decided since, and only that is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.decision import Decision, SetNote, SetStar, SetStatus
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import ReadingStatus, make_note
from paperreader.storage.reading_edits import HandEdit, hand_edits, mark_as_taken_over
from paperreader.storage.reading_store import ReadingStore

OpenStore = Callable[..., ReadingStore]

KEYS = [PaperKey(f"title:{n}") for n in range(4)]


def _decide(store: ReadingStore, key: PaperKey, decision: Decision) -> None:
    store.finish(store.decide("act", {key: decision}, {}))


def _fold(store: ReadingStore) -> None:
    store._storage.exclusively(store._storage.compact)


def _edit(folder: Path, change: Callable[[dict[str, Any]], object], *, indent: int | None = None) -> None:
    """Change the papers of the snapshot as an editor would."""
    path = folder / "reading.json"
    value = json.loads(path.read_bytes())
    change(value["papers"])
    path.write_text(json.dumps(value, indent=indent))


def _take_over(store: ReadingStore, folder: Path) -> int:
    """Open again what was edited, and take the edits over; how many papers changed."""
    store.finish(store.revise("mend", lambda _present: {}))
    changed = 0
    for edit in hand_edits(folder):
        changed += len(store.finish(store.revise("import edits", edit.changes)).changes)
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
    action = store.finish(store.revise("import edits", edit.changes))
    mark_as_taken_over(edit.path)
    assert len(action.changes) == 3
    store.finish(store.undo(action.seq))
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


FIELDS = st.fixed_dictionaries({}, optional={name: st.integers(0, 2) for name in "abc"})
DOCUMENTS = st.dictionaries(st.sampled_from(KEYS), FIELDS)


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_merging_follows_one_rule(original: Any, edited: Any, present: Any) -> None:
    """A field that only the hand changed is the hand's, any other is what it is now; a second time changes nothing."""
    old, hand, now = (
        {key: {"key": key, **fields} for key, fields in documents.items()} for documents in (original, edited, present)
    )
    edit = HandEdit(Path("x"), old, hand)
    changes = edit.changes(now)
    merged = {key: document for key, document in {**now, **changes}.items() if document is not None}
    for key in KEYS:
        if key in old and key not in hand:
            assert merged.get(key) == (None if now.get(key) == old[key] else now.get(key))
            continue
        for name in "abc":
            before, by_hand, is_now, got = (docs.get(key, {}).get(name) for docs in (old, hand, now, merged))
            assert got == (by_hand if by_hand != before and is_now == before else is_now)
    assert {key: document for key, document in edit.changes(merged).items() if key in hand} == {}
