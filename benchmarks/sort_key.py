"""Measures the time from `S` and an order to the sorted list of all papers, and whether other keys wait.

Up to 100,000 papers, the reference is the time to open the same shelf. A larger library is sorted in the background:
each key typed meanwhile is painted soon.

    python -m benchmarks.sort_key [runs] [papers]
"""

from __future__ import annotations

import statistics
import sys
from typing import TYPE_CHECKING

from benchmarks.corpus import make_corpus_library
from benchmarks.support import HOME, READER, WHOLE_FRAME, compile_all, milliseconds, position, start, time_to_marker

if TYPE_CHECKING:
    from terminal import Terminal

RUNS = 5
PAPERS = 100_000
DECIDED = 1_000
ORDERS = {"t": "title", "v": "upvotes", "r": "rank", "u": "unread first", "n": "newest"}
AT_ONCE = 100_000
"""Largest list that is sorted at once."""
SORTED = 0.100
"""Seconds for that."""
SLOWER = 2.0
"""Limit relative to opening the list, if the machine is busy."""
KEY = 0.100
"""Seconds within which any key is painted while a long list is sorted."""


def main() -> int:
    """Measure and print."""
    runs, papers = ([int(text) for text in sys.argv[1:]] + [RUNS, PAPERS][len(sys.argv) - 1 :])[:2]
    compile_all()
    library = make_corpus_library(papers, DECIDED)
    opened: list[float] = []
    asked: list[float] = []
    found: dict[str, list[float]] = {name: [] for name in ORDERS.values()}
    keys: list[float] = []
    with start(READER, library) as terminal:
        terminal.wait_for_bytes(WHOLE_FRAME, timeout=120)
        terminal.read(1.5)
        terminal.type("h", HOME, "j", "j", pause=0.5)
        for _ in range(runs):
            opened.append(time_to_marker(terminal, "j", position(papers)))
            terminal.read(1.5)
            terminal.type("l", pause=0.2)
            for key, name in ORDERS.items():
                asked.append(time_to_marker(terminal, "S", b"rank"))
                terminal.read(0.3)
                found[name].append(time_to_marker(terminal, key, f"· {name}".encode()))
                terminal.read(1.0)
                if papers > AT_ONCE:
                    keys += _keys_while_sorting(terminal, "v" if name == "title" else "t")
            terminal.type("S", "n", pause=0.5)
            terminal.read(1.0)
            terminal.type("h", "k", pause=0.5)
        terminal.type("q", pause=0.5)
        terminal.end()
    print(f"opening the list of {papers:,} papers: {milliseconds(opened)}\nS, to the menu: {milliseconds(asked)}")
    holds = True
    allowed = max(SORTED, SLOWER * statistics.median(opened))
    for name, seconds in found.items():
        print(f"the key of {name}, to the list: {milliseconds(seconds)}", flush=True)
        holds &= papers > AT_ONCE or statistics.median(seconds) <= allowed
    if keys:
        holds &= max(keys) <= KEY
        print(f"keys while the list is sorted: {milliseconds(keys)}, allowed {KEY * 1e3:.0f} ms")
    elif papers <= AT_ONCE:
        print(f"allowed {allowed * 1e3:.0f} ms")
    print("holds" if holds else "DOES NOT HOLD")
    return not holds


def _keys_while_sorting(terminal: Terminal, key: str) -> list[float]:
    """Seconds until the frame of each key, after the keys that wait for the order."""
    terminal.send("S", key)
    terminal.read(0.4)
    times = [terminal.time_to_paint("down", quiet=0.2)[0] for _ in range(4)]
    terminal.read(2.0)
    return [seconds for seconds in times if seconds]


if __name__ == "__main__":
    sys.exit(main())
