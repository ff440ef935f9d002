"""A listing (one feed on one date), and the places papers have in it."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listing:
    """One feed on one date: an ordered list of papers. A guessed date awaits its confirmation."""

    feed: str
    date: datetime.date
    guessed: bool = False
    printed: str | None = None
    """The day that the source itself bears, as `03-14`: it stays what it is when the listing is moved."""


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper's place in a listing; ranks count from 1, figures that the source lacks are None."""

    listing: Listing
    rank: int
    upvotes: int | None = None
    comments: int | None = None


@dataclass(frozen=True, slots=True)
class DateCount:
    """A date of the library with its figures; `guessed` where any of its listings has a guessed date."""

    date: datetime.date
    guessed: bool
    papers: int
    unread: int
    starred: int
    feeds: tuple[str, ...]
