"""Measures what a large library costs on opening: first paint, the longest lists, and memory.

First paint is compared with a library of 1,000 papers, in turn. Private memory, after some queries on all papers, is
compared with a bare Textual program. Every library was closed with `q` once.

    python -m benchmarks.library_start [runs] [papers]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.corpus import make_corpus_library
from benchmarks.index_build import index_library
from benchmarks.support import (
    BARE_APP,
    HOME,
    PYTHON,
    READER,
    WHOLE_FRAME,
    compile_all,
    milliseconds,
    position,
    private_memory,
    report,
    start,
    time_to_marker,
)

if TYPE_CHECKING:
    from terminal import Terminal

RUNS = 15
FEW = 1_000
MANY = 1_000_000
DECIDED = 1_000
FIRST_PAINT = 1.15
MEMORY = {100_000: 60, 1_000_000: 120}
"""MB of memory that the open reader may use beyond a bare program."""
OPENED = 0.100
"""Seconds within which the first rows of a shelf are painted."""
SHELVES = (("unread", (HOME,), DECIDED), ("all", ("j", "j", "j"), 0))
"""A shelf, the keys that lead to it from the last one, and how many papers it lacks."""
QUERIES = ("attention", "diffusoin models", "the", "kv cache -vision")


def main() -> int:
    """Measure and print."""
    runs, many = ([int(text) for text in sys.argv[1:]] + [RUNS, MANY][len(sys.argv) - 1 :])[:2]
    compile_all()
    # Before any is open: a reader would else begin to build an index beside what is measured.
    index_library(make_corpus_library(FEW))
    for papers in sorted({many, *MEMORY}):
        for decided in (0, DECIDED) if papers <= many else ():
            index_library(make_corpus_library(papers, decided))
    holds = [_first_paints(runs, many), _shelves(runs, many)]
    holds += [_memory(papers, allowed) for papers, allowed in MEMORY.items() if papers <= many]
    return not all(holds)


def _first_paints(runs: int, many: int) -> bool:
    libraries = {papers: make_corpus_library(papers) for papers in (FEW, many)}
    times: dict[int, list[float]] = {papers: [] for papers in libraries}
    for library in libraries.values():
        with start(READER, library) as terminal:
            terminal.wait_for_bytes(WHOLE_FRAME)
            _leave(terminal)
    for _ in range(runs):
        for papers, library in libraries.items():
            begin = time.monotonic()
            with start(READER, library) as terminal:
                times[papers].append(terminal.wait_for_bytes(WHOLE_FRAME) - begin)
    return report(f"first paint, {many:,} papers, against {FEW:,}", times[many], times[FEW], FIRST_PAINT)


def _shelves(runs: int, many: int) -> bool:
    """Whether the first rows of long shelves are painted in time."""
    library = make_corpus_library(many, DECIDED)
    times: dict[str, list[float]] = {name: [] for name, _, _ in SHELVES}
    for _ in range(max(3, runs // 3)):
        with start(READER, library) as terminal:
            terminal.wait_for_bytes(WHOLE_FRAME)
            terminal.read(1.5)
            terminal.type("h", pause=0.3)
            for name, keys, missing in SHELVES:
                terminal.type(*keys[:-1], pause=0.5)
                times[name].append(time_to_marker(terminal, keys[-1], position(many - missing)))
                terminal.read(1.0)
            _leave(terminal)
    holds = True
    for name, seconds in times.items():
        is_soon = statistics.median(seconds) <= OPENED
        holds &= is_soon
        print(
            f"opening the shelf {name}, {many:,} papers: {milliseconds(seconds)}, allowed {OPENED * 1e3:.0f} ms: "
            f"{'holds' if is_soon else 'DOES NOT HOLD'}",
            flush=True,
        )
    return holds


def _memory(papers: int, allowed: int) -> bool:
    library = make_corpus_library(papers, DECIDED)
    with start([PYTHON, "-c", BARE_APP]) as terminal:
        terminal.wait_for_bytes(b"READY")
        terminal.read(2)
        bare = private_memory(terminal.pid)
    with start(READER, library) as terminal:
        terminal.wait_for_bytes(WHOLE_FRAME)
        terminal.read(1.5)
        opened = private_memory(terminal.pid)
        _ask(terminal, ["h", *"gjjj", "l"])
        listed = private_memory(terminal.pid)
        for query in QUERIES:
            _ask(terminal, ["/", *query, "escape", "escape"])
        searched = private_memory(terminal.pid)
        _leave(terminal)
    more = (searched - bare) / 1e6
    megabytes = [f"{size / 1e6:.0f} MB" for size in (bare, opened, listed, searched)]
    names = ("bare", "reader", "all papers listed", "after queries")
    figures = ", ".join(map("{} {}".format, names, megabytes))
    verdict = "holds" if more <= allowed else "DOES NOT HOLD"
    print(f"private memory, {papers:,} papers: {figures}: {more:.0f} MB more, allowed {allowed}: {verdict}", flush=True)
    return more <= allowed


def _ask(terminal: Terminal, keys: Sequence[str]) -> None:
    terminal.type(*keys, pause=0.2)
    terminal.settle()
    terminal.read(1.0)


def _leave(terminal: Terminal) -> None:
    """Close the reader, and wait until its last file is written."""
    terminal.type("q", pause=0.5)
    terminal.end()


if __name__ == "__main__":
    sys.exit(main())
