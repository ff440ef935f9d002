"""Inspects the catalogue's file without changing it, and repairs the file when asked.

SQLite's own check finds damage in the structure of the file. `audit` finds captures and papers that are not what they
should be, and `dates` finds wrong counts.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from paperreader.errors import StoreDamaged, StoreError
from paperreader.files.error_codes import is_refusal, kind_of, refused
from paperreader.storage.catalogue.audit import audit_captures, count_strays, mend_captures
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.file import connect_read_only
from paperreader.storage.catalogue.listings import count_again, wrong_counts
from paperreader.storage.catalogue.schema import SCHEMA, columns_of, newer_schema, promised_columns, version_of


@dataclass(frozen=True, slots=True)
class CatalogueReport:
    """The number of papers in a catalogue, and its faults."""

    papers: int = 0
    damage: str | None = None
    """The damage of the file's structure. Then the other faults are unknown."""
    wrong_counts: int = 0
    """Stored counts and places that differ from the listings. A repair counts again."""
    damaged_texts: int = 0
    """Texts that differ from what was stored."""
    marked_texts: int = 0
    """Damaged texts that a repair has marked. The next import of their papers replaces them."""
    strays: int = 0
    """Rows whose paper or listing is missing."""
    outdated: int = 0
    """Captures and papers that do not match each other. A repair derives the papers again."""


def inspect_catalogue(path: Path, patience: float = 5.0) -> CatalogueReport | None:
    """The report on a catalogue's file; None if there is no file. Raises StoreError if the file cannot be read.

    `patience` is the seconds to wait for another process.
    """
    try:
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            return None
        if not path.is_file():
            raise StoreError(f"{path} is not a file", "move it away")
        with _connected(path, patience) as connection:
            return _report(path, connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if kind_of(error) is StoreDamaged:
            return CatalogueReport(damage=str(error))
        raise refused(f"{path} cannot be read", error, path) from error
    except OSError as error:
        raise refused(f"{path} cannot be read", error, path) from error


@contextmanager
def read_only_catalogue(path: Path, patience: float = 5.0) -> Iterator[Catalogue | None]:
    """A catalogue that is only read; None if there is no file of the present schema. Raises StoreError."""
    if not path.is_file():
        yield None
        return
    try:
        with _connected(path, patience) as connection:
            yield _ReadOnlyCatalogue(path, connection) if version_of(connection) == SCHEMA else None
    except (sqlite3.Error, OSError) as error:
        raise refused(f"{path} cannot be read", error, path) from error


class _ReadOnlyCatalogue(Catalogue):
    """A catalogue over a connection that exists already. Damage is an error: nothing is replaced."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.notice = self.refusal = self._read_only = None
        self._open_connection = connection

    def start_anew(self, reason: str = "the catalogue is damaged") -> None:
        raise StoreDamaged(f"{reason}: {self.path}", "run paperreader doctor --fix")


def mend_catalogue(path: Path) -> list[str]:
    """Repair a catalogue. A line for each repair. Raises StoreError."""
    with closing(Catalogue(path)) as catalogue:
        if _damage(catalogue.connection) and not _mend_indexes(catalogue):
            catalogue.start_anew()
        done = [catalogue.notice] if catalogue.notice else []
        if catalogue.schema() == SCHEMA:  # opening the library converts an older one
            with catalogue.transaction() as connection:
                done += mend_captures(catalogue)
                if wrong := count_again(connection):
                    done.append(f"corrected {wrong:,} wrong count{'' if wrong == 1 else 's'} of the catalogue")
        return done


def _report(path: Path, connection: sqlite3.Connection) -> CatalogueReport:
    version = version_of(connection)
    if version > SCHEMA:
        raise newer_schema(version)
    if damage := _damage(connection):
        return CatalogueReport(damage=damage)
    if not version:
        return CatalogueReport()
    catalogue = _ReadOnlyCatalogue(path, connection)
    with catalogue.reading():
        if version < SCHEMA:  # opening the library converts it
            return CatalogueReport(catalogue.count())
        found = audit_captures(catalogue)
        return CatalogueReport(
            papers=catalogue.count(),
            wrong_counts=wrong_counts(connection),
            damaged_texts=len(found.texts) + len(found.captures),
            marked_texts=len(found.marked),
            strays=count_strays(connection),
            outdated=found.outdated,
        )


def _damage(connection: sqlite3.Connection) -> str | None:
    """The first damage in the structure of the file."""
    try:
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if kind_of(error) is not StoreDamaged:
            raise
        return str(error)
    if verdict != "ok":
        return " ".join(str(verdict).split())
    missing = promised_columns() - columns_of(connection) if version_of(connection) == SCHEMA else ()
    return next((f"{table}.{column} is missing" for table, column in sorted(missing)), None)


def _mend_indexes(catalogue: Catalogue) -> bool:
    """Build the SQLite indexes again. Whether the file is sound then. Raises StoreError."""
    try:
        catalogue.connection.execute("REINDEX")
        return _damage(catalogue.connection) is None
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if is_refusal(error, catalogue.path):
            raise refused(f"{catalogue.path} cannot be repaired", error, catalogue.path) from error
        return False


@contextmanager
def _connected(path: Path, patience: float) -> Iterator[sqlite3.Connection]:
    """A read-only connection to the file, or to a copy if SQLite would have to create its SHM file."""
    wal, shm = (path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))
    if shm.exists() or not wal.exists():
        with closing(connect_read_only(path, patience)) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, path.name)
        shutil.copyfile(path, copy)
        shutil.copyfile(wal, copy.with_name(wal.name))
        with closing(connect_read_only(copy, patience)) as connection:
            yield connection
