"""The sort orders of a list."""

import re
from enum import StrEnum

from paperreader.domain.lists import Place, SavedShelf, Shelf, SimilarList, TagList

_BEFORE_LETTERS = re.compile(r"[\W_]+")


class ListOrder(StrEnum):
    """A sort order. Equal papers keep the order of their list: by rank, on a shelf newest first."""

    BEST = "best first"
    """By the score of the query."""
    RANK = "rank"
    """By the rank on the page: on a shelf the first of every date, then the second of every date."""
    UNREAD_FIRST = "unread first"
    """Papers that a rule follows come before the other unread papers."""
    NEWEST = "newest"
    """By the newest date of a listing, then by rank."""
    UPVOTES = "upvotes"
    """By the largest count from a listing."""
    TITLE = "title"
    INTEREST = "interest"
    """By what your decisions say about interest; in the list of a date the unread papers first."""


def default_order(place: Place | None) -> ListOrder:
    """The order of a list until the user chooses one; None: the result of a filter."""
    if place is Shelf.FOR_YOU:
        return ListOrder.INTEREST
    if place is None or isinstance(place, SavedShelf | SimilarList):
        return ListOrder.BEST
    return ListOrder.NEWEST if isinstance(place, Shelf | TagList) else ListOrder.UNREAD_FIRST


def title_order(title: str) -> str:
    """The sort key of a title: case folded, from its first letter or digit on."""
    folded = title.casefold()
    before = _BEFORE_LETTERS.match(folded)
    return folded[before.end() :] if before else folded
