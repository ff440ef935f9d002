"""Measures the time from a key in the filter bar to the frame with its result.

python -m benchmarks.filter_key [papers]
"""

import statistics
import sys

from benchmarks.support import READER, WHOLE_FRAME, compile_all, make_library, milliseconds, scratch, start

QUERIES = (
    "attention", "kvc", "eficient transformr", "language models", "learning deep", "diffusoin", "title:memory",
    "bayesian inference -graph",
)  # fmt: skip
ALLOWED = 0.060


def main() -> int:
    """Measure each key of each query and print."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    library = make_library(scratch(), papers)
    compile_all()
    times = []
    with start(READER, library) as terminal:
        terminal.wait_for_bytes(WHOLE_FRAME)
        terminal.read(2.5)
        for query in QUERIES:
            terminal.send("/")
            terminal.read(0.3)
            typed = [terminal.time_to_paint(character)[1] for character in query]
            print(f"  {query:<28} {milliseconds(typed)}")
            times += typed
            terminal.type("escape", "escape", pause=0.4)
    holds = statistics.median(times) <= ALLOWED
    print(f"filter key to painted, {papers:,} papers: {milliseconds(times)}, allowed {ALLOWED * 1e3:.0f} ms median: "
          f"{'holds' if holds else 'DOES NOT HOLD'}")  # fmt: skip
    return not holds


if __name__ == "__main__":
    sys.exit(main())
