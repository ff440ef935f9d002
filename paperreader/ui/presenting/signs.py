"""The signs of reading states and shelves, for the screen and the tables of the command line."""

from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingStatus

STATUS_SIGNS = {
    ReadingStatus.UNREAD: "•",
    ReadingStatus.LATER: "◷",
    ReadingStatus.READ: "✓",
    ReadingStatus.SKIPPED: "–",
}
RETURNED_SIGN = "↻"
"""The sign of a paper that was decided on an earlier date."""
REFUSED_SIGN = "✗"
"""The sign of failures, and of withdrawn, retracted and non-research items."""
STAR_SIGN = "★"
FOLLOWED_SIGN = "◆"
"""The sign of a paper that a rule follows."""
NOTE_SIGN = "✎"
UPVOTES_SIGN = "▲"
FILLED_SIGN, EMPTY_SIGN = "━", "─"
"""The bar of a score."""
BAR_SIGN = "▌"
"""The bar of the cursor in the focused pane."""
SELECTED_SIGN = "┃"
SELECTED_BAR_SIGN = "█"
"""The bar of the cursor on a selected row."""
AGAIN_SIGNS = {"undo": "↶", "redo": "↷"}
"""The signs of undo and redo in a narrow timeline."""
DONE_SIGN = STATUS_SIGNS[ReadingStatus.READ]
"""Stands for the unread papers of a date without any."""
SHELVES = {
    Shelf.UNREAD: "Unread",
    Shelf.FOR_YOU: "For you",
    Shelf.STARRED: "Starred",
    Shelf.LATER: "Later",
    Shelf.ALL: "All papers",
}
"""The name of each shelf, in the order of the library."""
MARKS = (
    (STATUS_SIGNS[ReadingStatus.UNREAD], "unread"),
    (STATUS_SIGNS[ReadingStatus.READ], "read; a date that is done"),
    (STATUS_SIGNS[ReadingStatus.SKIPPED], "skipped"),
    (STATUS_SIGNS[ReadingStatus.LATER], "later"),
    (STAR_SIGN, "starred"),
    (FOLLOWED_SIGN, "followed by a rule"),
    (RETURNED_SIGN, "decided on an earlier date"),
    (NOTE_SIGN, "has a note"),
    (UPVOTES_SIGN, "upvotes"),
    (BAR_SIGN, "cursor in the focused pane"),
    (SELECTED_SIGN, "selected; scroll thumb"),
    (SELECTED_BAR_SIGN, "cursor on a selected row"),
    (REFUSED_SIGN, "failed, or no research paper"),
)
"""The marks that the help explains, each with its meaning."""
