"""A connection to the catalogue's file: its statements and transactions, and what is done where the file is damaged."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from paperreader.errors import StoreError
from paperreader.storage.catalogue_file import is_damage, is_refusal, open_as_it_is, open_file, set_file_aside

BUSY_TIMEOUT = 5_000
"""Milliseconds to wait for another process's transaction."""
PATIENCE = 120.0
"""Seconds that an import waits for its turn, where another one writes piece after piece."""
_WRITING = {"temp_store": "MEMORY", "cache_size": -16_000}
"""What of pages is kept to take a statement back by stays in memory, and so do the pages that many papers touch."""
_CHUNK = 500
"""Rows asked for in one statement."""


class CatalogueConnection:
    """One connection to a library's catalogue; raises StoreError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice: str | None = None
        """What had to be repaired when the file was opened, for the user to be told once."""
        self._is_as_it_was = False
        """Whether the file is read as it was when it was opened, whatever becomes of it."""
        self._patience = 0.0
        try:
            self.connection = self._open()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if is_damage(error):
                self.start_anew()
            else:
                self.connection = self._opened_as_it_is(error)

    def be_patient(self, seconds: float = PATIENCE) -> None:
        """Have changes wait for those of other processes as long as that, and not only for a short one."""
        self._patience = seconds

    def version(self) -> int:
        """A number that changes when another connection changes the file."""
        (version,) = self._row("PRAGMA data_version")
        return int(version)

    def edition(self) -> str:
        """The name of what the file holds, to tell later whether it still does."""
        (name,) = self._row("SELECT name FROM edition")
        return str(name)

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows that a statement finds; where it meets damage, those of a new catalogue. Raises StoreError."""
        try:
            yield from self.connection.execute(statement, values)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if self.connection.in_transaction:
                raise
            if not is_damage(error):
                raise StoreError(f"{self.path} cannot be read ({error})") from error
            self.connection.close()
            self.start_anew()
            yield from self._rows(statement, values)

    def _row(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """The first of them, or None."""
        return next(self._rows(statement, values), None)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A change of the content: all of what is done within, or nothing; raises StoreError where the file refuses."""
        with self.writing() as connection:
            connection.execute("UPDATE edition SET name = hex(randomblob(16)), change = change + 1")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[None]:
        """The content as it is at the first question within, whatever others write meanwhile; raises StoreError."""
        try:
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            if is_damage(error):
                self.connection.close()
                self.start_anew()
            raise StoreError(f"{self.path} cannot be read ({error})") from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of what is done within, or nothing, the content left as it is; raises StoreError like `transaction`."""
        try:
            for setting, value in _WRITING.items():
                self.connection.execute(f"PRAGMA {setting} = {value}")
            self._begin()
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            if is_damage(error):
                self.connection.close()
                self.start_anew()
            raise StoreError(f"{self.path} could not be written ({error}) and stays as it was") from error

    def _begin(self) -> None:
        """Begin to write when nobody else does."""
        end = time.monotonic() + self._patience
        while True:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= end:
                    raise
            else:
                return

    def start_anew(self) -> None:
        """Keep a file that is no catalogue under another name, and begin an empty one; raises StoreError."""
        if self._is_as_it_was:  # then it is only another one by now
            raise StoreError(f"{self.path} was changed since there was no room on the disk: start again")
        try:
            kept = set_file_aside(self.path)
            self.connection = self._open()
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{self.path} is damaged and cannot be set aside ({error})") from error
        self.notice = (
            f"the catalogue was damaged and is kept as {kept.name}; your decisions are safe: import your papers again"
        )

    def close(self) -> None:
        """Let the file go."""
        self.connection.close()

    def _opened_as_it_is(self, error: sqlite3.Error | UnicodeDecodeError) -> sqlite3.Connection:
        """A connection for reading, where only the room is missing; raises StoreError."""
        connection = None
        if is_refusal(error):
            with suppress(sqlite3.Error, OSError):
                connection = open_as_it_is(self.path, BUSY_TIMEOUT / 1000)
        if connection is None:
            raise StoreError(_unopened(self.path, error)) from error
        self._is_as_it_was = True
        self.notice = f"{self.path} is only read ({error}): is the disk full? Make room, then start again"
        return connection

    def _open(self) -> sqlite3.Connection:
        return open_file(self.path, BUSY_TIMEOUT / 1000)


def _unopened(path: Path, error: Exception) -> str:
    """What to say of a file that is sound and does not open."""
    from paperreader.files.write_lock import lacks_locks  # which nobody needs whose catalogue opens

    # SQLite calls that locked, too. The lock file of the reading state is one whose locks are nobody else's.
    if lacks_locks(path.with_name("reading.lock")):
        return f"{path} cannot be opened: its file system has no locks; keep the library on a local disk"
    return f"{path} cannot be opened ({error}); is the folder writable?"


def chunks(ids: Sequence[int], size: int = _CHUNK) -> Iterator[list[int]]:
    """Numbers, as many at a time as one statement asks for."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])


def marks(values: Sequence[int]) -> str:
    """The places of values in a statement."""
    return ",".join("?" * len(values))
