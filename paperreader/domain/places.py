"""The lists that a library offers: a shelf for each way of keeping papers, those that the user saved, every date."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from paperreader.domain.text import Safe, clean_line

MAX_SHELF_NAME = 60
"""Characters of the name of a saved shelf."""


class Shelf(StrEnum):
    """A list over all dates."""

    UNREAD = "unread"
    STARRED = "starred"
    LATER = "later"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class SavedShelf:
    """A list over all dates that the user made: the name under which a query is saved."""

    name: Safe

    def __str__(self) -> str:
        return f"{SAVED}{self.name}"


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The list of the papers of a file that says no date: it stands beside the dates, and nothing in it is new."""

    name: Safe

    def __str__(self) -> str:
        return f"{FILE}{self.name}"

    @property
    def feed(self) -> str:
        """The name of the feed that it is kept as."""
        return f"{_IMPORTED}{self.name}"


SAVED = "shelf:"
"""What a saved shelf begins with where places are told by texts."""

FILE = "file:"
"""What an imported file begins with where places are told by texts."""
_IMPORTED = "imported:"

Listed = Shelf | date | ImportedFile
"""A place whose papers are known without a search."""

Place = Listed | SavedShelf
"""What the date list points at: a shelf, one that the user saved, an imported file, or a date."""


def imported_file(path: str) -> ImportedFile:
    """The list of a file's papers, by the last part of its path."""
    return ImportedFile(clean_line(path.rstrip("/").rpartition("/")[2], MAX_SHELF_NAME) or Safe("unnamed"))


def file_of_feed(feed: str) -> ImportedFile | None:
    """The imported file that a feed's name stands for, if it does."""
    return ImportedFile(clean_line(feed.removeprefix(_IMPORTED))) if feed.startswith(_IMPORTED) else None


def make_shelf(name: str) -> SavedShelf | None:
    """The shelf that a text names, once it is cleaned; None where nothing is left of it."""
    cleaned = clean_line(name, MAX_SHELF_NAME)
    return SavedShelf(cleaned) if cleaned else None
