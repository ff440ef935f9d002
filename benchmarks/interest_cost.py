"""Measures what the order by interest costs: a decision, a start, a reason, similar papers, memory and disk.

    python -m benchmarks.interest_cost [papers]

Needs the corpus. The reference is one product of a matrix as large as the vectors with a vector, in float32: the least
that scoring all papers by vectors can cost.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.corpus import CORPUS_PAPERS, make_corpus_library
from benchmarks.support import PYTHON, READER, WHOLE_FRAME, milliseconds, private_memory, start

DECIDED, RUNS = 1_000, 40
_COLD = """
import sys, time
from pathlib import Path
from paperreader.services.library import Library
library = Library(Path(sys.argv[1]))
library.counts()
begin = time.monotonic()
from paperreader.services.ranking.process import open_ranking_apart
order = open_ranking_apart(library).learn()
scores = order.scores()
print(time.monotonic() - begin)
library.close()
"""


def _timed(call: Callable[[], object]) -> float:
    begin = time.monotonic()
    call()
    return time.monotonic() - begin


def _memory(folder: Path) -> float:
    """Megabytes that the reader takes from its first frame until it has learned."""
    with start(READER, folder) as terminal:
        terminal.wait_for_bytes(WHOLE_FRAME)
        before = private_memory(terminal.pid)
        sizes = [before]
        while len(sizes) < 10 or max(sizes[-4:]) - min(sizes[-4:]) > 1_000_000:
            time.sleep(1.0)
            sizes.append(private_memory(terminal.pid))
        return (sizes[-1] - before) / 1e6


def main() -> int:
    """Measure and print; the exit status says whether the bounds hold."""
    import numpy as np

    from paperreader.domain.decision import SetStar
    from paperreader.domain.lists import Shelf
    from paperreader.services.library import Library
    from paperreader.services.ranking.interests import open_ranking
    from paperreader.services.triage import Triage

    papers = int(sys.argv[1]) if len(sys.argv) > 1 else CORPUS_PAPERS
    folder = make_corpus_library(papers, DECIDED)
    library = Library(folder)
    built = _timed(lambda: open_ranking(library))
    ranking = open_ranking(library)
    assert ranking
    first = _timed(ranking.learn)
    draw, triage = random.Random(1), Triage(library)
    unread = list(library.ids(Shelf.UNREAD))
    vectors = np.ones((len(unread), 128), np.float32)
    one = np.ones(128, np.float32)
    decisions, reference = [], []
    for _ in range(RUNS):
        key = library.keys_of([draw.choice(unread)])
        library.reading.finish(triage.decide("star", list(key.values()), SetStar(True)))
        begin = time.monotonic()
        order = ranking.learn()
        assert order
        order.scores()
        decisions.append(time.monotonic() - begin)
        library.reading.finish(triage.undo())
        reference.append(_timed(lambda: vectors @ one))
    chosen = [library.entries([draw.choice(unread)])[0] for _ in range(RUNS)]
    numbers = [next(iter(library.ids_of([entry.paper.key]).values())) for entry in chosen]
    order = ranking.learn()
    assert order
    reasons = [
        _timed(partial(order.reasons, number, entry.paper)) for number, entry in zip(numbers, chosen, strict=True)
    ]
    similar = [_timed(partial(ranking.similar, [number], 10)) for number in numbers]
    cold = [float(subprocess.check_output([PYTHON, "-c", _COLD, str(folder)])) for _ in range(5)]
    library.close()
    disk = sum(path.stat().st_size for path in (folder / "ranking").rglob("*") if path.is_file())
    print(f"papers: {papers:,}, decided: {DECIDED:,}")
    print(f"files built or read: {built:.1f} s; first order {first * 1_000:.0f} ms")
    print(f"decision to new scores of all papers: {milliseconds(decisions)}")
    print(f"reference, one product of vectors: {milliseconds(reference)}")
    print(f"reasons of a paper: {milliseconds(reasons)}")
    print(f"ten similar papers: {milliseconds(similar)}")
    print(f"cold start in the background, without the library: {statistics.median(cold) * 1_000:.0f} ms")
    print(f"private memory of the reader: {_memory(folder):+.0f} MB; disk: {disk / papers:.0f} bytes a paper")
    return 0


if __name__ == "__main__":
    sys.exit(main())
