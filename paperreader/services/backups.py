"""Going back to a backup: the difference between now and then, as one action that can be undone."""

from collections.abc import Mapping

from paperreader.domain.differences import Difference, differences
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import UNDECIDED
from paperreader.services.library import Library
from paperreader.storage.journal_format import Document
from paperreader.storage.reading_documents import state_of
from paperreader.storage.reading_inspection import read_backup

Papers = Mapping[PaperKey, Document]


def restore(library: Library, number: int, *, dry_run: bool = False) -> list[Difference]:
    """Make every reading state what it was in a backup; what changed, or would. Raises StoreError."""
    then = read_backup(library.folder, number)

    def revision(present: Papers) -> dict[PaperKey, Document | None]:
        return {key: then.get(key) for key in {**present, **then} if present.get(key) != then.get(key)}

    if dry_run:
        changes = {
            key: differences(library.state(key), state_of(document) if document else UNDECIDED)
            for key, document in revision(library.reading.documents()).items()
        }
    else:
        action = library.reading.finish(library.reading.revise("restore", revision))
        changes = {change.key: differences(change.before, change.after) for change in action.changes}
    numbers = library.ids_of(changes)
    titles = {row.key: row.title for row in library.rows(list(numbers.values()))}
    return [Difference(key, titles.get(key), parts) for key, parts in changes.items()]
