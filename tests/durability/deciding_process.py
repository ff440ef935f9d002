"""A process that decides about a library and says on stdout what it is about to do and what was acknowledged.

python deciding_process.py FOLDER NAME COUNT [STORE]

Before an action comes a line `{"window", "decisions", "undoes"}`, after its durable return the line of its number.
COUNT actions of all kinds are made, about papers of its own and papers that others decide about at the same time; with
COUNT 0 the decisions are read from stdin in the same form: no decisions and nothing to take back mean to fold the
journal. STORE names one of TinyDB's own storages, or is `without-locks`.
"""

from __future__ import annotations

import json
import random
import sys
import zlib
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from reading_model import fold, ticking
from stock_storage import use_stock
from without_locks import refuse_locks
from written_decisions import read_decisions, write_decisions

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingStatus, make_note, make_tags
from paperreader.files.system_calls import System
from paperreader.storage.reading.store import ReadingStore

OWN = SHARED = 20
"""Papers of a process's own, and papers of all."""
FOLD_EVERY = 150
"""Actions after which a process folds the journal, which makes a backup."""


def _choose(store: ReadingStore, name: str, n: int, chance: random.Random) -> dict[PaperKey, Decision]:
    """A decision about one paper or several; what it writes is shorter or longer than what was there."""
    kind = chance.randrange(6)
    own = PaperKey(f"title:{name}-{chance.randrange(OWN)}")
    shared = PaperKey(f"title:shared-{chance.randrange(SHARED)}")
    key = own if chance.random() < 0.5 else shared
    if kind == 0:
        return {key: SetStar(not store.state(key).starred)}
    if kind == 1:
        return {key: SetStatus(chance.choice(list(ReadingStatus)))}
    if kind == 2:
        return {key: EditTags(add=make_tags([f"{name}-{n % 30}"]))}
    if kind == 3:
        tags = [tag for tag in store.state(key).tags if tag.startswith(name)]
        return {key: EditTags(remove=frozenset(tags[:3]))}
    if kind == 4:
        return {key: SetNote(make_note("x" * chance.randrange(100)))}
    return {PaperKey(f"title:{name}-{paper}"): SetStar(n % 2 == 0) for paper in range(0, OWN, 4)}


def work(store: ReadingStore, name: str, count: int) -> None:
    """Make so many actions that change something; every tenth or so takes one back; fold now and then."""
    chance, own = random.Random(name), list[Action]()
    for n in range(count):
        action = Action(0, store.now(), name, "", "", ())
        while not action.seq:
            if own and chance.random() < 0.1:
                undone = own.pop()
                _say(name, {}, undone.seq)
                action = store.finish(store.undo(undone.seq))
            else:
                decisions = _choose(store, name, n, chance)
                _say(name, decisions, None)
                action = store.finish(store.decide("work", decisions, {}))
                if action.seq:
                    own.append(action)
            print(action.seq, flush=True)
        if n % FOLD_EVERY == FOLD_EVERY - 1:
            fold(store)


def obey(store: ReadingStore) -> None:
    """Make what is asked for, one line at a time."""
    for line in sys.stdin:
        decisions = read_decisions(json.loads(line)["decisions"])
        if decisions:
            print(store.finish(store.decide("obey", decisions, {})).seq, flush=True)
        else:
            fold(store)
            print(0, flush=True)


def _say(name: str, decisions: dict[PaperKey, Decision], undoes: int | None) -> None:
    said: dict[str, Any] = {"window": name, "decisions": write_decisions(decisions), "undoes": undoes}
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    _, folder, window, count, *stock = sys.argv
    if stock == ["without-locks"]:
        System.lock = refuse_locks  # type: ignore[method-assign]
    elif stock:
        use_stock(stock[0])
    opened = ReadingStore(Path(folder), window=window, clock=ticking(zlib.crc32(window.encode()) % 1000, 1000))
    if int(count):
        work(opened, window, int(count))
    else:
        obey(opened)
    opened.close()
