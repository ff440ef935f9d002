"""Makes all decisions of one reader or command: every change of the reading state passes here and can be undone."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import date

from paperreader.domain.decision import Decision, SetStar, SetStatus
from paperreader.domain.history import Action, OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.lists import SavedShelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.errors import UnknownPaper
from paperreader.services.library import Library

SET_DATE = "date"
"""The name in the history of setting the date of listings."""
SAVE_SHELF, REMOVE_SHELF = "save shelf", "remove shelf"
RENAME_SHELF, MOVE_SHELF = "rename shelf", "move shelf"
"""The names in the history of saving and removing a shelf."""


class Triage:
    """The decisions made in one window."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def decide(
        self, name: str, keys: Sequence[PaperKey], decision: Decision, listed_on: date | None = None
    ) -> "Future[Action]":
        """Decide about papers in the list of a date: the future action; raises StoreError.

        The decision is stored when the future is done. An action without changes has the number 0.
        """
        keepsakes = self._library.keepsakes(keys, listed_on)
        return self._library.reading.decide(name, dict.fromkeys(keys, decision), keepsakes, self._library.names)

    def star_or_unstar(self, keys: Sequence[PaperKey]) -> SetStar:
        """The decision to star papers and mark them as read, or only to unstar them if all are starred."""
        if all(self._library.state(key).starred for key in keys):
            return SetStar(False)
        return SetStar(True, ReadingStatus.READ)

    def read_or_unread(self, keys: Sequence[PaperKey]) -> SetStatus:
        """The decision to mark papers as read, or as unread if all are read."""
        is_read = all(self._library.state(key).status is ReadingStatus.READ for key in keys)
        return SetStatus(ReadingStatus.UNREAD if is_read else ReadingStatus.READ)

    def set_date(self, day: date, new: date) -> "Future[Action]":
        """Move the listings of a date to another date: the future action; raises UnknownPaper if there are none.

        Then apply it to the catalogue with `Library.apply_decisions`.
        """
        listings = self._library.catalogue.known_on(day)
        if not listings:
            near = min(self._library.catalogue.date_counts(), key=lambda count: abs(count[0] - day), default=None)
            cure = f"the nearest date is {near[0]}" if near else "there are no dates"
            raise UnknownPaper(f"no papers are listed on {day}; {cure}")
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
        """Split a paper: the future action; the future raises NothingToSettle if the paper has one part.

        Then apply it to the catalogue with `Library.apply_decisions`.
        """
        from paperreader.services.identities import begin_split  # importing it takes 10 ms

        return begin_split(self._library, key)

    def save_shelf(self, shelf: SavedShelf, text: str) -> "Future[Action]":
        """Save a query as a shelf, or replace its query: the future action; raises QueryError."""
        from paperreader.services.searching.shelves import query_to_save  # 20 ms that other decisions do without

        return self._library.reading.save_shelf(SAVE_SHELF, shelf, query_to_save(text))

    def remove_shelf(self, shelf: SavedShelf) -> "Future[Action]":
        """Remove a saved shelf: the future action."""
        return self._library.reading.save_shelf(REMOVE_SHELF, shelf, None)

    def rename_shelf(self, shelf: SavedShelf, new: SavedShelf) -> "Future[Action]":
        """Give a saved shelf another name: the future action."""
        return self._library.reading.rename_shelf(RENAME_SHELF, shelf, new)

    def move_shelf(self, shelf: SavedShelf, by: int) -> "Future[Action]":
        """Move a saved shelf up (negative) or down among the others: the future action."""
        return self._library.reading.move_shelf(MOVE_SHELF, shelf, by)

    def undo(self, seq: int | None = None, on_conflict: OnConflict = OnConflict.REFUSE) -> "Future[Action]":
        """Undo an action, by default the newest one of this window: the future action.

        If its papers changed since, `on_conflict` decides; refused, the action names the papers.
        """
        return self._library.reading.undo(seq, on_conflict=on_conflict, own=True, naming=self._library.names)

    def redo(self, on_conflict: OnConflict = OnConflict.REFUSE) -> "Future[Action]":
        """Redo the last undone action: the future action."""
        return self._library.reading.redo(on_conflict=on_conflict, own=True, naming=self._library.names)
