"""Listings (one feed on one date), and the places of papers in them."""

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

ListingName = NewType("ListingName", str)
"""The permanent name of a listing: its feed and the day in its source. A new date does not change it."""


class Announced(StrEnum):
    """How arXiv announces a paper (https://info.arxiv.org/help/submit/index.html)."""

    NEW = "new"
    CROSS = "cross"
    REPLACEMENT = "replacement"


@dataclass(frozen=True, slots=True)
class Listing:
    """One feed on one date: an ordered list of papers. A guessed date waits for the user to confirm it."""

    feed: str
    date: datetime.date
    guessed: bool = False
    printed: str | None = None
    """The day in the source, like `03-14`. It stays when the user changes the date."""


@dataclass(frozen=True, slots=True)
class KnownListing:
    """A listing in the catalogue: its name, and the listing with the date of its source or the guessed date."""

    name: ListingName
    own: Listing


def name_of_listing(own: Listing) -> ListingName:
    """The name of a listing that has the date of its source. Without a day in the source, its date is in the name."""
    return ListingName(f"{own.feed} {own.printed or own.date.isoformat()}")


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """The place of a paper in a listing. Ranks count from 1; unknown figures are None."""

    listing: Listing
    rank: int
    upvotes: int | None = None
    comments: int | None = None
    announced: Announced | None = None


@dataclass(frozen=True, slots=True)
class DateCount:
    """A date of the library with its counts. `guessed`: a listing has a guessed date."""

    date: datetime.date
    guessed: bool
    papers: int
    unread: int
    starred: int
    feeds: tuple[str, ...]
