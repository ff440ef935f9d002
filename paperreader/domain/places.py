"""The lists that a library offers: a shelf for each way of keeping papers, and every date."""

from datetime import date
from enum import StrEnum


class Shelf(StrEnum):
    """A list over all dates."""

    UNREAD = "unread"
    STARRED = "starred"
    LATER = "later"
    ALL = "all"


Place = Shelf | date
"""What the date list points at: a shelf or a date."""
