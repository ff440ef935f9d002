"""Random lives of a library: imports, decisions and accidents in any order. Each step must keep the law of identity.

The law: the content is a function of the imports, the pairs of the user, and the dates that the user confirmed. So a
library after many steps equals a new library with the same imports in any order and the same reading state.

    PYTHONPATH=tests/support PYTHONHASHSEED=0 python tests/support/identity_lives.py FIRST COUNT     tries more seeds
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

from identity_worlds import (
    DAYS,
    Content,
    Source,
    World,
    all_names,
    content_of,
    differences,
    fresh_content,
    import_source,
    make_world,
    mark_of,
    marks_of,
    names_of_capture,
    names_of_paper,
    new_library,
    open_library,
    told,
    what_resolves,
)

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus, join_states
from paperreader.domain.entry import Entry
from paperreader.domain.history import Action, OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus, make_note, make_tag
from paperreader.errors import NothingToSettle, StoreError, UnknownAction, UnknownPaper
from paperreader.services.backups import restore
from paperreader.services.identities import keep_apart, merge, split
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.reading.document_format import state_of
from paperreader.storage.reading.inspection import backups

Snapshot = dict[frozenset[str], tuple[PaperKey, ReadingState]]
"""The papers by the marks of their captures: the key and the state of each."""

STEPS = {
    "import": 18, "import again": 4, "star": 8, "status": 5, "tag": 8, "note": 3, "stale": 3, "merge": 16, "claim": 3,
    "split": 7, "apart": 7, "undo": 9, "undo number": 6, "redo": 6, "back up": 2, "restore": 3, "lose": 3, "date": 3,
    "reopen": 2,
}  # fmt: skip
"""How often each kind of step comes."""
KILLED = frozenset({"import", "import again", "merge", "claim", "split", "apart", "undo", "redo", "restore", "date"})
"""The steps after which the catalogue is written."""
MOST_BACKUPS = 2
"""Backups of a life: the history reaches back over so many."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step in one of two windows. The numbers choose its details."""

    kind: str
    window: int = 0
    one: int = 0
    other: int = 0
    kill: int = 0
    """Which transaction of the catalogue a kill cuts short: odd ones as they begin, even ones before their commit."""
    back: bool = False
    """Whether it is undone and done again at once."""


class Killed(BaseException):
    """The process ends here."""


class Breach(AssertionError):
    """A breach of the law."""


def make_steps(chance: random.Random, count: int) -> list[Step]:
    """Random steps; the first are imports."""
    kinds = ["import", "import", *chance.choices(list(STEPS), list(STEPS.values()), k=count - 2)]
    return [
        Step(
            kind,
            window=int(chance.random() < 0.25),
            one=chance.randrange(1 << 16),
            other=chance.randrange(1 << 16),
            kill=chance.randint(1, 4) if kind in KILLED and chance.random() < 0.12 else 0,
            back=chance.random() < 0.3,
        )
        for kind in kinds
    ]


def live(seed: int, *, checks: float = 1.0) -> None:
    """Live one life of 12 to 18 steps; raises AssertionError with the seed and the fewest steps that fail.

    `checks` is the share of the steps after which the whole content is compared with a new library.
    """
    chance = random.Random(seed)
    world = make_world(chance)
    steps = make_steps(chance, chance.randint(12, 18))
    if error := failure(seed, world, steps, checks):
        world, steps, error = minimised(seed, world, steps, error)
        lines = "\n".join(map(str, steps))
        raise Breach(f"seed {seed}: {type(error).__name__}: {error}\n{told(world)}\n{lines}") from error


def failure(seed: int, world: World, steps: Sequence[Step], checks: float = 1.0) -> Exception | None:
    """Why a life fails."""
    folder = Path(tempfile.mkdtemp())
    life = None
    try:
        life = Life(folder, world, seed, checks)
        for step in steps:
            life.do(step)
        life.end()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told with its steps
        return error
    finally:
        if life:
            life.close()
        shutil.rmtree(folder)
    return None


