"""A lock that lets only one process do a piece of work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paperreader.errors import StoreBusy
from paperreader.files.system_calls import System


@contextmanager
def only_process(path: Path, refusal: str, system: System | None = None) -> Iterator[None]:
    """Holds the lock of a file. Raises StoreBusy with `refusal` if another process holds it, and OSError."""
    system = system or System()
    descriptor = system.open(path, os.O_RDWR | os.O_CREAT)
    try:
        if not system.lock(descriptor, wait=False):
            raise StoreBusy(refusal)
        yield
    finally:
        system.close(descriptor)
