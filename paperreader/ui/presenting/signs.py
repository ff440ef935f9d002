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
FALLEN_SIGN = "✗"
"""Of what is no paper, or none any more."""
STAR_SIGN = "★"
AGAIN_SIGNS = {"undo": "↶", "redo": "↷"}
"""What was taken back, or done again, by the name of the action."""
SHELVES = {
    Shelf.UNREAD: ("◇", "Unread"),
    Shelf.STARRED: (STAR_SIGN, "Starred"),
    Shelf.LATER: ("◷", "Later"),
    Shelf.ALL: ("∞", "All papers"),
}
"""Sign and name of each shelf, in the order of the date list."""
FILE_SIGN = "≡"
"""The sign of the files that were imported without a date."""
SAVED_SIGN = "/"
"""The sign of the shelves that the user saved: the key of the filter that each is."""
