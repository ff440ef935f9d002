"""Checks that a file that the user names is not part of a library."""

import os
from collections.abc import Iterator
from pathlib import Path

LOCK_NAME = "reading.lock"
"""The lock file of a library folder; it is never removed."""

_Identity = tuple[int, int]
"""Device and inode, which identify a file whatever its names."""


def library_at(target: Path, library: Path) -> Path | None:
    """The library folder that a file at this path would belong to or damage; None if none.

    `library` and every folder that was ever a library count. Files are compared by identity, so links, `..` and the
    case of names make no difference.
    """
    real = Path(os.path.realpath(target))
    above = {identity: folder for folder in real.parents if (identity := _identity(folder))}
    file = _identity(real)
    for folder in (library, *(folder for folder in real.parents if (folder / LOCK_NAME).exists())):
        if any(identity == file or identity in above for identity in _identities(folder)):
            return folder
    return None


def _identities(folder: Path) -> Iterator[_Identity]:
    """The identities of a folder and everything in it, links followed."""
    seen: set[_Identity] = set()
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        identity = _identity(path)
        if identity is None or identity in seen:
            continue
        seen.add(identity)
        yield identity
        if path.is_dir():
            waiting.extend(path.iterdir())


def _identity(path: Path) -> _Identity | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
