"""Each system call of a session fails once: the action is refused or made, never half, and the next one works."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from examples import how_many
from failing_disk import ERRORS, WRITING, FailingDisk
from power_loss import AFTER, open_on
from reading_model import Windows, contents, steps_of_a_session

from paperreader.domain.decision import SetStar, SetStatus
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingStatus
from paperreader.errors import StoreError
from paperreader.storage.reading.store import ReadingStore

ACTIONS = 11
"""Actions of a session in which nothing fails."""


EVERY = how_many(23, 1)
"""One of this many calls fails. The number is prime, so that it is no multiple of the calls of an action."""


def _open(disk: FailingDisk, windows: int = 2) -> Windows:
    """Windows, opened while calls may fail already: what failed once works the second time."""

    def open_store(window: int) -> ReadingStore:
        try:
            return open_on(disk, window)
        except StoreError:
            return open_on(disk, window)

    return Windows(open_store, windows)


def _work(windows: Windows) -> None:
    """All steps of a session, each of which may be refused; what the windows show is checked behind each."""
    for step in steps_of_a_session():
        step(windows)
        for store in windows.stores:
            with suppress(StoreError):
                store.poll()
        with suppress(StoreError):  # the second reading finds what the first one could not
            windows.check()


def _check(disk: FailingDisk, windows: Windows) -> None:
    """With the cause gone every window decides again, and what is opened holds everything acknowledged."""
    disk.heal()
    for window in range(2):
        assert windows.decide(window, {AFTER: SetStar(window == 0)})
        windows.check()
    windows.close()
    assert contents(open_on(disk)) == windows.model.contents()
    assert [notice for notice in windows.notices if "lost" in notice] == []


def _calls_of_a_session() -> int:
    disk = FailingDisk()
    windows = _open(disk)
    _work(windows)
    assert windows.acknowledged == ACTIONS
    windows.close()
    return -disk.left


@pytest.mark.parametrize("number", [*ERRORS, None], ids=str)
def test_a_call_that_fails_refuses_an_action_or_nothing(number: int | None) -> None:
    """Rule: whichever call fails once, memory and disk hold exactly what was acknowledged, and work goes on."""
    refused = 0
    turns = range(1 + 3 * [*ERRORS, None].index(number) % EVERY, _calls_of_a_session() + 1, EVERY)
    for turn in turns:
        disk = FailingDisk()
        disk.fail(turn, number)
        windows = _open(disk)
        _work(windows)
        assert disk.failed
        refused += windows.acknowledged < ACTIONS
        _check(disk, windows)
    assert refused > len(turns) // 10 or number is None


@pytest.mark.parametrize(("number", "calls"), [(2, WRITING), (1, WRITING | {"truncate"})], ids=["full", "failing"])
def test_a_disk_that_refuses_from_some_call_on_refuses_until_it_is_well_again(
    number: int, calls: frozenset[str]
) -> None:
    """Rule: however long it lasts, what was refused is never made, what was acknowledged is shown, and work goes on.

    Where a refused line can not even be cut away, this holds as long as no other window takes it for an action.
    """
    failed = 0
    for turn in count(1):
        disk = FailingDisk()
        windows = _open(disk, number)
        disk.fail(turn, errno.EIO, times=1 << 30, calls=calls)
        _work(windows)
        _check(disk, windows)
        if not disk.failed:
            break
        failed += 1
    assert failed > 40


def test_a_refused_line_that_another_window_read_before_it_could_be_cut_is_told() -> None:
    """Rule: where what was refused is made after all, because others built on it, the user hears of it."""
    disk = FailingDisk()
    windows = _open(disk)
    disk.fail(1, errno.EIO, times=1 << 30, calls=frozenset({"sync_data", "truncate"}))
    assert not windows.decide(0, {AFTER: SetStar(True)})
    disk.heal()
    one, two = windows.stores
    two.finish(two.decide("later", {AFTER: SetStatus(ReadingStatus.LATER)}, {}))
    assert windows.decide(0, {PaperKey("title:next"): SetStar(True)})
    assert contents(one) == contents(open_on(disk))
    assert one.state(AFTER).starred
    assert any("reported as not saved is saved" in notice for notice in one.take_notices())
    windows.close()


def test_a_file_that_cannot_be_closed_well_refuses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: what the disk says when a file is closed neither takes back what was synced nor ends the writing."""
    store, close = ReadingStore(tmp_path / "library"), os.close

    def close_badly(descriptor: int) -> None:
        close(descriptor)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "close", close_badly)
    for on in (True, False, True):
        assert store.finish(store.decide("star", {AFTER: SetStar(on)}, {})).seq
    monkeypatch.undo()
    store.close()
    assert contents(ReadingStore(tmp_path / "library")) == contents(store)
