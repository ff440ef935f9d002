"""The system calls that write the reading state; every one is here.

Tests replace `System` to make a call fail, to record calls and replay each prefix as a power loss, or to count them.
"""

import errno
import fcntl
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """The identity of a file, which a replacement changes; size in bytes, modification time in nanoseconds."""

    device: int
    inode: int
    size: int
    modified: int


_F_FULLFSYNC = 51
"""The command of macOS; `fcntl` names it only there."""


class System:
    """The real system calls. Each may raise OSError, except `close`."""

    platform: str = sys.platform
    synchronous = "NORMAL"
    """The `synchronous` setting of SQLite: no transaction is half written, but the last ones may be lost."""

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        """Open a file; child processes do not inherit the descriptor."""
        return os.open(path, flags | os.O_CLOEXEC, mode)

    def close(self, descriptor: int) -> None:
        """Close a descriptor. A late disk error is ignored, because important data was synced before."""
        try:
            os.close(descriptor)
        except OSError as error:
            if error.errno == errno.EBADF:
                raise

    def size(self, descriptor: int) -> int:
        """The length of an open file in bytes."""
        return os.fstat(descriptor).st_size

    def read(self, descriptor: int, offset: int, limit: int | None = None) -> bytes:
        """The bytes from an offset to the end of the file, or at most `limit` bytes."""
        parts = []
        while part := os.pread(descriptor, 1 << 20 if limit is None else limit, offset):
            parts.append(part)
            offset += len(part)
            if limit is not None and (limit := limit - len(part)) <= 0:
                break
        return b"".join(parts)

    def read_file(self, path: Path) -> bytes:
        """The whole content of a file."""
        descriptor = self.open(path, os.O_RDONLY)
        try:
            return self.read(descriptor, 0)
        finally:
            self.close(descriptor)

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        """Write at an offset; returns the number of bytes written, which may be short."""
        return os.pwrite(descriptor, data, offset)

    def sync_data(self, descriptor: int) -> None:
        """Sync the content of a file. The fsync of macOS leaves it in the cache of the drive."""
        if self.platform != "darwin":
            os.fdatasync(descriptor)
            return
        try:
            fcntl.fcntl(descriptor, _F_FULLFSYNC)
        except OSError as error:
            if error.errno not in (errno.ENOTSUP, errno.EINVAL, errno.ENOTTY):
                raise
            os.fsync(descriptor)  # all that a network file system offers

    def sync_folder(self, folder: Path) -> None:
        """Sync the entries of a folder (creations, renames)."""
        descriptor = self.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            self.close(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut a file to a size in bytes."""
        os.ftruncate(descriptor, size)

    def replace(self, source: Path, target: Path) -> None:
        """Replace a file atomically."""
        os.replace(source, target)  # noqa: PTH105 - the seam is the system call itself

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name."""
        os.link(source, target)

    def remove(self, path: Path) -> None:
        """Remove a name."""
        os.unlink(path)  # noqa: PTH108 - the seam is the system call itself

    def make_folder(self, path: Path) -> None:
        """Create a folder and its parents, if missing."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def names(self, folder: Path) -> list[str]:
        """The names in a folder, sorted."""
        return sorted(os.listdir(folder))  # noqa: PTH208 - names, not paths

    def identity(self, path: Path) -> FileIdentity | None:
        """The identity of the file with this name, or None."""
        try:
            status = os.stat(path)  # noqa: PTH116 - the seam is the system call itself
        except FileNotFoundError:
            return None
        return FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)

    def permissions(self, path: Path) -> int | None:
        """The permissions of a file as mode bits, or None if it is missing."""
        try:
            return stat.S_IMODE(os.stat(path).st_mode)  # noqa: PTH116 - the seam is the system call itself
        except FileNotFoundError:
            return None

    def set_permissions(self, path: Path, mode: int) -> None:
        """Set the permissions of a file."""
        os.chmod(path, mode)  # noqa: PTH101 - the seam is the system call itself

    def refuses_writing(self, path: Path) -> bool:
        """Whether a path exists that this process cannot write."""
        return os.access(path, os.F_OK) and not os.access(path, os.W_OK)

    def lock(self, descriptor: int, *, wait: bool) -> bool:
        """Take the exclusive lock of an open file; False if it is held and `wait` is not set."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def write_all(system: System, descriptor: int, data: bytes, offset: int = 0) -> None:
    """Write all bytes, in as many calls as needed. Raises OSError."""
    view = memoryview(data)
    while view:
        taken = system.write(descriptor, bytes(view), offset)
        view, offset = view[taken:], offset + taken
