"""The action log: which past actions still stand. Undo, redo and the timeline use it.

An undo names the action that it undoes. Undoing an undo is a redo. Nothing is ever removed from the history.

An undo may leave a part of an action alone, because a later decision changed it again. If the later decision is undone,
that part is in force again and can be undone itself.
"""

import math
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Protocol

from paperreader.domain.text import Safe
from paperreader.errors import StoreError
from paperreader.storage.journal.format import Document, DocumentChange, JournalEntry, is_sound, names_in
from paperreader.storage.reading.document_format import (
    BOOKKEEPING,
    KEPT,
    PAPERS,
    document_of,
    holds_what_is_kept,
    joined_state,
    keepsake_of,
    name_of,
    tags_of,
)

Slot = tuple[str, str, str]
"""Something an action changes: a table, a name of a document (else its number), and an aspect."""
Part = frozenset[Slot]
"""An aspect that an action changed, with each name of the documents that it changed together."""

_TAG = "#"
"""The prefix of a tag's aspect."""


def aspects_of(change: DocumentChange) -> set[str]:
    """The aspects of a document that a change decided: fields by name, and each tag.

    Two decisions about a paper conflict only if they share an aspect.
    """
    before, after = change.before or {}, change.after or {}
    aspects = {name for name in {**before, **after} if before.get(name) != after.get(name)} - BOOKKEEPING
    if "tags" in aspects:
        aspects.remove("tags")
        aspects |= {f"{_TAG}{tag}" for tag in set(tags_of(before)) ^ set(tags_of(after))}
    return aspects


def holds(document: Document, aspect: str) -> bool:
    """Whether a document has a decision about an aspect."""
    return aspect.removeprefix(_TAG) in tags_of(document) if aspect.startswith(_TAG) else aspect in document


def names_of(change: DocumentChange) -> tuple[str, ...]:
    """All names that a change is about: a restored document may have another number and key."""
    documents = [document for document in (change.before, change.after) if is_sound(document)]
    if change.table != PAPERS or not documents:
        return (name_of(change),)
    own, *before = map(names_in, reversed(documents))
    return own if not before or before == [own] else tuple(dict.fromkeys((*own, *before[0])))


def groups_of(changes: Iterable[DocumentChange]) -> list[list[DocumentChange]]:
    """Changes grouped by paper: documents that share a name belong together."""
    changes = list(changes)
    if len(changes) == 1:
        return [changes]
    groups: dict[int, list[DocumentChange]] = {}
    members: dict[tuple[str, str], int] = {}
    names_in_group: dict[int, list[tuple[str, str]]] = {}
    for number, change in enumerate(changes):
        names = [(change.table, name) for name in names_of(change)]
        found = dict.fromkeys(members[name] for name in names if name in members)
        groups[number] = [each for other in found for each in groups.pop(other)] + [change]
        names_in_group[number] = [name for other in found for name in names_in_group.pop(other)] + names
        members |= dict.fromkeys(names_in_group[number], number)
    return list(groups.values())


def parts_of(changes: Iterable[DocumentChange]) -> list[Part]:
    """All slots that changes decided."""
    return [part for group in groups_of(changes) for part in group_parts(group).values()]


def group_parts(group: Sequence[DocumentChange]) -> dict[str, Part]:
    """All aspects that the changes of one paper decided."""
    names = {(change.table, name) for change in group for name in names_of(change)}
    changes = list(group)
    if len(group) > 1:  # documents that were merged or split
        changes += [*with_origins(group), *with_origins([_reversed(change) for change in group])]
    aspects = {aspect for change in changes for aspect in aspects_of(change)}
    return {aspect: frozenset((table, name, aspect) for table, name in names) for aspect in aspects}


def with_origins(group: Sequence[DocumentChange]) -> list[DocumentChange]:
    """The changes of one paper, each from all that its names stood for before."""
    before = {change.number: change.before for change in group if is_sound(change.before)}
    changes = []
    for change in group:
        if is_sound(after := change.after):
            names = set(names_in(after))
            origins = {number: doc for number, doc in before.items() if not names.isdisjoint(names_in(doc))}
            if origins.keys() - {change.number}:
                kept = next(filter(keepsake_of, origins.values()), None)
                change = replace(change, before=document_of(names_in(after), joined_state(origins), None, kept))
        changes.append(change)
    return changes


def _reversed(change: DocumentChange) -> DocumentChange:
    return replace(change, before=change.after, after=change.before)


