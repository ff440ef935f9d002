"""The guardian: the reader's parent process, which restores the terminal however the reader ends.

A killed reader cannot restore the terminal, and a blocked event loop handles no signal. So `guard` forks before heavy
modules are loaded. The child becomes the reader. The parent waits for it, forwards signals, and cleans up. Both stay
in one process group, so that the shell stops and continues them together.

Three pipes connect the two. The reader ends when the `lifeline` closes, that is when the guardian has died. Python
writes the number of each signal that the reader receives to the `wakeup` pipe, even while the reader is blocked.
faulthandler writes the reader's stacks to the `crash` pipe.
"""

import faulthandler
import os
import re
import select
import signal
import termios
import threading
import time
from contextlib import suppress
from pathlib import Path

from paperreader.cli.failures import complain
from paperreader.errors import PaperReaderError
from paperreader.files.crash_log import Stack, ended_by_force

PATIENCE = 3.0
"""Seconds that the reader has to end after a signal."""

STDIN, STDERR = 0, 2
"""Textual reads from stdin and paints on stderr."""

MODES = (1000, 1002, 1003, 1006, 1015, 1016, 1004, 2004, 2048, 2026)
"""Modes that Textual turns on: mouse, focus, bracketed paste, in-band resize, synchronised output."""
SAVE_CURSOR = b"\x1b7"
"""Leaving the alternate screen restores the saved cursor, in many terminals even if it was never entered."""
RESET = b"".join(
    (
        b"\x1b\\",  # ends a sequence that a kill cut in two
        *(b"\x1b[?%dl" % mode for mode in MODES),
        b"\x1b[<u",  # the kitty keyboard, separate for each screen
        b"\x1b[?1049l",  # the alternate screen
        b"\x1b[0m\x1b[?7h\x1b[?25h",  # plain text, wrapped lines, a visible cursor
    )
)

ENDING = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
KEYBOARD = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
"""Signals that the terminal sends to both processes while its keys send signals."""
HEARD = (*ENDING, signal.SIGTSTP, signal.SIGCHLD)
DUMP = signal.SIGUSR2
"""The signal at which the reader writes its stacks and dies."""
MOST_STACKS = 64 * 1024
"""Bytes of stacks that are kept; a pipe holds no more."""

_THREAD = re.compile(r"(?:Current thread|Thread) 0x([0-9a-f]+)")
_FRAME = re.compile(r'  File "(.*)", line (\d+) in (.*)')


def guard(log: Path, patience: float = PATIENCE) -> int | None:
    """Fork; returns None in the child, which becomes the reader, and the reader's exit status in the parent.

    After a signal, the reader has `patience` seconds to end. A reader that is killed leaves its stacks in the log.
    Standard input must be a terminal. Raises PaperReaderError.
    """
    terminal = Terminal()
    lifeline, held = os.pipe()
    signalled, wakeup = os.pipe()
    crash, stacks = os.pipe()
    for descriptor in (wakeup, crash, stacks):
        os.set_blocking(descriptor, False)
    # Signals wait until both processes can handle them.
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    try:
        child = os.fork()
    except OSError as error:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        raise PaperReaderError(f"cannot start the reader: {error.strerror}; close other programs") from error
    if child:
        os.close(lifeline)
        guardian = _Guardian(child, terminal, signalled, crash, patience)
        status = guardian.wait()  # the end of this process closes `held`
        if guardian.cause_of_death:
            with suppress(OSError):  # the terminal may be gone
                complain(ended_by_force(guardian.cause_of_death, log, child, guardian.stacks()), status)
        return status
    os.close(held)
    # `signalled` stays open: writing to a pipe without a reader would print an error on the screen.
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    faulthandler.enable(file=stacks)
    faulthandler.register(DUMP, file=stacks, chain=True)  # and then the default action: the process dies
    # Until the reader handles ^c itself, ^c ends it at once and without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    threading.Thread(target=_end_with_parent, args=(lifeline, terminal, patience), daemon=True).start()
    return None


class Terminal:
    """The terminal, and the settings it had before the reader."""

    def __init__(self) -> None:
        self._settings = termios.tcgetattr(STDIN)
        os.write(STDERR, SAVE_CURSOR)

    @property
    def sends_signals(self) -> bool:
        """Whether its keys send signals to every process in the foreground."""
        return bool(self._local_modes() & termios.ISIG)

    @property
    def is_taken(self) -> bool:
        """Whether it still has the settings of the reader."""
        changed = self._local_modes() ^ self._settings[3]
        return bool(changed & (termios.ICANON | termios.ECHO | termios.ISIG))

    def restore(self) -> None:
        """Restore the settings, unless another job uses the terminal."""
        try:
            if os.tcgetpgrp(STDIN) != os.getpgrp():
                return
        except OSError:
            pass  # not a controlling terminal
        try:
            # Drop unpainted output: a terminal that accepts no output would block the write.
            termios.tcflush(STDERR, termios.TCOFLUSH)
            os.write(STDERR, RESET)
            termios.tcflush(STDIN, termios.TCIFLUSH)
            termios.tcsetattr(STDIN, termios.TCSANOW, self._settings)
        except (OSError, termios.error):
            return  # the terminal is gone

    def _local_modes(self) -> int:
        try:
            modes = termios.tcgetattr(STDIN)[3]
        except termios.error:
            modes = self._settings[3]
        assert isinstance(modes, int)
        return modes


