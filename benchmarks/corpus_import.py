"""Measures the import of the corpus as JSON Lines against a bare loop of SQLite inserts and Tantivy adds.

Both are whole processes that read the same file. Ours is `paperreader import` into a new library: it identifies
papers, can be killed, and updates the search index in a separate process.

    python -m benchmarks.corpus_import [papers]
"""

from __future__ import annotations

import gzip
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from benchmarks.corpus import CORPUS, CORPUS_PAPERS, need_corpus
from benchmarks.support import PYTHON, READER, compile_all, milliseconds, report, scratch

RUNS = 3
ALLOWED = 1.8
ALLOWED_MEMORY = 400_000_000
"""Bytes of memory that our processes may use."""
_GLANCE = 0.02
"""Seconds between two measurements of memory."""

BARE = """
import json, sqlite3, sys, tantivy
lines, folder = sys.argv[1:]
connection = sqlite3.connect(f"{folder}/papers.sqlite")
connection.execute("CREATE TABLE papers (id TEXT PRIMARY KEY, title TEXT, abstract TEXT, authors TEXT, published TEXT)")
builder = tantivy.SchemaBuilder()
for name in ("title", "abstract", "authors"):
    builder.add_text_field(name)
writer = tantivy.Index(builder.build(), path=folder).writer(200_000_000, 0)
for line in open(lines, "rb"):
    paper = json.loads(line)
    title, abstract, authors = paper["title"], paper["abstract"], ", ".join(paper["authors"])
    connection.execute("INSERT INTO papers VALUES (?, ?, ?, ?, ?)",
                       (paper["id"], title, abstract, authors, paper["published"]))
    writer.add_document(tantivy.Document(title=[title], abstract=[abstract], authors=[authors]))
connection.commit()
writer.commit()
writer.wait_merging_threads()
"""
"""The minimal import, for comparison."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a process and those it starts: the seconds that passed, those that processors worked, and the most
    bytes of each in memory, added up.
    """

    seconds: float
    worked: float
    memory: int


def main() -> int:
    """Measure in turn and print."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else CORPUS_PAPERS
    lines = _lines(papers)
    compile_all()
    ours, bare = [], []
    for _ in range(RUNS):
        with TemporaryDirectory(dir=scratch()) as folder:
            bare.append(_run([PYTHON, "-c", BARE, str(lines), folder]))
        with TemporaryDirectory(dir=scratch()) as folder:
            ours.append(_run([*READER, "--library", folder, "import", str(lines)]))
    worked, bare_worked = [run.worked for run in ours], [run.worked for run in bare]
    print(f"processor time of both: {milliseconds(worked)} and {milliseconds(bare_worked)}, "
          f"ratio {statistics.median(worked) / statistics.median(bare_worked):.2f}")  # fmt: skip
    memory = max(run.memory for run in ours)
    is_small = memory <= ALLOWED_MEMORY
    print(f"memory: {memory / 1e6:.0f} MB, of the bare loop {max(run.memory for run in bare) / 1e6:.0f} MB, allowed "
          f"{ALLOWED_MEMORY / 1e6:.0f} MB: {'holds' if is_small else 'DOES NOT HOLD'}")  # fmt: skip
    name = f"import of {papers:,} papers as JSON Lines, against a bare loop"
    is_fast = report(name, [run.seconds for run in ours], [run.seconds for run in bare], ALLOWED)
    return not (is_small and is_fast)


def _lines(papers: int) -> Path:
    """The file with the first papers of the corpus, one per line. Ends the program if the corpus is missing."""
    need_corpus()
    target = scratch() / f"corpus-{papers}.jsonl"
    if not target.exists():
        unfinished = target.with_suffix(".tmp")
        with gzip.open(CORPUS) as corpus, unfinished.open("wb") as file:
            file.writelines(islice(corpus, papers))
        unfinished.rename(target)
    return target


def _run(argv: Sequence[str]) -> Run:
    begin = time.monotonic()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    started: dict[int, int] = {}
    watching = Thread(target=_watch, args=(process.pid, started))
    watching.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    watching.join()
    assert status == 0, argv
    return Run(seconds, usage.ru_utime + usage.ru_stime, sum(started.values()))


def _watch(pid: int, most: dict[int, int]) -> None:
    """Record the peak memory of a process and its children until it ends."""
    with suppress(OSError, IndexError):
        while True:
            most[pid] = _most_memory(pid)
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                for child in map(int, children.read_text().split()):
                    with suppress(OSError, IndexError):  # it has ended
                        most[child] = _most_memory(child)
            time.sleep(_GLANCE)


def _most_memory(pid: int) -> int:
    """The resident memory of a process. Raises OSError or IndexError if it has ended."""
    return 1024 * int(Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    sys.exit(main())
