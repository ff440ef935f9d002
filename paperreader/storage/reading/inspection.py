"""Inspection of the files of a reading state, without changing any of them."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

from paperreader.errors import NewerSchema, StoreDamaged, StoreError
from paperreader.files.claims import is_running
from paperreader.files.error_codes import refused
from paperreader.files.system_calls import System
from paperreader.files.write_lock import NO_LOCKS, WriteLock
from paperreader.storage.journal.folder import JournalFolder
from paperreader.storage.journal.format import SCHEMA, Damaged, decode_snapshot, is_sound
from paperreader.storage.journal.journal import Journal
from paperreader.storage.reading.document_format import PAPERS, KeyedTables, keyed

LEFT_AFTER = 600
"""After this age in seconds, a temporary file may be left over."""
_PROCESS = re.compile(r"[.-](\d+)(?:\.json)?\.tmp")
"""The process number in the name of a temporary file."""


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """The reading state as it would open now: its documents, and what is wrong with its files."""

    tables: KeyedTables = field(default_factory=dict)
    actions: int = 0
    unsound: int = 0
    """Documents that are no valid reading states."""
    torn: int = 0
    """Bytes after the last complete line of the journal."""
    newer: str | None = None
    """Why it is read-only."""
    faults: tuple[str, ...] = ()

    @property
    def papers(self) -> int:
        """The number of papers with decisions."""
        return len(self.tables.get(PAPERS, {}))


@dataclass(frozen=True, slots=True)
class LockReport:
    """The holder of the lock, if any, and why the file system has no locks, if it has none."""

    holder: str | None = None
    refusal: str | None = None
    cure: str | None = None
    """What to do about a process that writes without a lock."""


@dataclass(frozen=True, slots=True)
class Backup:
    """An older snapshot: the number of its last action, its age, size and number of papers."""

    number: int
    made_at: datetime
    size: int
    papers: int | None
    """None: the snapshot is damaged."""


@contextmanager
def held_still(folder: Path, patience: float = 2.0) -> Iterator[LockReport]:
    """A context that keeps other processes from writing, if the lock is available. Raises OSError.

    A lock that is not released within `patience` seconds counts as held. A decision takes a thousandth of that.
    """
    system = System()
    files = JournalFolder(folder, system)
    lock_path = files.lock_path
    # Without a lock file nobody has written here yet, and none is created.
    path = lock_path if lock_path.exists() else folder
    descriptor = system.open(path, os.O_RDONLY if path == folder or system.refuses_writing(path) else os.O_RDWR)
    try:
        end = monotonic() + patience
        is_free, refusal = True, None
        try:
            while not (is_free := system.lock(descriptor, wait=False)) and monotonic() < end:
                sleep(0.02)
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            refusal = error.strerror
        lock = WriteLock(lock_path, files.claims_path, system)
        if claimed := lock.refusal():
            yield LockReport(lock.holder(), refusal, claimed.cure)
        else:
            yield LockReport(None if is_free else lock.holder() or "another process", refusal)
    finally:
        system.close(descriptor)


def has_reading_state(folder: Path) -> bool:
    """Whether a folder has any file of a reading state. Raises OSError."""
    files = JournalFolder(folder, System())
    return files.identity() is not None or bool(files.journal_bases() or files.backup_bases())


def inspect_reading(folder: Path) -> ReadingReport:
    """The reading state of a folder, as far as it can be read. Raises OSError."""
    system = System()
    files = JournalFolder(folder, system)
    if not has_reading_state(folder):
        return ReadingReport()
    journal = Journal(folder, system)
    if not journal.open():
        journal.open_damaged()
    return ReadingReport(
        tables=keyed(journal.documents.tables),
        actions=journal.documents.seq,
        unsound=sum(not is_sound(document) for document in journal.documents.tables.get(PAPERS, {}).values()),
        torn=_torn(files, system),
        newer=journal.newer,
        faults=tuple(journal.notices),
    )


def backups(folder: Path) -> list[Backup]:
    """The backups of a folder, newest first. Raises OSError."""
    system = System()
    files = JournalFolder(folder, system)
    found = []
    for number in files.backup_bases():
        identity = system.identity(files.backup_path(number))
        if identity is None:
            continue  # another process removed it just now
        try:
            papers = len(keyed(decode_snapshot(system.read_file(files.backup_path(number))).tables).get(PAPERS, {}))
        except (Damaged, OSError):
            papers = None
        found.append(Backup(number, datetime.fromtimestamp(identity.modified / 1e9, UTC), identity.size, papers))
    return found


def read_backup(folder: Path, number: int) -> KeyedTables:
    """The documents in a backup. Raises StoreError if it cannot be restored."""
    path = JournalFolder(folder, System()).backup_path(number)
    try:
        snapshot = decode_snapshot(System().read_file(path))
    except FileNotFoundError as error:
        raise StoreError(f"there is no backup {number}", "paperreader backup list shows the backups") from error
    except Damaged as error:
        raise StoreDamaged(f"backup {number} is damaged", "paperreader backup list shows the others") from error
    except OSError as error:
        raise refused(f"backup {number} cannot be read", error, path) from error
    if snapshot.schema > SCHEMA:
        raise NewerSchema(f"backup {number} was written by a newer paperreader", "update paperreader")
    return keyed(snapshot.tables)


def set_aside_files(folder: Path) -> list[Path]:
    """Damaged files that were kept under another name. Raises OSError."""
    patterns = ("reading-damaged-*", "reading-torn-*", "catalogue-damaged-*")
    return sorted(path for pattern in patterns for path in folder.glob(pattern))


def leftovers(folder: Path, now: float) -> list[Path]:
    """Temporary files of interrupted writes before `now` (seconds). Raises OSError.

    Age alone proves nothing: the process that wrote the file has ended, or the lock of the library is held here.
    """
    found = [*folder.glob("reading.json.tmp"), *folder.glob(".*.tmp"), *folder.glob("*/.*.tmp")]
    return sorted(path for path in found if _is_left(path, now))


def _is_left(path: Path, now: float) -> bool:
    status, process = path.lstat(), _PROCESS.search(path.name)
    is_old = stat.S_ISREG(status.st_mode) and now - status.st_mtime > LEFT_AFTER
    return is_old and not (process and is_running(int(process[1])))


def _torn(files: JournalFolder, system: System) -> int:
    base = files.intact_base()
    if base is None or system.identity(files.journal_path(base)) is None:
        return 0
    return sum(len(line) for line in files.lines(base) if not line.endswith(b"\n"))
