"""Commands of the filter bar: filter the list, or search all papers."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from paperreader.domain.list_order import ListOrder
from paperreader.domain.places import Shelf
from paperreader.errors import PaperReaderError
from paperreader.services.library import Library
from paperreader.ui.background.filtering import Filtered, Filtering
from paperreader.ui.background.indexing import Indexing
from paperreader.ui.limits import Limits
from paperreader.ui.terminal.type_ahead import KeyGate
from paperreader.ui.view import View
from paperreader.ui.widgets.filter_bar import FilterBar


class FilterCommands:
    """The filter bar and its searches. The screen has the class `-filtering` while the bar is open."""

    def __init__(self, view: View, screen: Screen[Any], keys: KeyGate, library: Library, limits: Limits) -> None:
        self._view, self._screen, self._keys = view, screen, keys
        self.bar = FilterBar(id="filter")
        self._filtering = Filtering(library, self._show, self._show_elsewhere, self._index_lost, limits)
        self._indexing = Indexing(library.catalogue.path, self._tell_indexing, self._filtering.renew, limits)
        self._filtering.order = view.session.order_of(None)
        self._came_from: int | None = None
        self._stays_on: int | None = None
        """The paper that keeps the cursor when the next result is shown."""

    @property
    def is_open(self) -> bool:
        """Whether the bar is open."""
        return self._screen.has_class("-filtering")

    @property
    def is_ready(self) -> bool:
        """Whether the list in view is indexed in memory."""
        return self._filtering.is_ready

    def use_list(self) -> None:
        """Use the list that is open now."""
        self._came_from = self._stays_on = None
        self._filtering.use(self._view.desk.ids, self._view.desk.place)

    def follow_list(self) -> None:
        """Filter the open list again after papers joined it or it was sorted."""
        is_asked = self._filtering.is_asked
        self._filtering.go_on_with(self._view.desk.ids, self._view.desk.place)
        if is_asked:
            self._ask(self.bar.value if self.is_open else self._view.desk.filter)

    def prepare(self) -> None:
        """Index the list, and update the search index."""
        self._filtering.prepare()
        self._indexing.look()

    def stop(self) -> None:
        """Stop background work."""
        self._indexing.stop()
        self._filtering.close()

    # The commands

    def filter(self) -> None:
        """Open the filter bar."""
        if not self._view.desk.filter:
            self._came_from = self._view.papers.current
        self._filtering.prepare()
        self._screen.add_class("-filtering")
        self._view.show_footer()
        self._screen.set_focus(self.bar)

    def filter_keep(self) -> None:
        """Go to the list and keep the filter, once the result is there."""
        self._keys.hold()

        async def keep() -> None:
            await self.keep()
            self._keys.release()

        self._screen.run_worker(keep(), group="keep")

    async def keep(self) -> None:
        """Keep the filter, once the result is there."""
        await self._filtering.settle()
        self._screen.remove_class("-filtering")
        self._screen.set_focus(self._view.papers)
        self._view.remember_query()
        self._view.tell("")
        self._view.show_footer()

    def filter_widen(self) -> None:
        """Switch between the list and all papers."""
        if self._view.desk.place is Shelf.ALL:
            self._view.show_footer("this list has all papers already")
            return
        self._filtering.is_everywhere = not self._filtering.is_everywhere
        if self.bar.value.strip():
            self._ask(self.bar.value)
        else:
            everywhere = self._filtering.is_everywhere
            self._view.show_footer("searching all papers" if everywhere else "searching the list")

    def say(self, message: str, role: str = "muted") -> None:
        """Show a message where it is visible: the filter bar covers the status line."""
        if self.is_open:
            self._view.show_footer(message)
        else:
            self._view.tell(message, role)

    # What was typed

    @property
    def text(self) -> str:
        """The query in the bar, or the filter of the list; empty without either."""
        return self.bar.value.strip() if self.is_open else self._view.desk.filter.strip()

    def typed(self, text: str) -> None:
        """Filter by the text in the bar."""
        if not text.strip():
            self._filtering.forget()
            self.give_back()
        elif self.is_open:
            self._ask(text)

    def ask_again(self) -> None:
        """Filter a list that changed."""
        if self._view.desk.filter:
            self._ask(self._view.desk.filter)

    async def show_in(self, order: ListOrder) -> None:
        """Show the results in another order, with the cursor on the same paper."""
        self._filtering.order = order
        self._stays_on = self._view.papers.current
        self.ask_again()
        await self._filtering.settle()

    def give_back(self) -> None:
        """Remove the filter. The cursor stays on its paper, or returns to where it was before the filter."""
        if self._view.desk.filter:
            current = self._view.papers.current
            self._view.desk.clear_filter()
            self._view.show_list(current, self._came_from)

    def close_bar(self) -> None:
        """Close the bar and clear its text."""
        if self.is_open:
            self._screen.remove_class("-filtering")
            self._screen.set_focus(self._view.papers)
            self._view.show_footer()
        self._filtering.is_everywhere = False
        with self.bar.prevent(Input.Changed):
            self.bar.value = ""

    def _ask(self, text: str) -> None:
        # A worker: typing continues while a long list is searched.
        self._screen.run_worker(self._show_answer(self._filtering.ask(text)), group="filter")

    async def _show_answer(self, answer: Coroutine[None, None, None]) -> None:
        try:
            await answer
        except PaperReaderError as error:
            self.say(str(error), "error")

    def _show(self, found: Filtered) -> None:
        self._view.desk.take_found(found)
        self._view.show_list(self._stays_on)
        self._stays_on = None
        self._view.show_footer(found.remark)

    def _show_elsewhere(self, papers: int) -> None:
        self._view.desk.elsewhere = papers
        self._view.name_list()

    # The index

    def _index_lost(self) -> None:
        self._screen.app.call_from_thread(self._indexing.look)

    def _tell_indexing(self, what: str) -> None:
        self._filtering.waits_for = what
        if what != self._view.indexing:
            self._view.indexing = what
            self._view.tell("")
