"""Checks that the ranking files are sound, and builds them again where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from paperreader.domain.doctor_finding import Finding, Level
from paperreader.ranking.scores import NAME
from paperreader.storage.catalogue.catalogue import Catalogue

_SUBJECT = "learned order"


def examine_ranking(library: Path) -> Iterator[Finding]:
    """The finding on the ranking files in the folder of a library."""
    if not (library / NAME).exists():
        yield Finding(Level.OK, _SUBJECT, "none yet")
    elif _is_damaged(library):
        text = "its files are damaged or incomplete; lists keep the order of their feeds"
        yield Finding(Level.PROBLEM, _SUBJECT, text, "paperreader doctor --fix builds them again")
    else:
        yield Finding(Level.OK, _SUBJECT, "its files are sound")


def mend_ranking(catalogue: Path) -> Iterator[str]:
    """Build the ranking files of a catalogue again if they are damaged; what was done. Raises StoreError."""
    if not catalogue.is_file() or not (catalogue.parent / NAME).exists() or not _is_damaged(catalogue.parent):
        return
    from paperreader.services.ranking.update import catch_up

    with closing(Catalogue(catalogue)) as opened:
        catch_up(opened, anew=True)
    yield "learned order: its files were damaged; built now"


def _is_damaged(library: Path) -> bool:
    from paperreader.ranking.files import load, load_mark  # 100 ms that only a library with a learned order needs

    mark = load_mark(library / NAME)
    return mark is None or load(library / NAME, mark) is None
