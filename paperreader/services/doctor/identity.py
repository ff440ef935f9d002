"""Checks of identity: does the catalogue follow the user's merges and splits, and which papers may be the same?"""

from collections.abc import Iterator
from pathlib import Path

from paperreader.domain.captures import UserPairs
from paperreader.domain.doctor_finding import Finding, Level
from paperreader.storage.catalogue.inspection import read_only_catalogue
from paperreader.storage.catalogue.possible_duplicates import Pair, pairs_of_one_title
from paperreader.storage.reading.inspection import inspect_reading
from paperreader.storage.reading.pairs import PAIRS, read_pairs

MAX_PAIRS = 20
"""The most pairs of papers that are listed."""
_SUBJECT = "identities"
_TITLE = 60
"""The most characters of a title that are shown."""


def examine_identities(folder: Path) -> Iterator[Finding]:
    """The findings on papers that are one, or may be; raises StoreError."""
    decided = _decided_pairs(folder)
    with read_only_catalogue(folder / "catalogue.sqlite") as catalogue:
        if catalogue is None:
            return
        applied = catalogue.pairs_applied()
        differing = len((decided.same ^ applied.same) | (decided.distinct ^ applied.distinct)) if decided else 0
        pairs, more = pairs_of_one_title(catalogue, decided or UserPairs(), MAX_PAIRS)
    if differing:
        name = "pair of names is" if differing == 1 else "pairs of names are"
        text = f"{differing:,} {name} not merged or split as decided"
        yield Finding(Level.WARNING, _SUBJECT, text, "paperreader doctor --fix applies what was decided")
    yield from map(_finding, pairs)
    if more:
        yield Finding(Level.OK, _SUBJECT, f"more pairs of papers with one title, not listed here: {more:,}")
    if not (differing or pairs):
        yield Finding(Level.OK, _SUBJECT, "no two papers share a title")


def _decided_pairs(folder: Path) -> UserPairs | None:
    """The user's pairs; None if the reading state cannot be read, which another check reports."""
    try:
        report = inspect_reading(folder)
    except OSError:
        return None
    return None if report.faults else read_pairs(report.tables.get(PAIRS, {}).values())


def _finding(pair: Pair) -> Finding:
    title = pair.title if len(pair.title) <= _TITLE else f"{pair.title[: _TITLE - 1].rstrip()}…"
    text = f"{pair.one} and {pair.other} share the title “{title}” but are two papers: {pair.reason}"
    if not pair.is_doubtful:
        return Finding(Level.OK, _SUBJECT, text)
    ids = f"{pair.one} {pair.other}"
    cure = f"if they are one paper: paperreader merge {ids}; if they are two papers: paperreader split {ids}"
    return Finding(Level.WARNING, _SUBJECT, text, cure)
