"""The bytes of the journal and of the snapshot: what was written comes back, anything else is noticed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB

from paperreader.storage.journal.format import (
    Damaged,
    DocumentChange,
    Edited,
    JournalEntry,
    Snapshot,
    Tables,
    decode_entry,
    decode_snapshot,
    encode_entry,
    encode_snapshot,
    intact_base,
)

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_DOCUMENT = st.dictionaries(_TEXT, _JSON, max_size=4)
_NUMBERS = st.integers(min_value=1, max_value=10**6).map(str)


def _entry(**values: Any) -> JournalEntry:
    change = DocumentChange("papers", "1", None, {"key": "title:5f2d", "note": "zwei Zeilen\nund ein Gedankenstrich –"})
    fields: dict[str, Any] = {
        "seq": 18, "at": "2025-03-14T08:00:00.000Z", "window": "reader 4711", "name": "note", "changes": (change,),
    }  # fmt: skip
    return JournalEntry(**(fields | values))


@given(before=st.none() | _DOCUMENT, after=st.none() | _DOCUMENT, number=_NUMBERS, undoes=st.none() | st.integers(1))
def test_an_action_comes_back_as_it_was_written(
    before: dict[str, Any] | None, after: dict[str, Any] | None, number: str, undoes: int | None
) -> None:
    """Any JSON documents, in any script, survive a journal line, which is one line."""
    entry = _entry(changes=(DocumentChange("papers", number, before, after),), undoes=undoes)
    line = encode_entry(entry)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode_entry(line[:-1]) == entry


def test_every_changed_bit_of_a_journal_line_is_noticed() -> None:
    """A line with one wrong bit is no action, wherever the bit is."""
    line = encode_entry(_entry())[:-1]
    for index in range(len(line)):
        for bit in range(8):
            with pytest.raises(Damaged):
                decode_entry(line[:index] + bytes([line[index] ^ 1 << bit]) + line[index + 1 :])


def test_every_shortened_journal_line_is_noticed() -> None:
    """No beginning of a line is an action."""
    line = encode_entry(_entry())[:-1]
    for length in range(len(line)):
        with pytest.raises(Damaged):
            decode_entry(line[:length])


@given(
    tables=st.dictionaries(_TEXT.filter(lambda name: name != "_meta"), st.dictionaries(_NUMBERS, _DOCUMENT), max_size=3)
)
def test_a_snapshot_comes_back_as_it_was_written(tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Tables, numbers and documents survive a snapshot, and its base can be told without them."""
    snapshot = Snapshot(1, 17, tables)
    data = encode_snapshot(snapshot)
    assert decode_snapshot(data) == snapshot
    assert intact_base(data) == 17


def test_every_changed_bit_of_a_snapshot_is_noticed() -> None:
    """A snapshot with one wrong bit is refused, in its head as in its documents."""
    snapshot = Snapshot(1, 3, {"papers": {"1": {"key": "title:ab", "starred": True}, "2": {"key": "title:cd"}}})
    data = encode_snapshot(snapshot)
    for index in range(len(data)):
        for bit in range(8):
            changed = data[:index] + bytes([data[index] ^ 1 << bit]) + data[index + 1 :]
            try:
                decoded = decode_snapshot(changed)
            except Damaged:
                continue
            assert decoded == snapshot, f"byte {index} bit {bit} changed the snapshot silently"


def test_a_readable_snapshot_with_another_content_counts_as_edited() -> None:
    """Somebody's edit is told apart from damage: it is valid JSON."""
    data = encode_snapshot(Snapshot(1, 3, {"papers": {"1": {"key": "title:ab", "note": "old"}}}))
    with pytest.raises(Edited):
        decode_snapshot(data.replace(b"old", b"new"))
    with pytest.raises(Damaged) as damage:
        decode_snapshot(data[:-3])
    assert not isinstance(damage.value, Edited)


@pytest.mark.parametrize("schema", [0, -1])
def test_a_snapshot_of_a_schema_that_never_was_is_damaged(schema: int) -> None:
    """There is one schema so far: what says less was not written by any paperreader, whatever its checksum."""
    with pytest.raises(Damaged, match="schema"):
        decode_snapshot(encode_snapshot(Snapshot(schema, 1, {"papers": {"1": {"key": "title:ab"}}})))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 50,
        b"[]",
        b"null",
        b"{}",
        b'{"_meta": {}}',
        b'{"papers": {}}',
        b'{"papers": {"x": {}}}',
        b'{"a": 1}',
        b'{"_meta": 3}',
        b"[" * 9_999,
    ],
)
def test_what_is_no_snapshot_is_damaged(data: bytes) -> None:
    """Empty, zeroed, foreign and absurdly nested files are damage, not an exception of another kind."""
    with pytest.raises(Damaged):
        decode_snapshot(data)


def test_a_snapshot_is_a_database_of_plain_tinydb_with_a_document_a_line(tmp_path: Path) -> None:
    """Plain TinyDB reads the file, and so does a person with an editor."""
    tables: Tables = {"papers": {"1": {"key": "title:ab", "note": "Ø"}, "7": {"key": "title:cd", "tags": ["x"]}}}
    path = tmp_path / "reading.json"
    path.write_bytes(encode_snapshot(Snapshot(1, 3, tables)))
    with TinyDB(path, access_mode="r", encoding="utf-8") as db:
        assert {str(document.doc_id): dict(document) for document in db.table("papers")} == tables["papers"]
    assert [json.loads("{" + line.rstrip(",") + "}") for line in path.read_text("utf-8").splitlines()[2:4]] == [
        {number: document} for number, document in tables["papers"].items()
    ]
