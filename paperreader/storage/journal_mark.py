"""A mark in the files of the reading state: what was derived from them holds up to it, and what came later is read.

The files are what they were when the snapshot is the same file and the journal begins with the same bytes. Whatever
else happened to them (folded, mended, restored, cut), nobody can say what came later, and it must be derived anew.
"""

import zlib
from dataclasses import dataclass

from paperreader.files.system import FileIdentity
from paperreader.storage.journal_folder import JournalFolder
from paperreader.storage.journal_format import Damaged, JournalEntry, decode_entry


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
    journal = _journal(files, position)
    return None if journal is None else _mark(position, journal)


def read_since(files: JournalFolder, position: Position, mark: Mark) -> tuple[Mark, list[JournalEntry]] | None:
    """The mark of a position and the actions from an earlier mark to there; None where nobody can say."""
    if (mark.snapshot, mark.base) != (position.snapshot, position.base) or mark.size > position.size:
        return None
    journal = _journal(files, position)
    if journal is None or zlib.crc32(journal[: mark.size]) != mark.checksum:
        return None
    try:
        entries = [decode_entry(line) for line in journal[mark.size :].split(b"\n")[:-1]]
    except Damaged:
        return None
    return _mark(position, journal), entries


def _journal(files: JournalFolder, position: Position) -> bytes | None:
    try:
        journal = files.read_journal(position.base, position.size)
    except OSError:
        return None
    return journal if len(journal) == position.size else None


def _mark(position: Position, journal: bytes) -> Mark:
    return Mark(position.snapshot, position.base, position.size, zlib.crc32(journal), position.seq)
