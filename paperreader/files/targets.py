"""Whether a path that the user names is part of a library, which only the stores may write."""

import os
from collections.abc import Iterator
from pathlib import Path

LOCK_NAME = "reading.lock"
"""The file of a library folder that is locked to write it; it is never removed."""

_Identity = tuple[int, int]
"""A device and a number on it, which tell a file from all others, whatever its names."""


def library_at(target: Path, library: Path) -> Path | None:
    """The library folder that a file written to a path would become part of, or replace a file of; None: no library.

    `library` and every other folder that was ever a library count. Files and folders are told apart by what they are,
    not by their names: links, `..` and the case of letters make no difference.
    """
    real = Path(os.path.realpath(target))
    above = {identity: folder for folder in real.parents if (identity := _identity(folder))}
    file = _identity(real)
    for folder in (library, *(folder for folder in real.parents if (folder / LOCK_NAME).exists())):
        if any(identity == file or identity in above for identity in _identities(folder)):
            return folder
    return None


def _identities(folder: Path) -> Iterator[_Identity]:
    """Those of a folder and of all that is in it, links followed."""
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
