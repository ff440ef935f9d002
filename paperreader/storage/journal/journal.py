"""The journal: keeps the documents in memory equal to the files, and repairs the files.

Readers need no lock: lines are only appended, and a snapshot is only replaced whole. The holder of the lock can rely on
what it reads, and repairs what a crash, a fault or a person left behind.

Documents in memory were acknowledged. Files that know less never replace them; they are written again. Only the last
action that was read without the lock is uncertain: its writer may still fail and remove it.
"""

import os
import threading
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from paperreader.errors import NewerSchema
from paperreader.files.error_codes import refused
from paperreader.files.system_calls import FileIdentity, System, write_all
from paperreader.storage.journal.documents import Documents
from paperreader.storage.journal.folder import JournalFolder, Retention
from paperreader.storage.journal.format import (
    SCHEMA,
    Damaged,
    Edited,
    JournalEntry,
    Snapshot,
    UnreadSnapshot,
    decode_entry,
    encode_entry,
)

Observer = Callable[[JournalEntry | None, bool], None]
"""Called for each applied action, with whether this process made it; None: any action may have been applied."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A snapshot and the start of its journal, up to action `seq`: size in bytes and CRC-32.

    A cache that keeps the mark of what it was computed from learns which actions came later. The files are unchanged
    up to the mark if the snapshot is the same file and the journal starts with the same bytes.
    """

    snapshot: FileIdentity
    base: int
    size: int
    checksum: int
    seq: int


