"""What is found on the disk after a crash, a fault or a hand: everything acknowledged is there, repairs are told."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from tinydb import where

from paperreader.errors import StoreError, StoreReadOnly
from paperreader.storage.journal.format import SCHEMA, Snapshot, decode_snapshot, encode_snapshot
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.journal.table import JournalDB

OpenDB = Callable[..., JournalDB]
Contents = dict[int, dict[str, Any]]


def _storage(db: JournalDB) -> JournalStorage:
    return cast(JournalStorage, db.storage)


def _contents(db: JournalDB) -> Contents:
    return {document.doc_id: dict(document) for document in db.table("papers")}


def _compact(db: JournalDB) -> None:
    _storage(db).exclusively(_storage(db).compact)


def _act(db: JournalDB, count: int = 4) -> list[Contents]:
    """The contents after each of some actions, which add, change, shorten and remove."""
    table, states = db.table("papers"), [_contents(db)]
    actions: list[Callable[[int], object]] = [
        lambda n: table.insert({"key": f"title:{n}", "note": "x" * n}),
        lambda n: table.update({"note": "ü" * n}),
        lambda n: table.update({"note": ""}, where("key") == "title:0"),
        lambda n: table.insert_multiple({"key": f"title:{n}-{i}"} for i in range(2)),
        lambda n: table.remove(where("key") == f"title:{n - 1}-1"),
    ]
    for n in range(count):
        actions[n % len(actions)](n)
        states.append(_contents(db))
    return states


def _copy(source: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


@pytest.fixture
def compacted(open_db: OpenDB, tmp_path: Path) -> tuple[Path, Contents]:
    """A library of three generations with actions in each, closed, and what it holds."""
    db = open_db()
    for _ in range(3):
        _act(db, 5)
        _compact(db)
    contents = _act(db, 3)[-1]
    db.close()
    return tmp_path / "library", contents


def test_a_journal_cut_at_any_byte_gives_the_actions_before_the_cut(open_db: OpenDB, tmp_path: Path) -> None:
    """Cut anywhere, the journal yields exactly the whole lines; the torn bytes are kept and told once."""
    db = open_db()
    states = _act(db, 5)
    db.close()
    library = tmp_path / "library"
    whole = (library / "reading-0.journal").read_bytes()
    lines = whole.splitlines(keepends=True)
    for cut in range(len(b"".join(lines[:2])), len(whole) + 1):
        copy = _copy(library, tmp_path / "cut")
        (copy / "reading-0.journal").write_bytes(whole[:cut])
        complete = whole[:cut].count(b"\n")
        torn = whole[:cut].rpartition(b"\n")[2]
        db = JournalDB(JournalStorage(copy))
        assert _contents(db) == states[complete]
        db.table("papers").insert({"key": "title:after"})
        kept = [path.read_bytes() for path in copy.glob("reading-torn-*")]
        assert kept == ([torn] if torn else [])
        assert len(_storage(db).notices) == len(kept)
        after = _contents(db)
        assert [document["key"] for document in after.values()].count("title:after") == 1
        db.close()
        again = JournalDB(JournalStorage(copy))
        assert _contents(again) == after
        assert _storage(again).notices == []
        again.close()


def test_a_line_that_is_still_being_written_is_left_alone_by_who_reads(open_db: OpenDB, tmp_path: Path) -> None:
    """Without the lock an unfinished line is neither applied, nor cut, nor told of."""
    _act(open_db())
    reader = open_db()
    before = _contents(reader)
    journal = tmp_path / "library" / "reading-0.journal"
    with journal.open("ab") as stream:
        stream.write(b'1c291ca3 {"s":5,"t":"20')
    size = journal.stat().st_size
    assert not _storage(reader).poll()
    assert _contents(open_db()) == _contents(reader) == before
    assert journal.stat().st_size == size
    assert _storage(reader).notices == []


def test_zeros_behind_the_journal_are_a_torn_line(open_db: OpenDB, tmp_path: Path) -> None:
    """A power loss that lengthened the file without filling it costs no action."""
    db = open_db()
    states = _act(db)
    db.close()
    with (tmp_path / "library" / "reading-0.journal").open("ab") as stream:
        stream.write(bytes(200))
    again = open_db()
    again.table("papers").update({"seen": True})
    assert _contents(open_db()) == {number: document | {"seen": True} for number, document in states[-1].items()}


def test_a_damaged_line_in_the_middle_costs_that_action_only(open_db: OpenDB, tmp_path: Path) -> None:
    """The lost action is named by its number; those behind it are applied."""
    table = open_db().table("papers")
    for n in range(4):
        table.insert({"key": f"title:{n}"})
    journal = tmp_path / "library" / "reading-0.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([lines[0], lines[1].replace(b"title:1", b"title:x"), *lines[2:]]))
    db = open_db()
    assert [document["key"] for document in db.table("papers")] == ["title:0", "title:2", "title:3"]
    assert any("action 2 " in notice for notice in _storage(db).notices)
    db.table("papers").insert({"key": "title:4"})
    assert len(open_db().table("papers")) == 4


def test_a_damaged_line_is_told_once(open_db: OpenDB, tmp_path: Path) -> None:
    """Each repair is told to the user once, not at every start."""
    table = open_db().table("papers")
    for n in range(3):
        table.insert({"key": f"title:{n}"})
    journal = tmp_path / "library" / "reading-0.journal"
    journal.write_bytes(journal.read_bytes().replace(b"title:1", b"title:x"))
    first = open_db()
    assert _storage(first).notices
    first.table("papers").insert({"key": "title:3"})
    assert _storage(open_db()).notices == []


@pytest.mark.parametrize(
    "damage",
    [lambda data: b"", lambda data: bytes(len(data)), lambda data: data[: len(data) // 2], lambda data: b"{}", None],
    ids=["empty", "zeros", "half", "foreign", "deleted"],
)
def test_a_damaged_snapshot_is_rebuilt_from_backup_and_journals(
    compacted: tuple[Path, Contents], open_db: OpenDB, damage: Callable[[bytes], bytes] | None
) -> None:
    """Nothing is lost with the snapshot; the damaged file is kept, the user is told, and told once."""
    folder, contents = compacted
    path = folder / "reading.json"
    data = path.read_bytes()
    if damage:
        path.write_bytes(damage(data))
    else:
        path.unlink()
    db = open_db()
    assert _contents(db) == contents
    assert _storage(db).notices
    assert [kept.read_bytes() for kept in folder.glob("reading-damaged*.json")] == ([damage(data)] if damage else [])
    db.table("papers").insert({"key": "title:after"})
    again = open_db()
    assert len(_contents(again)) == len(contents) + 1
    assert _storage(again).notices == []


def test_a_snapshot_and_its_backups_may_all_be_damaged(compacted: tuple[Path, Contents], open_db: OpenDB) -> None:
    """The journals of all generations alone are enough."""
    folder, contents = compacted
    for path in (folder / "reading.json", *(folder / "backups").iterdir()):
        path.write_bytes(path.read_bytes()[:-20])
    assert _contents(open_db()) == contents


def test_a_snapshot_damaged_under_an_open_store_is_rebuilt_at_the_next_action(
    compacted: tuple[Path, Contents], open_db: OpenDB
) -> None:
    """The open store keeps what it holds and mends the file before it writes."""
    folder, contents = compacted
    db = open_db()
    (folder / "reading.json").write_bytes(b"rubbish")
    _storage(db).poll()
    assert _contents(db) == contents
    db.table("papers").insert({"key": "title:after"})
    assert len(_contents(db)) == len(contents) + 1
    assert _contents(open_db()) == _contents(db)


def test_an_edited_snapshot_is_kept_aside_and_told(compacted: tuple[Path, Contents], open_db: OpenDB) -> None:
    """A hand's edit is neither taken over unseen nor lost: the decisions stand, the edit is kept, the user is told."""
    folder, contents = compacted
    path = folder / "reading.json"
    edited = path.read_bytes().replace(b"title:0", b"title:hand", 1)
    assert edited != path.read_bytes()
    path.write_bytes(edited)
    db = open_db()
    assert _contents(db) == contents
    (kept,) = folder.glob("reading-edited*.json")
    assert kept.read_bytes() == edited
    assert any(kept.name in notice and "doctor --fix" in notice for notice in _storage(db).notices)


