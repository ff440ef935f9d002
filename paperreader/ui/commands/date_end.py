"""The end of a date: a summary where the abstract was, and the way to the next date."""

import asyncio
from collections.abc import Callable
from datetime import date

from paperreader.domain.lists import Place, Shelf
from paperreader.domain.reading_state import ReadingState
from paperreader.domain.text import Safe
from paperreader.services.pace import NEWEST, pace_of, time_spent
from paperreader.ui.presenting.bars import Decided, place_name
from paperreader.ui.presenting.pages.date_summary import DateSummary, next_date, summary_page
from paperreader.ui.presenting.signs import STAR_SIGN, STATUS_SIGNS
from paperreader.ui.view import View

TITLES = 5
"""Titles that the summary names for each kind of decision."""


class DateEnd:
    """Shows the summary of a date when its last paper is decided, and opens the next date."""

    def __init__(self, view: View, open_place: Callable[[Place], None]) -> None:
        self._view, self._open = view, open_place

    async def measure_pace(self) -> None:
        """Compute the user's pace, and show how long the unread papers will take."""
        reading = self._view.desk.library.reading
        times = await asyncio.to_thread(reading.decision_times, NEWEST)
        self._view.pace = pace_of(times)
        self._view.show_counts()

    def follow(self) -> bool:
        """Show the summary if every paper of the open date is decided; else the paper. Returns whether it is shown."""
        desk, decided = self._view.desk, self._view.desk.decided()
        is_done = decided is not None and 0 < decided.papers == decided.count
        if decided and is_done and desk.day and not desk.filter:
            self._show(desk.day, decided)
            return True
        self._view.leave_summary()
        return False

    def _show(self, day: date, decided: Decided) -> None:
        desk, view = self._view.desk, self._view
        states = desk.library.states(desk.ids[:])
        times = [state.decided_at for state in states.values() if state.decided_at and state.decided_in == day]
        summary = DateSummary(
            place_name(day, desk.counts),
            decided,
            {sign: self._titles(states, sign) for sign in (STAR_SIGN, *STATUS_SIGNS.values())},
            time_spent(times),
            view.pace,
            next_date(day, desk.counts.dates),
            desk.counts.shelves[Shelf.LATER],
            desk.counts.shelves[Shelf.STARRED],
        )
        view.paper.show_summary(summary_page(summary, view.commands))

    def go_on(self) -> bool:
        """Open the next date with unread papers if the summary is shown; False if it is not, or there is no date."""
        desk, day = self._view.desk, self._view.desk.day
        if not self._view.paper.shows_summary or day is None:
            return False
        following = next_date(day, desk.counts.dates)
        if following:
            self._open(following.date)
        return following is not None

    def _titles(self, states: dict[int, ReadingState], sign: str) -> list[Safe]:
        papers = [
            paper
            for paper, state in states.items()
            if (state.starred if sign == STAR_SIGN else STATUS_SIGNS[state.status] == sign)
        ]
        return [row.title for row in self._view.desk.library.rows(papers[:TITLES])]
