"""Windows on one library beside the plain dict that says what they must show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import cast

from history_model import Contents, Made, ReadingModel

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import Action, OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import UNDECIDED, ReadingState
from paperreader.errors import StoreError
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.reading.store import ReadingStore

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


class Windows:
    """Some windows on one library, each a store that is called `window` with its number.

    What is acknowledged goes to the model, what is refused does not. A window that is not there is one that is.
    """

    def __init__(self, open_store: Callable[[int], ReadingStore], number: int = 1) -> None:
        self._open_store = open_store
        self.model = ReadingModel()
        self.stores = [open_store(window) for window in range(number)]
        self.acknowledged = 0
        self.notices: list[str] = []
        self._own: list[list[int]] = [[] for _ in self.stores]
        self._opened_at = [0 for _ in self.stores]

    def decide(self, window: int, decisions: Mapping[PaperKey, Decision]) -> bool:
        """Make an action of decisions in a window; whether it was acknowledged."""
        window %= len(self.stores)
        store = self.stores[window]
        try:
            action = store.finish(store.decide("decide", decisions, {}))
        except StoreError:
            return False
        if action.seq:
            self.model.decide(action.seq, decisions, action.window)
            self._remember(window, action)
        return True

    def undo(self, window: int) -> bool:
        """Take back the last action of a window that was not taken back yet; whether it was acknowledged."""
        window %= len(self.stores)
        if not self._own[window]:
            return True
        if not self.take_back(window, self._own[window][-1]):
            return False
        self._own[window].pop()
        self.acknowledged += 1
        return True

    def take_back(self, window: int, undone: int, on_conflict: OnConflict = OnConflict.LEAVE) -> bool:
        """Take back an action by its number in a window; whether that was acknowledged, and if not, nothing changed."""
        store = self.stores[window % len(self.stores)]
        made = self.model.last_making(undone)
        return self._take_back(lambda: store.undo(undone, on_conflict=on_conflict), made, on_conflict, store)

    def undo_last(self, window: int, on_conflict: OnConflict, *, own: bool) -> None:
        """Take back the newest decision that stands: of all, or of those that no other window made since."""
        self._undo_or_redo(window, on_conflict, own=own, undoes=True)

    def redo(self, window: int, on_conflict: OnConflict, *, own: bool) -> None:
        """Do again what was taken back last, if anything was and no decision came since."""
        self._undo_or_redo(window, on_conflict, own=own, undoes=False)

    def _undo_or_redo(self, window: int, on_conflict: OnConflict, *, own: bool, undoes: bool) -> None:
        window %= len(self.stores)
        store, name, opened_at = self.stores[window], f"window {window}", self._opened_at[window]

        def counts(made: Made) -> bool:
            return not own or made.window == name or made.number <= opened_at

        undone = self.model.to_undo(counts, asks=own) if undoes else self.model.to_redo(counts)
        begin = store.undo if undoes else store.redo
        if undone is None:
            action = store.finish(begin(on_conflict=on_conflict, own=own))
            assert (action.seq, action.undoes, action.conflicts) == (0, None, ())
        else:
            assert self._take_back(lambda: begin(on_conflict=on_conflict, own=own), undone, on_conflict, store)

    def _take_back(
        self, begin: Callable[[], Future[Action]], undone: int, on_conflict: OnConflict, store: ReadingStore
    ) -> bool:
        try:
            action = store.finish(begin())
        except StoreError:
            return False
        assert action.undoes == undone
        conflicts = self.model.undo(action.seq, undone, on_conflict, action.window)
        assert not action.seq or action.seq in self.model.numbers(), "nothing is journalled that takes nothing back"
        assert set(action.conflicts) == conflicts
        assert action.was_refused == (bool(conflicts) and on_conflict is OnConflict.REFUSE)
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
        self._own[window], self._opened_at[window] = [], max(self.model.numbers(), default=0)

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
    from paperreader.domain.reading_state import ReadingStatus, make_note, make_tags

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
