"""What was done, as far as the journals reach, and what of it stands: by this undo, redo and the timeline go.

An action that takes another back names it. Taking back such an action makes what it took back stand again: an undo of
an undo is a redo. Nothing is ever removed from the history.

An undo may leave some of an action alone, because it was decided again since. That part is in force again when the
later decision is taken back, and can be taken back itself then.
"""

from collections.abc import Callable, Iterable

from paperreader.storage.journal_format import Document, DocumentChange, JournalEntry
from paperreader.storage.reading_documents import (
    BOOKKEEPING,
    KEPT,
    NAMES,
    TOLD_FROM,
    holds_what_is_kept,
    name_of,
    tags_of,
    told_from,
)

Slot = tuple[str, str, str]
"""Something that actions change: a table, the key of a paper there (else the number of a document), and an aspect."""

_SETS = {"#": ("tags", tags_of), "≠": (TOLD_FROM, told_from)}
"""The fields each of whose members is decided by itself: what the aspect of a member begins with, and how it is read.
"""


def aspects_of(change: DocumentChange) -> set[str]:
    """What of a document a change decided: fields by their names, each tag by itself, and each
    name that a paper is told from.

    Two decisions about one paper contradict each other only where they are about the same of these.
    """
    before, after = change.before or {}, change.after or {}
    aspects = {name for name in {**before, **after} if before.get(name) != after.get(name)} - BOOKKEEPING
    for sign, (field, members) in _SETS.items():
        if field in aspects:
            aspects.remove(field)
            aspects |= {f"{sign}{member}" for member in set(members(before)) ^ set(members(after))}
    return aspects


def slots_of(change: DocumentChange) -> set[Slot]:
    """All that a change decided."""
    return {(change.table, name_of(change), aspect) for aspect in aspects_of(change)}


def returned(now: Document | None, change: DocumentChange, aspects: Iterable[str]) -> Document | None:
    """A document in which some aspects are what they were before a change; None where no decision is left."""
    before = change.before or {}
    document = {"key": name_of(change), **{name: before[name] for name in NAMES if name in before}, **(now or {})}
    sets: dict[str, set[str]] = {sign: set(members(document)) for sign, (_, members) in _SETS.items()}
    for aspect in aspects:
        if aspect[0] in _SETS:
            sign, member = aspect[0], aspect[1:]
            (sets[sign].add if member in _SETS[sign][1](before) else sets[sign].discard)(member)
        elif aspect in before:
            document[aspect] = before[aspect]
        else:
            document.pop(aspect, None)
    for sign, (field, _) in _SETS.items():
        document[field] = sorted(sets[sign])
        if not sets[sign]:
            del document[field]
    if document.keys() <= BOOKKEEPING:
        return None
    if not holds_what_is_kept(document):
        return {name: value for name, value in document.items() if name not in KEPT}
    return {name: before[name] for name in KEPT if name in before} | document


