"""What the user decided, by paper: the reading states over the journalled TinyDB documents."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import UNDECIDED, ReadingState, ReadingStatus
from paperreader.errors import StoreBusy
from paperreader.files.system import System
from paperreader.storage.journal_format import Document, DocumentChange, JournalEntry
from paperreader.storage.journal_storage import JournalStorage
from paperreader.storage.journal_table import JournalDB
from paperreader.storage.reading_documents import (
    Keepsake,
    document_of,
    is_sound,
    is_starred,
    keepsake_of,
    state_of,
    status_of,
    tags_of,
)

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperreader.domain.decision import Decision
    from paperreader.domain.history import Action

PAPERS = "papers"
"""The table that holds a document for each paper something was decided about."""


class ReadingStore:
    """The reading state of every paper of a library; raises StoreError where the disk or a lock refuses."""

    def __init__(
        self,
        folder: Path,
        *,
        window: str = "window",
        system: System | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._storage = JournalStorage(folder, window=window, system=system, clock=clock)
        self._clock = clock
        self.db = JournalDB(self._storage)
        self._numbers: dict[PaperKey, str] = {}
        self._states: dict[PaperKey, tuple[Document, ReadingState]] = {}
        self._news = threading.Lock()
        self._changed: set[PaperKey] | None = set()
        self._own: dict[int, JournalEntry] = {}
        self._storage.observe(self._take_over)
        self._take_over(None, own=True)

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

    def keepsake(self, key: PaperKey) -> Keepsake | None:
        """What was copied of a paper beside its star, tags or note."""
        document = self._document(key)
        return keepsake_of(document) if document else None

    def decide(
        self, name: str, decisions: Mapping[PaperKey, Decision], keepsakes: Mapping[PaperKey, Keepsake]
    ) -> Future[Action]:
        """The future action that makes one decision for each paper; an action of no changes is not journalled.

        The decisions are applied to the states as they are when the lock is held, whatever other windows did.
        """
        from paperreader.domain.decision import apply  # 5 ms that only verbs that decide need

        def work() -> Action:
            at = self._clock().astimezone(UTC)
            changes = []
            for key, decision in decisions.items():
                keepsake = keepsakes.get(key)
                before = self.state(key)
                after = apply(before, decision, at, keepsake.listed_on if keepsake else None)
                if after is not before:
                    changes.append((key, document_of(key, after, keepsake, self._document(key))))
            return self._commit(name, changes, at)

        return self._storage.submit(work)

    def undo(self, action: Action) -> Future[Action]:
        """The future action that takes one of this window's own back; papers changed since are left alone and named."""

        def work() -> Action:
            changes: list[tuple[PaperKey, Document | None]] = []
            conflicts = []
            for change in self._own[action.seq].changes:
                key = PaperKey(((change.after or change.before) or {})["key"])
                if self._document(key) == change.after:
                    changes.append((key, change.before))
                else:
                    conflicts.append(key)
            return self._commit("undo", changes, self._clock().astimezone(UTC), action.seq, tuple(conflicts))

        return self._storage.submit(work)

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

    def holder(self) -> str | None:
        """The process that holds the lock, as far as is known."""
        return self._storage.holder()

    def busy(self) -> StoreBusy:
        """The refusal that names the process."""
        return self._storage.busy()

    def close(self) -> None:
        """Finish what was submitted and let the files go."""
        self._storage.close()

    def _commit(
        self,
        name: str,
        changes: Iterable[tuple[PaperKey, Document | None]],
        at: datetime,
        undoes: int | None = None,
        conflicts: tuple[PaperKey, ...] = (),
    ) -> Action:
        from paperreader.domain.history import Action, StateChange

        document_changes = []
        before = {}
        following = self._storage.next_number(PAPERS)
        for key, document in changes:
            before[key] = self.state(key)
            number = self._numbers.get(key)
            if number is None:
                number, following = str(following), following + 1
            document_changes.append(DocumentChange(PAPERS, number, self._document(key), document))
        entry = self._storage.append(name, document_changes, undoes)
        if entry:
            self._own[entry.seq] = entry
        states = tuple(StateChange(key, state, self.state(key)) for key, state in before.items())
        return Action(entry.seq if entry else 0, at, self._storage.window, name, states, undoes, conflicts)

    def _take_over(self, entry: JournalEntry | None, own: bool) -> None:
        """Follow what the documents became; no entry: any of them may have changed."""
        if entry is None:
            documents = (self._storage.read() or {}).get(PAPERS, {})
            self._numbers = {doc["key"]: number for number, doc in documents.items() if is_sound(doc)}
        changed = set()
        for change in entry.changes if entry else ():
            document = change.after or change.before
            if change.table != PAPERS or document is None or not is_sound(document):
                continue
            key = PaperKey(document["key"])
            changed.add(key)
            if change.after is None:
                self._numbers.pop(key, None)
            else:
                self._numbers[key] = change.number
        if not own:
            with self._news:
                self._changed = None if entry is None or self._changed is None else self._changed | changed

    def _document(self, key: PaperKey) -> Document | None:
        number = self._numbers.get(key)
        return None if number is None else (self._storage.read() or {}).get(PAPERS, {}).get(number)

    def _documents(self) -> Iterator[tuple[PaperKey, Document]]:
        """The documents that are reading states, whatever is decided while they are walked."""
        documents = (self._storage.read() or {}).get(PAPERS, {})
        return ((PaperKey(document["key"]), document) for document in list(documents.values()) if is_sound(document))
