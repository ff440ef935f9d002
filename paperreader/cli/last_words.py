"""Where a reader stood that can say so no more: its stacks, written below Python's own machinery, through a pipe."""

import faulthandler
import os
import re
import select
import signal
import threading

ASK = signal.SIGUSR2
"""The signal at which a reader writes its stacks and goes on."""
FIRST_WORD, PAUSE = 1.0, 0.1
"""Seconds to wait for the beginning of the stacks, and for more of them."""
MOST = 64 * 1024
"""Bytes that are taken of them; a pipe holds no more."""

_THREAD = re.compile(r"(?:Current thread|Thread) 0x([0-9a-f]+)")
_FRAME = re.compile(r'  File "(.*)", line (\d+) in (.*)')

Stack = tuple[str, tuple[str, ...]]
"""A thread, and its frames as `path:line function`, the innermost last."""


class LastWords:
    """A pipe between a reader and its guardian, made before they part."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        # Where nobody empties the pipe, a handler of a signal is not to wait for that.
        os.set_blocking(self._write, False)
        self._main = threading.get_ident()  # in both processes
        self._words = b""

    def speak(self) -> None:
        """In the reader: write the stacks when asked, and before a death of its own making (SIGSEGV and the like)."""
        faulthandler.enable(file=self._write)
        faulthandler.register(ASK, file=self._write)

    def ask(self, reader: int) -> None:
        """In the guardian: let the reader write its stacks, and wait while it does."""
        os.kill(reader, ASK)
        patience = FIRST_WORD
        while select.select([self._read], [], [], patience)[0] and self._take():
            patience = PAUSE

    def stacks(self) -> list[Stack]:
        """In the guardian: what was written so far, the main thread first."""
        while self._take():
            pass
        threads: list[tuple[str, list[str]]] = []
        for line in self._words.decode(errors="replace").splitlines():
            if thread := _THREAD.match(line):
                threads.append(("main thread" if int(thread[1], 16) == self._main else "thread", []))
            elif threads and (frame := _FRAME.fullmatch(line)):
                threads[-1][1].insert(0, f"{frame[1]}:{frame[2]} {frame[3]}")
        threads.sort(key=lambda thread: thread[0])
        return [(name, tuple(frames)) for name, frames in threads]

    def _take(self) -> bool:
        """Take what is in the pipe; whether there was anything, and room for more."""
        try:
            words = os.read(self._read, MOST)
        except BlockingIOError:
            return False
        self._words = (self._words + words)[:MOST]
        return bool(words) and len(self._words) < MOST
