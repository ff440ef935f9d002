"""Where a reader that no longer answers stands: it writes its stacks to a pipe, and its guardian reads them."""

import faulthandler
import os
import re
import select
import signal
import threading

ASK = signal.SIGUSR2
"""The signal at which a reader writes its stacks and goes on."""
MOST = 64 * 1024
"""Bytes of stacks that are read at most; a pipe holds no more."""

_THREAD = re.compile(r"(?:Current thread|Thread) 0x([0-9a-f]+)")
_FRAME = re.compile(r'  File "(.*)", line (\d+) in (.*)')

Stack = tuple[str, tuple[str, ...]]
"""A thread, and its frames as `path:line function`, the innermost last."""


class CrashReport:
    """A pipe between a reader and its guardian, made before the fork.

    The guardian waits `first_wait` seconds for the beginning of the stacks, and `next_wait` for each further piece.
    """

    def __init__(self, *, first_wait: float = 1.0, next_wait: float = 0.1) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        # The handler of a signal must not wait for a pipe that nobody empties.
        os.set_blocking(self._write, False)
        self._main = threading.get_ident()  # in both processes
        self._first_wait, self._next_wait = first_wait, next_wait
        self._written = b""

    def answer(self) -> None:
        """In the reader: write the stacks when asked, and before a crash (SIGSEGV and the like)."""
        faulthandler.enable(file=self._write)
        faulthandler.register(ASK, file=self._write)

    def ask(self, reader: int) -> None:
        """In the guardian: have the reader write its stacks, and wait while it does."""
        os.kill(reader, ASK)
        wait = self._first_wait
        while select.select([self._read], [], [], wait)[0] and self._take():
            wait = self._next_wait

    def stacks(self) -> list[Stack]:
        """In the guardian: what was written so far, the main thread first."""
        while self._take():
            pass
        threads: list[tuple[str, list[str]]] = []
        for line in self._written.decode(errors="replace").splitlines():
            if thread := _THREAD.match(line):
                threads.append(("main thread" if int(thread[1], 16) == self._main else "thread", []))
            elif threads and (frame := _FRAME.fullmatch(line)):
                threads[-1][1].insert(0, f"{frame[1]}:{frame[2]} {frame[3]}")
        threads.sort(key=lambda thread: thread[0])
        return [(name, tuple(frames)) for name, frames in threads]

    def _take(self) -> bool:
        """Read what is in the pipe; whether there was anything, and room for more."""
        try:
            piece = os.read(self._read, MOST)
        except BlockingIOError:
            return False
        self._written = (self._written + piece)[:MOST]
        return bool(piece) and len(self._written) < MOST
