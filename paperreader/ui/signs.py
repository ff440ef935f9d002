"""The signs by which states and shelves are known, on the screen and in the shell's tables. Nothing of Textual."""

from paperreader.domain.places import Shelf
from paperreader.domain.reading import ReadingStatus

STATUS_SIGNS = {
    ReadingStatus.UNREAD: "●",
    ReadingStatus.LATER: "◷",
    ReadingStatus.READ: "✓",
    ReadingStatus.SKIPPED: "–",
}
RETURNED_SIGN = "↻"
STAR_SIGN = "★"
SHELVES = {
    Shelf.UNREAD: ("◇", "Unread"),
    Shelf.STARRED: (STAR_SIGN, "Starred"),
    Shelf.LATER: ("◷", "Later"),
    Shelf.ALL: ("∞", "All papers"),
}
"""Sign and name of each shelf, in the order of the date list."""
