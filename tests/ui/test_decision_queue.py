"""The decision queue keeps the order of keys. Refused decisions are reported and never saved later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

from locks import locked

from paperreader.domain.decision import SetStar
from paperreader.domain.history import Action
from paperreader.errors import StoreBusy, StoreError, StoreReadOnly
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.reading.store import ReadingStore
from paperreader.ui.background.decision_queue import DecisionQueue
from paperreader.ui.limits import USUAL, Limits

IMPATIENT = Limits(saving=0.02, holder=0.04, refuse=0.08)
"""Hundredths of seconds where a queue would wait for seconds."""
PATIENT = Limits(refuse=60.0)


def _action(seq: int) -> Action:
    return Action(seq, datetime(2025, 3, 14, tzinfo=UTC), "t", f"action {seq}", f"action {seq}", ())


def _made(seq: int) -> Future[Action]:
    future: Future[Action] = Future()
    future.set_result(_action(seq))
    return future


class Log:
    """What a queue reports."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.refused: list[str] = []
        self.saving: list[str] = []

    def queue(self, holder: Callable[[], str | None] = lambda: "process 4711", limits: Limits = USUAL) -> DecisionQueue:
        """A queue that reports here."""
        busy = StoreBusy(f"{holder() or 'another process'} is still writing")
        store = cast("ReadingStore", SimpleNamespace(holder=holder, busy=lambda: busy))
        return DecisionQueue(store, lambda action: self.done.append(action.seq), self._tell, limits)

    def _tell(self, message: str, role: str) -> None:
        (self.refused if role == "error" else self.saving).append(message)


@asynccontextmanager
async def _running(queue: DecisionQueue) -> AsyncIterator[None]:
    task = asyncio.create_task(queue.run())
    try:
        yield
        await queue.finish()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_decision_begins_when_the_one_before_it_is_made() -> None:
    """Rule: decisions are saved in the order of the keys, each on the state that the last one left."""
    log, begun = Log(), list[int]()
    first: Future[Action] = Future()

    def begin(seq: int, future: Future[Action]) -> Callable[[], Future[Action]]:
        def decide() -> Future[Action]:
            begun.append(seq)
            return future

        return decide

    queue = log.queue()
    async with _running(queue):
        queue.put(begin(1, first))
        queue.put(begin(2, _made(2)))
        queue.put(begin(3, _made(3)))
        await asyncio.sleep(0.02)
        assert begun == [1]
        assert log.done == []
        first.set_result(_action(1))
    assert begun == log.done == [1, 2, 3]


async def test_nothing_is_reported_as_made_before_it_is() -> None:
    """Rule: the screen changes only after the sync returned."""
    log = Log()
    queue = log.queue()
    pending: Future[Action] = Future()
    async with _running(queue):
        queue.put(lambda: pending)
        await asyncio.sleep(0.01)
        assert log.done == []
        pending.set_result(_action(1))
    assert log.done == [1]


async def test_a_refused_decision_is_told_and_the_next_one_is_made() -> None:
    """Rule: a refusal changes nothing, says why, and the program goes on."""
    log = Log()
    queue = log.queue()
    failed: Future[Action] = Future()
    failed.set_exception(StoreError("not saved: the disk is full"))

    def refuses() -> Future[Action]:
        raise StoreReadOnly("not saved: read-only")

    async with _running(queue):
        queue.put(lambda: failed)
        queue.put(refuses)
        queue.put(lambda: _made(3))
    assert log.refused == ["not saved: the disk is full", "not saved: read-only"]
    assert log.done == [3]


async def test_nothing_to_decide_is_no_decision() -> None:
    """Rule: a command that finds nothing to do reports neither success nor failure."""
    log = Log()
    queue = log.queue()
    async with _running(queue):
        queue.put(lambda: None)
        queue.put(lambda: _made(2))
    assert (log.done, log.refused) == ([2], [])


async def test_a_quick_decision_says_nothing_of_saving() -> None:
    """Rule: `saving…` appears only after 100 ms."""
    log = Log()
    queue = log.queue()
    async with _running(queue):
        for seq in range(1, 20):
            queue.put(lambda seq=seq: _made(seq))  # type: ignore[misc]
    assert log.saving == []


async def test_a_slow_decision_says_saving_then_names_the_holder_then_is_withdrawn() -> None:
    """Rule: `saving…` first, then who holds the lock, then one refusal for it and for all that waits behind it."""
    log = Log()
    queue = log.queue(limits=IMPATIENT)
    pending: Future[Action] = Future()
    async with _running(queue):
        queue.put(lambda: pending)
        queue.put(lambda: _made(2))
    assert log.saving[0] == "saving…"
    assert "process 4711" in log.saving[1]
    assert len(log.refused) == 1
    assert "process 4711" in log.refused[0]
    assert pending.cancelled()
    assert log.done == []
    assert "1 more not saved" in log.refused[0]


async def test_a_decision_that_is_under_way_when_patience_ends_is_waited_for() -> None:
    """Rule: a decision that can no longer be cancelled is not reported as refused."""
    log = Log()
    queue = log.queue(limits=IMPATIENT)
    pending: Future[Action] = Future()
    pending.set_running_or_notify_cancel()
    async with _running(queue):
        queue.put(lambda: pending)
        await asyncio.sleep(0.15)
        assert log.refused == []
        pending.set_result(_action(1))
    assert log.done == [1]


async def test_an_unknown_holder_is_another_process() -> None:
    """Rule: the refusal names another process if the lock file is empty."""
    log = Log()
    queue = log.queue(lambda: None, IMPATIENT)
    async with _running(queue):
        queue.put(Future)
    assert "another process" in log.saving[1]
    assert "another process" in log.refused[0]


def test_the_times_until_a_slow_decision_is_refused() -> None:
    """Rule: `saving…` after 100 ms, the holder's name after 2 s, withdrawn after 5 s."""
    assert (USUAL.saving, USUAL.holder, USUAL.refuse) == (0.1, 2.0, 5.0)


# Against a real store whose lock somebody else holds


async def test_a_decision_withdrawn_for_a_lock_is_never_written_later(sample: Library) -> None:
    """Rule: a refused action is never written later, when the lock is free."""
    log, triage = Log(), Triage(sample)
    first, second = (sample.catalogue.keys_of(list(sample.catalogue.all_ids())[:2])).values()
    with locked(sample.folder):
        async with _running(queue := log.queue(sample.reading.holder, IMPATIENT)):
            queue.put(lambda: triage.decide("star", [first], SetStar(True)))
    assert len(log.refused) == 1
    async with _running(queue := log.queue(sample.reading.holder, PATIENT)):
        queue.put(lambda: triage.decide("star", [second], SetStar(True)))
    assert sample.reading.starred() == [(second,)]
    with closing(Library(sample.folder)) as again:
        assert [document["key"] for document in again.reading.db.table("papers")] == [second]


async def test_an_undo_withdrawn_for_a_lock_can_be_asked_for_again(sample: Library) -> None:
    """Rule: after a refused undo, the next `u` undoes the same decision."""
    log, triage = Log(), Triage(sample)
    (key,) = sample.catalogue.keys_of(list(sample.catalogue.all_ids())[:1]).values()
    async with _running(patient := log.queue(sample.reading.holder, PATIENT)):
        patient.put(lambda: triage.decide("star", [key], SetStar(True)))
        await patient.finish()
        with locked(sample.folder):
            async with _running(queue := log.queue(sample.reading.holder, IMPATIENT)):
                queue.put(triage.undo)
        assert len(log.refused) == 1
        patient.put(triage.undo)
    assert sample.reading.starred() == []
