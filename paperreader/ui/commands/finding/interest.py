"""The order by interest on the screen: what is learned after each decision, and the first list of a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from paperreader.domain.list_order import ListOrder
from paperreader.domain.lists import Place
from paperreader.services.ranking.reading_order import ReadingOrder
from paperreader.ui.background.order_update import OrderUpdate
from paperreader.ui.view import View


class InterestCommands:
    """Learns while the reader is open. A list keeps its rows in their places until it is opened or sorted again."""

    def __init__(self, view: View, open_place: Callable[[Place], None]) -> None:
        self._view, self._open_place = view, open_place
        self._before = view.session
        """The session as it was before the first list was opened."""
        self._update = OrderUpdate(view.desk.library, self._take, lambda error: view.tell(error, "error"), view.limits)

    def follow(self) -> None:
        """Learn again if anything was decided or imported."""
        self._update.look()

    def stop(self) -> None:
        """Stop learning."""
        self._update.stop()

    def _take(self, order: ReadingOrder | None) -> None:
        """Use an order for the lists that are opened from now on.

        The first list of a session is ordered once, if no key was pressed yet.
        """
        with self._view.errors_in_status():
            view, interest = self._view, self._view.desk.interest
            is_first = interest.learned is None or interest.learned.learned is None
            interest.learned = order
            place = view.desk.place
            if not (is_first and order) or view.desk.filter:
                return
            if interest.used and interest.used.scores == order.scores:
                interest.used = order
                view.show_paper(keep_place=True)
            elif view.keys.has_typed:
                if interest.used:  # with scores of the last session; the places of the rows stay
                    interest.used = order
                    view.papers.replace()
                    view.show_paper(keep_place=True)
            elif interest.wanted(place, view.session.order_of(place)) is ListOrder.INTEREST:
                view.session = replace(view.session, papers=self._before.papers)
                self._open_place(place)
