"""A TinyDB storage that loses nothing: a snapshot file and an append-only journal, shared by many processes.

    reading.json            snapshot: every document as it was after action `base`
    reading-<base>.journal  every action since that snapshot, one line each
    reading.lock            the lock of whoever writes; never replaced
    backups/                older snapshots

An action is done when its line is on the disk (`fdatasync`): only then does memory change, and the caller hears of it.
A writer holds the lock, reads what others appended, appends its own line, and gives the lock back. A reader needs no
lock: lines are only ever appended, and a snapshot is only ever replaced whole.

Compaction writes the new snapshot beside the old one, creates the next journal, keeps the old snapshot as a backup,
and only then replaces it. Actions are always appended to the journal of the snapshot that is in place, so a crash
between any two of these steps leaves a folder that reads the same.
"""

import os
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tinydb.storages import Storage

from paperreader.errors import NewerSchema, StoreBusy, StoreError, StoreReadOnly
from paperreader.files.atomic import write_all, write_new
from paperreader.files.system import FileIdentity, System
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
    decode_snapshot,
    encode_entry,
    encode_snapshot,
)

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperreader.files.single_writer import SingleWriter

Result = TypeVar("Result")

COMPACT_AT = 1_000_000
"""Bytes of journal from which on it is folded into a new snapshot (or half the snapshot, if that is more)."""
COMPACT_AT_CLOSE = 64_000
"""Bytes of journal from which on it is folded when the store is closed, so that the next start reads little."""
KEPT_ACTIONS = 10_000
KEPT_DAYS = 90
"""An old journal stays while it holds one of the last `KEPT_ACTIONS` actions, or for `KEPT_DAYS` days."""
KEPT_BACKUPS = 3
KEPT_BACKUP_DAYS = 7
"""Older snapshots that stay: the last `KEPT_BACKUPS`, and the last of each of `KEPT_BACKUP_DAYS` days."""


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
        self._snapshot_path = folder / "reading.json"
        self._backups = folder / "backups"
        self._lazy_writer: SingleWriter | None = None
        self._memory = threading.RLock()
        self._writing = threading.local()
        self._tables: Tables = {}
        self._next_numbers: dict[str, int] = {}
        self._base = 0
        self._seq = 0
        self._offset = 0
        self._snapshot: FileIdentity | None = None
        self._snapshot_size = 0
        self._must_reload = True
        self._observer: Callable[[JournalEntry | None, bool], None] = lambda _entry, _own: None
        self.generation = 0
        """Grows with every change of the documents, so that what was derived from them can be dropped."""
        self._open()

    # What TinyDB asks of a storage

    def read(self) -> Tables | None:
        """The tables as they are in memory; TinyDB's table reads them and leaves them as they are."""
        return self._tables or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Make the tables be these, as one action: how TinyDB drops tables."""

        def replace() -> None:
            changes = [
                DocumentChange(name, number, before, data.get(name, {}).get(number))
                for name, documents in self._tables.items()
                for number, before in documents.items()
                if data.get(name, {}).get(number) != before
            ]
            changes += [
                DocumentChange(name, str(number), None, dict(document))
                for name, documents in data.items()
                for number, document in documents.items()
                if str(number) not in self._tables.get(name, {})
            ]
            self.append("write", changes)
            for name in set(self._tables) - set(data):
                del self._tables[name]

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
        line = encode_entry(JournalEntry(self._seq + 1, at, self.window, name, real, undoes))
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
        if self._seq > self._base:
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
        return self._next_numbers.get(table, 1)

    @property
    def seq(self) -> int:
        """The number of the last action in memory."""
        return self._seq

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

            self._lazy_writer = SingleWriter(self.folder / "reading.lock", self._system)
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
            identity = self._system.identity(self._snapshot_path)
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
            descriptor = self._system.open(self._snapshot_path, os.O_RDONLY)
        except OSError:
            return False
        try:
            head = self._system.read(descriptor, 0, 200)
        finally:
            self._system.close(descriptor)
        base = decode_base(head.partition(b"\n")[0])
        if base is None or not self._read_journal(locked=False) or self._seq != base:
            return False
        self._base, self._offset, self._snapshot = base, 0, identity
        self._snapshot_size = identity.size
        return True

    def _load(self) -> bool:
        """Read the snapshot and its journal; False where only a holder of the lock can make them whole."""
        identity = self._system.identity(self._snapshot_path)
        if identity is None:
            return False
        try:
            snapshot = decode_snapshot(self._system.read_file(self._snapshot_path))
        except Damaged:
            return False
        if snapshot.schema > SCHEMA:
            self.read_only = str(
                NewerSchema(
                    f"{self._snapshot_path} has schema {snapshot.schema}, this paperreader knows {SCHEMA}: "
                    "it is opened for reading only; update paperreader"
                )
            )
        self._take_over(snapshot)
        self._snapshot, self._snapshot_size = identity, identity.size
        self._must_reload = False
        return self._read_journal(locked=False) or self.read_only is not None

    def _take_over(self, snapshot: Snapshot) -> None:
        """Make the documents of a snapshot the ones in memory."""
        self._tables = snapshot.tables
        self._next_numbers = {
            name: max(map(int, documents), default=0) + 1 for name, documents in snapshot.tables.items()
        }
        self._base = self._seq = snapshot.base
        self._offset = 0
        self.generation += 1
        self._observer(None, False)

    def _repair(self) -> None:
        """Make the folder whole: a new library, a snapshot or journal that is missing or damaged. Lock held."""
        identity = self._system.identity(self._snapshot_path)
        try:
            snapshot = decode_snapshot(self._system.read_file(self._snapshot_path)) if identity else None
        except Damaged as error:
            kept = self._snapshot_path.with_name(f"reading-{'edited' if isinstance(error, Edited) else 'damaged'}.json")
            kept = self._unused_name(kept)
            self._system.replace(self._snapshot_path, kept)
            self.notices.append(f"{self._snapshot_path.name} was not as it was written; it is kept as {kept.name}")
            snapshot = None
        if snapshot is not None and self._snapshot is not None:
            # The snapshot stands, its journal is gone.
            write_new(self._system, self._journal_path(self._base), b"")
            self._system.sync_folder(self.folder)
            self.notices.append(f"{self._journal_path(self._base).name} was missing: decisions since may be lost")
            return
        backup = self._newest_backup()
        self._take_over(backup or Snapshot(SCHEMA, 0, {}))
        journals = [base for base in self._journal_bases() if base >= self._base]
        for base in journals:
            self._base, self._offset = base, 0
            self._read_journal(locked=True)
        if backup or journals:
            self.notices.append(f"the reading state was rebuilt up to action {self._seq} from what was left")
        self._must_reload = False
        self._snapshot = None
        self._write_snapshot()

    # The files

    def _append_line(self, line: bytes) -> None:
        path = self._journal_path(self._base)
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
        path = self._journal_path(self._base)
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
            self.notices.append(f"action {self._seq + 1} in {self._journal_path(self._base).name} is damaged and lost")
            return
        if entry.seq > self._seq:
            self._apply(entry, own=False)

    def _apply(self, entry: JournalEntry, *, own: bool) -> None:
        for change in entry.changes:
            documents = self._tables.setdefault(change.table, {})
            if change.after is None:
                documents.pop(change.number, None)
            else:
                documents[change.number] = change.after
                following = max(self._next_numbers.get(change.table, 1), int(change.number) + 1)
                self._next_numbers[change.table] = following
        self._seq = entry.seq
        self.generation += 1
        self._observer(entry, own)

    def _write_snapshot(self) -> None:
        temporary = self._snapshot_path.with_name("reading.json.tmp")
        data = encode_snapshot(Snapshot(SCHEMA, self._seq, self._tables))
        try:
            write_new(self._system, temporary, data)
            write_new(self._system, self._journal_path(self._seq), b"")
            self._keep_backup()
            self._system.sync_folder(self.folder)
            self._system.replace(temporary, self._snapshot_path)
            self._system.sync_folder(self.folder)
        except OSError as error:
            raise StoreError(f"{self._snapshot_path} could not be written ({error.strerror})") from error
        with self._memory:
            self._base, self._offset = self._seq, 0
            self._snapshot = self._system.identity(self._snapshot_path)
            self._snapshot_size = len(data)
        self._prune()

    def _keep_backup(self) -> None:
        """Give the snapshot in place a second name under `backups/`."""
        if self._snapshot is None:
            return
        self._system.make_folder(self._backups)
        target = self._backups / f"reading-{self._base}.json"
        if self._system.identity(target) is None:
            self._system.link(self._snapshot_path, target)
            self._system.sync_folder(self._backups)

    def _newest_backup(self) -> Snapshot | None:
        """The newest backup that is as it was written."""
        for base in sorted(self._numbers(self._backups, ".json"), reverse=True):
            try:
                return decode_snapshot(self._system.read_file(self._backups / f"reading-{base}.json"))
            except (Damaged, OSError):
                continue
        return None

    def _prune(self) -> None:
        """Remove the backups and journals that nobody needs any more; what cannot be removed stays."""
        now = self._clock()
        try:
            kept = self._prune_backups(now)
            oldest = min([*kept, self._base])
            bases = self._journal_bases()
            for base, following in pairwise(bases):
                identity = self._system.identity(self._journal_path(base))
                aged = identity is not None and _age(identity, now) > timedelta(days=KEPT_DAYS)
                if following <= oldest and (following <= self._seq - KEPT_ACTIONS or aged):
                    self._system.remove(self._journal_path(base))
        except OSError as error:
            self.notices.append(f"an old file of the reading state could not be removed: {error.strerror}")

    def _prune_backups(self, now: datetime) -> list[int]:
        """Remove the backups past their time; the bases of those that stay."""
        bases = sorted(self._numbers(self._backups, ".json"), reverse=True)
        kept = bases[:KEPT_BACKUPS]
        days: set[int] = set()
        for base in bases:
            path = self._backups / f"reading-{base}.json"
            identity = self._system.identity(path)
            day = _age(identity, now).days if identity else KEPT_BACKUP_DAYS
            if day < KEPT_BACKUP_DAYS and day not in days:
                days.add(day)
                kept.append(base)
            elif base not in kept:
                self._system.remove(path)
        return kept

    def _journal_path(self, base: int) -> Path:
        return self.folder / f"reading-{base}.journal"

    def _journal_bases(self) -> list[int]:
        return sorted(self._numbers(self.folder, ".journal"))

    def _numbers(self, folder: Path, suffix: str) -> list[int]:
        """The numbers in the names `reading-<number><suffix>` of a folder."""
        try:
            names = self._system.names(folder)
        except FileNotFoundError:
            return []
        stems = (name.removeprefix("reading-").removesuffix(suffix) for name in names if name.endswith(suffix))
        return [int(stem) for stem in stems if stem.isascii() and stem.isdigit()]

    def _set_aside(self, data: bytes) -> None:
        """Keep bytes that could not be read in a file of their own."""
        path = self._unused_name(self.folder / f"reading-torn-{self._seq}.bin")
        write_new(self._system, path, data)
        self.notices.append(f"an unfinished line of the journal was set aside in {path.name}")

    def _unused_name(self, path: Path) -> Path:
        candidate, count = path, 1
        while self._system.identity(candidate) is not None:
            count += 1
            candidate = path.with_name(f"{path.stem}-{count}{path.suffix}")
        return candidate


def _age(identity: FileIdentity, now: datetime) -> timedelta:
    return now - datetime.fromtimestamp(identity.modified / 1e9, UTC)
