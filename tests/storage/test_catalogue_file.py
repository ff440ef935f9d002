"""The catalogue's file: its schema, readers beside a writer, transactions, and damage."""

from __future__ import annotations

import os
import resource
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.errors import NewerSchema, StoreBusy, StoreError, StoreFull
from paperreader.files.waiting import Patience
from paperreader.storage.catalogue import file as catalogue_file
from paperreader.storage.catalogue import schema
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.imports import add_listing
from paperreader.storage.catalogue.inspection import inspect_catalogue, mend_catalogue

DAY = date(2025, 3, 14)


def _papers(count: int) -> list[ParsedPaper]:
    return [ParsedPaper(f"The {n}th invented paper", f"It is about the number {n}. " * 20) for n in range(count)]


def _fill(catalogue: Catalogue, count: int = 5, day: date = DAY) -> None:
    with catalogue.transaction():
        add_listing(catalogue, Listing(f"page:{count:08x}", day), _papers(count))


def _structure(path: Path) -> tuple[int, list[tuple[str, str]]]:
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return version, connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


# The schema


def test_a_new_catalogue_has_the_present_schema(catalogue: Catalogue) -> None:
    """Rule: opening a new file creates all tables and sets the schema version."""
    version, made = _structure(catalogue.path)
    assert version == schema.SCHEMA
    assert {"captures", "texts", "names", "sightings", "papers", "listings", "dates"} <= {name for name, _ in made}
    assert schema.columns_of(catalogue.connection) == schema.promised_columns()


def test_opening_again_changes_nothing(catalogue: Catalogue) -> None:
    """Rule: opening a catalogue again changes neither structure nor content."""
    _fill(catalogue)
    before = _structure(catalogue.path)
    with closing(Catalogue(catalogue.path)) as again:
        assert again.count() == 5
        assert again.notice is None
    assert _structure(catalogue.path) == before


def test_a_failed_creation_creates_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: all tables are created, or none; the next opening creates them."""
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite", isolation_level=None)) as connection:
        monkeypatch.setattr(catalogue_file, "create", _create_half)
        with pytest.raises(sqlite3.Error):
            catalogue_file._make_tables(connection)
        assert schema.version_of(connection) == 0
        assert schema.columns_of(connection) == set()
    monkeypatch.undo()
    with closing(Catalogue(tmp_path / "catalogue.sqlite")) as opened:
        _fill(opened)
        assert (opened.notice, opened.count()) == (None, 5)


def _create_half(connection: sqlite3.Connection) -> None:
    schema.create(connection)
    connection.execute("no SQL at all")


def test_a_newer_catalogue_is_refused_and_left_alone(catalogue: Catalogue) -> None:
    """Rule: the message names both versions and the cure; the file does not change."""
    _fill(catalogue)
    catalogue.connection.execute(f"PRAGMA user_version = {schema.SCHEMA + 1}")
    catalogue.close()
    before = _structure(catalogue.path)
    with pytest.raises(NewerSchema, match="update paperreader") as refusal:
        Catalogue(catalogue.path)
    assert str(schema.SCHEMA + 1) in str(refusal.value)
    assert _structure(catalogue.path) == before


def test_two_processes_can_open_a_new_catalogue_at_once(tmp_path: Path) -> None:
    """Rule: the second process waits for the first, as for any transaction."""
    path = tmp_path / "catalogue.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as first:
        first.execute("BEGIN IMMEDIATE")  # as whoever makes the tables does
        timer = threading.Timer(0.2, lambda: first.execute("ROLLBACK"))
        timer.start()
        try:
            Catalogue(path).close()
        finally:
            timer.join()


# Transactions and other connections


def test_an_exception_in_the_middle_of_an_import_leaves_nothing(catalogue: Catalogue) -> None:
    """Rule: a failed import leaves no paper, no listing and no count."""
    _fill(catalogue, 3)

    def fail_after_two() -> Iterator[ParsedPaper]:
        yield from _papers(9)[7:]
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"), catalogue.transaction():
        add_listing(catalogue, Listing("page:broken", date(2025, 3, 15)), fail_after_two())
    assert catalogue.count() == 3
    assert catalogue.date_counts() == [(DAY, 3)]
    assert len(catalogue.listings()) == 1
    _fill(catalogue, 5, date(2025, 3, 15))
    assert catalogue.count() == 5


def test_a_reader_beside_a_writer_sees_all_of_an_import_or_nothing(catalogue: Catalogue) -> None:
    """Rule: readers neither wait for an import nor see half of it; `version` changes at its end."""
    with closing(Catalogue(catalogue.path)) as reader:
        before = reader.version()
        with catalogue.transaction():
            add_listing(catalogue, Listing("page:a", DAY), _papers(4))
            assert (reader.count(), reader.date_counts()) == (0, [])  # it would wait for the writer in vain
        assert reader.version() != before
        assert (reader.count(), reader.date_counts()) == (4, [(DAY, 4)])
        assert list(reader.ids_on(DAY)) == list(reader.all_ids())


def test_a_writer_waits_for_another(catalogue: Catalogue) -> None:
    """Rule: an import waits for another import."""
    with closing(Catalogue(catalogue.path)) as other:
        other.connection.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.3, lambda: other.connection.execute("COMMIT"))
        timer.start()
        _fill(catalogue)
        timer.join()
    assert catalogue.count() == 5


def test_a_writer_that_waits_too_long_is_refused(catalogue: Catalogue) -> None:
    """Rule: a database that stays locked raises StoreBusy with its cure, and nothing changes."""
    with closing(Catalogue(catalogue.path, patience=Patience(0.05))) as impatient:
        catalogue.connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy, match=r"is writing to it\); end that process or wait"):
            _fill(impatient)
        catalogue.connection.execute("ROLLBACK")
        assert impatient.count() == 0
        _fill(impatient)
    assert catalogue.count() == 5


# A disk without room


@contextmanager
def _no_room() -> Iterator[None]:
    """No file can grow beyond 8 KB; SQLite's own files beside a catalogue are larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_catalogue_is_read_on_a_full_disk(whole: tuple[Path, bytes]) -> None:
    """Rule: on a full disk it opens for reading only and says so; with room again, all is normal."""
    path, data = whole
    with _no_room(), closing(Catalogue(path)) as opened:
        assert opened.notice is not None
        assert "cannot be written, so nothing can be imported" in opened.notice
        assert opened.count() == 200
        with pytest.raises(StoreError, match="cannot be written, so nothing can be imported"):
            _fill(opened)
    assert path.read_bytes() == data
    with closing(Catalogue(path)) as again:
        assert (again.notice, again.count()) == (None, 200)


