"""Readers in pseudo terminals that are killed at random moments while they decide, and what is there afterwards.

python reader_kills.py KILLS SEED FOLDER [STORE] [at-calls]

FOLDER is a library of the sample papers. A line of JSON is printed: what was counted and what was wrong. With
`at-calls` the reader kills itself before a system call of its store, which no clock could aim at; else it is the
program itself, killed from outside. STORE names one of TinyDB's own storages to be used instead.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from reading_model import contents
from stock_storage import use_stock
from terminal import Terminal

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus, make_tags
from paperreader.services.library import Library
from paperreader.storage.reading import store as reading_store

SIGNS = {ReadingStatus.UNREAD: "•", ReadingStatus.LATER: "◷", ReadingStatus.READ: "✓", ReadingStatus.SKIPPED: "–"}
ROW = re.compile(r"[▌ ]([•◷✓–])([★ ]) \S")
PLACE = re.compile(r" Papers +(\d+) of \d+")
TAG = re.compile(r"#(t\d+)(?![\d…])")
HEIGHT = 120
"""Lines of the screen, on which all rows of the list are visible."""
MANY_TAGS = 4
"""Tags of a paper that are replaced by one: all must have room on the screen."""
DIALOG = "after Enter"
"""A text of the dialog of tags."""
WITHIN = 0.03
"""Seconds after the last key within which the kill falls: what lies between a key and its frame, and some more."""
CALLS = 15
"""System calls of the store before one of which a reader kills itself: some five actions."""


@dataclass
class Tally:
    """How often a reader was killed, how many actions its screen had shown, and what was missing afterwards."""

    kills: int = 0
    acknowledged: int = 0
    unpainted: int = 0
    """Actions that were on the disk when the kill came before their frame."""
    lost: list[str] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.kills + other.kills,
            self.acknowledged + other.acknowledged,
            self.unpainted + other.unpainted,
            self.lost + other.lost,
        )


@dataclass
class Shown:
    """What a reader must show: the states of the papers in the order of its list, and where the cursor stands."""

    states: list[ReadingState]
    cursor: int = 0
    undo: list[tuple[int, ReadingState]] = field(default_factory=list)

    def decided(self, state: ReadingState, step: int = 0) -> Shown:
        """After a decision about the paper under the cursor."""
        states = list(self.states)
        states[self.cursor] = state
        undo = [*self.undo, (self.cursor, self.states[self.cursor])]
        return Shown(states, self.cursor + step, undo if state != self.states[self.cursor] else self.undo)

    def undone(self) -> Shown:
        """After taking the last decision back."""
        position, state = self.undo[-1]
        states = list(self.states)
        states[position] = state
        return Shown(states, position, self.undo[:-1])


class KilledReader:
    """A reader on a library, and what it has shown."""

    def __init__(self, terminal: Terminal, states: list[ReadingState], chance: random.Random) -> None:
        self._terminal, self._chance = terminal, chance
        terminal.wait_for(lambda: PLACE.search(terminal.text))
        self.shown = Shown(states, self._place() - 1)
        self.wait_for(self.shown)  # the last one's decisions are on this one's first screen

    def act(self) -> Shown:
        """Type one action without waiting; what it leads to."""
        shown, chance = self.shown, self._chance
        state = shown.states[shown.cursor]
        step = 1 if shown.cursor + 1 < len(shown.states) else 0
        starred = replace(state, starred=True, status=ReadingStatus.READ)
        choices: list[tuple[str, Callable[[], Shown]]] = [
            (
                "s",
                lambda: shown.decided(replace(state, starred=False)) if state.starred else shown.decided(starred, step),
            ),
            (
                "r",
                lambda: shown.decided(
                    replace(state, status=_toggled(state.status)), 0 if state.status is ReadingStatus.READ else step
                ),
            ),
        ]
        if shown.cursor + 1 < len(shown.states):
            choices += [
                ("d", lambda: shown.decided(replace(state, status=ReadingStatus.SKIPPED), 1)),
                ("b", lambda: shown.decided(replace(state, status=ReadingStatus.LATER), 1)),
            ]
        if shown.undo:
            choices += [("u", shown.undone)] * 3
        key, act = chance.choice(choices)
        self._terminal.send(key)
        return act()

    def tag(self) -> Shown:
        """Type a tag, all but the key that saves it."""
        terminal, shown = self._terminal, self.shown
        state = shown.states[shown.cursor]
        tag = f"t{self._chance.randrange(10**9)}"
        terminal.send("t")
        terminal.wait_for(DIALOG)
        known = state.tags
        if len(known) >= MANY_TAGS:
            for other in known:
                terminal.send(f"-{other} ")
            known = ()
        terminal.send(tag)
        terminal.wait_for(f"{tag} ")
        tags = tuple(sorted({*known, *make_tags([tag])}))
        return shown.decided(replace(state, tags=tags))

    def wait_for(self, shown: Shown) -> None:
        """Wait until the screen shows it."""
        self._terminal.wait_for(lambda: self._shows(shown))
        self.shown = shown

    def has_shown(self, shown: Shown) -> bool:
        """Whether the dead reader's last bytes bring it about."""
        seen = self._shows(shown)
        while not seen and self._terminal.read_once():
            seen = self._shows(shown)
        return seen

    def _place(self) -> int:
        match = PLACE.search(self._terminal.text)
        return int(match[1]) if match else 0

    def _shows(self, shown: Shown) -> bool:
        text = self._terminal.text
        if DIALOG in text:  # it shows tags that are not saved yet
            return False
        rows = [match.groups() for match in map(ROW.match, text.splitlines()) if match]
        expected = [(SIGNS[state.status], "★" if state.starred else " ") for state in shown.states]
        tags, found = set(shown.states[shown.cursor].tags), set(TAG.findall(text))
        known = {tag for state in shown.states for tag in state.tags}  # the list may show those of other papers
        return rows == expected and self._place() == shown.cursor + 1 and tags <= found <= known


