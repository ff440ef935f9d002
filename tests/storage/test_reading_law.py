"""What holds of decisions about papers whose names change between them, in small worlds where all names meet."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.captures import UserPairs
from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus, apply
from paperreader.domain.history import OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingState, ReadingStatus, make_note, make_tags
from paperreader.storage.reading.store import ReadingStore, Settlement

NAMES = ("arxiv:1", "arxiv:2", "doi:10.1/1", "text:1", "text:2", "text:3")
DECISIONS: Sequence[Decision] = (
    SetStar(True),
    SetStar(False),
    SetStatus(ReadingStatus.READ),
    SetStatus(ReadingStatus.UNREAD),
    EditTags(make_tags(["a"])),
    EditTags(remove=make_tags(["a"])),
    SetNote(make_note("n")),
    SetNote(make_note("")),
)


@dataclass
class World:
    """A partition of names: to which paper each belongs; a name of none is borne by several, by one or by no paper."""

    owners: Mapping[str, int]
    bearers: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def papers(self) -> dict[int, tuple[str, ...]]:
        """The names of each paper, best first."""
        found: dict[int, tuple[str, ...]] = {}
        for name in NAMES:
            if name in self.owners:
                found[self.owners[name]] = (*found.get(self.owners[name], ()), name)
        return found

    def names_of(self, keys: Iterable[str]) -> Mapping[PaperKey, tuple[str, ...]]:
        """The names of the papers that own names."""
        papers = self.papers()
        return {PaperKey(key): papers[self.owners[key]] for key in keys if key in self.owners}

    def bearers_of(self, names: Iterable[str]) -> Mapping[str, frozenset[PaperKey]]:
        """The papers that bear names."""
        papers = self.papers()
        bearers = {name: frozenset([paper]) for name, paper in self.owners.items()} | dict(self.bearers)
        return {name: frozenset(PaperKey(papers[paper][0]) for paper in bearers.get(name, ())) for name in names}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A few papers of the names, some of which are contested, or of no paper at all."""
    owners = {name: draw(st.integers(0, 3)) for name in NAMES}
    papers = sorted(set(owners.values()))
    loose = draw(st.sets(st.sampled_from(NAMES), max_size=2))
    owned = {name: paper for name, paper in owners.items() if name not in loose}
    papers = sorted(set(owned.values()))
    bearers = {name: frozenset(draw(st.sets(st.sampled_from(papers), max_size=3))) for name in sorted(loose)}
    return World(owned, bearers)


STEPS = st.lists(
    st.one_of(
        worlds(),
        st.tuples(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), st.sampled_from(DECISIONS)),
        st.tuples(st.lists(st.sampled_from(NAMES), min_size=1, max_size=1), st.sampled_from(DECISIONS)),
        st.tuples(st.just("settle"), st.sampled_from(NAMES)),
        st.sampled_from(["undo", "redo", "fold", "window"]),
    ),
    max_size=20,
)
FIRST = st.lists(
    st.fixed_dictionaries(
        {"names": st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)},
        optional={"starred": st.just(True), "status": st.just("later"), "note": st.just("first")},
    ),
    max_size=4,
)


