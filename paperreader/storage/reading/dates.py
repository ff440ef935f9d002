"""Documents of dates that the user set for listings.

Each has the name of the listing, the date, and the original date (`was`). They are decisions, so they are in the
reading state and survive the catalogue, which follows them.
"""

from collections.abc import Iterable
from datetime import date

from paperreader.domain.dates import parse_iso
from paperreader.domain.history import DateChange
from paperreader.domain.listing import ListingName
from paperreader.storage.journal.format import Document, DocumentChange, is_sound
from paperreader.storage.reading.document_format import name_of

DATES = "dates"
"""The table with a document for each listing whose date the user set."""


def date_document(name: ListingName, day: date, was: date) -> Document:
    """The document of a listing's date."""
    return {"key": name, "date": day.isoformat(), "was": was.isoformat()}


def confirmed_dates(documents: Iterable[Document]) -> dict[ListingName, date]:
    """The dates in documents. Invalid documents are ignored."""
    return {
        ListingName(document["key"]): day
        for document in documents
        if is_sound(document) and (day := _date(document, "date"))
    }


def date_change(change: DocumentChange) -> DateChange:
    """What a change of such a document did to its listing. Without a document, the original date holds."""
    before, after = change.before or {}, change.after or {}
    return DateChange(
        ListingName(name_of(change)),
        _date(before, "date") or _date(after, "was"),
        _date(after, "date") or _date(before, "was"),
    )


def _date(document: Document, field: str) -> date | None:
    value = document.get(field)
    return parse_iso(value) if isinstance(value, str) else None