def minimised(
    seed: int, world: World, steps: Sequence[Step], error: Exception, seconds: float = 8.0
) -> tuple[World, list[Step], Exception]:
    """The shortest life that fails in the same way, found within some seconds."""
    end = time.monotonic() + seconds
    best = (world, list(steps), error)

    def fails(world: World, steps: Sequence[Step]) -> bool:
        nonlocal best
        found = failure(seed, world, steps) if time.monotonic() < end else None
        if found is None or type(found) is not type(error):
            return False
        best = (world, list(steps), found)
        return True

    has_shrunk = True
    while has_shrunk and time.monotonic() < end:
        has_shrunk = False
        for size in (8, 4, 2, 1):
            for place in range(len(best[1]) - size, -1, -1):
                has_shrunk |= fails(best[0], best[1][:place] + best[1][place + size :])
        for number, step in enumerate(list(best[1])):
            for simpler in (replace(step, kill=0), replace(step, back=False), replace(step, window=0)):
                if number < len(best[1]) and simpler != best[1][number]:
                    has_shrunk |= fails(best[0], [*best[1][:number], simpler, *best[1][number + 1 :]])
        for number, source in enumerate(best[0]):
            for place in range(len(source.captures) - 1, -1, -1):
                now = best[0][number]
                less = replace(now, captures=now.captures[:place] + now.captures[place + 1 :])
                has_shrunk |= fails((*best[0][:number], less, *best[0][number + 1 :]), best[1])
    return best


