"""Measures the start of the reader to its first frame, with few and with many decisions.

Each library was closed with `q` once, and a few decisions were made from the shell since.

    python -m benchmarks.decided_start [papers]
"""

import sys
import time
from pathlib import Path

from benchmarks.decided import DECIDED, decide_more, make_decided_library
from benchmarks.support import READER, WHOLE_FRAME, compile_all, report, scratch, start

RUNS = 15
ALLOWED = {10_000: 1.15, 100_000: 1.5}


def main() -> int:
    """Measure in turn and print."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 120_000
    compile_all()
    libraries = {decided: make_decided_library(scratch(), papers, decided) for decided in DECIDED}
    for library in libraries.values():
        _leave(library)
        decide_more(library)
    times: dict[int, list[float]] = {decided: [] for decided in DECIDED}
    for _ in range(RUNS):
        for decided, library in libraries.items():
            times[decided].append(_first_paint(library))
    few = DECIDED[0]
    verdicts = [
        report(
            f"first paint, {decided:,} of {papers:,} papers decided, against {few}", times[decided], times[few], most
        )
        for decided, most in ALLOWED.items()
    ]
    return not all(verdicts)


def _first_paint(library: Path) -> float:
    begin = time.monotonic()
    with start(READER, library) as terminal:
        return terminal.wait_for_bytes(WHOLE_FRAME) - begin


def _leave(library: Path) -> None:
    """Open the reader and close it."""
    with start(READER, library) as terminal:
        terminal.wait_for_bytes(WHOLE_FRAME)
        terminal.type("q", pause=0.5)
        terminal.end()


if __name__ == "__main__":
    sys.exit(main())
