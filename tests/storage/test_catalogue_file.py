"""The catalogue's file: migrations, readers beside a writer, transactions, and damage."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from paperreader.domain.listing import Listing
from paperreader.domain.parsed import ParsedPaper
from paperreader.errors import NewerSchema, StoreError
from paperreader.storage import catalogue as catalogue_module
from paperreader.storage import schema
from paperreader.storage.catalogue import Catalogue
from paperreader.storage.catalogue_import import add_listing

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


# Migrations


def test_a_new_catalogue_has_the_present_schema(catalogue: Catalogue) -> None:
    """Opening makes the file, at the number of the last migration."""
    version, tables = _structure(catalogue.path)
    assert version == schema.SCHEMA == len(schema.MIGRATIONS)
    assert {"papers", "identifiers", "listings", "listed", "dates"} <= {name for name, _ in tables}


def test_opening_again_migrates_nothing(catalogue: Catalogue) -> None:
    """A second opening leaves structure and content as they are."""
    _fill(catalogue)
    before = _structure(catalogue.path)
    with closing(Catalogue(catalogue.path)) as again:
        assert again.count() == 5
        assert again.notice is None
    assert _structure(catalogue.path) == before


def test_an_older_catalogue_is_brought_up_to_date_with_its_content(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the missing migrations run, once, and the papers stay."""
    _fill(catalogue)
    catalogue.close()
    monkeypatch.setattr(
        schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE extra (x)", "INSERT INTO extra VALUES (1)"))
    )
    monkeypatch.setattr(schema, "SCHEMA", len(schema.MIGRATIONS))
    for _ in range(2):
        with closing(Catalogue(catalogue.path)) as opened:
            assert opened.count() == 5
            assert opened.connection.execute("SELECT count(*) FROM extra").fetchone() == (1,)
            assert opened.connection.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA,)


