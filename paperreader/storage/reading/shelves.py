"""Documents of saved shelves: a name and the text of a query."""

import math
from collections.abc import Iterable

from paperreader.domain.history import ShelfChange
from paperreader.domain.lists import SavedShelf
from paperreader.domain.text import clean_line
from paperreader.storage.journal.format import Document, DocumentChange, is_sound
from paperreader.storage.reading.document_format import name_of

SHELVES = "shelves"
"""The table with a document for each saved shelf."""


def shelf_document(shelf: SavedShelf, query: str, place: int | None = None) -> Document:
    """The document of a saved shelf; `place` is its place among the shelves, if the user moved any."""
    document: Document = {"key": shelf.name, "query": query}
    return document if place is None else document | {"place": place}


def place_of(document: Document) -> int | None:
    """The place of a shelf among the others, from 1; None if the user never moved one."""
    place = document.get("place")
    return place if isinstance(place, int) and not isinstance(place, bool) and place > 0 else None


def saved_shelves(documents: Iterable[Document]) -> dict[SavedShelf, str]:
    """The saved shelves with their queries, in the order of the user, then by name.

    Invalid documents, which someone wrote by hand, are ignored.
    """
    found = {
        SavedShelf(name): (place_of(document) or math.inf, query)
        for document in documents
        if is_sound(document)
        and (name := clean_line(document["key"])) == document["key"]
        and (query := _query(document))
    }
    ordered = sorted(found.items(), key=lambda item: (item[1][0], item[0].name.casefold(), item[0].name))
    return {shelf: query for shelf, (_, query) in ordered}


def shelf_change(change: DocumentChange) -> ShelfChange:
    """What a change of such a document did to its shelf."""
    return ShelfChange(SavedShelf(clean_line(name_of(change))), _query(change.before or {}), _query(change.after or {}))


def _query(document: Document) -> str | None:
    query = document.get("query")
    return query if isinstance(query, str) and query.strip() else None