def returned(now: Document | None, change: DocumentChange, aspects: Iterable[str]) -> Document | None:
    """A document with some aspects as before a change; None if no decision is left."""
    before, aspects = change.before or {}, list(aspects)
    if not aspects:
        return now
    document = dict(now or {name: before[name] for name in ("key", "also") if name in before})
    tags = set(tags_of(document))
    for aspect in aspects:
        if aspect.startswith(_TAG):
            tag = Safe(aspect.removeprefix(_TAG))
            (tags.add if tag in tags_of(before) else tags.discard)(tag)
        elif aspect in before:
            document[aspect] = before[aspect]
        else:
            document.pop(aspect, None)
    if tags:
        document["tags"] = sorted(tags)
    else:
        document.pop("tags", None)
    if document.keys() <= BOOKKEEPING:
        return None
    if not holds_what_is_kept(document):
        return {name: value for name, value in document.items() if name not in KEPT}
    kept = {name: before[name] for name in KEPT if name in before and name not in document}
    return document | kept


class Past(Protocol):
    """The source of past actions."""

    def __call__(self, before: int | None = None, about: Collection[str] | None = None) -> Iterator[JournalEntry]:
        """The actions before one, or all, newest first. Raises StoreError.

        With `about`, only undo actions and actions about one of these texts.
        """
        ...


