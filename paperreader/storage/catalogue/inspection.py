"""What state a catalogue's file is in, asked without changing it; and its mending.

SQLite's own check finds what is broken in the structure. What it cannot see is asked for beside it: kept counts and
places that are not those of the listings, and (`catalogue_audit`) captures and papers that are not what they should be.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from paperreader.errors import StoreDamaged, StoreError, StoreFull
from paperreader.files.refusals import is_refusal, kind_of, refused
from paperreader.storage.catalogue.audit import audit_captures, count_strays, mend_captures
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.file import connect_read_only
from paperreader.storage.catalogue.listings import NEWEST_PLACE
from paperreader.storage.catalogue.schema import SCHEMA, columns_of, newer_schema, promised_columns

_WRONG_DATES = """
    WITH counted AS (
        SELECT date, count(DISTINCT paper) AS papers FROM listed JOIN listings ON listings.id = listing
        WHERE date > '' GROUP BY date
    ), kept AS (SELECT date, papers FROM dates WHERE papers > 0 AND date > '')
    SELECT date FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept)
    UNION SELECT date FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted)
"""
_WRONG_PLACES = f"SELECT id FROM papers WHERE (newest, newest_rank) IS NOT ({NEWEST_PLACE})"
_WRONG_UPVOTES = """
    SELECT id FROM papers WHERE upvotes IS NOT (SELECT ifnull(max(upvotes), 0) FROM listed WHERE paper = papers.id)
"""

_WRONG = (_WRONG_DATES, _WRONG_PLACES, _WRONG_UPVOTES)


@dataclass(frozen=True, slots=True)
class CatalogueReport:
    """A catalogue's papers, and what is wrong with it."""

    papers: int = 0
    damage: str | None = None
    """What is broken in the structure of the file; then nothing else was asked."""
    miscounts: int = 0
    """Kept counts and places that are not those of the listings: they can be counted again."""
    damaged_texts: int = 0
    """Texts that are not what was stored."""
    marked_texts: int = 0
    """Those that were found before: the next import of their papers replaces them."""
    strays: int = 0
    """Rows that point to a paper or a listing that is not there."""
    misderived: int = 0
    """Papers that are not what the captures give: they can be derived again."""


def inspect_catalogue(path: Path, patience: float = 5.0) -> CatalogueReport | None:
    """The state of a catalogue's file, None where there is none; raises StoreError where it cannot be looked at.

    `patience` is in seconds, for another process's transaction.
    """
    try:
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            return None
        if not path.is_file():
            raise StoreError(f"{path} is not a file", "move it away")
        with _reading(path, patience) as connection:
            return _report(path, connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if kind_of(error) is StoreDamaged:
            return CatalogueReport(damage=str(error))
        raise refused(f"{path} cannot be read", error, path) from error
    except OSError as error:
        raise refused(f"{path} cannot be read", error, path) from error


@contextmanager
def catalogue_as_it_is(path: Path, patience: float = 5.0) -> Iterator[Catalogue | None]:
    """A catalogue to be read without changing anything of it; None where there is none of the present schema.

    Raises StoreError.
    """
    if not path.is_file():
        yield None
        return
    try:
        with _reading(path, patience) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            yield _CatalogueAsItIs(path, connection) if version == SCHEMA else None
    except (sqlite3.Error, OSError) as error:
        raise refused(f"{path} cannot be read", error, path) from error


class _CatalogueAsItIs(Catalogue):
    """A catalogue that is neither brought up to date nor begun anew."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.notice = self.refusal = self._unwritable = None
        self._open_connection = connection

    def start_anew(self, why: str = "the catalogue is damaged") -> None:
        raise StoreDamaged(f"{why}: {self.path}", "run paperreader doctor --fix")


def mend_catalogue(path: Path) -> list[str]:
    """Mend a catalogue as far as that is safe: what was done, a line each. Raises StoreError."""
    catalogue = Catalogue(path)
    try:
        if _damage(catalogue.connection) and not _mend_indexes(catalogue):
            catalogue.start_anew()
        done = [catalogue.notice] if catalogue.notice else []
        # Opening the library converts a catalogue of an earlier version.
        return done + (_mend_content(catalogue) if catalogue.schema() == SCHEMA else [])
    finally:
        catalogue.close()


def _report(path: Path, connection: sqlite3.Connection) -> CatalogueReport:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA:
        raise newer_schema(version)
    if damage := _damage(connection):
        return CatalogueReport(damage=damage)
    if not version:
        return CatalogueReport()
    catalogue = _CatalogueAsItIs(path, connection)
    with catalogue.reading():
        if version < SCHEMA:
            return CatalogueReport(catalogue.count())  # which opening the library converts
        found = audit_captures(catalogue)
        return CatalogueReport(
            papers=catalogue.count(),
            miscounts=sum(len(connection.execute(query).fetchall()) for query in _WRONG),
            damaged_texts=len(found.texts) + len(found.captures),
            marked_texts=len(found.marked),
            strays=count_strays(connection),
            misderived=found.misderived,
        )


def _damage(connection: sqlite3.Connection) -> str | None:
    """The first thing that is broken in the structure of a file."""
    try:
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if kind_of(error) is not StoreDamaged:
            raise
        return str(error)
    if verdict != "ok":
        return " ".join(str(verdict).split())
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    missing = promised_columns() - columns_of(connection) if version == SCHEMA else ()
    return next((f"{table}.{column} is missing" for table, column in sorted(missing)), None)


def _mend_indexes(catalogue: Catalogue) -> bool:
    """Make the indexes anew from the tables; whether the file is sound then. Raises StoreError."""
    try:
        catalogue.connection.execute("REINDEX")
        return _damage(catalogue.connection) is None
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if is_refusal(error, catalogue.path):
            raise refused(f"{catalogue.path} cannot be mended", error, catalogue.path) from error
        return False


def _mend_content(catalogue: Catalogue) -> list[str]:
    """Mend what the file holds."""
    with catalogue.transaction() as connection:
        done = list(mend_captures(catalogue))
        days = connection.execute(_WRONG_DATES).fetchall()
        papers = {paper for wrong in _WRONG[1:] for (paper,) in connection.execute(wrong)}
        if days:
            connection.execute("DELETE FROM dates")
            for (day,) in connection.execute("SELECT DISTINCT date FROM listings").fetchall():
                catalogue.count_date(day)
        catalogue.keep_places(papers)
    wrong = len(days) + len(papers)
    return [*done, f"{wrong} kept figures of the catalogue were counted again"] if wrong else done


@contextmanager
def _reading(path: Path, patience: float) -> Iterator[sqlite3.Connection]:
    """A connection to a file, or to a copy of it where SQLite would have to make files beside it to read it."""
    log, memory = (path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))
    if memory.exists() or not log.exists():
        with closing(connect_read_only(path, patience)) as connection:
            try:
                connection.execute("PRAGMA user_version").fetchone()
            except sqlite3.Error as error:
                if kind_of(error, path) is not StoreFull:
                    raise
            else:
                yield connection
                return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, path.name)
        shutil.copyfile(path, copy)
        if log.exists():
            shutil.copyfile(log, copy.with_name(log.name))
        with closing(connect_read_only(copy, patience)) as connection:
            yield connection
