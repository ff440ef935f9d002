"""A reader whose store kills or stops its own process before a system call, or is one of TinyDB's own.

python reader_process.py FOLDER CALL [STORE] [stop]

CALL counts the calls of the store from the first decision on that change the disk; 0: none is chosen. With `stop` the
process stops itself before it syncs its first decision, with the lock in its hands.
"""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from stock_storage import STOCK, use_stock

from paperreader.cli.failures import Invocation
from paperreader.cli.reader import open_reader
from paperreader.files.system_calls import System
from paperreader.services import library

CHANGING = {"write", "sync_data", "truncate", "sync_folder", "replace", "link"}


class DyingSystem(System):
    """The real calls, before one of which the process ends, or stops."""

    left = 0
    last = signal.SIGKILL
    calls = CHANGING

    def __getattribute__(self, name: str) -> Any:
        """Count the calls that change the disk."""
        if name in DyingSystem.calls:
            DyingSystem.left -= 1
            if DyingSystem.left == 0:
                signal.pthread_kill(threading.get_ident(), DyingSystem.last)  # this thread makes no further call
        return super().__getattribute__(name)


if __name__ == "__main__":
    folder, call, *options = sys.argv[1:]
    DyingSystem.left = int(call)
    if "stop" in options:
        DyingSystem.last, DyingSystem.calls, DyingSystem.left = signal.SIGSTOP, {"sync_data"}, 1
    vars(library)["System"] = DyingSystem
    for name in STOCK:
        if name in options:
            use_stock(name, DyingSystem())
    invocation = Invocation()
    invocation.library = Path(folder)
    sys.exit(open_reader(invocation))
