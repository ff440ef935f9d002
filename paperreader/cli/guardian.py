"""A small parent process, so that the terminal is given back and the exit status is true however the reader ends.

A reader that is killed cannot undo what it changed of the terminal, and one whose event loop is blocked hears no
signal. `guard` therefore forks, before anything heavy is loaded: the child goes on as the reader, the parent waits for
it, hands signals on, and tidies up. Both stay in one process group, so that a shell stops and continues them as one.
Each notices the end of the other: the parent as every parent does, the child by a pipe that nobody else holds open.
Of a signal that was sent to the child alone the parent learns by another pipe, into which Python's own handler writes
whatever the interpreter is busy with.
"""

import os
import select
import signal
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from paperreader.cli.crash_report import ASK, CrashReport
from paperreader.cli.streams import complain
from paperreader.errors import PaperReaderError

PATIENCE = 3.0
"""Seconds that a reader has to end by itself once it was asked to."""

STDIN, STDERR = 0, 2
"""Textual reads from the one and paints on the other."""

MODES = (1000, 1002, 1003, 1006, 1015, 1016, 1004, 2004, 2048, 2026)
"""What Textual may have turned on: mouse, focus, bracketed paste, resizing in band, synchronised output."""
SAVE_CURSOR = b"\x1b7"
"""Leaving the alternate screen restores the cursor, in many terminals also where it was never entered."""
RESET = b"".join(
    (
        b"\x1b\\",  # ends whatever sequence a kill has cut in two
        *(b"\x1b[?%dl" % mode for mode in MODES),
        b"\x1b[<u",  # the kitty keyboard, which each of the two screens has of its own
        b"\x1b[?1049l",  # the alternate screen
        b"\x1b[0m\x1b[?7h\x1b[?25h",  # plain text, lines that wrap, a cursor
    )
)

ENDING = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
KEYBOARD = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
"""Those that a terminal sends to both processes, unless the reader has told it to send none."""
HEARD = (*ENDING, signal.SIGTSTP, signal.SIGCHLD)


def guard(log: Callable[[], Path], patience: float = PATIENCE) -> int | None:
    """Split in two: None in the child, which is to be the reader; its exit status in the parent, once it has ended.

    A reader that was asked to end has `patience` seconds for it. If one ends without a word of its own, the log is
    told where it stood. Standard input must be a terminal. Raises PaperReaderError.
    """
    terminal = Terminal()
    lifeline, held = os.pipe()
    signalled, wakeup = os.pipe()
    os.set_blocking(wakeup, False)
    report = CrashReport()
    # What arrives meanwhile is kept until each of the two knows what to do with it.
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    try:
        child = os.fork()
    except OSError as error:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        raise PaperReaderError(f"no process for the reader: {error.strerror}; end some others") from error
    if child:
        os.close(lifeline)
        guardian = _Guardian(child, terminal, signalled, report, patience)
        status = guardian.wait()  # `held` is closed by the end of this process, however it comes
        if guardian.died_of:
            from paperreader.files.crash_log import ended_by_force

            with suppress(OSError):  # the terminal may be gone
                complain(ended_by_force(guardian.died_of, log(), child, report.stacks()), status)
        return status
    os.close(held)
    # `signalled` stays open: without anybody who could read, a signal would be an error on the screen.
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    report.answer()
    # Until the reader listens itself, ^c ends it at once, and without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    threading.Thread(target=_end_with_parent, args=(lifeline, terminal, patience), daemon=True).start()
    return None


class Terminal:
    """The terminal, and its settings before the reader."""

    def __init__(self) -> None:
        self._settings = termios.tcgetattr(STDIN)
        os.write(STDERR, SAVE_CURSOR)

    @property
    def sends_signals(self) -> bool:
        """Whether its keys send signals, which then reach every process in the foreground."""
        return bool(self._local_modes() & termios.ISIG)

    @property
    def is_taken(self) -> bool:
        """Whether it is still set as the reader needs it."""
        changed = self._local_modes() ^ self._settings[3]
        return bool(changed & (termios.ICANON | termios.ECHO | termios.ISIG))

    def give_back(self) -> None:
        """Make it what it was, unless somebody else has it by now."""
        try:
            if os.tcgetpgrp(STDIN) != os.getpgrp():
                return
        except OSError:
            pass  # it controls nobody
        try:
            # What was painted last is not to stand in the way of a terminal that takes no more.
            termios.tcflush(STDERR, termios.TCOFLUSH)
            os.write(STDERR, RESET)
            termios.tcflush(STDIN, termios.TCIFLUSH)
            termios.tcsetattr(STDIN, termios.TCSANOW, self._settings)
        except (OSError, termios.error):
            return  # it is gone

    def _local_modes(self) -> int:
        try:
            modes = termios.tcgetattr(STDIN)[3]
        except termios.error:
            modes = self._settings[3]
        assert isinstance(modes, int)
        return modes


