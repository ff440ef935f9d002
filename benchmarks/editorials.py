"""Measures the import of 20,000 captures with one title, in several kinds, against captures with distinct titles.

The captures are JSON Lines, imported into a new library. Afterwards a star on one paper must be on no other.

    python -m benchmarks.editorials [captures]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.support import compile_all, report, scratch
from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.lists import Shelf
from paperreader.services.importing.importer import ImportOptions, import_paths
from paperreader.services.library import Library
from paperreader.services.triage import Triage

# Found through `benchmarks.support`, which knows the folder.
from floods import FLOODS, Flood, signed_editorials, titles, unsigned_editorials  # isort: skip

CAPTURES = 20_000
RUNS = 3
ALLOWED = (("with authors and years", signed_editorials, 2.0), ("with short texts", unsigned_editorials, 3.0))
"""The number of editorials, and how much longer they may take than distinct titles."""
MOST_GROWTH = 2.5
"""How much longer a flood of twice as many captures may take."""


def main() -> int:
    """Measure in turn and print."""
    captures = int(sys.argv[1]) if len(sys.argv) > 1 else CAPTURES
    compile_all()
    broken = 0
    with TemporaryDirectory(dir=scratch()) as name:
        folder = Path(name)
        plain = _write(folder / "titles.jsonl", titles(captures))
        for kind, make, allowed in ALLOWED:
            flood = _write(folder / "flood.jsonl", make(captures))
            ours, reference = [], []
            for _ in range(RUNS):
                reference.append(_seconds(folder, plain, captures))
                ours.append(_seconds(folder, flood, captures))
            title = f"import of {captures:,} editorials {kind}, against as many titles"
            broken += not report(title, ours, reference, allowed)
        for kind, found in FLOODS.items():
            broken += not _grows(folder, kind, found, captures)
    return broken


def _grows(folder: Path, kind: str, flood: Flood, captures: int) -> bool:
    """Whether the cost of so many captures is proportional to that of half as many."""
    half = _write(folder / "half.jsonl", flood.make(captures // 2))
    whole = _write(folder / "whole.jsonl", flood.make(captures))
    small, large = [], []
    for _ in range(RUNS):
        small.append(_seconds(folder, half, 1 if flood.is_one else captures // 2))
        large.append(_seconds(folder, whole, 1 if flood.is_one else captures))
    return report(f"{captures:,} against {captures // 2:,}: {kind}", large, small, MOST_GROWTH)


def _write(path: Path, captures: Iterable[ParsedPaper]) -> Path:
    """The file of captures as JSON Lines, all listed on one date."""
    with path.open("w", encoding="utf-8") as file:
        for capture in captures:
            record = {
                "title": capture.title,
                "abstract": capture.abstract,
                "authors": list(capture.authors or ()),
                "published": str(capture.published or ""),
                "ids": list(capture.identifiers),
                "listed": ["2025-03-14"],
                "feed": "flood",
            }
            file.write(json.dumps({name: value for name, value in record.items() if value}) + "\n")
    return path


def _seconds(folder: Path, file: Path, papers: int) -> float:
    """The processor time of an import into a new library. Fails if a star moved to another paper."""
    with TemporaryDirectory(dir=folder) as name:
        library = Library(Path(name))
        begin = time.process_time()
        receipt = import_paths(library, [str(file)], ImportOptions(format="jsonl"))
        seconds = time.process_time() - begin
        found = library.catalogue.all_ids()
        if len(found) != papers:
            raise SystemExit(f"{file.name}: {len(found):,} papers instead of {papers:,}: {receipt.totals}")
        key = library.keys_of(found[:1])[found[0]]
        library.finish(Triage(library).decide("star", [key], SetStar(True)))
        if len(library.ids(Shelf.STARRED)) != 1 or sum(library.state(key).starred for key in _keys(library)) != 1:
            raise SystemExit(f"{file.name}: a star on one paper is on others")
        library.close()
    return seconds


def _keys(library: Library) -> Iterable[PaperKey]:
    return library.keys_of(library.catalogue.all_ids()).values()


if __name__ == "__main__":
    sys.exit(main() > 0)
