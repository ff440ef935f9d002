"""Windows on one library beside the plain dict that says what they must show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import UNDECIDED, ReadingState
from paperreader.domain.text import Safe
from paperreader.errors import StoreError
from paperreader.storage.journal_storage import JournalStorage
from paperreader.storage.reading_store import ReadingStore

Contents = dict[PaperKey, ReadingState]
"""What was decided, without the moments at which it was."""

BEGIN = datetime(2025, 3, 14, tzinfo=UTC)


def ticking(start: int = 0, step: int = 1) -> Callable[[], datetime]:
    """A clock that shows no moment twice; two of them with different starts and the same step never agree."""
    ticks = count(start, step)
    return lambda: BEGIN + timedelta(milliseconds=next(ticks))


def contents(store: ReadingStore) -> Contents:
    """What a store shows."""
    states = {key: without_moment(store.state(key)) for key in store.keys()}  # noqa: SIM118 - a store is no mapping
    return {key: state for key, state in states.items() if state != UNDECIDED}


def without_moment(state: ReadingState) -> ReadingState:
    """A state that can be compared with the same one of another time."""
    return replace(state, decided_at=None, decided_in=None)


def fold(store: ReadingStore) -> None:
    """Fold a store's journal into its snapshot; raises StoreError."""
    storage = cast(JournalStorage, store.db.storage)
    storage.exclusively(storage.compact)


Slot = tuple[PaperKey, str]
"""A paper and an aspect of what is decided about it: a field, or a single tag."""


@dataclass(frozen=True, slots=True)
class Version:
    """What an aspect is, and the action that made it so (0: none did)."""

    value: object = None
    made_by: int = 0


class ReadingModel:
    """What is decided, in plain dicts, by the number of each action."""

    def __init__(self) -> None:
        self._versions: dict[PaperKey, dict[str, Version]] = {}
        self._actions: dict[int, dict[Slot, tuple[Version, Version]]] = {}

    def contents(self) -> Contents:
        """What every window must show."""
        states = {key: self._state(key) for key in self._versions}
        return {key: state for key, state in states.items() if state != UNDECIDED}

    def decide(self, number: int, decisions: Mapping[PaperKey, Decision]) -> None:
        """Take over an action of that number."""
        after = {}
        for key, decision in decisions.items():
            before, changed = (_aspects(state) for state in (self._state(key), _decided(self._state(key), decision)))
            for aspect in before.keys() | changed.keys():
                if before.get(aspect) != changed.get(aspect):
                    after[key, aspect] = Version(changed.get(aspect), number)
        self._take(number, after)

    def undo(self, number: int, undone: int) -> set[PaperKey]:
        """Take back an action; the papers that were changed since, in what it changed, stay so."""
        changes = self._actions[undone]
        current = {slot: before for slot, (before, after) in changes.items() if self._version(slot) == after}
        self._take(number, current)
        return {key for key, _ in changes.keys() - current.keys()}

    def _take(self, number: int, after: Mapping[Slot, Version]) -> None:
        self._actions[number] = {slot: (self._version(slot), version) for slot, version in after.items()}
        for (key, aspect), version in after.items():
            self._versions.setdefault(key, {})[aspect] = version

    def _version(self, slot: Slot) -> Version:
        key, aspect = slot
        return self._versions.get(key, {}).get(aspect, Version())

    def _state(self, key: PaperKey) -> ReadingState:
        versions = self._versions.get(key, {})
        fields = {aspect: version.value for aspect, version in versions.items() if version.value is not None}
        tags = tuple(sorted(Safe(aspect[1:]) for aspect in fields if aspect.startswith("#")))
        plain: dict[str, Any] = {name: value for name, value in fields.items() if not name.startswith("#")}
        return replace(UNDECIDED, tags=tags, **plain)


def _aspects(state: ReadingState) -> dict[str, object]:
    """What is decided in a state, field by field and tag by tag."""
    fields = {"status": state.status, "starred": state.starred, "note": state.note}
    decided = {name: value for name, value in fields.items() if value != getattr(UNDECIDED, name)}
    return decided | {f"#{tag}": True for tag in state.tags}


