"""The corpus of real papers, extended to any size with invented papers, and libraries made from it.

An invented title joins the halves of two real titles. An invented abstract has sentences of four real ones, and the
authors are those of two papers. So words are as frequent as in real papers, and a query costs the same. The newest
date lists only real papers. Libraries are kept for the next run.

    python -m benchmarks.corpus [papers] [decided]
"""

from __future__ import annotations

import gzip
import json
import random
import re
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.decided import decide_some
from benchmarks.support import ROOT, scratch
from paperreader.domain.identifiers import parse_arxiv
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.services.library import Library
from paperreader.storage.catalogue.imports import add_listing

CORPUS = ROOT.parent / "shared" / "data" / "corpus" / "arxiv_82k.jsonl.gz"
"""The corpus: one JSON object per line. It is not part of the repository."""
CORPUS_PAPERS = 81_894

FEED = "corpus"
MADE_UP_A_DATE = 300
"""Invented papers per date, besides the real ones."""
BYTES_A_PAPER = 3_000
"""Where libraries are kept: on disk, with room for the index."""

_TRANSACTION = 20_000
"""Papers stored together, at least."""
_CACHE = 512
"""MB of the catalogue that are cached while it is filled."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z$\\])")


@dataclass(frozen=True, slots=True)
class CorpusPaper:
    """A paper of the corpus and the dates that listed it, else its day of publication."""

    paper: ParsedPaper
    dates: tuple[date, ...]


def need_corpus() -> None:
    """End the program with a message if the corpus is missing."""
    if not CORPUS.exists():
        print(f"skipped: there is no {CORPUS.relative_to(ROOT.parent)} beside the repository")
        sys.exit()


def read_corpus() -> list[CorpusPaper]:
    """The real papers, newest first. Ends the program if the corpus is missing."""
    need_corpus()
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        papers = [_corpus_paper(json.loads(line)) for line in lines]
    return sorted(papers, key=lambda paper: max(paper.dates), reverse=True)


def recombined(corpus: Sequence[CorpusPaper], seed: int = 1) -> Iterator[ParsedPaper]:
    """An endless series of invented papers."""
    chance = random.Random(seed)
    papers = [real.paper for real in corpus]
    halves = [_halves(paper.title) for paper in papers]
    sentences = [_SENTENCE_END.split(paper.abstract.strip()) for paper in papers]
    while True:
        (first, _), (_, second) = chance.choice(halves), chance.choice(halves)
        abstract = (sentence for found in chance.choices(sentences, k=4) for sentence in chance.choices(found, k=2))
        authors = [name for paper in chance.choices(papers, k=2) for name in (paper.authors or ())[:4]]
        yield ParsedPaper(
            title=f"{first} {second}",
            abstract=" ".join(abstract),
            authors=tuple(dict.fromkeys(authors)),
            upvotes=chance.choice(papers).upvotes,
        )


def make_corpus_library(papers: int, decided: int = 0, folder: Path | None = None) -> Path:
    """A library of so many papers: the newest of the corpus, and made-up ones where it has fewer. The folder.

    Ends the program with a line where the corpus is not at hand or the disk is too full.
    """
    folder = folder or scratch()
    target = folder / (f"corpus-{papers}-decided-{decided}" if decided else f"corpus-{papers}")
    if target.exists():
        return target
    unfinished = target.with_suffix(".tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    if shutil.disk_usage(folder).free < 2 * papers * BYTES_A_PAPER:
        print(f"skipped: a library of {papers:,} papers needs {2 * papers * BYTES_A_PAPER / 1e9:.1f} GB of disk")
        sys.exit()
    begin = time.monotonic()
    if decided:
        shutil.copytree(make_corpus_library(papers, folder=folder), unfinished)
        library = Library(unfinished)
        decide_some(library, decided)
    else:
        library = Library(unfinished)
        _fill(library, read_corpus(), papers)
    library.close()
    unfinished.rename(target)
    print(f"made {target.name} in {time.monotonic() - begin:.0f} s", flush=True)
    return target


def first_list(target: Path) -> int:
    """The papers of the list that a library opens with."""
    library = Library(target)
    (_, papers), *_ = library.catalogue.date_counts()
    library.close()
    return papers


def _fill(library: Library, corpus: Sequence[CorpusPaper], papers: int) -> None:
    library.catalogue.connection.execute(f"PRAGMA cache_size = {-_CACHE * 1024}")
    waiting: list[tuple[date, list[ParsedPaper]]] = []
    for listing in _by_date(corpus, papers):
        waiting.append(listing)
        if sum(len(listed) for _, listed in waiting) >= _TRANSACTION:
            _store(library, waiting)
            waiting = []
    _store(library, waiting)
    left = papers - library.catalogue.count()
    assert left == 0, f"{left} papers were taken for others"


def _store(library: Library, listings: Iterable[tuple[date, list[ParsedPaper]]]) -> None:
    with library.catalogue.transaction():
        for day, listed in listings:
            add_listing(library.catalogue, Listing(FEED, day), listed)


def _by_date(corpus: Sequence[CorpusPaper], papers: int) -> Iterator[tuple[date, list[ParsedPaper]]]:
    """The lists of each date, oldest date first."""
    listed: dict[date, list[ParsedPaper]] = {}
    for real in corpus[:papers]:
        for day in real.dates:
            listed.setdefault(day, []).append(real.paper)
    newest = max(listed)
    missing = max(0, papers - len(corpus))
    backwards = [newest - timedelta(days=back + 1) for back in range(-(-missing // MADE_UP_A_DATE))]
    made_up = recombined(corpus)
    for day in sorted({*listed, *backwards}):
        number = min(missing, MADE_UP_A_DATE) if day in backwards else 0
        missing -= number
        published = sorted(listed.get(day, ()), key=lambda paper: -(paper.upvotes or 0))
        yield day, [*published, *(next(made_up) for _ in range(number))]


def _corpus_paper(record: dict[str, Any]) -> CorpusPaper:
    identifier = parse_arxiv(record["id"])
    published = date.fromisoformat(record["published"])
    paper = ParsedPaper(
        title=record["title"],
        abstract=record["abstract"],
        authors=tuple(record["authors"]),
        published=published,
        identifiers=(identifier,) if identifier else (),
        upvotes=record.get("upvotes"),
    )
    return CorpusPaper(paper, tuple(map(date.fromisoformat, record.get("listed", ()))) or (published,))


def _halves(title: str) -> tuple[str, str]:
    """A title before and after its colon, else before and after its middle."""
    first, colon, second = title.partition(": ")
    if colon:
        return f"{first}:", second
    words = title.split()
    return " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])


def main() -> int:
    """Make a library and print where it is."""
    papers, decided = ([int(text) for text in sys.argv[1:]] + [CORPUS_PAPERS, 0][len(sys.argv) - 1 :])[:2]
    print(make_corpus_library(papers, decided))
    return 0


if __name__ == "__main__":
    sys.exit(main())
