"""The figures of the date list and the header, kept up to date by what each decision changed."""

from collections.abc import Iterable
from dataclasses import replace

from paperreader.domain.history import StateChange
from paperreader.domain.places import Shelf
from paperreader.domain.reading import ReadingState, ReadingStatus
from paperreader.services.library import Counts, Library


class Tally:
    """The counts of a library as its reader shows them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.counts = library.counts()

    def recount(self) -> None:
        """Count anew, after something that says not what it changed."""
        self.counts = self._library.counts()

    def follow(self, changes: Iterable[StateChange]) -> None:
        """Take over what decisions changed; costs nothing that grows with the library."""
        changes = tuple(changes)
        dates = self._library.catalogue.dates_of(change.key for change in changes)
        shelves = dict(self.counts.shelves)
        unread: dict[object, int] = {}
        starred: dict[object, int] = {}
        for change in changes:
            more_unread = _unread(change.after) - _unread(change.before)
            more_starred = change.after.starred - change.before.starred
            shelves[Shelf.UNREAD] += more_unread if change.key in dates else 0
            shelves[Shelf.STARRED] += more_starred
            shelves[Shelf.LATER] += _later(change.after) - _later(change.before)
            for day in dates.get(change.key, ()):
                unread[day] = unread.get(day, 0) + more_unread
                starred[day] = starred.get(day, 0) + more_starred
        self.counts = Counts(
            papers=self.counts.papers,
            shelves=shelves,
            dates=tuple(
                replace(
                    count,
                    unread=count.unread + unread.get(count.date, 0),
                    starred=count.starred + starred.get(count.date, 0),
                )
                for count in self.counts.dates
            ),
        )


def _unread(state: ReadingState) -> int:
    return state.is_unread


def _later(state: ReadingState) -> int:
    return state.status is ReadingStatus.LATER
