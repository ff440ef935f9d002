"""A TinyDB table over the journal: the same API, at a cost that does not depend on the size of the table.

The table of TinyDB copies and rewrites all documents for each update. This table copies a document when it is first
touched, and appends only changed documents to the journal.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, cast

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from paperreader.storage.journal.format import DocumentChange
from paperreader.storage.journal.storage import JournalStorage


class OwnDocument(Document):
    """A document with its own copy of nested values, so that changing it changes nothing stored."""

    def __init__(self, value: Mapping[str, Any], doc_id: int) -> None:
        super().__init__(copy.deepcopy(dict(value)), doc_id)


class JournalTable(Table):
    """A table in which each update is one action."""

    document_class = OwnDocument
    _following = 0

    @property
    def _journal(self) -> JournalStorage:
        return cast(JournalStorage, self._storage)

    def insert(self, document: Mapping[str, Any]) -> int:
        """Insert a document under its number or the next free one."""
        return self._journal.exclusively(lambda: Table.insert(self, _numbered(document)))

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Insert documents as one action."""
        return super().insert_multiple(map(_numbered, documents))

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        """Update the matching documents, or insert the document, as one action."""
        return self._journal.exclusively(lambda: Table.upsert(self, _numbered(document), cond))

    def search(self, cond: QueryLike) -> list[Document]:
        """The matching documents. They are not cached, because a cached answer belongs to another caller."""
        self.clear_cache()
        return super().search(cond)

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        # A copy of the table, because it may change while a caller iterates over it.
        return dict(super()._read_table())

    def _get_next_id(self) -> int:
        # Counted within one update; between updates, other processes may use numbers.
        return max(self._journal.documents.next_number(self.name), self._following)

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        def update() -> None:
            touched = _TouchedDocuments((self._storage.read() or {}).get(self.name, {}), self._count)
            try:
                updater(cast(dict[int, Mapping[str, Any]], touched))
            finally:
                self._following = 0
            self._journal.append("update", touched.changes(self.name))

        self._journal.exclusively(update)

    def _count(self, number: int) -> None:
        self._following = max(self._following, number + 1)


def _numbered(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document in this table's own class, if it has a number of TinyDB."""
    return OwnDocument(document, document.doc_id) if isinstance(document, Document) else document


class _TouchedDocuments(MutableMapping[int, dict[str, Any]]):
    """The documents of a table by number. A document is copied when it is first read."""

    def __init__(self, stored: Mapping[str, dict[str, Any]], count: Callable[[int], None]) -> None:
        self._stored = stored
        self._count = count
        self._touched: dict[str, dict[str, Any] | None] = {}

    def __getitem__(self, number: int) -> dict[str, Any]:
        name = str(number)
        if name not in self._touched:
            self._touched[name] = copy.deepcopy(self._stored[name])
        document = self._touched[name]
        if document is None:
            raise KeyError(number)
        return document

    def __setitem__(self, number: int, document: dict[str, Any]) -> None:
        self._touched[str(number)] = document
        self._count(number)

    def __delitem__(self, number: int) -> None:
        if number not in self:
            raise KeyError(number)
        self._touched[str(number)] = None

    def __contains__(self, number: object) -> bool:
        name = str(number)
        return self._touched[name] is not None if name in self._touched else name in self._stored

    def __iter__(self) -> Iterator[int]:
        for name in self._stored:
            if self._touched.get(name, {}) is not None:
                yield int(name)
        for name, document in self._touched.items():
            if document is not None and name not in self._stored:
                yield int(name)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def changes(self, table: str) -> list[DocumentChange]:
        """The documents that changed, in the order they were touched."""
        return [
            DocumentChange(table, name, self._stored.get(name), document)
            for name, document in self._touched.items()
            if self._stored.get(name) != document
        ]


class JournalDB(TinyDB):
    """A TinyDB database over a `JournalStorage`."""

    table_class = JournalTable

    def __init__(self, storage: JournalStorage) -> None:
        super().__init__(storage=lambda: storage)
