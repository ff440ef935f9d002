"""Measures the build of the search index against bare Tantivy adds, and how soon an import is searchable.

The bare program has every document in memory. Ours reads the papers from the catalogue and folds them. Each run is a
process of its own, so that no run profits from memory of an earlier one. The import has 100 papers, into a library of
a million; it is searchable when another process finds two of its words.

    python -m benchmarks.index_build [papers] [papers of the library that is imported into]
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from benchmarks.corpus import CORPUS_PAPERS, make_corpus_library
from benchmarks.support import PYTHON, READER, compile_all, made_up_papers, milliseconds, report, scratch, write_page
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.query.parser import parse_query
from paperreader.search.index.schema import make_document, make_schema
from paperreader.services.indexing.update import catch_up
from paperreader.services.library import Library
from paperreader.services.searching.library_search import LibrarySearch
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.search_queries import searchables

RUNS = 7
IMPORTS = 3
ALLOWED = 1.4
IMPORTED = 100
SEARCHABLE = 2.0
"""Seconds within which an import is searchable."""
HEAP = 200_000_000
"""Bytes of the bare program's write buffer; ours is the same."""
_FIRST, _LAST = "zyxomma", "quolliwop"
"""Words that only the first and the last paper of an import have."""


def main() -> int:
    """Measure and print."""
    if sys.argv[1:2] == [_RUN]:
        print(*_RUNS[sys.argv[2]](*map(Path, sys.argv[3:])))
        return 0
    papers, large = ([int(text) for text in sys.argv[1:]] + [CORPUS_PAPERS, 1_000_000][len(sys.argv) - 1 :])[:2]
    compile_all()
    holds = _build(make_corpus_library(papers))
    return not all((holds, _import(make_corpus_library(large))))


def index_library(folder: Path) -> None:
    """Update the search index of a library."""
    catalogue = Catalogue(folder / "catalogue.sqlite")
    catch_up(catalogue)
    catalogue.close()


def _build(target: Path) -> bool:
    ours, bare = [], []
    with TemporaryDirectory(dir=scratch()) as folder:
        documents = Path(folder) / "documents.jsonl"
        catalogue = Catalogue(target / "catalogue.sqlite")
        numbers = sorted(catalogue.all_ids())
        with documents.open("w") as file:
            for start in range(0, len(numbers), 500):
                papers = searchables(catalogue, numbers[start : start + 500])
                file.writelines(f"{make_document(paper)}\n" for paper in papers)
        catalogue.close()
        for _ in range(RUNS):
            ours.append(_run("ours", target))
            bare.append(_run("bare", documents))
    (times, worked), (bare_times, bare_worked) = zip(*ours, strict=True), zip(*bare, strict=True)
    print(f"processor time of both: {milliseconds(worked)} and {milliseconds(bare_worked)}, "
          f"ratio {statistics.median(worked) / statistics.median(bare_worked):.2f}")  # fmt: skip
    return report(f"search index of {len(numbers):,} papers, against bare Tantivy adds", times, bare_times, ALLOWED)


def _run(name: str, path: Path) -> tuple[float, float]:
    """The elapsed seconds of a run, and its processor seconds."""
    argv = [PYTHON, "-m", "benchmarks.index_build", _RUN, name, str(path)]
    seconds, worked = map(float, subprocess.check_output(argv, text=True).split())
    return seconds, worked


def _run_ours(target: Path) -> tuple[float, float]:
    catalogue = Catalogue(target / "catalogue.sqlite")
    try:
        return _times(lambda: catch_up(catalogue, anew=True))
    finally:
        catalogue.close()


def _run_bare(documents: Path) -> tuple[float, float]:
    with documents.open() as file:
        ready = [json.loads(line) for line in file]
    with TemporaryDirectory(dir=scratch()) as folder:
        return _times(lambda: _add_all(ready, folder))


_RUN = "run"
_RUNS = {"ours": _run_ours, "bare": _run_bare}


def _times(work: Callable[[], object]) -> tuple[float, float]:
    begin, begin_processor = time.monotonic(), time.process_time()
    work()
    return time.monotonic() - begin, time.process_time() - begin_processor


def _add_all(documents: list[dict[str, object]], folder: str) -> None:
    schema = make_schema()
    writer = tantivy.Index(schema, path=folder).writer(HEAP, 0)
    for values in documents:
        writer.add_document(tantivy.Document.from_dict(values, schema))
    writer.commit()
    writer.wait_merging_threads()


def _import(target: Path) -> bool:
    """Whether an import into a copy of a library is soon searchable."""
    index_library(target)
    copy = target.with_name(f"{target.name}-imported-into")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(target, copy)
    times = []
    for run in range(IMPORTS):
        page = scratch() / "import.txt"
        write_page(page, _papers(run))
        library = Library(copy)
        search = LibrarySearch(library)
        search.refresh()
        begin = time.monotonic()
        command = [*READER, "--library", str(copy), "import", "--year", "2025", str(page)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        search.refresh()
        for word in (_FIRST, _LAST):
            assert search.search(parse_query(f"{word}{run}")).total == 1, "what was imported is not found"
        times.append(time.monotonic() - begin)
        library.close()
    shutil.rmtree(copy)
    holds = max(times) <= SEARCHABLE
    print(f"import of {IMPORTED} papers into {target.name}, until they are found: {milliseconds(times)}, allowed "
          f"{SEARCHABLE * 1e3:.0f} ms: {'holds' if holds else 'DOES NOT HOLD'}", flush=True)  # fmt: skip
    return holds


def _papers(run: int) -> list[ParsedPaper]:
    papers = made_up_papers(IMPORTED, seed=100 + run)
    for place, word in ((0, _FIRST), (-1, _LAST)):
        paper = papers[place]
        papers[place] = ParsedPaper(f"{paper.title} {word}{run}", paper.abstract)
    return papers


if __name__ == "__main__":
    sys.exit(main())
