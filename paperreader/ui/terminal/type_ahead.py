"""Keys and pastes, cleaned and delivered in order, however fast they arrive.

A key may open the filter bar or a dialog, and the next keys are meant for it. `t draft Enter` must not skip (`d`) or
mark as read (`r`). But Textual delivers every key at once to the widget that has the focus. So each key waits here
until the key before is handled, by a widget or by a binding of the application.
"""

from collections import deque
from typing import Protocol

from textual import events
from textual.message import Message

from paperreader.domain.text import clean_block, clean_line

LOST_AFTER = 0.5
"""Seconds after which a key counts as handled, because its widget is gone."""
HELD_AT_MOST = 3.0
"""The longest time that keys are held for a dialog to open, in seconds."""

TypedEvent = events.Key | events.Paste


class Paste(events.Paste):
    """A pasted text, cleaned and cut to the length of a note; `whole` is the raw text."""

    def __init__(self, whole: str) -> None:
        super().__init__(clean_block(whole, keep_blanks=True))
        self.whole = whole


def harmless(event: TypedEvent) -> TypedEvent | None:
    """A key or paste without control, invisible and bidi characters; None if nothing remains."""
    if isinstance(event, events.Paste):
        return Paste(event.text)
    typed = event.character
    return None if typed and not typed.isascii() and event.is_printable and not clean_line(typed) else event


class Handled(Message):
    """A marker that follows a key through the widgets to the application, and arrives when the key is handled.

    It is sent only while another key waits. A key that no widget handles arrives at the application itself.
    """

    def __init__(self, key: TypedEvent) -> None:
        super().__init__()
        self.key = key


class KeyGate(Protocol):
    """Holds keys while a dialog opens or closes."""

    def hold(self) -> None:
        """Hold all keys, because the next ones are meant for a dialog that opens."""
        ...

    def release(self) -> None:
        """Deliver keys again."""
        ...

    @property
    def has_typed(self) -> bool:
        """Whether the user pressed a key or a button of the mouse since the start."""
        ...


class Receiver(Protocol):
    """The receiver of a key: a widget or a screen."""

    def post_message(self, message: Message) -> bool:
        """Queue a message; False if the widget is closed."""
        ...


class TypeAhead:
    """The queue of keys, and the key under way. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._waiting: deque[TypedEvent] = deque()
        self._under_way: TypedEvent | None = None
        self._since = 0.0
        self._receiver: Receiver | None = None
        """The receiver of the key under way, until a marker follows."""
        self._held_since: float | None = None
        self._is_looked_after = False

    def add(self, event: TypedEvent) -> None:
        """Queue a key."""
        self._waiting.append(event)

    def next(self, now: float, receiver: Receiver) -> TypedEvent | None:
        """The next key if it may be delivered; it is then under way to the receiver."""
        if not self._waiting or self._stays_for(now) > 0:
            return None
        self._held_since = None
        self._under_way, self._since, self._receiver = self._waiting.popleft(), now, receiver
        return self._under_way

    def mark(self) -> None:
        """Send a marker after the key under way, once, if another key waits."""
        if self._waiting and self._under_way and self._receiver:
            if not self._receiver.post_message(Handled(self._under_way)):
                self._under_way = None  # the widget is closed
            self._receiver = None

    def handled(self, key: TypedEvent) -> bool:
        """Mark a key as handled; returns whether it was the key under way."""
        if key is not self._under_way:
            return False
        self._under_way = None
        return True

    def look_after(self, now: float) -> float | None:
        """Seconds until the next key must be delivered; None if no key waits or a timer runs already."""
        if self._is_looked_after or not self._waiting:
            return None
        self._is_looked_after = True
        return min(self._stays_for(now), LOST_AFTER)

    def looked(self) -> None:
        """Note that the timer has fired."""
        self._is_looked_after = False

    def hold(self, now: float) -> None:
        """Hold all keys until `release`."""
        self._held_since = now

    def release(self) -> None:
        """Deliver keys again."""
        self._held_since = None

    @property
    def is_waiting(self) -> bool:
        """Whether keys wait."""
        return bool(self._waiting)

    def _stays_for(self, now: float) -> float:
        """The longest time that the next key still waits, in seconds."""
        held = 0.0 if self._held_since is None else self._held_since + HELD_AT_MOST - now
        under_way = 0.0 if self._under_way is None else self._since + LOST_AFTER - now
        return max(held, under_way, 0.0)
