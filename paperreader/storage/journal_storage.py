"""A TinyDB storage that loses nothing: a snapshot file and an append-only journal, shared by many processes.

    reading.json            snapshot: every document as it was after action `base`
    reading-<base>.journal  every action since that snapshot, one line each
    reading.lock            the lock of whoever writes; never replaced
    backups/                older snapshots

An action is done when its line is on the disk (`fdatasync`): only then does memory change, and the caller hears of it.
A writer holds the lock, reads what others appended, appends its own line, and gives the lock back. A reader needs no
lock: lines are only ever appended, and a snapshot is only ever replaced whole.
"""

import os
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tinydb.storages import Storage

from paperreader.errors import NewerSchema, StoreBusy, StoreError, StoreReadOnly
from paperreader.files.atomic import write_all, write_new
from paperreader.files.system import FileIdentity, System
from paperreader.storage.documents import Documents
from paperreader.storage.journal_folder import JournalFolder
from paperreader.storage.journal_format import (
    SCHEMA,
    Damaged,
    DocumentChange,
    Edited,
    JournalEntry,
    Snapshot,
    Tables,
    decode_base,
    decode_entry,
    encode_entry,
)

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperreader.files.single_writer import SingleWriter

Result = TypeVar("Result")

COMPACT_AT = 1_000_000
"""Bytes of journal from which on it is folded into a new snapshot (or half the snapshot, if that is more)."""
COMPACT_AT_CLOSE = 64_000
"""Bytes of journal from which on it is folded when the store is closed, so that the next start reads little."""


