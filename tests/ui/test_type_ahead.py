"""Type-ahead: keys are handled one at a time, in order; none is lost or waits for ever."""

from __future__ import annotations

import time
from functools import partial
from inspect import isawaitable
from typing import Any, cast

import pytest
from piloting import Reading, reading
from textual import events
from textual.message import Message
from textual.timer import Timer, TimerCallback

from paperreader.services.library import Library
from paperreader.ui.app import ReaderApp
from paperreader.ui.terminal.type_ahead import HELD_AT_MOST, LOST_AFTER, Handled, TypeAhead


class Receiver:
    """Takes what it is sent."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def post_message(self, message: Message) -> bool:
        self.messages.append(message)
        return True


def _keys(text: str) -> list[events.Key]:
    return [events.Key(character, character) for character in text]


@pytest.fixture
def ahead() -> TypeAhead:
    return TypeAhead()


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def test_a_key_waits_until_the_one_before_is_through(ahead: TypeAhead, receiver: Receiver) -> None:
    """Rule: keys go one at a time, in their order."""
    keys = _keys("abc")
    for key in keys:
        ahead.add(key)
    for key in keys:
        assert ahead.next(0, receiver) is key
        assert ahead.next(0, receiver) is None
        assert ahead.handled(key)
    assert ahead.next(0, receiver) is None


def test_a_key_that_came_back_before_lets_none_through(ahead: TypeAhead, receiver: Receiver) -> None:
    """Rule: only the end of the key under way counts, once."""
    first, second, third = _keys("abc")
    for key in (first, second, third):
        ahead.add(key)
    assert ahead.next(0, receiver) is first
    assert ahead.handled(first)
    assert ahead.next(0, receiver) is second
    assert not ahead.handled(first)
    assert ahead.next(0, receiver) is None


def test_a_marker_follows_a_key_only_where_another_waits_and_once(ahead: TypeAhead, receiver: Receiver) -> None:
    """Rule: a marker is sent only if another key waits, and only once."""
    first, second = _keys("ab")
    ahead.add(first)
    ahead.next(0, receiver)
    ahead.mark()
    assert receiver.messages == []
    ahead.add(second)
    ahead.mark()
    ahead.mark()
    (marker,) = receiver.messages
    assert isinstance(marker, Handled)
    assert marker.key is first


def test_a_key_that_nobody_says_is_through_holds_the_next_for_a_while_only(
    ahead: TypeAhead, receiver: Receiver
) -> None:
    """Rule: a key without an answer holds the next key for a limited time only."""
    first, second = _keys("ab")
    ahead.add(first)
    ahead.next(10, receiver)
    ahead.add(second)
    assert ahead.look_after(10.125) == LOST_AFTER - 0.125
    ahead.looked()
    assert ahead.next(10 + LOST_AFTER - 0.01, receiver) is None
    assert ahead.next(10 + LOST_AFTER, receiver) is second


def test_a_key_whose_widget_is_gone_holds_up_no_other(ahead: TypeAhead) -> None:
    """Rule: a key that closed its widget counts as handled when the next key arrives."""

    class Closed(Receiver):
        def post_message(self, message: Message) -> bool:
            del message
            return False

    first, second = _keys("ab")
    ahead.add(first)
    ahead.next(0, Closed())
    ahead.add(second)
    ahead.mark()
    assert ahead.next(0, Closed()) is second


def test_held_keys_go_when_released_or_when_nothing_opened(ahead: TypeAhead, receiver: Receiver) -> None:
    """Rule: keys wait for a dialog, but not for ever."""
    first, second = _keys("ab")
    ahead.add(first)
    ahead.hold(0)
    assert ahead.next(HELD_AT_MOST - 0.01, receiver) is None
    ahead.release()
    assert ahead.next(HELD_AT_MOST - 0.01, receiver) is first
    ahead.handled(first)
    ahead.add(second)
    ahead.hold(10)
    assert ahead.next(10 + HELD_AT_MOST, receiver) is second


def test_at_most_one_look_is_coming(ahead: TypeAhead, receiver: Receiver) -> None:
    """Rule: one timer serves all waiting keys; without waiting keys there is none."""
    assert ahead.look_after(0) is None
    for key in _keys("abc"):
        ahead.add(key)
    ahead.next(0, receiver)
    assert ahead.look_after(0) == LOST_AFTER
    assert [ahead.look_after(0) for _ in range(5)] == [None] * 5
    ahead.looked()
    ahead.hold(0)
    assert ahead.look_after(0) == LOST_AFTER  # a hold may end before its time, and the key after it be lost


class CountingReader(ReaderApp):
    """A reader that knows how many of its timers are still to come."""

    pending = most = 0

    def set_timer(self, delay: float, callback: TimerCallback | None = None, **options: Any) -> Timer:
        """Count the timer until it comes."""
        self.pending += 1
        self.most = max(self.most, self.pending)

        async def counted() -> None:
            self.pending -= 1
            if callback and isawaitable(awaited := callback()):
                await awaited

        return super().set_timer(delay, counted, **options)


class Recorder:
    """Records two commands."""

    def __init__(self) -> None:
        self.carried_out: list[str] = []

    def star(self) -> None:
        """Write it down."""
        self.carried_out.append("star")

    def read(self) -> None:
        """Write it down."""
        self.carried_out.append("read")


@pytest.mark.parametrize("opening", ["S", "E", "ctrl+p"])
async def test_the_key_after_a_dialog_waits_for_nothing(opening: str, sample: Library) -> None:
    """Rule: the key after a dialog or a question is handled at once, without a timer."""
    async with reading(sample, kind=CountingReader) as reader:
        app = cast("CountingReader", reader.app)
        await reader.press(opening)
        await reader.until(lambda: reader.asks or reader.screen is not reader.triage)
        await reader.press("escape")
        await reader.until(lambda: reader.screen is reader.triage and not reader.asks and not app.pending)
        app.most = 0
        await reader.press("j")
        assert (reader.row, app.most) == (1, 0)


async def test_many_keys_ahead_are_carried_out_in_order_under_one_timer(sample: Library) -> None:
    """Rule: a hundred keys that wait are all carried out, and set no timer each."""
    recorder = Recorder()
    async with reading(sample, kind=CountingReader) as reader:
        app = cast("CountingReader", reader.app)
        reader.triage._methods |= {"star": recorder.star, "read": recorder.read}
        await reader.until(lambda: not app.pending)
        app.most = 0
        for _ in range(50):
            for character in "sr":
                app.post_message(events.Key(character, character))
        await reader.until(lambda: len(recorder.carried_out) == 100)
        assert recorder.carried_out == ["star", "read"] * 50
        assert app.most == 1
        # One that went to what is gone by now holds up the next for a while, not for ever.
        app._type_ahead.add(events.Key("x", "x"))
        app._type_ahead.next(time.monotonic(), Receiver())
        app.post_message(events.Key("s", "s"))
        app.post_message(events.Key("r", "r"))
        await reader.until(lambda: len(recorder.carried_out) == 102)
        assert app.most == 1


def _is_at(reader: Reading, row: int) -> bool:
    return reader.row == row


async def test_a_message_stays_though_the_paper_before_it_is_shown_late(sample: Library) -> None:
    """Rule: a message stands until the next key; the page of an earlier move is no key."""
    async with reading(sample) as reader:
        for row in range(1, 10, 2):
            for character in "js":
                reader.app.post_message(events.Key(character, character))
            await reader.until(partial(_is_at, reader, row + 1))
            await reader.settled()
            assert "starred · u undoes it" in reader.status, f"the message about row {row} is gone"
