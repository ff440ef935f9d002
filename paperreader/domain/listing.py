"""A listing (one feed on one date), and the places papers have in it."""

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

ListingName = NewType("ListingName", str)
"""What a listing is called for ever, whatever date it is given: its feed, and the day that its source bears."""


class Announced(StrEnum):
    """As what a list announces a paper (https://info.arxiv.org/help/submit/index.html)."""

    NEW = "new"
    CROSS = "cross"
    REPLACEMENT = "replacement"


@dataclass(frozen=True, slots=True)
class Listing:
    """One feed on one date: an ordered list of papers. A guessed date awaits its confirmation."""

    feed: str
    date: datetime.date
    guessed: bool = False
    printed: str | None = None
    """The day that the source itself bears, as `03-14`: it stays what it is when the listing is moved."""


@dataclass(frozen=True, slots=True)
class KnownListing:
    """A listing of the catalogue by its name, under the date that its source says, or that was guessed of it."""

    name: ListingName
    own: Listing


def name_of_listing(own: Listing) -> ListingName:
    """The name of a listing under the date of its source; where that bears no day, it goes by this date."""
    return ListingName(f"{own.feed} {own.printed or own.date.isoformat()}")


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper's place in a listing; ranks count from 1, figures that the source lacks are None."""

    listing: Listing
    rank: int
    upvotes: int | None = None
    comments: int | None = None
    announced: Announced | None = None


@dataclass(frozen=True, slots=True)
class DateCount:
    """A date of the library with its figures; `guessed` where any of its listings has a guessed date."""

    date: datetime.date
    guessed: bool
    papers: int
    unread: int
    starred: int
    feeds: tuple[str, ...]
