"""The figures of the date list and the header, kept up to date by what each decision changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from paperreader.domain.history import Action, StateChange
from paperreader.domain.places import Shelf
from paperreader.domain.reading import ReadingState, ReadingStatus
from paperreader.services.library import Counts, Library
from paperreader.services.lists.kept_counts import KeptCounts, load_counts, save_counts


class Tally:
    """The counts of a library as its reader shows them; when the library is closed they are kept for the next start."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kept = self._stored = load_counts(library.folder)
        self.counts: Counts
        self._counted_up_to: int
        self.recount()
        library.before_closing(self._keep)

    def recount(self) -> None:
        """Count what may have changed since it was last counted; everything, where that is not to be told."""
        self._edition = self._library.catalogue.edition()  # first: what is imported while we count makes it outdated
        if not self._catch_up():
            self._count()

    def take_over(self, other: Tally) -> None:
        """Go on from what another one has counted, with what was decided since."""
        self._kept = other._kept
        self.recount()

    def follow(self, action: Action) -> None:
        """Take over what an action changed, unless it is counted already; costs nothing that grows with the library."""
        if action.seq <= self._counted_up_to:
            return
        counts = self._changed(self.counts, action.changes)
        if counts is None:
            self.recount()
            return
        self.counts = counts
        if action.seq == self._counted_up_to + 1:  # else another window's action in between is not counted yet
            self._counted_up_to = action.seq

    def _count(self) -> None:
        """Count everything."""
        counted_up_to = -1
        while counted_up_to != self._library.reading.seq:  # a decision made meanwhile may be half counted
            counted_up_to = self._library.reading.seq
            counts = self._library.counts()
        self.counts, self._counted_up_to = counts, counted_up_to
        self._kept = self._worth_keeping()

    def _catch_up(self) -> bool:
        """Bring what was counted before up to date; whether that could be."""
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
        """Counts after changes of states; None where only counting everything tells."""
        catalogue = self._library.catalogue
        keys = {change.key for change in changes}
        ids = catalogue.ids_of(keys)
        if len(set(ids.values())) < len(keys):
            return None  # a paper that the catalogue has lost is on the shelves only while its title is kept
        listed = catalogue.dates_of(ids.values())
        dates = {key: listed[paper] for key, paper in ids.items() if paper in listed}
        shelves = dict(counts.shelves)
        unread: dict[date, int] = {}
        starred: dict[date, int] = {}
        for change in changes:
            more_unread = change.after.is_unread - change.before.is_unread
            more_starred = change.after.starred - change.before.starred
            if dates.get(change.key):  # what is on no date does not count as unread
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

    def _worth_keeping(self) -> KeptCounts | None:
        """The counts with what they were counted from, unless more is known by now than is counted."""
        mark = self._library.reading.mark()
        return KeptCounts(mark, self._edition, self.counts) if mark and mark.seq == self._counted_up_to else None

    def _keep(self) -> None:
        kept = self._worth_keeping()
        if kept and kept != self._stored:
            save_counts(self._library.folder, kept)


def _later(state: ReadingState) -> bool:
    return state.status is ReadingStatus.LATER
