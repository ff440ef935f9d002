"""The queue of decisions: they are saved one after the other, and no key waits for the disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future

from paperreader.domain.history import Action
from paperreader.errors import PaperReaderError, StoreBusy
from paperreader.storage.reading.store import ReadingStore
from paperreader.ui.limits import USUAL, Limits

Decide = Callable[[], "Future[Action] | None"]
"""Starts a decision; returns None if there is nothing to decide."""


class DecisionQueue:
    """Saves decisions in the order of their keys, each on the state that the last one left.

    The footer tells if a decision takes long, waits for another process or is refused. A refused decision changes
    nothing and is not saved later.
    """

    def __init__(
        self,
        store: ReadingStore,
        done: Callable[[Action], None],
        tell: Callable[[str, str], None],
        limits: Limits = USUAL,
    ) -> None:
        self._store, self._done, self._tell = store, done, tell
        self._steps = (limits.saving, limits.holder - limits.saving, limits.refuse - limits.holder)
        """Seconds until the footer says "saving", until it names who holds the lock, and until the end."""
        self._queue: asyncio.Queue[tuple[Decide, asyncio.Future[Action | None]]] = asyncio.Queue()
        self._under_way: Future[Action] | None = None
        self._unsaved = 0

    @property
    def is_idle(self) -> bool:
        """Whether every queued decision is saved or refused."""
        return not self._unsaved

    def put(self, decide: Decide) -> asyncio.Future[Action | None]:
        """Queue a decision. The future has its action once that is saved; None if it was refused or not needed."""
        made: asyncio.Future[Action | None] = asyncio.get_running_loop().create_future()
        self._unsaved += 1
        self._queue.put_nowait((decide, made))
        return made

    async def run(self) -> None:
        """Save decisions from the queue, forever."""
        while True:
            decide, made = await self._queue.get()
            action = None
            try:
                action = await self._make(decide)
            finally:
                self._end(made, action)

    async def finish(self, within: float | None = None) -> int:
        """Save all queued decisions. After `within` seconds, drop the rest and return their number."""
        try:
            await asyncio.wait_for(self._queue.join(), within)
        except TimeoutError:
            # A decision that can no longer be cancelled is being written now.
            return self._drop_waiting() + bool(self._under_way and self._under_way.cancel())
        return 0

    async def _make(self, decide: Decide) -> Action | None:
        try:
            self._under_way = future = decide()
            action = await self._wait(future) if future else None
            if action:
                self._done(action)
            return action
        except StoreBusy as error:
            # The process that holds the lock blocks the other decisions too. They do not wait as long each.
            dropped = self._drop_waiting()
            self._tell(f"{error} ({dropped} more not saved)" if dropped else str(error), "error")
        except PaperReaderError as error:
            self._tell(str(error), "error")
        return None

    def _end(self, made: asyncio.Future[Action | None], action: Action | None = None) -> None:
        self._unsaved -= 1
        self._queue.task_done()
        if not made.done():
            made.set_result(action)

    def _drop_waiting(self) -> int:
        """Drop all queued decisions; returns their number."""
        dropped = 0
        while not self._queue.empty():
            self._end(self._queue.get_nowait()[1])
            dropped += 1
        return dropped

    async def _wait(self, future: "Future[Action]") -> Action:
        waiting = asyncio.wrap_future(future)
        message = "saving…"
        for limit in self._steps:
            done, _ = await asyncio.wait({waiting}, timeout=limit)
            if done:
                return waiting.result()
            self._tell(message, "warning")
            message = f"saving… waiting for {self._store.holder() or 'another process'}"
        if future.cancel():
            raise self._store.busy()
        return await waiting
