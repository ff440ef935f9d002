"""The files of a reading state: their names, how a snapshot takes the place of another, and how long each stays.

A new snapshot is written beside the old one, the next journal is created, the old snapshot is kept as a backup, and
only then is it replaced. Actions are always appended to the journal of the snapshot that is in place, so a crash
between any two of these steps leaves a folder that reads the same.
"""

import errno
import os
import zlib
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from paperreader.files.atomic import replace_file, write_new
from paperreader.files.system import FileIdentity, System
from paperreader.storage.journal_format import (
    Damaged,
    JournalEntry,
    Snapshot,
    UnreadSnapshot,
    decode_entry,
    decode_snapshot,
    encode_snapshot,
    intact_base,
    open_snapshot,
)

KEPT_ACTIONS = 10_000
KEPT_DAYS = 90
"""An old journal stays while it holds one of the last `KEPT_ACTIONS` actions, or for `KEPT_DAYS` days."""
KEPT_BACKUPS = 3
KEPT_BACKUP_DAYS = 7
"""Older snapshots that stay: the last `KEPT_BACKUPS`, and the last of each of `KEPT_BACKUP_DAYS` days (UTC)."""

_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK)
"""What the system says of a second name on another disk, or on a file system that has none."""


class JournalFolder:
    """The snapshot, the journals and the backups of one library folder; most methods may raise OSError."""

    def __init__(self, folder: Path, system: System) -> None:
        self.snapshot_path = folder / "reading.json"
        self.lock_path = folder / "reading.lock"
        self.claims_path = folder / "reading.claims"
        self._folder = folder
        self._backups = folder / "backups"
        self._system = system

    def journal_path(self, base: int) -> Path:
        """The journal of the actions after a snapshot."""
        return self._folder / f"reading-{base}.journal"

    def journal_bases(self) -> list[int]:
        """The bases of the journals that are there, oldest first."""
        return sorted(self._numbers(self._folder, ".journal"))

    def backup_path(self, base: int) -> Path:
        """The backup of the snapshot of a base."""
        return self._backups / f"reading-{base}.json"

    def backup_bases(self) -> list[int]:
        """The bases of the backups, newest first."""
        return sorted(self._numbers(self._backups, ".json"), reverse=True)

    def identity(self) -> FileIdentity | None:
        """The identity of the snapshot in place, or None where there is none."""
        return self._system.identity(self.snapshot_path)

    def open_snapshot(self) -> Snapshot | UnreadSnapshot:
        """The snapshot in place; raises Damaged."""
        return open_snapshot(self._system.read_file(self.snapshot_path))

    def intact_base(self) -> int | None:
        """The base of the snapshot in place, or None where it cannot be read or is not as it was written."""
        try:
            return intact_base(self._system.read_file(self.snapshot_path))
        except OSError:
            return None

    def read_journal(self, base: int, size: int) -> bytes:
        """The first bytes of the journal of the actions after a snapshot."""
        descriptor = self._system.open(self.journal_path(base), os.O_RDONLY)
        try:
            return self._system.read(descriptor, 0, size) if size else b""
        finally:
            self._system.close(descriptor)

    def entries(self) -> list[JournalEntry]:
        """The actions that the journals hold, each once; what is damaged is left out."""
        found = {}
        for base in self.journal_bases():
            try:
                lines = self._system.read_file(self.journal_path(base)).split(b"\n")
            except FileNotFoundError:
                continue  # its time was over just now
            for line in lines:
                with suppress(Damaged):  # told and set aside where the documents are read
                    entry = decode_entry(line)
                    found[entry.seq] = entry
        return list(found.values())

    def unwritable(self) -> Path | None:
        """What of the folder is there and may not be written, if anything that every action needs is."""
        return next(filter(self._system.refuses_writing, (self._folder, self.lock_path)), None)

    def may_be_claimed(self) -> bool:
        """Whether the folder ever was on a file system without locks."""
        try:
            return self._system.identity(self.claims_path) is not None
        except OSError:
            return False  # who writes will meet it again, and tell

    def newest_backup(self, up_to: int | None = None) -> Snapshot | None:
        """The newest backup that is as it was written, and holds no action after `up_to`."""
        for base in self.backup_bases():
            if up_to is not None and base > up_to:
                continue
            try:
                return decode_snapshot(self._system.read_file(self.backup_path(base)))
            except (Damaged, OSError):
                continue
        return None

    def replace_snapshot(self, snapshot: Snapshot, previous: int | None) -> None:
        """Put a snapshot and its empty journal in place; one of base `previous` that is there becomes a backup."""
        # A snapshot that is a symbolic link stays one: it is replaced where it points to.
        target = self.snapshot_path.resolve()
        temporary = target.with_name(f"{target.name}.tmp")
        write_new(self._system, temporary, encode_snapshot(snapshot))
        write_new(self._system, self.journal_path(snapshot.base), b"")
        if previous is not None:
            self._keep_backup(target, previous)
        for folder in {self._folder, target.parent}:
            self._system.sync_folder(folder)
        self._system.replace(temporary, target)
        self._system.sync_folder(target.parent)

    def set_aside(self, kind: str, suffix: str, data: bytes) -> Path:
        """Keep bytes that could not be read in a file of their own; the same bytes always in the same one."""
        path = self._folder / f"reading-{kind}-{zlib.crc32(data):08x}{suffix}"
        write_new(self._system, path, data)
        return path

    def prune(self, base: int, seq: int, now: datetime) -> None:
        """Remove the backups and journals that nobody needs after the snapshot of a base and action `seq`."""
        oldest = min([*self._prune_backups(now), base])
        for journal, following in pairwise(self.journal_bases()):
            identity = self._system.identity(self.journal_path(journal))
            aged = identity is not None and now - _made_at(identity) > timedelta(days=KEPT_DAYS)
            if following <= oldest and (following <= seq - KEPT_ACTIONS or aged):
                self._system.remove(self.journal_path(journal))

    def _prune_backups(self, now: datetime) -> list[int]:
        """Remove the backups past their time; the bases of those that stay."""
        bases = self.backup_bases()
        kept = bases[:KEPT_BACKUPS]
        days: set[date] = set()
        for base in bases:
            identity = self._system.identity(self.backup_path(base))
            # Days of the calendar: of spans counted back from now, the first would always have a newer one to keep.
            day = _made_at(identity).date() if identity else date.min
            if (now.astimezone(UTC).date() - day).days < KEPT_BACKUP_DAYS and day not in days:
                days.add(day)
                kept.append(base)
            elif base not in kept:
                self._system.remove(self.backup_path(base))
        return kept

    def _keep_backup(self, snapshot: Path, base: int) -> None:
        """Give the snapshot in place a second name under `backups/`, or copy it where that cannot be."""
        self._system.make_folder(self._backups)
        target = self.backup_path(base)
        if self._system.identity(target) is not None:
            return
        try:
            self._system.link(snapshot, target)
            self._system.sync_folder(self._backups)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            replace_file(target, self._system.read_file(snapshot), system=self._system)

    def _numbers(self, folder: Path, suffix: str) -> list[int]:
        """The numbers in the names `reading-<number><suffix>` of a folder."""
        try:
            names = self._system.names(folder)
        except FileNotFoundError:
            return []
        stems = (name.removeprefix("reading-").removesuffix(suffix) for name in names if name.endswith(suffix))
        return [int(stem) for stem in stems if stem.isascii() and stem.isdigit()]


def _made_at(identity: FileIdentity) -> datetime:
    return datetime.fromtimestamp(identity.modified / 1e9, UTC)
