"""Updates of the search index from the catalogue.

The index is derived data: an update follows the numbered changes of the catalogue. It rebuilds an index that is
missing, damaged, of another version, or of another catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from paperreader.errors import IndexDamaged, StoreError
from paperreader.files.error_codes import refused
from paperreader.search.index.health import IndexMark, find_damage, load_mark
from paperreader.storage.catalogue.catalogue import Catalogue, CatalogueMark
from paperreader.storage.catalogue.search_queries import changed_since, forget_changes, searchables

if TYPE_CHECKING:
    from paperreader.search.index.writer import IndexWriter

NAME = "index"
"""The folder of the index in the library's folder."""
INDEX_FROM = 2_000
"""Papers of the smallest library with an index; a smaller library is searched in memory."""
_PIECE = 500
"""Papers indexed between two reports of progress."""


class Condition(Enum):
    """Whether a search index can be used, and whether it is current."""

    CURRENT = "current"
    BEHIND = "behind"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class IndexState:
    """The condition of an index, the papers that changed since its update, and why it must be rebuilt.

    `is_damaged`: its files are not as they were written, for no reason that the program knows.
    """

    condition: Condition
    changed: tuple[int, ...] = ()
    reason: str = ""
    is_damaged: bool = False


def index_folder(catalogue: Catalogue) -> Path:
    """The folder of the index of a catalogue."""
    return catalogue.path.parent / NAME


def index_state(catalogue: Catalogue, *, thorough: bool = False) -> IndexState:
    """The state of the index of a catalogue; `thorough` reads all its files. Raises StoreError."""
    folder = index_folder(catalogue)
    mark = load_mark(folder)
    if mark is None:
        return IndexState(Condition.UNUSABLE, reason="there is none yet" if not folder.exists() else "it is incomplete")
    from paperreader.search.index.schema import VERSION  # 10 ms that only a library with an index needs

    if mark.version != VERSION:
        return IndexState(Condition.UNUSABLE, reason="another version of paperreader built it")
    changed = changed_since(catalogue, _catalogue_mark(mark))
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
    """Update the index of a catalogue, or rebuild it if necessary; its state before.

    `progress` gets the papers that are done and their number. `more` waits for new papers and returns False when there
    will be none. Raises StoreBusy if another process updates the index, StoreError if the disk refuses.
    """
    from paperreader.search.index.writer import index_lock, open_writer

    state = index_state(catalogue)
    if state.condition is Condition.CURRENT and not anew and not more:
        return state
    folder = index_folder(catalogue)
    try:
        with index_lock(folder):
            # Read again under the lock: another process may have updated the index meanwhile.
            state = IndexState(Condition.UNUSABLE, reason="it was asked for") if anew else index_state(catalogue)
            if state.condition is Condition.CURRENT and not more:
                return state
            rebuilds = state.condition is Condition.UNUSABLE
            last = None if rebuilds else _mark_of(folder)
            with open_writer(folder, anew=rebuilds, is_bulk=rebuilds or more is not None) as writer:
                mark = _index(catalogue, writer, last, progress)
                while more and more():
                    mark = _index(catalogue, writer, mark, progress)
                writer.commit(mark.catalogue, mark.change, mark.edition)
    except OSError as error:
        raise refused("the search index cannot be written", error, folder) from error
    with suppress(StoreError):  # what is not forgotten now is forgotten the next time
        forget_changes(catalogue, mark)
    return state


def should_index(catalogue: Catalogue, index_from: int = INDEX_FROM) -> bool:
    """Whether a library has a search index, or should have one."""
    return catalogue.count() >= index_from or load_mark(index_folder(catalogue)) is not None


def keep_up(
    catalogue: Catalogue,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    index_from: int = INDEX_FROM,
) -> None:
    """Update the index after an import, if the library has one or should have one; errors wait for the next update."""
    if should_index(catalogue, index_from):
        with suppress(StoreError):
            catch_up(catalogue, progress)


def _index(
    catalogue: Catalogue, writer: IndexWriter, last: CatalogueMark | None, progress: Callable[[int, int], None]
) -> CatalogueMark:
    """Index the papers that changed since a mark (None: all papers); the mark of the catalogue now."""
    with catalogue.reading():
        mark = catalogue.mark()
        numbers = changed_since(catalogue, last)
        if numbers is None:
            raise IndexDamaged("the catalogue was replaced during the update of its search index; try again")
        if numbers:
            progress(0, len(numbers))
        for start in range(0, len(numbers), _PIECE):
            piece = numbers[start : start + _PIECE]
            if last:
                writer.remove(piece)
            writer.add(searchables(catalogue, piece))  # a paper that is gone is not among them
            progress(min(start + _PIECE, len(numbers)), len(numbers))
    return mark


def _mark_of(folder: Path) -> CatalogueMark:
    """The mark of the catalogue at the last update of an index."""
    mark = load_mark(folder)
    if mark is None:
        raise IndexDamaged("the search index was removed during its update; try again")
    return _catalogue_mark(mark)


def _catalogue_mark(mark: IndexMark) -> CatalogueMark:
    return CatalogueMark(mark.catalogue, mark.change, mark.edition)
