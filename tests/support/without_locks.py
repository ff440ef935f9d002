"""A file system without locks: every lock is refused.

python without_locks.py ERRNO ARGUMENTS…   runs `paperreader ARGUMENTS…` on it
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from paperreader.files.system_calls import System

SCRIPT = Path(__file__)


class WithoutLocks(System):
    """The real calls, of which those for locks are refused."""

    number = errno.ENOLCK

    def lock(self, descriptor: int, *, wait: bool) -> bool:
        """Refuse."""
        raise OSError(self.number, os.strerror(self.number))


def refuse_locks(self: System, descriptor: int, *, wait: bool) -> bool:
    """What stands in the place of `System.lock` where every store of a process finds none."""
    raise OSError(WithoutLocks.number, os.strerror(WithoutLocks.number))


if __name__ == "__main__":
    from paperreader.cli import main

    WithoutLocks.number = int(sys.argv[1])
    System.lock = refuse_locks  # type: ignore[method-assign]
    sys.argv = ["paperreader", *sys.argv[2:]]
    main.run()
