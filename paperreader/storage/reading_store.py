"""What the user decided, by paper: decisions are made, taken back, and followed where other windows made them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import UNDECIDED, ReadingState
from paperreader.domain.text import clean_line
from paperreader.errors import StoreBusy, StoreError, UnknownAction
from paperreader.files.system import System
from paperreader.storage.history import History, Slot, name_of, returned, slots_of
from paperreader.storage.journal_format import Document, DocumentChange, JournalEntry
from paperreader.storage.journal_mark import Mark
from paperreader.storage.journal_storage import JournalStorage
from paperreader.storage.journal_table import JournalDB
from paperreader.storage.reading_documents import (
    PAPERS,
    Keepsake,
    document_of,
    is_sound,
    parse_time,
    state_of,
)
from paperreader.storage.reading_states import ReadingStates

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperreader.domain.decision import Decision
    from paperreader.domain.history import Action, OnConflict, PastAction, StateChange


class ReadingStore(ReadingStates):
    """The reading state of every paper of a library; raises StoreError where the disk or a lock refuses."""

    def __init__(
        self,
        folder: Path,
        *,
        window: str = "window",
        system: System | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(JournalStorage(folder, window=window, system=system, clock=clock))
        self._clock = clock
        self.db = JournalDB(self._storage)
        self._news = threading.Lock()
        self._changed: set[PaperKey] | None = set()
        self._history: History | None = None
        self._loading = threading.Lock()
        self._storage.observe(self._take_over)
        self._take_over(None, own=True)
        self._opened_at = self._storage.seq

    def decide(
        self, name: str, decisions: Mapping[PaperKey, Decision], keepsakes: Mapping[PaperKey, Keepsake]
    ) -> Future[Action]:
        """The future action that makes one decision for each paper; an action of no changes is not journalled.

        The decisions are applied to the states as they are when the lock is held, whatever other windows did.
        """
        from paperreader.domain.decision import apply  # 5 ms that only verbs that decide need

        def work() -> Action:
            at = self._clock().astimezone(UTC)
            documents = {}
            for key, decision in decisions.items():
                keepsake = keepsakes.get(key)
                before = self.state(key)
                after = apply(before, decision, at, keepsake.listed_on if keepsake else None)
                if after is not before:
                    documents[key] = document_of(key, after, keepsake, self._document(key))
            return self._commit(name, self._changes(documents), at)

        return self._storage.submit(work)

    def revise(
        self, name: str, revision: Callable[[dict[PaperKey, Document]], Mapping[PaperKey, Document | None]]
    ) -> Future[Action]:
        """The future action that replaces documents by what a revision of all makes of them; None removes one."""

        def work() -> Action:
            return self._commit(name, self._changes(revision(self.documents())), self._clock().astimezone(UTC))

        return self._storage.submit(work)

    def undo(
        self, seq: int | None = None, *, on_conflict: OnConflict | None = None, own: bool = False
    ) -> Future[Action]:
        """The future action that takes one back, the newest decision that stands unless a number is given.

        `own`: not one that another window made since this store was opened. Papers changed since are left alone unless
        said otherwise. An action that was taken back already, or that the history does not reach, raises UnknownAction.
        """

        def work() -> Action:
            history = self._known_history()
            if seq is None:
                return self._take_back(history, history.last_done(self._counts(own)), "undo", on_conflict)
            entry = history.get(seq)
            if entry is None or not history.stands(seq):
                reason = "is taken back already" if entry else "is not in the history, or no longer"
                raise UnknownAction(f"action {seq} {reason}; paperreader history shows what can be taken back")
            return self._take_back(history, entry, "undo", on_conflict)

        return self._storage.submit(work)

    def redo(self, *, on_conflict: OnConflict | None = None, own: bool = False) -> Future[Action]:
        """The future action that makes the decision again that was taken back last, if no other came since."""

        def work() -> Action:
            history = self._known_history()
            return self._take_back(history, history.last_undone(self._counts(own)), "redo", on_conflict)

        return self._storage.submit(work)

    def history(self) -> list[PastAction]:
        """What was done, as far as the journals reach, newest first; raises StoreError."""
        from paperreader.domain.history import PastAction

        self._storage.poll()
        history = self._known_history()
        return [
            PastAction(
                id=entry.seq,
                at=parse_time(entry.at) or datetime.fromtimestamp(0, UTC),
                window=clean_line(entry.window),
                name=clean_line(entry.name),
                keys=tuple(_key_of(change) for change in entry.changes if change.table == PAPERS),
                undone_by=history.taken_back_by(entry.seq),
                undoes=entry.undoes,
            )
            for entry in reversed(history.entries())
        ]

    def finish(self, future: Future[Action]) -> Action:
        """The action, waited for; raises StoreBusy, with nothing done later, when a lock is not to be had in time."""
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
        """Why nothing can be decided, or None."""
        return self._storage.read_only

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
        from paperreader.domain.history import StateChange

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

    def _take_back(
        self, history: History, entry: JournalEntry | None, name: str, on_conflict: OnConflict | None
    ) -> Action:
        """Give everything that an action changed its state before it."""
        from paperreader.domain.history import OnConflict

        at = self._clock().astimezone(UTC)
        if entry is None:
            return self._action(None, name, {}, at)
        since = history.changed_since(entry.seq)
        overwrites = on_conflict is OnConflict.OVERWRITE
        conflicts = [] if overwrites else [change for change in entry.changes if slots_of(change) & since]
        refuses = bool(conflicts) and on_conflict is OnConflict.REFUSE
        changes = (
            [] if refuses else [self._returning(change, set() if overwrites else since) for change in entry.changes]
        )
        keys = tuple(map(_key_of, conflicts))
        return replace(self._commit(name, changes, at, entry.seq, keys), was_refused=refuses)

    def _returning(self, change: DocumentChange, since: Set[Slot]) -> DocumentChange:
        """The change that takes one back, except what was decided since."""
        number = change.number
        if change.table == PAPERS:
            # A paper whose document was gone for a while has another number now.
            number = self._numbers.get(_key_of(change), number)
        now = (self._storage.read() or {}).get(change.table, {}).get(number)
        slots = slots_of(change)
        if now == change.after and not slots & since:
            return DocumentChange(change.table, number, now, change.before)
        aspects = {aspect for *_, aspect in slots - since}
        return DocumentChange(change.table, number, now, returned(now, change, aspects) if aspects else now)

    def _changes(self, documents: Mapping[PaperKey, Document | None]) -> list[DocumentChange]:
        """The changes from the documents of papers as they are to others."""
        changes = []
        following = self._storage.next_number(PAPERS)
        for key, document in documents.items():
            number = self._numbers.get(key)
            if number is None:
                number, following = str(following), following + 1
            changes.append(DocumentChange(PAPERS, number, self._document(key), document))
        return changes

    def _commit(
        self,
        name: str,
        changes: Sequence[DocumentChange],
        at: datetime,
        undoes: int | None = None,
        conflicts: tuple[PaperKey, ...] = (),
    ) -> Action:
        touched = (change for change in changes if change.table == PAPERS and change.before != change.after)
        before = {key: self.state(key) for key in map(_key_of, touched)}
        entry = self._storage.append(name, changes, undoes)
        return self._action(entry, name, before, at, undoes, conflicts)

    def _action(
        self,
        entry: JournalEntry | None,
        name: str,
        before: Mapping[PaperKey, ReadingState],
        at: datetime,
        undoes: int | None = None,
        conflicts: tuple[PaperKey, ...] = (),
    ) -> Action:
        from paperreader.domain.history import Action, StateChange

        states = tuple(StateChange(key, state, self.state(key)) for key, state in before.items())
        undone_name = self._decision_name(undoes) if undoes is not None else ""
        seq = entry.seq if entry else 0
        return Action(seq, at, self._storage.window, name, states, undoes, conflicts, undone_name=undone_name)

    # History

    def _known_history(self) -> History:
        """What was done, read from the journals when it is first asked for; raises StoreError."""
        with self._loading:
            if self._history is None:
                try:
                    self._history = History(self._storage.past_entries())
                except OSError as error:
                    raise StoreError(f"the history cannot be read ({error.strerror})") from error
            return self._history

    def _counts(self, own: bool) -> Callable[[JournalEntry], bool]:
        """Whether an undo or redo without a number may be about an action."""
        window = self._storage.window
        return lambda entry: not own or entry.window == window or entry.seq <= self._opened_at

    def _decision_name(self, seq: int) -> str:
        """The name of the decision that is taken back, or done again, by taking back an action."""
        entry = self._known_history().get(seq)
        while entry is not None and entry.undoes is not None:
            entry = self._known_history().get(entry.undoes)
        return clean_line(entry.name) if entry else ""

    def _take_over(self, entry: JournalEntry | None, own: bool) -> None:
        """Follow what the documents became; no entry: any of them may have changed."""
        with self._loading:
            if entry is None:
                self._history = None
            elif self._history is not None:
                self._history.add(entry)
        changed = self._renumber(entry)
        if not own:
            with self._news:
                self._changed = None if entry is None or self._changed is None else self._changed | changed


def _key_of(change: DocumentChange) -> PaperKey:
    """The key of the paper that a change is about."""
    return PaperKey(name_of(change))
