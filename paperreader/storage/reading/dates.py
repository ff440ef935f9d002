"""The documents that hold which date a listing is of, where the user said so.

Each holds the listing's name, the date, and the one that it had by itself (`was`). They are decisions, so they live
with the reading state and not in the catalogue, which can be thrown away; the catalogue follows them.
"""

from collections.abc import Iterable
from datetime import date

from paperreader.domain.dates import parse_iso
from paperreader.domain.history import DateChange
from paperreader.domain.listing import ListingName
from paperreader.storage.journal.format import Document, DocumentChange, is_sound
from paperreader.storage.reading.documents import name_of

DATES = "dates"
"""The table that holds a document for each listing whose date the user said."""


def date_document(name: ListingName, day: date, was: date) -> Document:
    """The document of a listing's date."""
    return {"key": name, "date": day.isoformat(), "was": was.isoformat()}


def confirmed_dates(documents: Iterable[Document]) -> dict[ListingName, date]:
    """The dates in documents; a document that holds none counts for nothing."""
    return {
        ListingName(document["key"]): day
        for document in documents
        if is_sound(document) and (day := _date(document, "date"))
    }


def date_change(change: DocumentChange) -> DateChange:
    """What a change of such a document did to the listing: without one it has the date that it had by itself."""
    before, after = change.before or {}, change.after or {}
    return DateChange(
        ListingName(name_of(change)),
        _date(before, "date") or _date(after, "was"),
        _date(after, "date") or _date(before, "was"),
    )


def _date(document: Document, field: str) -> date | None:
    value = document.get(field)
    return parse_iso(value) if isinstance(value, str) else None
