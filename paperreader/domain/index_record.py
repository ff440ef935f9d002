"""What the search index holds of a paper: its number, texts, ids, classes and places in lists.

A rebuild makes a million of these values. Named tuples take a quarter of the time of dataclasses.
"""

from datetime import date
from typing import NamedTuple

from paperreader.domain.identifiers import Identifier, PaperKey


class PlaceFacts(NamedTuple):
    """The place of a paper in a listing or a file. Ranks count from 1; unknown upvotes are None."""

    feed: str
    date: date | None
    """None: a file."""
    rank: int
    upvotes: int | None


class Searchable(NamedTuple):
    """A paper: its number in the catalogue, its texts as shown, and its facts."""

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
