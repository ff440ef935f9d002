"""Writing a whole file so that a reader finds the old content or the new, never a part."""

import errno
import os
from contextlib import suppress
from pathlib import Path

from paperreader.files.system import System

MAX_NAME = 200
"""Bytes of its file's name that a temporary name begins with: with what is added it keeps to the 255 of a name."""


def write_all(system: System, descriptor: int, data: bytes, offset: int = 0) -> None:
    """Write all of the data, however many calls that takes; raises OSError."""
    view = memoryview(data)
    while view:
        taken = system.write(descriptor, bytes(view), offset)
        view, offset = view[taken:], offset + taken


def write_new(system: System, path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file and see its content to the disk; an older one of that name loses its content. Raises OSError."""
    descriptor = system.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    try:
        write_all(system, descriptor, data)
        system.sync_data(descriptor)
    finally:
        system.close(descriptor)


def make_folder(system: System, path: Path) -> None:
    """Make a folder, and those above it, and see their names to the disk. Raises OSError."""
    missing = [folder for folder in (path, *path.parents) if system.identity(folder) is None]
    system.make_folder(path)
    for folder in missing:
        # A parent that may not be read may not be synced either: then its file system alone answers for the name.
        with suppress(PermissionError):
            system.sync_folder(folder.parent)


def replace_file(path: Path, data: bytes, *, mode: int = 0o600, system: System | None = None) -> None:
    """Replace a file's content at once and durably, that of its target where it is a symbolic link. Raises OSError.

    A file that exists keeps its permissions; a new one gets `mode`.
    """
    system = system or System()
    path = Path(os.path.realpath(path))
    if path.is_symlink():  # what is still a link when all links were followed leads round to itself
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    permissions = system.permissions(path)
    begin = path.name.encode(errors="ignore")[:MAX_NAME].decode(errors="ignore")
    temporary = path.with_name(f".{begin}.{os.getpid()}.tmp")
    try:
        write_new(system, temporary, data, mode if permissions is None else permissions)
        if permissions is not None:  # the umask has its say in what is new only
            system.set_permissions(temporary, permissions)
        system.replace(temporary, path)
    except BaseException:
        if system.identity(temporary):
            system.remove(temporary)
        raise
    system.sync_folder(path.parent)


def unused_path(path: Path) -> Path:
    """The path, or the first of `name-2`, `name-3`, … beside it that nothing bears: what is kept is not overwritten."""
    candidate, count = path, 1
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return candidate
