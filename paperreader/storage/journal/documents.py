"""The documents in memory: the snapshot, and the actions after it."""

import threading
from collections.abc import Iterable

from paperreader.storage.journal.format import Document, JournalEntry, Snapshot, Tables, UnreadSnapshot
from paperreader.storage.journal.lazy_documents import AllAsked, UnreadDocuments


class Documents:
    """The tables after action number `seq`. A document is never changed, only replaced."""

    def __init__(self) -> None:
        self.seq = 0
        self.generation = 0
        """Grows with every change, so that derived values know when to be computed again."""
        self._tables: Tables = {}
        self._unread: UnreadDocuments | None = None
        self._reading = threading.RLock()
        self._next_numbers: dict[str, int] = {}

    @property
    def tables(self) -> Tables:
        """All tables. Unread documents are read now."""
        self._read()
        return self._tables

    def take_over(self, snapshot: Snapshot | UnreadSnapshot) -> None:
        """Take the documents of a snapshot."""
        with self._reading:
            self._unread = UnreadDocuments(snapshot) if isinstance(snapshot, UnreadSnapshot) else None
            self._hold(snapshot.tables if isinstance(snapshot, Snapshot) else {})
        self.seq = snapshot.base
        self.generation += 1

    def apply(self, entry: JournalEntry) -> None:
        """Apply an action."""
        with self._reading:
            if self._unread:
                self._unread.apply(entry)
            else:
                self._change(entry)
        self.seq = entry.seq
        self.generation += 1

    def find(self, table: str, name: str) -> tuple[str, Document] | None:
        """The document with a name, and its number, while not all documents are read. Raises AllAsked."""
        with self._reading:
            if self._unread is None:
                raise AllAsked
            return self._unread.find(table, name)

    def known(self, table: str, names: Iterable[str]) -> set[str]:
        """The names that may have a document, while not all documents are read. Raises AllAsked."""
        with self._reading:
            if self._unread is None:
                raise AllAsked
            return self._unread.known(table, names)

    def table(self, name: str) -> list[Document]:
        """The documents of one table. Other tables stay unread."""
        with self._reading:
            if self._unread:
                return self._unread.table(name)
        return list(self.tables.get(name, {}).values())

    def next_number(self, table: str) -> int:
        """The number of the next document in a table."""
        self._read()
        return self._next_numbers.get(table, 1)

    def _read(self) -> None:
        with self._reading:
            if unread := self._unread:
                self._hold(unread.snapshot.read().tables)
                for entry in unread.entries:
                    self._change(entry)
                self._unread = None

    def _hold(self, tables: Tables) -> None:
        self._tables = tables
        self._next_numbers = {name: max(map(int, documents), default=0) + 1 for name, documents in tables.items()}

    def _change(self, entry: JournalEntry) -> None:
        for change in entry.changes:
            documents = self._tables.setdefault(change.table, {})
            if change.after is None:
                documents.pop(change.number, None)
            else:
                documents[change.number] = change.after
                following = max(self._next_numbers.get(change.table, 1), int(change.number) + 1)
                self._next_numbers[change.table] = following
            if not documents:
                del self._tables[change.table]  # no action says that a table ends: it exists while it has documents
