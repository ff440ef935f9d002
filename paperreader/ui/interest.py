"""The order by interest of the lists: which list has it, with which scores, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from paperreader.domain.list_order import ListOrder, default_order
from paperreader.domain.lists import Place, Shelf
from paperreader.domain.paper import Paper
from paperreader.domain.text import Safe
from paperreader.ranking.scores import NO_SCORES, Scores, percent
from paperreader.services.library import Library
from paperreader.services.ranking.reading_order import NOT_YET, ReadingOrder, load_order
from paperreader.ui.presenting.rows.paper_rows import score_text

if TYPE_CHECKING:
    from paperreader.ranking.reasons import Reasons


class Interest:
    """The order that was learned, and the one in which the open list stands.

    A list keeps its scores while it is open, whatever is learned meanwhile, so that nothing moves.
    """

    def __init__(self, library: Library, *, orders_dates: bool) -> None:
        self._library, self._orders_dates = library, orders_dates
        self._is_read = False
        """Whether the scores of the last session were looked for."""
        self.learned: ReadingOrder | None = None
        """What was learned last; None if there are too few decisions."""
        self.used: ReadingOrder | None = None
        """The order of the open list; None if the list is not by interest."""

    @property
    def scores(self) -> Scores:
        """The scores of the open list; empty if it is not by interest."""
        return self.used.scores if self.used else NO_SCORES

    def order(self, place: Place, chosen: ListOrder | None) -> ListOrder:
        """The order in which a list opens; `chosen` is the order of the user.

        It is not by interest if nothing is learned, or if few papers of a date have scores.
        """
        order = self.wanted(place, chosen)
        if order is ListOrder.INTEREST and not self._is_possible(place):
            order = ListOrder.UNREAD_FIRST if isinstance(place, date) else ListOrder.NEWEST
        self.used = self.learned if order is ListOrder.INTEREST else None
        return order

    def wanted(self, place: Place, chosen: ListOrder | None) -> ListOrder:
        """The order that a list has as soon as that is possible."""
        is_usual = isinstance(place, date) and self._orders_dates
        return chosen or (ListOrder.INTEREST if is_usual else default_order(place))

    def _is_possible(self, place: Place) -> bool:
        if not self._is_read:
            self._is_read, self.learned = True, load_order(self._library)
        if self.learned is None or not isinstance(place, date):
            return self.learned is not None
        papers, scores = self._library.ranked_ids(place), self.learned.scores
        return 2 * sum(scores.of(paper) is not None for paper in papers) > len(papers)

    def name(self, place: Place, order: ListOrder) -> str:
        """The order of the open list in words."""
        if self.used:
            return f"by interest, from {self.used.scores.decisions:,} decisions"
        is_missing = place is Shelf.FOR_YOU and self.learned is None
        return f"{order}, {NOT_YET}" if is_missing else f"{order}"

    def text_of(self, number: int) -> Safe:
        """The score of a paper of the open list, empty if it has none."""
        logit = self.scores.of(number)
        return score_text(None if logit is None else percent(logit))

    def reasons(self, number: int, paper: Paper) -> Reasons | None:
        """Why a paper of the open list has its score; None if that is unknown."""
        return self.used.reasons(number, paper) if self.used else None
