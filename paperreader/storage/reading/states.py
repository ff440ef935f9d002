"""Reading states of papers, read from documents when they are needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from heapq import nlargest
from itertools import chain
from typing import TYPE_CHECKING, Any

from paperreader.domain.captures import UserPairs
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.listing import ListingName
from paperreader.domain.lists import SavedShelf
from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus
from paperreader.domain.text import Safe
from paperreader.storage.journal.format import Document, JournalEntry, is_sound, names_in
from paperreader.storage.journal.lazy_documents import AllAsked
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.reading.dates import DATES, confirmed_dates
from paperreader.storage.reading.document_format import (
    PAPERS,
    Keepsake,
    is_starred,
    joined_state,
    keepsake_of,
    note_of,
    parse_time,
    rules_of,
    state_of,
    status_of,
    tags_of,
)
from paperreader.storage.reading.pairs import PAIRS, read_pairs
from paperreader.storage.reading.shelves import SHELVES, saved_shelves
from paperreader.storage.reading.upgrade import IDENTITIES, upgraded_pairs

if TYPE_CHECKING:
    from paperreader.domain.rules import Rule
    from paperreader.storage.reading.rules import Marks


class ReadingStates:
    """The reading states of papers, and the dates, pairs, shelves and rules of the user.

    A paper is looked up by its key and other names. Its state joins all documents with any of these names.
    """

    def __init__(self, storage: JournalStorage) -> None:
        self._storage = storage
        self._known_numbers: dict[str, str | tuple[str, ...]] | None = None
        """The number of the document with a name, or of each such document."""
        self._numbering = threading.RLock()
        self._states: dict[str, tuple[Document, ReadingState]] = {}
        self._made: dict[str, tuple[int, Any]] = {}
        """Values computed from the documents of a table, with the generation they are from."""

    def state(self, key: str, also: Iterable[str] = ()) -> ReadingState:
        """The reading state of a paper."""
        documents = self.bearing((key, *also))
        if len(documents) != 1:
            return joined_state(documents)
        ((number, document),) = documents.items()
        # A document is never changed, only replaced: the same document has the same state.
        known = self._states.get(number)
        if known is None or known[0] is not document:
            known = self._states[number] = (document, state_of(document))
        return known[1]

    def states(self, papers: Mapping[int, tuple[str, ...]]) -> dict[int, ReadingState]:
        """The reading states of papers, given by number with all their names, the key first.

        Most papers of a list have no document, and are found together.
        """
        decided = self._known(chain.from_iterable(papers.values()))
        return {
            number: UNDECIDED if decided.isdisjoint(names) else self.state(names[0], names[1:])
            for number, names in papers.items()
        }

    def has_one_document(self, names: Iterable[str]) -> bool:
        """Whether all names of a paper are in one document. Reads all documents."""
        index = self._numbers_in(PAPERS)
        return len({index[name] for name in names if name in index}) == 1

    def __len__(self) -> int:
        return sum(1 for _ in self._documents())

    def knows(self, key: str, also: Iterable[str] = ()) -> bool:
        """Whether a paper has a decision."""
        return bool(self.bearing((key, *also)))

    def keys(self) -> Iterator[PaperKey]:
        """The key in each document."""
        return (PaperKey(names[0]) for names in self.names())

    def names(self) -> list[tuple[str, ...]]:
        """The names in each document, the key first. The lists below have the same form."""
        return self._names_where(lambda _: True)

    def done(self) -> list[tuple[str, ...]]:
        """Papers that are not unread."""
        return self._names_where(lambda doc: status_of(doc) is not ReadingStatus.UNREAD)

    def starred(self) -> list[tuple[str, ...]]:
        """Starred papers."""
        return self._names_where(is_starred)

    def with_status(self, status: ReadingStatus) -> list[tuple[str, ...]]:
        """Papers with a status other than unread."""
        return self._names_where(lambda doc: status_of(doc) is status)

    def with_tag(self, holds: Callable[[str], bool]) -> list[tuple[str, ...]]:
        """Papers with a tag that matches."""
        return self._names_where(lambda doc: any(map(holds, tags_of(doc))))

    def with_note(self, holds: Callable[[str], bool]) -> list[tuple[str, ...]]:
        """Papers with a note that matches."""
        return self._names_where(lambda doc: bool(note := note_of(doc)) and holds(note))

    def kept(self) -> list[tuple[str, ...]]:
        """Papers whose title was copied into their document."""
        return self._names_where(lambda doc: keepsake_of(doc) is not None)

    def kept_number(self, key: str, also: Iterable[str] = ()) -> int | None:
        """The number (from 1) of the document with a paper's title. It stands for the paper in this library."""
        return next((int(number) for number, doc in self.bearing((key, *also)).items() if keepsake_of(doc)), None)

    def kept_names(self, number: int) -> tuple[str, ...] | None:
        """The names of the paper with this number."""
        document = self._stored(PAPERS).get(str(number))
        return names_in(document) if is_sound(document) and keepsake_of(document) else None

    def decision_times(self, newest: int) -> list[datetime]:
        """The times of the newest decisions, newest first."""
        times = {str(document["decided_at"]) for document in self._documents() if "decided_at" in document}
        found = map(parse_time, nlargest(newest, times))  # in ISO 8601 and UTC, later times are larger texts
        return [time for time in found if time]

    def tags(self) -> dict[str, int]:
        """Every tag in use and its number of papers, sorted by tag."""
        counts: dict[str, int] = {}
        for document in self._documents():
            for tag in tags_of(document):
                counts[tag] = counts.get(tag, 0) + 1
        return dict(sorted(counts.items()))

    def tagged(self) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """The names and tags of each document with tags."""
        return [(names_in(document), tags) for document in self._documents() if (tags := tags_of(document))]

    def pairs(self) -> UserPairs:
        """The pairs of names that the user merged or split."""
        found: UserPairs = self._made_of(PAIRS, read_pairs)
        old: UserPairs = self._made_of(IDENTITIES, upgraded_pairs)
        return UserPairs(found.same | old.same, found.distinct | old.distinct)

    def dates(self) -> Mapping[ListingName, date]:
        """The dates that the user set for listings."""
        found: Mapping[ListingName, date] = self._made_of(DATES, confirmed_dates)
        return found

    def shelves(self) -> Mapping[SavedShelf, str]:
        """The saved shelves with their queries, sorted by name."""
        found: Mapping[SavedShelf, str] = self._made_of(SHELVES, saved_shelves)
        return found

    def rules(self) -> tuple[Rule, ...]:
        """The rules of the user, oldest first."""
        from paperreader.storage.reading.rules import RULES, stored_rules  # 3 ms that few commands need

        found: tuple[Rule, ...] = self._made_of(RULES, stored_rules)
        return found

    def rule_marks(self) -> Marks:
        """How far the rules have seen the catalogue."""
        from paperreader.storage.reading.rules import RULE_MARKS, stored_marks

        found: Marks = self._made_of(RULE_MARKS, stored_marks)
        return found

    def ruled(self) -> list[tuple[tuple[str, ...], tuple[Safe, ...]]]:
        """The papers that rules acted on, by all their names, with the names of the rules."""
        return [(names_in(document), rules) for document in self._documents() if (rules := rules_of(document))]

    def followed(self) -> list[tuple[str, ...]]:
        """Papers that a rule follows."""
        return self._names_where(lambda doc: "rules" in doc and state_of(doc).is_followed)

    def documents(self) -> dict[str, Document]:
        """The documents of all papers, by number. They are never changed, only replaced."""
        return {number: document for number, document in self._stored(PAPERS).items() if is_sound(document)}

    def keepsake(self, key: str, also: Iterable[str] = ()) -> Keepsake | None:
        """What was copied from a paper into its document."""
        return next(filter(None, map(keepsake_of, self.bearing((key, *also)).values())), None)

    def read_all(self) -> None:
        """Read all documents, so that the first decision does not wait for it."""
        self._numbers_in(PAPERS)

    def _known(self, names: Iterable[str]) -> set[str]:
        """The names that may have a document."""
        names = tuple(names)  # it is iterated twice
        if self._known_numbers is None:
            with suppress(AllAsked):
                return self._storage.documents.known(PAPERS, names)
        return set(filter(self._numbers_in(PAPERS).__contains__, names))

    def bearing(self, names: Iterable[str], table: str = PAPERS) -> dict[str, Document]:
        """The documents of a table with any of these names, in the order of their numbers."""
        names = tuple(names)  # it is iterated twice
        if self._known_numbers is None and table == PAPERS:
            with suppress(AllAsked):
                return _in_order([found for name in names if (found := self._storage.documents.find(PAPERS, name))])
        index = self._numbers_in(table)
        numbers = {number for name in names for number in _each(index.get(name))}
        if not numbers:
            return {}
        documents = self._stored(table)
        return _in_order([(number, documents[number]) for number in numbers if number in documents])

    def _numbers_in(self, table: str) -> Mapping[str, str | tuple[str, ...]]:
        """The numbers of a table's documents, by name. Reads all documents."""
        if table != PAPERS:
            return _numbers_by_name(self._stored(table))
        with self._numbering:
            if self._known_numbers is None:
                self._known_numbers = _numbers_by_name(self._stored(PAPERS))
            return self._known_numbers

    def _stored(self, table: str) -> dict[str, Document]:
        """The documents of a table, by number."""
        return self._storage.documents.tables.get(table, {})

    def _made_of(self, table: str, make: Callable[[Iterable[Document]], Any]) -> Any:
        """A value computed from the documents of a table, and computed again only after a change."""
        documents = self._storage.documents
        generation, made = self._made.get(table, (-1, None))
        if generation != documents.generation:
            generation = documents.generation  # read first: a change that comes meanwhile outdates the value
            made = make(documents.table(table))
            self._made[table] = (generation, made)
        return made

    def _documents(self) -> Iterator[Document]:
        """The valid documents, safe against decisions made meanwhile."""
        return filter(is_sound, list(self._stored(PAPERS).values()))

    def _names_where(self, holds: Callable[[Document], bool]) -> list[tuple[str, ...]]:
        return [names_in(document) for document in self._documents() if holds(document)]

    def _renumber(self, entry: JournalEntry | None) -> set[str]:
        """Update the index of names after an action; None: any document may have changed."""
        changed: set[str] = set()
        with self._numbering:
            if entry is None:
                self._known_numbers = None
            numbers = self._known_numbers
            for change in entry.changes if entry else ():
                if change.table != PAPERS:
                    continue
                before, after = (names_in(doc) if is_sound(doc) else () for doc in (change.before, change.after))
                changed.update(before, after)
                for name in () if numbers is None else {*before, *after}:
                    assert numbers is not None
                    others = [number for number in _each(numbers.get(name)) if number != change.number]
                    numbers[name] = (*others, change.number) if name in after else tuple(others)
        return changed


def _numbers_by_name(documents: Mapping[str, Document]) -> dict[str, str | tuple[str, ...]]:
    found: dict[str, str | tuple[str, ...]] = {}
    for number, document in list(documents.items()):
        if is_sound(document):
            for name in names_in(document):
                found[name] = (*_each(found[name]), number) if name in found else number
    return found


def _each(numbers: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (numbers,) if isinstance(numbers, str) else numbers or ()


def _in_order(documents: Iterable[tuple[str, Document]]) -> dict[str, Document]:
    found = dict(documents)
    return found if len(found) < 2 else dict(sorted(found.items(), key=lambda item: int(item[0])))
