"""A library with rules, files of papers that the rules find, and what the rules did."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from pathlib import Path

from paperreader.config import FetchSettings
from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingState
from paperreader.domain.receipt import RulesReceipt
from paperreader.services.import_jobs import import_job
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
        add_rules(library, *TEXTS)


def states_of(library: Library) -> dict[str, ReadingState]:
    """The states of all papers, by title."""
    return {entry.paper.title: entry.state for entry in library.entries(library.catalogue.all_ids())}


def acted_on(library: Library) -> Counter[PaperKey]:
    """How many actions of rules each paper was in, whether or not they were undone."""
    return Counter(key for past in library.reading.history() if past.name == RULES for key in past.keys)


def import_file(library: Library, path: Path) -> RulesReceipt:
    """What the rules did with the papers of a file, imported as the reader does."""
    receipt, _ = import_job(str(path), FetchSettings()).run(library, lambda _: None)
    return receipt.rules


def add_rules(library: Library, *texts: str) -> None:
    """Add rules, as the user writes them."""
    for text in texts:
        library.finish(add_rule(library, parse_rule(text)))


def key_of(library: Library, title: str) -> PaperKey:
    """The key of the paper with a title."""
    entries = library.entries(library.catalogue.all_ids())
    return next(entry.paper.key for entry in entries if entry.paper.title == title)


def undo(library: Library) -> Action:
    """Undo the last action."""
    return library.finish(library.reading.undo(naming=library.names))