class JournalStorage(Storage):
    """The documents of a library's reading state, in memory and on the disk; raises StoreError."""

    def __init__(
        self,
        folder: Path,
        *,
        window: str = "window",
        system: System | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        compact_at: int = COMPACT_AT,
    ) -> None:
        self.folder = folder
        self.window = window
        self.notices: list[str] = []
        """What was repaired or could not be, one line each, for the user to be told once."""
        self.read_only: str | None = None
        """Why nothing can be written, or None."""
        self._system = system or System()
        self._clock = clock
        self._compact_at = compact_at
        self._files = JournalFolder(folder, self._system)
        self._documents = Documents()
        self._lazy_writer: SingleWriter | None = None
        self._memory = threading.RLock()
        self._writing = threading.local()
        self._base = 0
        self._offset = 0
        self._snapshot: FileIdentity | None = None
        self._snapshot_size = 0
        self._must_reload = True
        self._observer: Callable[[JournalEntry | None, bool], None] = lambda _entry, _own: None
        self._open()

    # What TinyDB asks of a storage

    def read(self) -> Tables | None:
        """The tables as they are in memory; TinyDB's table reads them and leaves them as they are."""
        return self._documents.tables or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Make the tables be these, as one action: how TinyDB drops tables."""

        def replace() -> None:
            changes = [
                DocumentChange(name, number, before, data.get(name, {}).get(number))
                for name, documents in self._documents.tables.items()
                for number, before in documents.items()
                if data.get(name, {}).get(number) != before
            ]
            changes += [
                DocumentChange(name, str(number), None, dict(document))
                for name, documents in data.items()
                for number, document in documents.items()
                if str(number) not in self._documents.tables.get(name, {})
            ]
            self.append("write", changes)
            for name in set(self._documents.tables) - set(data):
                del self._documents.tables[name]

        self.exclusively(replace)

    def close(self) -> None:
        """Finish what was submitted; fold a long journal into the snapshot if nobody else is writing."""
        if self.read_only is None and self._offset >= COMPACT_AT_CLOSE:
            future = self._writer.submit(lambda: self._with_lock(self.compact))
            try:
                future.result(1.0)
            except (StoreError, TimeoutError):
                future.cancel()
        if self._lazy_writer:
            self._lazy_writer.close()

    # Writing

    def exclusively(self, work: Callable[[], Result]) -> Result:
        """The result of work done with the lock held and others' actions read; within such work, done at once.

        Raises StoreBusy when the lock is not to be had in time, StoreReadOnly, StoreError.
        """
        if getattr(self._writing, "active", False):
            return work()
        self._refuse_if_read_only()
        return self._writer.run(lambda: self._with_lock(work))

    def submit(self, work: Callable[[], Result]) -> "Future[Result]":
        """The future result of such work, for callers that wait in their own way; `cancel()` withdraws it."""
        self._refuse_if_read_only()
        return self._writer.submit(lambda: self._with_lock(work))

    def finish(self, future: "Future[Result]") -> Result:
        """The result of submitted work, waited for as long as `exclusively` would."""
        return self._writer.finish(future)

    def append(self, name: str, changes: Iterable[DocumentChange], undoes: int | None = None) -> JournalEntry | None:
        """Journal an action and then apply it to memory; None where nothing changes. Only within `exclusively`.

        Raises StoreError when the disk refuses; then nothing has changed. Raises ValueError or TypeError for a
        document that JSON cannot hold.
        """
        real = tuple(change for change in changes if change.before != change.after)
        if not real:
            return None
        at = self._clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = encode_entry(JournalEntry(self.seq + 1, at, self.window, name, real, undoes))
        # Decoded again, so that memory holds what the next start will read: JSON has no tuples.
        entry = decode_entry(line.rstrip(b"\n"))
        with self._memory:  # against a poll that would read this line before it is accounted for
            self._append_line(line)
            self._offset += len(line)
            self._apply(entry, own=True)
        if self._offset > max(self._compact_at, self._snapshot_size // 2):
            try:
                self.compact()
            except StoreError as error:
                self.notices.append(f"the journal could not be folded and goes on growing: {error}")
        return entry

    def compact(self) -> None:
        """Fold the journal into a new snapshot, keep the old one as a backup. Only within `exclusively`."""
        if self.seq > self._base:
            self._write_snapshot()

    # Reading what others wrote

    def poll(self) -> bool:
        """Read what other processes appended since; whether anything came. Needs no lock and waits for nobody."""
        with self._memory:
            before = self.generation
            self._catch_up(locked=False)
            return self.generation != before

    def observe(self, observer: Callable[[JournalEntry | None, bool], None]) -> None:
        """Call back for every action that memory takes over, and whether it is this store's own.

        None stands for any number of actions: everything may have changed.
        """
        self._observer = observer

    def next_number(self, table: str) -> int:
        """The number of a table's next document."""
        return self._documents.next_number(table)

    @property
    def seq(self) -> int:
        """The number of the last action in memory."""
        return self._documents.seq

    @property
    def generation(self) -> int:
        """Grows with every change of the documents, so that what was derived from them can be dropped."""
        return self._documents.generation

    def holder(self) -> str | None:
        """Who took the lock last, as far as is known."""
        return self._writer.holder()

    def busy(self) -> StoreBusy:
        """The refusal that names who holds the lock."""
        return self._writer.busy()

    # Opening and repairing

    @property
    def _writer(self) -> "SingleWriter":
        """The thread that writes; who only reads does without it, and without 6 ms of imports."""
        if self._lazy_writer is None:
            from paperreader.files.single_writer import SingleWriter

            self._lazy_writer = SingleWriter(self._files.lock_path, self._system)
        return self._lazy_writer

    def _open(self) -> None:
        try:
            self._system.make_folder(self.folder)
            with self._memory:
                complete = self._load()
        except OSError as error:
            raise StoreError(
                f"the library folder {self.folder} cannot be used: {error.strerror}; name another with --library"
            ) from error
        if complete:
            return
        try:
            # A new library, or one that needs a repair: both are done with the lock held.
            self._writer.run(lambda: self._with_lock(lambda: None))
        except StoreReadOnly as error:
            self.read_only = self.read_only or str(error)

    def _with_lock(self, work: Callable[[], Result]) -> Result:
        self._writing.active = True
        try:
            with self._memory:
                self._catch_up(locked=True)
            self._refuse_if_read_only()
            return work()
        finally:
            self._writing.active = False

    def _refuse_if_read_only(self) -> None:
        if self.read_only:
            raise StoreReadOnly(self.read_only)

    def _catch_up(self, *, locked: bool) -> None:
        """Take over what others did since; with the lock held, mend what a crash left behind. Raises StoreError."""
        try:
            identity = self._files.identity()
            if (
                identity is not None
                and not self._must_reload
                and (identity == self._snapshot or self._follow(identity))
                and self._read_journal(locked=locked)
            ):
                return
            if self._load():
                if locked:
                    self._read_journal(locked=True)
            elif locked:
                self._repair()
        except OSError as error:
            self._must_reload = True
            raise StoreError(f"the reading state in {self.folder} cannot be read ({error.strerror})") from error

    def _follow(self, identity: FileIdentity) -> bool:
        """Go over to a snapshot that another process made of actions known here; False where they are not."""
        try:
            descriptor = self._system.open(self._files.snapshot_path, os.O_RDONLY)
        except OSError:
            return False
        try:
            head = self._system.read(descriptor, 0, 200)
        finally:
            self._system.close(descriptor)
        base = decode_base(head.partition(b"\n")[0])
        if base is None or not self._read_journal(locked=False) or self.seq != base:
            return False
        self._base, self._offset, self._snapshot = base, 0, identity
        self._snapshot_size = identity.size
        return True

    def _load(self) -> bool:
        """Read the snapshot and its journal; False where only a holder of the lock can make them whole."""
        identity = self._files.identity()
        if identity is None:
            return False
        try:
            snapshot = self._files.read_snapshot()
        except Damaged:
            return False
        if snapshot.schema > SCHEMA:
            self.read_only = str(
                NewerSchema(
                    f"{self._files.snapshot_path} has schema {snapshot.schema}, this paperreader knows {SCHEMA}: "
                    "it is opened for reading only; update paperreader"
                )
            )
        self._take_over(snapshot)
        self._snapshot, self._snapshot_size = identity, identity.size
        self._must_reload = False
        return self._read_journal(locked=False) or self.read_only is not None

    def _take_over(self, snapshot: Snapshot) -> None:
        """Make the documents of a snapshot the ones in memory."""
        self._documents.take_over(snapshot)
        self._base, self._offset = snapshot.base, 0
        self._observer(None, False)

    def _repair(self) -> None:
        """Make the folder whole: a new library, a snapshot or journal that is missing or damaged. Lock held."""
        snapshot = None
        if self._files.identity() is not None:
            try:
                snapshot = self._files.read_snapshot()
            except Damaged as error:
                kind = "edited" if isinstance(error, Edited) else "damaged"
                name = self._files.snapshot_path.name
                kept = self._files.set_aside(f"reading-{kind}.json", self._system.read_file(self._files.snapshot_path))
                self.notices.append(f"{name} was not as it was written; it is kept as {kept.name}")
        if snapshot is not None and self._snapshot is not None:
            # The snapshot stands, its journal is gone.
            path = self._files.journal_path(self._base)
            write_new(self._system, path, b"")
            self._system.sync_folder(self.folder)
            self.notices.append(f"{path.name} was missing: decisions since may be lost")
            return
        backup = self._files.newest_backup()
        self._take_over(backup or Snapshot(SCHEMA, 0, {}))
        journals = [base for base in self._files.journal_bases() if base >= self._base]
        for base in journals:
            self._base, self._offset = base, 0
            self._read_journal(locked=True)
        if backup or journals:
            self.notices.append(f"the reading state was rebuilt up to action {self.seq} from what was left")
        self._must_reload = False
        self._snapshot = None
        self._write_snapshot()

    # The files

    def _append_line(self, line: bytes) -> None:
        path = self._files.journal_path(self._base)
        try:
            descriptor = self._system.open(path, os.O_WRONLY)
            try:
                self._write_or_take_back(descriptor, line)
            finally:
                self._system.close(descriptor)
        except OSError as error:
            self._must_reload = True
            raise StoreError(f"not saved: {path} could not be written ({error.strerror})") from error

    def _write_or_take_back(self, descriptor: int, line: bytes) -> None:
        try:
            write_all(self._system, descriptor, line, self._offset)
            self._system.sync_data(descriptor)
        except OSError:
            # How much of it reached the disk is unknown; what was refused must not be found there later.
            self._system.truncate(descriptor, self._offset)
            raise

    def _read_journal(self, *, locked: bool) -> bool:
        """Apply the actions behind the known part of the journal; False where it is gone or was cut."""
        path = self._files.journal_path(self._base)
        try:
            descriptor = self._system.open(path, os.O_RDWR if locked else os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            if self._system.size(descriptor) < self._offset:
                return False
            data = self._system.read(descriptor, self._offset)
            lines, newline, torn = data.rpartition(b"\n")
            for line in lines.split(b"\n") if newline else ():
                self._take_line(line, locked=locked)
            self._offset += len(lines) + len(newline)
            if torn and locked:
                # Without the lock it may be a line that another process is writing just now.
                self._set_aside(torn)
                self._system.truncate(descriptor, self._offset)
        finally:
            self._system.close(descriptor)
        return True

    def _take_line(self, line: bytes, *, locked: bool) -> None:
        try:
            entry = decode_entry(line)
        except Damaged:
            if locked:
                self._set_aside(line)
            self.notices.append(
                f"action {self.seq + 1} in {self._files.journal_path(self._base).name} is damaged and lost"
            )
            return
        if entry.seq > self.seq:
            self._apply(entry, own=False)

    def _apply(self, entry: JournalEntry, *, own: bool) -> None:
        self._documents.apply(entry)
        self._observer(entry, own)

    def _write_snapshot(self) -> None:
        previous = self._base if self._snapshot else None
        try:
            size = self._files.replace_snapshot(Snapshot(SCHEMA, self.seq, self._documents.tables), previous)
        except OSError as error:
            raise StoreError(f"{self._files.snapshot_path} could not be written ({error.strerror})") from error
        with self._memory:
            self._base, self._offset = self.seq, 0
            self._snapshot, self._snapshot_size = self._files.identity(), size
        try:
            self._files.prune(self._base, self.seq, self._clock())
        except OSError as error:
            self.notices.append(f"an old file of the reading state could not be removed: {error.strerror}")

    def _set_aside(self, data: bytes) -> None:
        """Keep bytes that could not be read in a file of their own."""
        path = self._files.set_aside(f"reading-torn-{self.seq}.bin", data)
        self.notices.append(f"an unfinished line of the journal was set aside in {path.name}")