def test_a_snapshot_edited_under_an_open_store_is_kept_aside_and_told(open_db: OpenDB, tmp_path: Path) -> None:
    """An edit made while a reader is open is told as well, before it is replaced."""
    db = open_db()
    _act(db)
    _compact(db)
    path = tmp_path / "library" / "reading.json"
    path.write_bytes(path.read_bytes().replace(b"title:0", b"title:hand", 1))
    db.table("papers").insert({"key": "title:after"})
    _compact(db)
    assert list(path.parent.glob("reading-edited*.json"))
    assert _storage(db).notices


def test_a_deleted_journal_is_told(compacted: tuple[Path, Contents], open_db: OpenDB) -> None:
    """What was only in the newest journal is gone, everything older is there; the user hears of it, and since when."""
    folder, _ = compacted
    os.utime(folder / "reading.json", (1_741_942_800, 1_741_942_800))
    snapshot = decode_snapshot((folder / "reading.json").read_bytes())
    (folder / f"reading-{snapshot.base}.journal").unlink()
    db = open_db()
    assert {str(number): document for number, document in _contents(db).items()} == snapshot.tables["papers"]
    since = f"{datetime.fromtimestamp(1_741_942_800, UTC).astimezone():%Y-%m-%d %H:%M}"
    assert any(f"missing: decisions since {since}" in notice for notice in _storage(db).notices)
    db.table("papers").insert({"key": "title:after"})
    again = open_db()
    assert len(_contents(again)) == len(snapshot.tables["papers"]) + 1
    assert _storage(again).notices == []


