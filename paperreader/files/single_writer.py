"""One thread that writes, holding a lock between processes, for callers that must not wait for either.

The lock is `flock` on a file that is never replaced. It is taken by a blocking call: processes that poll for it starve
each other. Because a blocking call cannot be called off, the work waits for the lock in a thread of its own, and the
caller waits for the work with a limit: a piece of work that was withdrawn in time is never done later.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from paperreader.errors import StoreBusy, StoreError, StoreReadOnly
from paperreader.files.system import System

Result = TypeVar("Result")

PATIENCE = 5.0
"""Seconds after which an action that waits for another process's lock is withdrawn and refused."""


class SingleWriter:
    """Runs pieces of work one after the other in one thread, each with the lock held."""

    def __init__(self, lock_path: Path, system: System) -> None:
        self._lock_path = lock_path
        self._system = system
        self._queue: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start_lock = threading.Lock()
        self._is_waiting = False

    def submit(self, work: Callable[[], Result]) -> "Future[Result]":
        """The future result of a piece of work; `cancel()` withdraws it until the lock is held."""
        with self._start_lock:
            if self._thread is None:
                # A daemon: a lock that is never given back must not keep the program from ending.
                self._thread = threading.Thread(target=self._run, name="paperreader-writer", daemon=True)
                self._thread.start()
        future: Future[Result] = Future()
        self._queue.put((future, work))
        return future

    def run(self, work: Callable[[], Result], patience: float = PATIENCE) -> Result:
        """The result of a piece of work; raises StoreBusy when the lock was not to be had within `patience` seconds."""
        return self.finish(self.submit(work), patience)

    def finish(self, future: "Future[Result]", patience: float = PATIENCE) -> Result:
        """The result of work that was submitted; raises StoreBusy like `run`, and the work is then never done."""
        try:
            return future.result(patience)
        except FutureTimeout:
            if future.cancel():
                raise self.busy() from None
            # The lock was granted at the last moment: the work is under way and its outcome is what counts.
            return future.result()

    def busy(self) -> StoreBusy:
        """The refusal that names who holds the lock."""
        return StoreBusy(
            f"not saved: {self.holder() or 'another process'} holds {self._lock_path}; "
            "end that process or wait for it, then try again"
        )

    def holder(self) -> str | None:
        """Who took the lock last, `process 1234`, as far as the lock file says."""
        try:
            text = self._system.read_file(self._lock_path)[:20].decode("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return f"process {text}" if text.isdigit() and int(text) != os.getpid() else None

    def close(self) -> None:
        """Finish what was submitted, then end the thread; one that still waits for a lock is left to itself."""
        with self._start_lock:
            if self._thread is not None:
                self._queue.put(None)
                while self._thread.is_alive() and not self._is_waiting:
                    self._thread.join(0.05)
                self._thread = None

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            future, work = item
            if future.cancelled():
                continue
            try:
                descriptor = self._take_lock()
            except StoreError as error:
                if future.set_running_or_notify_cancel():
                    future.set_exception(error)
                continue
            try:
                if future.set_running_or_notify_cancel():
                    self._work(future, work)
            finally:
                self._system.close(descriptor)  # which gives the lock back

    def _work(self, future: "Future[Any]", work: Callable[[], Any]) -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - carried to the caller, whatever it is
            future.set_exception(error)

    def _take_lock(self) -> int:
        """The descriptor of the locked file; raises StoreReadOnly or StoreError."""
        try:
            descriptor = self._system.open(self._lock_path, os.O_RDWR | os.O_CREAT)
        except (PermissionError, OSError) as error:
            raise StoreReadOnly(
                f"not saved: {self._lock_path} cannot be written ({error.strerror}); "
                "make the folder writable, or choose another with --library"
            ) from error
        try:
            if not self._system.lock(descriptor, wait=False):
                self._is_waiting = True
                self._system.lock(descriptor, wait=True)
        except OSError as error:
            self._system.close(descriptor)
            raise StoreError(
                f"not saved: {self._lock_path} cannot be locked ({error.strerror}); "
                "choose a library folder on a file system with locks"
            ) from error
        finally:
            self._is_waiting = False
        self._name_holder(descriptor)
        return descriptor

    def _name_holder(self, descriptor: int) -> None:
        """Write our process number into the lock file, for whoever waits; a full disk must not refuse the lock."""
        try:
            self._system.write(descriptor, f"{os.getpid():<20}".encode(), 0)
        except OSError:
            return
