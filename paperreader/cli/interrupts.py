"""Ending a long work from without, so that it can still say what it did."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass(slots=True)
class Interrupt:
    """The signal that ended a work, if one did."""

    number: signal.Signals = signal.SIGINT

    @property
    def status(self) -> int:
        """The exit status that says so."""
        return 128 + self.number


@contextmanager
def ending_softly() -> Iterator[Interrupt]:
    """Have SIGTERM end what is done within as Ctrl-C does: by KeyboardInterrupt."""
    interrupt = Interrupt()

    def end(number: int, _frame: FrameType | None) -> None:
        interrupt.number = signal.Signals(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGTERM, before)
