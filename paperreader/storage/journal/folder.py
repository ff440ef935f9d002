"""The files of a reading state: their names, the replacement of the snapshot, and how long each file is kept.

A new snapshot is written beside the old one, then the next journal is created, then the old snapshot becomes a backup,
and last it is replaced. Actions are always appended to the journal of the current snapshot. So a crash between any two
steps leaves a folder with the same decisions.
"""

import errno
import math
import os
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from paperreader.files.atomic import replace_file, write_new
from paperreader.files.output_paths import LOCK_NAME
from paperreader.files.system_calls import FileIdentity, System
from paperreader.storage.journal.format import (
    Damaged,
    JournalEntry,
    Snapshot,
    UnreadSnapshot,
    day_of,
    decode_entry,
    decode_snapshot,
    dump_json,
    encode_snapshot,
    intact_base,
    open_snapshot,
    seq_of,
    takes_back,
)

_HEAD = 64
"""Bytes of a journal that show its first action."""
_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK)
"""Error codes for a hard link to another disk, or on a file system without hard links."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long files are kept. Days are days with decisions, so that a wrong clock ends nothing early.

    A journal is kept while it holds one of the last `actions`, or decisions of the last `days` days. The last `backups`
    snapshots are kept, and the last snapshot of each of the last `backup_days` days.
    """

    actions: int = 10_000
    days: int = 90
    backups: int = 3
    backup_days: int = 7


