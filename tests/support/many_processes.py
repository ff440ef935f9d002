"""Processes that decide about one library at the same time, some of them killed, and what is there afterwards."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from history_model import Contents, ReadingModel
from reading_model import contents, without_moment
from written_decisions import read_decisions

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import UNDECIDED
from paperreader.storage.journal.format import decode_entry, decode_snapshot
from paperreader.storage.reading import store as reading_store
from paperreader.storage.reading.document_format import PAPERS, keyed, state_of

SCRIPT = Path(__file__).parent.parent / "durability" / "deciding_process.py"

Said = dict[str, Any]


@dataclass
class Tally:
    """What some processes did, and what was wrong afterwards."""

    processes: int = 0
    kills: int = 0
    acknowledged: int = 0
    backups: int = 0
    """Backups that were opened."""
    faults: list[str] = field(default_factory=list)


@dataclass
class Told:
    """What processes said: the acknowledged actions by number, and by process the one that it did not hear of."""

    actions: dict[int, Said] = field(default_factory=dict)
    under_way: dict[str, Said] = field(default_factory=dict)

    def take(self, output: str, tally: Tally) -> None:
        """Read what a process said."""
        said: Said | None = None
        for line in output.splitlines(keepends=True):
            if not line.endswith("\n"):
                break
            value = json.loads(line)
            if isinstance(value, dict):
                said = value
                continue
            assert said is not None
            if value in self.actions:
                tally.faults.append(f"action {value} was acknowledged twice")
            if value:
                self.actions[value] = said
                tally.acknowledged += 1
            said = None
        if said:
            self.under_way[said["window"]] = said


class Deciding:
    """A deciding process, whose words go to files: what was said before a kill is not lost in a pipe."""

    def __init__(self, folder: Path, name: str, count: int, store: str = "") -> None:
        self._output, self._errors = (folder.parent / f"{name}.{kind}" for kind in ("out", "err"))
        command = [sys.executable, str(SCRIPT), str(folder), name, str(count), *([store] if store else [])]
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)

    def wait_for_a_word(self) -> None:
        """Wait until the process is at work."""
        while not self._output.stat().st_size and self.process.poll() is None:
            time.sleep(0.002)

    def told(self) -> str:
        """What it said in all, once it has ended."""
        self.process.wait()
        return self._output.read_text()

    def errors(self) -> str:
        """The end of what it complained of."""
        return self._errors.read_text()[-300:]


def run_processes(folder: Path, processes: int, count: int, store: str = "") -> Tally:
    """Let processes decide so many times each, and compare what is there with what they were told."""
    tally, told = Tally(processes), Told()
    for deciding in [Deciding(folder, f"p{number}", count, store) for number in range(processes)]:
        told.take(deciding.told(), tally)
        if deciding.process.returncode:
            tally.faults.append(f"a process ended with {deciding.process.returncode}: {deciding.errors()}")
    _compare(folder, told, tally)
    return tally


def kill_processes(folder: Path, rounds: int, processes: int, seed: int, store: str = "") -> Tally:
    """Again and again start processes and kill each at a random moment; the first fault ends it."""
    chance, tally, told = random.Random(seed), Tally(processes), Told()
    for number in range(rounds):
        started = [Deciding(folder, f"r{number}p{other}", 1 << 30, store) for other in range(processes)]
        for deciding in started:
            deciding.wait_for_a_word()
        for deciding in started:
            time.sleep(chance.random() * 0.05)
            deciding.process.kill()
            tally.kills += 1
        for deciding in started:
            told.take(deciding.told(), tally)
        _compare(folder, told, tally)
        if tally.faults:
            break
    return tally


def _compare(folder: Path, told: Told, tally: Tally) -> None:
    """Every acknowledged action is there, in its order, and nothing else but what was under way when it was killed."""
    windows = _windows(folder)
    try:
        store = reading_store.ReadingStore(folder)
    except ValueError as error:
        tally.faults.append(f"unreadable: {error}")
        return
    actions = dict(told.actions)
    for number in sorted(set(windows) - set(actions)):
        said = told.under_way.pop(windows[number], None)
        if said is None:
            tally.faults.append(f"action {number} of {windows[number]} was never asked for")
        else:
            actions[number] = told.actions[number] = said
    found, legal = contents(store), [_replayed(actions)]
    if not windows:  # no journal says whether the action under way was made
        legal += [_replayed(actions | {1 << 30: said}) for said in told.under_way.values()]
    if found not in legal:
        expected = legal[0]
        differ = sorted(key for key in {*found, *expected} if found.get(key) != expected.get(key))
        tally.faults.append(f"{len(differ)} papers differ: {[_both(key, found, expected) for key in differ[:3]]}")
    tally.faults += [notice for notice in store.take_notices() if "lost" in notice]
    store.close()
    _open_backups(folder, actions, tally)


def _open_backups(folder: Path, actions: Mapping[int, Said], tally: Tally) -> None:
    """Every backup that was made meanwhile is sound and holds the actions up to its number, no more and no less."""
    for path in folder.glob("backups/reading-*.json"):
        try:
            snapshot = decode_snapshot(path.read_bytes())
        except ValueError as error:
            tally.faults.append(f"{path.name} is unreadable: {error}")
            continue
        tally.backups += 1
        papers = keyed(snapshot.tables).get(PAPERS, {})
        states = {key: without_moment(state_of(document)) for key, document in papers.items()}
        held = {key: state for key, state in states.items() if state != UNDECIDED}
        if held != _replayed({number: said for number, said in actions.items() if number <= snapshot.base}):
            tally.faults.append(f"{path.name} does not hold the actions up to {snapshot.base}")


def _replayed(actions: Mapping[int, Said]) -> Contents:
    """What actions make of an empty library, one after the other in the order of their numbers."""
    model = ReadingModel()
    for number, said in sorted(actions.items()):
        if said["undoes"]:
            model.undo(number, said["undoes"])
        else:
            model.decide(number, read_decisions(said["decisions"]))
    return model.contents()


def _both(key: PaperKey, found: Any, expected: Any) -> str:
    return f"{key}: {found.get(key)} instead of {expected.get(key)}"


def _windows(folder: Path) -> dict[int, str]:
    """Which window made each action that the journals hold."""
    entries = []
    for path in folder.glob("reading-*.journal"):
        whole = path.read_bytes().rpartition(b"\n")[0]
        entries += [decode_entry(line) for line in whole.split(b"\n") if line]
    return {entry.seq: entry.window for entry in entries}
