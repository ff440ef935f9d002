"""A mark in the files of the reading state: what was derived from them holds up to it, and what came later is read.

The files are what they were when the snapshot is the same file and the journal begins with the same bytes. Whatever
else happened to them (folded, mended, restored, cut), nobody can say what came later, and it must be derived anew.
"""

import zlib
from dataclasses import dataclass

from paperreader.files.system import FileIdentity
from paperreader.storage.journal.folder import JournalFolder
from paperreader.storage.journal.format import Damaged, JournalEntry, decode_entry

LIMIT = 4_000_000
"""Bytes of journal of which it is told what came later."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A snapshot and the beginning of its journal, up to action `seq`: a size in bytes with its CRC-32."""

    snapshot: FileIdentity
    base: int
    size: int
    checksum: int
    seq: int


@dataclass(frozen=True, slots=True)
class Position:
    """How much of the files memory holds: a snapshot, bytes of its journal, and so all up to action `seq`."""

    snapshot: FileIdentity
    base: int
    size: int
    seq: int


def mark_at(files: JournalFolder, position: Position) -> Mark | None:
    """The mark of a position; None where the journal cannot be read that far."""
    checksum = _checksum(files, position.base, 0, position.size)
    return None if checksum is None else _mark(position, checksum)


def read_since(
    files: JournalFolder, position: Position, mark: Mark, limit: int = LIMIT
) -> tuple[Mark, list[JournalEntry]] | None:
    """The mark of a position and the actions from an earlier mark to there; None where nobody can say.

    None too where they are more than `limit` bytes: then it is cheaper to derive everything anew.
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
    """The CRC-32 of a part of a journal, `checksum` being that of what stands before it; None where it is not there."""
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
