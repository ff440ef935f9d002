"""Deciding about papers: every change of the reading state goes through here, and can be taken back."""

from bisect import insort
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import date

from paperreader.domain.decision import Decision, SetStar, SetStatus
from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import ReadingStatus
from paperreader.services.library import Library


class Triage:
    """The decisions made in one window."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._done: list[Action] = []

    def decide(
        self, name: str, keys: Sequence[PaperKey], decision: Decision, listed_on: date | None = None
    ) -> "Future[Action]":
        """The future action that makes a decision about papers, in the list of a date; raises StoreError.

        Nothing has changed before the future is done; an action of no changes has the number 0.
        """
        keepsakes = self._library.keepsakes(keys, listed_on)
        future = self._library.reading.decide(name, dict.fromkeys(keys, decision), keepsakes)
        future.add_done_callback(self._remember)
        return future

    def toggle_star(self, keys: Sequence[PaperKey], listed_on: date | None = None) -> "Future[Action]":
        """Star the papers, or take the stars off where all have one."""
        on = not all(self._library.state(key).starred for key in keys)
        return self.decide("star" if on else "unstar", keys, SetStar(on), listed_on)

    def toggle_read(self, keys: Sequence[PaperKey], listed_on: date | None = None) -> "Future[Action]":
        """Mark the papers as read, or as unread where all are read."""
        read = all(self._library.state(key).status is ReadingStatus.READ for key in keys)
        status = ReadingStatus.UNREAD if read else ReadingStatus.READ
        return self.decide(status.value, keys, SetStatus(status), listed_on)

    def undo(self) -> "Future[Action] | None":
        """The future action that takes back the last one of this window, if there is one left."""
        if not self._done:
            return None
        action = self._done[-1]
        future = self._library.reading.undo(action)
        # Taken from the list at once, so that the next undo goes on from here; what is refused can be undone later.
        self._done.pop()
        future.add_done_callback(lambda undone: None if _succeeded(undone) else self._put_back(action))
        return future

    def _remember(self, future: "Future[Action]") -> None:
        if _succeeded(future) and future.result().seq:
            self._done.append(future.result())

    def _put_back(self, action: Action) -> None:
        insort(self._done, action, key=lambda done: done.seq)


def _succeeded(future: "Future[Action]") -> bool:
    return not future.cancelled() and future.exception() is None