class Journal:
    """Snapshot, journal and documents of one library folder. Writing needs the lock between processes."""

    def __init__(self, folder: Path, system: System, retention: Retention = Retention()) -> None:
        self.documents = Documents()
        self.files = JournalFolder(folder, system, retention)
        self.notices: list[str] = []
        """Repairs and failures that the user is told once, one line each."""
        self.newer: str | None = None
        """Why the files are read-only, or None: a newer version wrote them."""
        self.observer: Observer = lambda _entry, _own: None
        self._system = system
        self._memory = threading.RLock()
        self._base = 0
        self._offset = 0
        self._checksum = 0
        """The CRC-32 of the journal up to the offset."""
        self._certain = 0
        self._snapshot: FileIdentity | None = None
        self._unfit: FileIdentity | None = None
        self._must_reload = True
        self._is_damaged = False
        self._refused: tuple[Path, int, int] | None = None
        """The journal, offset and length of a refused line that is not removed yet: nothing is read or written."""

    @property
    def size(self) -> int:
        """Bytes of journal that the next start reads."""
        return self._offset

    @property
    def snapshot_size(self) -> int:
        """Bytes of the current snapshot."""
        return self._snapshot.size if self._snapshot else 0

    def mark(self) -> Mark | None:
        """The mark of what memory holds; None if the files may hold something else."""
        with self._memory:
            if self._snapshot is None or self._must_reload or self._is_damaged:
                return None
            return Mark(self._snapshot, self._base, self._offset, self._checksum, self.documents.seq)

    def entries_since(self, mark: Mark, limit: int = 4_000_000) -> tuple[Mark, list[JournalEntry]] | None:
        """The mark of what memory holds, and the actions since an earlier mark; None if unknown.

        Also None if the actions take more than `limit` bytes: then computing a cache again is cheaper.
        """
        now = self.mark()
        if now is None or (mark.snapshot, mark.base) != (now.snapshot, now.base):
            return None
        if not 0 <= now.size - mark.size <= limit:
            return None
        try:
            data = self.files.read_journal(mark.base, 0, now.size) if now.size else b""
            entries = [decode_entry(line) for line in data[mark.size :].splitlines()]
        except (Damaged, OSError):
            return None
        is_same = zlib.crc32(data) == now.checksum and zlib.crc32(data[: mark.size]) == mark.checksum
        return (now, entries) if is_same else None

    def open(self) -> bool:
        """Read the files first; False if they need a repair, which needs the lock."""
        with self._memory:
            return self._load(locked=False) and not self._is_damaged

    def open_damaged(self) -> None:
        """Read what is left of damaged files that cannot be written."""
        with self._memory:
            self._rebuild(locked=False)

    def catch_up(self, *, locked: bool) -> bool:
        """Apply what other processes wrote; with the lock, also repair the files. True if anything changed.

        Raises StoreError.
        """
        with self._memory:
            if self._refused and not locked:
                return False
            before = self.documents.generation
            try:
                self._remove_refused_line()
                is_whole = (self._follow(locked=locked) or self._load(locked=locked)) and not self._is_damaged
                if locked and not is_whole and self.newer is None:
                    self._mend()
            except OSError as error:
                self._must_reload = True
                folder = self.files.snapshot_path.parent
                raise refused(f"the reading state in {folder} cannot be read", error, folder) from error
            return self.documents.generation != before

    def append(self, entry: JournalEntry) -> JournalEntry:
        """Write an action, then apply it. Raises StoreError, ValueError or TypeError; then nothing changed."""
        line = encode_entry(entry)
        # Decoded again, so that memory holds what the next start reads: JSON has no tuples.
        entry = decode_entry(line.rstrip(b"\n"))
        with self._memory:  # no other thread may read this line before it is counted
            path = self.files.journal_path(self._base)
            try:
                self._write_line(path, line)
            except OSError as error:
                self._must_reload = True
                raise refused(f"not saved: {path} could not be written", error, path) from error
            self._advance(line)
            self._apply(entry, own=True)
            self._certain = entry.seq
        return entry

    def fold(self) -> None:
        """Write a new snapshot and keep the old one as a backup. Raises StoreError."""
        if self.documents.seq > self._base:
            self._write_snapshot(previous=self._base)

    def past_entries(self, before: int | None, about: Collection[str] | None) -> Iterator[JournalEntry]:
        """The actions in the journals before `before`, newest first; see `JournalFolder.entries_before`."""
        return self.files.entries_before(self.documents.seq + 1 if before is None else before, about)

    # Reading

    def _follow(self, *, locked: bool) -> bool:
        """Apply appended lines, after switching to a new snapshot of the same documents.

        False if the files changed in another way.
        """
        identity = self.files.identity()
        if identity is None or self._must_reload:
            return False
        if identity != self._snapshot:
            base = self.files.intact_base()
            if base is None or not self._read_journal(locked=False) or self.documents.seq != base:
                return False
            self._start_journal(base)
            self._snapshot, self._certain = identity, base
        return self._read_journal(locked=locked)

    def _load(self, *, locked: bool) -> bool:
        """Read the snapshot and its journal; False if they need a repair, which needs the lock."""
        identity = self.files.identity()
        if identity is None or (identity == self._unfit and not locked):
            return False
        self._unfit = identity
        try:
            snapshot = self.files.open_snapshot()
        except Damaged:
            return False
        if self._is_ahead_of(snapshot):
            return False
        if snapshot.schema > SCHEMA:
            self.newer = str(
                NewerSchema(
                    f"{self.files.snapshot_path} has schema {snapshot.schema}, but this paperreader reads only "
                    f"up to {SCHEMA}; no decisions can be saved",
                    "update paperreader",
                )
            )
        self._take_over(snapshot)
        self._snapshot = identity
        if not self._read_journal(locked=locked) and self.newer is None:
            return False
        self._unfit, self._must_reload = None, False
        return True

    def _is_ahead_of(self, snapshot: Snapshot | UnreadSnapshot) -> bool:
        """Whether a snapshot and its journal lack acknowledged actions."""
        if snapshot.base >= self._certain:
            return False
        for line in self.files.lines_backwards(snapshot.base):
            with suppress(Damaged):
                return decode_entry(line).seq < self._certain
        return True

    def _read_journal(self, *, locked: bool, mending: bool = False) -> bool:
        """Apply the new lines of the journal; False if the journal is missing or was cut."""
        try:
            descriptor = self._system.open(self.files.journal_path(self._base), os.O_RDWR if locked else os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            size = self._system.size(descriptor)
            if size <= self._offset:
                return size == self._offset
            last = self._base if mending else self.documents.seq
            for line in self.files.lines(self._base, self._offset):
                if not line.endswith(b"\n"):
                    # Without the lock, another process may be writing this line now.
                    if locked:
                        self._set_aside(line)
                        self._system.truncate(descriptor, self._offset)
                    break
                last = self._take_line(line[:-1], last, locked=locked, mending=mending)
                self._advance(line)
        finally:
            self._system.close(descriptor)
        return True

    def _take_line(self, line: bytes, last: int, *, locked: bool, mending: bool) -> int:
        """Apply the action of a line after action `last`; returns the number of the last action."""
        try:
            entry = decode_entry(line)
        except Damaged:
            self._is_damaged = True
            if mending:
                name = self.files.journal_path(self._base).name
                self.notices.append(f"action {last + 1} in {name} is damaged and lost")
                if locked:
                    self._set_aside(line)
            return last
        if entry.seq > self.documents.seq:
            self._certain = max(self._certain, entry.seq if locked else self.documents.seq)
            self._apply(entry, own=False)
        return entry.seq

    def _take_over(self, snapshot: Snapshot | UnreadSnapshot) -> None:
        """Replace the documents in memory by those of a snapshot."""
        self.documents.take_over(snapshot)
        self._start_journal(snapshot.base)
        self._certain = snapshot.base
        self._is_damaged = False
        self.observer(None, False)

    def _start_journal(self, base: int) -> None:
        """Read on at the start of the journal of a snapshot."""
        self._base, self._offset, self._checksum = base, 0, 0

    def _advance(self, line: bytes) -> None:
        """Pass a line of the journal."""
        self._offset += len(line)
        self._checksum = zlib.crc32(line, self._checksum)

    def _apply(self, entry: JournalEntry, *, own: bool) -> None:
        self.documents.apply(entry)
        self.observer(entry, own)

    # Mending

    def _mend(self) -> None:
        """Repair the folder: a new library, or a missing or damaged snapshot or journal."""
        self._must_reload = True  # until the repair is complete
        standing = self._rebuild(locked=True)
        self._write_snapshot(previous=standing.base if standing else None)
        self._must_reload = self._is_damaged = False

    def _rebuild(self, *, locked: bool) -> Snapshot | UnreadSnapshot | None:
        """Collect the documents from memory and all files. Returns the snapshot if it is intact."""
        standing = self._sound_snapshot(locked=locked)
        start = standing or self.files.newest_backup()
        known = self.documents.seq
        is_ahead = standing is not None and self._is_ahead_of(standing)
        if start and start.base >= known:
            self._take_over(start)
        journals = [base for base in self.files.journal_bases() if base >= self._base]
        name = self.files.journal_path(self._base).name
        if is_ahead:
            self.notices.append(f"{name} lacked decisions that this window still has; they are written again")
        elif standing and self._base not in journals:
            self.notices.append(
                f"{name} was missing: decisions since {self._folded_at()} may be lost; "
                "restore the file from a copy if you have one"
            )
        for base in journals:
            self._start_journal(base)
            self._read_journal(locked=locked, mending=True)
        if standing is None and (start or journals or known):
            self.notices.append(f"the remaining files contain the reading state up to action {self.documents.seq}")
        return standing

    def _sound_snapshot(self, *, locked: bool) -> Snapshot | UnreadSnapshot | None:
        """The current snapshot if it is intact; otherwise it is kept aside before it is replaced."""
        if self.files.identity() is None:
            return None
        try:
            return self.files.open_snapshot()
        except Damaged as error:
            path = self.files.snapshot_path
            notice = f"{path.name} does not match its checksum"
            if locked:
                kind = "edited" if isinstance(error, Edited) else "damaged"
                kept = self.files.set_aside(kind, path.suffix, self._system.read_file(path))
                notice += f"; it is kept as {kept.name}"
                if isinstance(error, Edited):
                    notice += "; paperreader doctor --fix imports your edits from it"
            self.notices.append(notice)
            return None

    def _folded_at(self) -> str:
        """When the current snapshot was made, and its journal began."""
        identity = self.files.identity()
        made = datetime.fromtimestamp(identity.modified / 1e9, UTC).astimezone() if identity else None
        return f"{made:%Y-%m-%d %H:%M}" if made else "then"

    # Writing

    def _write_snapshot(self, previous: int | None) -> None:
        """Install a snapshot of memory. The old one with base `previous` becomes a backup."""
        seq = self.documents.seq
        try:
            self.files.replace_snapshot(Snapshot(SCHEMA, seq, self.documents.tables), previous)
            identity = self.files.identity()
        except OSError as error:
            path = self.files.snapshot_path
            raise refused(f"{path} could not be written", error, path) from error
        with self._memory:
            self._start_journal(seq)
            self._certain = seq
            self._snapshot = identity
        try:
            self.files.prune(seq)
        except OSError as error:
            self.notices.append(f"an old file of the reading state could not be removed: {error.strerror}")

    def _write_line(self, path: Path, line: bytes) -> None:
        """Append a line to the journal and sync it. On failure, remove the line and raise OSError."""
        descriptor = self._system.open(path, os.O_WRONLY)
        try:
            write_all(self._system, descriptor, line, self._offset)
            self._system.sync_data(descriptor)
        except OSError:
            self._refused = path, self._offset, len(line)
            self._remove_refused_line()
            raise
        finally:
            self._system.close(descriptor)

    def _remove_refused_line(self) -> None:
        """Remove a refused line, which must never be found in the journal later. Raises OSError."""
        if self._refused is None:
            return
        path, offset, length = self._refused
        descriptor = self._system.open(path, os.O_WRONLY)
        try:
            if self._system.size(descriptor) <= offset + length:
                self._system.truncate(descriptor, offset)
            else:
                self.notices.append("an action reported as not saved is saved: another window had already read it")
        finally:
            self._system.close(descriptor)
        self._refused = None

    def _set_aside(self, data: bytes) -> None:
        """Keep unreadable bytes in a file of their own."""
        path = self.files.set_aside("torn", ".bin", data)
        self.notices.append(f"an unfinished or damaged line of the journal was set aside in {path.name}")
