"""Opens the catalogue's SQLite file, for writing or for reading only, and tells whether the file is damaged."""

import os
import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

from paperreader.errors import StoreDamaged
from paperreader.files.atomic import unused_path
from paperreader.files.error_codes import kind_of
from paperreader.files.system_calls import System
from paperreader.storage.catalogue.columns import decode
from paperreader.storage.catalogue.schema import SCHEMA, columns_of, create, newer_schema, promised_columns, version_of


def open_file(path: Path, patience: float, synchronous: str = System.synchronous) -> sqlite3.Connection:
    """A connection to the catalogue in a file, which is created if it is missing.

    `patience` is the seconds to wait for another process. Raises sqlite3.Error and NewerSchema.
    """
    if os.access(path, os.F_OK) and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return _prepared(connect_read_only(path, patience))
    connection = _connect(str(path), patience)
    try:
        _use_wal(connection, patience)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
    except BaseException:
        connection.close()
        raise
    return _prepared(connection)


def connect_read_only(path: Path, patience: float) -> sqlite3.Connection:
    """A connection that writes nothing, not even SQLite's own files beside the catalogue; raises sqlite3.Error."""
    return _connect_read_only(path, patience, is_frozen=not _wal(path).exists())


def open_frozen(path: Path, patience: float) -> sqlite3.Connection | None:
    """A connection to the file as it is now, for a disk without room for SQLite's own files.

    None: the WAL file may hold more of the catalogue. Raises sqlite3.Error.
    """
    wal = _wal(path)
    if not path.is_file() or (wal.exists() and wal.stat().st_size):
        return None
    return _prepared(_connect_read_only(path, patience, is_frozen=True))


def set_file_aside(path: Path) -> Path:
    """Rename a damaged file; its new, unused path. Raises OSError."""
    kept = unused_path(path.with_name(f"{path.stem}-damaged-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}"))
    path.replace(kept)
    if (wal := _wal(path)).exists():  # it may hold the last transactions
        wal.replace(_wal(kept))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return kept


def is_damage(error: sqlite3.Error | UnicodeDecodeError, connection: sqlite3.Connection | None = None) -> bool:
    """Whether an error means that the file is damaged. `connection`: the one that failed; None: it was not made."""
    if kind_of(error) is StoreDamaged:
        return True
    if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:
        return False
    # Our statements are valid SQL. They fail only if a table or a column is missing.
    try:
        if connection is None:
            return True
        return version_of(connection) == SCHEMA and not columns_of(connection) >= promised_columns()
    except UnicodeDecodeError:
        return True
    except sqlite3.Error as other:  # a view of a missing table has no columns
        return kind_of(other) is StoreDamaged or getattr(other, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, with tables created in a new file. It is closed if that fails."""
    try:
        if version_of(connection) != SCHEMA:
            _make_tables(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_tables(connection: sqlite3.Connection) -> None:
    """Create the tables of a new file; raises NewerSchema. Older tables are not changed here."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(connection)  # read again: another process may have created the tables meanwhile
        if version > SCHEMA:
            raise newer_schema(version)
        if not version:
            create(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _use_wal(connection: sqlite3.Connection, patience: float) -> None:
    """Switch to WAL mode, so that readers do not wait for a writer.

    SQLite does not wait for the lock of this switch. It does wait for an empty transaction.
    """
    end = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        else:
            return


def _wal(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _connect_read_only(path: Path, patience: float, *, is_frozen: bool) -> sqlite3.Connection:
    """`is_frozen`: SQLite reads the file without locks and without files of its own, as if it never changed."""
    options = "mode=ro&immutable=1" if is_frozen else "mode=ro"
    return _connect(f"file:{quote(os.fsencode(path.absolute()))}?{options}", patience, uri=True)


def _connect(name: str, patience: float, *, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(name, isolation_level=None, timeout=patience, check_same_thread=False, uri=uri)
    connection.text_factory = decode
    return connection
