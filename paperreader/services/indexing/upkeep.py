"""Keeping the search index in step with the catalogue.

The index is derived: it catches up by the numbers of the catalogue's changes, and is built anew where it is missing,
damaged, of another version, or of another catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from paperreader.errors import IndexDamaged, StoreError
from paperreader.files.refusals import refused
from paperreader.search.index.folder import IndexMark, find_damage, load_mark
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.changes import CatalogueMark

if TYPE_CHECKING:
    from paperreader.search.index.writer import IndexWriter

NAME = "index"
"""The folder of the index in the library's folder."""

INDEX_FROM = 2_000
"""Papers of a library from which on it is searched through an index; smaller ones are searched in memory at once."""

_PIECE = 500
"""Papers indexed between two reports of progress."""


class Condition(Enum):
    """How a search index stands to its catalogue."""

    CURRENT = "current"
    BEHIND = "behind"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the index stands to the catalogue, which papers it lacks, and why it must be built anew.

    `is_damaged`: its files are not as they were written, which nothing that the program does explains.
    """

    condition: Condition
    changed: tuple[int, ...] = ()
    reason: str = ""
    is_damaged: bool = False


def index_folder(catalogue: Catalogue) -> Path:
    """Where the index of a catalogue lies."""
    return catalogue.path.parent / NAME


def index_state(catalogue: Catalogue, *, thorough: bool = False) -> IndexState:
    """How the index stands to its catalogue; `thorough`: with all of it read. Raises StoreError."""
    folder = index_folder(catalogue)
    mark = load_mark(folder)
    if mark is None:
        return IndexState(Condition.UNUSABLE, reason="there is none yet" if not folder.exists() else "it is not whole")
    from paperreader.search.index.schema import VERSION  # 10 ms that only a library with an index needs

    if mark.version != VERSION:
        return IndexState(Condition.UNUSABLE, reason="another version of paperreader built it")
    changed = catalogue.changed_since(_catalogue_mark(mark))
    if changed is None:
        return IndexState(Condition.UNUSABLE, reason="it was built from another catalogue")
    if damaged := find_damage(folder, mark, thorough=thorough):
        return IndexState(Condition.UNUSABLE, reason=f"its file {damaged} is damaged or missing", is_damaged=True)
    if mark.change == catalogue.mark().change:
        return IndexState(Condition.CURRENT)
    return IndexState(Condition.BEHIND, tuple(changed))


def catch_up(
    catalogue: Catalogue,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    *,
    anew: bool = False,
    more: Callable[[], bool] | None = None,
) -> IndexState:
    """Bring the index of a catalogue up to date, from the beginning if need be; how it stood before.

    `progress` is told how many papers are done, of how many; `more` waits until there may be others, and says whether
    there are to be any: all of them are indexed together. Raises StoreBusy where another process does the same,
    StoreError where the disk refuses.
    """
    from paperreader.search.index.writer import index_lock, open_writer

    state = index_state(catalogue)
    if state.condition is Condition.CURRENT and not anew and not more:
        return state
    folder = index_folder(catalogue)
    try:
        with index_lock(folder):
            # Asked again under the lock: another process may have caught up meanwhile.
            state = IndexState(Condition.UNUSABLE, reason="it was asked for") if anew else index_state(catalogue)
            if state.condition is Condition.CURRENT and not more:
                return state
            builds = state.condition is Condition.UNUSABLE
            last = None if builds else _mark_of(folder)
            with open_writer(folder, anew=builds, is_bulk=builds or more is not None) as writer:
                mark = _index(catalogue, writer, last, progress)
                while more and more():
                    mark = _index(catalogue, writer, mark, progress)
                writer.commit(mark.catalogue, mark.change, mark.edition)
    except OSError as error:
        raise refused("the search index cannot be written", error, folder) from error
    with suppress(StoreError):  # what is not forgotten now is forgotten the next time
        catalogue.forget_changes(mark)
    return state


def should_index(catalogue: Catalogue, index_from: int = INDEX_FROM) -> bool:
    """Whether a library has a search index, or should have one."""
    return catalogue.count() >= index_from or load_mark(index_folder(catalogue)) is not None


def keep_up(
    catalogue: Catalogue,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    index_from: int = INDEX_FROM,
) -> None:
    """Bring the index up to date after an import, where the library has one or should; what fails is done later."""
    if should_index(catalogue, index_from):
        with suppress(StoreError):
            catch_up(catalogue, progress)


def _index(
    catalogue: Catalogue, writer: IndexWriter, last: CatalogueMark | None, progress: Callable[[int, int], None]
) -> CatalogueMark:
    """Index what has changed in a catalogue since a moment, or (None) all of it; the moment up to which that is."""
    with catalogue.reading():
        mark = catalogue.mark()
        numbers = catalogue.changed_since(last) if last else catalogue.numbers()
        if numbers is None:
            raise IndexDamaged("the catalogue was exchanged while its search index was to be written; try again")
        if numbers:
            progress(0, len(numbers))
        for start in range(0, len(numbers), _PIECE):
            piece = numbers[start : start + _PIECE]
            if last:
                writer.remove(piece)
            writer.add(catalogue.searchables(piece))  # a paper that is gone is not among them
            progress(min(start + _PIECE, len(numbers)), len(numbers))
    return mark


def _mark_of(folder: Path) -> CatalogueMark:
    """The moment of its catalogue up to which an index goes."""
    mark = load_mark(folder)
    if mark is None:
        raise IndexDamaged("the search index was taken away while it was to be written; try again")
    return _catalogue_mark(mark)


def _catalogue_mark(mark: IndexMark) -> CatalogueMark:
    return CatalogueMark(mark.catalogue, mark.change, mark.edition)
