"""Atomic file writes: a reader sees the old content or the new, never a part."""

import errno
import os
from contextlib import suppress
from pathlib import Path

from paperreader.files.system_calls import System, write_all

MAX_NAME = 200
"""Bytes of the file name that a temporary name starts with, so that it stays below 255 bytes."""


def write_new(system: System, path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file and sync its content. An existing file loses its content. Raises OSError."""
    descriptor = system.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    try:
        write_all(system, descriptor, data)
        system.sync_data(descriptor)
    finally:
        system.close(descriptor)


def make_folder(system: System, path: Path) -> None:
    """Create a folder and its parents, and sync their names. Raises OSError."""
    missing = [folder for folder in (path, *path.parents) if system.identity(folder) is None]
    system.make_folder(path)
    for folder in missing:
        # A parent that cannot be read cannot be synced. Then its file system alone keeps the name.
        with suppress(PermissionError):
            system.sync_folder(folder.parent)


def replace_file(path: Path, data: bytes, *, mode: int = 0o600, system: System | None = None) -> None:
    """Replace the content of a file atomically and durably; a symbolic link stays a link. Raises OSError.

    An existing file keeps its permissions; a new file gets `mode`.
    """
    system = system or System()
    path = Path(os.path.realpath(path))
    if path.is_symlink():  # a link that remains after all links were followed is a loop
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    permissions = system.permissions(path)
    begin = path.name.encode(errors="ignore")[:MAX_NAME].decode(errors="ignore")
    temporary = path.with_name(f".{begin}.{os.getpid()}.tmp")
    try:
        write_new(system, temporary, data, mode if permissions is None else permissions)
        if permissions is not None:  # the umask applies to new files only
            system.set_permissions(temporary, permissions)
        system.replace(temporary, path)
    except BaseException:
        if system.identity(temporary):
            system.remove(temporary)
        raise
    system.sync_folder(path.parent)


def unused_path(path: Path) -> Path:
    """The path if it is free, else the first free one of `name-2`, `name-3`, … beside it."""
    candidate, count = path, 1
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return candidate
