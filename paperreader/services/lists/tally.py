"""The counts that the date list and the header show, updated by each decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from paperreader.domain.history import Action, StateChange
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingState, ReadingStatus
from paperreader.services.library import Counts, Library
from paperreader.services.lists.kept_counts import KeptCounts, load_counts, save_counts


class Tally:
    """The counts of a library; closing the library stores them for the next start."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kept = self._stored = load_counts(library.folder)
        self.counts: Counts
        self._counted_up_to: int
        self.recount()
        library.before_closing(self._keep)

    def recount(self) -> None:
        """Update the counts with all changes since the last count; count everything if the changes are unknown."""
        self._edition = self._library.catalogue.edition()  # first, so that an import during the count makes it outdated
        if not self._catch_up():
            self._count()

    def take_over(self, other: Tally) -> None:
        """Take the counts of another tally, and the decisions since."""
        self._kept = other._kept
        self.recount()

    def follow(self, action: Action) -> None:
        """Count the changes of an action, unless they are counted; the cost does not grow with the library."""
        if action.seq <= self._counted_up_to:
            return
        counts = self._changed(self.counts, action.changes)
        if counts is None:
            self.recount()
            return
        self.counts = counts
        if action.seq == self._counted_up_to + 1:  # otherwise an action of another window is not counted yet
            self._counted_up_to = action.seq

    def _count(self) -> None:
        """Count everything."""
        counted_up_to = -1
        while counted_up_to != self._library.reading.seq:  # a decision during the count may be half counted
            counted_up_to = self._library.reading.seq
            counts = self._library.counts()
        self.counts, self._counted_up_to = counts, counted_up_to
        self._kept = self._to_store()

    def _catch_up(self) -> bool:
        """Update the last counts with the changes since; False if the changes are unknown."""
        kept = self._kept
        found = (
            self._library.reading.since(kept.mark, self._library.catalogue)
            if kept and kept.edition == self._edition
            else None
        )
        if kept is None or found is None:
            return False
        mark, changes = found
        counts = self._changed(kept.counts, changes)
        if counts is None:
            return False
        self.counts, self._counted_up_to = counts, mark.seq
        self._kept = KeptCounts(mark, self._edition, counts)
        return True

    def _changed(self, counts: Counts, changes: Collection[StateChange]) -> Counts | None:
        """The counts after changes of states; None if a paper of the changes is not in the catalogue."""
        catalogue = self._library.catalogue
        keys = {change.key for change in changes}
        ids = catalogue.ids_of(keys)
        if len(set(ids.values())) < len(keys):
            return None  # a lost paper is on the shelves only while it is kept
        listed = catalogue.dates_of(ids.values())
        dates = {key: listed[paper] for key, paper in ids.items() if paper in listed}
        shelves = dict(counts.shelves)
        unread: dict[date, int] = {}
        starred: dict[date, int] = {}
        for change in changes:
            more_unread = change.after.is_unread - change.before.is_unread
            more_starred = change.after.starred - change.before.starred
            if dates.get(change.key):  # a paper without a date does not count as unread
                shelves[Shelf.UNREAD] += more_unread
            shelves[Shelf.STARRED] += more_starred
            shelves[Shelf.LATER] += _later(change.after) - _later(change.before)
            for day in dates.get(change.key, ()):
                unread[day] = unread.get(day, 0) + more_unread
                starred[day] = starred.get(day, 0) + more_starred
        return Counts(
            papers=counts.papers,
            shelves=shelves,
            dates=tuple(
                replace(
                    count,
                    unread=count.unread + unread.get(count.date, 0),
                    starred=count.starred + starred.get(count.date, 0),
                )
                if count.date in unread
                else count
                for count in counts.dates
            ),
            files=counts.files,
        )

    def _to_store(self) -> KeptCounts | None:
        """The counts to store; None if some decisions are not counted yet."""
        mark = self._library.reading.mark()
        return KeptCounts(mark, self._edition, self.counts) if mark and mark.seq == self._counted_up_to else None

    def _keep(self) -> None:
        kept = self._to_store()
        if kept and kept != self._stored:
            save_counts(self._library.folder, kept)


def _later(state: ReadingState) -> bool:
    return state.status is ReadingStatus.LATER
