"""The history: past actions, and the changes that undo and redo make."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime

from paperreader.domain.history import OnConflict, PastAction
from paperreader.domain.text import clean_line
from paperreader.errors import UnknownAction
from paperreader.files.error_codes import refused
from paperreader.storage.journal.format import Document, DocumentChange, JournalEntry, is_sound, names_in
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.reading.action_log import (
    History,
    Slot,
    aspects_of,
    group_parts,
    groups_of,
    holds,
    names_of,
    returned,
    with_origins,
)
from paperreader.storage.reading.dates import DATES, date_change
from paperreader.storage.reading.document_format import key_of, of_papers, parse_time
from paperreader.storage.reading.pairs import pair_changes
from paperreader.storage.reading.paper_documents import ChangedDocuments
from paperreader.storage.reading.rules import RULES, rule_change, without_marks
from paperreader.storage.reading.shelves import SHELVES, shelf_change
from paperreader.storage.reading.upgrade import IDENTITIES, UPGRADE

ChangedIn = Callable[[str], ChangedDocuments]
"""Returns the documents of a table, to be changed."""


class ReadingHistory:
    """The actions of a store that was opened after action `opened_at`. Raises StoreError."""

    def __init__(self, storage: JournalStorage, opened_at: int, changed_in: ChangedIn) -> None:
        self._storage, self._opened_at, self._changed_in = storage, opened_at, changed_in
        self._known: History | None = None
        self._loading = threading.Lock()

    def follow(self, entry: JournalEntry | None) -> None:
        """Add a new action; None: any number of actions."""
        with self._loading:
            if entry is None:
                self._known = None
            elif self._known is not None and (shown := without_marks(entry)):
                self._known.add(shown)

    def past(self) -> Iterator[PastAction]:
        """The past actions that the journals hold, newest first."""
        history = self._history()
        return (
            PastAction(
                id=entry.seq,
                at=parse_time(entry.at) or datetime.fromtimestamp(0, UTC),
                window=clean_line(entry.window),
                name=clean_line(entry.name),
                decision=clean_line(history.decision_of(entry).name),
                keys=tuple(key_of(changes[0]) for changes in groups_of(of_papers(entry.changes))),
                moves=tuple(date_change(change) for change in entry.changes if change.table == DATES),
                shelves=tuple(shelf_change(change) for change in entry.changes if change.table == SHELVES),
                rules=tuple(rule_change(change) for change in entry.changes if change.table == RULES),
                pair_changes=pair_changes(entry.changes),
                undone_by=history.taken_back_by(entry),
                undoes=entry.undoes,
            )
            for entry in history.entries()
        )

    def to_undo(self, seq: int | None, *, own: bool) -> JournalEntry | None:
        """The action to undo: the one with this number, else the newest decision; None if there is none.

        Raises UnknownAction if the action is undone already or not in the history.
        """
        history = self._history()
        if seq is None:
            return history.last_done(self._counts(own), asks=own)
        entry = history.get(seq)
        if entry and _is_older(entry):
            cure = "paperreader split and paperreader merge change its papers"
            raise UnknownAction(f"an older version made action {seq}, so undo cannot reverse it; {cure}")
        if entry is None or not history.is_to_take_back(entry):
            reason = "is undone already" if entry else "is not in the history"
            raise UnknownAction(f"action {seq} {reason}; paperreader history shows what can be undone")
        return history.last_making(entry)

    def to_redo(self, *, own: bool) -> JournalEntry | None:
        """The newest undo that stands, if no decision came since."""
        return self._history().last_undone(self._counts(own))

    def name_of_taking_back(self, entry: JournalEntry) -> str:
        """The name of undoing an action: "undo", or "redo" if the action is an undo."""
        return "redo" if self._history().is_undo(entry) else "undo"

    def decision_name(self, entry: JournalEntry) -> str:
        """The name of the decision that an action made, undid or redid."""
        return clean_line(self._history().decision_of(entry).name)

    def taking_back(
        self, entry: JournalEntry, on_conflict: OnConflict
    ) -> tuple[list[DocumentChange], list[DocumentChange]]:
        """The changes that undo an action, and its conflicts with later actions, one per paper.

        A conflict is in the way, or is left as decided since.
        """
        history, groups = self._history(), groups_of(entry.changes)
        done = history.given_back(entry)
        about = {name for change in entry.changes for name in names_of(change)}
        is_forced = on_conflict is OnConflict.OVERWRITE
        since: Set[Slot] = set() if is_forced else history.changed_since(entry.seq, about) - done
        parts = [group_parts(group) for group in groups]
        conflicts = [
            group[0]
            for group, of_group in zip(groups, parts, strict=True)
            if not all(since.isdisjoint(part) for part in of_group.values())
        ]
        if conflicts and on_conflict is OnConflict.REFUSE:
            return [], conflicts
        since |= done
        tables = {table: self._changed_in(table) for table in dict.fromkeys(change.table for change in entry.changes)}
        for group, of_group in zip(groups, parts, strict=True):
            documents = tables[group[0].table]
            kept = {aspect for aspect, part in of_group.items() if not since.isdisjoint(part)}
            if kept or not _restore(group, documents, is_forced=is_forced):
                _give_back(group, of_group.keys() - kept, documents, is_forced=is_forced)
        return [change for documents in tables.values() for change in documents.changes()], conflicts

    def _history(self) -> History:
        """The action log, read from the journals on first use."""
        with self._loading:
            if self._known is None:
                self._known = History(self._read_past)
            return self._known

    def _read_past(self, before: int | None = None, about: Collection[str] | None = None) -> Iterator[JournalEntry]:
        """The actions in the journals. Raises StoreError."""
        try:
            yield from filter(None, map(without_marks, self._storage.past_entries(before, about)))
        except OSError as error:
            raise refused("the history cannot be read", error) from error

    def _counts(self, own: bool) -> Callable[[JournalEntry], bool]:
        """Whether undo or redo without a number may choose an action."""
        window = self._storage.window
        return lambda entry: (
            entry.name != UPGRADE
            and not _is_older(entry)
            and (not own or entry.window == window or entry.seq <= self._opened_at)
        )


def _is_older(entry: JournalEntry) -> bool:
    """Whether an older version decided on identity in this action; pairs hold that now."""
    return any(change.table == IDENTITIES for change in entry.changes)


def _restore(group: Sequence[DocumentChange], documents: ChangedDocuments, *, is_forced: bool) -> bool:
    """Restore documents to their state before changes, if none changed since.

    A document that is gone stays gone if another one has all its names. With force, none may have any of them.
    """
    numbers: list[str] = []
    for change in group:
        is_gone = change.after is None and not _same_document(change, documents)
        if is_gone or documents.get(change.number) == change.after:
            numbers.append(change.number)
            continue
        # A restored document has another number.
        found = documents.bearing(names_of(change)).items()
        numbers += [number for number, doc in found if doc == change.after and number not in numbers][:1]
    if len(numbers) < len(group):
        return False
    others = _others(group, documents, {*numbers})
    if (is_forced and others) or any(_is_replaced(change, others) for change in group):
        return False
    for change, number in zip(group, numbers, strict=True):
        if change.after is None and change.before is not None:
            documents.restore(number, change.before)
        else:
            documents.put(number, change.before)
    return True


def _give_back(
    group: Sequence[DocumentChange], aspects: Set[str], documents: ChangedDocuments, *, is_forced: bool
) -> None:
    """Restore some aspects of a paper's documents, and keep the rest.

    An unchanged document that has the paper's names now gets what it lacks; with force, all of it.
    """
    own = {change.number for change in group if _same_document(change, documents)}
    others = _others(group, documents, own)
    left = set(others)
    for real, change in zip(group, with_origins(group), strict=True):
        number = change.number if change.number in own else None
        if number is None and change.after is not None:  # a restored document has another number
            number = next((other for other in documents.bearing(names_of(change)) if other in left), None)
            left.discard(number or "")
        ours = aspects & aspects_of(change)
        if number is not None:
            documents.put(number, returned(documents.get(number), change, ours))
        elif real.before is not None and not _is_replaced(real, others) and (document := returned(None, change, ours)):
            documents.restore(change.number, document)
        for other, document in documents.bearing(names_of(change)).items():
            if other in left:
                wanted = ours if is_forced else {aspect for aspect in ours if not holds(document, aspect)}
                documents.put(other, returned(document, change, wanted))


def _others(group: Sequence[DocumentChange], documents: ChangedDocuments, own: Set[str]) -> Mapping[str, Document]:
    """The documents that have names of a paper's changes now, without some."""
    bearing = documents.bearing(name for change in group for name in names_of(change))
    return {number: document for number, document in bearing.items() if number not in own}


def _is_replaced(change: DocumentChange, others: Mapping[str, Document]) -> bool:
    """Whether a change removed a document and another one has all its names now."""
    if change.after is not None or not is_sound(change.before):
        return False
    names = set(names_in(change.before))
    return any(names.issubset(names_in(document)) for document in others.values())


def _same_document(change: DocumentChange, documents: ChangedDocuments) -> bool:
    """Whether the document with this number is still the one that was changed."""
    document = documents.get(change.number)
    if not is_sound(document):
        return document is not None
    return not set(names_of(change)).isdisjoint(names_in(document))
