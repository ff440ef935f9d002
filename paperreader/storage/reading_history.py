"""The history of a reading state: what was done, which of it an undo or redo is about, and what that changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import Any

from paperreader.domain.history import OnConflict, PastAction
from paperreader.domain.text import clean_line
from paperreader.errors import UnknownAction
from paperreader.files.refusals import refused
from paperreader.storage.history import History, Slot, returned, slots_of
from paperreader.storage.journal_format import DocumentChange, JournalEntry
from paperreader.storage.journal_storage import JournalStorage
from paperreader.storage.reading_dates import DATES, date_change
from paperreader.storage.reading_documents import PAPERS, key_of, name_of, parse_time
from paperreader.storage.reading_identities import IDENTITIES, KEEP_TOGETHER, identity_change
from paperreader.storage.reading_shelves import SHELVES, shelf_change

NumbersIn = Callable[[str], Mapping[Any, str]]
"""The numbers of the documents of a table by their keys."""


class ReadingHistory:
    """The actions of a store that was opened after action number `opened_at`; raises StoreError."""

    def __init__(self, storage: JournalStorage, opened_at: int, numbers_in: NumbersIn) -> None:
        self._storage, self._opened_at, self._numbers_in = storage, opened_at, numbers_in
        self._known: History | None = None
        self._loading = threading.Lock()

    def follow(self, entry: JournalEntry | None) -> None:
        """Take in an action that was made just now; no entry: any number of them."""
        with self._loading:
            if entry is None:
                self._known = None
            elif self._known is not None:
                self._known.add(entry)

    def past(self) -> Iterator[PastAction]:
        """What was done, as far as the journals reach, newest first."""
        history = self._history()
        return (
            PastAction(
                id=entry.seq,
                at=parse_time(entry.at) or datetime.fromtimestamp(0, UTC),
                window=clean_line(entry.window),
                name=clean_line(entry.name),
                decision=clean_line(history.decision_of(entry).name),
                keys=tuple(key_of(change) for change in entry.changes if change.table == PAPERS),
                moves=tuple(date_change(change) for change in entry.changes if change.table == DATES),
                shelves=tuple(shelf_change(change) for change in entry.changes if change.table == SHELVES),
                identity_changes=tuple(
                    identity_change(change) for change in entry.changes if change.table == IDENTITIES
                ),
                undone_by=history.taken_back_by(entry),
                undoes=entry.undoes,
            )
            for entry in history.entries()
        )

    def to_undo(self, seq: int | None, *, own: bool) -> JournalEntry | None:
        """The action of a number, else the newest decision that can be taken back; None where there is none.

        Raises UnknownAction for one that was taken back already, or that the history does not reach.
        """
        history = self._history()
        if seq is None:
            return history.last_done(self._counts(own), asks=own)
        entry = history.get(seq)
        if entry is None or not history.is_to_take_back(entry):
            reason = "is taken back already" if entry else "is not in the history, or no longer"
            raise UnknownAction(f"action {seq} {reason}; paperreader history shows what can be taken back")
        return history.last_making(entry)

    def to_redo(self, *, own: bool) -> JournalEntry | None:
        """The newest undo that stands, if no decision came since."""
        return self._history().last_undone(self._counts(own))

    def name_of_taking_back(self, entry: JournalEntry) -> str:
        """What taking an action back is: an undo, or a redo where the action is itself an undo."""
        return "redo" if self._history().is_undo(entry) else "undo"

    def decision_name(self, entry: JournalEntry) -> str:
        """What the decision is called that an action made, took back or made again."""
        return clean_line(self._history().decision_of(entry).name)

    def taking_back(
        self, entry: JournalEntry, on_conflict: OnConflict
    ) -> tuple[list[DocumentChange], list[DocumentChange]]:
        """The changes that give everything an action changed its state before it, and those that conflict with later
        ones: they are in the way, or left alone in what was decided since.
        """
        history = self._history()
        done = history.given_back(entry)
        identities = map(identity_change, (change for change in entry.changes if change.table == IDENTITIES))
        about = {name_of(change) for change in entry.changes} | {str(each.before) for each in identities if each.before}
        since = history.changed_since(entry.seq, about) - done
        since = set() if on_conflict is OnConflict.OVERWRITE else since | _parts_of_others(entry.changes, since)
        conflicts = [change for change in entry.changes if slots_of(change) & since]
        if conflicts and on_conflict is OnConflict.REFUSE:
            return [], conflicts
        return [self._returning(change, number, since | done) for change, number in self._placed(entry)], conflicts

    def _placed(self, entry: JournalEntry) -> Iterator[tuple[DocumentChange, str]]:
        """The changes of an action, each with the number that its document has now, or is to have again.

        One that was gone for a while has another number now, and its own may be that of another paper's.
        """
        for table in dict.fromkeys(change.table for change in entry.changes):
            changes = [change for change in entry.changes if change.table == table]
            numbers, there = self._numbers_in(table), (self._storage.read() or {}).get(table, {})
            following = max(self._storage.next_number(table), *(int(change.number) + 1 for change in changes))
            for change in changes:
                name = name_of(change)
                number = numbers.get(name, change.number)
                if name != number and name not in numbers and number in there:
                    number, following = str(following), following + 1
                yield change, number

    def _returning(self, change: DocumentChange, number: str, since: Set[Slot]) -> DocumentChange:
        """The change of the document of a number that takes one back, except what was decided since."""
        now = (self._storage.read() or {}).get(change.table, {}).get(number)
        slots = slots_of(change)
        if now == change.after and not slots & since:
            return DocumentChange(change.table, number, now, change.before)
        aspects = {aspect for *_, aspect in slots - since}
        return DocumentChange(change.table, number, now, returned(now, change, aspects) if aspects else now)

    def _history(self) -> History:
        """What was done, read from the journals when it is first asked for."""
        with self._loading:
            if self._known is None:
                self._known = History(self._read_past)
            return self._known

    def _read_past(self, before: int | None = None, about: Collection[str] | None = None) -> Iterator[JournalEntry]:
        """The actions that the journals hold; raises StoreError."""
        try:
            yield from self._storage.past_entries(before, about)
        except OSError as error:
            raise refused("the history cannot be read", error) from error

    def _counts(self, own: bool) -> Callable[[JournalEntry], bool]:
        """Whether an undo or redo without a number may be about an action."""
        window = self._storage.window
        return lambda entry: (
            entry.name != KEEP_TOGETHER and (not own or entry.window == window or entry.seq <= self._opened_at)
        )


def _parts_of_others(changes: Sequence[DocumentChange], since: Set[Slot]) -> set[Slot]:
    """All that changes did to papers which would be one again with another that itself was made part of one since."""
    apart: set[str] = set()
    for change in (change for change in changes if change.table == IDENTITIES):
        into = identity_change(change).before
        if into and (IDENTITIES, into, "is") in since:
            apart |= {name_of(change), into}
    return {slot for change in changes for slot in slots_of(change) if slot[1] in apart}
