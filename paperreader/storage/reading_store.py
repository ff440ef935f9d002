"""What the user decided, by paper: the reading states over the journalled TinyDB documents.

A document holds the paper's key and what differs from the undecided state. The title, link and authors are copied into
documents with a star, tags or a note, so that they can be shown when the catalogue is gone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from paperreader.domain.dates import parse_iso
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import UNDECIDED, ReadingState, ReadingStatus, make_note, make_tags
from paperreader.domain.text import Safe
from paperreader.errors import StoreBusy
from paperreader.files.system import System
from paperreader.storage.journal_format import Document, DocumentChange, JournalEntry
from paperreader.storage.journal_storage import JournalStorage
from paperreader.storage.journal_table import JournalDB

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperreader.domain.decision import Decision
    from paperreader.domain.history import Action

PAPERS = "papers"
"""The table that holds a document for each paper something was decided about."""


@dataclass(frozen=True, slots=True)
class Keepsake:
    """What of a paper is copied beside a decision, and the date of the list in which it was made."""

    title: str
    link: str | None = None
    authors: tuple[str, ...] | None = None
    listed_on: date | None = None


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
            known = self._states[key] = (document, _state_of(document))
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
        return [key for key, doc in self._documents() if _status_of(doc) is not ReadingStatus.UNREAD]

    def starred(self) -> list[PaperKey]:
        """The keys of the starred papers."""
        return [key for key, doc in self._documents() if _is_starred(doc)]

    def with_status(self, status: ReadingStatus) -> list[PaperKey]:
        """The keys of the papers that have a status other than unread."""
        return [key for key, doc in self._documents() if _status_of(doc) is status]

    def kept(self) -> list[PaperKey]:
        """The keys of the papers whose title was copied beside their star, tags or note."""
        return [key for key, doc in self._documents() if isinstance(doc.get("title"), str)]

    def kept_number(self, key: PaperKey) -> int | None:
        """The number (from 1) of the document that keeps a paper's title; it stands for the paper in this library."""
        number = self._numbers.get(key)
        return int(number) if number and self.keepsake(key) else None

    def kept_key(self, number: int) -> PaperKey | None:
        """The key of the paper that such a number stands for."""
        document = (self._storage.read() or {}).get(PAPERS, {}).get(str(number))
        return PaperKey(document["key"]) if _is_sound(document) and self.keepsake(document["key"]) else None

    def tags(self) -> dict[str, int]:
        """Every tag in use and how many papers bear it, in alphabetical order."""
        counts: dict[str, int] = {}
        for _, document in self._documents():
            for tag in _tags_of(document):
                counts[tag] = counts.get(tag, 0) + 1
        return dict(sorted(counts.items()))

    def keepsake(self, key: PaperKey) -> Keepsake | None:
        """What was copied of a paper beside its star, tags or note."""
        document = self._document(key) or {}
        title, link, authors = (document.get(name) for name in ("title", "link", "authors"))
        if not isinstance(title, str):
            return None
        return Keepsake(
            title,
            link if isinstance(link, str) else None,
            tuple(map(str, authors)) if isinstance(authors, list) else None,
        )

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
                    changes.append((key, _document_of(key, after, keepsake, self._document(key))))
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
            self._numbers = {doc["key"]: number for number, doc in documents.items() if _is_sound(doc)}
        changed = set()
        for change in entry.changes if entry else ():
            document = change.after or change.before
            if change.table != PAPERS or document is None or not _is_sound(document):
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
        return ((PaperKey(document["key"]), document) for document in list(documents.values()) if _is_sound(document))


def _is_sound(document: object) -> TypeGuard[Document]:
    """Whether a document can be read as a reading state: a person may have edited the file."""
    return isinstance(document, dict) and isinstance(document.get("key"), str)


# What is not as it should be counts as undecided.


def _state_of(document: Document) -> ReadingState:
    """The state that a document holds."""
    note, decided_in = document.get("note"), document.get("decided_in")
    return ReadingState(
        status=_status_of(document),
        starred=_is_starred(document),
        tags=_tags_of(document),
        note=make_note(note if isinstance(note, str) else ""),
        decided_at=_parse_time(document.get("decided_at")),
        decided_in=parse_iso(decided_in) if isinstance(decided_in, str) else None,
    )


def _status_of(document: Document) -> ReadingStatus:
    status = document.get("status")
    return _STATUSES.get(status, ReadingStatus.UNREAD) if isinstance(status, str) else ReadingStatus.UNREAD


_STATUSES = {status.value: status for status in ReadingStatus}


def _is_starred(document: Document) -> bool:
    return document.get("starred") is True


def _tags_of(document: Document) -> tuple[Safe, ...]:
    tags = document.get("tags")
    return tuple(sorted(make_tags(str(tag) for tag in tags))) if isinstance(tags, list) else ()


def _document_of(key: PaperKey, state: ReadingState, keepsake: Keepsake | None, earlier: Document | None) -> Document:
    """The document of a state: what differs from undecided, the keepsake where there is something to keep."""
    document: Document = {"key": key}
    if state.status is not ReadingStatus.UNREAD:
        document["status"] = state.status.value
    if state.starred:
        document["starred"] = True
    if state.tags:
        document["tags"] = list(state.tags)
    if state.note:
        document["note"] = state.note
    if state.decided_at:
        document["decided_at"] = state.decided_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if state.decided_in:
        document["decided_in"] = state.decided_in.isoformat()
    if state.is_kept and keepsake is not None:
        document["title"] = keepsake.title
        if keepsake.link:
            document["link"] = keepsake.link
        if keepsake.authors is not None:
            document["authors"] = list(keepsake.authors)
    elif state.is_kept and earlier is not None:
        document |= {name: earlier[name] for name in ("title", "link", "authors") if name in earlier}
    return document


def _parse_time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
