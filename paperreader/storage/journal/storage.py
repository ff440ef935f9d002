"""A TinyDB storage that loses nothing: a snapshot file and an append-only journal, shared by many processes.

    reading.json            snapshot: every document after action `base`
    reading-<base>.journal  every action since that snapshot, one line each
    reading.lock            the lock of the writing process; never replaced
    reading.claims/         the writing process on file systems without locks
    backups/                older snapshots

An action is done when its line is on disk (`fdatasync`). Only then memory changes, and the caller gets the result.
A writer takes the lock, reads what others appended, appends its own line, and releases the lock.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tinydb.storages import Storage

from paperreader.errors import StoreBusy, StoreError, StoreReadOnly
from paperreader.files.atomic import make_folder
from paperreader.files.error_codes import refused
from paperreader.files.system_calls import System
from paperreader.files.waiting import Patience
from paperreader.storage.journal.documents import Documents
from paperreader.storage.journal.folder import Retention
from paperreader.storage.journal.format import DocumentChange, JournalEntry, Tables
from paperreader.storage.journal.journal import Journal, Mark, Observer

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperreader.files.write_lock import SingleWriter

Result = TypeVar("Result")


class JournalStorage(Storage):
    """The documents of a reading state, in memory and on disk. Raises StoreError.

    A journal of `compact_at` bytes (or half the snapshot, if larger) is folded into a new snapshot. At close,
    `compact_at_close` bytes are enough, so that the next start reads little.
    """

    def __init__(
        self,
        folder: Path,
        *,
        window: str = "window",
        system: System | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        compact_at: int = 1_000_000,
        compact_at_close: int = 64_000,
        retention: Retention = Retention(),
        patience: Patience = Patience(),
    ) -> None:
        self.folder = folder
        self.window = window
        self._system = system or System()
        self._clock = clock
        self._compact_at, self._compact_at_close = compact_at, compact_at_close
        self._patience = patience
        self._journal = Journal(folder, self._system, retention)
        self._lazy_writer: SingleWriter | None = None
        self._writing = threading.local()
        self._open()

    # What TinyDB asks of a storage

    def read(self) -> Tables | None:
        """The tables in memory. TinyDB may remove tables from the dict, but does not change documents."""
        return dict(self.documents.tables) or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace all tables, as one action. TinyDB drops tables this way."""

        def replace() -> None:
            tables = self.documents.tables
            wanted = {
                name: {str(number): dict(document) for number, document in documents.items()}
                for name, documents in data.items()
            }
            self.append(
                "write",
                [
                    DocumentChange(name, number, before.get(number), after.get(number))
                    for name in {**tables, **wanted}
                    for before, after in [(tables.get(name, {}), wanted.get(name, {}))]
                    for number in {**before, **after}
                ],
            )

        self.exclusively(replace)

    def close(self) -> None:
        """Finish submitted work, and fold a long journal if no other process writes."""
        if self._journal.size >= self._compact_at_close and self.read_only is None and self.claimed is None:
            future = self._writer.submit(lambda: self._with_lock(self.compact))
            try:
                future.result(1.0)
            except (StoreError, TimeoutError):
                future.cancel()
        if self._lazy_writer:
            self._lazy_writer.close()

    # Writing

    def exclusively(self, work: Callable[[], Result]) -> Result:
        """Run work with the lock held, after reading other processes' actions; nested work runs at once.

        Raises StoreBusy if the lock is not available in time, StoreReadOnly or StoreError.
        """
        if getattr(self._writing, "active", False):
            return work()
        self._refuse_if_read_only()
        return self._writer.run(lambda: self._with_lock(work))

    def submit(self, work: Callable[[], Result]) -> "Future[Result]":
        """Queue work that needs the lock, and return its future. `cancel()` works until the lock is held."""
        self._refuse_if_read_only()
        return self._writer.submit(lambda: self._with_lock(work))

    def finish(self, future: "Future[Result]") -> Result:
        """The result of submitted work. Raises StoreBusy like `exclusively`."""
        return self._writer.finish(future)

    def append(self, name: str, changes: Iterable[DocumentChange], undoes: int | None = None) -> JournalEntry | None:
        """Append an action to the journal, then apply it; None if nothing changes. Only within `exclusively`.

        An undo is appended even if it changes nothing, so that the action counts as undone.

        Raises StoreError if the disk refuses; then nothing changed. Raises ValueError or TypeError for a document
        that JSON cannot hold.
        """
        real = tuple(change for change in changes if change.before != change.after)
        if not real and undoes is None:
            return None
        at = self._clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        entry = self._journal.append(JournalEntry(self.seq + 1, at, self.window, name, real, undoes))
        if self._journal.size > max(self._compact_at, self._journal.snapshot_size // 2):
            try:
                self.compact()
            except StoreError as error:
                self.notices.append(f"the journal could not be merged into reading.json and keeps growing: {error}")
        return entry

    def compact(self) -> None:
        """Fold the journal into a new snapshot and keep the old one as a backup. Only within `exclusively`."""
        self._journal.fold()

    # Reading what others wrote

    def poll(self) -> bool:
        """Apply what other processes appended; True if anything changed. Needs no lock and never waits."""
        return self._journal.catch_up(locked=False)

    def observe(self, observer: Observer) -> None:
        """Call `observer` for each applied action, with whether this store made it.

        None stands for any number of actions.
        """
        self._journal.observer = observer

    def past_entries(self, before: int | None = None, about: Collection[str] | None = None) -> Iterator[JournalEntry]:
        """The actions in the journals, newest first, before one or up to the last in memory.

        With `about`, only undo actions and actions that contain one of these texts. Raises OSError.
        """
        return self._journal.past_entries(before, about)

    def mark(self) -> Mark | None:
        """A mark of the documents in memory; None if the files may differ."""
        return self._journal.mark()

    def since(self, mark: Mark) -> tuple[Mark, list[JournalEntry]] | None:
        """A new mark and the actions since an earlier one; None if unknown."""
        return self._journal.entries_since(mark)

    @property
    def documents(self) -> Documents:
        """The documents in memory."""
        return self._journal.documents

    @property
    def seq(self) -> int:
        """The number of the last action in memory."""
        return self.documents.seq

    @property
    def notices(self) -> list[str]:
        """Repairs and failures that the user is told once, one line each."""
        return self._journal.notices

    @property
    def read_only(self) -> str | None:
        """Why nothing can be written, or None."""
        if self._journal.newer:
            return self._journal.newer
        if path := self._journal.files.unwritable():
            return f"{path} cannot be written; make it writable, or choose another library with --library"
        return None

    @property
    def claimed(self) -> str | None:
        """Why only another process may write now, or None; only on file systems without locks."""
        refusal = self._writer.lock.refusal() if self._journal.files.may_be_claimed() else None
        return str(refusal) if refusal else None

    def holder(self) -> str | None:
        """The process that held the lock last, if known."""
        return self._writer.lock.holder()

    def busy(self) -> StoreBusy:
        """The error that names the process that holds the lock."""
        return self._writer.lock.busy()

    @property
    def _writer(self) -> "SingleWriter":
        """The writing thread. Readers start none and save 6 ms of imports."""
        if self._lazy_writer is None:
            from paperreader.files.write_lock import SingleWriter, WriteLock

            files = self._journal.files
            lock = WriteLock(files.lock_path, files.claims_path, self._system)
            self._lazy_writer = SingleWriter(lock, self._patience)
        return self._lazy_writer

    def _open(self) -> None:
        try:
            make_folder(self._system, self.folder)
            if self._journal.open():
                return
            if self.read_only or self.claimed:
                self._journal.open_damaged()
                return
        except OSError as error:
            what = f"the library folder {self.folder} cannot be used"
            raise refused(what, error, cure="name another with --library") from error
        # A new library, or one that needs a repair; both need the lock.
        self.exclusively(lambda: None)

    def _with_lock(self, work: Callable[[], Result]) -> Result:
        self._writing.active = True
        try:
            if notice := self._writer.lock.take_notice():
                self.notices.append(notice)
            self._journal.catch_up(locked=True)
            if self._journal.newer:
                raise StoreReadOnly(self._journal.newer)
            return work()
        finally:
            self._writing.active = False

    def _refuse_if_read_only(self) -> None:
        if reason := self.read_only:
            raise StoreReadOnly(reason if self._journal.newer else f"not saved: {reason}")
