"""Turns the error codes of disks and databases into our errors, each with its cure.

This is the only place that maps codes of the system and of SQLite. The text of an error is never matched.
"""

import errno
import os
from pathlib import Path

from paperreader.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreReadOnly

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_BUSY = frozenset({errno.EAGAIN, errno.EBUSY, errno.ETXTBSY})
_LEAST_FREE = 65_536
"""With less free space, in bytes, an error without a reason counts as a full disk."""

_REASONS: dict[type[StoreError], tuple[str, str]] = {
    StoreFull: ("the disk is full", "make room on the disk, then try again"),
    StoreReadOnly: ("it is read-only", "make it writable, or choose another library with --library"),
    StoreBusy: ("another process is writing to it", "end that process or wait for it, then try again"),
    StoreDamaged: ("it is damaged", "run paperreader doctor --fix"),
}
"""What happened, if the system has no text for it, and the cure, for each kind of error."""


_CURES = {
    **dict.fromkeys((errno.EISDIR, errno.ENOTDIR, errno.EEXIST), "move it away, then try again"),
    errno.EIO: "copy the library to another disk, and check this one",
    errno.EMFILE: "close some windows, then try again",
}
"""The cures of other system errors."""
_LAST_CURE = "try again; if it happens again, copy the library to another disk"


def kind_of(error: BaseException, path: Path | None = None) -> type[StoreError]:
    """The kind of a failed file access. `path` helps if the code says little."""
    if isinstance(error, StoreError):
        return type(error)
    if isinstance(error, UnicodeDecodeError):  # SQLite returned text that is not UTF-8
        return StoreDamaged
    kind = _kind_of_sqlite(error.sqlite_errorcode & 0xFF) if hasattr(error, "sqlite_errorcode") else None
    if isinstance(error, OSError):
        kinds = ((_FULL, StoreFull), (_READ_ONLY, StoreReadOnly), (_BUSY, StoreBusy))
        kind = next((kind for numbers, kind in kinds if error.errno in numbers), None)
    if kind is None and path is not None:
        kind = _kind_of_disk(path)
    return kind or StoreError


def is_refusal(error: BaseException, path: Path) -> bool:
    """Whether an access failed because of the disk or another process, so that the content may be intact."""
    return kind_of(error, path) in (StoreBusy, StoreFull, StoreReadOnly)


def refused(what: str, error: BaseException, path: Path | None = None, *, cure: str = "") -> StoreError:
    """The error for a failed access: `what` happened, the reason in brackets, and `cure` or the usual cure."""
    kind = kind_of(error, path)
    reason, own_cure = _REASONS.get(kind, ("", ""))
    said = (error.strerror if isinstance(error, OSError) else reason) or " ".join(str(error).split())
    other_cure = _CURES.get(error.errno or 0 if isinstance(error, OSError) else 0, _LAST_CURE)
    return kind(f"{what} ({said})", own_cure or cure or other_cure)


def is_full(path: Path) -> bool:
    """Whether the disk of a path is full."""
    try:
        disk = os.statvfs(path if path.exists() else path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < _LEAST_FREE or (disk.f_files > 0 and disk.f_favail == 0)


def _kind_of_sqlite(code: int) -> type[StoreError] | None:
    import sqlite3

    return {
        sqlite3.SQLITE_FULL: StoreFull,
        sqlite3.SQLITE_BUSY: StoreBusy,
        sqlite3.SQLITE_LOCKED: StoreBusy,
        sqlite3.SQLITE_READONLY: StoreReadOnly,
        sqlite3.SQLITE_PERM: StoreReadOnly,
        sqlite3.SQLITE_CORRUPT: StoreDamaged,
        sqlite3.SQLITE_NOTADB: StoreDamaged,
    }.get(code)


def _kind_of_disk(path: Path) -> type[StoreError] | None:
    """The reason for an error without one, from the disk of the path."""
    if is_full(path):
        return StoreFull
    if any(os.access(each, os.F_OK) and not os.access(each, os.W_OK) for each in (path, path.parent)):
        return StoreReadOnly
    return None
