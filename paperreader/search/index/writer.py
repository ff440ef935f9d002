"""Writing the search index: one process at a time, under a file lock, safe to be killed at any moment.

What a commit wrote is either there or not. The mark that says up to which change of the catalogue the index goes is
written behind it: killed in between, the index is not the one that the mark tells of, and is built anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from paperreader.domain.searchable import Searchable
from paperreader.errors import StoreBusy, StoreError
from paperreader.files.refusals import refused
from paperreader.files.system import System
from paperreader.search.index.folder import LOCK_NAME, clear, remove_leftovers, save_mark
from paperreader.search.index.schema import NUMBER, VERSION, make_document, make_schema

_BULK_HEAP = 200_000_000
_SMALL_HEAP = 30_000_000
"""Bytes in which documents are gathered before they are written."""


class IndexWriter:
    """A search index that is being written; everything raises StoreError."""

    def __init__(self, folder: Path, *, anew: bool, is_bulk: bool) -> None:
        self._folder = folder
        self._schema = make_schema()
        if anew:
            clear(folder)
        else:
            remove_leftovers(folder)
        with _refusals(folder):
            index = tantivy.Index(self._schema, path=str(folder), reuse=True)
            # For a few papers one thread is ready sooner than one for each core.
            self._writer = index.writer(_BULK_HEAP, 0) if is_bulk else index.writer(_SMALL_HEAP, 1)

    def add(self, papers: Iterable[Searchable]) -> None:
        """Index papers that are not in the index."""
        for paper in papers:
            document = make_document(paper)
            try:
                self._writer.add_json(document)
            except ValueError as error:
                raise _refused(error, self._folder) from error

    def remove(self, numbers: Sequence[int]) -> None:
        """Take papers out of the index, as far as they are there."""
        with _refusals(self._folder):
            # By a query: a bare number would be taken for one with a sign, and no paper has that.
            self._writer.delete_documents_by_query(tantivy.Query.term_set_query(self._schema, NUMBER, list(numbers)))

    def commit(self, catalogue: str, change: int, edition: str) -> None:
        """Make what was added searchable, up to a change of the catalogue; then tidy up, while it can be searched."""
        with _refusals(self._folder):
            self._writer.commit()
            save_mark(self._folder, VERSION, catalogue, change, edition)
            self._writer.wait_merging_threads()
            save_mark(self._folder, VERSION, catalogue, change, edition)


@contextmanager
def writing(folder: Path, *, anew: bool, is_bulk: bool) -> Iterator[IndexWriter]:
    """The index of a folder, to be written while its lock is held, maybe from many papers; raises StoreError."""
    writer = IndexWriter(folder, anew=anew, is_bulk=is_bulk)
    try:
        yield writer
    finally:
        del writer._writer  # whoever keeps the traceback of an error would keep the index from being written


@contextmanager
def index_lock(folder: Path, system: System | None = None) -> Iterator[None]:
    """The lock under which an index is written; raises StoreBusy where another process has it, OSError."""
    system = system or System()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = system.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT)
    try:
        if not system.lock(descriptor, wait=False):
            raise StoreBusy("another process is writing the search index")
        yield
    finally:
        system.close(descriptor)


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """What the library of the index says to a disk that refuses, as StoreError."""
    try:
        yield
    except ValueError as error:
        raise _refused(error, folder) from error


def _refused(error: ValueError, folder: Path) -> StoreError:
    return refused("the search index cannot be written", error, folder)
