"""Folding the journal into a snapshot keeps every document, backs the old one up, and removes what nobody needs."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from tinydb import TinyDB, where

from paperreader.storage.journal_folder import KEPT_BACKUP_DAYS, KEPT_BACKUPS
from paperreader.storage.journal_format import decode_entry, decode_snapshot
from paperreader.storage.journal_storage import COMPACT_AT_CLOSE, JournalStorage
from paperreader.storage.journal_table import JournalDB

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
    db = open_db()
    db.table("papers").insert({"note": "x" * COMPACT_AT_CLOSE})
    db.close()
    assert _bases(tmp_path / "library", ".journal") == [0, 2]
    assert len(open_db().table("papers")) == 2


def test_every_snapshot_but_the_newest_is_a_sound_backup(open_db: OpenDB, tmp_path: Path) -> None:
    """A backup holds exactly what the library held when it was made."""
    db = open_db()
    states = {}
    for _ in range(KEPT_BACKUPS):
        _compact(db)
        states[_storage(db).seq] = _contents(db)
    _compact(db)
    for base, contents in states.items():
        snapshot = decode_snapshot((tmp_path / "library" / "backups" / f"reading-{base}.json").read_bytes())
        assert snapshot.base == base
        assert {int(number): document for number, document in snapshot.tables["papers"].items()} == contents


def test_backups_are_the_last_three_and_one_a_day_for_a_week(open_db: OpenDB, tmp_path: Path) -> None:
    """Older backups go, the last generations stay however close together, and so does one of each of seven days."""
    now = datetime(2025, 3, 14, 12, tzinfo=UTC)
    db = open_db(clock=lambda: now)
    backups = tmp_path / "library" / "backups"
    for _ in range(14):
        _compact(db)
        _age_backups(backups, now)
    kept = _bases(backups, ".json")
    made_on = {base: _made_on(base, now) for base in kept}
    assert kept[-KEPT_BACKUPS:] == list(range(14 - KEPT_BACKUPS, 14))
    assert {(now - day).days for day in made_on.values()} >= set(range(KEPT_BACKUP_DAYS))
    assert len(kept) <= KEPT_BACKUPS + KEPT_BACKUP_DAYS


def _made_on(base: int, now: datetime) -> datetime:
    """Two backups a day, the newest (13) of today."""
    return now - timedelta(days=(13 - base) // 2, hours=1)


def _age_backups(backups: Path, now: datetime) -> None:
    for base in _bases(backups, ".json") if backups.exists() else ():
        moment = _made_on(base, now).timestamp()
        os.utime(backups / f"reading-{base}.json", (moment, moment))


def test_a_library_that_is_folded_every_hour_keeps_a_backup_of_each_day(open_db: OpenDB, tmp_path: Path) -> None:
    """Lived through hour by hour, the last backup of every past day stays, beside the last three generations."""
    start = datetime(2025, 3, 1, tzinfo=UTC)
    snapshot = tmp_path / "library" / "reading.json"
    now = start
    db = open_db(clock=lambda: now)
    for hour in range(9 * 24):
        now = start + timedelta(hours=hour)
        _compact(db)
        os.utime(snapshot, (now.timestamp(), now.timestamp()))
    made_at = {
        base: start + timedelta(hours=base - 1) for base in _bases(tmp_path / "library" / "backups", ".json") if base
    }
    last_hours = {now - timedelta(hours=ago) for ago in range(1, KEPT_BACKUPS + 1)}
    ends_of_days = {start + timedelta(days=day, hours=23) for day in range(2, 8)}
    assert set(made_at.values()) == last_hours | ends_of_days
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


def test_journals_are_kept_as_history_and_removed_when_old(open_db: OpenDB, tmp_path: Path) -> None:
    """The last actions stay readable for 90 days; then what no backup needs goes."""
    folder = tmp_path / "library"
    db = open_db()
    for _ in range(8):
        _compact(db)
    assert _bases(folder, ".journal") == list(range(9))
    db.close()
    later = open_db(clock=lambda: datetime.now(UTC) + timedelta(days=100))
    _compact(later)
    oldest = min(_bases(folder / "backups", ".json"))
    assert len(_bases(folder / "backups", ".json")) == KEPT_BACKUPS
    assert min(_bases(folder, ".journal")) == oldest
    assert len(_contents(open_db())) == 9


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
