"""The orders in which a list can be shown."""

import re
from enum import StrEnum

from paperreader.domain.places import Place, SavedShelf, Shelf

_BEFORE_LETTERS = re.compile(r"[\W_]+")


class ListOrder(StrEnum):
    """An order of papers; those that are equal in it keep the order of their list: by rank, on a shelf newest first."""

    BEST = "best first"
    """As a query finds them."""
    RANK = "rank"
    """As their pages rank them: on a shelf the first of every date, then the second of every date."""
    UNREAD_FIRST = "unread first"
    NEWEST = "newest"
    """By the newest date that lists them, then by rank."""
    UPVOTES = "upvotes"
    """By the largest count that any listing gave."""
    TITLE = "title"


def usual_order(place: Place | None) -> ListOrder:
    """The order of the list of a place, or (None) of what a filter finds, for which none was chosen."""
    if place is None or isinstance(place, SavedShelf):
        return ListOrder.BEST
    return ListOrder.NEWEST if isinstance(place, Shelf) else ListOrder.UNREAD_FIRST


def title_order(title: str) -> str:
    """What a title is sorted by: without case, and without what stands before its first letter or digit."""
    folded = title.casefold()
    before = _BEFORE_LETTERS.match(folded)
    return folded[before.end() :] if before else folded