class _Guardian:
    """The parent of a reader."""

    def __init__(self, child: int, terminal: Terminal, signalled: int, report: CrashReport, patience: float) -> None:
        self._child, self._terminal, self._signalled, self._report = child, terminal, signalled, report
        self._patience = patience
        self._asked: int | None = None
        self._deadline: float | None = None
        self._is_forced = False
        self.died_of: str | None = None
        """What the reader died of, where it could not say so itself and left its stacks."""
        self._signals, wakeup = os.pipe()
        os.set_blocking(wakeup, False)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        for number in HEARD:
            signal.signal(number, lambda *_: None)  # their numbers arrive in the pipe
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        self._poll = select.poll()
        self._poll.register(self._signals, select.POLLIN)
        self._poll.register(self._signalled, select.POLLIN)
        self._poll.register(STDIN, 0)  # tells when the terminal is closed, which not every shell does

    def wait(self) -> int:
        """The exit status of the reader, when it has ended; stops and goes on with it until then."""
        stopped = False
        while True:
            changed, status = os.waitpid(self._child, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
            if not changed and not stopped:
                self._listen()
            elif not changed:
                os.kill(self._child, signal.SIGCONT)  # this process was continued alone
                stopped = False
            elif os.WIFSTOPPED(status):
                if self._terminal.is_taken:
                    self._terminal.give_back()
                _stop_job()
                stopped = True
            elif os.WIFCONTINUED(status):
                stopped = False
            else:
                return self._ended(os.waitstatus_to_exitcode(status))

    def _ended(self, code: int) -> int:
        if code < 0 or self._terminal.is_taken:
            self._terminal.give_back()
        if self._is_forced and self._asked and -code in (signal.SIGKILL, ASK):
            self.died_of = f"the reader did not answer for {self._patience:.0f} seconds and was ended"
            return 128 + self._asked
        if code < 0 and self._report.stacks():
            self.died_of = f"the reader ended by {signal.Signals(-code).name}"
        return code if code >= 0 else 128 - code

    def _listen(self) -> None:
        """Wait until something happens, or until patience ends."""
        left = None if self._deadline is None else max(0.0, self._deadline - time.monotonic()) * 1000
        events = self._poll.poll(left)
        if not events and self._deadline is not None:
            self._is_forced, self._deadline = True, None
            self._report.ask(self._child)
            os.kill(self._child, signal.SIGKILL)
        for descriptor, event in events:
            if descriptor == self._signals:
                for number in os.read(self._signals, 4096):
                    self._hand_on(number)
            elif descriptor == self._signalled:
                for number in os.read(self._signalled, 4096):
                    self._expect_end(number)
            else:
                self._poll.unregister(descriptor)
                if event & select.POLLHUP:
                    self._hand_on(signal.SIGHUP)

    def _hand_on(self, number: int) -> None:
        if number in KEYBOARD and self._terminal.sends_signals:
            return  # the reader has it as well
        if number == signal.SIGTSTP or self._expect_end(number):
            os.kill(self._child, number)

    def _expect_end(self, number: int) -> bool:
        """Give the reader its time from the first signal that is to end it; whether this is that."""
        if number not in ENDING or self._asked is not None:
            return False
        self._asked, self._deadline = number, time.monotonic() + self._patience
        return True


def _stop_job() -> None:
    """Stop this process and whatever runs it in the same job, as a key of the terminal would: `make`, for one."""
    heard = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    os.killpg(os.getpgrp(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, heard)
    os.kill(os.getpid(), signal.SIGSTOP)


def _end_with_parent(lifeline: int, terminal: Terminal, patience: float) -> None:
    """End this process when its parent has ended: in peace, or else by force."""
    os.read(lifeline, 1)
    # The system's own clock, for a process whose terminal takes nothing any more, or that holds the interpreter.
    signal.setitimer(signal.ITIMER_REAL, patience + 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(patience)
    terminal.give_back()
    os.kill(os.getpid(), signal.SIGKILL)
