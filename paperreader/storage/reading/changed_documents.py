"""The documents of a table during one action: read from the store, changed in memory, returned as changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from paperreader.storage.journal.format import Document, DocumentChange, is_sound, names_in

Bearing = Callable[[Iterable[str]], Mapping[str, Document]]
"""Returns the documents that have any of these names, by number."""


class ChangedDocuments:
    """The documents of a table by number. `stored` is the state before the action, `following` the next free number."""

    def __init__(self, table: str, stored: Mapping[str, Document], bearing: Bearing, following: int) -> None:
        self._table, self._stored, self._bearing, self._following = table, stored, bearing, following
        self._changed: dict[str, Document | None] = {}
        self._numbers: dict[str, list[str]] = {}
        """The numbers of changed documents, by each name that they have or had."""

    def get(self, number: str) -> Document | None:
        """The document with a number."""
        return self._changed[number] if number in self._changed else self._stored.get(number)

    def bearing(self, names: Iterable[str]) -> dict[str, Document]:
        """The documents that have any of these names, in the order of their numbers."""
        sought = set(names)
        found = {number: doc for number, doc in self._bearing(sought).items() if number not in self._changed}
        for number in {number for name in sought for number in self._numbers.get(name, ())}:
            document = self._changed[number]
            if document is not None and not sought.isdisjoint(names_in(document)):
                found[number] = document
        return dict(sorted(found.items(), key=lambda item: int(item[0])))

    def put(self, number: str | None, document: Document | None) -> None:
        """Replace a document, or remove it with None. Without a number, the document gets the next free one."""
        number = str(self._following) if number is None else number
        self._following = max(self._following, int(number) + 1)
        self._changed[number] = document
        for name in names_in(document) if is_sound(document) else ():
            self._numbers.setdefault(name, []).append(number)

    def restore(self, number: str, document: Document) -> None:
        """Restore a document under its number, or the next free one if the number is taken."""
        self.put(number if self.get(number) is None else None, document)

    def changes(self) -> list[DocumentChange]:
        """The changes, in the order they were made."""
        return [
            DocumentChange(self._table, number, self._stored.get(number), document)
            for number, document in self._changed.items()
        ]
