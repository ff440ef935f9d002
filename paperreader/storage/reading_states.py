"""The reading states as the journalled TinyDB documents hold them, each document read when it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import UNDECIDED, ReadingState, ReadingStatus
from paperreader.storage.journal_format import Document, JournalEntry
from paperreader.storage.journal_storage import JournalStorage
from paperreader.storage.reading_documents import (
    PAPERS,
    Keepsake,
    is_sound,
    is_starred,
    keepsake_of,
    keyed,
    state_of,
    status_of,
    tags_of,
)
from paperreader.storage.unread_documents import AllAsked


class ReadingStates:
    """What is decided about every paper."""

    def __init__(self, storage: JournalStorage) -> None:
        self._storage = storage
        self._known_numbers: dict[PaperKey, str] | None = None
        self._numbering = threading.RLock()
        self._states: dict[PaperKey, tuple[Document, ReadingState]] = {}

    def state(self, key: PaperKey) -> ReadingState:
        """The reading state of a paper."""
        document = self._document(key)
        if document is None:
            return UNDECIDED
        # A document is never changed, only replaced, so the one a state was made of tells whether it still holds.
        known = self._states.get(key)
        if known is None or known[0] is not document:
            known = self._states[key] = (document, state_of(document))
        return known[1]

    def __len__(self) -> int:
        return len(self._numbers)

    def knows(self, key: PaperKey) -> bool:
        """Whether anything was decided about a paper."""
        return key in self._numbers

    def keys(self) -> Iterator[PaperKey]:
        """The keys of the papers something was decided about."""
        return iter(list(self._numbers))

    def done(self) -> list[PaperKey]:
        """The keys of the papers that are no longer unread."""
        return [key for key, doc in self._documents() if status_of(doc) is not ReadingStatus.UNREAD]

    def starred(self) -> list[PaperKey]:
        """The keys of the starred papers."""
        return [key for key, doc in self._documents() if is_starred(doc)]

    def with_status(self, status: ReadingStatus) -> list[PaperKey]:
        """The keys of the papers that have a status other than unread."""
        return [key for key, doc in self._documents() if status_of(doc) is status]

    def kept(self) -> list[PaperKey]:
        """The keys of the papers whose title was copied beside their star, tags or note."""
        return [key for key, doc in self._documents() if keepsake_of(doc)]

    def kept_number(self, key: PaperKey) -> int | None:
        """The number (from 1) of the document that keeps a paper's title; it stands for the paper in this library."""
        number = self._numbers.get(key)
        return int(number) if number and self.keepsake(key) else None

    def kept_key(self, number: int) -> PaperKey | None:
        """The key of the paper that such a number stands for."""
        document = (self._storage.read() or {}).get(PAPERS, {}).get(str(number))
        return PaperKey(document["key"]) if is_sound(document) and keepsake_of(document) else None

    def tags(self) -> dict[str, int]:
        """Every tag in use and how many papers bear it, in alphabetical order."""
        counts: dict[str, int] = {}
        for _, document in self._documents():
            for tag in tags_of(document):
                counts[tag] = counts.get(tag, 0) + 1
        return dict(sorted(counts.items()))

    def documents(self) -> dict[PaperKey, Document]:
        """The documents of all papers something was decided about; they are never changed, only replaced."""
        return keyed(self._storage.read() or {})

    def keepsake(self, key: PaperKey) -> Keepsake | None:
        """What was copied of a paper beside its star, tags or note."""
        document = self._document(key)
        return keepsake_of(document) if document else None

    def read_all(self) -> None:
        """Read what was not asked for yet, so that the first decision need not wait for it."""
        _ = self._numbers

    @property
    def _numbers(self) -> dict[PaperKey, str]:
        """The numbers of the documents by the keys of their papers; reads all documents."""
        with self._numbering:
            if self._known_numbers is None:
                documents = (self._storage.read() or {}).get(PAPERS, {})
                self._known_numbers = {doc["key"]: number for number, doc in list(documents.items()) if is_sound(doc)}
            return self._known_numbers

    def _document(self, key: PaperKey) -> Document | None:
        if self._known_numbers is None:
            with suppress(AllAsked):
                return self._storage.find(PAPERS, key)
        number = self._numbers.get(key)
        return None if number is None else (self._storage.read() or {}).get(PAPERS, {}).get(number)

    def _has_each_once(self) -> bool:
        """Whether every document is a reading state, and no paper has two, which counts tell as one."""
        if self._known_numbers is None:
            with suppress(AllAsked):  # which says so where they do not
                self._storage.find(PAPERS, "")
                return True
        return len(self._numbers) == len((self._storage.read() or {}).get(PAPERS, {}))

    def _documents(self) -> Iterator[tuple[PaperKey, Document]]:
        """The documents that are reading states, whatever is decided while they are walked."""
        documents = (self._storage.read() or {}).get(PAPERS, {})
        return ((PaperKey(document["key"]), document) for document in list(documents.values()) if is_sound(document))

    def _renumber(self, entry: JournalEntry | None) -> set[PaperKey]:
        """Follow which document is whose; the keys of an action's papers. No entry: any may have changed."""
        changed = set()
        with self._numbering:
            numbers = {} if entry is None or self._known_numbers is None else self._known_numbers
            if entry is None:
                self._known_numbers = None
            for change in entry.changes if entry else ():
                document = change.after or change.before
                if change.table != PAPERS or document is None or not is_sound(document):
                    continue
                key = PaperKey(document["key"])
                changed.add(key)
                if change.after is None:
                    numbers.pop(key, None)
                else:
                    numbers[key] = change.number
        return changed
