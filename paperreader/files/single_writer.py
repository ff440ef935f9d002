"""A thread that writes while it holds the lock of the library.

The call that takes the lock cannot be cancelled, so a thread waits for it. Callers wait for the result with a limit.
Work that was cancelled in time is never done later.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar

from paperreader.files.patience import Patience
from paperreader.files.write_lock import WriteLock

Result = TypeVar("Result")


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
            self._patience.tell(f"waiting for {self.lock.holder() or 'another process'} to let go of {self.lock.path}")
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