def test_a_migration_that_fails_leaves_the_old_catalogue(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash in the middle of a migration costs nothing: the file is as before and migrates later."""
    _fill(catalogue)
    catalogue.close()
    before = _structure(catalogue.path)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE extra (x)", "no SQL at all")))
        patch.setattr(schema, "SCHEMA", len(schema.MIGRATIONS))
        with pytest.raises(StoreError):
            Catalogue(catalogue.path)
    assert _structure(catalogue.path) == before
    with closing(Catalogue(catalogue.path)) as again:
        assert again.count() == 5


def test_a_newer_catalogue_is_refused_and_left_alone(catalogue: Catalogue) -> None:
    """The message names both versions and the cure; the file is not touched."""
    _fill(catalogue)
    catalogue.connection.execute(f"PRAGMA user_version = {schema.SCHEMA + 1}")
    catalogue.close()
    before = _structure(catalogue.path)
    with pytest.raises(NewerSchema, match="update paperreader") as refusal:
        Catalogue(catalogue.path)
    assert str(schema.SCHEMA + 1) in str(refusal.value)
    assert _structure(catalogue.path) == before


def test_two_that_open_a_new_catalogue_at_once_both_can(tmp_path: Path) -> None:
    """Whoever comes second waits for the first one, as for any other transaction."""
    path = tmp_path / "catalogue.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as first:
        first.execute("BEGIN IMMEDIATE")  # as `migrate` does
        timer = threading.Timer(0.2, lambda: first.execute("ROLLBACK"))
        timer.start()
        try:
            Catalogue(path).close()
        finally:
            timer.join()


# Transactions and other connections


def test_an_exception_in_the_middle_of_an_import_leaves_nothing(catalogue: Catalogue) -> None:
    """A listing is added whole or not at all: no paper, no listing, no count."""
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
    """Nobody waits for an import, and nobody sees half of one; its end shows in `version`."""
    with closing(Catalogue(catalogue.path)) as reader:
        before = reader.version()
        with catalogue.transaction():
            add_listing(catalogue, Listing("page:a", DAY), _papers(4))
            begin = time.monotonic()
            assert (reader.count(), reader.date_counts()) == (0, [])
            assert time.monotonic() - begin < 1
        assert reader.version() != before
        assert (reader.count(), reader.date_counts()) == (4, [(DAY, 4)])
        assert list(reader.ids_on(DAY)) == list(reader.all_ids())


def test_a_writer_waits_for_another(catalogue: Catalogue) -> None:
    """An import that meets another one is done after it."""
    with closing(Catalogue(catalogue.path)) as other:
        other.connection.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.3, lambda: other.connection.execute("COMMIT"))
        timer.start()
        _fill(catalogue)
        timer.join()
    assert catalogue.count() == 5


def test_a_writer_that_waits_in_vain_is_refused_in_one_line(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that stays locked is a StoreError, not sqlite's exception, and nothing is changed."""
    monkeypatch.setattr(catalogue_module, "BUSY_TIMEOUT", 100)
    with closing(Catalogue(catalogue.path)) as impatient:
        catalogue.connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            _fill(impatient)
        catalogue.connection.execute("ROLLBACK")
        assert impatient.count() == 0
        _fill(impatient)
    assert catalogue.count() == 5


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
def test_a_damaged_catalogue_is_set_aside_and_begun_anew(whole: tuple[Path, bytes], damage: object) -> None:
    """The reader opens and says so; the damaged file is kept; papers can be imported again."""
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
    """A catalogue can be thrown away at any time."""
    path, _ = whole
    path.write_bytes(b"")
    with closing(Catalogue(path)) as opened:
        assert (opened.notice, opened.count()) == (None, 0)
    path.unlink()
    with closing(Catalogue(path)) as opened:
        assert (opened.notice, opened.count()) == (None, 0)


def test_a_catalogue_with_damaged_pages_is_set_aside_too(whole: tuple[Path, bytes]) -> None:
    """Rubbish behind the header does not make the library unusable either."""
    path, data = whole
    path.write_bytes(data[:8192] + b"\xa5" * (len(data) - 8192))
    for _ in range(2):
        with closing(Catalogue(path)) as opened:
            opened.papers(opened.all_ids())
            opened.date_counts()


def test_an_import_into_damaged_pages_is_refused_and_the_next_one_done(whole: tuple[Path, bytes]) -> None:
    """Damage that is met while writing is told, the file is kept, and the library can be filled again."""
    path, data = whole
    path.write_bytes(data[:8192] + b"\xa5" * (len(data) - 8192))
    with closing(Catalogue(path)) as opened:
        with pytest.raises(StoreError, match="nothing of this was stored"):
            _fill(opened, 9)
        assert opened.notice is not None
        _fill(opened, 9)
        assert opened.count() == 9


def test_two_damaged_catalogues_of_one_second_are_both_kept(
    whole: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is set aside is never overwritten."""
    path, _ = whole
    monkeypatch.setattr(time, "strftime", lambda *_: "20250314-120000")
    for rubbish in (b"rubbish " * 100, b"other rubbish " * 100):
        path.write_bytes(rubbish)
        Catalogue(path).close()
    assert len(list(path.parent.glob("catalogue-damaged-*.sqlite"))) == 2


def test_journals_of_the_database_may_be_lost(whole: tuple[Path, bytes]) -> None:
    """A copied catalogue without its -wal and -shm files opens."""
    path, data = whole
    copy = path.with_name("copy.sqlite")
    copy.write_bytes(data)
    with closing(Catalogue(copy)) as opened:
        assert (opened.notice, opened.count()) == (None, 200)


def test_a_folder_in_the_catalogues_place_is_refused_in_one_line(tmp_path: Path) -> None:
    """What cannot be opened at all is a StoreError that names the path."""
    (tmp_path / "catalogue.sqlite").mkdir()
    with pytest.raises(StoreError, match=r"catalogue\.sqlite cannot be opened"):
        Catalogue(tmp_path / "catalogue.sqlite")
