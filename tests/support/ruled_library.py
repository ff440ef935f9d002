"""A library with rules, files of papers that the rules find, and what the rules did."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from pathlib import Path

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingState
from paperreader.services.importing.importer import import_paths
from paperreader.services.library import Library
from paperreader.services.rules.arrivals import RULES
from paperreader.services.rules.editing import add_rule, parse_rule

PAPERS = 12
TEXTS = ("mute amber", "follow kites", "tag +wood looms", "later lathe")
THINGS = ("Amber", "Kites", "Looms", "Lathe", "Plain")


def write_papers(path: Path, first: int, papers: int = PAPERS) -> Path:
    """Write a file of papers that rules find, four of five."""
    lines = [
        {"title": f"{THINGS[number % 5]} of the kind {number}", "abstract": f"About the number {number}. " * 9,
         "authors": ["Ada Brook"], "listed": ["2025-03-01"]}
        for number in range(first, first + papers)
    ]  # fmt: skip
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def make_library(folder: Path) -> None:
    """A library with papers from before the rules, and the rules."""
    with closing(Library(folder)) as library:
        import_paths(library, [str(write_papers(folder.with_name("before.jsonl"), 1_000))])
        for text in TEXTS:
            library.finish(add_rule(library, parse_rule(text)))


def states_of(library: Library) -> dict[str, ReadingState]:
    """The states of all papers, by title."""
    return {entry.paper.title: entry.state for entry in library.entries(library.catalogue.all_ids())}


def acted_on(library: Library) -> Counter[PaperKey]:
    """How many actions of rules each paper was in, whether or not they were undone."""
    return Counter(key for past in library.reading.history() if past.name == RULES for key in past.keys)
