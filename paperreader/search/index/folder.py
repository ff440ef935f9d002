"""The files of the search index: what they were built from, and whether they are what was written.

The index is derived. Whatever is wrong with it, it is built anew: so nothing is repaired here, only told apart. Each
file of an index segment ends with a footer that holds the CRC-32 of what stands before it (JSON, its length and a magic
number as 32-bit little-endian integers): a file is measured against it once, when its size and time are first seen.
"""

from __future__ import annotations

import json
import mmap
import shutil
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paperreader.files.atomic import replace_file

MARK_NAME = "paperreader.json"
"""The file that is written last: an index without it was never finished."""
LOCK_NAME = "paperreader.lock"

_META = "meta.json"
_MANAGED = ".managed.json"
_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
"""The files of a segment, beside one of what was deleted."""
_FOOTER = struct.Struct("<II")
_MAGIC = 1337
_PIECE = 1 << 20

_NOT_WELL_FORMED = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""What JSON may raise that holds anything whatever."""


@dataclass(frozen=True, slots=True)
class IndexMark:
    """What an index was built by and from, and its sound files (size in bytes, time in nanoseconds, CRC-32).

    `content` tells the index from any other that its list of segments may come to say; merging them leaves it as it is.
    """

    version: int
    catalogue: str
    change: int
    edition: str
    content: int
    files: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)


def load_mark(folder: Path) -> IndexMark | None:
    """The mark of an index; None where there is none, or none that can be read."""
    try:
        whole = json.loads((folder / MARK_NAME).read_bytes())
        value = whole["mark"]
        if whole["check"] != _check(value):
            return None
        files = {name: (int(size), int(time), int(crc)) for name, (size, time, crc) in value["files"].items()}
        return IndexMark(
            int(value["version"]),
            str(value["catalogue"]),
            int(value["change"]),
            str(value["edition"]),
            int(value["content"]),
            files,
        )
    except (OSError, *_NOT_WELL_FORMED):
        return None


def save_mark(folder: Path, version: int, catalogue: str, change: int, edition: str) -> None:
    """Say what an index that was written just now was built from; raises OSError."""
    content, names = _read_meta(folder)
    files = {}
    for name in names:
        with suppress(FileNotFoundError):  # merging segments goes on
            files[name] = (*_stamp(folder / name), _said_checksum(folder / name))
    value = {
        "version": version,
        "catalogue": catalogue,
        "change": change,
        "edition": edition,
        "content": content,
        "files": files,
    }
    replace_file(folder / MARK_NAME, json.dumps({"mark": value, "check": _check(value)}).encode())


def remove_mark(folder: Path) -> None:
    """Have an index built anew; a folder that refuses that keeps it."""
    with suppress(OSError):
        (folder / MARK_NAME).unlink(missing_ok=True)


def find_damage(folder: Path, mark: IndexMark, *, thorough: bool = False) -> str | None:
    """What is wrong with the files of an index, or None: the file that is not as it was written, or is missing.

    `thorough`: those too that have the size and the time of sound ones are read.
    """
    try:
        content, names = _read_meta(folder)
    except (OSError, *_NOT_WELL_FORMED):
        return _META
    if content != mark.content:
        return _META
    if not _is_list_of_files(folder / _MANAGED):
        return _MANAGED
    for name in names:
        try:
            *stamp, checksum = mark.files.get(name, (None,))
            if thorough or stamp != [*_stamp(folder / name)]:
                said = _said_checksum(folder / name)
                if checksum not in (None, said) or _checksum(folder / name) != said:
                    return name
        except (OSError, *_NOT_WELL_FORMED):
            return name
    return None


def clear(folder: Path) -> None:
    """Take away what is left of an index, its mark first, but for the lock; raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove(path for path in (folder / MARK_NAME, *folder.iterdir()) if path.name != LOCK_NAME)


def remove_leftovers(folder: Path) -> None:
    """Take away what belongs to no segment; raises OSError.

    A writer that was killed leaves files whose names the next one may need, and it takes them for another's.
    """
    _, names = _read_meta(folder)
    belonging = {*names, _META, _MANAGED, MARK_NAME}
    _remove(path for path in folder.iterdir() if path.name not in belonging and path.suffix != ".lock")


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _check(value: object) -> int:
    return zlib.crc32(json.dumps(value, sort_keys=True).encode())


def _read_meta(folder: Path) -> tuple[int, list[str]]:
    """What stays as it is while segments are merged, as one number, and the names of their files."""
    meta = json.loads((folder / _META).read_bytes())
    segments = meta.pop("segments")
    papers = sum(segment["max_doc"] - (segment["deletes"] or {}).get("num_deleted_docs", 0) for segment in segments)
    return _check([meta, papers]), [name for segment in segments for name in _names(segment)]


def _names(segment: Any) -> Iterator[str]:
    """The names of the files of a segment, which are written once and never changed."""
    number = segment["segment_id"].replace("-", "")
    for part in _PARTS:
        yield f"{number}.{part}"
    if segment["deletes"]:
        yield f"{number}.{segment['deletes']['opstamp']}.del"


def _is_list_of_files(path: Path) -> bool:
    """Whether the list of the files that may be deleted can be read; there need be none."""
    try:
        names = json.loads(path.read_bytes())
    except FileNotFoundError:
        return True
    except (OSError, *_NOT_WELL_FORMED):
        return False
    return isinstance(names, list) and all(isinstance(name, str) for name in names)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _said_checksum(path: Path) -> int:
    """The CRC-32 that a file's footer gives of what stands before it; raises OSError, ValueError."""
    with _mapped(path) as data:
        return int(json.loads(data[_end(data) : -_FOOTER.size])["crc"])


def _checksum(path: Path) -> int:
    """The CRC-32 of what stands before a file's footer; raises OSError, ValueError."""
    with _mapped(path) as data:
        end, checksum = _end(data), 0
        for start in range(0, end, _PIECE):
            checksum = zlib.crc32(data[start : min(start + _PIECE, end)], checksum)
        return checksum


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _end(data: mmap.mmap) -> int:
    """Where the footer of a file begins."""
    if len(data) < _FOOTER.size:
        raise ValueError("too short")
    length, magic = _FOOTER.unpack(data[-_FOOTER.size :])
    if magic != _MAGIC or length > len(data) - _FOOTER.size:
        raise ValueError("no footer")
    return len(data) - _FOOTER.size - int(length)
