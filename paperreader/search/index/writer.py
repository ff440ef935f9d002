"""Writes the search index: one process at a time, under a file lock, safe to be killed at any moment.

The mark says up to which change of the catalogue the index goes. It is written after each commit. After a kill between
the two, the mark does not fit the index, and the index is built anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from paperreader.domain.index_record import Searchable
from paperreader.files.error_codes import refused
from paperreader.files.locks import only_process
from paperreader.files.system_calls import System
from paperreader.search.index.health import LOCK_NAME, clear, remove_leftovers, save_mark
from paperreader.search.index.schema import NUMBER, VERSION, make_document, make_schema

_BULK_HEAP = 200_000_000
_SMALL_HEAP = 30_000_000
"""Bytes of memory for documents that are not yet written."""


class IndexWriter:
    """Writes one index. Every method raises StoreError."""

    def __init__(self, folder: Path, *, anew: bool, is_bulk: bool) -> None:
        self._folder = folder
        self._schema = make_schema()
        if anew:
            clear(folder)
        else:
            remove_leftovers(folder)
        with _refusals(folder):
            index = tantivy.Index(self._schema, path=str(folder), reuse=True)
            # For few papers one thread is faster than one for each core.
            self._writer = index.writer(_BULK_HEAP, 0) if is_bulk else index.writer(_SMALL_HEAP, 1)

    def add(self, papers: Iterable[Searchable]) -> None:
        """Index papers that are not in the index."""
        for paper in papers:
            document = make_document(paper)
            with _refusals(self._folder):
                self._writer.add_json(document)

    def remove(self, numbers: Sequence[int]) -> None:
        """Remove the papers with these numbers, if the index has them."""
        with _refusals(self._folder):
            # By a query: Tantivy takes a bare number for a signed one, which no paper has.
            self._writer.delete_documents_by_query(tantivy.Query.term_set_query(self._schema, NUMBER, list(numbers)))

    def commit(self, catalogue: str, change: int, edition: str) -> None:
        """Make the changes searchable, then merge segments. The index now goes up to a change of the catalogue."""
        with _refusals(self._folder):
            self._writer.commit()
            save_mark(self._folder, VERSION, catalogue, change, edition)
            self._writer.wait_merging_threads()
            save_mark(self._folder, VERSION, catalogue, change, edition)


@contextmanager
def open_writer(folder: Path, *, anew: bool, is_bulk: bool) -> Iterator[IndexWriter]:
    """A writer for an index whose lock is held. `is_bulk`: for many papers. Raises StoreError."""
    writer = IndexWriter(folder, anew=anew, is_bulk=is_bulk)
    try:
        yield writer
    finally:
        del writer._writer  # a traceback that is kept must not keep Tantivy's lock


@contextmanager
def index_lock(folder: Path, system: System | None = None) -> Iterator[None]:
    """Holds the lock of an index. Raises StoreBusy if another process holds it, and OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_process(folder / LOCK_NAME, "another process is writing the search index", system):
        yield


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """Raises the errors of Tantivy about the disk as StoreError."""
    try:
        yield
    except ValueError as error:
        raise refused("the search index cannot be written", error, folder) from error
