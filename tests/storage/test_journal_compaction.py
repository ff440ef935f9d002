"""Folding the journal into a snapshot keeps every document, backs the old one up, and removes what nobody needs."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from tinydb import TinyDB, where

from paperreader.storage.journal.folder import Retention
from paperreader.storage.journal.format import decode_entry, decode_snapshot
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.journal.table import JournalDB

OpenDB = Callable[..., JournalDB]


def _storage(db: JournalDB) -> JournalStorage:
    return cast(JournalStorage, db.storage)


def _contents(db: TinyDB) -> dict[int, dict[str, Any]]:
    return {document.doc_id: dict(document) for document in db.table("papers")}


def _compact(db: JournalDB) -> None:
    """Make an action and fold it."""
    db.table("papers").insert({"key": f"title:{_storage(db).seq}"})
    _storage(db).exclusively(_storage(db).compact)


def _bases(folder: Path, suffix: str) -> list[int]:
    return sorted(int(path.stem.removeprefix("reading-")) for path in folder.glob(f"reading-*{suffix}"))


def test_a_long_journal_is_folded_and_nothing_changes(open_db: OpenDB, tmp_path: Path) -> None:
    """Past its limit the journal starts anew; documents are the same before, after and in a new store."""
    db = open_db(compact_at=2_000)
    table = db.table("papers")
    for n in range(60):
        table.upsert({"key": f"title:{n % 7}", "note": "x" * (n % 50)}, where("key") == f"title:{n % 7}")
    folder = tmp_path / "library"
    assert max(_bases(folder, ".journal")) > 0
    (current,) = [folder / f"reading-{max(_bases(folder, '.journal'))}.journal"]
    assert current.stat().st_size <= 2_500
    expected = {n: {"key": f"title:{n - 1}", "note": _note_of(n - 1)} for n in range(1, 8)}
    assert _contents(db) == expected
    assert _contents(open_db()) == expected
    assert _storage(db).notices == []


def _note_of(paper: int) -> str:
    last = max(n for n in range(60) if n % 7 == paper)
    return "x" * (last % 50)


def test_plain_tinydb_reads_the_snapshot(open_db: OpenDB, tmp_path: Path) -> None:
    """After folding, `TinyDB("reading.json").table("papers")` holds the documents under their numbers."""
    db = open_db()
    table = db.table("papers")
    table.insert_multiple({"key": f"title:{n}", "tags": ["ü"]} for n in range(5))
    table.remove(doc_ids=[2])
    _storage(db).exclusively(_storage(db).compact)
    with TinyDB(tmp_path / "library" / "reading.json", access_mode="r", encoding="utf-8") as plain:
        assert _contents(plain) == _contents(db)
        assert plain.table("papers").count(where("tags").any(["ü"])) == 4


def test_folding_nothing_writes_nothing(open_db: OpenDB, tmp_path: Path) -> None:
    """A store without new actions leaves snapshot and backups as they are."""
    db = open_db()
    _compact(db)
    path = tmp_path / "library" / "reading.json"
    before = path.stat()
    _storage(db).exclusively(_storage(db).compact)
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_closing_folds_a_journal_that_would_slow_the_next_start(open_db: OpenDB, tmp_path: Path) -> None:
    """What is read at the next start is short; a short journal is left as it is."""
    db = open_db()
    db.table("papers").insert({"key": "title:short"})
    db.close()
    assert _bases(tmp_path / "library", ".journal") == [0]
    db = open_db(compact_at_close=2_000)
    db.table("papers").insert({"note": "x" * 2_000})
    db.close()
    assert _bases(tmp_path / "library", ".journal") == [0, 2]
    assert len(open_db().table("papers")) == 2


def test_every_snapshot_but_the_newest_is_a_sound_backup(open_db: OpenDB, tmp_path: Path) -> None:
    """A backup holds exactly what the library held when it was made."""
    db = open_db()
    states = {}
    for _ in range(Retention().backups):
        _compact(db)
        states[_storage(db).seq] = _contents(db)
    _compact(db)
    for base, contents in states.items():
        snapshot = decode_snapshot((tmp_path / "library" / "backups" / f"reading-{base}.json").read_bytes())
        assert snapshot.base == base
        assert {int(number): document for number, document in snapshot.tables["papers"].items()} == contents


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = datetime(2025, 3, 14, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def test_a_library_that_is_folded_all_day_keeps_a_backup_of_each_day(open_db: OpenDB, tmp_path: Path) -> None:
    """Rule: the last backup of each of the last seven days stays, and the last three, however close together."""
    clock = Clock(datetime(2025, 3, 1, tzinfo=UTC))
    db = open_db(clock=clock)
    for _ in range(9 * 4):  # the last of a day is number 4, 8, …, and number 36 is in place, so no backup
        _compact(db)
        clock.now += timedelta(hours=6)
    assert _bases(tmp_path / "library" / "backups", ".json") == [12, 16, 20, 24, 28, 32, 33, 34, 35]
    assert _storage(db).notices == []


def test_journals_stay_as_long_as_a_backup_needs_them(open_db: OpenDB, tmp_path: Path) -> None:
    """From the oldest backup on, the journals give the present without a gap."""
    db = open_db()
    for _ in range(12):
        _compact(db)
    folder = tmp_path / "library"
    oldest = min(_bases(folder / "backups", ".json"))
    snapshot = decode_snapshot((folder / "backups" / f"reading-{oldest}.json").read_bytes())
    documents = snapshot.tables["papers"]
    for base in (base for base in _bases(folder, ".journal") if base >= oldest):
        for line in (folder / f"reading-{base}.journal").read_bytes().splitlines():
            for change in decode_entry(line).changes:
                assert documents.get(change.number) == change.before
                assert change.after is not None
                documents[change.number] = change.after
    assert {int(number): document for number, document in documents.items()} == _contents(db)


def _history_of(db: JournalDB) -> list[int]:
    return [entry.seq for entry in _storage(db).past_entries()]


def test_a_journal_stays_while_it_is_young_or_its_actions_are_among_the_last(open_db: OpenDB, tmp_path: Path) -> None:
    """Rule: a journal goes when both are over, its days and its place among the last actions; not before."""
    clock = Clock()
    rule = Retention(actions=5, days=3, backups=1, backup_days=1)
    db = open_db(clock=clock, retention=rule)
    for _ in range(10):
        _compact(db)
    assert _history_of(db) == list(range(10, 0, -1)), "ten actions of one day are no days"
    for _ in range(2):
        clock.now += timedelta(days=1)
        _compact(db)
    assert _history_of(db) == list(range(12, 0, -1)), "decisions were made on two later days"
    clock.now += timedelta(days=1)
    _compact(db)
    assert _history_of(db) == list(range(13, 8, -1)), "on three, and these are the last five actions"
    assert len(_contents(open_db())) == 13


@pytest.mark.parametrize("years", [1, 20, -20])
def test_a_clock_that_jumps_and_comes_back_loses_nothing(open_db: OpenDB, tmp_path: Path, years: int) -> None:
    """Rule: no history and no backup of a day goes because a clock was wrong for a while."""
    clock = Clock()
    db = open_db(clock=clock, retention=Retention(actions=2, days=30))
    for _ in range(3):
        for _ in range(4):
            _compact(db)
        clock.now += timedelta(days=1)
    right = clock.now
    clock.now += timedelta(days=365 * years)
    for _ in range(4):
        _compact(db)
    clock.now = right
    for _ in range(4):
        _compact(db)
    assert _history_of(db) == list(range(20, 0, -1))
    backups = _bases(tmp_path / "library" / "backups", ".json")
    assert {4, 8, 12, 16, 17, 18, 19} <= set(backups), "the last of each day, and the last three"


def test_backups_whose_files_were_copied_are_still_of_their_days(open_db: OpenDB, tmp_path: Path) -> None:
    """Rule: the day of a backup is that of its last action; the time of the file may be that of a copy."""
    clock = Clock()
    db = open_db(clock=clock)
    for _ in range(6):
        _compact(db)
        clock.now += timedelta(days=1)
    backups = tmp_path / "library" / "backups"
    for path in backups.iterdir():
        os.utime(path, (0, 0))
    _compact(db)
    assert _bases(backups, ".json") == [0, 1, 2, 3, 4, 5, 6]


def test_a_journal_that_cannot_be_read_back_counts_as_no_day(open_db: OpenDB, tmp_path: Path) -> None:
    """Rule: what a damaged journal does not say about days removes nothing."""
    clock = Clock()
    db = open_db(clock=clock, retention=Retention(actions=1, days=2, backups=1, backup_days=1))
    for _ in range(4):
        _compact(db)
        clock.now += timedelta(days=1)
    kept = _bases(tmp_path / "library", ".journal")
    for base in kept:
        path = tmp_path / "library" / f"reading-{base}.journal"
        path.write_bytes(b"\0" * path.stat().st_size)
    _compact(db)
    assert set(kept) <= set(_bases(tmp_path / "library", ".journal"))


def test_folding_by_another_store_goes_unnoticed(open_db: OpenDB) -> None:
    """An open store follows any number of generations, reads on and writes on, without a remark."""
    mine, others = open_db(), open_db()
    mine.table("papers").insert({"key": "title:mine"})
    for _ in range(3):
        _compact(others)
    assert _storage(mine).poll()
    assert _contents(mine) == _contents(others)
    _compact(others)
    mine.table("papers").insert({"key": "title:unpolled"})
    assert _storage(others).poll()
    assert _contents(others) == _contents(mine) == _contents(open_db())
    assert _storage(mine).notices == _storage(others).notices == []


@pytest.mark.parametrize("step", range(1, 8))
def test_folding_cut_short_after_any_step_changes_nothing(open_db: OpenDB, tmp_path: Path, step: int) -> None:
    """Compaction fails at each of its disk operations: the library reads the same, and can be folded later."""
    db = open_db()
    _compact(db)
    db.table("papers").insert({"key": "title:last"})
    expected = _contents(db)
    system = _storage(db)._system
    calls = 0

    def fail_at_step(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == step:
                raise OSError(28, "No space left on device")
            return real(*arguments)

        return call

    folded = _storage(db).seq
    with pytest.MonkeyPatch.context() as patch:
        for name in ("sync_data", "sync_folder", "replace", "link"):
            patch.setattr(system, name, fail_at_step(getattr(system, name)))
        with pytest.raises(Exception, match="No space left"):
            _storage(db).exclusively(_storage(db).compact)
    assert _contents(db) == expected
    assert _contents(open_db()) == expected
    db.table("papers").insert({"key": "title:after"})
    _storage(db).exclusively(_storage(db).compact)
    again = open_db()
    assert len(_contents(again)) == len(expected) + 1
    assert _storage(again).notices == []
    assert max(_bases(tmp_path / "library", ".journal")) > folded
