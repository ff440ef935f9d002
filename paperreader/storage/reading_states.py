"""What is decided, as the journalled TinyDB documents hold it, each document read when it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.listing import ListingName
from paperreader.domain.places import SavedShelf
from paperreader.domain.reading import UNDECIDED, ReadingState, ReadingStatus
from paperreader.storage.journal_format import Document, JournalEntry
from paperreader.storage.journal_storage import JournalStorage
from paperreader.storage.reading_dates import DATES, confirmed_dates
from paperreader.storage.reading_documents import (
    PAPERS,
    Keepsake,
    is_sound,
    is_starred,
    keepsake_of,
    note_of,
    state_of,
    status_of,
    tags_of,
)
from paperreader.storage.reading_identities import IDENTITIES, Identities, read_identities
from paperreader.storage.reading_shelves import SHELVES, saved_shelves
from paperreader.storage.unread_documents import AllAsked


class ReadingStates:
    """What is decided about papers, and the dates, identities and shelves that were decided on."""

    def __init__(self, storage: JournalStorage) -> None:
        self._storage = storage
        self._known_numbers: dict[PaperKey, str] | None = None
        self._numbering = threading.RLock()
        self._states: dict[PaperKey, tuple[Document, ReadingState]] = {}
        self._made: dict[str, tuple[int, Any]] = {}
        """By table, what was made of its documents, and in which generation."""

    def state(self, key: PaperKey) -> ReadingState:
        """The reading state of a paper."""
        document = self.document(key)
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

    def with_tag(self, holds: Callable[[str], bool]) -> list[PaperKey]:
        """The keys of the papers that bear a tag of which this holds."""
        return [key for key, doc in self._documents() if any(map(holds, tags_of(doc)))]

    def with_note(self, holds: Callable[[str], bool]) -> list[PaperKey]:
        """The keys of the papers that have a note of which this holds."""
        return [key for key, doc in self._documents() if (note := note_of(doc)) and holds(note)]

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

    def identities(self) -> Mapping[PaperKey, PaperKey]:
        """The keys whose decisions are kept under another key, as they were found to be one paper's."""
        return self._identities().same

    def names(self) -> Mapping[str, PaperKey]:
        """The same of all names by which such papers are known, those of the others included."""
        return self._identities().names

    def found_ids(self) -> Mapping[PaperKey, PaperKey]:
        """The ids that were found of papers, and the keys of these."""
        return self._identities().ids

    def distinct(self) -> Mapping[str, frozenset[str]]:
        """The names of papers that the user told from others, and the names of those; either way round."""
        return self._identities().distinct

    def identity_documents(self) -> dict[PaperKey, Document]:
        """The documents that hold which keys are whose; they are never changed, only replaced."""
        return {
            PaperKey(document["key"]): document for document in filter(is_sound, self._storage.documents(IDENTITIES))
        }

    def _identities(self) -> Identities:
        found: Identities = self._made_of(IDENTITIES, read_identities)
        return found

    def dates(self) -> Mapping[ListingName, date]:
        """Which date each listing is of, where the user said so."""
        found: Mapping[ListingName, date] = self._made_of(DATES, confirmed_dates)
        return found

    def shelves(self) -> Mapping[SavedShelf, str]:
        """The shelves that the user saved with their queries, in the order of their names."""
        found: Mapping[SavedShelf, str] = self._made_of(SHELVES, saved_shelves)
        return found

    def documents(self) -> dict[PaperKey, Document]:
        """The documents of all papers something was decided about; they are never changed, only replaced."""
        return dict(self._documents())

    def keepsake(self, key: PaperKey) -> Keepsake | None:
        """What was copied of a paper beside its star, tags or note."""
        document = self.document(key)
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

    def _numbers_in(self, table: str) -> Mapping[Any, str]:
        """The numbers of the documents of a table by their keys."""
        if table == PAPERS:
            return self._numbers
        documents = (self._storage.read() or {}).get(table, {})
        return {doc["key"]: number for number, doc in list(documents.items()) if is_sound(doc)}

    def document(self, key: PaperKey) -> Document | None:
        """The document that holds what was decided about a paper; it is never changed, only replaced."""
        if self._known_numbers is None:
            with suppress(AllAsked):
                return self._storage.find(PAPERS, key)
        number = self._numbers.get(key)
        return None if number is None else (self._storage.read() or {}).get(PAPERS, {}).get(number)

    def _made_of(self, table: str, make: Callable[[Iterable[Document]], Any]) -> Any:
        """What is made of the documents of a table; made again only when any document changed."""
        generation, made = self._made.get(table, (-1, None))
        if generation != self._storage.generation:
            generation = self._storage.generation  # first: what comes meanwhile makes what is read outdated
            made = make(self._storage.documents(table))
            self._made[table] = (generation, made)
        return made

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
