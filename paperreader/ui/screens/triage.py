"""The triage screen: dates, papers and abstract side by side.

It composes the panes, calls the command of each key (`paperreader.ui.commands`) and follows changes by other
processes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input
from textual.worker import Worker

from paperreader.config import After, FetchSettings
from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.lists import Place
from paperreader.domain.text import clean_line
from paperreader.errors import QueryError
from paperreader.services.library import Library
from paperreader.services.lists.long_list import LongList
from paperreader.storage.session import Session
from paperreader.ui.commands.bulk import BulkCommands
from paperreader.ui.commands.command_line import CommandLineCommands
from paperreader.ui.commands.decisions import DecisionCommands
from paperreader.ui.commands.dialogs import DialogCommands
from paperreader.ui.commands.filter import FilterCommands
from paperreader.ui.commands.imports import ImportCommands
from paperreader.ui.commands.keys import KeyCommands
from paperreader.ui.commands.links import Browse, LinkCommands
from paperreader.ui.commands.movement import MovementCommands
from paperreader.ui.commands.selection import SelectionCommands
from paperreader.ui.commands.shelves import ShelfCommands
from paperreader.ui.commands.sort import SortCommands
from paperreader.ui.desk import Desk
from paperreader.ui.keys.bindings import APPLICATION, BETWEEN_PANES, MOVEMENT, bindings
from paperreader.ui.keys.command_table import COMMANDS, Command, Scope, key_of
from paperreader.ui.limits import Limits
from paperreader.ui.terminal.type_ahead import KeyGate
from paperreader.ui.view import View
from paperreader.ui.widgets.date_list import DateList
from paperreader.ui.widgets.line_list import LineList

ABOUT_PAPERS = frozenset(command.id for command in COMMANDS if command.scope is Scope.PAPERS)
"""Commands that the dates pane refuses, because their paper is out of sight."""
KEYS_CHANGED = (
    's and r now go on to the next paper; star = "stay" below [triage.after] in config.toml keeps the old way'
)
"""What a user of an earlier version is told once."""
BREAKPOINTS = [(0, "-narrow"), (70, "-medium"), (100, "-wide")]
"""Columns from which on the panes are stacked, two side by side, or three side by side."""


class TriageScreen(Screen[None]):
    """The three panes."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        command.id
        for command in COMMANDS
        if command.scope not in (Scope.FILTER, Scope.COMMAND_LINE)
        and command.id not in (*MOVEMENT, *BETWEEN_PANES, *APPLICATION)
    )
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    AUTO_FOCUS = "#papers"

    def __init__(
        self,
        library: Library,
        session: Session,
        keys: KeyGate,
        commands: Sequence[Command],
        fetching: FetchSettings,
        columns: int,
        limits: Limits,
        browse: Browse,
        after: Mapping[str, After],
    ) -> None:
        # Set the class of the first resize now, so that Textual does not style everything twice.
        super().__init__(classes=next(name for least, name in reversed(BREAKPOINTS) if columns >= least))
        self.view = View(Desk(library, limits), session, commands, self, keys, limits)
        self.filter_commands = FilterCommands(self.view)
        movement = MovementCommands(self.view, self.open_place)
        self._decisions = DecisionCommands(self.view, movement, self._decided, after)
        self._dialog_commands = DialogCommands(self.view, self._decisions)
        self._shelves = ShelfCommands(self.view, self._decisions, self.filter_commands)
        self.import_commands = ImportCommands(self.view, fetching, lambda: self.run_worker(self._poll()))
        sort_commands = SortCommands(self.view, self.filter_commands, self._list_sorted)
        self.key_commands = KeyCommands(self.view, self._begin)
        self.line_commands = CommandLineCommands(
            self.view, self.key_commands, BulkCommands(self.view, self._decisions), sort_commands,
            self._dialog_commands, self.open_place,
        )  # fmt: skip
        owners = (
            self,
            movement,
            self.filter_commands,
            sort_commands,
            self.line_commands,
            self._decisions,
            SelectionCommands(self.view),
            self._dialog_commands,
            self._shelves,
            self.import_commands,
            LinkCommands(self.view, browse),
        )
        self._methods: dict[str, Callable[[], Coroutine[Any, Any, None] | None]] = {
            command.id: getattr(owner, command.id)
            for owner in reversed(owners)
            for command in COMMANDS
            if hasattr(owner, command.id)
        }
        """The method of each command, by command id. A command that waits for an answer is a coroutine."""
        self._counting: Worker[None] | None = None
        self._catalogue_version = library.catalogue.version()
        self._edition = library.catalogue.edition()
        self._prepare_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Header, panes, status line or filter bar, footer."""
        yield self.view.header
        with Horizontal(id="body"):
            yield self.view.dates
            yield self.view.papers
            yield self.view.page
        yield self.view.status
        yield self.filter_commands.bar
        yield self.view.footer
        yield self.line_commands.candidates
        yield self.line_commands.row

    def on_mount(self) -> None:
        """Open the last list, and start to follow decisions and other processes."""
        with self.view.errors_in_status():
            desk = self.view.desk
            self.open_place(desk.first_place(self.view.session.place))
            self.run_worker(self._decisions.queue.run(), name="decisions")
            self._counting = self.run_worker(self._shelves.count(self.view.show_counts), name="counting")
            self.set_interval(self.view.limits.poll, self._poll)
            if reason := desk.library.reading.read_only:
                self._warn([f"this window is read-only: {reason}"])
            self._warn(desk.library.take_notices())
            if not self.view.session.knows_keys:
                self.notify(KEYS_CHANGED, timeout=15)
                self.view.session = replace(self.view.session, knows_keys=True)
            self.call_next(self._look_for_drafts)
            self.set_interval(self.view.limits.look_for_drafts, self._look_for_drafts)
            self.set_timer(self.view.limits.fetch, self.import_commands.fetch_at_start)

    def _warn(self, notices: Iterable[str]) -> None:
        for notice in notices:
            self.notify(clean_line(notice), severity="warning", timeout=15)

    def action_do(self, name: str) -> None:
        """Run the command with this id."""
        with self.view.errors_in_status():
            if waiting := self._begin(name):
                self.view.run_command(waiting)

    def _begin(self, name: str) -> Coroutine[Any, Any, None] | None:
        """Run a command; returns the coroutine of a command that waits."""
        if self.focused is self.view.dates and name in ABOUT_PAPERS:
            self.view.tell(f"you are in the dates; {key_of('choose', self.view.commands)} goes to the papers")
            return None
        return self._methods[name]()

    async def finish(self, within: float | None = None) -> int:
        """Save the queued decisions; returns how many were dropped after `within` seconds."""
        return await self._decisions.queue.finish(within)

    def on_unmount(self) -> None:
        """Stop background work."""
        self.filter_commands.stop()
        self.import_commands.stop()
        if self._counting:
            self._counting.cancel()
        self.view.desk.close()

    def on_resize(self) -> None:
        """Fit the bars to the new width."""
        self.view.show_counts()
        self.view.show_footer()

    # Places

    def open_place(self, place: Place) -> None:
        """Open the list of a place."""
        self.filter_commands.close_bar()
        self.view.open_place(place)
        self.filter_commands.use_list()
        self._read_whole()
        self._prepare_soon()

    def _prepare_soon(self) -> None:
        if self._prepare_timer:
            self._prepare_timer.stop()
        self._prepare_timer = self.set_timer(self.view.limits.prepare, self.filter_commands.prepare)

    def _read_whole(self) -> None:
        if isinstance(ids := self.view.desk.ids, LongList):
            self.run_worker(self._take_whole(ids), group="whole", exclusive=True)

    def _list_sorted(self) -> None:
        """Filter the sorted list again, unless a running filter finds the same papers."""
        if not self.view.desk.filter:
            self.filter_commands.follow_list()
            self._prepare_soon()

    async def _take_whole(self, ids: LongList) -> None:
        """Show a long list once it is read whole. Nothing moves on the screen."""
        expected = len(ids)
        await asyncio.wrap_future(ids.whole)
        if self.view.desk.ids is ids:
            self.view.take_whole()
            if len(ids) != expected:
                self.filter_commands.ask_again()
        if isinstance(ids.problem, QueryError):
            self.view.tell(f"{key_of('remove_shelf', self.view.commands)} removes this shelf: {ids.problem}", "error")
        elif ids.problem:
            self.view.tell(str(ids.problem), "error")

    def _follow_shelves(self) -> None:
        """Open a saved shelf again after its query changed; the newest date if the shelf is gone."""
        desk = self.view.desk
        if desk.is_outdated and not self.filter_commands.is_open:
            self.open_place(desk.first_place(desk.place))

    @on(LineList.Moved, "#papers")
    def _paper_moved(self) -> None:
        with self.view.errors_in_status():
            self.view.moved()

    @on(DateList.Moved)
    def _date_moved(self, event: DateList.Moved) -> None:
        with self.view.errors_in_status():
            if event.place is not None and event.place != self.view.desk.place:
                self.open_place(event.place)

    @property
    def _dates_cover_list(self) -> bool:
        return self.view.dates.has_class("-open") and not self.has_class("-wide")

    @on(LineList.Chosen, "#dates")
    def _date_chosen(self) -> None:
        if self._dates_cover_list:
            self.set_focus(self.view.papers)

    def on_descendant_focus(self) -> None:
        """Hide the overlay of dates when it loses the focus."""
        if self.focused is not self.view.dates:
            self.view.dates.remove_class("-open")
        if self.focused is not self.line_commands.line:
            self.line_commands.close()

    # The filter

    def clear(self) -> None:
        """Clear one thing: the text of the filter, its bar, the dates, the selection, or the kept filter.

        If there is nothing to clear, cancel a running import or fetch.
        """
        view = self.view
        if self.line_commands.is_open:
            self.line_commands.close()
        elif self.filter_commands.is_open:
            if self.filter_commands.bar.value:
                self.filter_commands.bar.value = ""
            else:
                self.filter_commands.close_bar()
        elif self._dates_cover_list:
            self.set_focus(view.papers)
        elif view.anchor is not None or view.papers.selected:
            view.drop_selection()
        elif not view.desk.filter and self.import_commands.stop():
            return
        else:
            self.filter_commands.close_bar()
            self.filter_commands.give_back()
        view.tell("")

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        with self.view.errors_in_status():
            event.stop()
            self.filter_commands.typed(event.value)

    # The catalogue, and other processes

    def _decided(self, action: Action) -> None:
        """Update the catalogue and the open shelf after an action."""
        if action.concerns_catalogue:
            self._keep_in_step()
        if action.shelves:
            self._follow_shelves()

    def _keep_in_step(self) -> None:
        """Update the catalogue after a decision about identity, then show it like a change by another process.

        A failure is shown once; the update is tried again until it succeeds.
        """

        def follow() -> tuple[bool, list[str]]:
            # A connection of its own may wait for another process without delaying keys.
            other = self.view.desk.library.reopen()
            with closing(other.catalogue):
                return other.try_apply_decisions(), other.take_notices()

        async def keep() -> None:
            told: set[str] = set()
            is_in_step = False
            with self.view.errors_in_status():
                while not is_in_step:
                    is_in_step, notices = await asyncio.to_thread(follow)
                    self._warn(notice for notice in notices if notice not in told)
                    told |= set(notices)
                    await self._poll()
                    if not is_in_step:
                        await asyncio.sleep(self.view.limits.follow_again)

        self.run_worker(keep(), group="catalogue", exclusive=True)

    async def _look_for_drafts(self) -> None:
        with self.view.errors_in_status():
            self._warn(await self._dialog_commands.look_for_drafts())

    async def _poll(self) -> None:
        """Show what other processes changed. The cursor stays on its paper."""
        view, library = self.view, self.view.desk.library
        with view.errors_in_status():
            changed = await asyncio.to_thread(library.reading.poll)
            version = library.catalogue.version()
            edition = library.catalogue.edition() if version != self._catalogue_version else self._edition
            self._warn(library.take_notices())
            self._catalogue_version = version
            if edition != self._edition:  # else nothing visible changed
                self._edition = edition
                with view.errors_in_status():
                    await self._show_import()
            if changed is None or changed:
                view.desk.tally.recount()
                view.papers.replace(None if changed is None else library.ids_of(map(PaperKey, changed)).values())
                view.show_paper(keep_place=True)
            self._follow_shelves()
            view.show_counts()

    async def _show_import(self) -> None:
        """Show the papers that another process imported."""
        view = self.view
        read = await asyncio.to_thread(view.desk.read_new)
        while not view.desk.is_of_open_list(read):
            read = await asyncio.to_thread(view.desk.read_new)
        current = view.papers.current
        if view.desk.take_new(read):
            self.filter_commands.follow_list()
        self.filter_commands.prepare()
        if not view.desk.filter:
            view.show_list(current)
        self._read_whole()
        view.show_counts()
