"""The sort command: short lists at once, long lists in a thread."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable, Sequence

from paperreader.domain.list_order import ListOrder, default_order
from paperreader.domain.lists import Place
from paperreader.ranking.scores import NO_SCORES, Scores
from paperreader.services.lists.long_list import LongList
from paperreader.services.lists.ordering import picked, sort_apart, sort_list
from paperreader.services.ranking.reading_order import NOT_YET, ReadingOrder
from paperreader.ui.commands.finding.filter import FilterCommands
from paperreader.ui.keys.command_table import command_of, keys_of
from paperreader.ui.view import View


class SortCommands:
    """The command that sorts the list. `done` is called once the sorted list is shown."""

    def __init__(self, view: View, filter_commands: FilterCommands, done: Callable[[], None]) -> None:
        self._view, self._filter_commands, self._done = view, filter_commands, done

    async def sort(self) -> None:
        """Ask for an order, and sort the list."""
        desk = self._view.desk
        current, orders = desk.found_order if desk.filter else desk.order, self.orders()
        labels = {key: f"{order}{' (now)' if order is current else ''}" for key, order in orders.items()}
        key = await self._view.prompt.ask("sort", labels, leaves=("q", *keys_of("sort", self._view.commands)))
        if key is not None:
            await self.sort_by(orders[key])

    def orders(self) -> dict[str, ListOrder]:
        """The orders that the open list has, by key."""
        orders = {key: ListOrder(name) for key, name in command_of("sort").choices}
        is_best = default_order(self._place) is ListOrder.BEST
        return {key: order for key, order in orders.items() if is_best or order is not ListOrder.BEST}

    async def sort_by(self, order: ListOrder) -> None:
        """Sort the list or the filtered papers."""
        await self._begin(self._place, order)

    @property
    def _place(self) -> Place | None:
        return None if self._view.desk.filter else self._view.desk.place

    async def _begin(self, place: Place | None, order: ListOrder) -> None:
        """Remember the order, and sort the list or the filtered papers. Returns early if that takes long."""
        view = self._view
        interest = view.desk.interest.learned if order is ListOrder.INTEREST else None
        if order is ListOrder.INTEREST and interest is None:
            view.tell(f"not sorted by interest {NOT_YET}", "warning")
            return
        view.session = view.session.sorted_by(place, order)
        self._filter_commands.score_by(interest)
        shown, is_slow = asyncio.Event(), False

        async def sort() -> None:
            try:
                with view.errors_in_status():
                    if place is None:
                        await self._filter_commands.show_in(order)
                    elif (found := await self._sorted(order, interest)) is not None:
                        view.show_sorted(found, order, interest)
                        self._done()
                    if is_slow:
                        view.tell("")
            finally:
                shown.set()

        view.screen.run_worker(sort(), group="sort", exclusive=True)
        try:
            await asyncio.wait_for(shown.wait(), view.limits.keys_wait)
        except TimeoutError:
            is_slow = True
            view.tell(f"sorting {len(view.desk.view):,} papers: {order}")

    async def _sorted(self, order: ListOrder, interest: ReadingOrder | None) -> Sequence[int] | None:
        """The papers of the list in an order, including papers that join meanwhile; None if another list opens."""
        desk = self._view.desk
        place = desk.place
        while desk.place == place:
            ids = desk.ids
            if isinstance(ids, LongList):
                await asyncio.wrap_future(ids.whole)
                if desk.ids is ids:
                    self._view.take_whole()
                continue
            found = await self._put_in_order(place, ids, order, interest.scores if interest else NO_SCORES)
            if desk.ids is ids:
                return found
        return None

    async def _put_in_order(self, place: Place, ids: Sequence[int], order: ListOrder, scores: Scores) -> Sequence[int]:
        desk = self._view.desk
        if order is ListOrder.BEST and desk.similar:
            return picked(array("q", desk.similar.found), ids)
        if order is ListOrder.BEST:
            found = await asyncio.wrap_future(desk.saved.find(desk.query))
            return picked(found.ids, ids)
        if len(ids) <= self._view.limits.sort_at_once:
            return sort_list(desk.library, place, ids, order, scores=scores)
        return await asyncio.to_thread(sort_apart, desk.library, place, ids, order, scores)
