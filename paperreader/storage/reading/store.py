"""The reading store: makes and undoes decisions, and notices those that other processes make."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from paperreader.domain.captures import UserPairs
from paperreader.domain.history import Action, OnConflict, PastAction, StateChange
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.listing import ListingName
from paperreader.domain.lists import SavedShelf
from paperreader.domain.reading_state import UNDECIDED, ReadingState
from paperreader.errors import StoreBusy, StoreError
from paperreader.files.system_calls import System
from paperreader.files.waiting import Patience
from paperreader.storage.journal.format import Document, DocumentChange, JournalEntry, is_sound, names_in
from paperreader.storage.journal.journal import Mark
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.journal.table import JournalDB
from paperreader.storage.reading.dates import DATES, date_change, date_document
from paperreader.storage.reading.document_format import (
    PAPERS,
    Keepsake,
    KeyedTables,
    Revision,
    joined_state,
    key_of,
    keyed,
    numbers_by_key,
    of_papers,
)
from paperreader.storage.reading.pairs import PAIRS, pair_changes, pair_documents, read_pair
from paperreader.storage.reading.paper_documents import ChangedDocuments, Naming, PaperDocuments
from paperreader.storage.reading.shelves import SHELVES, place_of, shelf_change, shelf_document
from paperreader.storage.reading.states import ReadingStates
from paperreader.storage.reading.upgrade import IDENTITIES, UPGRADE, joined_names

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperreader.domain.decision import Decision
    from paperreader.domain.rules import Rule
    from paperreader.storage.reading.history import ReadingHistory
    from paperreader.storage.reading.rules import Marks

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Settlement:
    """The user's pairs after an action, and the papers whose documents are merged first, by their names."""

    pairs: UserPairs
    papers: Sequence[tuple[str, ...]] = ()
    lost: Set[str] = frozenset()
    """Names that no paper owns any more. Decisions do not go by them."""


