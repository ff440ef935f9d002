"""Runs work in a child process that is killed before a certain system call that changes the disk (Linux only).

The child is traced with ptrace, its threads too: SQLite's calls are counted as well as those of the reading state.
Struct and numbers are those of ptrace(2), https://man7.org/linux/man-pages/man2/ptrace.2.html
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass

_TRACE_ME, _SYSCALL, _SET_OPTIONS, _SYSCALL_INFO = 0, 24, 0x4200, 0x420E
_OPTIONS = 0x1 | 0x8 | 0x100000
"""PTRACE_O_TRACESYSGOOD, PTRACE_O_TRACECLONE, PTRACE_O_EXITKILL."""
_WALL = 0x40000000
"""Wait for threads, too."""
_ENTRY = 1
"""PTRACE_SYSCALL_INFO_ENTRY: the call has not been made yet."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers of system calls on one kind of machine."""

    mark: int
    """Of getsid, with which a child says that its work begins."""
    open_at: int
    changing: frozenset[int]
    """Of write, pwrite, fsync, ftruncate, rename, mkdir, link, unlink and their kin."""


_MACHINES = {
    "x86_64": _Numbers(
        124, 257, frozenset({1, 18, 20, 74, 75, 77, 82, 83, 86, 87, 258, 263, 264, 265, 296, 316})
    ),
    "aarch64": _Numbers(156, 56, frozenset({34, 35, 37, 38, 46, 64, 66, 68, 70, 82, 83, 276})),
}  # fmt: skip
NUMBERS = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
"""None where calls cannot be traced."""


def begin() -> None:
    """Say in a traced child that calls count from here on."""
    os.getsid(0)


@dataclass(frozen=True, slots=True)
class Traced:
    """How a traced child ended: how many calls that change the disk it came to, and its status or signal."""

    calls: int
    status: int
    """As `subprocess` has it: of a child that was killed the negative number of the signal."""


def run_traced(work: Callable[[], object], fatal: int = 0) -> Traced:
    """Do work in a child that is killed before such a call (from 1); with 0 it lives and counts them."""
    assert NUMBERS is not None
    child = os.fork()
    if not child:
        try:
            _ptrace(_TRACE_ME, 0)
            os.kill(os.getpid(), signal.SIGSTOP)
            work()
        except BaseException as error:  # noqa: BLE001 - a child ends here, whatever happens in it
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            os._exit(1)
        os._exit(0)
    os.waitpid(child, 0)
    _ptrace(_SET_OPTIONS, child, _OPTIONS)
    _ptrace(_SYSCALL, child)
    return _follow(child, fatal, NUMBERS)


def _follow(child: int, fatal: int, numbers: _Numbers) -> Traced:
    calls, has_begun = 0, False
    while True:
        thread, status = os.waitpid(-1, _WALL)
        if not os.WIFSTOPPED(status):
            if thread == child:
                return Traced(calls, os.waitstatus_to_exitcode(status))
            continue
        given = 0
        if os.WSTOPSIG(status) == signal.SIGTRAP | 0x80:
            number, flags = _entered(thread)
            has_begun |= number == numbers.mark
            if has_begun and (number in numbers.changing or (number == numbers.open_at and flags & os.O_CREAT)):
                calls += 1
                if calls == fatal:
                    os.kill(child, signal.SIGKILL)
                    continue
        elif os.WSTOPSIG(status) not in (signal.SIGTRAP, signal.SIGSTOP):
            given = os.WSTOPSIG(status)
        try:
            _ptrace(_SYSCALL, thread, given)
        except ProcessLookupError:
            continue  # it was killed meanwhile


def _entered(thread: int) -> tuple[int, int]:
    """The number of the call that a thread is about to make, and its third argument; (-1, 0) behind a call."""
    info = (ctypes.c_uint64 * 16)()
    try:
        _ptrace(_SYSCALL_INFO, thread, ctypes.addressof(info), ctypes.sizeof(info))
    except ProcessLookupError:
        return -1, 0
    return (info[3], info[6]) if info[0] & 0xFF == _ENTRY else (-1, 0)


def _ptrace(request: int, thread: int, data: int = 0, size: int = 0) -> None:
    """Call ptrace; the data go last, but where they have a size. Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    library.ptrace.restype = ctypes.c_long
    address, value = (size, data) if size else (0, data)
    if (
        library.ptrace(ctypes.c_long(request), ctypes.c_long(thread), ctypes.c_void_p(address), ctypes.c_void_p(value))
        < 0
    ):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
