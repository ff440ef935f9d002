"""Libraries with many decisions, made by paperreader and kept for the next run."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from paperreader.domain.decision import Decision, EditTags, SetStar, SetStatus
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.reading_state import ReadingStatus, make_tags
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

DECIDED = (100, 10_000, 100_000)
"""The numbers of decided papers that are compared."""

PAPERS_A_DATE = 100
LAST_DATE = date(2025, 3, 14)
LATEST = 10
"""Decisions since the library was last closed, which are only in the journal."""

_PAPERS_AN_ACTION = 500


def make_decided_library(folder: Path, papers: int, decided: int) -> Path:
    """The folder of a library with so many papers, a hundred per date, and so many decisions."""
    target = folder / f"library-{papers}-decided-{decided}"
    if not target.exists():
        unfinished = target.with_suffix(".tmp")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(_undecided(folder, papers), unfinished)
        library = Library(unfinished)
        decide_some(library, decided)
        library.close()
        unfinished.rename(target)
    return target


def decide_some(library: Library, decided: int) -> None:
    """Decide on so many papers, spread over the library."""
    keys = list(library.catalogue.keys_of(library.catalogue.all_ids()).values())
    random.Random(1).shuffle(keys)
    for name, part, decision in _decisions(keys[:decided]):
        library.reading.finish(Triage(library).decide(name, part, decision))


def decide_more(target: Path) -> None:
    """Decide on a few papers, as the shell does."""
    library = Library(target)
    for key in list(library.reading.keys())[:LATEST]:
        library.reading.finish(Triage(library).decide("star", [key], SetStar(True)))
    library.close()


def _decisions(keys: Sequence[PaperKey]) -> Iterator[tuple[str, Sequence[PaperKey], Decision]]:
    """Of every hundred papers, 85 are read, 10 skipped, 5 for later; 3 have a star, 1 has tags."""
    kinds: tuple[tuple[int, int, str, Decision], ...] = (
        (0, 85, "read", SetStatus(ReadingStatus.READ)),
        (85, 95, "skip", SetStatus(ReadingStatus.SKIPPED)),
        (95, 100, "later", SetStatus(ReadingStatus.LATER)),
        (0, 3, "star", SetStar(True)),
        (3, 4, "tags", EditTags(make_tags(["reading group"]))),
    )
    for first, last, name, decision in kinds:
        chosen = [key for number, key in enumerate(keys) if first <= number % 100 < last]
        for start in range(0, len(chosen), _PAPERS_AN_ACTION):
            yield name, chosen[start : start + _PAPERS_AN_ACTION], decision


def _undecided(folder: Path, papers: int) -> Path:
    """The folder of a library with so many papers and no decisions."""
    target = folder / f"library-{papers}-by-date"
    if not target.exists():
        unfinished = target.with_suffix(".tmp")
        shutil.rmtree(unfinished, ignore_errors=True)
        library = Library(unfinished)
        with library.catalogue.transaction():
            for back in range(papers // PAPERS_A_DATE):
                numbers = range(back * PAPERS_A_DATE, (back + 1) * PAPERS_A_DATE)
                day = LAST_DATE - timedelta(days=back)
                add_listing(library.catalogue, Listing("page:daily", day), map(_paper, numbers))
        library.close()
        unfinished.rename(target)
    return target


def _paper(number: int) -> ParsedPaper:
    return ParsedPaper(
        title=f"The invented paper number {number} with a title of a common length",
        abstract=f"What the invented paper number {number} is about. " * 3,
        authors=("Ada Example", "Bo Invented", "Cy Made-Up"),
        identifiers=(Identifier(f"arxiv:{2000 + number // 9000:04d}.{number:05d}"),),
    )