def kill_readers(kills: int, seed: int, folder: Path, store: str = "", *, at_calls: bool = False) -> Tally:
    """Kill readers of a library, one after the other, each while it decides; the first loss ends it."""
    chance, tally = random.Random(seed), Tally()
    while tally.kills < kills and not tally.lost:
        calls = chance.randrange(CALLS) + 1 if at_calls else 0
        keys = _keys(folder)  # in the order of the list, which puts the unread ones first when it is opened
        with Terminal(_command(folder, store, calls), columns=118, rows=HEIGHT, env=_settings(folder)) as terminal:
            reader = KilledReader(terminal, _states(folder, keys), chance)
            following = _decide_until_killed(reader, terminal, chance, tally, dies=calls > 0)
            seen = reader.has_shown(following)
        tally.kills += 1
        tally.acknowledged += seen
        legal = [following.states] if seen else [reader.shown.states, following.states]
        try:
            found = _states(folder, keys)
        except ValueError as error:
            tally.lost.append(f"kill {tally.kills}: unreadable: {error}")
        else:
            tally.unpainted += not seen and found == following.states != reader.shown.states
            if found not in legal:
                tally.lost.append(f"kill {tally.kills}: {found} instead of {legal}")
    return tally


def _decide_until_killed(
    reader: KilledReader, terminal: Terminal, chance: random.Random, tally: Tally, *, dies: bool
) -> Shown:
    """Decide some times, each time waiting for the screen but for the last; what the last one leads to."""
    left = 1_000 if dies else chance.randint(1, 8)
    while True:
        if chance.random() < 0.1:
            following = reader.tag()
            terminal.send("enter")
        else:
            following = reader.act()
        left -= 1
        if left == 0:
            terminal.read(chance.random() * WITHIN)
            _kill(terminal)
            return following
        try:
            reader.wait_for(following)
        except AssertionError:
            if dies and terminal.has_ended():
                return following
            raise
        tally.acknowledged += 1


def _kill(terminal: Terminal) -> None:
    """Kill the process that reads keys and paints, whatever stands between it and the terminal."""
    pid = terminal.pid
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = int(children[0])
    os.kill(pid, signal.SIGKILL)


def _settings(folder: Path) -> dict[str, str]:
    """Settings for a list in the order of its page: `_keys` knows no other."""
    config = folder.parent / "config" / "paperreader"
    config.mkdir(parents=True, exist_ok=True)
    (config / "config.toml").write_text("[ranking]\ndefault = false\n")
    return {"XDG_CONFIG_HOME": str(config.parent)}


def _command(folder: Path, store: str, calls: int) -> list[str]:
    if not store and not calls:
        return [sys.executable, "-m", "paperreader", "--library", str(folder)]
    script = Path(__file__).parent.parent / "durability" / "reader_process.py"
    return [sys.executable, str(script), str(folder), str(calls), store]


def _keys(folder: Path) -> list[PaperKey]:
    """The papers of the newest date in the order of the list."""
    library = Library(folder)
    try:
        numbers = library.ids(library.counts().dates[0].date)
        keys = library.keys_of(numbers)
        return [keys[number] for number in numbers]
    finally:
        library.close()


def _states(folder: Path, keys: list[PaperKey]) -> list[ReadingState]:
    """What is decided about papers, read by this process."""
    store = reading_store.ReadingStore(folder)
    try:
        found = contents(store)
        return [found.get(key, UNDECIDED) for key in keys]
    finally:
        store.close()


def _toggled(status: ReadingStatus) -> ReadingStatus:
    return ReadingStatus.UNREAD if status is ReadingStatus.READ else ReadingStatus.READ


if __name__ == "__main__":
    name = sys.argv[4] if len(sys.argv) > 4 else ""
    if name:
        use_stock(name)
    result = kill_readers(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), name, at_calls="at-calls" in sys.argv)
    print(json.dumps(asdict(result)))
