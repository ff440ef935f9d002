"""Measures a decision until it is on disk, against a bare append of 250 bytes with fdatasync.

python -m benchmarks.decision_cost [papers]
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.decided import DECIDED, make_decided_library
from benchmarks.support import report, scratch
from paperreader.domain.decision import SetStar
from paperreader.services.library import Library

RUNS = 400
LINE = b"x" * 249 + b"\n"
ALLOWED = 4


def main() -> int:
    """Measure in turn and print."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 120_000
    libraries = [make_decided_library(scratch(), papers, decided) for decided in DECIDED]
    verdicts = [_measure(library, decided) for library, decided in zip(libraries, DECIDED, strict=True)]
    return not all(verdicts)


def _measure(folder: Path, decided: int) -> bool:
    """Star and unstar papers, each in turn with a bare append on the same disk."""
    library = Library(folder)
    store, names = library.reading, library.names
    keys = list(store.keys())
    keys = keys[:: max(1, len(keys) * 2 // RUNS)]
    ours, bare = [], []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for run in range(RUNS):
            key = keys[run // 2 % len(keys)]
            decision = {key: SetStar(not store.state(key).starred)}
            ours.append(_time(lambda: store.finish(store.decide("star", decision, {}, names))))  # noqa: B023 - at once
            bare.append(_time(lambda: _append(file.fileno())))
    library.close()
    return report(f"decision, {decided:,} papers decided", ours, bare, ALLOWED)


def _append(descriptor: int) -> None:
    os.write(descriptor, LINE)
    os.fdatasync(descriptor)


def _time(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
