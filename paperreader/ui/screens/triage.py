"""The triage screen: dates, papers and abstract side by side.

It composes the panes, hands every command to the object that carries it out (`paperreader.ui.actions`), and follows
what other processes change. What is in view is the `View`'s, what lies open is the `Desk`'s.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.places import Place
from paperreader.domain.text import clean_line
from paperreader.errors import PaperReaderError
from paperreader.services.library import Library
from paperreader.storage.drafts import Drafts
from paperreader.storage.session import Session
from paperreader.ui.actions.asking import Asking
from paperreader.ui.actions.deciding import Deciding
from paperreader.ui.actions.moving import Moving
from paperreader.ui.actions.reaching import Reaching
from paperreader.ui.bindings import bindings
from paperreader.ui.commands import COMMANDS, Command, Scope
from paperreader.ui.desk import Desk
from paperreader.ui.filtering import Filtered, Filtering
from paperreader.ui.telling import tells_errors
from paperreader.ui.type_ahead import KeyGate
from paperreader.ui.view import View
from paperreader.ui.widgets.filter_bar import FilterBar
from paperreader.ui.widgets.line_list import LineList

BREAKPOINTS = [(0, "-narrow"), (70, "-medium"), (100, "-wide")]
"""The columns from which on the panes stand one above the other, two side by side, or all three."""
POLL = 0.5
"""Seconds between looks at what other processes changed."""
PREPARE_AFTER = 0.15
"""Seconds after opening a list before its index is built, so that leafing through dates builds none."""


DECIDING = ("star", "read", "skip", "later", "repeat", "tags", "note", "read_all", "advance", "select", "select_range")
"""The commands that are refused while the dates lie over the list that they would go to."""


class TriageScreen(Screen[None]):
    """The three panes."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        command.id for command in COMMANDS if command.scope is Scope.PAPERS or command.id == "clear"
    )
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    AUTO_FOCUS = "#papers"

    def __init__(
        self,
        library: Library,
        session: Session,
        keys: KeyGate,
        commands: Sequence[Command] = COMMANDS,
    ) -> None:
        columns = shutil.get_terminal_size().columns
        # With the class that the first resize would bring, so that it does not style everything a second time.
        super().__init__(classes=next(name for least, name in reversed(BREAKPOINTS) if columns >= least))
        self.view = View(Desk(library), session, commands, self)
        self.filter_bar = FilterBar(id="filter")
        self._filtering = Filtering(library, self._show_filtered)
        self._moving = Moving(self.view, self, self.open_place)
        self._deciding = Deciding(self.view, self._moving.next_unread)
        self._asking = Asking(self.view, self, self._deciding, keys, Drafts(library.folder))
        self._actions = (self, self._moving, self._deciding, self._asking, Reaching(self.view))
        self._keys = keys
        self._came_from: int | None = None
        self._catalogue_version = library.catalogue.version()
        self._prepare_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Header, panes, status line or filter bar, footer."""
        yield self.view.header
        with Horizontal(id="body"):
            yield self.view.dates
            yield self.view.papers
            yield self.view.page
        yield self.view.status
        yield self.filter_bar
        yield self.view.footer

    @tells_errors
    def on_mount(self) -> None:
        """Open the list that was left, and begin to look after decisions and other processes."""
        desk = self.view.desk
        self.open_place(desk.first_place(self.view.session.place))
        self.run_worker(self._deciding.queue.run(), name="decisions")
        self.set_interval(POLL, self._poll)
        for notice in (*desk.library.take_notices(), *self._asking.take_over_drafts()):
            self.notify(clean_line(notice), severity="warning", timeout=15)

    def tell_error(self, error: PaperReaderError) -> None:
        """Say in the status line what failed."""
        self.view.tell(str(error), "error")

    @tells_errors
    def action_do(self, name: str) -> None:
        """Carry out the command of that id."""
        if self._dates_cover_list and name in DECIDING:
            self.view.tell("the list is behind the dates: Enter goes to it")
            return
        command: Callable[[], None] = next(
            getattr(actions, name) for actions in self._actions if hasattr(actions, name)
        )
        command()

    async def finish(self, within: float | None = None) -> int:
        """Make the decisions that are still queued; how many were withdrawn when the time was over."""
        return await self._deciding.queue.finish(within)

    def on_unmount(self) -> None:
        """Drop what the filter has under way."""
        self._filtering.close()

    def on_resize(self) -> None:
        """Fit the bars to the new width."""
        self.view.show_counts()
        self.view.show_footer()

    # Places

    def open_place(self, place: Place) -> None:
        """Open the list of a place."""
        self._close_bar()
        self._came_from = None
        self.view.open_place(place)
        self._filtering.use(self.view.desk.ids)
        if self._prepare_timer:
            self._prepare_timer.stop()
        self._prepare_timer = self.set_timer(PREPARE_AFTER, self._filtering.prepare)

    @on(LineList.Moved, "#papers")
    @tells_errors
    def _paper_moved(self) -> None:
        self.view.moved()

    @on(LineList.Moved, "#dates")
    @tells_errors
    def _date_moved(self) -> None:
        place = self.view.dates.place
        if place is not None and place != self.view.desk.place:
            self.open_place(place)

    @property
    def _dates_cover_list(self) -> bool:
        return self.view.dates.has_class("-open") and not self.has_class("-wide")

    @on(LineList.Chosen, "#dates")
    def _date_chosen(self) -> None:
        if self._dates_cover_list:
            self.set_focus(self.view.papers)

    def on_descendant_focus(self) -> None:
        """The overlay of dates is there while it has the focus."""
        if self.focused is not self.view.dates:
            self.view.dates.remove_class("-open")

    # The filter

    def filter(self) -> None:
        """Open the filter bar."""
        if not self.view.desk.filter:
            self._came_from = self.view.papers.current
        self._filtering.prepare()
        self.add_class("-filtering")
        self.view.show_footer()
        self.set_focus(self.filter_bar)

    def filter_keep(self) -> None:
        """Go to the list and keep the filter, when the answer to what was typed is there."""
        self._keys.hold()

        async def keep() -> None:
            await self._filtering.settle()
            self.remove_class("-filtering")
            self.set_focus(self.view.papers)
            self.view.tell("")
            self.view.show_footer()
            self._keys.release()

        self.run_worker(keep(), group="keep")

    def clear(self) -> None:
        """Clear what stands in the way: the filter's text, then its bar; the dates, the selection, a kept filter."""
        view = self.view
        if self.has_class("-filtering"):
            if self.filter_bar.value:
                self.filter_bar.value = ""
            else:
                self._close_bar()
        elif self._dates_cover_list:
            self.set_focus(view.papers)
        elif view.anchor is not None or view.papers.selected:
            view.drop_selection()
        else:
            self._close_bar()
            self._clear_filter()
        view.tell("")

    @on(Input.Changed, "#filter")
    @tells_errors
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        if not event.value.strip():
            self._filtering.forget()
            self._clear_filter()
        elif self.has_class("-filtering"):
            # A worker: typing goes on while a long list is searched.
            self.run_worker(self._show_answer(self._filtering.ask(event.value)), group="filter")

    async def _show_answer(self, answer: Coroutine[None, None, None]) -> None:
        try:
            await answer
        except PaperReaderError as error:
            self.tell_error(error)

    def _show_filtered(self, found: Filtered) -> None:
        desk = self.view.desk
        desk.view, desk.marker, desk.filter = found.ids, found.marker, found.text
        self.view.show_list()
        self.view.show_footer(found.remark)

    def _clear_filter(self) -> None:
        """Give the list back with the cursor on the same paper."""
        if self.view.desk.filter:
            current = self.view.papers.current
            current = self._came_from if current is None else current
            self.view.desk.clear_filter()
            self.view.show_list(current)

    def _close_bar(self) -> None:
        if self.has_class("-filtering"):
            self.remove_class("-filtering")
            self.set_focus(self.view.papers)
            self.view.show_footer()
        with self.filter_bar.prevent(Input.Changed):
            self.filter_bar.value = ""

    # Other processes

    async def _poll(self) -> None:
        """Take over what other processes changed; the cursor stays where it is."""
        library = self.view.desk.library
        try:
            changed = await asyncio.to_thread(library.reading.poll)
            version = library.catalogue.version()
        except PaperReaderError as error:
            self.tell_error(error)
            return
        if version != self._catalogue_version:
            self._catalogue_version = version
            self._take_over_import()
        if changed is None or changed:
            self._take_over_decisions(changed)

    @tells_errors
    def _take_over_decisions(self, changed: set[PaperKey] | None) -> None:
        view = self.view
        view.desk.recount()
        view.papers.replace(None if changed is None else view.desk.numbers(changed).values())
        view.show_counts()
        view.show_paper(keep_place=True)

    @tells_errors
    def _take_over_import(self) -> None:
        view = self.view
        current = view.papers.current
        if view.desk.merge_new():
            self._filtering.use(view.desk.ids)
            self._filtering.prepare()
        if not view.desk.filter:
            view.show_list(current)
        view.show_counts()
