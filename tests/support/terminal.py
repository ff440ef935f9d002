"""A program in a real pseudo terminal: keys in, a screen (pyte) and the raw bytes out, and when a frame was complete.

The terminal answers the question for synchronised output (mode 2026) with yes, as current terminals do, so that the
end of every frame can be seen in the bytes.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyte

PATIENCE = 60.0
"""Seconds that a test waits for what must come: on an idle machine it comes within one, on a busy one it may not."""
CALM = 3
"""Looks, a hundredth of a second apart, at which a program has to be found waiting."""
FRAME_END = b"\x1b[?2026l"
_COLOUR = re.compile(rb"\x1b\[[0-9;]*m")
_HALF_COLOUR = re.compile(rb"\x1b(?:\[[0-9;]*)?\Z")
_SYNC_QUERY = b"\x1b[?2026$p"
_SYNC_ANSWER = b"\x1b[?2026;2$y"

KEYS = {
    "enter": "\r", "escape": "\x1b[27u", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ", "backspace": "\x7f",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "ctrl+up": "\x1b[1;5A", "ctrl+down": "\x1b[1;5B", "pageup": "\x1b[5~", "pagedown": "\x1b[6~",
    "delete": "\x1b[3~", "f1": "\x1bOP",
}  # fmt: skip


# As a terminal sends Escape that knows kitty's protocol: a lone escape character is one only when nothing follows it.


def is_waiting(pid: int) -> bool:
    """Whether every thread of a process and of those below it sleeps; also where that cannot be told."""
    tasks = Path(f"/proc/{pid}/task")
    try:
        for task in tasks.iterdir():
            if (task / "stat").read_text().rpartition(")")[2].split()[0] in "RD":
                return False
        children = (tasks / str(pid) / "children").read_text().split()
    except OSError:  # it has ended, or this system has no such folder
        return True
    return all(is_waiting(int(child)) for child in children)


def key_bytes(key: str) -> bytes:
    """What a terminal sends for a key: `enter`, `ctrl+p`, or the text itself."""
    if key not in KEYS and key.startswith("ctrl+"):
        return bytes([ord(key[-1]) & 0x1F])
    return KEYS.get(key, key).encode()


class Terminal:
    """A running program and what it has written so far."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 140,
        rows: int = 40,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        keep_screen: bool = True,
        keep_colours: bool = False,
    ) -> None:
        self._keeps_colours, self._half = keep_colours, b""
        self.raw = bytearray()
        self.status: int | None = None
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen) if keep_screen else None
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("NO_COLOR", "TMUX", "DISPLAY", "BROWSER", "LINES", "COLUMNS")
        }
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **(env or {})}
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            if cwd:
                os.chdir(cwd)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(argv[0], list(argv), environment)
        self.resize(columns, rows)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()
        self._close()

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size."""
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def send(self, *keys: str) -> None:
        """Type keys, without waiting for what they do."""
        os.write(self.descriptor, b"".join(map(key_bytes, keys)))

    def feed(self, data: bytes) -> None:
        """Send bytes as they are, taking in what comes back, so that neither side waits for the other."""
        view = memoryview(data)
        while view:
            readable, writable, _ = select.select([self.descriptor], [self.descriptor], [], PATIENCE)
            if readable:
                self._read_some(0)
            if writable:
                view = view[os.write(self.descriptor, view[:512]) :]
            elif not readable:
                raise AssertionError(f"the program takes no input\n{self.text}")

    def paste(self, text: str | bytes) -> None:
        """Paste a text, as a terminal does that was asked for bracketed paste."""
        data = text.encode(errors="surrogateescape") if isinstance(text, str) else text
        self.feed(b"\x1b[200~" + data + b"\x1b[201~")

    def click(self, column: int, row: int, button: int = 0) -> None:
        """Press and let go a mouse button on a cell, counted from 0 (button 64: the wheel up, 65: down)."""
        for end in "M" if button >= 64 else "Mm":
            self.feed(f"\x1b[<{button};{column + 1};{row + 1}{end}".encode())

    def press(self, column: int, row: int, *, moving: bool = False) -> None:
        """Press the left mouse button on a cell, or (`moving`) move the pressed mouse to it."""
        self.feed(f"\x1b[<{32 if moving else 0};{column + 1};{row + 1}M".encode())

    def let_go(self, column: int, row: int) -> None:
        """Let the left mouse button go."""
        self.feed(f"\x1b[<0;{column + 1};{row + 1}m".encode())

    def type(self, *keys: str, pause: float = 0.0) -> None:
        """Type keys, each when the one before it is carried out, and some seconds later where that is wanted."""
        for key in keys:
            self.send(key)
            self.settle()
            self.read(pause)

    def read(self, seconds: float) -> None:
        """Take in what is written within a time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self._read_some(left):
            pass

    def settle(self, timeout: float = PATIENCE) -> None:
        """Take in what is written until the program waits for something to come, however busy the machine is.

        It is looked at several times: the program may only wait for the moment of its next frame.
        """
        until = time.monotonic() + timeout
        calm = 0
        while calm < CALM and time.monotonic() < until:
            if self._read_some(0.01) or (self.status is None and not is_waiting(self.pid)):
                calm = 0
            else:
                calm += 1

    def wait_for(self, found: str | Callable[[], Any], timeout: float = PATIENCE) -> None:
        """Take in what is written until a text is on the screen, or a condition holds; else fail with the screen."""
        is_found = found if callable(found) else lambda: found in self.text
        until = time.monotonic() + timeout
        while not is_found():
            if time.monotonic() > until or not self._read_some(0.1, may_be_quiet=True):
                raise AssertionError(f"not on the screen: {found}\n{self.text}")

    def wait_for_bytes(self, marker: bytes, timeout: float = PATIENCE) -> float:
        """Take in what is written until bytes are among it; the time (seconds, monotonic) when they were."""
        until = time.monotonic() + timeout
        start = 0
        while marker not in self.raw[start:]:
            start = max(0, len(self.raw) - len(marker))
            if time.monotonic() > until or not self._read_some(0.1, may_be_quiet=True):
                raise AssertionError(f"never written: {marker!r}")
        return time.monotonic()

    def time_to_paint(self, key: str, quiet: float = 0.12) -> tuple[float, float]:
        """Seconds from a key to the end of the first and of the last frame that it brings about."""
        frames = self.frames_after(key, quiet) or [(0.0, 0)]
        return frames[0][0], frames[-1][0]

    def frames_after(self, key: str, quiet: float, at_most: float = 10.0) -> list[tuple[float, int]]:
        """The frames that come after a key until nothing comes for a while: seconds to their ends, and these in `raw`.

        Of frames that are read together there is the last.
        """
        begin = time.monotonic()
        self.send(key)
        frames: list[tuple[float, int]] = []
        while True:
            size = len(self.raw)
            if time.monotonic() - begin > at_most or not self._read_some(quiet):
                return frames
            if FRAME_END in self.raw[max(0, size - len(FRAME_END)) :]:
                frames.append((time.monotonic() - begin, self.raw.rindex(FRAME_END) + len(FRAME_END)))

    @property
    def text(self) -> str:
        """The screen as lines of text; `Screen.display` fails on what a joined character leaves behind."""
        rows = (self.screen.buffer[number] for number in range(self.screen.lines))
        columns = range(self.screen.columns)
        return "\n".join("".join(row[column].data for column in columns).rstrip() for row in rows)

    def end(self, timeout: float = PATIENCE) -> int:
        """The exit status (128 + signal), once the program has ended."""
        until = time.monotonic() + timeout
        while self.status is None and time.monotonic() < until:
            self._read_some(0.05, may_be_quiet=True)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self.status = code if code >= 0 else 128 - code
        if self.status is None:
            raise AssertionError(f"still running\n{self.text}")
        return self.status

    def read_once(self) -> bool:
        """Take in what waits to be read; False where nothing does."""
        return self._read_some(0.02)

    def has_ended(self, timeout: float = PATIENCE) -> bool:
        """Whether the program ends within a time; it may still be asked for its status."""
        until = time.monotonic() + timeout
        while not os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        return True

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal and, where it ends the program, clean up."""
        if self.status is not None:
            return
        os.kill(self.pid, number)
        if number == signal.SIGKILL:
            os.waitpid(self.pid, 0)
            self.status = 137
            self._close()

    def _close(self) -> None:
        """Let the terminal go, once."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def _read_some(self, timeout: float, *, may_be_quiet: bool = False) -> bool:
        """Read once; False at the end of the output, or when nothing came."""
        ready, _, _ = select.select([self.descriptor], [], [], timeout)
        if not ready:
            return may_be_quiet
        try:
            data = os.read(self.descriptor, 1 << 16)
        except OSError:
            return False
        if not data:
            return False
        self.raw += data
        if _SYNC_QUERY in data:
            os.write(self.descriptor, _SYNC_ANSWER)
        if self._stream:
            self._stream.feed(data if self._keeps_colours else self._without_colours(data))
        return True

    def _without_colours(self, data: bytes) -> bytes:
        """Bytes without the sequences that choose colours, which cost most of the emulator's time.

        What may be the first half of a sequence waits for the bytes that follow.
        """
        data = _COLOUR.sub(b"", self._half + data)
        half = _HALF_COLOUR.search(data)
        self._half = half[0] if half else b""
        return data.removesuffix(self._half)
