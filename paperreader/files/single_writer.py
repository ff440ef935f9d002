"""One thread that writes, holding a lock between processes, for callers that must not wait for either.

Because the call that takes the lock cannot be called off, the work waits for it in a thread of its own, and the caller
waits for the work with a limit: a piece of work that was withdrawn in time is never done later.
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
    """Runs pieces of work one after the other in one thread, each with the lock held."""

    def __init__(self, lock: WriteLock, patience: Patience = Patience()) -> None:
        self.lock = lock
        self._patience = patience
        self._queue: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start_lock = threading.Lock()

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

    def run(self, work: Callable[[], Result]) -> Result:
        """The result of a piece of work; raises StoreBusy when the lock was not to be had in time."""
        return self.finish(self.submit(work))

    def finish(self, future: "Future[Result]") -> Result:
        """The result of work that was submitted; raises StoreBusy like `run`, and the work is then never done."""
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
            # The lock was granted at the last moment: the work is under way and its outcome is what counts.
            return future.result()

    def close(self) -> None:
        """Finish what was submitted, then end the thread; one that still waits for a lock is left to itself."""
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
