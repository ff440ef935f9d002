"""A simulated disk of which one call fails, or all from one on."""

from __future__ import annotations

import errno
import os
from typing import Any

from simulated_disk import SimulatedDisk

CALLS = frozenset(
    {
        "open", "size", "read", "write", "sync_data", "sync_folder", "truncate", "replace", "link", "remove",
        "make_folder", "names", "identity", "permissions", "set_permissions", "lock",
    }
)  # fmt: skip
"""All calls of the seam that may fail; closing may not, and what is asked of permissions is answered."""

WRITING = frozenset({"write", "sync_data", "sync_folder", "replace", "link", "remove", "make_folder"})
"""The calls that a full or protected disk refuses; cutting a file is not among them."""

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EINTR, errno.EACCES, errno.EDQUOT, errno.EMFILE)


class FailingDisk(SimulatedDisk):
    """Counts its calls; the one whose turn it is fails, `times` in all, or writes a part of what it should."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        self.times = 1
        self.number: int | None = errno.EIO
        self.calls = CALLS
        self.failed: list[str] = []

    def fail(self, turn: int, number: int | None, times: int = 1, calls: frozenset[str] = CALLS) -> None:
        """Let so many calls from a turn (from 1) on fail with an error; None: a write writes only the half."""
        self.left, self.number, self.times, self.calls, self.failed = turn, number, times, calls, []

    def heal(self) -> None:
        """Let no call fail any more."""
        self.times = 0

    def __getattribute__(self, name: str) -> Any:
        """Fail in the place of the call whose turn it is."""
        real = super().__getattribute__(name)
        if name not in CALLS or name not in self.calls:
            return real

        def call(*arguments: Any, **options: Any) -> Any:
            self.left -= 1
            if not -self.times < self.left <= 0:
                return real(*arguments, **options)
            self.failed.append(name)
            if self.number is not None:
                raise OSError(self.number, os.strerror(self.number))
            if name == "write":
                descriptor, data, offset = arguments
                return real(descriptor, data[: max(1, len(data) // 2)], offset)
            return real(*arguments, **options)

        return call
