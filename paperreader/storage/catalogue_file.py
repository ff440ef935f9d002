"""The catalogue's file: opened for reading and writing, or for reading only, and set aside when it is damaged."""

import os
import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

from paperreader.files.atomic import unused_path
from paperreader.storage.schema import migrate
from paperreader.storage.stored import decode


def open_file(path: Path, patience: float) -> sqlite3.Connection:
    """A connection to the catalogue in a file, made if need be; `patience` is in seconds. Raises sqlite3.Error."""
    if os.access(path, os.F_OK) and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return _migrated(connect_read_only(path, patience))
    connection = _connect(str(path), patience)
    try:
        _use_wal(connection, patience)
        connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return _migrated(connection)


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
    return _migrated(_connect(f"file:{quote(os.fsencode(path.absolute()))}?mode=ro&immutable=1", patience, uri=True))


def set_file_aside(path: Path) -> Path:
    """Give a damaged file another name, which is never one that is taken; raises OSError."""
    kept = unused_path(path.with_name(f"{path.stem}-damaged-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}"))
    path.replace(kept)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return kept


def is_refusal(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Whether an error says that the disk refuses to write, which reading may do without."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)


def is_damage(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Whether an error says that the file is not, or no longer, a database; one that cannot be told quotes from it."""
    if isinstance(error, UnicodeDecodeError):
        return True
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    # A table or column that the schema promises is missing only where a name of it changed on the disk.
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or str(error).startswith("no such ")


def _migrated(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, its catalogue brought up to date, or closed."""
    try:
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


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
