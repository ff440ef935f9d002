"""What a search index reads of a paper: named tuples, which are made a million at a time, in a quarter of the time."""

from datetime import date
from typing import NamedTuple

from paperreader.domain.identifiers import Identifier, PaperKey


class PlaceFacts(NamedTuple):
    """What is sought of a place in a listing; ranks count from 1, upvotes that are not known are None."""

    feed: str
    date: date | None
    """None: a file, which is on no date."""
    rank: int
    upvotes: int | None


class Searchable(NamedTuple):
    """A paper as it is shown and can be found: its number in the catalogue, its texts, and the facts about it."""

    number: int
    key: PaperKey
    title: str
    authors: str
    abstract: str
    identifiers: tuple[Identifier, ...] = ()
    has_code: bool = False
    has_pdf: bool = False
    places: tuple[PlaceFacts, ...] = ()
    """Newest first."""
    categories: tuple[str, ...] = ()