class _Guardian:
    """The parent process of a reader."""

    def __init__(self, child: int, terminal: Terminal, signalled: int, crash: int, patience: float) -> None:
        self._child, self._terminal, self._signalled, self._crash = child, terminal, signalled, crash
        self._patience = patience
        self._ended_by: int | None = None
        """The first signal that was to end the reader."""
        self._deadline: float | None = None
        self._is_killed = False
        self.cause_of_death = ""
        """How the reader died, if it could not report that itself."""
        self._signals, wakeup = os.pipe()
        os.set_blocking(wakeup, False)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        for number in HEARD:
            signal.signal(number, lambda *_: None)  # Python writes the number to the pipe
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        self._poll = select.poll()
        self._poll.register(self._signals, select.POLLIN)
        self._poll.register(self._signalled, select.POLLIN)
        self._poll.register(STDIN, 0)  # reports a closed terminal; not every shell sends SIGHUP

    def wait(self) -> int:
        """Wait for the end of the reader and return its exit status; stop and continue with it until then."""
        stopped = False
        while True:
            changed, status = os.waitpid(self._child, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
            if not changed and not stopped:
                self._listen()
            elif not changed:
                os.kill(self._child, signal.SIGCONT)  # only this process was continued
                stopped = False
            elif os.WIFSTOPPED(status):
                if self._terminal.is_taken:
                    self._terminal.restore()
                _stop_job()
                stopped = True
            elif os.WIFCONTINUED(status):
                stopped = False
            else:
                return self._ended(os.waitstatus_to_exitcode(status))

    def stacks(self) -> list[Stack]:
        """The stacks that a dead reader wrote: the main thread first, innermost frames last."""
        try:
            written = os.read(self._crash, MOST_STACKS).decode(errors="replace")
        except BlockingIOError:
            return []
        threads: list[tuple[str, list[str]]] = []
        for line in written.splitlines():
            if thread := _THREAD.match(line):
                is_main = int(thread[1], 16) == threading.get_ident()  # a fork keeps the number
                threads.append(("main thread" if is_main else "thread", []))
            elif threads and (frame := _FRAME.fullmatch(line)):
                threads[-1][1].insert(0, f"{frame[1]}:{frame[2]} {frame[3]}")
        return sorted(threads, key=lambda thread: thread[0])

    def _ended(self, code: int) -> int:
        if code < 0 or self._terminal.is_taken:
            self._terminal.restore()
        if self._is_killed and self._ended_by and -code in (signal.SIGKILL, DUMP):
            self.cause_of_death = f"the reader did not answer for {self._patience:.0f} seconds and was killed"
            return 128 + self._ended_by
        if code < 0 and select.select([self._crash], [], [], 0)[0]:
            self.cause_of_death = f"the reader was killed by {signal.Signals(-code).name}"
        return code if code >= 0 else 128 - code

    def _listen(self) -> None:
        """Wait until a signal arrives, the terminal closes, or the reader's time is over."""
        left = None if self._deadline is None else max(0.0, self._deadline - time.monotonic()) * 1000
        events = self._poll.poll(left)
        if not events and self._deadline is not None:
            os.kill(self._child, signal.SIGKILL if self._is_killed else DUMP)
            self._deadline = None if self._is_killed else time.monotonic() + self._patience
            self._is_killed = True
        for descriptor, event in events:
            if descriptor == self._signals:
                for number in os.read(self._signals, 4096):
                    self._forward(number)
            elif descriptor == self._signalled:
                for number in os.read(self._signalled, 4096):
                    self._expect_end(number)
            else:
                self._poll.unregister(descriptor)
                if event & select.POLLHUP:
                    self._forward(signal.SIGHUP)

    def _forward(self, number: int) -> None:
        if number in KEYBOARD and self._terminal.sends_signals:
            return  # the terminal sent it to the reader too
        if number == signal.SIGTSTP or self._expect_end(number):
            os.kill(self._child, number)

    def _expect_end(self, number: int) -> bool:
        """Start the reader's deadline at the first ending signal; returns whether this is that signal."""
        if number not in ENDING or self._ended_by is not None:
            return False
        self._ended_by, self._deadline = number, time.monotonic() + self._patience
        return True


def _stop_job() -> None:
    """Stop this process and its whole job (it may run under `make`), as ^z would."""
    heard = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    os.killpg(os.getpgrp(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, heard)
    os.kill(os.getpid(), signal.SIGSTOP)


def _end_with_parent(lifeline: int, terminal: Terminal, patience: float) -> None:
    """End the reader after the death of its guardian: by SIGTERM, then by SIGKILL."""
    os.read(lifeline, 1)
    # SIGALRM kills a reader whose main thread never releases the interpreter.
    signal.setitimer(signal.ITIMER_REAL, patience + 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(patience)
    terminal.restore()
    os.kill(os.getpid(), signal.SIGKILL)
