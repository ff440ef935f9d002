"""Deciding about papers: every change of the reading state goes through here, and can be taken back."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import date

from paperreader.domain.decision import Decision, SetStar, SetStatus
from paperreader.domain.history import Action, OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.places import SavedShelf
from paperreader.domain.reading import ReadingStatus
from paperreader.errors import UnknownPaper
from paperreader.services.library import Library

SET_DATE = "date"
"""What it is called in the history to say which date listings are of."""
SAVE_SHELF, REMOVE_SHELF = "save shelf", "remove shelf"
"""What it is called to save a query as a shelf, and to remove one."""


class Triage:
    """The decisions made in one window."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def decide(
        self, name: str, keys: Sequence[PaperKey], decision: Decision, listed_on: date | None = None
    ) -> "Future[Action]":
        """The future action that makes a decision about papers, in the list of a date; raises StoreError.

        Nothing has changed before the future is done; an action of no changes has the number 0.
        """
        keepsakes = self._library.keepsakes(keys, listed_on)
        return self._library.reading.decide(name, dict.fromkeys(keys, decision), keepsakes, self._library.names)

    def star_or_unstar(self, keys: Sequence[PaperKey]) -> SetStar:
        """The decision to star the papers, or to take the stars off where all have one."""
        return SetStar(not all(self._library.state(key).starred for key in keys))

    def read_or_unread(self, keys: Sequence[PaperKey]) -> SetStatus:
        """The decision to mark the papers as read, or as unread where all are read."""
        is_read = all(self._library.state(key).status is ReadingStatus.READ for key in keys)
        return SetStatus(ReadingStatus.UNREAD if is_read else ReadingStatus.READ)

    def set_date(self, day: date, new: date) -> "Future[Action]":
        """The future action that says which date the listings of a date are of; raises UnknownPaper where it has none.

        The catalogue has to follow it (`Library.keep_in_step`).
        """
        listings = self._library.catalogue.known_on(day)
        if not listings:
            near = min(self._library.catalogue.date_counts(), key=lambda count: abs(count[0] - day), default=None)
            cure = f"the nearest date is {near[0]}" if near else "no date has a list"
            raise UnknownPaper(f"nothing is listed on {day}; {cure}")
        said = self._library.reading.dates()
        return self._library.reading.set_dates(
            SET_DATE,
            {
                known.name: (new, known.own.date)
                for known in listings
                if known.name in said or known.own.guessed or known.own.date != new
            },
        )

    def split(self, key: PaperKey) -> "Future[Action]":
        """The future action that splits a paper; the future raises NothingToSettle where it has but one part.

        The catalogue has to follow it (`Library.keep_in_step`).
        """
        from paperreader.services.identities import begin_split  # importing it takes 10 ms

        return begin_split(self._library, key)

    def save_shelf(self, shelf: SavedShelf, text: str) -> "Future[Action]":
        """The future action that saves a query as a shelf, in the place of what it was; raises QueryError."""
        from paperreader.services.searching.shelves import (
            query_to_save,  # 20 ms of search that the other decisions do without
        )

        return self._library.reading.save_shelf(SAVE_SHELF, shelf, query_to_save(text))

    def remove_shelf(self, shelf: SavedShelf) -> "Future[Action]":
        """The future action that removes a saved shelf."""
        return self._library.reading.save_shelf(REMOVE_SHELF, shelf, None)

    def undo(self, seq: int | None = None, on_conflict: OnConflict = OnConflict.REFUSE) -> "Future[Action]":
        """The future action that takes back an action, else the newest that stands and that no other window made since.

        Where papers were changed since, nothing is done unless said otherwise, and the action names them.
        """
        return self._library.reading.undo(seq, on_conflict=on_conflict, own=True, naming=self._library.names)

    def redo(self, on_conflict: OnConflict = OnConflict.REFUSE) -> "Future[Action]":
        """The future action that makes the decision again that was taken back last."""
        return self._library.reading.redo(on_conflict=on_conflict, own=True, naming=self._library.names)