class JournalFolder:
    """The snapshot, journals and backups of a library folder. Most methods may raise OSError."""

    def __init__(self, folder: Path, system: System, retention: Retention = Retention()) -> None:
        self.snapshot_path = folder / "reading.json"
        self.lock_path = folder / LOCK_NAME
        self.claims_path = folder / "reading.claims"
        self._folder = folder
        self._backups = folder / "backups"
        self._system = system
        self._retention = retention

    def journal_path(self, base: int) -> Path:
        """The journal of the actions after snapshot `base`."""
        return self._folder / f"reading-{base}.journal"

    def journal_bases(self) -> list[int]:
        """The bases of the journals, oldest first."""
        return sorted(self._numbers(self._folder, ".journal"))

    def backup_path(self, base: int) -> Path:
        """The backup of snapshot `base`."""
        return self._backups / f"reading-{base}.json"

    def backup_bases(self) -> list[int]:
        """The bases of the backups, newest first."""
        return sorted(self._numbers(self._backups, ".json"), reverse=True)

    def identity(self) -> FileIdentity | None:
        """The identity of the current snapshot, or None."""
        return self._system.identity(self.snapshot_path)

    def open_snapshot(self) -> Snapshot | UnreadSnapshot:
        """The current snapshot. Raises Damaged."""
        return open_snapshot(self._system.read_file(self.snapshot_path))

    def intact_base(self) -> int | None:
        """The base of the current snapshot, or None if it is damaged or edited."""
        try:
            return intact_base(self._system.read_file(self.snapshot_path))
        except OSError:
            return None

    def read_journal(self, base: int, start: int = 0, end: int | None = None) -> bytes:
        """The bytes of a journal from one offset to another."""
        descriptor = self._system.open(self.journal_path(base), os.O_RDONLY)
        try:
            return self._system.read(descriptor, start, None if end is None else end - start)
        finally:
            self._system.close(descriptor)

    def lines(self, base: int, start: int = 0) -> Iterator[bytes]:
        """The lines of a journal with their newlines. Only the last line may lack one."""
        return iter(BytesIO(self.read_journal(base, start)))

    def lines_backwards(self, base: int) -> Iterator[bytes]:
        """The lines of a journal without newlines, last line first. An unfinished last line is left out."""
        try:
            data = self.read_journal(base)
        except FileNotFoundError:  # an old journal may be removed at any time
            return
        end = data.rfind(b"\n")
        while end >= 0:
            before = data.rfind(b"\n", 0, end)
            yield data[before + 1 : end]
            end = before

    def entries(self) -> Iterator[JournalEntry]:
        """The actions in the journals, oldest first, each once. Damaged lines are left out."""
        for base, last in self._spans():
            with suppress(FileNotFoundError):  # it was removed just now
                for line in self.lines(base):
                    with suppress(Damaged):  # reported and set aside where the documents are read
                        entry = decode_entry(line.rstrip(b"\n"))
                        if entry.seq <= last:
                            yield entry

    def entries_before(self, seq: int, about: Collection[str] | None = None) -> Iterator[JournalEntry]:
        """The actions before one, newest first, each once. Damaged lines are left out.

        With `about`, only undo actions and actions that contain one of these texts.
        """
        sought = [dump_json(text) for text in about or ()]
        for base in reversed(self.journal_bases()):
            if base + 1 >= seq:
                continue
            for line in self.lines_backwards(base):
                number = seq_of(line)
                if number is None or number >= seq:
                    continue
                if about is None or takes_back(line) or any(text in line for text in sought):
                    with suppress(Damaged):
                        yield decode_entry(line)
                        seq = number
                else:
                    seq = number

    def unwritable(self) -> Path | None:
        """The part of the folder that cannot be written, or None."""
        return next(filter(self._system.refuses_writing, (self._folder, self.lock_path)), None)

    def may_be_claimed(self) -> bool:
        """Whether the folder was ever on a file system without locks."""
        try:
            return self._system.identity(self.claims_path) is not None
        except OSError:
            return False  # the writer will meet the error and report it

    def newest_backup(self, up_to: int | None = None) -> Snapshot | None:
        """The newest intact backup without actions after `up_to`."""
        for base in self.backup_bases():
            if up_to is not None and base > up_to:
                continue
            try:
                return decode_snapshot(self._system.read_file(self.backup_path(base)))
            except (Damaged, OSError):
                continue
        return None

    def replace_snapshot(self, snapshot: Snapshot, previous: int | None) -> None:
        """Replace the snapshot and start an empty journal. The old snapshot with base `previous` becomes a backup."""
        # A snapshot that is a symbolic link stays one. Its target is replaced.
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
        """Keep unreadable bytes in a file of their own. The same bytes give the same file."""
        path = self._folder / f"reading-{kind}-{zlib.crc32(data):08x}{suffix}"
        write_new(self._system, path, data)
        return path

    def prune(self, base: int) -> None:
        """Remove backups and journals that are no longer needed after snapshot `base`."""
        spans = self._spans()
        days = {journal: self._last_day(journal) for journal, _ in spans}
        needed = min([*self._prune_backups(days), base, base - self._retention.actions])
        later: set[str | None] = {None}
        for journal, last in reversed(spans):
            if last <= needed and len(later - {days[journal], None}) >= self._retention.days:
                self._system.remove(self.journal_path(journal))
            later.add(days[journal])

    def _prune_backups(self, days: dict[int, str | None]) -> list[int]:
        """Remove old backups; returns the bases of those kept. `days`: the day each journal ended."""
        bases = self.backup_bases()
        kept = bases[: self._retention.backups]
        taken: set[str] = set()
        for base in bases:
            ended = next((day for journal, day in reversed(days.items()) if journal < base and day), None)
            day = ended or self._made_on(base)
            if day not in taken and len(taken) < self._retention.backup_days:
                taken.add(day)
                kept.append(base)
            elif base not in kept:
                self._system.remove(self.backup_path(base))
        return kept

    def _spans(self) -> list[tuple[int, float]]:
        """The bases of the journals, each with the number of its last valid action.

        A journal continues beyond the next base if the snapshot of that base could not be installed.
        """
        spans: list[tuple[int, float]] = []
        last = math.inf
        for base in reversed(self.journal_bases()):
            spans.append((base, last))
            with suppress(FileNotFoundError):
                first = seq_of(self.read_journal(base, 0, _HEAD))
                last = last if first is None else min(last, first - 1)
        return spans[::-1]

    def _last_day(self, base: int) -> str | None:
        """The day (UTC) of the last action in a journal, or None."""
        return next(filter(None, map(day_of, self.lines_backwards(base))), None)

    def _made_on(self, base: int) -> str:
        """The day (UTC) a backup file was written."""
        identity = self._system.identity(self.backup_path(base))
        return f"{datetime.fromtimestamp(identity.modified / 1e9, UTC):%Y-%m-%d}" if identity else ""

    def _keep_backup(self, snapshot: Path, base: int) -> None:
        """Link the current snapshot into `backups/`, or copy it if links are impossible."""
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
