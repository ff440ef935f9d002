"""The connection to the catalogue's SQLite file: queries, transactions, and the replacement of a damaged file."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from paperreader.errors import StoreBusy, StoreDamaged, StoreError
from paperreader.files.error_codes import kind_of, refused
from paperreader.files.output_paths import LOCK_NAME
from paperreader.files.system_calls import System
from paperreader.files.waiting import Patience
from paperreader.storage.catalogue.file import is_damage, open_file, open_frozen, set_file_aside
from paperreader.storage.catalogue.schema import version_of

_POLL = 100
"""Milliseconds that SQLite waits for a lock before we check whether another process made progress."""
_WRITING = {"temp_store": "MEMORY", "cache_size": -16_000}
"""SQLite settings of a transaction: imports change the same pages many times."""
_READING = {"cache_size": -200}
"""SQLite settings otherwise. A small cache saves memory; the operating system caches the file anyway."""


class CatalogueConnection:
    """A connection to a library's catalogue; raises StoreError if the file does not open.

    With `is_optional`, a file that does not open raises only when it is used. `refusal` then holds the error.
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
        """A message for the user about a repair of the file."""
        self._synchronous = synchronous
        self._read_only: StoreError | None = None
        """Why the file can only be read."""
        self._open_connection: sqlite3.Connection | None = None
        self.refusal: StoreError | None = None
        """Why the file did not open."""
        try:
            self._connect()
        except StoreError as error:
            if not is_optional:
                raise
            self.refusal = error

    @property
    def connection(self) -> sqlite3.Connection:
        """The SQLite connection; raises StoreError if the file did not open."""
        if self._open_connection is None:
            raise self.refusal or StoreError(f"{self.path} is closed")
        return self._open_connection

    def version(self) -> int:
        """A number that changes when another connection changes the file."""
        (version,) = self.select_one("PRAGMA data_version")
        return int(version)

    def schema(self) -> int:
        """The schema version of the file."""
        return version_of(self.connection)

    def edition(self) -> str:
        """The name of the current content; each transaction changes it."""
        (name,) = self.select_one("SELECT name FROM edition")
        return str(name)

    def select(self, query: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a query. If the file is damaged, an empty catalogue replaces it. Raises StoreError."""
        try:
            yield from self.connection.execute(query, values)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if self.connection.in_transaction:
                raise
            if not is_damage(error, self.connection):
                raise self._unreadable(error) from error
            self.start_anew()
            yield from self.select(query, values)

    def select_one(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first row of a query, or None."""
        return next(self.select(query, values), None)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A read transaction: all queries inside see the same content. Raises StoreError."""
        try:
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self._roll_back()
        except sqlite3.Error as error:
            raise (self._replaced(error) or self._unreadable(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction that gives the content a new edition; raises StoreError."""
        with self.writing() as connection:
            connection.execute("UPDATE edition SET name = hex(randomblob(16)), change = change + 1")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A write transaction that does not change what users see; raises StoreError."""
        if self._read_only:
            raise self._read_only
        try:
            _set(self.connection, _WRITING)
            self._begin()
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            finally:
                self._roll_back()
                _set(self.connection, _READING)
        except sqlite3.Error as error:
            unwritten = refused(f"{self.path} could not be written and is unchanged", error, self.path)
            raise (self._replaced(error) or unwritten) from error

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def _begin(self) -> None:
        """Begin a write transaction; raises sqlite3.Error if another process holds the lock too long.

        The wait starts again whenever the other process commits. So imports can take turns.
        """
        connection, is_told = self.connection, False
        begun, version = time.monotonic(), self.version()
        connection.execute(f"PRAGMA busy_timeout = {min(_POLL, int(self.patience.limit * 1000))}")
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

    def start_anew(self, reason: str = "the catalogue was damaged") -> None:
        """Rename the file and create an empty catalogue; raises StoreError."""
        if self._read_only:
            raise StoreError(
                f"another process changed {self.path}, which is open for reading only", "start paperreader again"
            )
        self.close()
        try:
            kept = set_file_aside(self.path)
            self._open_connection = self._opened()
        except (OSError, sqlite3.Error) as error:
            raise refused(f"{self.path} is damaged and cannot be renamed", error, self.path) from error
        self.notice = f"{reason} and is kept as {kept.name}; your decisions are safe; import your papers again"

    def close(self) -> None:
        """Close the connection."""
        if self._open_connection is not None:
            self._open_connection.close()
            self._open_connection = None

    def _connect(self) -> None:
        """Open the file; replace a damaged one. On a full disk, open the file for reading. Raises StoreError."""
        try:
            self._open_connection = self._opened()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if is_damage(error):
                self.start_anew()
            else:
                self._open_connection = self._opened_for_reading(error)

    def _opened(self) -> sqlite3.Connection:
        connection = open_file(self.path, self.patience.limit, self._synchronous)
        _set(connection, _READING)
        return connection

    def _opened_for_reading(self, error: sqlite3.Error | UnicodeDecodeError) -> sqlite3.Connection:
        """A read-only connection, if SQLite cannot create its own files beside the catalogue; raises StoreError."""
        connection = None
        if kind_of(error, self.path) is not StoreBusy:
            with suppress(sqlite3.Error, OSError):
                connection = open_frozen(self.path, self.patience.limit)
        if connection is None:
            raise _unopened(self.path, error) from error
        self._read_only = refused(f"{self.path} cannot be written, so nothing can be imported", error, self.path)
        self.notice = str(self._read_only)
        return connection

    def _replaced(self, error: sqlite3.Error) -> StoreError | None:
        """The error to raise after a damaged file was replaced; None if the file is not damaged."""
        if not is_damage(error, self.connection):
            return None
        self.start_anew()
        return StoreDamaged(f"{self.path} was damaged, so nothing was read or stored", "try again")

    def _unreadable(self, error: sqlite3.Error | UnicodeDecodeError) -> StoreError:
        return refused(f"{self.path} cannot be read", error, self.path)


def _set(connection: sqlite3.Connection, settings: Mapping[str, object]) -> None:
    for name, value in settings.items():
        connection.execute(f"PRAGMA {name} = {value}")


def _unopened(path: Path, error: Exception) -> StoreError:
    from paperreader.files.write_lock import lacks_locks  # not imported if the catalogue opens

    # SQLite reports a missing lock as "locked". The lock file of the reading state belongs to us, so it tells.
    if lacks_locks(path.with_name(LOCK_NAME)):
        return StoreError(f"{path} cannot be opened: its file system has no locks", "keep the library on a local disk")
    return refused(f"{path} cannot be opened", error, path)


def as_json(values: Iterable[object]) -> str:
    """The values as a JSON list, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(values))
