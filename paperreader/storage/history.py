"""What was done, as far as the journals reach, and what of it stands: by this undo, redo and the timeline go.

An action that takes another back names it. Taking back such an action makes what it took back stand again: an undo of
an undo is a redo. Nothing is ever removed from the history.
"""

from collections.abc import Callable, Iterable

from paperreader.storage.journal_format import Document, DocumentChange, JournalEntry

Slot = tuple[str, str, str]
"""Something that actions change: a table, the key of a paper there (else the number of a document), and an aspect."""

BOOKKEEPING = frozenset({"key", "decided_at", "decided_in", "title", "link", "authors"})
"""The fields of a document that go along with a decision and are none themselves."""
TAG = "#"
"""What the aspect of a single tag begins with."""


def name_of(change: DocumentChange) -> str:
    """What a change is about: papers go by their key, because a document that comes back has another number."""
    key = ((change.after or change.before) or {}).get("key")
    return key if isinstance(key, str) else change.number


def aspects_of(change: DocumentChange) -> set[str]:
    """What of a document a change decided: fields by their names, and each tag by itself.

    Two decisions about one paper contradict each other only where they are about the same of these.
    """
    before, after = change.before or {}, change.after or {}
    aspects = {name for name in {**before, **after} if before.get(name) != after.get(name)} - BOOKKEEPING
    if "tags" in aspects:
        aspects.remove("tags")
        aspects |= {f"{TAG}{tag}" for tag in tags_of(before) ^ tags_of(after)}
    return aspects


def tags_of(document: Document) -> frozenset[str]:
    """The tags of a document, if it has any."""
    tags = document.get("tags")
    return frozenset(map(str, tags)) if isinstance(tags, list) else frozenset()


def slots_of(change: DocumentChange) -> set[Slot]:
    """All that a change decided."""
    return {(change.table, name_of(change), aspect) for aspect in aspects_of(change)}


def returned(now: Document | None, change: DocumentChange, aspects: Iterable[str]) -> Document | None:
    """A document in which some aspects are what they were before a change; None where no decision is left."""
    before = change.before or {}
    document = {"key": name_of(change), **(now or {})}
    tags = set(tags_of(document))
    for aspect in aspects:
        if aspect.startswith(TAG):
            tag = aspect.removeprefix(TAG)
            (tags.add if tag in tags_of(before) else tags.discard)(tag)
        elif aspect in before:
            document[aspect] = before[aspect]
        else:
            document.pop(aspect, None)
    document["tags"] = sorted(tags)
    if not tags:
        del document["tags"]
    if document.keys() <= BOOKKEEPING:
        return None
    kept = {name: before[name] for name in ("title", "link", "authors") if name in before}
    return kept | document


class History:
    """The actions by their numbers, oldest first."""

    def __init__(self, entries: Iterable[JournalEntry] = ()) -> None:
        self._entries: dict[int, JournalEntry] = {}
        self._taken_back: dict[int, int] = {}
        """The actions that do not stand, and which action took each back."""
        for entry in sorted(entries, key=lambda entry: entry.seq):
            self.add(entry)

    def add(self, entry: JournalEntry) -> None:
        """Take in the next action; one that is known already is passed over."""
        if entry.seq in self._entries:
            return
        self._entries[entry.seq] = entry
        if entry.undoes is not None:
            self._take_back(entry.undoes, entry.seq)

    def entries(self) -> list[JournalEntry]:
        """The actions, oldest first."""
        return list(self._entries.values())

    def get(self, seq: int) -> JournalEntry | None:
        """The action of a number, as far back as the journals reach."""
        return self._entries.get(seq)

    def stands(self, seq: int) -> bool:
        """Whether an action has not been taken back."""
        return seq not in self._taken_back

    def taken_back_by(self, seq: int) -> int | None:
        """The action that took one back, or None while it stands."""
        return self._taken_back.get(seq)

    def last_done(self, counts: Callable[[JournalEntry], bool]) -> JournalEntry | None:
        """The newest decision that stands, among the actions that count: what an undo takes back."""
        found = (entry for entry in reversed(self.entries()) if entry.undoes is None)
        return next((entry for entry in found if self.stands(entry.seq) and counts(entry)), None)

    def last_undone(self, counts: Callable[[JournalEntry], bool]) -> JournalEntry | None:
        """The newest undo that stands, among the actions that count: what a redo takes back.

        Looked for back to the newest decision: a new one ends what could be done again.
        """
        for entry in reversed(self.entries()):
            if not counts(entry):
                continue
            if entry.undoes is None:
                return None
            if self.stands(entry.seq) and self._is_undo(entry):
                return entry
        return None

    def changed_since(self, seq: int) -> set[Slot]:
        """What later actions decided and nothing took back."""
        later = [entry for entry in self.entries() if entry.seq > seq]
        undone = {
            (number, slot)
            for entry in later
            if entry.undoes is not None and entry.undoes > seq and self.stands(entry.seq)
            for number in (entry.seq, entry.undoes)
            for change in entry.changes
            for slot in slots_of(change)
        }
        slots = ((entry.seq, slot) for entry in later for change in entry.changes for slot in slots_of(change))
        return {slot for seq, slot in slots if (seq, slot) not in undone}

    def _is_undo(self, entry: JournalEntry) -> bool:
        """Whether an action took back a decision, rather than an undo."""
        undone = self.get(entry.undoes) if entry.undoes is not None else None
        return undone is not None and undone.undoes is None

    def _take_back(self, seq: int, by: int) -> None:
        """Note that an action stands no more; what it took back itself then stands again, and so on."""
        self._taken_back[seq] = by
        undone = self.get(seq)
        if undone is None or undone.undoes is None:
            return
        again = self.get(undone.undoes)
        self._taken_back.pop(undone.undoes, None)
        if again is not None and again.undoes is not None:
            self._take_back(again.undoes, again.seq)
