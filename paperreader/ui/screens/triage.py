"""The triage screen: library, papers and abstract.

It composes the panes, calls the command of each key (`paperreader.ui.commands`) and follows changes by other
processes.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.layout import Layout
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import Worker

from paperreader.config import Config
from paperreader.domain.history import Action
from paperreader.domain.text import clean_line
from paperreader.services.library import Library
from paperreader.storage.session import Session
from paperreader.ui.commands.bulk import BulkCommands
from paperreader.ui.commands.command_line import CommandLineCommands
from paperreader.ui.commands.date_end import DateEnd
from paperreader.ui.commands.decisions import DecisionCommands
from paperreader.ui.commands.dialogs import DialogCommands
from paperreader.ui.commands.finding.filter import FilterCommands
from paperreader.ui.commands.finding.interest import InterestCommands
from paperreader.ui.commands.finding.palette import PaletteCommands
from paperreader.ui.commands.finding.similar import SimilarCommands
from paperreader.ui.commands.finding.sort import SortCommands
from paperreader.ui.commands.imports import ImportCommands
from paperreader.ui.commands.keys import KeyCommands
from paperreader.ui.commands.layout import LayoutCommands
from paperreader.ui.commands.links import Browse, LinkCommands
from paperreader.ui.commands.movement import MovementCommands
from paperreader.ui.commands.notes import NoteCommands
from paperreader.ui.commands.rules import RuleCommands
from paperreader.ui.commands.selection import SelectionCommands
from paperreader.ui.commands.shelves import ShelfCommands
from paperreader.ui.desk import Desk
from paperreader.ui.keys.bindings import APPLICATION, BETWEEN_PANES, MOVEMENT, action_of, bindings
from paperreader.ui.keys.command_table import COMMANDS, Command, Scope, key_of
from paperreader.ui.limits import Limits
from paperreader.ui.presenting.grid import LIBRARY_FROM, grid
from paperreader.ui.screens.library_changes import LibraryChanges
from paperreader.ui.screens.list_opening import ListOpening
from paperreader.ui.screens.panes import PanesLayout
from paperreader.ui.terminal.type_ahead import KeyGate
from paperreader.ui.view import View
from paperreader.ui.widgets.bar_line import BarLine
from paperreader.ui.widgets.date_list import DateList
from paperreader.ui.widgets.line_list import LineList
from paperreader.ui.widgets.paper_page import PaperPage

ABOUT_PAPERS = frozenset(command.id for command in COMMANDS if command.scope is Scope.PAPERS)
"""Commands that the dates pane refuses, because their paper is out of sight."""
KEYS_CHANGED = (
    's and r now go on to the next paper; star = "stay" below [triage.after] in config.toml keeps the old way'
)
"""What a user of an earlier version is told once."""
BREAKPOINTS = [(0, "-narrow"), (LIBRARY_FROM, "-wide")]
"""Columns from which the library has a place of its own; in a narrow terminal it covers the list."""


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
        config: Config,
        columns: int,
        limits: Limits,
        browse: Browse,
    ) -> None:
        # Set the class of the first resize now, so that Textual does not style everything twice.
        super().__init__(classes=next(name for least, name in reversed(BREAKPOINTS) if columns >= least))
        desk = Desk(library, limits, dates_by_interest=config.ranking.default)
        self.view = View(desk, session, commands, self, keys, limits, config)
        self._panes = PanesLayout(lambda size: grid(size, self.view.arrangement))
        self.filter_commands = FilterCommands(self.view)
        self._opening = ListOpening(self.view, self.filter_commands)
        self.open_place = open_place = self._opening.open_place
        self._interest = InterestCommands(self.view, open_place)
        self._changes = LibraryChanges(
            self.view, self.filter_commands, self._opening, self._warn, self._interest.follow
        )
        self._date_end = DateEnd(self.view, open_place)
        movement = MovementCommands(self.view, open_place, self._date_end)
        self._decisions = DecisionCommands(self.view, movement, self._decided, config.after)
        self._dialog_commands = DialogCommands(self.view, self._decisions)
        self._notes = NoteCommands(self.view, self._decisions)
        self._layout_commands = LayoutCommands(self.view)
        self._similar = SimilarCommands(self.view, open_place)
        self._shelves = ShelfCommands(self.view, self._decisions, self.filter_commands, open_place)
        self.import_commands = ImportCommands(self.view, config.fetch, lambda: self.run_worker(self._changes.poll()))
        sort_commands = SortCommands(self.view, self.filter_commands, self._opening.list_sorted)
        rules = RuleCommands(self.view, self._decisions)
        self.key_commands = KeyCommands(self.view, self._begin)
        self.palette_commands = PaletteCommands(self.view, self.key_commands, self.filter_commands, open_place)
        self.line_commands = CommandLineCommands(
            self.view, self.key_commands, BulkCommands(self.view, self._decisions), sort_commands,
            self._dialog_commands, self._shelves, rules, open_place,
        )  # fmt: skip
        self._page_search = movement.page_search
        owners = (
            self,
            movement,
            self.filter_commands,
            sort_commands,
            self.line_commands,
            self._decisions,
            SelectionCommands(self.view),
            self._dialog_commands,
            self._notes,
            self._shelves,
            rules,
            self.import_commands,
            LinkCommands(self.view, browse),
            self._similar,
            self._layout_commands,
        )
        self._methods: dict[str, Callable[[], Coroutine[Any, Any, None] | None]] = {
            command.id: getattr(owner, command.id)
            for owner in reversed(owners)
            for command in COMMANDS
            if hasattr(owner, command.id)
        }
        """The method of each command, by command id. A command that waits for an answer is a coroutine."""
        self._counting: Worker[None] | None = None

    @property
    def layout(self) -> Layout:
        """The panes by the grid."""
        return self._panes

    def compose(self) -> ComposeResult:
        """The bars and panes, then what covers them."""
        bars = self.view.bars
        yield from (bars.header, bars.progress, bars.title, self.view.papers, self.view.page, bars.footer)
        yield self.view.dates

    def on_mount(self) -> None:
        """Open the last list, and start to follow decisions and other processes."""
        with self.view.errors_in_status():
            desk = self.view.desk
            self.view.take_grid()
            self.open_place(desk.first_place(self.view.session.place))
            self.run_worker(self._decisions.queue.run(), name="decisions")
            self._counting = self.run_worker(self._shelves.count(self.view.show_counts), name="counting")
            self.set_interval(self.view.limits.poll, self._changes.poll)
            if reason := desk.library.reading.read_only:
                self._warn([f"this window is read-only: {reason}"])
            self._warn(desk.library.take_notices())
            if not self.view.session.knows_keys:
                self.notify(KEYS_CHANGED, timeout=15)
                self.view.session = replace(self.view.session, knows_keys=True)
            self.call_next(self._look_for_drafts)
            self.set_interval(self.view.limits.look_for_drafts, self._look_for_drafts)
            self.set_timer(self.view.limits.settle, lambda: self.run_worker(self._date_end.measure_pace(), name="pace"))
            self.set_timer(self.view.limits.fetch, self.import_commands.fetch_at_start)
            self.set_timer(self.view.limits.learn, self._interest.follow)

    def _warn(self, notices: Iterable[str]) -> None:
        for notice in notices:
            self.notify(clean_line(notice), severity="warning", timeout=15)

    def action_do(self, name: str) -> None:
        """Run the command with this id."""
        with self.view.errors_in_status():
            if self.view.bars.message:
                self.view.tell("")
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
        self._interest.stop()
        if self._counting:
            self._counting.cancel()
        self.view.desk.close()

    def on_resize(self) -> None:
        """Fit bars and page to the new size."""
        self.view.fit()
        self.view.bars.show_footer()

    @on(LineList.Moved, "#papers")
    def _paper_moved(self) -> None:
        self.view.moved()
        # The list is painted first: the page costs more than the cursor.
        self.call_after_refresh(self._show_paper)

    def _show_paper(self) -> None:
        with self.view.errors_in_status():
            self.view.show_paper()

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
        """Hide the overlay of the library when it loses the focus, and show which pane has it."""
        if self.focused is not self.view.dates:
            self.view.dates.remove_class("-open")
        if self.focused is not self.line_commands.line:
            self.line_commands.close()
        if self.focused is not self._page_search.line:
            self._page_search.close()
        self._layout_commands.follow_focus()
        self.view.name_list()
        self.view.bars.show_footer()

    @on(PaperPage.RuleDragged)
    def _rule_dragged(self, event: PaperPage.RuleDragged) -> None:
        self._layout_commands.drag(event.x, event.y)

    @on(BarLine.Pressed)
    def _key_clicked(self, event: BarLine.Pressed) -> None:
        command = next(command for command in COMMANDS if command.id == event.command)
        self.run_worker(self.run_action(action_of(command)), group="clicked")

    # The filter

    def filter(self) -> None:
        """Open the filter bar; in the abstract, the search in it."""
        if self.focused is self.view.page:
            self._page_search.open()
        else:
            self.filter_commands.filter()

    def clear(self) -> None:
        """Clear one thing: a search, the text of the filter, its bar, the dates, the selection, or the kept filter.

        If there is nothing to clear, cancel a running import or fetch.
        """
        view = self.view
        if self.line_commands.is_open:
            self.line_commands.close()
        elif self._page_search.is_open or (self.focused is view.page and view.page.searched):
            self._page_search.close()
            self._page_search.forget()
        elif self.filter_commands.is_open:
            self.filter_commands.leave()
        elif self._dates_cover_list:
            self.set_focus(view.papers)
        elif view.anchor is not None or view.papers.selected:
            view.drop_selection()
        elif not view.desk.filter and (self.import_commands.stop() or self._similar.go_back()):
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

    @on(Input.Changed, "#search-line")
    def _search_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._page_search.typed(event.value)

    # Decisions

    def _decided(self, action: Action) -> None:
        """Show the end of the date, and update the catalogue and the open shelf after an action."""
        self._date_end.follow()
        self._interest.follow()
        if action.concerns_catalogue:
            self._changes.keep_in_step()
        if action.shelves:
            self._opening.follow_shelves()

    async def _look_for_drafts(self) -> None:
        with self.view.errors_in_status():
            self._warn(await self._notes.look_for_drafts())
