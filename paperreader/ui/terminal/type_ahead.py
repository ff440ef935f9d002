"""What is typed and pasted: only what is harmless, and in its order, however fast it comes.

A key may open the filter bar or a dialog, and the next ones are meant for it, not for the list that is still in focus:
`t draft Enter` must not skip (`d`), mark as read (`r`) and so on. Textual hands every key on at once, to whatever has
the focus at that moment. Here each key waits until the one before has gone its whole way: to the focused widget and,
where nobody on the way took it, up to the application, which looks for its binding.
"""

from collections import deque
from typing import Protocol

from textual import events
from textual.message import Message

from paperreader.domain.text import clean_block, clean_line

LOST_AFTER = 0.5
"""Seconds after which a key counts as carried out although nobody said so: its widget is gone."""
HELD_AT_MOST = 3.0
"""Seconds for which keys are held at most for something that is to open."""

TypedEvent = events.Key | events.Paste


class Paste(events.Paste):
    """A pasted text, cleaned and no longer than a note may be; `whole` is all of it, for who cleans it himself."""

    def __init__(self, whole: str) -> None:
        super().__init__(clean_block(whole, keep_blanks=True))
        self.whole = whole


def harmless(event: TypedEvent) -> TypedEvent | None:
    """What a terminal sent without what a terminal would obey or what hides or reorders text; None: nothing is left."""
    if isinstance(event, events.Paste):
        return Paste(event.text)
    typed = event.character
    return None if typed and not typed.isascii() and event.is_printable and not clean_line(typed) else event


class Handled(Message):
    """Follows a key on its way up to the application, and so arrives when the key is through.

    It is only sent where another key waits: a key that nobody took arrives there itself.
    """

    def __init__(self, key: TypedEvent) -> None:
        super().__init__()
        self.key = key


class KeyGate(Protocol):
    """What lets keys through or holds them back."""

    def hold(self) -> None:
        """Let no key through: something that the next ones are meant for is about to open or to close."""
        ...

    def release(self) -> None:
        """Let keys through again; nothing, where none are held."""
        ...


class Receiver(Protocol):
    """What a key is handed to: a widget or a screen."""

    def post_message(self, message: Message) -> bool:
        """Queue a message behind those that it has; False where it takes none any more."""
        ...


class TypeAhead:
    """The keys that wait, and the one that is under way; times are of a monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._waiting: deque[TypedEvent] = deque()
        self._under_way: TypedEvent | None = None
        self._since = 0.0
        self._receiver: Receiver | None = None
        """Where the key under way went, until a marker is sent after it."""
        self._held_since: float | None = None
        self._is_looked_after = False

    def add(self, event: TypedEvent) -> None:
        """Queue a key."""
        self._waiting.append(event)

    def next(self, now: float, receiver: Receiver) -> TypedEvent | None:
        """The next key, if there is one and it may go; it is then under way to the receiver."""
        if not self._waiting or self._stays_for(now) > 0:
            return None
        self._held_since = None
        self._under_way, self._since, self._receiver = self._waiting.popleft(), now, receiver
        return self._under_way

    def mark(self) -> None:
        """Where a key waits, send a marker after the one under way, once: who takes a key does not say so."""
        if self._waiting and self._under_way and self._receiver:
            if not self._receiver.post_message(Handled(self._under_way)):
                self._under_way = None  # its widget is gone, so nothing is left to wait for
            self._receiver = None

    def handled(self, key: TypedEvent) -> bool:
        """Take a key as through; whether it was the one under way, and not one before it that came back as well."""
        if key is not self._under_way:
            return False
        self._under_way = None
        return True

    def look_after(self, now: float) -> float | None:
        """Seconds until the next key goes although nobody called; None: no key waits, or a look is coming already."""
        if self._is_looked_after or not self._waiting:
            return None
        self._is_looked_after = True
        return min(self._stays_for(now), LOST_AFTER)

    def looked(self) -> None:
        """The look that was coming is here."""
        self._is_looked_after = False

    def hold(self, now: float) -> None:
        """Let no key go until `release`."""
        self._held_since = now

    def release(self) -> None:
        """Let keys go again."""
        self._held_since = None

    @property
    def is_waiting(self) -> bool:
        """Whether keys are queued."""
        return bool(self._waiting)

    def _stays_for(self, now: float) -> float:
        """Seconds for which the next key waits at most."""
        held = 0.0 if self._held_since is None else self._held_since + HELD_AT_MOST - now
        under_way = 0.0 if self._under_way is None else self._since + LOST_AFTER - now
        return max(held, under_way, 0.0)
