"""Textual's terminal driver, with a limit on the terminal's size, filtered input, and a clean end."""

import os
import selectors
import termios
import time
from codecs import getincrementaldecoder
from typing import Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from paperreader.ui.terminal.input import TerminalInput
from paperreader.ui.terminal.reports import BACKGROUND_QUERY

SAVE_CURSOR = "\x1b7"
SHOW_CURSOR = "\x1b[?25h"
LARGEST = (1_000, 500)
"""The most columns and rows that are drawn. Drawing 65,535 of each, as a terminal may claim, takes for ever."""
USUAL = (80, 24)
"""The columns and rows of a terminal that does not report its size."""
READ_AT_ONCE = 1 << 16
TICK = 0.02
"""Seconds between two checks for the rest of an incomplete sequence."""
LOOK_FOR_END = 0.1
"""Seconds between two checks for the end of the reader."""


def terminal_size(descriptor: int) -> tuple[int, int]:
    """The columns and rows of a terminal, bounded; the environment is ignored."""
    try:
        size = os.get_terminal_size(descriptor)
    except OSError:
        return USUAL
    columns, rows = (min(given or usual, most) for given, usual, most in zip(size, USUAL, LARGEST, strict=True))
    return columns, rows


class ReaderDriver(LinuxDriver):
    """The driver of the reader. After a suspend it takes the terminal again, whoever restored it."""

    _is_continuing = False
    _shows_cursor = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._input = TerminalInput(XTermParser(), LARGEST)
        self._size = self._get_terminal_size()

    def _get_terminal_size(self) -> tuple[int, int]:
        return terminal_size(self.fileno)

    def ask_background(self) -> None:
        """Ask the terminal for its background colour. A reply comes as `BackgroundReported`."""
        self._input.expect_background()
        self.write(BACKGROUND_QUERY)

    def show_cursor(self) -> None:
        """Show the terminal's own cursor, which screen readers follow."""
        self._shows_cursor = True
        self.write(SHOW_CURSOR)

    def start_application_mode(self) -> None:
        """Take the terminal."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._shows_cursor:
            self.write(SHOW_CURSOR)

    def _sigcont_application(self, *_: object) -> None:
        if self._is_continuing or self._is_taken():
            return
        self._is_continuing = True
        try:
            if not self._must_signal_resume:  # stopped by SIGSTOP, which a process cannot handle
                self.write(SAVE_CURSOR)  # leaving the alternate screen again restores the cursor
                self.suspend_application_mode()
                self._must_signal_resume = True
            super()._sigcont_application()
        finally:
            self._is_continuing = False

    def _is_taken(self) -> bool:
        try:
            return not termios.tcgetattr(self.fileno)[3] & termios.ICANON
        except termios.error:
            return True

    def _run_input_thread(self) -> None:
        """Read the terminal until the reader ends; an error counts as unforeseen."""
        # A byte that is not UTF-8 may be a C1 control.
        decode = getincrementaldecoder("utf-8")("surrogateescape").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(TICK if self._input.is_waiting else LOOK_FOR_END):
                    if not (data := os.read(self.fileno, READ_AT_ONCE)):
                        return
                    messages = self._input.feed(decode(data), time.monotonic())
                else:
                    messages = self._input.tick(time.monotonic())
                for message in messages:
                    self.process_message(message)
