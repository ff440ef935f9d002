"""Several processes on one library, and processes that are killed: every acknowledged action is there, once."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from examples import is_full

from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import PaperKey
from paperreader.storage.journal.format import JournalEntry, decode_entry
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.journal.table import JournalDB
from paperreader.storage.reading.store import ReadingStore

OpenDB = Callable[..., JournalDB]
OpenStore = Callable[..., ReadingStore]
Start = Callable[..., "subprocess.Popen[str]"]

SCRIPT = Path(__file__).with_name("writing_process.py")
SHARED = 10


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Starts a process of `writing_process.py` on the test's library."""

    def begin(job: str, name: str, count: int, *peers: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), job, str(tmp_path / "library"), name, str(count), *peers],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    return begin


def _journal(folder: Path) -> list[JournalEntry]:
    """All actions in the journals, generation by generation."""
    journals = sorted(folder.glob("reading-*.journal"), key=lambda path: int(path.stem.removeprefix("reading-")))
    return [decode_entry(line) for path in journals for line in path.read_bytes().splitlines()]


def test_two_processes_lose_nothing_and_their_tags_merge(start: Start, open_store: OpenStore, tmp_path: Path) -> None:
    """1,200 decisions of two processes: each is there, tags of one paper are joined, no number is used twice."""
    count = 300
    watching = open_store()
    writers = {name: start("decide", name, count, "2") for name in ("one", "two")}
    for writer in writers.values():
        output, _ = writer.communicate(timeout=60)
        assert writer.returncode == 0
        assert output.splitlines() == [str(n) for n in range(count)]
    changed = watching.poll()
    for store in (watching, open_store()):
        assert sorted(names[0] for names in store.starred()) == sorted(
            f"title:{name}-{n}" for name in writers for n in range(count)
        )
        for paper in range(SHARED):
            expected = {f"{name}-{n}" for name in writers for n in range(paper, count, SHARED)}
            assert set(store.state(PaperKey(f"title:shared-{paper}")).tags) == expected
        assert store.take_notices() == []
    # None: the journal was folded more than once meanwhile, so that anything may have changed.
    assert changed is None or changed == set(watching.keys())
    entries = _journal(tmp_path / "library")
    assert [entry.seq for entry in entries] == list(range(1, 4 * count + 1))
    assert sum(one.window != other.window for one, other in pairwise(entries)) > 5, "they wrote at the same time"
    keys = Counter(document["key"] for document in watching.db.table("papers"))
    assert set(keys.values()) == {1}


def test_numbers_of_documents_are_not_given_twice(start: Start, open_db: OpenDB) -> None:
    """Two processes insert, and fold the journal under each other: every document has the number it was told."""
    writers = {name: start("insert", name, 300) for name in ("one", "two")}
    told = {
        int(number): (name, n)
        for name, writer in writers.items()
        for n, number in enumerate(writer.communicate(timeout=60)[0].split())
    }
    assert sorted(told) == list(range(1, 601))
    assert {doc.doc_id: (doc["by"], doc["n"]) for doc in open_db().table("papers")} == told


def test_two_processes_that_upsert_the_same_keys_make_one_document_each(start: Start, open_db: OpenDB) -> None:
    """An upsert is one action: no other window comes between its question and its answer."""
    for writer in [start("upsert", name, 500 if is_full() else 100) for name in ("one", "two", "three")]:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    keys = Counter(document["key"] for document in open_db().table("papers"))
    assert {key for key, count in keys.items() if count > 1} == set()


def test_a_change_of_another_process_is_seen_after_a_poll(start: Start, open_store: OpenStore) -> None:
    """An open store learns which papers changed, keeps its own state until then, and waits for nobody."""
    store = open_store()
    assert store.poll() == set()
    writer = start("decide", "other", 1)
    writer.communicate(timeout=60)
    key = PaperKey("title:other-0")
    assert not store.state(key).starred
    assert store.poll() == {key, PaperKey("title:shared-0")}
    assert store.state(key).starred
    assert store.poll() == set()


def _read_until_killed(writer: subprocess.Popen[str], actions: int) -> dict[str, int]:
    """Kill a process while it goes on after so many acknowledged actions; the last action of each paper."""
    assert writer.stdout is not None
    lines = [writer.stdout.readline() for _ in range(actions)]
    writer.kill()
    rest, _ = writer.communicate()
    lines += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    return {paper: int(n) for paper, n in map(str.split, lines)}


def test_a_killed_process_loses_no_decision(start: Start, tmp_path: Path) -> None:
    """Kills at random moments: what was acknowledged is there, and at most the action under way besides."""
    chance = random.Random(1)
    acknowledged = 0
    kills = 15 if is_full() else 4
    for kill in range(kills):
        last = _read_until_killed(start("waver", f"w{kill}", 10**6), chance.randint(1, 30))
        store = ReadingStore(tmp_path / "library")
        acknowledged += max(last.values())
        newest = max(last.values())
        for paper, n in last.items():
            state = store.state(PaperKey(f"title:{paper}"))
            noted = int(state.note.split()[0])
            if noted == n:
                assert state.starred is (n % 2 == 0)
            else:
                assert (noted, int(paper)) == (newest + 1, (newest + 1) % 5), "an action that nobody made"
        # The next process starts from a state that is not the last one's.
        store.finish(store.decide("reset", dict.fromkeys(store.keys(), SetStar(True)), {}))
        store.close()
    assert acknowledged > kills


def test_a_process_killed_while_folding_loses_nothing(start: Start, tmp_path: Path) -> None:
    """Kills of a process that folds its journal every few actions: the same holds."""
    chance = random.Random(2)
    generations: set[str] = set()
    kills = 15 if is_full() else 4
    for kill in range(kills):
        last = _read_until_killed(start("fold", f"f{kill}", 10**6), chance.randint(1, 30))
        db = JournalDB(JournalStorage(tmp_path / "library"))
        newest = max(last.values())
        for document in db.table("papers"):
            paper, n = document["key"].removeprefix("title:"), document["n"]
            if paper in last and n != last[paper]:
                assert (n, int(paper)) == (newest + 1, (newest + 1) % 5), "an action that nobody made"
        assert len(db.table("papers")) >= len(last)
        notices = cast(JournalStorage, db.storage).notices
        assert [notice for notice in notices if "lost" in notice] == []
        generations.update(path.name for path in (tmp_path / "library").glob("*.journal"))
        db.close()
    assert len(generations) > kills, "the journal was folded at many of the kills"
