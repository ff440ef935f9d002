"""Measures the start of the reader to its first frame, against a bare Textual program.

python -m benchmarks.first_paint [papers]
"""

import sys
import time

from benchmarks.support import BARE_APP, PYTHON, READER, WHOLE_FRAME, compile_all, make_library, report, scratch, start

RUNS = 15


def main() -> int:
    """Measure in turn and print."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    library = make_library(scratch(), papers)
    compile_all()
    ours, bare = [], []
    for _ in range(RUNS):
        begin = time.monotonic()
        with start([PYTHON, "-c", BARE_APP]) as terminal:
            bare.append(terminal.wait_for_bytes(b"READY") - begin)
        begin = time.monotonic()
        with start(READER, library) as terminal:
            ours.append(terminal.wait_for_bytes(WHOLE_FRAME) - begin)
    return not report(f"first paint, {papers:,} papers on one date", ours, bare, 1.5)


if __name__ == "__main__":
    sys.exit(main())
