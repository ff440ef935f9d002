"""The lists of a library: built-in shelves, saved shelves, imported files and dates."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from paperreader.domain.text import Safe, clean_line

MAX_SHELF_NAME = 60
"""Characters in the name of a saved shelf."""


class Shelf(StrEnum):
    """A built-in shelf. It lists papers of all dates."""

    UNREAD = "unread"
    FOR_YOU = "for you"
    """The unread papers by interest."""
    STARRED = "starred"
    LATER = "later"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class SavedShelf:
    """A shelf of the user: the name of a saved query."""

    name: Safe

    def __str__(self) -> str:
        return f"{SAVED}{self.name}"


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The list of the papers of a file without a date. Its papers never count as unread."""

    name: Safe

    def __str__(self) -> str:
        return f"{FILE}{self.name}"

    @property
    def feed(self) -> str:
        """The name of its feed in the catalogue."""
        return f"{_IMPORTED}{self.name}"


@dataclass(frozen=True, slots=True)
class TagList:
    """The papers with a tag."""

    name: Safe

    def __str__(self) -> str:
        return f"{TAG}{self.name}"


@dataclass(frozen=True, slots=True)
class SimilarList:
    """The papers that are most like others. It is found anew each time, and no session remembers it."""

    name: Safe
    """The paper or papers that they are like."""
    papers: tuple[int, ...]


TAG = "tag:"
"""The prefix of the list of a tag in texts."""
SAVED = "shelf:"
"""The prefix of a saved shelf in texts."""

FILE = "file:"
"""The prefix of an imported file in texts."""
_IMPORTED = "imported:"

Listed = Shelf | date | ImportedFile | TagList
"""A list whose papers are known without a search."""

Place = Listed | SavedShelf | SimilarList
"""A list that the date list can open."""


def imported_file(path: str) -> ImportedFile:
    """The list for a file, named by the last part of its path."""
    return ImportedFile(clean_line(path.rstrip("/").rpartition("/")[2], MAX_SHELF_NAME) or Safe("unnamed"))


def file_of_feed(feed: str) -> ImportedFile | None:
    """The imported file with this feed name; None for any other feed."""
    return ImportedFile(clean_line(feed.removeprefix(_IMPORTED))) if feed.startswith(_IMPORTED) else None


def make_shelf(name: str) -> SavedShelf | None:
    """The saved shelf with this name, cleaned; None if nothing is left of the name."""
    cleaned = clean_line(name, MAX_SHELF_NAME)
    return SavedShelf(cleaned) if cleaned else None
