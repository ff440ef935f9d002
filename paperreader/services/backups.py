"""Restores a backup: applies its differences from the current decisions as one action that can be undone."""

from contextlib import suppress
from dataclasses import replace

from paperreader.domain.differences import Difference, Kind
from paperreader.domain.identifiers import PaperKey
from paperreader.errors import StoreError
from paperreader.services.library import Library
from paperreader.storage.reading.differences import differences_of
from paperreader.storage.reading.document_format import KeyedTables, Revision
from paperreader.storage.reading.inspection import read_backup


def restore(library: Library, number: int, *, dry_run: bool = False) -> list[Difference]:
    """Restore the decisions of a backup; the differences, also for a dry run. Raises StoreError."""
    then = read_backup(library.folder, number)

    def revision(present: KeyedTables) -> Revision:
        return {
            table: {key: then.get(table, {}).get(key) for key in {**present.get(table, {}), **then.get(table, {})}}
            for table in {**present, **then}
        }

    if dry_run:
        changes = library.reading.revised(revision)
    else:
        changes = library.reading.finish(library.reading.revise("restore", revision))
        library.try_apply_decisions()
    found = differences_of(changes)
    titles: dict[str, str] = {}
    with suppress(StoreError):  # without the catalogue the differences have no titles
        numbers = library.ids_of(PaperKey(each.key) for each in found if each.kind is Kind.PAPER)
        rows = {row.id: row.title for row in library.rows(list(set(numbers.values())))}
        titles = {key: rows[number] for key, number in numbers.items() if number in rows}
    return [replace(each, title=titles.get(each.key, each.title)) for each in found]
