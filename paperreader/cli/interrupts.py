"""Signals that end a long command, which still prints its receipt."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass(slots=True)
class Interrupt:
    """The signal that interrupted a command."""

    number: signal.Signals = signal.SIGINT

    @property
    def status(self) -> int:
        """The exit status of a command that the signal ended."""
        return 128 + self.number


@contextmanager
def interrupt_on_sigterm() -> Iterator[Interrupt]:
    """Have SIGTERM raise KeyboardInterrupt, as Ctrl-C does."""
    interrupt = Interrupt()

    def end(number: int, _frame: FrameType | None) -> None:
        interrupt.number = signal.Signals(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGTERM, before)