def test_a_catalogue_changed_by_another_process_is_not_set_aside_by_a_reader(whole: tuple[Path, bytes]) -> None:
    """Rule: if another process changes a file that is open for reading only, nothing is set aside."""
    path, data = whole
    with _no_room():
        opened = Catalogue(path)
    path.write_bytes(b"another".ljust(len(data)))
    with closing(opened), pytest.raises(StoreError, match="start paperreader again"):
        opened.count()
    assert not list(path.parent.glob("catalogue-damaged-*"))


def test_a_catalogue_with_a_wal_file_is_not_read_on_a_full_disk(whole: tuple[Path, bytes]) -> None:
    """Rule: if the WAL file holds newer content, opening is refused: old content is never shown."""
    path, _ = whole
    path.with_name("catalogue.sqlite-wal").write_bytes(b"what was written last")
    with _no_room(), pytest.raises(StoreError, match="cannot be opened"):
        Catalogue(path)


def test_a_full_disk_is_no_damage(whole: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a full disk is not reported as damage, and nothing is set aside."""
    path, data = whole
    path.with_name(f"{path.name}-wal").touch()  # left by a process that was killed, and SQLite wants a third file
    path.with_name(f"{path.name}-shm").touch()
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(path.parent))
        with _no_room():
            patch.setattr(os, "statvfs", lambda _path: SimpleNamespace(f_bavail=0, f_frsize=4096, f_files=0))
            with pytest.raises(StoreFull, match="make room on the disk"):
                inspect_catalogue(path)
            with closing(Catalogue(path)) as opened:
                assert "make room on the disk" in str(opened.notice)
                with pytest.raises(StoreFull, match="cannot be written, so nothing can be imported"):
                    _fill(opened)
            with pytest.raises(StoreFull):
                mend_catalogue(path)
    report = inspect_catalogue(path)
    assert report is not None
    assert (report.papers, report.damage) == (200, None)
    assert path.read_bytes() == data
    assert [kept for kept in path.parent.iterdir() if "damaged" in kept.name] == []


# Damage


@pytest.fixture
def whole(tmp_path: Path) -> tuple[Path, bytes]:
    """The path and bytes of a closed catalogue of 200 papers."""
    path = tmp_path / "whole" / "catalogue.sqlite"
    path.parent.mkdir()
    with closing(Catalogue(path)) as opened:
        _fill(opened, 200)
    return path, path.read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"This is no catalogue but a text, and quite a long one. " * 40,
        lambda data: bytes(len(data)),
        lambda data: data[: len(data) // 2],
        lambda data: data[:100],
        lambda data: data[:3],
        lambda data: b"\xa5" * 100 + data[100:],
    ],
    ids=["text", "zeros", "half", "header", "three bytes", "no header"],
)
def test_a_damaged_catalogue_is_set_aside_and_replaced(whole: tuple[Path, bytes], damage: object) -> None:
    """Rule: the reader opens and says so; the damaged file is kept, and papers can be imported again."""
    path, data = whole
    assert callable(damage)
    damaged = damage(data)
    path.write_bytes(damaged)
    with closing(Catalogue(path)) as opened:
        assert opened.notice is not None
        (kept,) = path.parent.glob("catalogue-damaged-*.sqlite")
        assert kept.name in opened.notice
        assert kept.read_bytes() == damaged
        assert (opened.count(), opened.date_counts()) == (0, [])
        _fill(opened)
    with closing(Catalogue(path)) as again:
        assert (again.notice, again.count()) == (None, 5)


def test_a_deleted_or_empty_catalogue_is_a_new_one(whole: tuple[Path, bytes]) -> None:
    """Rule: a catalogue can be deleted at any time."""
    path, _ = whole
    path.write_bytes(b"")
    with closing(Catalogue(path)) as opened:
        assert (opened.notice, opened.count()) == (None, 0)
    path.unlink()
    with closing(Catalogue(path)) as opened:
        assert (opened.notice, opened.count()) == (None, 0)


def test_a_catalogue_with_damaged_pages_is_set_aside_too(whole: tuple[Path, bytes]) -> None:
    """Rule: random bytes after the header do not make the library unusable."""
    path, data = whole
    path.write_bytes(data[:8192] + b"\xa5" * (len(data) - 8192))
    for _ in range(2):
        with closing(Catalogue(path)) as opened:
            opened.papers(opened.all_ids())
            opened.date_counts()


def test_an_import_into_damaged_pages_is_refused_and_the_next_one_done(whole: tuple[Path, bytes]) -> None:
    """Rule: damage met while writing is reported, the file is kept, and the next import works."""
    path, data = whole
    with closing(sqlite3.connect(path)) as connection:
        ((size,),) = connection.execute("PRAGMA page_size").fetchall()
        roots = [page for (page,) in connection.execute("SELECT rootpage FROM sqlite_master WHERE rootpage > 1")]
    pages = bytearray(data)
    for page in roots:
        pages[(page - 1) * size : page * size] = b"\xa5" * size
    path.write_bytes(pages)
    with closing(Catalogue(path)) as opened:
        with pytest.raises(StoreError, match="was damaged"):
            _fill(opened, 9)
        assert opened.notice is not None
        _fill(opened, 9)
        assert opened.count() == 9


def test_two_damaged_catalogues_of_one_second_are_both_kept(
    whole: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: a file that was set aside is never overwritten."""
    path, _ = whole
    monkeypatch.setattr(time, "strftime", lambda *_: "20250314-120000")
    for rubbish in (b"rubbish " * 100, b"other rubbish " * 100):
        path.write_bytes(rubbish)
        Catalogue(path).close()
    assert len(list(path.parent.glob("catalogue-damaged-*.sqlite"))) == 2


def test_wal_and_shm_files_may_be_lost(whole: tuple[Path, bytes]) -> None:
    """Rule: a copied catalogue opens without its -wal and -shm files."""
    path, data = whole
    copy = path.with_name("copy.sqlite")
    copy.write_bytes(data)
    with closing(Catalogue(copy)) as opened:
        assert (opened.notice, opened.count()) == (None, 200)


def test_a_folder_instead_of_the_catalogue_is_refused(tmp_path: Path) -> None:
    """Rule: a path that cannot be opened raises StoreError with the path."""
    (tmp_path / "catalogue.sqlite").mkdir()
    with pytest.raises(StoreError, match=r"catalogue\.sqlite cannot be opened"):
        Catalogue(tmp_path / "catalogue.sqlite")


def test_a_wait_is_announced_once(catalogue: Catalogue) -> None:
    """Rule: after some silence the wait is announced once, before it is given up."""
    told: list[str] = []
    patience = Patience(limit=0.1, silence=0.0, tell=told.append)
    with closing(Catalogue(catalogue.path, patience=patience)) as other:
        catalogue.connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy), other.transaction():
            pass
        catalogue.connection.execute("ROLLBACK")
    assert told == [f"waiting for another process that writes {catalogue.path}"]


def test_imports_that_take_turns_wait_for_each_other(catalogue: Catalogue) -> None:
    """Rule: the time limit starts again whenever the other process commits."""

    class Observed(Catalogue):
        looks = 0

        def version(self) -> int:
            """A number that says at each look that something was stored; at the fifth the other process is done."""
            self.looks += 1
            if self.looks == 5:
                catalogue.connection.execute("ROLLBACK")
            return self.looks

    with closing(Observed(catalogue.path, patience=Patience(limit=1e-9))) as other:
        catalogue.connection.execute("BEGIN EXCLUSIVE")
        with other.transaction():
            assert other.looks == 5
