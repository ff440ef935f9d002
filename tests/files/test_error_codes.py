"""Errors of the system and of SQLite become ours by their codes, each with the cure that belongs to it."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from paperreader.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreReadOnly
from paperreader.files.error_codes import is_full, kind_of, refused


def _sqlite(code: int) -> sqlite3.Error:
    """An error of SQLite whose text says nothing."""
    error = sqlite3.OperationalError("words")
    error.sqlite_errorcode = code
    return error


KINDS: list[tuple[BaseException, type[StoreError]]] = [
    (OSError(errno.ENOSPC, "words"), StoreFull),
    (OSError(errno.EDQUOT, "words"), StoreFull),
    (OSError(errno.EFBIG, "words"), StoreFull),
    (OSError(errno.EACCES, "words"), StoreReadOnly),
    (OSError(errno.EPERM, "words"), StoreReadOnly),
    (OSError(errno.EROFS, "words"), StoreReadOnly),
    (OSError(errno.EAGAIN, "words"), StoreBusy),
    (OSError(errno.EIO, "words"), StoreError),
    (OSError(errno.EISDIR, "words"), StoreError),
    (_sqlite(sqlite3.SQLITE_FULL), StoreFull),
    (_sqlite(sqlite3.SQLITE_BUSY), StoreBusy),
    (_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), StoreBusy),
    (_sqlite(sqlite3.SQLITE_LOCKED), StoreBusy),
    (_sqlite(sqlite3.SQLITE_READONLY), StoreReadOnly),
    (_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), StoreReadOnly),
    (_sqlite(sqlite3.SQLITE_PERM), StoreReadOnly),
    (_sqlite(sqlite3.SQLITE_CORRUPT), StoreDamaged),
    (_sqlite(sqlite3.SQLITE_CORRUPT_INDEX), StoreDamaged),
    (_sqlite(sqlite3.SQLITE_NOTADB), StoreDamaged),
    (_sqlite(sqlite3.SQLITE_IOERR), StoreError),
    (_sqlite(sqlite3.SQLITE_CANTOPEN), StoreError),
    (_sqlite(sqlite3.SQLITE_ERROR), StoreError),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "words"), StoreDamaged),
]


@pytest.mark.parametrize(("error", "kind"), KINDS, ids=[f"{error!r}-{kind.__name__}" for error, kind in KINDS])
def test_an_error_is_of_the_kind_that_its_code_says(
    tmp_path: Path, error: BaseException, kind: type[StoreError]
) -> None:
    """Rule: a full disk, a lock, missing rights and damage are told apart, and each names its cure."""
    assert kind_of(error, tmp_path) is kind
    told = refused("not saved", error, tmp_path)
    assert type(told) is kind
    assert str(told) == f"{told.reason}; {told.cure}"
    cures = {StoreFull: "make room", StoreBusy: "wait", StoreReadOnly: "writable", StoreDamaged: "doctor --fix"}
    assert cures.get(kind, "") in told.cure
    assert told.cure


def test_damage_is_never_what_an_error_merely_says() -> None:
    """Rule: the words of an error, in whatever language, decide nothing."""
    for text in ("database disk image is malformed", "file is not a database", "no such table: papers"):
        error = sqlite3.OperationalError(text)
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        assert kind_of(error) is StoreError


class _Disk:
    """What the system says of a disk."""

    f_frsize, f_files = 4096, 1000

    def __init__(self, blocks: int, files: int) -> None:
        self.f_bavail, self.f_favail = blocks, files


@pytest.mark.parametrize(("blocks", "files", "is_it"), [(0, 500, True), (1_000_000, 0, True), (1_000_000, 1, False)])
def test_an_error_without_a_reason_is_put_down_to_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocks: int, files: int, is_it: bool
) -> None:
    """Rule: SQLite calls a full disk an I/O error or a file that cannot be opened; the disk itself is asked."""
    monkeypatch.setattr(os, "statvfs", lambda _path: _Disk(blocks, files))
    assert is_full(tmp_path / "not there yet") is is_it
    for code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        assert (kind_of(_sqlite(code), tmp_path) is StoreFull) is is_it
    assert kind_of(_sqlite(sqlite3.SQLITE_CORRUPT), tmp_path) is StoreDamaged


def test_an_error_of_ours_is_of_its_own_kind(tmp_path: Path) -> None:
    """Rule: what was judged once is not judged again."""
    assert kind_of(StoreBusy("held"), tmp_path) is StoreBusy
