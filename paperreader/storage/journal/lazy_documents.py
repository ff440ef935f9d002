"""Parses documents of a snapshot only when needed, because parsing all at start takes too long.

The checksum proves that the bytes are those that `encode_snapshot` wrote: one document a line. A table is cut into
pieces, with an index of the names in each piece. A look-up reads one piece.
"""

import json
import re
from collections.abc import Iterable

from paperreader.storage.journal.format import Document, JournalEntry, UnreadSnapshot, dump_json, is_sound, names_in

PIECE = 8_000
"""Characters of a piece at least. Reading one takes an eighth of a millisecond."""
_NAMES = re.compile(r': \{"key":"([^"\\]*(?:","also":\["[^"\\]*(?="\]))?)"')
"""The start of a document's line: its key, and the other name if there is exactly one.

Nothing else in a snapshot matches: inside a document no space follows a colon, and inside a string no quotation mark
follows a brace without a backslash.
"""
_ALSO = '"also":['
_BETWEEN = f'",{_ALSO}"'
"""The text between the two names."""


class AllAsked(LookupError):
    """The look-up needs all documents."""


class UnreadDocuments:
    """A snapshot and the actions after it."""

    def __init__(self, snapshot: UnreadSnapshot) -> None:
        self.snapshot = snapshot
        self.entries: list[JournalEntry] = []
        self._spans: dict[bytes, tuple[int, int]] | None = None
        self._tables: dict[str, _UnreadTable] = {}
        self._changed: dict[str, dict[str, Document | None]] = {}
        """The documents that actions changed, by table and number."""
        self._numbers: dict[tuple[str, str], set[str]] = {}
        """The numbers of documents that have or had a name, by table and name."""

    def apply(self, entry: JournalEntry) -> None:
        """Record an action after the snapshot."""
        self.entries.append(entry)
        for change in entry.changes:
            self._changed.setdefault(change.table, {})[change.number] = change.after
            for name in names_in(change.after) if is_sound(change.after) else ():
                self._numbers.setdefault((change.table, name), set()).add(change.number)

    def find(self, table: str, name: str) -> tuple[str, Document] | None:
        """The document with a name, and its number. Raises AllAsked, also if several documents have the name."""
        changed = self._changed.get(table, {})
        found = [
            (number, document)
            for number in self._numbers.get((table, name), ())
            if is_sound(document := changed[number]) and name in names_in(document)
        ]
        stored = self._table(table).find(name)
        if stored and stored[0] not in changed:
            found.append(stored)
        if len(found) > 1:
            raise AllAsked
        return found[0] if found else None

    def known(self, table: str, names: Iterable[str]) -> set[str]:
        """The names that may have a document: all names with one, and few others. Raises AllAsked."""
        found = self._table(table).known(names)
        return found.union(name for known_in, name in self._numbers if known_in == table)

    def table(self, name: str) -> list[Document]:
        """The documents of a table."""
        text = self._text(name)
        documents = {**(json.loads(f"{{{text}}}") if text else {}), **self._changed.get(name, {})}
        return [document for document in documents.values() if document is not None]

    def _table(self, name: str) -> "_UnreadTable":
        if name not in self._tables:
            self._tables[name] = _UnreadTable(self._text(name))
        return self._tables[name]

    def _text(self, table: str) -> str:
        """The lines of a table in the snapshot."""
        data = self.snapshot.data
        if self._spans is None:
            self._spans = _spans(data)
        start, end = self._spans.get(dump_json(table), (0, 0))
        return str(memoryview(data)[start:end], "utf-8")


class _UnreadTable:
    """The lines of a table in pieces, and the piece of each name. Raises AllAsked."""

    def __init__(self, text: str) -> None:
        self._pieces: list[str | dict[str, tuple[str, Document]]] = []
        """A piece is its text, or its documents by name."""
        self._places: dict[str, int] = {}
        """The piece of each name."""
        start, count = 0, 0
        while start < len(text):
            end = text.find(",\n", start + PIECE)
            piece = text[start : end if end >= 0 else len(text)]
            count += self._add(piece)
            start += len(piece) + 2
        if len(self._places) != count:
            raise AllAsked

    def find(self, name: str) -> tuple[str, Document] | None:
        """The document with a name, and its number."""
        place = self._places.get(name)
        return None if place is None else self._read(place).get(name)

    def known(self, names: Iterable[str]) -> set[str]:
        """The names that have a document."""
        return set(filter(self._places.__contains__, names))

    def _add(self, piece: str) -> int:
        """Index the names of a piece; returns their count."""
        found = _NAMES.findall(piece)
        if len(found) != piece.count("\n") + 1:
            raise AllAsked
        text = "\n".join(found)
        names = text.replace(_BETWEEN, "\n").split("\n")
        if piece.count(_ALSO) != len(names) - len(found):  # a document has more names, or something else than names
            names = [name for doc in _documents(piece).values() for name in names_in(doc)]
        self._places.update(dict.fromkeys(names, len(self._pieces)))
        self._pieces.append(piece)
        return len(names)

    def _read(self, place: int) -> dict[str, tuple[str, Document]]:
        piece = self._pieces[place]
        if isinstance(piece, str):
            documents = _documents(piece)
            piece = {name: (number, doc) for number, doc in documents.items() for name in names_in(doc)}
            self._pieces[place] = piece
        return piece


def _documents(piece: str) -> dict[str, Document]:
    documents: dict[str, Document] = json.loads(f"{{{piece}}}")
    return documents


def _spans(data: bytes) -> dict[bytes, tuple[int, int]]:
    """The positions of the lines of each table, by name of table in JSON."""
    spans: dict[bytes, tuple[int, int]] = {}
    head = data.find(b"\n") + 1
    while (start := data.find(b": {\n", head)) >= 0:
        end = data.index(b"\n}", start)
        spans[data[head:start]] = start + 4, end
        head = end + 4
    return spans
