"""The catalogue's file: opened for reading and writing, or for reading only, and set aside when it is damaged."""

import os
import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

from paperreader.errors import StoreDamaged
from paperreader.files.atomic import unused_path
from paperreader.files.refusals import kind_of
from paperreader.files.system import System
from paperreader.storage.catalogue.columns import decode
from paperreader.storage.catalogue.schema import SCHEMA, columns_of, create, newer_schema, promised_columns, version_of


def open_file(path: Path, patience: float, synchronous: str = System.synchronous) -> sqlite3.Connection:
    """A connection to the catalogue in a file, made if need be; `patience` is in seconds.

    Raises sqlite3.Error and NewerSchema.
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
    """A connection that writes nothing, not even the files in which readers and writers of a WAL meet.

    Raises sqlite3.Error.
    """
    # Without those files, and without the right to make them, SQLite reads only what it is told never changes.
    wal = path.with_name(f"{path.name}-wal")
    options = "mode=ro" if wal.exists() else "mode=ro&immutable=1"
    return _connect(f"file:{quote(os.fsencode(path.absolute()))}?{options}", patience, uri=True)


def open_as_it_is(path: Path, patience: float) -> sqlite3.Connection | None:
    """A connection to a catalogue where the disk has no room for the files that SQLite makes beside it.

    It sees nothing that is written later. None where it may lack what is written already. Raises sqlite3.Error.
    """
    wal = path.with_name(f"{path.name}-wal")
    if not path.is_file() or (wal.exists() and wal.stat().st_size):
        return None
    return _prepared(_connect(f"file:{quote(os.fsencode(path.absolute()))}?mode=ro&immutable=1", patience, uri=True))


def set_file_aside(path: Path) -> Path:
    """Give a damaged file another name, which is never one that is taken; raises OSError."""
    kept = unused_path(path.with_name(f"{path.stem}-damaged-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}"))
    path.replace(kept)
    log = path.with_name(f"{path.name}-wal")
    if log.exists():  # what was stored last may be there only
        log.replace(kept.with_name(f"{kept.name}-wal"))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return kept


def is_damage(error: sqlite3.Error | UnicodeDecodeError, connection: sqlite3.Connection | None = None) -> bool:
    """Whether an error says that a file is no catalogue any more; `connection` met it, or (None) could not be made."""
    if kind_of(error) is StoreDamaged:
        return True
    if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:
        return False
    # A statement of ours that a new catalogue takes fails only where the file lacks a table or a column.
    try:
        if connection is None:
            return True
        return version_of(connection) == SCHEMA and not columns_of(connection) >= promised_columns()
    except UnicodeDecodeError:
        return True
    except sqlite3.Error as other:  # also where a view names what is not there
        return kind_of(other) is StoreDamaged or getattr(other, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, its catalogue made where there was none, or closed."""
    try:
        if version_of(connection) != SCHEMA:
            _make_tables(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of a new file; raises NewerSchema. Those of an earlier version are left as they are."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(connection)  # asked again: another process may have made them meanwhile
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
    """Let readers go on beside a writer.

    For the lock of this switch SQLite does not wait, as it does for that of a transaction: so an empty one waits.
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


def _connect(name: str, patience: float, *, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(name, isolation_level=None, timeout=patience, check_same_thread=False, uri=uri)
    connection.text_factory = decode
    return connection