def test_a_journal_deleted_under_an_open_store_costs_nothing(open_db: OpenDB, tmp_path: Path) -> None:
    """An open store still holds every acknowledged action, and writes them again."""
    db = open_db()
    contents = _act(db)[-1]
    (tmp_path / "library" / "reading-0.journal").unlink()
    _storage(db).poll()
    assert _contents(db) == contents
    db.table("papers").insert({"key": "title:after"})
    assert len(_contents(open_db())) == len(contents) + 1


def test_a_journal_emptied_under_an_open_store_costs_nothing(open_db: OpenDB, tmp_path: Path) -> None:
    """What is certain in memory is written again, and the user hears of it once."""
    db, journal = open_db(), tmp_path / "library" / "reading-0.journal"
    contents = _act(db)[-1]
    journal.write_bytes(journal.read_bytes()[:10])
    _storage(db).poll()
    assert _contents(db) == contents
    db.table("papers").insert({"key": "title:after"})
    assert any("written again" in notice for notice in _storage(db).notices)
    again = open_db()
    assert len(_contents(again)) == len(contents) + 1
    assert _storage(again).notices == []


def test_a_refused_action_that_was_read_meanwhile_is_forgotten(open_db: OpenDB, tmp_path: Path) -> None:
    """A line that its writer takes back leaves no trace in who read it before, and is never written by them."""
    db, reader, journal = open_db(), open_db(), tmp_path / "library" / "reading-0.journal"
    contents = _act(db)[-1]
    _storage(reader).poll()
    size = journal.stat().st_size
    db.table("papers").insert({"key": "title:refused"})
    _storage(reader).poll()
    os.truncate(journal, size)
    _storage(reader).poll()
    assert _contents(reader) == contents
    reader.table("papers").insert({"key": "title:after"})
    assert "title:refused" not in [document["key"] for document in open_db().table("papers")]


def test_a_snapshot_on_another_disk_has_copies_for_backups(open_db: OpenDB, tmp_path: Path) -> None:
    """Where a second name cannot be given, the backup is written."""
    db = open_db()

    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    _act(db)
    _compact(db)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_storage(db)._system, "link", refuse)
        db.table("papers").insert({"key": "title:after"})
        _compact(db)
    (backup, _) = sorted((tmp_path / "library" / "backups").iterdir(), key=lambda path: -len(path.read_bytes()))
    assert decode_snapshot(backup.read_bytes()).base == 4
    assert _storage(db).notices == []