class Life:
    """A library in a folder, its two windows, and its imports."""

    def __init__(self, folder: Path, world: World, seed: int, checks: float = 1.0) -> None:
        self._folder, self._world, self._checks = folder, world, checks
        self._chance = random.Random(seed)
        self._windows: list[Library | None] = [new_library(folder / "library"), None]
        self._imported: list[Source] = []
        self._names = all_names(world)
        self._captures = {mark_of(capture): capture for source in world for capture in source.captures}
        self._homes: dict[str, set[str]] = {}
        """Under which names each tag can stand in a document; each tag is given once."""
        self._keys: dict[PaperKey, None] = {}
        """All keys that any paper had."""
        self._folders = 0
        self._backups = 0
        self._is_forced = False
        """Whether an undo was made in spite of a conflict: then what was changed since is lost, as the user said."""
        self._is_crossed = False
        """Whether an action was taken back although a newer one stood: then not all is taken back in order."""

    # What happens

    def do(self, step: Step) -> None:
        """Take a step, and check the law."""
        library = self._window(step.window)
        if step.kind != "stale":
            library.reading.poll()
        before = self._snapshot(library)
        seq = library.reading.seq
        work: Callable[[Library, Step], Action | None] = getattr(self, f"_{step.kind.replace(' ', '_')}")
        try:
            with dying(library, step.kill):
                action = work(library, step)
        except Killed:
            self._reopen(step.window)
        except (UnknownPaper, NothingToSettle, UnknownAction):
            require(library.reading.seq == seq, "what was refused has been written all the same")
            self._compare_states(before, self._snapshot(library), "what was refused changed papers")
        else:
            if step.back and action is not None and action.seq:
                self._go_back(library, action, step)
        self.check(step.window, in_full=self._chance.random() < self._checks)

    def _import(self, library: Library, step: Step) -> None:
        number = step.one % len(self._world)
        before = self._snapshot(library)
        for source in self._world[number : number + 1 + (step.other % 5 == 0)]:
            import_source(library, source, lambda source=source: self._note_import(source))  # type: ignore[misc]
        after = self._snapshot(library)
        for marks, (_, state) in before.items():
            states = [now for others, (_, now) in after.items() if marks & others]
            require(not state.starred or any(now.starred for now in states), "an import lost a star", marks)
            kept = {tag for now in states for tag in now.tags}
            require(kept >= set(state.tags), "an import lost a tag", marks)
            text = "\n".join(now.note for now in states)
            require(all(part in text for part in state.note.split("\n\n")), "an import lost a note", marks)

    def _import_again(self, library: Library, step: Step) -> None:
        if self._imported:
            source = self._imported[step.one % len(self._imported)]
            import_source(library, source, lambda: self._note_import(source))

    def _note_import(self, source: Source) -> None:
        self._imported.append(source)

    def _star(self, library: Library, step: Step) -> Action | None:
        return self._decide(library, self._chosen(library, step.one), SetStar(step.other % 5 > 0))

    def _status(self, library: Library, step: Step) -> Action | None:
        status = list(ReadingStatus)[step.other % len(ReadingStatus)]
        return self._decide(library, self._chosen(library, step.one), SetStatus(status))

    def _tag(self, library: Library, step: Step) -> Action | None:
        key = self._chosen(library, step.one)
        tag = make_tag(f"tag-{len(self._homes)}")
        self._homes[tag] = set()
        before = library.state(key)
        is_removed = bool(before.tags) and step.other % 5 == 0
        decision = EditTags(remove=frozenset(before.tags[:1])) if is_removed else EditTags(add=frozenset({tag}))
        return self._decide(library, key, decision)

    def _note(self, library: Library, step: Step) -> Action | None:
        note = make_note(f"note {step.other}" if step.other % 5 else "")
        return self._decide(library, self._chosen(library, step.one), SetNote(note))

    def _stale(self, library: Library, step: Step) -> Action | None:
        """Decide under an earlier key of a paper, like a window that has not looked since."""
        if not self._keys:
            return None
        tag = make_tag(f"tag-{len(self._homes)}")
        self._homes[tag] = set()
        key = list(self._keys)[step.one % len(self._keys)]
        return library.finish(Triage(library).decide("tag", [key], EditTags(add=frozenset({tag}))))

    def _decide(self, library: Library, key: PaperKey, decision: Decision) -> Action:
        before = self._snapshot(library)
        action = library.finish(Triage(library).decide("decide", [key], decision))
        after = self._snapshot(library)
        require(before.keys() == after.keys(), "a decision changed which captures are one paper")
        touched = [marks for marks in before if before[marks][1] != after[marks][1]]
        decided = {marks for marks, (name, _) in before.items() if name == key}
        require(set(touched) <= decided, f"a decision about {key} changed other papers", touched)
        return action

    def _merge(self, library: Library, step: Step) -> Action | None:
        return self._merge_with(library, self._chosen(library, step.one), self._chosen(library, step.other))

    def _claim(self, library: Library, step: Step) -> Action | None:
        """Merge a paper with an id that may have no capture."""
        key, name = self._chosen(library, step.one), PaperKey(self._names[step.other % 5])
        return self._merge_with(library, key, name)

    def _merge_with(self, library: Library, one: PaperKey, other: PaperKey) -> Action | None:
        before = self._snapshot(library)
        papers = {marks: state for marks, (key, state) in before.items() if key in (one, other)}
        past = self._last(library)
        merge(library, one, other)
        after = self._snapshot(library)
        if joined := frozenset().union(*papers):
            whole = [(marks, state) for marks, (_, state) in after.items() if joined & marks]
            require(len(whole) == 1 and joined <= whole[0][0], f"merging {one} and {other} left out captures", whole)
            state = reduce(join_states, papers.values())
            now = whole[0][1]
            require(now.starred >= state.starred and set(now.tags) >= set(state.tags), "a merge lost a decision", now)
        for marks in before.keys() & after.keys() - papers.keys():
            require(before[marks][1] == after[marks][1], f"merging {one} and {other} changed another paper", marks)
        return self._made(library, past)

    def _split(self, library: Library, step: Step) -> Action | None:
        key, before, past = self._chosen(library, step.one), self._snapshot(library), self._last(library)
        settled = split(library, key)
        marks = next((marks for marks, (name, _) in before.items() if name == key), frozenset())
        if settled.others or not settled.ids:
            self._check_parts(before, self._snapshot(library), marks, f"splitting {key}")
        for name in settled.ids:
            require(what_resolves(library, name) != settled.key, f"{name} was split off, and stands for the paper")
        return self._made(library, past)

    def _check_parts(self, before: Snapshot, after: Snapshot, marks: frozenset[str], what: str) -> None:
        parts = [(others, state) for others, (_, state) in after.items() if others & marks]
        require(not marks or len(parts) > 1, f"{what} left one paper", marks)
        if marks in before:
            state = before[marks][1]
            for _, now in parts:
                require(now.starred >= state.starred and set(now.tags) >= set(state.tags), f"{what} lost a decision")

    def _apart(self, library: Library, step: Step) -> Action | None:
        one, other = self._text(library, step.one), self._text(library, step.other)
        past = self._last(library)
        keep_apart(library, one, other)
        if not any(text.startswith("title:") for text in (one, other)):  # an address may be that of either part
            keys = [what_resolves(library, text) for text in (one, other)]
            require(keys[0] != keys[1], f"{one} and {other} are one paper after they were told apart")
        return self._made(library, past)

    def _undo(self, library: Library, step: Step) -> Action:
        return self._undone(library, lambda: Triage(library).undo())

    def _undo_number(self, library: Library, step: Step) -> None:
        if past := library.reading.history():
            on_conflict = OnConflict.REFUSE
            if step.other % 8 == 0:
                on_conflict = (OnConflict.LEAVE, OnConflict.OVERWRITE)[step.other // 8 % 2]
                self._is_forced = True
            number = past[step.one % len(past)].id
            self._undone(library, lambda: Triage(library).undo(number, on_conflict))

    def _undone(self, library: Library, undo: Callable[[], Future[Action]]) -> Action:
        """The result of an undo; noted if it reversed an action other than the newest."""
        past = library.reading.history()
        newest = next((entry.id for entry in past if entry.undoes is None and entry.undone_by is None), None)
        action = library.finish(undo())
        self._is_crossed |= bool(action.seq) and action.undoes != newest
        return action

    def _redo(self, library: Library, step: Step) -> Action:
        return library.finish(Triage(library).redo())

    def _back_up(self, library: Library, step: Step) -> None:
        if self._backups < MOST_BACKUPS:
            self._backups += 1
            storage: Any = library.reading.db.storage
            storage.exclusively(storage.compact)

    def _restore(self, library: Library, step: Step) -> Action | None:
        if kept := backups(library.folder):
            past = self._last(library)
            restore(library, kept[step.one % len(kept)].number)
            return self._made(library, past)
        return None

    def _date(self, library: Library, step: Step) -> Action:
        day, new = DAYS[step.one % len(DAYS)], DAYS[step.other % len(DAYS)]
        return library.finish(Triage(library).set_date(day, new))

    def _lose(self, library: Library, step: Step) -> None:
        self.close()
        for path in library.folder.glob("catalogue.sqlite*"):
            path.unlink()
        lost, self._imported = self._imported, []
        self._windows = [open_library(library.folder), None]
        self._chance.shuffle(lost)
        for source in lost if step.one % 3 else lost[: len(lost) // 2]:
            import_source(self._window(0), source, lambda source=source: self._note_import(source))  # type: ignore[misc]

    def _reopen(self, window: Library | int, step: Step | None = None) -> None:
        number = window if isinstance(window, int) else self._windows.index(window)
        if library := self._windows[number]:
            library.close()
        self._windows[number] = None

    def _go_back(self, library: Library, action: Action, step: Step) -> None:
        """Undo the last action, then redo it."""
        after = content_of(library, self._names)
        if step.kind in ("undo", "redo"):
            return
        undone = library.finish(Triage(library).undo())
        require(undone.undoes is not None and not undone.was_refused, "the last action cannot be undone")
        self.check(step.window, in_full=True)
        library.finish(Triage(library).redo())
        again = content_of(library, self._names)
        require(again == after, f"undo and redo of {step.kind} changed:\n{differences(after, again)}")

    # The law

    def check(self, window: int, *, in_full: bool) -> None:
        """Check that a window shows what imports and reading state give, and that each decision has a paper."""
        library = self._window(window)
        library.reading.poll()
        entries = library.entries(library.catalogue.all_ids())
        self._check_homes(library, entries)
        marks = [mark for entry in entries for mark in marks_of(entry.paper)]
        known = {mark_of(capture) for source in self._imported for capture in source.captures}
        require(sorted(marks) == sorted(known), "captures were left out, or are in two papers")
        if in_full:
            self._compare(content_of(library, self._names), self._imported, library.folder, "a new library")

    def _check_homes(self, library: Library, entries: Sequence[Entry]) -> None:
        """Check that each state is the state of the documents with an own name of the paper."""
        owned: dict[str, PaperKey] = {}
        homes: dict[str, list[frozenset[str]]] = {}
        documents = _documents(library)
        for entry in entries:
            names = set(names_of_paper(entry.paper))
            for name in names:
                require(owned.setdefault(name, entry.paper.key) == entry.paper.key, f"two papers own {name}")
                self._keys[PaperKey(name)] = None
            states = [state for named, state in documents if names & named]
            expected = reduce(join_states, states, UNDECIDED)
            state = entry.state
            require(
                (state.starred, state.tags, set(state.note.split("\n\n")) - {""})
                == (expected.starred, expected.tags, set(expected.note.split("\n\n")) - {""}),
                f"the state of {entry.paper.key} is not that of its documents: {state} instead of {expected}",
            )
            borne = frozenset().union(*(names_of_capture(self._captures[mark]) for mark in marks_of(entry.paper)))
            for tag in state.tags:
                homes.setdefault(tag, []).append(borne)
        for name, papers in homes.items():  # a new one may be on several: one document may be that of both parts
            home = self._homes[name]
            require(not home or all(home & borne for borne in papers), f"{name} is on a paper that bears no name of it")
            home.update(*papers)

    def _compare(self, found: Content, sources: Sequence[Source], reading: Path | None, with_what: str) -> None:
        self._folders += 1
        others = list(dict.fromkeys(sources))
        self._chance.shuffle(others)
        other = fresh_content(self._folder / f"fresh-{self._folders}", others, self._names, reading)
        require(found == other, f"differs from {with_what}:\n{differences(other, found)}")

    def end(self) -> None:
        """Check that all windows agree, that undo of everything gives the first state, and redo the last."""
        for number in range(2):
            self.check(number, in_full=True)
        self._reopen(0)
        self._reopen(1)
        if self._is_forced or self._is_crossed:
            return
        library = self._window(0)
        last = content_of(library, self._names)
        undone = 0
        while (action := library.finish(Triage(library).undo())).seq or action.was_refused:
            require(not action.was_refused, "undoing in order is refused")
            undone += 1
        self._compare(content_of(library, self._names), self._imported, None, "a library in which nothing was decided")
        for _ in range(undone):
            library.finish(Triage(library).redo())
        again = content_of(library, self._names)
        require(again == last, f"undoing and redoing everything changed:\n{differences(last, again)}")

    def close(self) -> None:
        """Close both windows."""
        for number in range(2):
            self._reopen(number)

    # Helpers

    def _window(self, number: int) -> Library:
        if (library := self._windows[number]) is None:
            library = self._windows[number] = open_library(self._folder / "library", ("one", "two")[number])
        return library

    def _snapshot(self, library: Library) -> Snapshot:
        entries = library.entries(library.catalogue.all_ids())
        return {marks_of(entry.paper): (entry.paper.key, entry.state) for entry in entries}

    def _compare_states(self, before: Snapshot, after: Snapshot, what: str) -> None:
        require(before == after, what)

    def _chosen(self, library: Library, number: int) -> PaperKey:
        """The paper of a random name, mostly a key; raises UnknownPaper."""
        keys = sorted(library.catalogue.keys_of(library.catalogue.all_ids()).values())
        if keys and number % 4:
            return keys[number // 4 % len(keys)]
        return library.resolve(self._text(library, number // 4))

    def _text(self, library: Library, number: int) -> str:
        names = [*sorted(library.catalogue.keys_of(library.catalogue.all_ids()).values()), *self._names]
        return names[number % len(names)]

    def _last(self, library: Library) -> int:
        return library.reading.seq

    def _made(self, library: Library, past: int) -> Action | None:
        """The action since a number; there is at most one."""
        require(library.reading.seq <= past + 1, "one step is several actions")
        if library.reading.seq == past:
            return None
        return Action(library.reading.seq, library.reading.now(), "", "", "", ())


def require(holds: bool, what: str, *about: object) -> None:
    """Raise Breach if a condition is false."""
    if not holds:
        raise Breach(" ".join(map(str, (what, *about))))


def _documents(library: Library) -> list[tuple[frozenset[str], ReadingState]]:
    """The documents about papers: the names of each, and its state."""
    storage: Any = library.reading.db.storage
    papers = (storage.read() or {}).get("papers", {})
    return [(frozenset((document["key"], *document.get("also", ()))), state_of(document))
            for document in papers.values()]  # fmt: skip


@contextmanager
def dying(library: Library, kill: int) -> Iterator[None]:
    """Let a process die at one of the transactions of its catalogue, at its start or before its commit."""
    real = library.catalogue.writing
    left = (kill + 1) // 2

    @contextmanager
    def writing() -> Iterator[Any]:
        nonlocal left
        left -= 1
        is_last = left == 0
        if is_last and kill % 2:
            raise Killed
        with real() as connection:
            yield connection
            if is_last:
                raise Killed

    if kill:
        vars(library.catalogue)["writing"] = writing
    try:
        yield
    finally:
        vars(library.catalogue).pop("writing", None)


def main(first: int, count: int, checks: float = 1.0) -> int:
    """Live many lives; the number of lives that broke the law."""
    broken = 0
    for seed in range(first, first + count):
        try:
            live(seed, checks=checks)
        except (AssertionError, StoreError) as error:
            broken += 1
            print(error, flush=True)
        if seed % 500 == 499:
            print(f"{seed + 1 - first:,} lives, {broken} broke the law", file=sys.stderr, flush=True)
    print(f"{count:,} lives, {broken} broke the law")
    return broken


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3]), *map(float, sys.argv[3:])) > 0)
