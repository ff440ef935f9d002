"""Keeps one document per paper: a decision merges all documents that hold a name of the paper.

A paper is a group of captures, and the group may have changed since its documents were written. So the names are looked
up when the decision is made. The merged document has all names of the paper. Names that belong to another paper now
stay behind, in a document with the decisions made until then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Protocol

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingState
from paperreader.storage.journal.format import Document, DocumentChange, is_sound, names_in
from paperreader.storage.reading.document_format import (
    Keepsake,
    by_quality,
    document_of,
    is_address,
    joined_state,
    keepsake_of,
    renamed,
)

Bearing = Callable[[Iterable[str]], Mapping[str, Document]]
"""Returns the documents that have any of these names, by number."""


class ChangedDocuments:
    """The documents of a table during one action, by number.

    `stored` is the state before the action, `following` the next free number.
    """

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


class Naming(Protocol):
    """Tells which names papers have now."""

    def names_of(self, keys: Iterable[str]) -> Mapping[PaperKey, tuple[str, ...]]:
        """The names of the papers with these names, best first. Unknown names are left out."""

    def bearers_of(self, names: Iterable[str]) -> Mapping[str, frozenset[PaperKey]]:
        """The keys of all papers that have each name."""


class PaperDocuments:
    """The documents of papers during one action. Each paper is given by its key or another name.

    `lost` names belong to no paper any more.
    """

    def __init__(
        self, documents: ChangedDocuments, papers: Iterable[str], naming: Naming | None, lost: Set[str] = frozenset()
    ) -> None:
        self.documents, self._naming, self._lost = documents, naming, lost
        asked = list(papers)
        self._known = naming.names_of(asked) if naming else {}
        self._owners = {name: names[0] for names in self._known.values() for name in names}
        self._bearers: dict[str, frozenset[PaperKey]] = {}
        if naming:
            self._ask(documents.bearing((*asked, *self._owners)))

    def names_of(self, paper: str) -> tuple[str, ...]:
        """The names of a paper, best first; of an unknown paper, the names in its documents."""
        if known := self._known.get(PaperKey(paper)):
            return known
        found = self.documents.bearing([paper])
        self._ask(found)
        names = {name for doc in found.values() for name in names_in(doc) if not self._is_others(name, paper)}
        return tuple(sorted({paper, *names}, key=by_quality))

    def gather(self, names: Sequence[str], others: Iterable[str] = ()) -> None:
        """Put all names of a paper into one document, if the paper has a decision.

        `others` are further names that find its documents.
        """
        found = self.documents.bearing((*names, *others))
        staying, own = self._parts(found, names)
        if len(found) == 1 and not any(staying.values()):
            ((number, document),) = found.items()
            self.documents.put(number, renamed(document, own))
        elif found:
            self.write(names, found, joined_state(found), None)

    def write(
        self,
        names: Sequence[str],
        found: Mapping[str, Document],
        state: ReadingState,
        keepsake: Keepsake | None,
    ) -> None:
        """Write one document with all names of a paper and a state. `found` are its present documents."""
        staying, own = self._parts(found, names)
        absorbed = [number for number, stay in staying.items() if not stay]
        number = min(absorbed, key=lambda number: found[number]["key"] != names[0], default=None)
        earlier = next((document for document in found.values() if keepsake_of(document)), None)
        # Written first: the first change of an action names its paper.
        self.documents.put(number, document_of(own, state, keepsake, earlier))
        for other, document in found.items():
            if other != number:
                self.documents.put(other, renamed(document, staying[other]) if staying[other] else None)

    def _parts(
        self, documents: Mapping[str, Document], names: Sequence[str]
    ) -> tuple[dict[str, list[str]], tuple[str, ...]]:
        """The names in each document that belong to another paper, and all names of this paper."""
        self._ask(documents)
        staying = {
            number: [name for name in names_in(document) if name not in names and self._is_others(name, names[0])]
            for number, document in documents.items()
        }
        others = {name for stay in staying.values() for name in stay}
        more = {name for document in documents.values() for name in names_in(document)} - others - self._lost
        return staying, (*names, *sorted(more.difference(names), key=by_quality))

    def _ask(self, documents: Mapping[str, Document]) -> None:
        """Look up who has the names in documents, unless all belong to one known paper."""
        unclear = {name for names in map(names_in, documents.values()) if not self._is_of_one(names) for name in names}
        if self._naming and (unknown := unclear - self._bearers.keys()):
            self._bearers |= dict.fromkeys(unknown, frozenset()) | dict(self._naming.bearers_of(unknown))

    def _is_of_one(self, names: Sequence[str]) -> bool:
        owners = {self._owners.get(name) for name in names}
        return len(owners) == 1 and None not in owners

    def _is_others(self, name: str, key: str) -> bool:
        return not is_address(name) and any(bearer != key for bearer in self._bearers.get(name, ()))
