"""What the user decides: decisions are made, taken back, and followed where other windows made them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from paperreader.domain.history import Action, OnConflict, PastAction, StateChange
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.listing import ListingName
from paperreader.domain.places import SavedShelf
from paperreader.domain.reading import UNDECIDED, ReadingState
from paperreader.errors import StoreBusy
from paperreader.files.patience import Patience
from paperreader.files.system import System
from paperreader.storage.journal_format import Document, DocumentChange, JournalEntry
from paperreader.storage.journal_mark import Mark
from paperreader.storage.journal_storage import JournalStorage
from paperreader.storage.journal_table import JournalDB
from paperreader.storage.reading_dates import DATES, date_change, date_document
from paperreader.storage.reading_documents import (
    PAPERS,
    Keepsake,
    KeyedTables,
    Revision,
    document_of,
    is_sound,
    key_of,
    keyed,
    name_of,
    state_of,
)
from paperreader.storage.reading_identities import (
    IDENTITIES,
    KEEP_TOGETHER,
    ChangedStates,
    Documents,
    Named,
    identity_change,
    joined_documents,
    parted_documents,
)
from paperreader.storage.reading_shelves import SHELVES, shelf_change, shelf_document
from paperreader.storage.reading_states import ReadingStates

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperreader.domain.decision import Decision
    from paperreader.storage.reading_history import ReadingHistory

Result = TypeVar("Result")


class ReadingStore(ReadingStates):
    """The decisions of a library; raises StoreError where the disk or a lock refuses."""

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
        self._changed: set[PaperKey] | None = set()
        self._lazy_past: ReadingHistory | None = None
        self._looking_back = threading.Lock()
        self._storage.observe(self._take_over)
        self._take_over(None, own=True)
        self._opened_at = self._storage.seq

    def decide(
        self, name: str, decisions: Mapping[PaperKey, Decision], keepsakes: Mapping[PaperKey, Keepsake]
    ) -> Future[Action]:
        """The future action that makes one decision for each paper; an action of no changes is not journalled.

        The decisions are applied to the states as they are when the lock is held, whatever other windows did. What is
        decided about a paper that one of them made another's is kept under that one's key.
        """
        from paperreader.domain.decision import apply, keeps_other_note  # 2 ms that only verbs that decide need

        def work() -> Action:
            at, same = self.now(), self.identities()
            documents, joined = {}, []
            for asked, decision in decisions.items():
                if (key := same.get(asked, asked)) in documents:
                    continue  # they are one
                keepsake = keepsakes.get(asked)
                before = self.state(key)
                after = apply(before, decision, at, keepsake.listed_on if keepsake else None)
                if after is not before:
                    documents[key] = document_of(key, after, keepsake, self.document(key))
                    if keeps_other_note(decision, after):
                        joined.append(key)
            action = self._commit(name, self._changes(PAPERS, documents), at)
            return replace(action, joined_notes=tuple(joined)) if joined else action

        return self._storage.submit(work)

    def revise(self, name: str, revision: Callable[[KeyedTables], Revision]) -> Future[tuple[DocumentChange, ...]]:
        """The future changes of an action that makes the documents of all tables what a revision makes of them."""

        def work() -> tuple[DocumentChange, ...]:
            entry = self._storage.append(name, self.revised(revision))
            return entry.changes if entry else ()

        return self._storage.submit(work)

    def revised(self, revision: Callable[[KeyedTables], Revision]) -> tuple[DocumentChange, ...]:
        """The changes that a revision would make."""
        wanted = revision(keyed(self._storage.read() or {}))
        changes = (self._changes(table, documents) for table, documents in wanted.items())
        return tuple(change for of_table in changes for change in of_table if change.before != change.after)

    def join(
        self,
        name: str,
        same: Mapping[PaperKey, PaperKey],
        said_of: Sequence[Named] = (),
        ids: Collection[PaperKey] = (),
    ) -> Future[Action]:
        """The future action that joins what was decided under keys with what was decided under others, theirs now.

        Keys under which nothing was decided are left out, unless the user said so of papers, which are told apart no
        more then. Those among `ids` are ids that were found of papers.
        """
        return self._storage.submit(lambda: self._commit_identities(name, joined_documents(same, self, said_of, ids)))

    def part(
        self, name: str, papers: Sequence[Sequence[Named]], *, are_one: bool, ids: Collection[PaperKey] = ()
    ) -> Future[Action]:
        """The future action that tells papers apart, each given with those that it is to hold, itself first.

        `are_one`: the others were joined with the first, those joined last come first. Of those that were joined
        without a decision it is first written down, as an import does, that they were. Those among `ids` are ids.
        """

        def work() -> Action:
            known, (into, *_) = self.identities(), papers[0]
            if found := [paper for paper, *_ in papers[1:] if are_one and paper.key not in known]:
                same = {named.key: into.key for named in found}
                self._commit_identities(KEEP_TOGETHER, joined_documents(same, self, found, ids))
            return self._commit_identities(name, parted_documents(papers, self))

        return self._storage.submit(work)

    def set_dates(self, name: str, dates: Mapping[ListingName, tuple[date, date]]) -> Future[Action]:
        """The future action that says which date each listing is of; the second is the one that it has by itself."""

        def work() -> Action:
            documents = {listing: date_document(listing, *days) for listing, days in dates.items()}
            return self._commit(name, self._changes(DATES, documents), self.now())

        return self._storage.submit(work)

    def save_shelf(self, name: str, shelf: SavedShelf, query: str | None) -> Future[Action]:
        """The future action that saves a query as a shelf, in the place of the one it had; None removes the shelf."""

        def work() -> Action:
            document = None if query is None else shelf_document(shelf, query)
            return self._commit(name, self._changes(SHELVES, {shelf.name: document}), self.now())

        return self._storage.submit(work)

    def undo(
        self, seq: int | None = None, *, on_conflict: OnConflict = OnConflict.LEAVE, own: bool = False
    ) -> Future[Action]:
        """The future action that takes one back, the newest decision that stands unless a number is given.

        `own`: not one that another window made since this store was opened. Papers changed since are left alone unless
        said otherwise. An action that was taken back already, or that the history does not reach, raises UnknownAction.
        Where the action was itself an undo, the decision is made again, and the action is a redo.
        """

        def work() -> Action:
            return self._take_back(self._past.to_undo(seq, own=own), "undo", on_conflict)

        return self._storage.submit(work)

    def redo(self, *, on_conflict: OnConflict = OnConflict.LEAVE, own: bool = False) -> Future[Action]:
        """The future action that makes the decision again that was taken back last, if no other came since."""

        def work() -> Action:
            return self._take_back(self._past.to_redo(own=own), "redo", on_conflict)

        return self._storage.submit(work)

    def history(self, limit: int | None = None) -> list[PastAction]:
        """What was done, as far as the journals reach, newest first, the last `limit`; raises StoreError."""
        self._storage.poll()
        return list(islice(self._past.past(), limit))

    def finish(self, future: Future[Result]) -> Result:
        """What was done, waited for; raises StoreBusy, with nothing done later, when no lock is to be had in time."""
        return self._storage.finish(future)

    def now(self) -> datetime:
        """The time as decisions are stamped (UTC)."""
        return self._clock().astimezone(UTC)

    def poll(self) -> set[PaperKey] | None:
        """The keys whose states other processes changed since the last call; None when any may have changed."""
        self._storage.poll()
        with self._news:
            changed, self._changed = self._changed, set()
        return changed

    def take_notices(self) -> list[str]:
        """What the store repaired or could not do since the last call, a line each."""
        notices, self._storage.notices[:] = list(self._storage.notices), []
        return notices

    @property
    def read_only(self) -> str | None:
        """Why nothing can be decided, for now or at all, or None."""
        return self._storage.read_only or self._storage.claimed

    @property
    def seq(self) -> int:
        """The number of the last action that is known here."""
        return self._storage.seq

    def mark(self) -> Mark | None:
        """A mark of the states that are known here; None where what is derived from them cannot be followed."""
        return self._storage.mark() if self._has_each_once() else None

    def since(self, mark: Mark) -> tuple[Mark, list[StateChange]] | None:
        """The mark of the states that are known here, and what has come to them since an earlier one.

        None where that is not to be told. A state that was changed is two changes: it went, and another came.
        """
        found = self._storage.since(mark) if self._has_each_once() else None
        if found is None:
            return None
        now, entries = found
        first: dict[str, Document | None] = {}
        last: dict[str, Document | None] = {}
        for change in (change for entry in entries for change in entry.changes if change.table == PAPERS):
            first.setdefault(change.number, change.before)
            last[change.number] = change.after
        went = [StateChange(PaperKey(doc["key"]), state_of(doc), UNDECIDED) for doc in first.values() if is_sound(doc)]
        came = [StateChange(PaperKey(doc["key"]), UNDECIDED, state_of(doc)) for doc in last.values() if is_sound(doc)]
        return now, went + came

    def holder(self) -> str | None:
        """The process that holds the lock, as far as is known."""
        return self._storage.holder()

    def busy(self) -> StoreBusy:
        """The refusal that names the process."""
        return self._storage.busy()

    def close(self) -> None:
        """Finish what was submitted and let the files go."""
        self._storage.close()

    # How an action is made

    def _take_back(self, entry: JournalEntry | None, name: str, on_conflict: OnConflict) -> Action:
        """Give everything that an action changed its state before it; where there is none, that is what `name` did."""
        at = self.now()
        if entry is None:
            return self._action(None, name, {}, at)
        changes, conflicts = self._past.taking_back(entry, on_conflict)
        changes = self._joining(changes)
        name = self._past.name_of_taking_back(entry)
        is_left_alone = conflicts and on_conflict is not OnConflict.OVERWRITE
        if is_left_alone and all(change.before == change.after for change in changes):
            action = self._action(None, name, {}, at, entry)
        else:
            action = self._commit(name, changes, at, undone=entry)
        return replace(
            action,
            conflicts=tuple(
                dict.fromkeys(key_of(change) for change in conflicts if change.table in (PAPERS, IDENTITIES))
            ),
            date_conflicts=tuple(date_change(change).name for change in conflicts if change.table == DATES),
            shelf_conflicts=tuple(shelf_change(change).shelf for change in conflicts if change.table == SHELVES),
            was_refused=bool(conflicts) and on_conflict is OnConflict.REFUSE,
        )

    def _joining(self, changes: Sequence[DocumentChange]) -> list[DocumentChange]:
        """Changes with what was decided about papers while they were two, where these make them one again."""
        again = {
            joined.key: joined.after
            for joined in (identity_change(change) for change in changes if change.table == IDENTITIES)
            if joined.after and joined.after != joined.before
        }
        states = ChangedStates(self, changes)
        own = {key: into for key, into in again.items() if states.document(key)}
        if not own:
            return list(changes)
        joined = joined_documents(own, states)
        kept, made = [], {PAPERS: dict(joined.papers), IDENTITIES: dict(joined.identities)}
        for change in changes:
            documents = made.get(change.table, {})
            name = PaperKey(name_of(change))
            kept.append(replace(change, after=documents.pop(name)) if name in documents else change)
        return [*kept, *(change for table in made for change in self._changes(table, made[table], kept))]

    def _changes(
        self, table: str, documents: Mapping[Any, Document | None], beside: Sequence[DocumentChange] = ()
    ) -> list[DocumentChange]:
        """The changes from the documents of a table as they are to others, by their keys, beside those of others."""
        there = (self._storage.read() or {}).get(table, {})
        numbers = self._numbers_in(table)
        changes = []
        taken = [int(change.number) for change in beside if change.table == table]
        following = max([self._storage.next_number(table), *(number + 1 for number in taken)])
        for key, document in documents.items():
            number = numbers.get(key)
            if number is None:
                number, following = str(following), following + 1
            changes.append(DocumentChange(table, number, there.get(number), document))
        return changes

    def _commit_identities(self, name: str, documents: Documents) -> Action:
        changes = [*self._changes(PAPERS, documents.papers), *self._changes(IDENTITIES, documents.identities)]
        return self._commit(name, changes, self.now())

    def _commit(
        self, name: str, changes: Sequence[DocumentChange], at: datetime, undone: JournalEntry | None = None
    ) -> Action:
        touched = (change for change in changes if change.table == PAPERS and change.before != change.after)
        before = {key: self.state(key) for key in map(key_of, touched)}
        entry = self._storage.append(name, changes, undone.seq if undone else None)
        real = entry.changes if entry else ()
        return replace(
            self._action(entry, name, before, at, undone),
            moves=tuple(date_change(change) for change in real if change.table == DATES),
            shelves=tuple(shelf_change(change) for change in real if change.table == SHELVES),
            identity_changes=tuple(identity_change(change) for change in real if change.table == IDENTITIES),
        )

    def _action(
        self,
        entry: JournalEntry | None,
        name: str,
        before: Mapping[PaperKey, ReadingState],
        at: datetime,
        undone: JournalEntry | None = None,
    ) -> Action:
        return Action(
            seq=entry.seq if entry else 0,
            at=at,
            window=self._storage.window,
            name=name,
            decision=self._past.decision_name(undone) if undone else name,
            changes=tuple(StateChange(key, state, self.state(key)) for key, state in before.items()),
            undoes=undone.seq if undone else None,
        )

    @property
    def _past(self) -> ReadingHistory:
        """What was done; who only reads does without it, and without 2 ms of imports."""
        with self._looking_back:
            if self._lazy_past is None:
                from paperreader.storage.reading_history import ReadingHistory

                self._lazy_past = ReadingHistory(self._storage, self._opened_at, self._numbers_in)
            return self._lazy_past

    def _take_over(self, entry: JournalEntry | None, own: bool) -> None:
        """Follow what the documents became; no entry: any of them may have changed."""
        if self._lazy_past:
            self._lazy_past.follow(entry)
        changed = self._renumber(entry)
        if not own:
            with self._news:
                self._changed = None if entry is None or self._changed is None else self._changed | changed
