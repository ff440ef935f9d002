"""The documents of a table as an action leaves them: read from the store, changed in memory, told as changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from paperreader.storage.journal.format import Document, DocumentChange, is_sound, names_in

Bearing = Callable[[Iterable[str]], Mapping[str, Document]]
"""The documents that bear any of some names, by their numbers."""


class ChangedDocuments:
    """A table's documents by number; `stored` are those before the action, `following` is the next free number."""

    def __init__(self, table: str, stored: Mapping[str, Document], bearing: Bearing, following: int) -> None:
        self._table, self._stored, self._bearing, self._following = table, stored, bearing, following
        self._changed: dict[str, Document | None] = {}
        self._numbers: dict[str, list[str]] = {}
        """The numbers of changed documents by the names that they bear, or bore."""

    def get(self, number: str) -> Document | None:
        """The document of a number."""
        return self._changed[number] if number in self._changed else self._stored.get(number)

    def bearing(self, names: Iterable[str]) -> dict[str, Document]:
        """The documents that bear any of these names, by their numbers, in the order of these."""
        sought = set(names)
        found = {number: doc for number, doc in self._bearing(sought).items() if number not in self._changed}
        for number in {number for name in sought for number in self._numbers.get(name, ())}:
            document = self._changed[number]
            if document is not None and not sought.isdisjoint(names_in(document)):
                found[number] = document
        return dict(sorted(found.items(), key=lambda item: int(item[0])))

    def put(self, number: str | None, document: Document | None) -> None:
        """Replace the document of a number; None removes it. Without a number, the document gets the next free one."""
        number = str(self._following) if number is None else number
        self._following = max(self._following, int(number) + 1)
        self._changed[number] = document
        for name in names_in(document) if is_sound(document) else ():
            self._numbers.setdefault(name, []).append(number)

    def restore(self, number: str, document: Document) -> None:
        """Put a document back under its number, or under the next free one where another document has that number."""
        self.put(number if self.get(number) is None else None, document)

    def changes(self) -> list[DocumentChange]:
        """What was changed, in the order in which it was first changed."""
        return [
            DocumentChange(self._table, number, self._stored.get(number), document)
            for number, document in self._changed.items()
        ]
