"""Caches the counts of a library, so that the program starts without counting again.

Counting takes 0.1 s after 10,000 decisions and 1.2 s after 100,000. The file may be lost. It is used only if its
checksum, its mark of the reading state and its edition of the catalogue are right.
"""

import json
import zlib
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from paperreader.domain.listing import DateCount
from paperreader.domain.lists import ImportedFile, Shelf
from paperreader.domain.text import clean_line
from paperreader.files.atomic import replace_file
from paperreader.files.system_calls import FileIdentity
from paperreader.services.library import Counts
from paperreader.storage.journal.journal import Mark

NAME = "counts.cache"
"""The file in the library's folder: JSON after its CRC-32."""

_VERSION = 2
"""Grows when counting changes, so that older counts are not used."""


@dataclass(frozen=True, slots=True)
class KeptCounts:
    """Counts, and the mark of the reading state and the edition of the catalogue that they belong to."""

    mark: Mark
    edition: str
    counts: Counts


def load_counts(folder: Path) -> KeptCounts | None:
    """The counts in a library's folder; None if the file is missing or damaged."""
    try:
        checksum, _, body = (folder / NAME).read_bytes().partition(b" ")
        if checksum != b"%08x" % zlib.crc32(body):
            return None
        value = json.loads(body)
        return _decode(value) if value["version"] == _VERSION else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def save_counts(folder: Path, kept: KeptCounts) -> None:
    """Write counts; if the disk refuses, the next start counts again."""
    body = json.dumps(_encode(kept)).encode()
    try:
        replace_file(folder / NAME, b"%08x %s" % (zlib.crc32(body), body))
    except OSError:
        return


def _encode(kept: KeptCounts) -> dict[str, Any]:
    counts = kept.counts
    return {
        "version": _VERSION,
        "mark": astuple(kept.mark),
        "edition": kept.edition,
        "papers": counts.papers,
        "shelves": counts.shelves,
        "dates": [[str(day.date), day.guessed, day.papers, day.unread, day.starred, day.feeds] for day in counts.dates],
        "files": [[file.name, papers] for file, papers in counts.files],
    }


def _decode(value: dict[str, Any]) -> KeptCounts:
    snapshot, *place = value["mark"]
    counts = Counts(
        papers=value["papers"],
        shelves={Shelf(name): papers for name, papers in value["shelves"].items()},
        dates=tuple(
            DateCount(date.fromisoformat(day), guessed, papers, unread, starred, tuple(feeds))
            for day, guessed, papers, unread, starred, feeds in value["dates"]
        ),
        files=tuple((ImportedFile(clean_line(name)), papers) for name, papers in value["files"]),
    )
    return KeptCounts(Mark(FileIdentity(*snapshot), *place), value["edition"], counts)
