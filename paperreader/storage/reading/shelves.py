"""Documents of saved shelves: a name and the text of a query."""

from collections.abc import Iterable

from paperreader.domain.history import ShelfChange
from paperreader.domain.lists import SavedShelf
from paperreader.domain.text import clean_line
from paperreader.storage.journal.format import Document, DocumentChange, is_sound
from paperreader.storage.reading.document_format import name_of

SHELVES = "shelves"
"""The table with a document for each saved shelf."""


def shelf_document(shelf: SavedShelf, query: str) -> Document:
    """The document of a saved shelf."""
    return {"key": shelf.name, "query": query}


def saved_shelves(documents: Iterable[Document]) -> dict[SavedShelf, str]:
    """The saved shelves with their queries, sorted by name.

    Invalid documents, which someone wrote by hand, are ignored.
    """
    found = {
        SavedShelf(name): query
        for document in documents
        if is_sound(document)
        and (name := clean_line(document["key"])) == document["key"]
        and (query := _query(document))
    }
    return dict(sorted(found.items(), key=lambda item: (item[0].name.casefold(), item[0].name)))


def shelf_change(change: DocumentChange) -> ShelfChange:
    """What a change of such a document did to its shelf."""
    return ShelfChange(SavedShelf(clean_line(name_of(change))), _query(change.before or {}), _query(change.after or {}))


def _query(document: Document) -> str | None:
    query = document.get("query")
    return query if isinstance(query, str) and query.strip() else None
