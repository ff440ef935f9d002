"""Measures the time from `j` to the frame with the cursor on the next paper, against a bare list.

The abstract follows in its own frame; the time until it is complete is printed too.

    python -m benchmarks.cursor_key [papers]
"""

import sys

from benchmarks.support import (
    BARE_LIST,
    PYTHON,
    READER,
    WHOLE_FRAME,
    compile_all,
    make_library,
    milliseconds,
    report,
    scratch,
    start,
)  # fmt: skip

KEYS = 25
ROUNDS = 4


def main() -> int:
    """Measure in turn and print."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    library = make_library(scratch(), papers)
    compile_all()
    ours, whole, bare = [], [], []
    for _ in range(ROUNDS):
        with start([PYTHON, "-c", BARE_LIST]) as terminal:
            terminal.wait_for_bytes(b"READY 15")
            terminal.read(0.7)
            bare += [terminal.time_to_paint("j")[0] for _ in range(KEYS)]
        with start(READER, library) as terminal:
            terminal.wait_for_bytes(WHOLE_FRAME)
            terminal.read(2.5)  # until the index of the list is built
            for _ in range(KEYS):
                first, last = terminal.time_to_paint("j")
                ours.append(first)
                whole.append(last)
    holds = report(f"j to painted, {papers:,} papers", ours, bare, 1.5)
    print(f"  abstract   {milliseconds(whole)}")
    return not holds


if __name__ == "__main__":
    sys.exit(main())
