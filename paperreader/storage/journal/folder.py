"""The files of a reading state: their names, how a snapshot takes the place of another, and how long each stays.

A new snapshot is written beside the old one, the next journal is created, the old snapshot is kept as a backup, and
only then is it replaced. Actions are always appended to the journal of the snapshot that is in place, so a crash
between any two of these steps leaves a folder that reads the same.
"""

import errno
import math
import os
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from paperreader.files.atomic import replace_file, write_new
from paperreader.files.system import FileIdentity, System
from paperreader.files.targets import LOCK_NAME
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

_FIRST_PIECE = 1 << 12
"""Bytes that are read at first from the end of a journal."""
_HEAD = 64
"""Bytes of a journal that tell its first action."""
_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK)
"""What the system says of a second name on another disk, or on a file system that has none."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What stays of a reading state. Days are those on which something was decided, so that no clock ends them early.

    An old journal stays while it holds one of the last `actions`, and while decisions were made on fewer than `days`
    days since. Of older snapshots the last `backups` stay, and the last one of each of the last `backup_days` days.
    """

    actions: int = 10_000
    days: int = 90
    backups: int = 3
    backup_days: int = 7


class JournalFolder:
    """The snapshot, the journals and the backups of one library folder; most methods may raise OSError.

    Journals are read in pieces of at most `piece` bytes.
    """

    def __init__(self, folder: Path, system: System, retention: Retention = Retention(), piece: int = 1 << 20) -> None:
        self.snapshot_path = folder / "reading.json"
        self.lock_path = folder / LOCK_NAME
        self.claims_path = folder / "reading.claims"
        self._folder = folder
        self._backups = folder / "backups"
        self._system = system
        self._retention, self._piece = retention, piece

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

    def pieces(self, base: int, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes of the journal of the actions after a snapshot, or a part of them, piece by piece."""
        descriptor = self._system.open(self.journal_path(base), os.O_RDONLY)
        try:
            while piece := self._system.read(
                descriptor, start, self._piece if end is None else min(self._piece, end - start)
            ):
                yield piece
                start += len(piece)
                if end is not None and start >= end:
                    return
        finally:
            self._system.close(descriptor)

    def lines(self, base: int, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The lines of such a journal, each with its newline, which only the last one may lack."""
        rest: list[bytes] = []
        for piece in self.pieces(base, start, end):
            first, *others = piece.split(b"\n")
            rest.append(first)
            for line in others:
                yield b"".join(rest) + b"\n"
                rest = [line]
        if last := b"".join(rest):
            yield last

    def lines_backwards(self, base: int) -> Iterator[bytes]:
        """The lines of such a journal without their newlines, the last one first; what follows the last is left out."""
        path = self.journal_path(base)
        identity = self._system.identity(path)
        start, rest, size = identity.size if identity else 0, b"", min(_FIRST_PIECE, self._piece)
        is_whole = False  # whether a newline follows what is read
        while start > 0:
            end, start = start, max(0, start - size)
            descriptor = self._system.open(path, os.O_RDONLY)  # a journal that is read slowly may be removed meanwhile
            try:
                piece = self._system.read(descriptor, start, end - start) + rest
            finally:
                self._system.close(descriptor)
            rest, *lines = piece.split(b"\n")
            if lines:
                yield from reversed(lines if is_whole else lines[:-1])
                is_whole, size = True, min(2 * size, self._piece)
            else:
                size *= 2  # a line that is longer than what was read
        if is_whole:
            yield rest

    def entries(self) -> Iterator[JournalEntry]:
        """The actions that the journals hold, the oldest first, each once; what is damaged is left out."""
        for base, last in self._spans():
            with suppress(FileNotFoundError):  # its time was over just now
                for line in self.lines(base):
                    with suppress(Damaged):  # told and set aside where the documents are read
                        entry = decode_entry(line.rstrip(b"\n"))
                        if entry.seq <= last:
                            yield entry

    def entries_before(self, seq: int, about: Collection[str] | None = None) -> Iterator[JournalEntry]:
        """The actions before one, the newest first, each once; what is damaged is left out.

        With `about` only those that take another back, and those in which one of these texts stands.
        """
        sought = [dump_json(text) for text in about or ()]
        for base in reversed(self.journal_bases()):
            if base + 1 >= seq:
                continue
            with suppress(FileNotFoundError):
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

    def prune(self, base: int) -> None:
        """Remove the backups and journals that nobody needs after the snapshot of a base."""
        spans = self._spans()
        days = {journal: self._last_day(journal) for journal, _ in spans}
        needed = min([*self._prune_backups(days), base, base - self._retention.actions])
        later: set[str | None] = {None}
        for journal, last in reversed(spans):
            if last <= needed and len(later - {days[journal], None}) >= self._retention.days:
                self._system.remove(self.journal_path(journal))
            later.add(days[journal])

    def _prune_backups(self, days: dict[int, str | None]) -> list[int]:
        """Remove the backups past their time; the bases of those that stay. `days`: when each journal was ended."""
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
        """The bases of the journals, each with the number of the last action that counts in it.

        A journal goes on beyond the base of the next one where the snapshot of that base could not be put in place.
        """
        spans: list[tuple[int, float]] = []
        last = math.inf
        for base in reversed(self.journal_bases()):
            spans.append((base, last))
            with suppress(FileNotFoundError):
                first = seq_of(next(self.pieces(base, 0, _HEAD), b""))
                last = last if first is None else min(last, first - 1)
        return spans[::-1]

    def _last_day(self, base: int) -> str | None:
        """The day (UTC) of the last action in a journal, as the action says; None where there is none."""
        try:
            return next(filter(None, map(day_of, self.lines_backwards(base))), None)
        except FileNotFoundError:
            return None

    def _made_on(self, base: int) -> str:
        """The day (UTC) on which the file of a backup was made."""
        identity = self._system.identity(self.backup_path(base))
        return f"{datetime.fromtimestamp(identity.modified / 1e9, UTC):%Y-%m-%d}" if identity else ""

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
