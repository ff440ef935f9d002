"""The figures of the date list and the header, kept up to date by what each decision changed."""

from dataclasses import replace

from paperreader.domain.history import Action
from paperreader.domain.places import Shelf
from paperreader.domain.reading import ReadingState, ReadingStatus
from paperreader.services.library import Counts, Library


class Tally:
    """The counts of a library as its reader shows them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.recount()

    def recount(self) -> None:
        """Count anew, after something that says not what it changed."""
        counted_up_to = -1
        while counted_up_to != self._library.reading.seq:  # a decision made meanwhile may be half counted
            counted_up_to = self._library.reading.seq
            self.counts = self._library.counts()
        self._counted_up_to = counted_up_to

    def follow(self, action: Action) -> None:
        """Take over what an action changed, unless it is counted already; costs nothing that grows with the library."""
        if action.seq <= self._counted_up_to:
            return
        changes = action.changes
        if len(self._library.catalogue.ids_of(change.key for change in changes)) < len(changes):
            # A paper that the catalogue has lost is on the shelves only while its title is kept.
            self.recount()
            return
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