class History:
    """The actions by number, read backwards as far as a question needs. Safe for any thread.

    The newest actions stay in memory, up to `kept` changes; older ones are read again.
    """

    def __init__(self, past: Past, kept: int = 20_000) -> None:
        self._past, self._room = past, max(kept, 1)
        self._older = past()
        self._read: list[JournalEntry] = []
        """Actions that were read and kept, newest first."""
        self._added: list[JournalEntry] = []
        """Actions added since, oldest first."""
        self._entries: dict[int, JournalEntry] = {}
        """Both, by number."""
        self._undoes: dict[int, list[int]] = {}
        """The undo actions of each action, oldest first, whether or not they stand."""
        self._undone: dict[int, int] = {}
        """The action that each undo undoes."""
        self._fallen: set[int] = set()
        """The actions that do not stand."""
        self._known_from: float = math.inf
        """Everything is known back to this action."""
        self._reading = threading.RLock()
        self._read_more()

    def add(self, entry: JournalEntry) -> None:
        """Add the next action, unless it is known already."""
        with self._reading:
            newest = self._added[-1:] or self._read[:1]
            if newest and entry.seq <= newest[0].seq:
                return
            self._added.append(entry)
            self._entries[entry.seq] = entry
            undone = entry.undoes
            if undone is not None:
                self._undoes.setdefault(undone, []).append(entry.seq)
                self._undone[entry.seq] = undone
            while undone is not None and (undone in self._fallen) != self._is_taken_back(undone):
                self._fallen ^= {undone}  # the action that it undid stands again, and so on
                undone = self._undone.get(undone)

    def entries(self, about: Collection[str] | None = None) -> Iterator[JournalEntry]:
        """The actions, newest first. With `about`, actions about something else may be left out."""
        yield from reversed(list(self._added))
        for place in count():
            if place == len(self._read) and not self._read_more():
                break
            yield self._read[place]
        if self._room <= 0:
            yield from self._beyond(about)

    def get(self, seq: int) -> JournalEntry | None:
        """An action by number, if the journals reach it."""
        while seq not in self._entries and seq < self._known_from and self._read_more():
            pass
        if seq in self._entries or self._room > 0:
            return self._entries.get(seq)
        entry = next(self._past(seq + 1), None)
        return entry if entry and entry.seq == seq else None

    def stands(self, seq: int) -> bool:
        """Whether an action is not undone."""
        self._know(seq)
        return seq not in self._fallen

    def taken_back_by(self, entry: JournalEntry) -> int | None:
        """The last undo of an action; None if the action stands, or a part of it is in force again."""
        undoes = self._standing_undoes(entry.seq)
        return undoes[-1] if undoes and not self.in_force(entry) else None

    def is_to_take_back(self, entry: JournalEntry) -> bool:
        """Whether an action stands, or a part of it is in force again."""
        return self.stands(entry.seq) or bool(self.in_force(entry))

    def given_back(self, entry: JournalEntry) -> set[Slot]:
        """The slots of an action that an undo restored."""
        undoes = [_slots(undo.changes) for seq in self._standing_undoes(entry.seq) if (undo := self.get(seq))]
        if not all(undoes):  # an undo that changed nothing decided: nothing was left to restore
            return _slots(entry.changes)
        return {slot for slots in undoes for slot in slots}

    def in_force(self, entry: JournalEntry) -> list[Part]:
        """The slots of an action that were neither undone nor decided again."""
        gone = self.given_back(entry)
        left = [part for part in parts_of(entry.changes) if part.isdisjoint(gone)]
        since = self.changed_since(entry.seq, {name for part in left for _, name, _ in part}) if left else ()
        return [part for part in left if part.isdisjoint(since)]

    def last_done(self, counts: Callable[[JournalEntry], bool], *, asks: bool = False) -> JournalEntry | None:
        """The newest decision with a part in force, among the actions that count; undo undoes it.

        With `asks`, also a decision that stands although all of it was decided again; the user is asked about it.
        """
        for entry in self.entries():
            if entry.undoes is None and counts(entry):
                made = self.last_making(entry)
                if (asks and self.stands(made.seq)) or self.in_force(made):
                    return made
        return None

    def last_undone(self, counts: Callable[[JournalEntry], bool]) -> JournalEntry | None:
        """The newest undo that stands, among the actions that count; redo undoes it.

        The search ends at the newest decision: a new decision ends redo.
        """
        for entry in self.entries():
            if not counts(entry):
                continue
            if entry.undoes is None:
                return None
            if self.stands(entry.seq) and self.is_undo(entry):
                return entry
        return None

    def last_making(self, entry: JournalEntry) -> JournalEntry:
        """The action, or its last redo if that stands."""
        self._know(entry.seq)
        while True:
            again = [made for undo in self._undoes.get(entry.seq, ()) for made in self._standing_undoes(undo)]
            newest = self.get(max(again)) if again else None
            if newest is None:
                return entry
            entry = newest

    def decision_of(self, entry: JournalEntry) -> JournalEntry:
        """The decision that an action made, undid or redid, if the journals reach it."""
        return self._chain(entry)[0]

    def is_undo(self, entry: JournalEntry) -> bool:
        """Whether an action undid a decision."""
        decision, steps = self._chain(entry)
        return decision.undoes is None and steps % 2 == 1

    def changed_since(self, seq: int, about: Collection[str]) -> set[Slot]:
        """Later decisions about these slots that nothing undid, by slot.

        An undo may leave a part of an action alone.
        """
        told: set[tuple[Slot, int]] = set()
        decided: set[Slot] = set()
        for entry in self.entries(about):
            if entry.seq <= seq:
                break
            first, steps = entry.seq, 0
            while (undone := self._undone.get(first, 0)) > seq:
                first, steps = undone, steps + 1
            for slot in _slots(entry.changes):
                if slot[1] in about and (slot, first) not in told:  # else a later action decides
                    told.add((slot, first))
                    if steps % 2 == 0:
                        decided.add(slot)
        return decided

    def _chain(self, entry: JournalEntry) -> tuple[JournalEntry, int]:
        """The action at the end of a chain of undos, and the number of steps."""
        steps = 0
        while entry.undoes is not None and (undone := self.get(entry.undoes)):
            entry, steps = undone, steps + 1
        return entry, steps

    def _standing_undoes(self, seq: int) -> list[int]:
        """The undo actions of an action that stand themselves, oldest first."""
        self._know(seq)
        return [undo for undo in self._undoes.get(seq, ()) if undo not in self._fallen]

    def _is_taken_back(self, seq: int) -> bool:
        return not self._fallen.issuperset(self._undoes[seq])

    def _know(self, seq: int) -> None:
        """Read back to an action, so that all its undo actions are known."""
        while seq < self._known_from and self._read_more():
            pass
        if seq < self._known_from:
            for entry in self._beyond(()):
                if entry.seq <= seq:
                    return

    def _read_more(self) -> bool:
        """Read the action before those in memory; False if there is none or no room."""
        with self._reading:
            if self._room <= 0:
                return False
            try:
                entry = next(self._older, None)
            except StoreError:  # the next question continues here
                self._older = self._past(self._read[-1].seq if self._read else None)
                raise
            if entry is None:
                self._known_from = 0
                return False
            self._room -= 1 + len(entry.changes)
            self._entries[entry.seq] = entry
            self._note(entry)
            self._read.append(entry)
            return True

    def _beyond(self, about: Collection[str] | None) -> Iterator[JournalEntry]:
        """The actions before those in memory, read again."""
        for entry in self._past(self._read[-1].seq, about):
            with self._reading:
                self._note(entry)
            yield entry
        self._known_from = 0

    def _note(self, entry: JournalEntry) -> None:
        """Record what an action undid. Every later action is known."""
        if entry.seq >= self._known_from:
            return
        self._known_from = entry.seq
        if entry.undoes is not None:
            self._undoes.setdefault(entry.undoes, []).insert(0, entry.seq)
            self._undone[entry.seq] = entry.undoes
            if entry.seq not in self._fallen:
                self._fallen.add(entry.undoes)


def _slots(changes: Iterable[DocumentChange]) -> set[Slot]:
    """All slots that changes decided."""
    return {slot for part in parts_of(changes) for slot in part}