def test_a_newer_schema_is_read_and_never_written(open_db: OpenDB, tmp_path: Path) -> None:
    """What a newer version wrote is shown, its version is named, and every action is refused."""
    folder = tmp_path / "library"
    folder.mkdir()
    documents = {"papers": {"1": {"key": "title:ab", "starred": True}}}
    (folder / "reading.json").write_bytes(encode_snapshot(Snapshot(SCHEMA + 1, 4, documents)))
    (folder / "reading-4.journal").write_bytes(b"")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    db = open_db()
    assert _contents(db) == {1: {"key": "title:ab", "starred": True}}
    assert str(SCHEMA + 1) in (_storage(db).read_only or "")
    with pytest.raises(StoreReadOnly, match="update paperreader"):
        db.table("papers").insert({"key": "title:cd"})
    with pytest.raises(StoreReadOnly):
        db.drop_tables()
    db.close()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_files_are_the_owners_alone(compacted: tuple[Path, Contents]) -> None:
    """Nobody else on the machine reads what was decided."""
    folder, _ = compacted
    assert folder.stat().st_mode & 0o077 == 0
    assert [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o077] == []


def test_a_library_folder_may_be_a_symbolic_link(open_db: OpenDB, tmp_path: Path) -> None:
    """The store works in the folder that the link points to."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    db = open_db(tmp_path / "link")
    contents = _act(db)[-1]
    _compact(db)
    db.close()
    assert _contents(open_db(tmp_path / "real")) == contents


def test_a_snapshot_that_is_a_symbolic_link_stays_one(open_db: OpenDB, tmp_path: Path) -> None:
    """A snapshot that the user keeps elsewhere is replaced there."""
    db = open_db()
    _act(db)
    _compact(db)
    path = tmp_path / "library" / "reading.json"
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    db.table("papers").insert({"key": "title:after"})
    _compact(db)
    assert path.is_symlink()
    assert decode_snapshot((tmp_path / "elsewhere.json").read_bytes()).base == _storage(db).seq


@pytest.mark.parametrize("kind", ["file", "below a file"])
def test_a_folder_that_cannot_be_one_is_refused_in_one_line(open_db: OpenDB, tmp_path: Path, kind: str) -> None:
    """The message names the folder and the cure."""
    (tmp_path / "file").write_text("I am a file")
    folder = tmp_path / "file" if kind == "file" else tmp_path / "file" / "library"
    with pytest.raises(StoreError, match="--library") as refusal:
        open_db(folder)
    assert str(folder) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_foreign_files_in_the_folder_are_left_alone(open_db: OpenDB, tmp_path: Path) -> None:
    """Files that only look alike neither disturb nor vanish."""
    folder = tmp_path / "library"
    (folder / "backups").mkdir(parents=True)
    strangers = ["reading-x.journal", "reading-.journal", "reading-٣.journal", "mine.journal", "backups/notes.json"]
    for name in strangers:
        (folder / name).write_text("mine")
    db = open_db()
    contents = _act(db)[-1]
    _compact(db)
    db.close()
    assert _contents(open_db()) == contents
    assert [(folder / name).read_text() for name in strangers] == ["mine"] * len(strangers)


def test_a_library_that_was_copied_is_the_same_library(compacted: tuple[Path, Contents], open_db: OpenDB) -> None:
    """Copying the folder is a backup: new file identities and times change nothing."""
    folder, contents = compacted
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy, copy_function=shutil.copyfile)
    for path in copy.rglob("*"):
        os.utime(path, (0, 0))
    db = open_db(copy)
    assert _contents(db) == contents
    assert _storage(db).notices == []


def test_the_snapshot_is_sound_json_at_every_generation(compacted: tuple[Path, Contents]) -> None:
    """Snapshot and backups are JSON with schema, base and checksum in front."""
    folder, _ = compacted
    for path in (folder / "reading.json", *(folder / "backups").iterdir()):
        assert set(json.loads(path.read_bytes())["_meta"]["1"]) >= {"schema", "base", "crc32"}
        decode_snapshot(path.read_bytes())
