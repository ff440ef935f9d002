"""The one seam over the system calls that the durable store makes.

Everything that the reading state does to a disk goes through a `System`, so that a test can make any call fail once,
record the calls to replay every prefix of them as a power loss, or count them.
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
    """What tells a file from its replacement; size in bytes, time of modification in nanoseconds."""

    device: int
    inode: int
    size: int
    modified: int


class System:
    """The real system calls; each may raise OSError, but for `close`."""

    synchronous = "NORMAL"
    """How SQLite waits for the disk, in its words: no transaction is half there, the last ones may be lost."""

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        """A descriptor of the file, not inherited by child processes."""
        return os.open(path, flags | os.O_CLOEXEC, mode)

    def close(self, descriptor: int) -> None:
        """Give a descriptor back; what a disk says to that comes too late to count: what must last was synced."""
        try:
            os.close(descriptor)
        except OSError as error:
            if error.errno == errno.EBADF:
                raise

    def size(self, descriptor: int) -> int:
        """The length of an open file in bytes."""
        return os.fstat(descriptor).st_size

    def read(self, descriptor: int, offset: int, limit: int | None = None) -> bytes:
        """What stands from the offset (bytes) on, to the end of the file or `limit` bytes of it."""
        parts = []
        while part := os.pread(descriptor, 1 << 20 if limit is None else limit, offset):
            parts.append(part)
            offset += len(part)
            if limit is not None and (limit := limit - len(part)) <= 0:
                break
        return b"".join(parts)

    def read_file(self, path: Path) -> bytes:
        """The whole file."""
        descriptor = self.open(path, os.O_RDONLY)
        try:
            return self.read(descriptor, 0)
        finally:
            self.close(descriptor)

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        """Write at the offset; the count of bytes that were taken, which may be short."""
        return os.pwrite(descriptor, data, offset)

    def sync_data(self, descriptor: int) -> None:
        """Return when the file's content is on the disk; macOS's fsync leaves it in the drive's cache."""
        if sys.platform == "darwin":
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fdatasync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Return when the folder's entries (creations, renames) are on the disk."""
        descriptor = self.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            self.close(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut the file to a size in bytes."""
        os.ftruncate(descriptor, size)

    def replace(self, source: Path, target: Path) -> None:
        """Put a file in the place of another, at once."""
        os.replace(source, target)  # noqa: PTH105 - the seam is the system call itself

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name."""
        os.link(source, target)

    def remove(self, path: Path) -> None:
        """Take a name away."""
        os.unlink(path)  # noqa: PTH108 - the seam is the system call itself

    def make_folder(self, path: Path) -> None:
        """Make a folder, and those above it; one that exists is left as it is."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def names(self, folder: Path) -> list[str]:
        """The names in a folder, sorted."""
        return sorted(os.listdir(folder))  # noqa: PTH208 - names, not paths

    def identity(self, path: Path) -> FileIdentity | None:
        """The identity of the file that has this name now, or None where there is none."""
        try:
            status = os.stat(path)  # noqa: PTH116 - the seam is the system call itself
        except FileNotFoundError:
            return None
        return FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)

    def permissions(self, path: Path) -> int | None:
        """Who may read and write the file of this name, as mode bits, or None where there is none."""
        try:
            return stat.S_IMODE(os.stat(path).st_mode)  # noqa: PTH116 - the seam is the system call itself
        except FileNotFoundError:
            return None

    def set_permissions(self, path: Path, mode: int) -> None:
        """Say who may read and write a file."""
        os.chmod(path, mode)  # noqa: PTH101 - the seam is the system call itself

    def refuses_writing(self, path: Path) -> bool:
        """Whether a file or folder is there and this process may not write it."""
        return os.access(path, os.F_OK) and not os.access(path, os.W_OK)

    def lock(self, descriptor: int, *, wait: bool) -> bool:
        """Take the exclusive lock of an open file; False where it is held and `wait` is not set."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
