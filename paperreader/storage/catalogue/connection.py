"""A connection to the catalogue's file: its statements and transactions, and what is done where the file is damaged."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from paperreader.errors import StoreBusy, StoreDamaged, StoreError
from paperreader.files.patience import Patience
from paperreader.files.refusals import kind_of, refused
from paperreader.files.system import System
from paperreader.files.targets import LOCK_NAME
from paperreader.storage.catalogue.file import is_damage, open_as_it_is, open_file, set_file_aside
from paperreader.storage.catalogue.schema import version_of

_LOOK = 100
"""Milliseconds between two looks at whether another process still writes."""
_WRITING = {"temp_store": "MEMORY", "cache_size": -16_000}
"""What of pages is kept to take a statement back by stays in memory, and so do the pages that many papers touch."""
_READING = {"cache_size": -200}
"""The system keeps the pages of files in memory as well: a window that stays open for days need not."""
_CHUNK = 500
"""Rows asked for in one statement."""


class CatalogueConnection:
    """One connection to a library's catalogue; raises StoreError.

    With `is_optional` a catalogue that cannot be opened raises `refusal` when it is asked: decisions do without it.
    """

    def __init__(
        self,
        path: Path,
        *,
        patience: Patience = Patience(),
        synchronous: str = System.synchronous,
        is_optional: bool = False,
    ) -> None:
        self.path = path
        self.patience = patience
        self.notice: str | None = None
        """What had to be repaired when the file was opened, for the user to be told once."""
        self._synchronous = synchronous
        self._unwritable: StoreError | None = None
        """Why the file is read as it was when it was opened, whatever becomes of it."""
        self._open_connection: sqlite3.Connection | None = None
        self.refusal: StoreError | None = None
        """Why the file could not be opened."""
        try:
            self._connect()
        except StoreError as error:
            if not is_optional:
                raise
            self.refusal = error

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection; raises StoreError where the file could not be opened."""
        if self._open_connection is None:
            raise self.refusal or StoreError(f"{self.path} is closed")
        return self._open_connection

    def version(self) -> int:
        """A number that changes when another connection changes the file."""
        (version,) = self._row("PRAGMA data_version")
        return int(version)

    def schema(self) -> int:
        """The version of the tables."""
        return version_of(self.connection)

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
            if not is_damage(error, self.connection):
                raise self._unread(error) from error
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
            raise (self._begun_anew(error) or self._unread(error)) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of what is done within, or nothing, the content left as it is; raises StoreError like `transaction`."""
        if self._unwritable:
            raise self._unwritable
        try:
            _set(self.connection, _WRITING)
            self._begin()
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
            finally:
                _set(self.connection, _READING)
        except sqlite3.Error as error:
            unwritten = refused(f"{self.path} could not be written and stays as it was", error, self.path)
            raise (self._begun_anew(error) or unwritten) from error

    def _begin(self) -> None:
        """Begin to write when nobody else does; raises sqlite3.Error when one other process writes for too long.

        The time is counted anew whenever another process stored something: imports that take turns wait for each other.
        """
        connection, is_told = self.connection, False
        begun, version = time.monotonic(), self.version()
        connection.execute(f"PRAGMA busy_timeout = {min(_LOOK, int(self.patience.limit * 1000))}")
        try:
            while True:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    now = time.monotonic()
                    if kind_of(error) is not StoreBusy:
                        raise
                    if version != (version := self.version()):
                        begun = now
                    if now - begun >= self.patience.silence and not is_told:
                        is_told = True
                        self.patience.tell(f"waiting for another process that writes {self.path}")
                    if now - begun >= self.patience.limit:
                        raise
        finally:
            connection.execute(f"PRAGMA busy_timeout = {int(self.patience.limit * 1000)}")

    def start_anew(self, why: str = "the catalogue was damaged") -> None:
        """Keep a file that is no catalogue under another name, and begin an empty one; raises StoreError."""
        if self._unwritable:  # then it is only another one by now
            raise StoreError(f"{self.path} was changed since it was opened for reading only", "start again")
        self.close()
        try:
            kept = set_file_aside(self.path)
            self._open_connection = self._opened()
        except (OSError, sqlite3.Error) as error:
            raise refused(f"{self.path} is damaged and cannot be set aside", error, self.path) from error
        self.notice = f"{why} and is kept as {kept.name}; your decisions are safe: import your papers again"

    def close(self) -> None:
        """Let the file go."""
        if self._open_connection is not None:
            self._open_connection.close()
            self._open_connection = None

    def _connect(self) -> None:
        """Open the file, one that is damaged anew and one on a full disk for reading; raises StoreError."""
        try:
            self._open_connection = self._opened()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if is_damage(error):
                self.start_anew()
            else:
                self._open_connection = self._opened_as_it_is(error)

    def _opened_as_it_is(self, error: sqlite3.Error | UnicodeDecodeError) -> sqlite3.Connection:
        """A connection for reading, where SQLite lacks room for its own files; raises StoreError."""
        connection = None
        if kind_of(error, self.path) is not StoreBusy:
            with suppress(sqlite3.Error, OSError):
                connection = open_as_it_is(self.path, self.patience.limit)
        if connection is None:
            raise _unopened(self.path, error) from error
        self._unwritable = refused(f"{self.path} is opened for reading only", error, self.path)
        self.notice = str(self._unwritable)
        return connection

    def _opened(self) -> sqlite3.Connection:
        connection = open_file(self.path, self.patience.limit, self._synchronous)
        _set(connection, _READING)
        return connection

    def _begun_anew(self, error: sqlite3.Error) -> StoreError | None:
        """What to say where an error was damage, and an empty catalogue was begun."""
        if not is_damage(error, self.connection):
            return None
        self.start_anew()
        return StoreDamaged(f"{self.path} was damaged, and nothing was read or stored", "try again")

    def _unread(self, error: sqlite3.Error | UnicodeDecodeError) -> StoreError:
        return refused(f"{self.path} cannot be read", error, self.path)


def _set(connection: sqlite3.Connection, settings: Mapping[str, object]) -> None:
    for name, value in settings.items():
        connection.execute(f"PRAGMA {name} = {value}")


def _unopened(path: Path, error: Exception) -> StoreError:
    """What to say of a file that is sound and does not open."""
    from paperreader.files.write_lock import lacks_locks  # which nobody needs whose catalogue opens

    # SQLite calls that locked, too. The lock file of the reading state is one whose locks are nobody else's.
    if lacks_locks(path.with_name(LOCK_NAME)):
        return StoreError(f"{path} cannot be opened: its file system has no locks", "keep the library on a local disk")
    return refused(f"{path} cannot be opened", error, path)


def chunks(ids: Sequence[int], size: int = _CHUNK) -> Iterator[list[int]]:
    """Numbers, as many at a time as one statement asks for."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])


def marks(values: Sequence[int]) -> str:
    """The places of values in a statement."""
    return ",".join("?" * len(values))
