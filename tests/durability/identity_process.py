"""A process that has children killed before each system call of an import, of the catalogue's update, and of a merge.

python identity_process.py FOLDER import|catalogue|merge EVERY

Before each EVERYth call a child is killed, and what it left is opened and judged by the law of identity. One line of
JSON goes to stdout: how many calls there were, how many children were killed, and what was wrong.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from identity_lives import Killed, dying
from identity_worlds import (
    ARXIV,
    BELL,
    DIAL,
    DOIS,
    STORK,
    TITLES,
    Content,
    Source,
    content_of,
    differences,
    fresh_content,
    import_source,
    marked,
    new_library,
    open_library,
)
from traced_calls import begin, run_traced

from paperreader.domain.decision import EditTags, SetStar
from paperreader.domain.doctor_finding import Level
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.reading_state import make_tags
from paperreader.errors import NothingToSettle
from paperreader.services.doctor.examination import examine
from paperreader.services.identities import merge
from paperreader.services.library import Library
from paperreader.services.triage import Triage

NAMES = (*ARXIV, *DOIS)
ONE, OTHER = PaperKey(ARXIV[0]), PaperKey(DOIS[0])


def _source(day: int, *captures: ParsedPaper) -> Source:
    return Source((Listing("hf", date(2025, 3, day)),), tuple(map(marked, captures)))


BEFORE = (
    _source(
        10,
        ParsedPaper(TITLES[0], DIAL, identifiers=(ARXIV[0],)),
        ParsedPaper(TITLES[1], BELL),
        ParsedPaper("Editorial", STORK),
    ),
    _source(11, ParsedPaper("Sundials, in Print", STORK, identifiers=(DOIS[0],)), ParsedPaper(TITLES[0], DIAL)),
)  # fmt: skip
LATER = _source(
    12,
    ParsedPaper(TITLES[0], DIAL, identifiers=(ARXIV[0], DOIS[0])),  # it joins two papers that were decided about
    ParsedPaper(TITLES[1], BELL, identifiers=(ARXIV[1],)),
    *(ParsedPaper(f"The invented paper number {number}", f"About the number {number}.") for number in range(8)),
)


def _import(folder: Path) -> None:
    library = Library(folder)
    begin()
    import_source(library, LATER)
    library.close()


def _catalogue(folder: Path) -> None:
    begin()
    Library(folder).close()


def _merge(folder: Path) -> None:
    library = Library(folder)
    begin()
    with suppress(NothingToSettle):
        merge(library, ONE, library.resolve(OTHER))
    library.close()


WORKS: dict[str, Callable[[Path], None]] = {"import": _import, "catalogue": _catalogue, "merge": _merge}


def _make(folder: Path, what: str) -> None:
    """Make the library in which the work is done; `catalogue`: a merge is decided that the catalogue lacks."""
    library = new_library(folder)
    for source in BEFORE:
        import_source(library, source)
    library.finish(Triage(library).decide("star", [OTHER], SetStar(True)))
    library.finish(Triage(library).decide("tag", [ONE], EditTags(add=make_tags(["dial"]))))
    if what == "catalogue":
        with suppress(Killed), dying(library, 1):
            merge(library, ONE, OTHER)
    library.close()


def _judged(folder: Path, sources: Sequence[Sequence[Source]]) -> tuple[Content, list[str]]:
    """What a library shows, and what is wrong with it: it may hold either choice of imports."""
    library = open_library(folder)
    found = content_of(library, NAMES)
    notices = library.take_notices()
    library.close()
    wrong = [finding.text for finding in examine(folder) if finding.level is Level.PROBLEM]
    legal = [fresh_content(folder.with_name("fresh"), chosen, NAMES, folder) for chosen in sources]
    if found not in legal:
        wrong.append(differences(legal[0], found))
    return found, [*wrong, *(notice for notice in notices if "damaged" in notice or "lost" in notice)]


def main(work: Path, what: str, every: int) -> None:
    """Kill, judge, do the work again, judge."""
    base, do = work / "base", WORKS[what]
    _make(base, what)
    sources: list[Sequence[Source]] = [BEFORE, (LATER, *BEFORE)] if what == "import" else [BEFORE[::-1]]
    whole = shutil.copytree(base, work / "whole")
    traced = run_traced(lambda: do(whole))
    assert traced.status == 0
    expected, faults = _judged(whole, sources[-1:])
    killed = 0
    for call in range(1, traced.calls + 1, every):
        folder = shutil.copytree(base, work / "killed")
        child = run_traced(lambda folder=folder: do(folder), call)  # type: ignore[misc]
        killed += child.status == -signal.SIGKILL
        faults += [f"call {call}: {fault}" for fault in _judged(folder, sources)[1]]
        do(folder)
        again, others = _judged(folder, sources[-1:])
        faults += [f"call {call}, done again: {fault}" for fault in others]
        if again != expected:
            faults.append(f"call {call}: not what an unbroken run makes:\n{differences(expected, again)}")
        shutil.rmtree(folder)
    print(json.dumps({"calls": traced.calls, "killed": killed, "faults": faults}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