def _decided(state: ReadingState, decision: Decision) -> ReadingState:
    """A state after a decision: the rules once more, so that a mistake in one place is seen in the other."""
    match decision:
        case SetStar():
            return replace(state, starred=decision.on)
        case SetStatus():
            return replace(state, status=decision.status)
        case EditTags():
            return replace(state, tags=tuple(sorted({*state.tags, *decision.add}.difference(decision.remove))))
        case SetNote():
            if decision.seen is None or state.note in ("", decision.seen, decision.text) or not decision.text:
                is_other = decision.seen is not None and state.note not in ("", decision.seen)
                return state if is_other else replace(state, note=decision.text)
            return replace(state, note=Safe(f"{state.note}\n\n{decision.text}"))


class Windows:
    """Some windows on one library, each a store; what is acknowledged goes to the model, what is refused does not.

    A window that is not there is one of those that are.
    """

    def __init__(self, open_store: Callable[[int], ReadingStore], number: int = 1) -> None:
        self._open_store = open_store
        self.model = ReadingModel()
        self.stores = [open_store(window) for window in range(number)]
        self.acknowledged = 0
        self.notices: list[str] = []
        self._own: list[list[int]] = [[] for _ in self.stores]

    def decide(self, window: int, decisions: Mapping[PaperKey, Decision]) -> bool:
        """Make an action of decisions in a window; whether it was acknowledged."""
        window %= len(self.stores)
        store = self.stores[window]
        try:
            action = store.finish(store.decide("decide", decisions, {}))
        except StoreError:
            return False
        if action.seq:
            self.model.decide(action.seq, decisions)
            self._remember(window, action)
        return True

    def undo(self, window: int) -> bool:
        """Take back the last action of a window that was not taken back yet; whether it was acknowledged."""
        window %= len(self.stores)
        if not self._own[window]:
            return True
        undone = self._own[window][-1]
        store = self.stores[window]
        try:
            action = store.finish(store.undo(undone))
        except StoreError:
            return False
        self._own[window].pop()
        conflicts = self.model.undo(action.seq, undone)
        assert set(action.conflicts) == conflicts
        self.acknowledged += 1
        return True

    def fold(self, window: int) -> bool:
        """Fold the journal; whether the disk took it."""
        window %= len(self.stores)
        try:
            fold(self.stores[window])
        except StoreError:
            return False
        return True

    def reopen(self, window: int, *, close: bool = True) -> None:
        """Close a window, or leave it as a kill does, and open it again; what it did cannot be taken back any more."""
        if close:
            self.stores[window].close()
        self.stores[window] = self._open_store(window)
        self._own[window] = []

    def check(self) -> None:
        """Every window shows what the model says, and remembers no repair."""
        expected = self.model.contents()
        for number, store in enumerate(self.stores):
            store.poll()
            assert contents(store) == expected, f"window {number}"
            self.notices += store.take_notices()

    def close(self) -> None:
        """Close all windows."""
        for store in self.stores:
            store.close()

    def _remember(self, window: int, action: Action) -> None:
        self._own[window].append(action.seq)
        self.acknowledged += 1


def steps_of_a_session() -> Iterator[Callable[[Windows], object]]:
    """Two windows decide, take back and fold, in two generations; what is written grows and shrinks."""
    from paperreader.domain.reading import ReadingStatus, make_note, make_tags

    a, b, c = (PaperKey(f"title:{name}") for name in "abc")
    yield lambda windows: windows.decide(0, {a: SetStar(True)})
    yield lambda windows: windows.decide(0, {b: EditTags(add=make_tags(["ä", "b"]))})
    yield lambda windows: windows.decide(1, {a: SetNote(make_note("n" * 200))})
    yield lambda windows: windows.decide(0, {a: SetStar(False), b: SetStar(True), c: SetStar(True)})
    yield lambda windows: windows.undo(0)
    yield lambda windows: windows.fold(0)
    yield lambda windows: windows.decide(1, {a: SetNote(make_note("short"))})
    yield lambda windows: windows.decide(0, {c: SetStatus(ReadingStatus.LATER)})
    yield lambda windows: windows.undo(1)
    yield lambda windows: windows.fold(1)
    yield lambda windows: windows.decide(0, {b: EditTags(remove=make_tags(["b"])), a: SetStatus(ReadingStatus.READ)})
    yield lambda windows: windows.undo(0)
    yield lambda windows: windows.decide(1, {c: SetStar(True)})
