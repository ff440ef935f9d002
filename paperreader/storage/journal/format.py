"""The two file formats of the reading state: the snapshot, which plain TinyDB reads, and the journal.

A snapshot is JSON with one document a line, so that a person can read and mend it:

    {"_meta": {"1": {"schema": 1, "base": 17, "crc32": "8c736521"}},
    "papers": {
    "1": {"key": "arxiv:2503.01234", "starred": true}
    }
    }

`base` is the number of the last action that is in it. The checksum covers schema, base and everything behind the first
line. A journal is a line for each action after its base, `CRC-32 blank JSON newline`:

    1c291ca3 {"s":18,"t":"2025-03-14T08:00:00.000Z","w":"reader 4711","a":"star","d":[["papers","1",null,{…}]]}

with the number, time, window and name of the action, and each touched document before and after (null: no document).
"""

import json
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeGuard

SCHEMA = 1
"""The schema version that this program writes."""

META = "_meta"
"""The table of a snapshot that describes the snapshot."""

Document = dict[str, Any]
Tables = dict[str, dict[str, Document]]
"""Tables by name, documents by number as text, as TinyDB stores them."""


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document before and after an action; None if there is no document."""

    table: str
    number: str
    before: Document | None
    after: Document | None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An action as the journal holds it. `undoes` is the number of the action that it undoes."""

    seq: int
    at: str
    window: str
    name: str
    changes: tuple[DocumentChange, ...]
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The documents after action number `base`."""

    schema: int
    base: int
    tables: Tables


@dataclass(frozen=True, slots=True)
class UnreadSnapshot:
    """A snapshot of the current schema as bytes; its documents are not read yet."""

    base: int
    data: bytes
    schema: int = SCHEMA

    def read(self) -> Snapshot:
        """Read the documents."""
        return decode_snapshot(self.data)


class Damaged(ValueError):
    """Bytes that differ from what was written."""


class Edited(Damaged):
    """A readable snapshot that a person edited; it may hold anything.

    A file of plain TinyDB in its place counts too: documents from elsewhere, before any action.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__("checksum")
        self.snapshot = snapshot


_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""Errors that occur if bytes are not the expected JSON."""


def dump_json(value: Any) -> bytes:
    """A value as one line of JSON. Raises ValueError or TypeError if JSON or UTF-8 cannot hold it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def encode_entry(entry: JournalEntry) -> bytes:
    """The journal line of an action."""
    value: dict[str, Any] = {"s": entry.seq, "t": entry.at, "w": entry.window, "a": entry.name}
    if entry.undoes is not None:
        value["u"] = entry.undoes
    value["d"] = [[change.table, change.number, change.before, change.after] for change in entry.changes]
    body = dump_json(value)
    return b"%08x %s\n" % (zlib.crc32(body), body)


def decode_entry(line: bytes) -> JournalEntry:
    """The action of a journal line without newline. Raises Damaged."""
    checksum, blank, body = line.partition(b" ")
    if not blank or checksum != b"%08x" % zlib.crc32(body):
        raise Damaged("checksum")
    try:
        value = json.loads(body)
        return JournalEntry(
            seq=int(value["s"]),
            at=str(value["t"]),
            window=str(value["w"]),
            name=str(value["a"]),
            changes=tuple(DocumentChange(*change) for change in value["d"]),
            undoes=value.get("u"),
        )
    except _UNREADABLE as error:
        raise Damaged(str(error)) from error


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """The bytes of a snapshot file."""
    parts = []
    for name, documents in snapshot.tables.items():
        lines = (b"%s: %s" % (dump_json(number), dump_json(document)) for number, document in documents.items())
        parts.append(b"%s: {\n%s\n}" % (dump_json(name), b",\n".join(lines)))
    body = b",\n".join(parts) + b"\n}\n"
    return b"%s\n%s" % (_first_line(snapshot.schema, snapshot.base, body), body)


