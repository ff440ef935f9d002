"""Deciding about papers: every change of the reading state goes through here, and can be taken back."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import date

from paperreader.domain.decision import Decision, SetStar, SetStatus
from paperreader.domain.history import Action, OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import ReadingStatus
from paperreader.services.library import Library


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
        return self._library.reading.decide(name, dict.fromkeys(keys, decision), keepsakes)

    def toggle_star(self, keys: Sequence[PaperKey], listed_on: date | None = None) -> "Future[Action]":
        """Star the papers, or take the stars off where all have one."""
        on = not all(self._library.state(key).starred for key in keys)
        return self.decide("star" if on else "unstar", keys, SetStar(on), listed_on)

    def toggle_read(self, keys: Sequence[PaperKey], listed_on: date | None = None) -> "Future[Action]":
        """Mark the papers as read, or as unread where all are read."""
        read = all(self._library.state(key).status is ReadingStatus.READ for key in keys)
        status = ReadingStatus.UNREAD if read else ReadingStatus.READ
        return self.decide(status.value, keys, SetStatus(status), listed_on)

    def undo(self, seq: int | None = None, on_conflict: OnConflict = OnConflict.REFUSE) -> "Future[Action]":
        """The future action that takes back an action, else the newest that stands and that no other window made since.

        Where papers were changed since, nothing is done unless said otherwise, and the action names them.
        """
        return self._library.reading.undo(seq, on_conflict=on_conflict, own=True)

    def redo(self, on_conflict: OnConflict = OnConflict.REFUSE) -> "Future[Action]":
        """The future action that makes the decision again that was taken back last."""
        return self._library.reading.redo(on_conflict=on_conflict, own=True)
