"""Examining which papers of a library are one: whether the catalogue goes by what was settled, and what is doubtful."""

from collections.abc import Iterator
from pathlib import Path

from paperreader.domain.captures import UserPairs
from paperreader.domain.finding import Finding, Level
from paperreader.storage.catalogue.doubts import Pair, pairs_of_one_title
from paperreader.storage.catalogue.inspection import read_only_catalogue
from paperreader.storage.reading.inspection import inspect_reading
from paperreader.storage.reading.pairs import PAIRS, read_pairs

MAX_PAIRS = 20
"""Pairs of papers of one title that are told one by one."""
_SUBJECT = "identities"
_TITLE = 60
"""Characters of a title that are told."""


def examine_identities(folder: Path) -> Iterator[Finding]:
    """The findings on papers that are one, or may be; raises StoreError."""
    said = _said(folder)
    with read_only_catalogue(folder / "catalogue.sqlite") as catalogue:
        if catalogue is None:
            return
        applied = catalogue.pairs_applied()
        astray = len((said.same ^ applied.same) | (said.distinct ^ applied.distinct)) if said else 0
        pairs, more = pairs_of_one_title(catalogue, said or UserPairs(), MAX_PAIRS)
    if astray:
        text = (
            f"{astray:,} {'pair of names is' if astray == 1 else 'pairs of names are'} not merged or split as decided"
        )
        yield Finding(Level.WARNING, _SUBJECT, text, "paperreader doctor --fix applies what was decided")
    yield from map(_told, pairs)
    if more:
        text = f"{more:,} more pairs of papers share a title and are not listed"
        yield Finding(Level.OK, _SUBJECT, text)
    if not (astray or pairs):
        yield Finding(Level.OK, _SUBJECT, "no two papers share a title")


def _said(folder: Path) -> UserPairs | None:
    """What is decided of identities; None where it cannot be read whole, which is told elsewhere."""
    try:
        report = inspect_reading(folder)
    except OSError:
        return None
    return None if report.faults else read_pairs(report.tables.get(PAIRS, {}).values())


def _told(pair: Pair) -> Finding:
    title = pair.title if len(pair.title) <= _TITLE else f"{pair.title[: _TITLE - 1].rstrip()}…"
    text = f"{pair.one} and {pair.other} share the title “{title}” but stay two: {pair.reason}"
    ids = f"{pair.one} {pair.other}"
    if not pair.is_doubtful:
        return Finding(Level.OK, _SUBJECT, text)
    cure = f"if they are one: paperreader merge {ids}; if they are two: paperreader split {ids}"
    return Finding(Level.WARNING, _SUBJECT, text, cure)
