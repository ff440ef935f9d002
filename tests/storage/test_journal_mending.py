"""Mending that is itself cut short at any call loses nothing: the next opening mends what is left."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from paperreader.errors import StoreError
from paperreader.files.system_calls import System
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.journal.table import JournalDB

OpenDB = Callable[..., JournalDB]

CALLS = ("open", "write", "sync_data", "sync_folder", "replace", "link", "truncate", "read_file")


class CountedSystem(System):
    """The real calls, counted from `begin` on; the one of a given number fails."""

    def __init__(self) -> None:
        self.left = 0

    def __getattribute__(self, name: str) -> Any:
        """Fail in the place of the call whose turn it is."""
        real = super().__getattribute__(name)
        if name not in CALLS:
            return real

        def call(*arguments: Any, **options: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return real(*arguments, **options)

        return call


def _storage(db: JournalDB) -> JournalStorage:
    return cast(JournalStorage, db.storage)


def _keys(db: JournalDB) -> list[str]:
    return sorted(document["key"] for document in db.table("papers"))


def _damage_snapshot(folder: Path) -> None:
    path = folder / "reading.json"
    path.write_bytes(path.read_bytes()[:-30])


def _delete_journal(folder: Path) -> None:
    (folder / "reading-3.journal").unlink()


def _empty_journal(folder: Path) -> None:
    (folder / "reading-3.journal").write_bytes(b"")


def _edit_snapshot(folder: Path) -> None:
    path = folder / "reading.json"
    path.write_bytes(path.read_bytes().replace(b"title:1", b"title:x"))


@pytest.mark.parametrize("step", range(1, 26))
@pytest.mark.parametrize("damage", [_damage_snapshot, _delete_journal, _empty_journal, _edit_snapshot])
def test_mending_under_an_open_store_may_fail_at_any_call(
    open_db: OpenDB, tmp_path: Path, damage: Callable[[Path], None], step: int
) -> None:
    """The open store keeps every acknowledged action, refuses or does the next one, and writes all of them later."""
    system = CountedSystem()
    db = open_db(system=system)
    for n in range(3):
        db.table("papers").insert({"key": f"title:{n}"})
    _storage(db).exclusively(_storage(db).compact)
    db.table("papers").insert({"key": "title:3"})
    expected = [f"title:{n}" for n in range(4)]
    damage(tmp_path / "library")
    system.left = step
    try:
        db.table("papers").insert({"key": "title:4"})
        expected.append("title:4")
    except StoreError:
        pass
    system.left = 0
    assert _keys(db) == expected
    db.table("papers").insert({"key": "title:5"})
    expected.append("title:5")
    assert _keys(db) == _keys(open_db()) == expected


@pytest.mark.parametrize("step", range(1, 26))
def test_mending_while_opening_may_fail_at_any_call(open_db: OpenDB, tmp_path: Path, step: int) -> None:
    """A library whose mending was cut short opens whole the next time."""
    db = open_db()
    for n in range(6):
        db.table("papers").insert({"key": f"title:{n}"})
        if n in (2, 4):
            _storage(db).exclusively(_storage(db).compact)
    db.close()
    _damage_snapshot(tmp_path / "library")
    system = CountedSystem()
    system.left = step
    with suppress(StoreError):
        open_db(system=system)
    assert _keys(open_db()) == [f"title:{n}" for n in range(6)]


class ReadOnlySystem(System):
    """A file system on which nothing may be written."""

    def refuses_writing(self, path: Path) -> bool:
        """Whatever it is."""
        return True


@pytest.mark.parametrize("damage", [_damage_snapshot, _delete_journal, _edit_snapshot])
def test_what_needs_mending_and_cannot_be_written_is_read_as_far_as_it_goes(
    open_db: OpenDB, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """The library shows what is left, says what is wrong, and changes nothing on the disk."""
    folder, db = tmp_path / "library", open_db()
    for n in range(4):
        db.table("papers").insert({"key": f"title:{n}"})
        if n == 2:
            _storage(db).exclusively(_storage(db).compact)
    db.close()
    damage(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    shown = open_db(system=ReadOnlySystem())
    assert _keys(shown) == [f"title:{n}" for n in range(3 if damage is _delete_journal else 4)]
    assert _storage(shown).notices
    assert _storage(shown).read_only
    _storage(shown).poll()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
