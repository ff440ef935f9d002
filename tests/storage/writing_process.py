"""A process that decides and says what was acknowledged, for tests that run several or kill them.

python writing_process.py JOB FOLDER NAME COUNT [PEERS]

With PEERS it begins when so many processes are ready, so that they write at the same time.
Each acknowledged action is a line on stdout, written after the durable return and before the next action.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from tinydb import where

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import make_note, make_tags
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.journal.table import JournalDB
from paperreader.storage.reading.store import ReadingStore

SHARED = 10
"""Papers that every deciding process tags, with its own name and a number."""


def decide(folder: Path, name: str, count: int) -> None:
    """Star papers of one's own, and add tags to papers that others tag too."""
    store = ReadingStore(folder, window=name)
    for n in range(count):
        for key, decision in (
            (PaperKey(f"title:{name}-{n}"), SetStar(True)),
            (PaperKey(f"title:shared-{n % SHARED}"), EditTags(make_tags([f"{name}-{n}"]))),
        ):
            assert store.finish(store.decide("work", {key: decision}, {})).seq
        print(n, flush=True)
    store.close()


def insert(folder: Path, name: str, count: int) -> None:
    """Insert documents; the line is the number that each was given."""
    db = JournalDB(JournalStorage(folder, window=name, compact_at=5_000))
    for n in range(count):
        print(db.table("papers").insert({"by": name, "n": n}), flush=True)
    db.close()


def upsert(folder: Path, name: str, count: int) -> None:
    """Upsert keys that others upsert at the same time."""
    table = JournalDB(JournalStorage(folder, window=name)).table("papers")
    for n in range(count):
        table.upsert({"key": f"title:{n}", name: True}, where("key") == f"title:{n}")


def waver(folder: Path, name: str, count: int) -> None:
    """Star, unstar, write and shorten notes for ever; the line is the paper and its number of actions."""
    store, chance = ReadingStore(folder, window=name), random.Random(name)
    for n in range(count):
        paper = n % 5
        text = make_note(f"{n} " + "x" * chance.randrange(300))
        decisions: list[Decision] = [SetNote(text), SetStar(n % 2 == 0)]
        for decision in decisions:
            store.finish(store.decide("waver", {PaperKey(f"title:{paper}"): decision}, {}))
        print(paper, n, flush=True)


def fold(folder: Path, name: str, count: int) -> None:
    """Count in documents that grow and shrink, folding the journal every few actions."""
    table, chance = JournalDB(JournalStorage(folder, compact_at=1_500)).table("papers"), random.Random(name)
    for n in range(count):
        key = f"title:{n % 5}"
        table.upsert({"key": key, "n": n, "note": "x" * chance.randrange(300)}, where("key") == key)
        print(n % 5, n, flush=True)


JOBS = {"decide": decide, "insert": insert, "upsert": upsert, "waver": waver, "fold": fold}


def meet(folder: Path, name: str, peers: int) -> None:
    """Wait until so many processes are ready."""
    (folder.parent / f"{name}.ready").touch()
    while len(list(folder.parent.glob("*.ready"))) < peers:
        time.sleep(0.001)


if __name__ == "__main__":
    if len(sys.argv) > 5:
        meet(Path(sys.argv[2]), sys.argv[3], int(sys.argv[5]))
    JOBS[sys.argv[1]](Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
