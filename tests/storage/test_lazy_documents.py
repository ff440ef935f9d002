"""Documents found by their key before all are read: always what reading all of them tells, or a refusal to tell."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import PaperKey
from paperreader.storage.journal.documents import Documents
from paperreader.storage.journal.format import (
    SCHEMA,
    Damaged,
    Document,
    DocumentChange,
    JournalEntry,
    Snapshot,
    UnreadSnapshot,
    decode_snapshot,
    encode_snapshot,
    is_sound,
    names_in,
    open_snapshot,
)
from paperreader.storage.journal.lazy_documents import AllAsked
from paperreader.storage.reading.store import ReadingStore

KEYS = [
    "arxiv:2503.00001",
    "doi:10.1/x",
    'q"uote',
    "back\\slash",
    "new\nline",
    '": {"key":"a',
    ',\n"1": {"key":"a',
    "",
    "é",
]
_DOCUMENTS = st.fixed_dictionaries(
    {"key": st.sampled_from(KEYS)},
    optional={
        "also": st.lists(st.sampled_from([*KEYS, "a]b", '"],"also":["x']), max_size=3)
        | st.just(["b", 5])
        | st.just("b"),
        "note": st.sampled_from(['": {"key":"a"', '\n}\n"papers": {\n', '{"key":"b"}', "},\n"]) | st.text(max_size=8),
        "nested": st.just({"key": "arxiv:2503.00001"}),
        "list": st.just([{"key": "a"}, {"key": "b"}]),
    },
)
_ODD = st.sampled_from(
    [
        {},
        {"also": ["a"]},
        {"key": "late", "note": "n", "also": ["b"]},
        {"note": "n"},
        {"note": "n", "key": "late"},
        {"key": 5},
        {"key": None},
    ]
)
_TABLES = st.dictionaries(
    st.sampled_from(["papers", "other", '"papers": {', "tags"]),
    st.dictionaries(st.integers(1, 30).map(str), _DOCUMENTS | _ODD, min_size=1, max_size=6),
    max_size=3,
)
_CHANGES = st.lists(
    st.tuples(st.sampled_from(["papers", "other"]), st.integers(1, 8).map(str), st.none() | _DOCUMENTS | _ODD),
    max_size=6,
)


def _unread(tables: dict[str, dict[str, Document]]) -> UnreadSnapshot:
    snapshot = open_snapshot(encode_snapshot(Snapshot(SCHEMA, 7, tables)))
    assert isinstance(snapshot, UnreadSnapshot)
    return snapshot


@examples(400)
@given(tables=_TABLES, changes=_CHANGES)
def test_a_document_that_is_found_is_the_one_that_is_read(
    tables: dict[str, dict[str, Document]], changes: list[tuple[str, str, Document | None]]
) -> None:
    """Whatever the documents hold and whatever came to them; where two have one key, nothing is told."""
    lazy, eager = Documents(), Documents()
    lazy.take_over(_unread(tables))
    eager.take_over(decode_snapshot(encode_snapshot(Snapshot(SCHEMA, 7, tables))))
    for seq, (table, number, after) in enumerate(changes, 8):
        before = eager.tables.get(table, {}).get(number)
        entry = JournalEntry(seq, "", "", "", (DocumentChange(table, number, before, after),))
        lazy.apply(entry)
        eager.apply(entry)
    for table in ("papers", "other", '"papers": {', "tags"):
        documents = eager.tables.get(table, {})
        for name in [*KEYS, "a", "b", "a]b", "x", "late"]:
            try:
                found = lazy.find(table, name)
            except AllAsked:
                continue
            bearers = [(number, doc) for number, doc in documents.items() if is_sound(doc) and name in names_in(doc)]
            assert bearers == ([found] if found else [])
    assert lazy.tables == eager.tables
    assert [list(documents) for documents in lazy.tables.values()] == [list(docs) for docs in eager.tables.values()]
    assert (lazy.seq, lazy.next_number("papers")) == (eager.seq, eager.next_number("papers"))


def test_common_documents_are_told_without_reading_all() -> None:
    """The way that every start takes."""
    documents = Documents()
    stored: dict[str, Document] = {
        str(n): {"key": f"arxiv:2503.{n:05d}", "also": [f"doi:10.1/{n:02d}", f"text:{n:02d}"][n % 2 :], "starred": True}
        for n in range(1, 50)
    }
    documents.take_over(_unread({"papers": stored, "other": {"1": {"a": 1}}}))
    change = DocumentChange(
        "papers", "9", stored["9"], {"key": stored["9"]["key"], "also": ["doi:10.1/09"], "status": "read"}
    )
    documents.apply(JournalEntry(8, "", "", "", (change, DocumentChange("papers", "50", None, {"key": "new"}))))
    assert documents.find("papers", "arxiv:2503.00004") == ("4", stored["4"])
    assert documents.find("papers", "arxiv:2503.00009") == ("9", change.after)
    assert documents.find("papers", "text:04") == ("4", stored["4"])
    assert documents.find("papers", "doi:10.1/09") == ("9", change.after)
    assert documents.find("papers", "text:09") is None
    assert documents.find("papers", "new") == ("50", {"key": "new"})
    assert documents.find("papers", "arxiv:2503.00099") is None
    assert documents.find("none", "new") is None
    assert documents.next_number("papers") == 51
    with pytest.raises(AllAsked):
        documents.find("papers", "new")  # they are read by now


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b'"},\n', b'"} ,\n', 1),
        lambda data: data.replace(b'"base"', b'"base" ', 1),
        lambda data: data.replace(b"}},\n", b"}}\n", 1),
        lambda data: data.replace(b'{"_meta"', b'{"x":1,"_meta"', 1),
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda data: b" " + data,
    ],
)
def test_only_the_very_bytes_are_left_unread(change: Callable[[bytes], bytes]) -> None:
    """Everything else is decoded at once, and refused as ever where it is not what was written."""
    data = change(encode_snapshot(Snapshot(SCHEMA, 7, {"papers": {"1": {"key": "a"}, "2": {"key": "b"}}})))
    try:
        decoded = decode_snapshot(data)
    except Damaged:
        with pytest.raises(Damaged):
            open_snapshot(data)
    else:
        assert open_snapshot(data) == decoded


def test_a_newer_schema_is_decoded_at_once() -> None:
    """Nobody knows how its lines look."""
    newer = Snapshot(SCHEMA + 1, 7, {"papers": {"1": {"key": "a"}}})
    assert open_snapshot(encode_snapshot(newer)) == newer


def _folded(folder: Path, count: int) -> list[PaperKey]:
    """A store whose snapshot holds starred papers."""
    store = ReadingStore(folder)
    keys = [PaperKey(f"arxiv:2503.{n:05d}") for n in range(count)]
    store.finish(store.decide("star", dict.fromkeys(keys, SetStar(True)), {}))
    storage: Any = store.db.storage
    storage.exclusively(storage.compact)
    store.close()
    return keys


def test_a_store_decides_before_it_has_read_all(tmp_path: Path) -> None:
    """The first decision waits for the documents; states asked for before and after are the same."""
    keys = _folded(tmp_path, 300)
    store, again = ReadingStore(tmp_path), ReadingStore(tmp_path)
    assert store.state(keys[7]).starred
    store.finish(store.decide("unstar", {keys[7]: SetStar(False)}, {}))
    assert not store.state(keys[7]).starred
    assert again.poll() == {keys[7]}
    assert [key for key in keys if not again.state(key).starred] == [keys[7]]
    again.read_all()
    assert [key for key in keys if not again.state(key).starred] == [keys[7]]
    assert len(again) == len(store) == 300
    store.close()
    again.close()


def test_all_are_read_while_states_are_asked_and_decided(tmp_path: Path) -> None:
    """Whichever thread comes first, each finds every document."""
    keys = _folded(tmp_path, 2_000)
    for _ in range(5):
        store = ReadingStore(tmp_path)
        futures = [store.decide("unstar", {key: SetStar(False)}, {}) for key in keys[:20]]
        reading = threading.Thread(target=store.read_all)
        reading.start()
        assert all(store.state(key).starred for key in keys[20:])
        reading.join()
        for future in futures:
            store.finish(future)
        assert store.starred() == [(key,) for key in keys[20:]]
        store.finish(store.decide("star", dict.fromkeys(keys, SetStar(True)), {}))
        store.close()
