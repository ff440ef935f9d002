"""What lies open in the reader: a list of papers, a filter on it, and what can be asked of both; without a screen."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from paperreader.domain.entry import Entry
from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.places import Place, Shelf
from paperreader.domain.reading import ReadingState
from paperreader.domain.text import Safe
from paperreader.errors import StoreError
from paperreader.services.library import Counts, Library
from paperreader.services.tally import Tally
from paperreader.services.triage import Triage
from paperreader.ui.marking import Marker, no_marks
from paperreader.ui.presenting import count_of, paper_row
from paperreader.ui.widgets.paper_list import PaperRow

CHUNK = 200
"""Papers looked at together when the next unread one is sought."""


class Desk:
    """The open list of a library; `ids` is the list, `view` what the filter leaves of it, best first."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.triage = Triage(library)
        self._tally = Tally(library)
        self.place: Place = Shelf.ALL
        self.ids: array[int] = array("q")
        self.view: array[int] = self.ids
        self.marker: Marker = no_marks
        self.filter = ""
        """The text of the filter, empty where there is none."""

    @property
    def counts(self) -> Counts:
        """The figures of the library."""
        return self._tally.counts

    @property
    def day(self) -> date | None:
        """The date whose list is open, if it is one of a date."""
        return None if isinstance(self.place, Shelf) else self.place

    # Lists

    def first_place(self, remembered: Place | None) -> Place:
        """Where to begin: the remembered place if it is still there, else the newest date."""
        days = [count.date for count in self.counts.dates]
        if isinstance(remembered, Shelf) or remembered in days:
            return remembered
        return days[0] if days else Shelf.ALL

    def open(self, place: Place) -> None:
        """Open the list of a place, unread papers first, without a filter."""
        self.place = place
        self.ids = self.library.ids(place)
        self.clear_filter()

    def clear_filter(self) -> None:
        """Give the whole list back."""
        self.view, self.marker, self.filter = self.ids, no_marks, ""

    def neighbour(self, step: int) -> Place | None:
        """The next older (1) or newer (-1) date; from a shelf, the newest one."""
        days = [count.date for count in self.counts.dates]
        if self.place not in days:
            return days[0] if days else None
        index = days.index(self.place) + step  # type: ignore[arg-type]
        return days[index] if 0 <= index < len(days) else None

    def merge_new(self) -> bool:
        """Take over papers that another process imported, behind those that are there; whether there were any."""
        self._tally.recount()
        if self.day and count_of(self.day, self.counts) is None:
            self.place = self._moved_to() or self.place
        known = set(self.ids)
        present = self.library.keys_of(self.ids)
        kept = [paper for paper in self.ids if paper in present]
        came = [paper for paper in self.library.ids(self.place) if paper not in known]
        if not came and len(kept) == len(self.ids):
            return False
        whole = self.view is self.ids
        self.ids = array("q", [*kept, *came])
        if whole:
            self.view = self.ids
        return True

    def _moved_to(self) -> date | None:
        """The date that most of the open papers are listed on, now that their own is gone."""
        listed = self.library.catalogue.dates_of(self.keys(self.ids))
        days = Counter(day for dates in listed.values() for day in dates)
        return days.most_common(1)[0][0] if days else None

    # Papers

    def rows(self, ids: Sequence[int]) -> dict[int, PaperRow]:
        """What the list shows of papers; nothing while the catalogue cannot be read, which keys will tell."""
        try:
            found = self.library.rows(ids)
        except StoreError:
            return {}
        states = {row.key: self.library.state(row.key) for row in found}
        returned = self._returned(states)
        return {
            row.id: paper_row(row.title, states[row.key], self.day, self.marker, returned.get(row.key)) for row in found
        }

    def _returned(self, states: Mapping[PaperKey, ReadingState]) -> dict[PaperKey, date]:
        """The earlier dates on which papers of this date's list were decided, as far as they list them still."""
        day = self.day
        earlier = {
            key: state.decided_in
            for key, state in states.items()
            if day and state.decided_in and state.decided_in < day and not state.is_unread
        }
        if not earlier:
            return {}
        listed = self.library.catalogue.dates_of(earlier)
        return {key: before for key, before in earlier.items() if before in listed.get(key, ())}

    def entry(self, paper: int) -> Entry | None:
        """One paper, whole."""
        return next(iter(self.library.entries([paper])), None)

    def keys(self, ids: Iterable[int]) -> list[PaperKey]:
        """The keys of papers, in their order."""
        ids = list(ids)
        found = self.library.keys_of(ids)
        return [found[paper] for paper in ids if paper in found]

    def numbers(self, keys: Iterable[PaperKey]) -> dict[PaperKey, int]:
        """The numbers of papers by their keys."""
        return self.library.ids_of(keys)

    def titles(self, keys: Iterable[PaperKey]) -> dict[PaperKey, Safe]:
        """The titles of papers by their keys."""
        numbers = self.numbers(keys)
        return {row.key: row.title for row in self.library.rows(list(numbers.values()))}

    def next_unread(self, row: int, step: int) -> int | None:
        """The next row, downwards (1) or upwards (-1), whose paper is unread."""
        rows = range(row + step, len(self.view) if step > 0 else -1, step)
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            keys = self.library.keys_of(self.view[index] for index in part)
            for index in part:
                key = keys.get(self.view[index])
                if key is not None and self.library.state(key).is_unread:
                    return index
        return None

    # Changes

    def follow(self, action: Action) -> None:
        """Take over what a decision changed."""
        self._tally.follow(action)

    def recount(self) -> None:
        """Take over what other processes may have changed."""
        self._tally.recount()
