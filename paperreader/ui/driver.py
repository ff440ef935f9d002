"""Textual's driver of a terminal, for which the ways of being stopped and continued are all alike."""

import termios
from contextlib import suppress

from textual.drivers.linux_driver import LinuxDriver

SAVE_CURSOR = "\x1b7"


class ReaderDriver(LinuxDriver):
    """Takes the terminal anew when the reader is continued, if it was given back meanwhile, by whomever."""

    _is_continuing = False

    def _sigcont_application(self, *_: object) -> None:
        if self._is_continuing or self._is_taken():
            return
        self._is_continuing = True
        try:
            if not self._must_signal_resume:  # stopped by SIGSTOP, of which no process is told
                self.write(SAVE_CURSOR)  # which leaving the alternate screen once more would set back
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
        """Read what is typed, and drop what is no text; any other error goes the way of all that nobody foresaw."""
        while True:
            with suppress(UnicodeDecodeError):
                return self.run_input_thread()
