"""Marks in the files: a cache knows from its mark which actions came later.

The files are unchanged up to the mark if the snapshot is the same file and the journal starts with the same bytes.
After any other change (fold, repair, restore), the cache must be computed again.
"""

import zlib
from dataclasses import dataclass

from paperreader.files.system import FileIdentity
from paperreader.storage.journal.folder import JournalFolder
from paperreader.storage.journal.format import Damaged, JournalEntry, decode_entry

LIMIT = 4_000_000
"""Bytes of journal up to which later actions are read."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A snapshot and the start of its journal, up to action `seq`: size in bytes and CRC-32."""

    snapshot: FileIdentity
    base: int
    size: int
    checksum: int
    seq: int


@dataclass(frozen=True, slots=True)
class Position:
    """The position in the files that memory corresponds to: snapshot, bytes of journal, action `seq`."""

    snapshot: FileIdentity
    base: int
    size: int
    seq: int


def mark_at(files: JournalFolder, position: Position) -> Mark | None:
    """The mark of a position; None if the journal cannot be read that far."""
    checksum = _checksum(files, position.base, 0, position.size)
    return None if checksum is None else _mark(position, checksum)


def read_since(
    files: JournalFolder, position: Position, mark: Mark, limit: int = LIMIT
) -> tuple[Mark, list[JournalEntry]] | None:
    """The mark of a position, and the actions since an earlier mark; None if unknown.

    Also None if they are more than `limit` bytes: then computing again is cheaper.
    """
    if (mark.snapshot, mark.base) != (position.snapshot, position.base) or not mark.size <= position.size:
        return None
    if position.size - mark.size > limit or _checksum(files, mark.base, 0, mark.size) != mark.checksum:
        return None
    checksum = _checksum(files, mark.base, mark.size, position.size, mark.checksum)
    if checksum is None:
        return None
    try:
        lines = files.lines(mark.base, mark.size, position.size)
        return _mark(position, checksum), [decode_entry(line.rstrip(b"\n")) for line in lines]
    except (Damaged, OSError):
        return None


def _checksum(files: JournalFolder, base: int, start: int, end: int, checksum: int = 0) -> int | None:
    """The CRC-32 of a part of a journal, continued from `checksum`; None if the part is missing."""
    if start == end:
        return checksum
    try:
        for piece in files.pieces(base, start, end):
            checksum, start = zlib.crc32(piece, checksum), start + len(piece)
    except OSError:
        return None
    return checksum if start == end else None


def _mark(position: Position, checksum: int) -> Mark:
    return Mark(position.snapshot, position.base, position.size, checksum, position.seq)
