"""The right to write a library: one process at a time.

The right is a lock (`flock`) on a file that is never replaced, taken for each piece of work. A blocking call takes the
lock: processes that poll for a lock starve each other. On a file system without locks the right is a claim. A process
makes its claim with its first decision and keeps it until it closes the library.

The call that takes the lock cannot be cancelled, so a thread waits for it. Callers wait for the result with a limit.
Work that was cancelled in time is never done later.
"""

import errno
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from paperreader.errors import StoreBusy, StoreError
from paperreader.files.claims import Claim, Claims
from paperreader.files.error_codes import refused
from paperreader.files.system_calls import System
from paperreader.files.waiting import Patience

Result = TypeVar("Result")

NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
"""Error codes of a file system that has no locks."""


def lacks_locks(path: Path, system: System | None = None) -> bool:
    """Whether the file system of a file has no locks; False if the file cannot be opened."""
    system = system or System()
    try:
        descriptor = system.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        system.lock(descriptor, wait=False)
    except OSError as error:
        return error.errno in NO_LOCKS
    finally:
        system.close(descriptor)
    return False


class WriteLock:
    """The right to write a library; one thread takes it and gives it back. `path` is locked, `claims` is a folder."""

    def __init__(self, path: Path, claims: Path, system: System) -> None:
        self.path = path
        self._system = system
        self._claims = Claims(claims, system)
        self._descriptor: int | None = None
        self.is_waiting = False
        """Whether the thread waits for another process."""
        self._notice: str | None = None

    def take(self) -> None:
        """Take the right to write, however long that takes; raises StoreError."""
        try:
            descriptor = self._system.open(self.path, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            if not self._system.lock(descriptor, wait=False):
                self.is_waiting = True
                self._system.lock(descriptor, wait=True)
            if self._others():  # by processes that the file system gave no lock
                raise self.busy()
        except OSError as error:
            self._system.close(descriptor)
            self._claim(error)
        except StoreError:
            self._system.close(descriptor)
            raise
        else:
            self._descriptor = descriptor
            self._write_holder(descriptor)
        finally:
            self.is_waiting = False

    def give_back(self) -> None:
        """Unlock the file; a claim stays."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            self._system.close(descriptor)

    def release(self) -> None:
        """Remove the claim, after the last write."""
        try:
            self._claims.give_back()
        except OSError:
            return  # this process ends, so the next process removes the claim

    def take_notice(self) -> str | None:
        """A notice to show the user once, if there is one."""
        notice, self._notice = self._notice, None
        return notice

    def holder(self) -> str | None:
        """The process that holds the right, or held it last, as `process 1234`."""
        if claim := self._other():
            return claim.owner
        try:
            text = self._system.read_file(self.path)[:20].decode("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return f"process {text}" if text.isdigit() and int(text) != os.getpid() else None

    def refusal(self) -> StoreBusy | None:
        """Why this process may not write, if another process has a claim."""
        if claim := self._other():
            return StoreBusy(
                f"only {claim.owner} may write to {self.path.parent}, because the file system has no locks",
                f"close that process; if it has ended, delete {self._claims.folder / claim.name}; then try again",
            )
        return None

    def busy(self) -> StoreBusy:
        """The error that names the process that holds the right."""
        if refusal := self.refusal():
            return StoreBusy(f"not saved: {refusal.reason}", refusal.cure)
        holder = self.holder() or "another process"
        return StoreBusy(f"not saved: {holder} holds {self.path}", "end that process or wait for it, then try again")

    def _claim(self, no_lock: OSError) -> None:
        """Make a claim if the file system has no locks; raises StoreError."""
        try:
            if self._claims.is_held() and no_lock.errno in NO_LOCKS:
                return
            claim = self._claims.make() if no_lock.errno in NO_LOCKS else None
            # A new file that no other process knows tells whether the error was a passing one.
            if no_lock.errno not in NO_LOCKS or (claim and not lacks_locks(claim, self._system)):
                self._claims.give_back()
                cure = "try again, or choose a library on a local disk with --library"
                raise StoreError(f"not saved: {self.path} cannot be locked ({no_lock.strerror})", cure)
        except OSError as error:
            self.release()
            raise self._unwritable(error) from error
        if claim is None:
            raise self.busy()
        self._notice = (
            f"the file system of {self.path.parent} has no locks ({no_lock.strerror}): "
            "only this window can save decisions until you close it"
        )

    def _other(self) -> Claim | None:
        try:
            return next(iter(self._others()), None)
        except OSError:
            return None

    def _others(self) -> list[Claim]:
        """The claims of other processes; the folder exists once a process needed one. Raises OSError."""
        return self._claims.others() if self._system.identity(self._claims.folder) else []

    def _unwritable(self, error: OSError) -> StoreError:
        return refused(f"not saved: {self.path} cannot be written", error, self.path)

    def _write_holder(self, descriptor: int) -> None:
        """Write our process number into the lock file for processes that wait; a full disk is no obstacle."""
        try:
            self._system.write(descriptor, f"{os.getpid():<20}".encode(), 0)
        except OSError:
            return


class SingleWriter:
    """Runs work in one thread, one piece after the other, each with the lock held."""

    def __init__(self, lock: WriteLock, patience: Patience = Patience()) -> None:
        self.lock = lock
        self._patience = patience
        self._queue: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start_lock = threading.Lock()

    def submit(self, work: Callable[[], Result]) -> "Future[Result]":
        """Queue work and return its future. `cancel()` works until the lock is held."""
        with self._start_lock:
            if self._thread is None:
                # A daemon thread: a lock that is never released must not block the end of the program.
                self._thread = threading.Thread(target=self._run, name="paperreader-writer", daemon=True)
                self._thread.start()
        future: Future[Result] = Future()
        self._queue.put((future, work))
        return future

    def run(self, work: Callable[[], Result]) -> Result:
        """The result of work. Raises StoreBusy if the lock is not available in time."""
        return self.finish(self.submit(work))

    def finish(self, future: "Future[Result]") -> Result:
        """The result of submitted work. Raises StoreBusy like `run`; then the work is never done."""
        limit, silence = self._patience.limit, min(self._patience.silence, self._patience.limit)
        with suppress(FutureTimeout):
            return future.result(silence)
        if self.lock.is_waiting:
            self._patience.tell(f"waiting for {self.lock.holder() or 'another process'} to release {self.lock.path}")
        try:
            return future.result(limit - silence)
        except FutureTimeout:
            if future.cancel():
                raise self.lock.busy() from None
            # The lock was granted at the last moment. The work runs, and its result counts.
            return future.result()

    def close(self) -> None:
        """Finish submitted work and end the thread. A thread that waits for the lock is left behind."""
        with self._start_lock:
            if self._thread is not None:
                self._queue.put(None)
                while self._thread.is_alive() and not self.lock.is_waiting:
                    self._thread.join(0.05)
                self._thread = None
                self.lock.release()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            future, work = item
            if future.cancelled():
                continue
            try:
                self.lock.take()
            except Exception as error:  # noqa: BLE001 - carried to the caller, who would wait for ever
                if future.set_running_or_notify_cancel():
                    future.set_exception(error)
                continue
            try:
                if future.set_running_or_notify_cancel():
                    self._work(future, work)
            finally:
                self.lock.give_back()

    def _work(self, future: "Future[Any]", work: Callable[[], Any]) -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - carried to the caller, whatever it is
            future.set_exception(error)
