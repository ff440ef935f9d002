"""Finds damaged files of the search index, and records which catalogue state they were built from.

The index is derived: a damaged index is built anew, not repaired. Tantivy ends each file of a segment with a footer:
JSON with the CRC-32 of the content, then the length of the JSON and a magic number as 32-bit little-endian integers.
A file is read to check it only if its size and time are not those in the mark.
"""

from __future__ import annotations

import json
import mmap
import shutil
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from paperreader.files.atomic import replace_file

MARK_NAME = "paperreader.json"
"""The file that is written last: an index without it is not finished."""
LOCK_NAME = "paperreader.lock"

_META = "meta.json"
_MANAGED = ".managed.json"
_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
"""The files of a segment. A segment may have a file of deleted papers too."""
_FOOTER = struct.Struct("<II")
_MAGIC = 1337
_PIECE = 1 << 20

_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""The errors that a damaged file of JSON can raise."""


@dataclass(frozen=True, slots=True)
class IndexMark:
    """What an index was built from, and its files by name: size in bytes, time in nanoseconds, CRC-32.

    `content` is a checksum of the list of segments. It stays the same while Tantivy merges segments.
    """

    version: int
    catalogue: str
    change: int
    edition: str
    content: int
    files: Mapping[str, tuple[int, int, int]]


def load_mark(folder: Path) -> IndexMark | None:
    """The mark of an index. None: it is missing or damaged."""
    try:
        whole = json.loads((folder / MARK_NAME).read_bytes())
        mark = IndexMark(**whole["mark"])
        return mark if whole["check"] == _check(whole["mark"]) else None
    except _UNREADABLE:
        return None


def save_mark(folder: Path, version: int, catalogue: str, change: int, edition: str) -> None:
    """Mark an index that was just written. Raises OSError."""
    content, names = _read_meta(folder)
    files = {}
    for name in names:
        with suppress(FileNotFoundError):  # Tantivy may merge segments at the same time
            files[name] = (*_stamp(folder / name), _checksum_in_footer(folder / name))
    mark = asdict(IndexMark(version, catalogue, change, edition, content, files))
    replace_file(folder / MARK_NAME, json.dumps({"mark": mark, "check": _check(mark)}).encode())


def remove_mark(folder: Path) -> None:
    """Remove the mark, so that the index is built anew. A folder that cannot be written keeps it."""
    with suppress(OSError):
        (folder / MARK_NAME).unlink(missing_ok=True)


def find_damage(folder: Path, mark: IndexMark, *, thorough: bool = False) -> str | None:
    """The name of a file that is missing or changed since it was written, or None.

    `thorough`: read all files, also those with the size and time in the mark.
    """
    try:
        content, names = _read_meta(folder)
    except _UNREADABLE:
        return _META
    if content != mark.content:
        return _META
    if not _is_list_of_names(folder / _MANAGED):
        return _MANAGED
    for name in names:
        try:
            *stamp, checksum = mark.files.get(name, (None,))
            if thorough or stamp != [*_stamp(folder / name)]:
                said = _checksum_in_footer(folder / name)
                if checksum not in (None, said) or _checksum(folder / name) != said:
                    return name
        except _UNREADABLE:
            return name
    return None


def clear(folder: Path) -> None:
    """Remove an index, its mark first, but keep the lock. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove(path for path in (folder / MARK_NAME, *folder.iterdir()) if path.name != LOCK_NAME)


def remove_leftovers(folder: Path) -> None:
    """Remove the files of a writer that was killed: the next writer may need their names. Raises OSError."""
    _, names = _read_meta(folder)
    used = {*names, _META, _MANAGED, MARK_NAME}
    _remove(path for path in folder.iterdir() if path.name not in used and path.suffix != ".lock")


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _check(value: object) -> int:
    return zlib.crc32(json.dumps(value, sort_keys=True).encode())


def _read_meta(folder: Path) -> tuple[int, list[str]]:
    """A checksum of what stays the same while segments are merged, and the names of the files of the segments."""
    meta = json.loads((folder / _META).read_bytes())
    segments = meta.pop("segments")
    papers = sum(segment["max_doc"] - (segment["deletes"] or {}).get("num_deleted_docs", 0) for segment in segments)
    return _check([meta, papers]), [name for segment in segments for name in _names(segment)]


def _names(segment: Any) -> Iterator[str]:
    """The names of the files of a segment. The files are written once and never changed."""
    number = segment["segment_id"].replace("-", "")
    for part in _PARTS:
        yield f"{number}.{part}"
    if segment["deletes"]:
        yield f"{number}.{segment['deletes']['opstamp']}.del"


def _is_list_of_names(path: Path) -> bool:
    """Whether Tantivy can read its list of files. The list may be missing."""
    try:
        names = json.loads(path.read_bytes())
    except FileNotFoundError:
        return True
    except _UNREADABLE:
        return False
    return isinstance(names, list) and all(isinstance(name, str) for name in names)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _checksum_in_footer(path: Path) -> int:
    with _mapped(path) as data:
        return int(json.loads(data[_end(data) : -_FOOTER.size])["crc"])


def _checksum(path: Path) -> int:
    """The CRC-32 of the content before the footer."""
    with _mapped(path) as data:
        end, checksum = _end(data), 0
        for start in range(0, end, _PIECE):
            checksum = zlib.crc32(data[start : min(start + _PIECE, end)], checksum)
        return checksum


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _end(data: mmap.mmap) -> int:
    """The offset of the footer."""
    if len(data) < _FOOTER.size:
        raise ValueError("too short")
    length, magic = _FOOTER.unpack(data[-_FOOTER.size :])
    if magic != _MAGIC or length > len(data) - _FOOTER.size:
        raise ValueError("no footer")
    return len(data) - _FOOTER.size - int(length)