def open_snapshot(data: bytes) -> Snapshot | UnreadSnapshot:
    """The snapshot of a file, unread if intact. Raises Damaged or Edited."""
    first_line, _, body = data.partition(b"\n")
    with suppress(*_UNREADABLE):
        base = int(_read_first_line(first_line)["base"])
        if first_line == _first_line(SCHEMA, base, body):
            return UnreadSnapshot(base, data)
    return decode_snapshot(data)


def decode_snapshot(data: bytes) -> Snapshot:
    """The snapshot of a file. Raises Damaged, or Edited if someone else wrote the JSON."""
    try:
        value = json.loads(data)
        if _is_plain(value):
            raise Edited(Snapshot(SCHEMA, 0, value))
        meta = value.pop(META)["1"]
        schema, base = int(meta["schema"]), int(meta["base"])
        checksum = meta["crc32"]
    except Damaged:
        raise
    except _UNREADABLE as error:
        raise Damaged(str(error)) from error
    if schema < 1:  # an older schema, and its journal, would be upgraded here
        raise Damaged("schema")
    body = data.partition(b"\n")[2]
    snapshot = Snapshot(schema, base, value)
    if checksum != _checksum(schema, base, body):
        raise Edited(snapshot)
    return snapshot


def intact_base(data: bytes) -> int | None:
    """The `base` of a snapshot file, or None if the file is not intact.

    Only the checksum is compared: reading the documents would take ten times as long.
    """
    first_line, _, body = data.partition(b"\n")
    try:
        meta = _read_first_line(first_line)
        schema, base = int(meta["schema"]), int(meta["base"])
        return base if meta["crc32"] == _checksum(schema, base, body) else None
    except _UNREADABLE:
        return None


_HEAD = re.compile(rb'[0-9a-f]{8} \{"s":(\d+),"t":"(?:(\d{4}-\d\d-\d\d)T)?')
"""The start of a journal line."""


def seq_of(line: bytes) -> int | None:
    """The number of the action in a journal line, without decoding it; None if unreadable."""
    head = _HEAD.match(line)
    return int(head[1]) if head else None


def day_of(line: bytes) -> str | None:
    """The day (UTC) of the action in a journal line, without decoding it."""
    head = _HEAD.match(line)
    return head[2].decode() if head and head[2] else None


def takes_back(line: bytes) -> bool:
    """Whether a journal line may hold an undo, without decoding it."""
    return b',"u":' in line  # inside JSON strings, quotation marks are escaped


def _is_plain(value: object) -> bool:
    """Whether a value is what plain TinyDB stores, with at least one document."""
    if not isinstance(value, dict) or META in value or not all(isinstance(table, dict) for table in value.values()):
        return False
    documents = [item for table in value.values() for item in table.items()]
    return bool(documents) and all(number.isdecimal() and isinstance(document, dict) for number, document in documents)


def _first_line(schema: int, base: int, body: bytes) -> bytes:
    """The line of a snapshot before its tables."""
    meta = {"1": {"schema": schema, "base": base, "crc32": _checksum(schema, base, body)}}
    # Without tables, the first line must not end with a comma, or the file is not JSON.
    comma = b"" if body == b"\n}\n" else b","
    return b'{"%s": %s%s' % (META.encode(), json.dumps(meta).encode(), comma)


def _read_first_line(line: bytes) -> dict[str, Any]:
    """The description in a snapshot. Raises one of `_UNREADABLE`."""
    meta: dict[str, Any] = json.loads(line.rstrip(b",") + b"}")[META]["1"]
    return meta


def _checksum(schema: int, base: int, body: bytes) -> str:
    return f"{zlib.crc32(body, zlib.crc32(f'{schema} {base}'.encode())):08x}"


def is_sound(document: object) -> TypeGuard[Document]:
    """Whether a document can be read as a reading state."""
    return isinstance(document, dict) and isinstance(document.get("key"), str)


def names_in(document: Document) -> tuple[str, ...]:
    """The names of a document's paper, its key first."""
    also = document.get("also")
    return (
        (document["key"], *[name for name in also if isinstance(name, str)])
        if isinstance(also, list)
        else (document["key"],)
    )
