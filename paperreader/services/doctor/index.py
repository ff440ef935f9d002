"""Checks that all files of the search index are sound and up to date, and repairs the index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from paperreader.domain.doctor_finding import Finding, Level
from paperreader.domain.history import describe_counts
from paperreader.errors import StoreError
from paperreader.services.indexing.update import INDEX_FROM, Condition, catch_up, index_folder, index_state
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.inspection import read_only_catalogue

_SUBJECT = "search index"
_FIX = "search once, or run paperreader doctor --fix"


def examine_index(path: Path, index_from: int = INDEX_FROM) -> Iterator[Finding]:
    """The findings on the search index of a catalogue. `index_from`: smaller libraries need no index."""
    try:
        with read_only_catalogue(path) as catalogue:
            yield _finding(catalogue, index_from) if catalogue else Finding(Level.OK, _SUBJECT, "none yet")
    except StoreError:
        yield Finding(Level.OK, _SUBJECT, "not checked, because the catalogue cannot be read")


def mend_index(path: Path, index_from: int = INDEX_FROM) -> Iterator[str]:
    """Update the search index of a catalogue, or build it again. What was done. Raises StoreError."""
    catalogue = None
    with suppress(StoreError):  # the repair of the catalogue reports it
        catalogue = Catalogue(path) if path.is_file() else None
    if catalogue is None:
        return
    with closing(catalogue):
        if not _is_wanted(catalogue, index_from):
            return
        state = index_state(catalogue, thorough=True)
        if state.condition is not Condition.CURRENT:
            catch_up(catalogue, anew=state.condition is Condition.UNUSABLE)
            if state.condition is Condition.UNUSABLE:
                yield f"search index: {state.reason}; built now"
            elif state.changed:
                yield f"the search index was updated: {describe_counts(len(state.changed))}"


def _finding(catalogue: Catalogue, index_from: int) -> Finding:
    papers = describe_counts(catalogue.count())
    if not _is_wanted(catalogue, index_from):
        return Finding(Level.OK, _SUBJECT, f"none; a library of {papers} needs no index")
    state = index_state(catalogue, thorough=True)
    match state.condition:
        case Condition.BEHIND if state.changed:
            return Finding(
                Level.WARNING, _SUBJECT, f"changes to {describe_counts(len(state.changed))} are not indexed yet", _FIX
            )
        case Condition.CURRENT | Condition.BEHIND:
            return Finding(Level.OK, _SUBJECT, papers)
        case _ if state.is_damaged:
            return Finding(Level.PROBLEM, _SUBJECT, state.reason, "paperreader doctor --fix builds it again")
        case _:
            return Finding(Level.WARNING, _SUBJECT, f"it must be built: {state.reason}", _FIX)


def _is_wanted(catalogue: Catalogue, index_from: int) -> bool:
    """Whether a library is large enough for an index, or has one."""
    return catalogue.count() >= index_from or index_folder(catalogue).exists()
