"""Writing a whole file so that a reader finds the old content or the new, never a part."""

import os
from pathlib import Path

from paperreader.files.system import System


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


def replace_file(path: Path, data: bytes, *, mode: int = 0o600, system: System | None = None) -> None:
    """Replace a file's content at once and durably, that of its target where it is a symbolic link. Raises OSError."""
    system = system or System()
    path = path.resolve()
    temporary = path.with_name(f".{path.name[:100]}.{os.getpid()}.tmp")
    try:
        write_new(system, temporary, data, mode)
        system.replace(temporary, path)
    except BaseException:
        if system.identity(temporary):
            system.remove(temporary)
        raise
    system.sync_folder(path.parent)
