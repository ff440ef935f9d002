"""Opens lists: the first papers at once, the rest of a long list and its index for the filter soon after."""

import asyncio

from textual.timer import Timer

from paperreader.domain.lists import Place
from paperreader.errors import QueryError
from paperreader.services.lists.long_list import LongList
from paperreader.ui.commands.finding.filter import FilterCommands
from paperreader.ui.keys.command_table import key_of
from paperreader.ui.view import View


class ListOpening:
    """Opens the list of a place, and opens it again when its query changed."""

    def __init__(self, view: View, filter_commands: FilterCommands) -> None:
        self._view, self._filter_commands = view, filter_commands
        self._prepare_timer: Timer | None = None

    def open_place(self, place: Place) -> None:
        """Open the list of a place."""
        self._filter_commands.close_bar()
        self._view.open_place(place)
        self._filter_commands.use_list()
        self.read_whole()
        self._prepare_soon()

    def _prepare_soon(self) -> None:
        if self._prepare_timer:
            self._prepare_timer.stop()
        self._prepare_timer = self._view.screen.set_timer(self._view.limits.prepare, self._filter_commands.prepare)

    def read_whole(self) -> None:
        """Show the rest of a long list once it is read."""
        if isinstance(ids := self._view.desk.ids, LongList):
            self._view.screen.run_worker(self._take_whole(ids), group="whole", exclusive=True)

    def list_sorted(self) -> None:
        """Filter the sorted list again, unless a running filter finds the same papers."""
        if not self._view.desk.filter:
            self._filter_commands.follow_list()
            self._prepare_soon()

    async def _take_whole(self, ids: LongList) -> None:
        """Show a long list once it is read whole. Nothing moves on the screen."""
        expected = len(ids)
        await asyncio.wrap_future(ids.whole)
        if self._view.desk.ids is ids:
            self._view.take_whole()
            if len(ids) != expected:
                self._filter_commands.ask_again()
        if isinstance(ids.problem, QueryError):
            self._view.tell(f"{key_of('remove_shelf', self._view.commands)} removes this shelf: {ids.problem}", "error")
        elif ids.problem:
            self._view.tell(str(ids.problem), "error")

    def follow_shelves(self) -> None:
        """Open a saved shelf again after its query changed; the newest date if the shelf is gone."""
        desk = self._view.desk
        if desk.is_outdated and not self._filter_commands.is_open:
            self.open_place(desk.first_place(desk.place))