class Window:
    """A folder with a store that is opened again now and then, at times that go on."""

    def __init__(self, folder: Path, first: Iterable[dict[str, Any]]) -> None:
        self._folder, self._now = folder, datetime(2025, 3, 14, tzinfo=UTC)
        self.store = self.open()
        for document in first:
            names = document["names"]
            fields = {name: value for name, value in document.items() if name != "names"}
            self.store.db.table("papers").insert({"key": names[0], "also": names[1:], "note": "x"} | fields)
        self.fold()
        self.store.close()
        for journal in folder.glob("*.journal"):  # what came first cannot be undone
            if journal.stat().st_size:
                journal.unlink()
        self.store = self.open()
        self.first = self.store.documents()

    def open(self) -> ReadingStore:
        """Another window."""
        return ReadingStore(self._folder, clock=self._time)

    def fold(self) -> None:
        """Write all into a snapshot."""
        storage = cast(Any, self.store.db.storage)
        storage.exclusively(storage.compact)

    def _time(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


def _states(store: ReadingStore, world: World) -> dict[tuple[str, ...], ReadingState]:
    return {names: store.state(names[0], names[1:]) for names in world.papers().values()}


def _said(state: ReadingState) -> tuple[object, ...]:
    return state.status, state.starred, state.tags, state.note


@examples(400)
@given(FIRST, worlds(), STEPS)
def test_decisions_hold_however_names_change(first: list[dict[str, Any]], world: World, steps: list[Any]) -> None:
    """Rule: a decision is on its paper and on no other, and undo in order gives back each earlier state exactly."""
    folder = Path(tempfile.mkdtemp())
    window = Window(folder, first)
    past: list[dict[str, Any]] = []
    future: list[dict[str, Any]] = []
    windows = [window.store]
    try:
        for step in steps:
            store, before = window.store, window.store.documents()
            match step:
                case World():
                    world = step
                case "fold":
                    window.fold()
                case "window":
                    window.store = window.open()
                    windows.append(window.store)
                case "undo" | "redo":
                    source, target = (past, future) if step == "undo" else (future, past)
                    states = _states(store, world)
                    make = store.undo if step == "undo" else store.redo
                    action = store.finish(make(naming=world))
                    assert (action.undoes is not None) == bool(source)
                    if source:
                        target.append(before)
                        assert store.documents() == source.pop()
                        told = {change.key: (change.before, change.after) for change in action.changes}
                        now = _states(store, world)
                        for names, state in states.items():
                            assert told.get(PaperKey(names[0]), (state, state)) == (state, now[names])
                case "settle", name:
                    own = world.names_of([name]).get(PaperKey(name))
                    if own is None:
                        continue
                    states = _states(store, world)
                    pairs = UserPairs(same=store.pairs().same ^ {("a", f"b{len(steps)}")})
                    action = store.finish(store.settle("settle", lambda _, p=pairs, o=own: Settlement(p, [o]), world))  # type: ignore[misc]
                    assert {key: _said(state) for key, state in _states(store, world).items()} == {
                        key: _said(state) for key, state in states.items()
                    }
                    assert len(store.bearing(own)) <= 1
                    past.append(before)
                    future.clear()
                case asked, decision:
                    states = _states(store, world)
                    action = store.finish(store.decide("act", dict.fromkeys(map(PaperKey, asked), decision), {}, world))
                    now = _states(store, world)
                    decided = set(world.names_of(asked).values())
                    for names, state in states.items():
                        wanted = apply(state, decision, datetime.now(UTC)) if names in decided else state
                        assert _said(now[names]) == _said(wanted)
                        if names in decided and wanted is not state:
                            (document,) = store.bearing(names).values()
                            assert document["key"] == names[0]
                            others = {other for own in states if own != names for other in own}
                            assert others.isdisjoint(document.get("also", []))
                    if action.seq:
                        past.append(before)
                        future.clear()
            for other in (window.store, window.open()):
                assert _states(other, world) == _states(window.store, world)
                if other is not window.store:
                    other.close()
        while past:
            action = window.store.finish(window.store.undo())
            assert window.store.documents() == past.pop()
        assert window.store.documents() == window.first
    finally:
        for store in windows:
            store.close()
        shutil.rmtree(folder)


@examples(400)
@given(FIRST, worlds(), STEPS, st.lists(st.integers(1, 12), max_size=5))
def test_an_undo_by_number_takes_nothing_else_along(
    first: list[dict[str, Any]], world: World, steps: list[Any], numbers: list[int]
) -> None:
    """Rule: it is refused, or loses nothing that another live action decided; undone itself, all is as before."""
    folder = Path(tempfile.mkdtemp())
    window = Window(folder, first)
    store = window.store
    try:
        for step in steps:
            match step:
                case World():
                    world = step
                case list() as asked, decision:
                    store.finish(store.decide("act", dict.fromkeys(map(PaperKey, asked), decision), {}, world))
        for number in numbers:
            actions = [past for past in store.history() if past.undone_by is None]
            if not actions:
                break
            chosen = actions[number % len(actions)]
            before = store.documents()
            action = store.finish(store.undo(chosen.id, on_conflict=OnConflict.REFUSE, naming=world))
            if action.was_refused:
                assert store.documents() == before
                continue
            if action.seq:
                again = store.finish(store.undo(action.seq, on_conflict=OnConflict.REFUSE, naming=world))
                assert not again.was_refused
                assert store.documents() == before
    finally:
        store.close()
        shutil.rmtree(folder)