class ReadingStore(ReadingStates):
    """The decisions of a library. Raises StoreError if the disk or a lock refuses."""

    def __init__(
        self,
        folder: Path,
        *,
        window: str = "window",
        system: System | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: Patience = Patience(),
    ) -> None:
        super().__init__(JournalStorage(folder, window=window, system=system, clock=clock, patience=patience))
        self._clock = clock
        self.db = JournalDB(self._storage)
        self._news = threading.Lock()
        self._changed: set[str] | None = set()
        self._lazy_past: ReadingHistory | None = None
        self._looking_back = threading.Lock()
        self._storage.observe(self._take_over)
        self._take_over(None, own=True)
        if self._storage.documents.table(IDENTITIES):
            with suppress(StoreError):  # then another process upgrades it
                self._storage.exclusively(self._upgrade)
        self._opened_at = self._storage.seq

    def decide(
        self,
        name: str,
        decisions: Mapping[PaperKey, Decision],
        keepsakes: Mapping[PaperKey, Keepsake],
        naming: Naming | None = None,
    ) -> Future[Action]:
        """Make one decision for each paper; returns the future action. An action without changes is not saved.

        Names and states are looked up once the lock is held, whatever other windows did. Keys of one paper count once.
        """
        from paperreader.domain.decision import apply, keeps_other_note  # 2 ms that only deciding commands need

        def work() -> Action:
            at, papers = self.now(), self._paper_documents(decisions, naming)
            seen: set[str] = set()
            decided, joined = [], []
            for asked, decision in decisions.items():
                names = papers.names_of(asked)
                if not seen.isdisjoint((asked, *names)):
                    continue
                keepsake = keepsakes.get(asked) or keepsakes.get(PaperKey(names[0]))
                found = papers.documents.bearing((*names, asked))
                before = joined_state(found)
                after = apply(before, decision, at, keepsake.listed_on if keepsake else None)
                seen.update((asked, *names))
                if after is not before:
                    papers.write(names, found, after, keepsake)
                    decided.append((tuple(dict.fromkeys((*names, asked))), before))
                    if keeps_other_note(decision, after):
                        joined.append(PaperKey(names[0]))
            action = self._commit(name, papers.documents.changes(), at, decided=decided)
            return replace(action, joined_notes=tuple(joined)) if joined else action

        return self._storage.submit(work)

    def settle(
        self, name: str, settlement: Callable[[UserPairs], Settlement], naming: Naming | None = None
    ) -> Future[Action]:
        """Replace the user's pairs by what `settlement` makes of them; returns the future action."""

        def work() -> Action:
            settled = settlement(self.pairs())
            papers = self._gathered({names[0]: names for names in settled.papers}, naming, settled.lost)
            changes = [*papers.documents.changes(), *self._pair_changes(settled.pairs)]
            return self._commit(name, changes, self.now(), naming)

        return self._storage.submit(work)

    def rekey(
        self, name: str, documents: Mapping[PaperKey, Sequence[str]], naming: Naming | None = None
    ) -> Future[Action]:
        """Give the documents of papers all names that the papers have now; returns the future action.

        The documents are found by earlier names. Undo and redo skip an action with the name `UPGRADE`.
        """

        def work() -> Action:
            papers = self._gathered(documents, naming)
            return self._commit(name, papers.documents.changes(), self.now(), naming)

        return self._storage.submit(work)

    def revise(self, name: str, revision: Callable[[KeyedTables], Revision]) -> Future[tuple[DocumentChange, ...]]:
        """Replace the documents of all tables by a revision; returns the future changes."""

        def work() -> tuple[DocumentChange, ...]:
            entry = self._storage.append(name, self.revised(revision))
            return entry.changes if entry else ()

        return self._storage.submit(work)

    def revised(self, revision: Callable[[KeyedTables], Revision]) -> tuple[DocumentChange, ...]:
        """The changes that a revision would make."""
        from paperreader.storage.reading.rules import RULE_MARKS  # 3 ms that few commands need

        wanted = revision(keyed(self._storage.documents.tables))
        changes = (
            self._changes(table, documents)
            for table, documents in wanted.items()
            if table != RULE_MARKS  # a restored backup does not make papers arrive again
        )
        return tuple(change for of_table in changes for change in of_table if change.before != change.after)

    def set_dates(self, name: str, dates: Mapping[ListingName, tuple[date, date]]) -> Future[Action]:
        """Set the dates of listings; returns the future action. Each value has the new and the original date."""

        def work() -> Action:
            documents = {listing: date_document(listing, *days) for listing, days in dates.items()}
            return self._commit(name, self._changes(DATES, documents), self.now())

        return self._storage.submit(work)

    def save_shelf(self, name: str, shelf: SavedShelf, query: str | None) -> Future[Action]:
        """Save a query as a shelf, or remove the shelf with None; returns the future action."""

        def work() -> Action:
            document = None if query is None else shelf_document(shelf, query, self._place_of(shelf))
            return self._commit(name, self._changes(SHELVES, {shelf.name: document}), self.now())

        return self._storage.submit(work)

    def rename_shelf(self, name: str, shelf: SavedShelf, new: SavedShelf) -> Future[Action]:
        """Give a saved shelf another name; returns the future action. A shelf that had this name is replaced."""

        def work() -> Action:
            query, changes = self.shelves().get(shelf), {}
            if query is not None and new != shelf:
                changes = {shelf.name: None, new.name: shelf_document(new, query, self._place_of(shelf))}
            return self._commit(name, self._changes(SHELVES, changes), self.now())

        return self._storage.submit(work)

    def move_shelf(self, name: str, shelf: SavedShelf, by: int) -> Future[Action]:
        """Move a saved shelf up (negative) or down among the others; returns the future action."""

        def work() -> Action:
            queries, changes = self.shelves(), {}
            order = list(queries)
            if shelf in queries:
                at = order.index(shelf)
                order.insert(max(0, at + by), order.pop(at))
            if order != list(queries):
                changes = {each.name: shelf_document(each, queries[each], at) for at, each in enumerate(order, 1)}
            return self._commit(name, self._changes(SHELVES, changes), self.now())

        return self._storage.submit(work)

    def change_rules(self, name: str, rules: Mapping[str, Rule | None], start: Marks) -> Future[Action]:
        """Save rules, or remove them with None, by their names; returns the future action.

        `start` are the marks if there never was a rule: the rules see only papers after them.
        """
        from paperreader.storage.reading.rules import RULE_MARKS, RULES, marks_documents, rule_document

        def work() -> Action:
            documents = {key: rule_document(rule) if rule else None for key, rule in rules.items()}
            marks = [] if self.rule_marks().captures else self._changes(RULE_MARKS, marks_documents(start))
            changes = self._changes(RULES, documents)
            return self._commit(name, [*changes, *marks] if changes else [], self.now())

        return self._storage.submit(work)

    def apply_rules(
        self,
        name: str,
        found: Mapping[PaperKey, Sequence[Rule]],
        keepsakes: Mapping[PaperKey, Keepsake],
        marks: tuple[Marks, Marks],
        naming: Naming | None = None,
    ) -> Future[Action | None]:
        """Let rules act on the papers that they found, and move the marks, in one action; returns the future action.

        `marks` are those that `found` was computed with, and the new ones. The result is None, and nothing changes, if
        another window moved the marks meanwhile. Papers with a decision stay as they are.
        """
        from paperreader.domain.rules import act
        from paperreader.storage.reading.rules import RULE_MARKS, marks_documents

        def work() -> Action | None:
            if self.rule_marks() != marks[0]:
                return None
            at, papers = self.now(), self._paper_documents(found, naming)
            decided = []
            for asked, rules in found.items():
                names = papers.names_of(asked)
                documents = papers.documents.bearing((*names, asked))
                after = act(joined_state(documents), rules)
                if not documents and after is not UNDECIDED:
                    papers.write(names, documents, after, keepsakes.get(asked))
                    decided.append((tuple(dict.fromkeys((*names, asked))), UNDECIDED))
            moved = self._changes(RULE_MARKS, marks_documents(marks[1]))
            action = self._commit(name, [*papers.documents.changes(), *moved], at, decided=decided)
            return action if decided else replace(action, seq=0)

        return self._storage.submit(work)

    def undo(
        self,
        seq: int | None = None,
        *,
        on_conflict: OnConflict = OnConflict.LEAVE,
        own: bool = False,
        naming: Naming | None = None,
    ) -> Future[Action]:
        """Undo the newest decision that stands, or action `seq`; returns the future action.

        With `own`, decisions of other windows since the start are left out. Papers that changed since are left alone
        unless `on_conflict` says otherwise. Raises UnknownAction if the action is undone already or not in the history.
        Undoing an undo is a redo.
        """

        def work() -> Action:
            return self._take_back(self._past.to_undo(seq, own=own), "undo", on_conflict, naming)

        return self._storage.submit(work)

    def redo(
        self, *, on_conflict: OnConflict = OnConflict.LEAVE, own: bool = False, naming: Naming | None = None
    ) -> Future[Action]:
        """Redo the decision that was undone last, if no other followed; returns the future action."""

        def work() -> Action:
            return self._take_back(self._past.to_redo(own=own), "redo", on_conflict, naming)

        return self._storage.submit(work)

    def history(self, limit: int | None = None) -> list[PastAction]:
        """The newest `limit` actions of the history, newest first. Raises StoreError."""
        self._storage.poll()
        return list(islice(self._past.past(), limit))

    def finish(self, future: Future[Result]) -> Result:
        """The result of a future. Raises StoreBusy if the lock is not available in time; then nothing is done later."""
        return self._storage.finish(future)

    def now(self) -> datetime:
        """The time of a decision (UTC)."""
        return self._clock().astimezone(UTC)

    def catch_up(self) -> None:
        """Take over what other processes decided; `poll` still tells about it."""
        self._storage.poll()

    def poll(self) -> set[str] | None:
        """The names of papers that other processes decided on since the last call; None: any paper."""
        self._storage.poll()
        with self._news:
            changed, self._changed = self._changed, set()
        return changed

    def take_notices(self) -> list[str]:
        """Repairs and failures since the last call, one line each."""
        notices, self._storage.notices[:] = list(self._storage.notices), []
        return notices

    @property
    def read_only(self) -> str | None:
        """Why nothing can be decided now, or None."""
        return self._storage.read_only or self._storage.claimed

    @property
    def seq(self) -> int:
        """The number of the last known action."""
        return self._storage.seq

    def mark(self) -> Mark | None:
        """A mark of the known states; None if later changes could not be told."""
        return self._storage.mark()

    def since(self, mark: Mark, naming: Naming | None = None) -> tuple[Mark, list[StateChange]] | None:
        """A new mark, and the changes to papers since an earlier mark.

        None if they are unknown.
        """
        found = self._storage.since(mark)
        if found is None:
            return None
        now, entries = found
        last: dict[str, DocumentChange] = {}
        for change in (change for entry in entries for change in entry.changes if change.table == PAPERS):
            last[change.number] = replace(change, before=last.get(change.number, change).before)
        return now, self._state_changes(list(last.values()), naming)

    def holder(self) -> str | None:
        """The process that holds the lock, if known."""
        return self._storage.holder()

    def busy(self) -> StoreBusy:
        """The error that names the process with the lock."""
        return self._storage.busy()

    def close(self) -> None:
        """Finish submitted work and close the files."""
        self._storage.close()

    # How an action is made

    def _take_back(
        self, entry: JournalEntry | None, name: str, on_conflict: OnConflict, naming: Naming | None
    ) -> Action:
        """Undo an action. Without an action, return an empty one named `name`."""
        at = self.now()
        if entry is None:
            return self._action(None, name, (), at)
        changes, conflicts = self._past.taking_back(entry, on_conflict)
        name = self._past.name_of_taking_back(entry)
        is_left_alone = conflicts and on_conflict is not OnConflict.OVERWRITE
        if is_left_alone and all(change.before == change.after for change in changes):
            action = self._action(None, name, (), at, entry)
        else:
            action = self._commit(name, changes, at, naming, undone=entry)
        if not conflicts:
            return action
        from paperreader.storage.reading.rules import RULES, rule_change

        pairs = pair_changes(conflicts)
        papers = [*map(key_of, of_papers(conflicts)), *(PaperKey(change.one) for change in pairs)]
        return replace(
            action,
            conflicts=tuple(dict.fromkeys(papers)),
            date_conflicts=tuple(date_change(change).name for change in conflicts if change.table == DATES),
            rule_conflicts=tuple(rule_change(change).name for change in conflicts if change.table == RULES),
            shelf_conflicts=tuple(shelf_change(change).shelf for change in conflicts if change.table == SHELVES),
            was_refused=bool(conflicts) and on_conflict is OnConflict.REFUSE,
        )

    def _changed_documents(self, table: str) -> ChangedDocuments:
        """The documents of a table, to be changed by an action."""
        return ChangedDocuments(
            table, self._stored(table), partial(self.bearing, table=table), self._storage.documents.next_number(table)
        )

    def _paper_documents(self, papers: Iterable[str], naming: Naming | None) -> PaperDocuments:
        return PaperDocuments(self._changed_documents(PAPERS), papers, naming)

    def _gathered(
        self, papers: Mapping[Any, Sequence[str]], naming: Naming | None, lost: Set[str] = frozenset()
    ) -> PaperDocuments:
        """The documents of papers after each paper's names are put into one document."""
        asked = (name for names in papers.values() for name in names)
        documents = PaperDocuments(self._changed_documents(PAPERS), asked, naming, lost)
        for known, names in papers.items():
            documents.gather(names, [known, *lost])
        return documents

    def _place_of(self, shelf: SavedShelf) -> int | None:
        stored = self._stored(SHELVES)
        number = numbers_by_key(stored).get(shelf.name)
        return place_of(stored[number]) if number else None

    def _pair_changes(self, pairs: UserPairs) -> list[DocumentChange]:
        """The changes that replace the user's pairs."""
        stored = self._stored(PAIRS)  # after a redo, two documents may hold a pair
        there = (key for key, number in numbers_by_key(stored).items() if read_pair(stored[number]))
        return self._changes(PAIRS, dict.fromkeys(there) | pair_documents(pairs))

    def _changes(self, table: str, documents: Mapping[Any, Document | None]) -> list[DocumentChange]:
        """The changes that replace documents of a table, by key."""
        changed, numbers = self._changed_documents(table), numbers_by_key(self._stored(table))
        for key, document in documents.items():
            if key in numbers or document is not None:
                changed.put(numbers.get(key), document)
        return changed.changes()

    def _upgrade(self) -> None:
        """Upgrade what an older version stored about identity to pairs and names in documents."""
        old = self._storage.documents.table(IDENTITIES)
        papers = self._gathered({names[0]: names for names in joined_names(old)}, None)
        gone = self._changes(IDENTITIES, dict.fromkeys(numbers_by_key(self._stored(IDENTITIES))))
        self._storage.append(UPGRADE, [*papers.documents.changes(), *self._pair_changes(self.pairs()), *gone])

    def _commit(
        self,
        name: str,
        changes: Sequence[DocumentChange],
        at: datetime,
        naming: Naming | None = None,
        *,
        undone: JournalEntry | None = None,
        decided: Sequence[tuple[Sequence[str], ReadingState]] | None = None,
    ) -> Action:
        """The action of a journal entry. `decided` has the names and earlier states of its papers."""
        entry = self._storage.append(name, changes, undone.seq if undone else None)
        real = entry.changes if entry else ()
        if decided is None:
            states = self._state_changes(of_papers(real), naming)
        else:
            states = [StateChange(PaperKey(own[0]), before, self.state(own[0], own[1:])) for own, before in decided]
        action = self._action(entry, name, states, at, undone)
        if all(change.table == PAPERS for change in real):
            return action
        from paperreader.storage.reading.rules import RULES, rule_change

        return replace(
            action,
            moves=tuple(date_change(change) for change in real if change.table == DATES),
            shelves=tuple(shelf_change(change) for change in real if change.table == SHELVES),
            rules=tuple(rule_change(change) for change in real if change.table == RULES),
            pair_changes=pair_changes(real),
        )

    def _action(
        self,
        entry: JournalEntry | None,
        name: str,
        changes: Sequence[StateChange],
        at: datetime,
        undone: JournalEntry | None = None,
    ) -> Action:
        return Action(
            seq=entry.seq if entry else 0,
            at=at,
            window=self._storage.window,
            name=name,
            decision=self._past.decision_name(undone) if undone else name,
            changes=tuple(changes),
            undoes=undone.seq if undone else None,
        )

    def _state_changes(self, changes: Sequence[DocumentChange], naming: Naming | None) -> list[StateChange]:
        """The changes to the states of papers that document changes made."""
        changed = {change.number for change in changes}
        before = {change.number: document for change in changes if is_sound(document := change.before)}
        shown = [document for change in changes if is_sound(document := change.after or change.before)]
        papers = _papers_of([*shown, *before.values()], naming)
        numbers: dict[str, list[str]] = {}
        for number, document in before.items():
            for name in names_in(document):
                numbers.setdefault(name, []).append(number)
        found = []
        for names in papers:
            was = {number: document for number, document in self.bearing(names).items() if number not in changed}
            was |= {number: before[number] for name in names for number in numbers.get(name, ())}
            change = StateChange(PaperKey(names[0]), joined_state(was), self.state(names[0], names[1:]))
            if change.before != change.after:
                found.append(change)
        return found

    @property
    def _past(self) -> ReadingHistory:
        """The history. Readers do without it and save 2 ms of imports."""
        with self._looking_back:
            if self._lazy_past is None:
                from paperreader.storage.reading.history import ReadingHistory

                self._lazy_past = ReadingHistory(self._storage, self._opened_at, self._changed_documents)
            return self._lazy_past

    def _take_over(self, entry: JournalEntry | None, own: bool) -> None:
        """Update the index of names after an entry; None: any document may have changed."""
        if self._lazy_past:
            self._lazy_past.follow(entry)
        changed = self._renumber(entry)
        if not own:
            with self._news:
                self._changed = None if entry is None or self._changed is None else self._changed | changed


def _papers_of(documents: Sequence[Document], naming: Naming | None) -> list[Sequence[str]]:
    """The names of the papers in documents; of an unknown paper, the names in its first document."""
    known = naming.names_of({name for document in documents for name in names_in(document)}) if naming else {}
    papers = {own[0]: own for own in known.values()}
    seen: set[str] = set(known)
    for own in map(names_in, documents):
        if seen.isdisjoint(own):
            papers[own[0]] = own
        seen.update(own)
    return list(papers.values())
