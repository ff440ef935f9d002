"""The documents of a reading state in memory: what a snapshot and the actions behind it make of them."""

from paperreader.storage.journal_format import JournalEntry, Snapshot, Tables


class Documents:
    """The tables as they were after action number `seq`; a document is never changed, only replaced."""

    def __init__(self) -> None:
        self.tables: Tables = {}
        self.seq = 0
        self.generation = 0
        """Grows with every change, so that what was derived from the documents can be dropped."""
        self._next_numbers: dict[str, int] = {}

    def take_over(self, snapshot: Snapshot) -> None:
        """Be the documents of a snapshot."""
        self.tables = snapshot.tables
        self._next_numbers = {
            name: max(map(int, documents), default=0) + 1 for name, documents in snapshot.tables.items()
        }
        self.seq = snapshot.base
        self.generation += 1

    def apply(self, entry: JournalEntry) -> None:
        """Take over what an action changed."""
        for change in entry.changes:
            documents = self.tables.setdefault(change.table, {})
            if change.after is None:
                documents.pop(change.number, None)
            else:
                documents[change.number] = change.after
                self._next_numbers[change.table] = max(self.next_number(change.table), int(change.number) + 1)
            if not documents:
                del self.tables[change.table]  # no action says so: a table is there while it has documents
        self.seq = entry.seq
        self.generation += 1

    def next_number(self, table: str) -> int:
        """The number of a table's next document."""
        return self._next_numbers.get(table, 1)
