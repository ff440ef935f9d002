"""The documents of a snapshot before they are read: a start needs a hundred of them, and to read all takes long.

The snapshot's checksum was asked, so its bytes are those that `encode_snapshot` wrote: one document a line. Where all
documents of a table begin with a key, and no two with the same, a document can be found by its key alone.
"""

import json
import re
from typing import Any

from paperreader.storage.journal_format import Document, JournalEntry, UnreadSnapshot, dump_json

_KEY = re.compile(r': \{"key":"([^"\\]*)"')
"""How the line of a document that begins with its key goes on behind its number, and nothing else in a snapshot does:
within a document no blank follows a colon, and within a text no quotation mark follows a brace without a backslash."""


class AllAsked(LookupError):
    """Nothing less than reading all documents will tell."""


class UnreadDocuments:
    """A snapshot and the actions behind it."""

    def __init__(self, snapshot: UnreadSnapshot) -> None:
        self.snapshot = snapshot
        self.entries: list[JournalEntry] = []
        self._starts: dict[bytes, int] | None = None
        self._found: dict[str, dict[str, str | Document]] = {}
        """By table and key, the line of a document or, where it was asked for, the document."""

    def apply(self, entry: JournalEntry) -> None:
        """Note an action behind the snapshot."""
        self.entries.append(entry)
        self._found.clear()

    def find(self, table: str, key: str) -> Document | None:
        """The document of a table that has a key; raises AllAsked."""
        documents = self.by_key(table)
        document = documents.get(key)
        if isinstance(document, str):
            (document,) = json.loads(f"{{{document}}}").values()
            documents[key] = document
        return document

    def table(self, name: str) -> list[Document]:
        """The documents of a table; raises AllAsked."""
        found = (self.find(name, key) for key in self.by_key(name))
        return [document for document in found if document is not None]

    def by_key(self, table: str) -> dict[str, str | Document]:
        """The documents of a table, each the only one that has its key; raises AllAsked."""
        if table not in self._found:
            documents = self._lines(table)
            for change in (change for entry in self.entries for change in entry.changes if change.table == table):
                if change.before is not None and documents.pop(_key(change.before), None) is None:
                    raise AllAsked
                if change.after is not None:
                    if _key(change.after) in documents:
                        raise AllAsked
                    documents[_key(change.after)] = change.after
            self._found[table] = documents
        return self._found[table]

    def _lines(self, table: str) -> dict[str, str | Document]:
        """The lines of a table in the snapshot by the keys that they begin with."""
        data = self.snapshot.data
        start = self._tables().get(dump_json(table))
        if start is None:
            return {}
        text = data[start : data.index(b"\n}", start)].decode()
        lines, keys = text.split(",\n"), _KEY.findall(text)
        found: dict[str, str | Document] = dict(zip(keys, lines, strict=False))
        if not len(found) == len(keys) == len(lines):
            raise AllAsked
        return found

    def _tables(self) -> dict[bytes, int]:
        """Where the newline before the first document of each table is, by the tables' names in JSON."""
        if self._starts is None:
            data, self._starts = self.snapshot.data, {}
            head = data.find(b"\n")
            while (start := data.find(b": {\n", head)) >= 0:
                self._starts[data[head + 1 : start]] = start + 3
                end = data.find(b"\n},\n", start)
                if end < 0:
                    break
                head = end + 3
        return self._starts


def _key(document: Any) -> str:
    key = document.get("key") if isinstance(document, dict) else None
    if not isinstance(key, str):
        raise AllAsked
    return key
