"""TinyDB's table over the journalled storage: the same API, at a cost that does not grow with the table.

The stock table copies and rewrites all documents for every update. This one hands the updater a view that copies a
document when it is first touched, and journals only those that came out different.
"""

import copy
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, cast

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from paperreader.storage.journal_format import DocumentChange
from paperreader.storage.journal_storage import JournalStorage


class OwnDocument(Document):
    """A document whose nested values are the caller's own, so that changing them changes nothing stored."""

    def __init__(self, value: Mapping[str, Any], doc_id: int) -> None:
        super().__init__(copy.deepcopy(dict(value)), doc_id)


class JournalTable(Table):
    """A table whose every update is one journalled action."""

    document_class = OwnDocument
    _generation = -1
    _following = 0

    @property
    def _journal(self) -> JournalStorage:
        return cast(JournalStorage, self._storage)

    def insert(self, document: Mapping[str, Any]) -> int:
        """Insert a document under the next free number, whatever other processes insert meanwhile."""
        return self._journal.exclusively(lambda: Table.insert(self, document))

    def search(self, cond: QueryLike) -> list[Document]:
        """The documents that meet a condition."""
        if self._generation != self._journal.generation:
            self.clear_cache()
            self._generation = self._journal.generation
        return super().search(cond)

    def _get_next_id(self) -> int:
        # Counted on within one update; between updates other processes may have taken numbers.
        number = max(self._journal.next_number(self.name), self._following)
        self._following = number + 1
        return number

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        def update() -> None:
            self._following = 0
            touched = _TouchedDocuments((self._storage.read() or {}).get(self.name, {}))
            updater(cast(dict[int, Mapping[str, Any]], touched))
            self._journal.append("update", touched.changes(self.name))
            self.clear_cache()

        self._journal.exclusively(update)


class _TouchedDocuments(MutableMapping[int, dict[str, Any]]):
    """A table's documents by number, which copies what is looked at and remembers it."""

    def __init__(self, stored: Mapping[str, dict[str, Any]]) -> None:
        self._stored = stored
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
        """What came out different, in the order it was touched."""
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