class History:
    """The actions by their numbers, oldest first."""

    def __init__(self, entries: Iterable[JournalEntry] = ()) -> None:
        self._entries: dict[int, JournalEntry] = {}
        self._undoes: dict[int, list[int]] = {}
        """Which actions took each back, oldest first, whether or not they stand themselves."""
        self._fallen: set[int] = set()
        """The actions that do not stand."""
        for entry in sorted(entries, key=lambda entry: entry.seq):
            self.add(entry)

    def add(self, entry: JournalEntry) -> None:
        """Take in the next action; one that is known already is passed over."""
        if entry.seq in self._entries:
            return
        self._entries[entry.seq] = entry
        undone = entry.undoes
        if undone is not None:
            self._undoes.setdefault(undone, []).append(entry.seq)
        while undone is not None and self.stands(undone) == bool(self._standing_undoes(undone)):
            self._fallen ^= {undone}  # and what it took back itself stands again, and so on
            again = self.get(undone)
            undone = again.undoes if again else None

    def entries(self) -> list[JournalEntry]:
        """The actions, oldest first."""
        return list(self._entries.values())

    def get(self, seq: int) -> JournalEntry | None:
        """The action of a number, as far back as the journals reach."""
        return self._entries.get(seq)

    def stands(self, seq: int) -> bool:
        """Whether an action has not been taken back."""
        return seq not in self._fallen

    def taken_back_by(self, entry: JournalEntry) -> int | None:
        """The action that took one back last; None while it stands, or anything of it is in force again."""
        undoes = self._standing_undoes(entry.seq)
        return undoes[-1] if undoes and not self.in_force(entry) else None

    def is_to_take_back(self, entry: JournalEntry) -> bool:
        """Whether an action stands, or something of it that was left alone is in force again."""
        return self.stands(entry.seq) or bool(self.in_force(entry))

    def given_back(self, entry: JournalEntry) -> set[Slot]:
        """What of an action is as it was before it, because it was taken back and that stands."""
        undoes = [self._entries[seq].changes for seq in self._standing_undoes(entry.seq)]
        if not all(undoes):  # one that had nothing to change: all was so already
            return _slots(entry.changes)
        return {slot for changes in undoes for slot in _slots(changes)}

    def in_force(self, entry: JournalEntry) -> set[Slot]:
        """What of an action neither was taken back nor decided again since."""
        left = _slots(entry.changes) - self.given_back(entry)
        return left - self.changed_since(entry.seq) if left else left

    def last_done(self, counts: Callable[[JournalEntry], bool], *, asks: bool = False) -> JournalEntry | None:
        """The newest decision of which something is in force, among the actions that count: what an undo takes back.

        `asks`: or that stands, however much of it was decided again since; the user is asked what to do about that.
        """
        for entry in reversed(self.entries()):
            if entry.undoes is None and counts(entry):
                made = self.last_making(entry)
                if (asks and self.stands(made.seq)) or self.in_force(made):
                    return made
        return None

    def last_undone(self, counts: Callable[[JournalEntry], bool]) -> JournalEntry | None:
        """The newest undo that stands, among the actions that count: what a redo takes back.

        Looked for back to the newest decision: a new one ends what could be done again.
        """
        for entry in reversed(self.entries()):
            if not counts(entry):
                continue
            if entry.undoes is None:
                return None
            if self.stands(entry.seq) and self.is_undo(entry):
                return entry
        return None

    def last_making(self, entry: JournalEntry) -> JournalEntry:
        """An action, or what made it again last, if that stands: what was decided before that is no part of it."""
        while True:
            again = [made for undo in self._undoes.get(entry.seq, ()) for made in self._standing_undoes(undo)]
            if not again:
                return entry
            entry = self._entries[max(again)]

    def decision_of(self, entry: JournalEntry) -> JournalEntry:
        """The decision that an action made, took back or made again, as far as the journals reach."""
        return self._chain(entry)[-1]

    def is_undo(self, entry: JournalEntry) -> bool:
        """Whether an action took back a decision, rather than made one, or made it again."""
        chain = self._chain(entry)
        return chain[-1].undoes is None and len(chain) % 2 == 0

    def changed_since(self, seq: int) -> set[Slot]:
        """What later actions decided and nothing took back, each slot followed by itself: an undo may leave some."""
        decided: set[tuple[Slot, int]] = set()
        for entry in (entry for entry in self.entries() if entry.seq > seq):
            chain = [each.seq for each in self._chain(entry) if each.seq > seq]
            slots = {(slot, chain[-1]) for change in entry.changes for slot in slots_of(change)}
            if len(chain) % 2:
                decided |= slots
            else:
                decided -= slots
        return {slot for slot, _ in decided}

    def _chain(self, entry: JournalEntry) -> list[JournalEntry]:
        """An action, the one that it took back, the one that this took back, and so on."""
        chain = [entry]
        while chain[-1].undoes is not None and (undone := self.get(chain[-1].undoes)):
            chain.append(undone)
        return chain

    def _standing_undoes(self, seq: int) -> list[int]:
        """The actions that took one back and stand themselves, oldest first."""
        return [undo for undo in self._undoes.get(seq, ()) if self.stands(undo)]


def _slots(changes: Iterable[DocumentChange]) -> set[Slot]:
    """All that changes decided."""
    return {slot for change in changes for slot in slots_of(change)}
