"""Commands of the filter bar: filter the list, or search all papers."""

from __future__ import annotations

from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING

from textual.widgets import Input

from paperreader.domain.list_order import ListOrder, default_order
from paperreader.domain.lists import Shelf
from paperreader.errors import PaperReaderError
from paperreader.ranking.scores import NO_SCORES
from paperreader.services.job_progress import JobFailure, JobProgress
from paperreader.services.ranking.reading_order import ReadingOrder
from paperreader.ui.background.filter_search import Filtered, FilterSearch
from paperreader.ui.background.index_update import IndexUpdate
from paperreader.ui.presenting.bars import place_name
from paperreader.ui.presenting.empty_lists import in_place, nothing_found
from paperreader.ui.typed_lines import CompletionCycle, LineHistory, complete_query
from paperreader.ui.view import View
from paperreader.ui.widgets.input_lines import FilterBar

if TYPE_CHECKING:
    from paperreader.services.searching.nearest_query import NearestQuery


class FilterCommands:
    """The filter bar and its searches. The screen has the class `-filtering` while the bar is open."""

    def __init__(self, view: View) -> None:
        self._view, library, limits = view, view.desk.library, view.limits
        self.bar = FilterBar(id="filter")
        self._search = FilterSearch(
            library, self._show, self._show_elsewhere, self._show_nearest, self._index_lost, limits
        )
        self._index = IndexUpdate(library.catalogue.path, self._tell_indexing, self._search.renew, limits)
        self._search.order = view.session.order_of(None) or default_order(None)
        self._came_from: int | None = None
        """The paper where the bar was opened."""
        self._stays_on: int | None = None
        """The paper that keeps the cursor when the next result is shown."""
        self._nearest: NearestQuery | None = None
        """The nearest query that finds something, while the query in the bar finds nothing."""
        self._problem = ""
        """What is wrong with the query."""
        self._completions, self._history = CompletionCycle(), LineHistory()

    @property
    def is_open(self) -> bool:
        """Whether the bar is open."""
        return self._view.screen.has_class("-filtering")

    @property
    def is_ready(self) -> bool:
        """Whether the list in view is indexed in memory."""
        return self._search.is_ready

    def use_list(self) -> None:
        """Use the list that is open now."""
        self._came_from = self._stays_on = None
        self._search.use(self._view.desk.ids, self._view.desk.place)

    def follow_list(self) -> None:
        """Filter the open list again after papers joined it or it was sorted."""
        is_asked = self._search.is_asked
        self._search.go_on_with(self._view.desk.ids, self._view.desk.place)
        if is_asked:
            self._ask(self.bar.value if self.is_open else self._view.desk.filter)

    def prepare(self) -> None:
        """Index the list, and update the search index."""
        self._search.prepare()
        self._index.look()

    def stop(self) -> None:
        """Stop background work."""
        self._index.stop()
        self._search.close()

    # The commands

    def filter(self) -> None:
        """Open the filter bar."""
        self._came_from = self._view.papers.current
        self._search.prepare()
        if not self.bar.is_attached:  # mounted when it is needed first: the first frame does not wait for it
            self._view.screen.mount(self.bar, self._view.bars.found)
        self._set_open(True)
        self._view.show_footer()

    async def filter_keep(self) -> None:
        """Go to the list and keep the filter, once the result is there."""
        await self._search.settle()
        self._set_open(False)
        self._view.remember_query()
        self._view.tell("")
        self._view.show_footer()

    def filter_widen(self) -> None:
        """Switch between the list and all papers."""
        if self._view.desk.place is Shelf.ALL:
            self._view.show_footer("this list has all papers already")
            return
        self._search.is_everywhere = not self._search.is_everywhere
        if self.bar.value.strip():
            self._ask(self.bar.value)
        else:
            everywhere = self._search.is_everywhere
            self._view.show_footer("searching all papers" if everywhere else "searching the list")

    # Completion and history

    def complete(self) -> None:
        """Complete the word at the cursor, or show the next candidate; of a query without hits, take the nearest."""
        if self._nearest and not self._view.desk.view:
            self._put(self._nearest.text)
            return
        find = partial(complete_query, self._view.desk)
        following = self._completions.next((self.bar.value, self.bar.cursor_position), find)
        if following is None:
            self._view.show_footer("nothing to complete here")
        else:
            self.bar.value, self.bar.cursor_position = following

    def earlier_query(self) -> None:
        """Show the next older query."""
        was_walking = self._history.is_walking(self.bar.value)
        query = self._history.earlier(self.bar.value, self._view.session.queries)
        if query is None:
            self._view.show_footer("there is no older query" if was_walking else "there is no earlier query")
        else:
            self._put(query)

    def later_query(self) -> Coroutine[None, None, None] | None:
        """Show the next newer query, then the typed text; from there, go to the list."""
        query = self._history.later(self.bar.value)
        if query is None:
            return self.filter_keep()
        self._put(query)
        return None

    def _put(self, query: str) -> None:
        self.bar.value, self.bar.cursor_position = query, len(query)

    # What was typed

    @property
    def text(self) -> str:
        """The query in the bar, or the filter of the list; empty without either."""
        return self.bar.value.strip() if self.is_open else self._view.desk.filter.strip()

    def typed(self, text: str) -> None:
        """Filter by the text in the bar."""
        if not text.strip():
            self._search.forget()
            self.give_back()
        elif self.is_open:
            self._ask(text)

    def ask_again(self) -> None:
        """Filter a list that changed."""
        if self._view.desk.filter:
            self._ask(self._view.desk.filter)

    async def show_in(self, order: ListOrder) -> None:
        """Show the results in another order, with the cursor on the same paper."""
        self._search.order = order
        self._stays_on = self._view.papers.current
        self.ask_again()
        await self._search.settle()

    def give_back(self) -> None:
        """Remove the filter. The cursor returns to the paper where the bar was opened.

        If the user went to the list since, it stays on its paper.
        """
        if self._view.desk.filter:
            current = self._view.papers.current
            self._view.desk.clear_filter()
            wanted = (self._came_from, current) if self.is_open else (current, self._came_from)
            self._view.show_list(*wanted)

    def leave(self) -> None:
        """Close the bar, remove the filter and return to the paper where the bar was opened."""
        self._search.forget()
        self.give_back()
        self.close_bar()

    def close_bar(self) -> None:
        """Close the bar and clear its text."""
        if self.is_open:
            self._set_open(False)
            self._view.show_footer()
        self._search.is_everywhere = False
        with self.bar.prevent(Input.Changed):
            self.bar.value = ""

    def _set_open(self, is_open: bool) -> None:
        """Open or close the bar. While it is open, the list shows its cursor as if it had the focus."""
        view = self._view
        view.screen.set_class(is_open, "-filtering")
        view.papers.looks_focused = is_open
        place = f"back to paper {view.papers.cursor + 1:,}" if not view.desk.filter and view.papers.ids else "back"
        view.bars.leaves_filter = place if is_open else ""
        view.screen.set_focus(self.bar if is_open else view.papers)

    def _ask(self, text: str) -> None:
        # A worker: typing continues while a long list is searched.
        self._view.screen.run_worker(self._show_answer(self._search.ask(text)), group="filter")

    async def _show_answer(self, answer: Coroutine[None, None, None]) -> None:
        try:
            await answer
        except PaperReaderError as error:
            self._view.tell(str(error), "error")

    def _show(self, found: Filtered) -> None:
        self._view.desk.take_found(found)
        self._nearest, self._problem = None, found.remark
        if not found.ids:
            self._say_nothing_found()
        self._view.show_list(self._stays_on)
        self._stays_on = None
        self._view.show_footer(found.remark)

    def _show_elsewhere(self, papers: int) -> None:
        self._view.desk.elsewhere = papers
        self._view.name_list()

    def _show_nearest(self, query: NearestQuery | None) -> None:
        self._nearest = query
        self._say_nothing_found()

    def _say_nothing_found(self) -> None:
        desk = self._view.desk
        papers = None if desk.place is Shelf.ALL else desk.counts.papers
        where = in_place(desk.place, place_name(desk.place, desk.counts))
        self._view.papers.show_empty(
            nothing_found(
                desk.filter, where, self._problem, self._nearest, papers,
                self._view.commands, is_everywhere=desk.is_everywhere, is_open=self.is_open,
            )
        )  # fmt: skip

    def score_by(self, order: ReadingOrder | None) -> None:
        """Let results be sorted by these scores of the order by interest."""
        self._search.scores = order.scores if order else NO_SCORES

    # The index

    def _index_lost(self) -> None:
        self._view.screen.app.call_from_thread(self._index.look)

    def _tell_indexing(self, job: JobProgress | JobFailure | None) -> None:
        if isinstance(job, JobFailure):
            self._search.waits_for = job.reason
        else:
            figures = f": {job.figures or job.note}" if job else ""
            self._search.waits_for = f"the search index is being built{figures}" if job else ""
        self._view.tell_of_indexing(job)
