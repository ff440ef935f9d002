"""The view of the triage screen: it shows the state of the desk in panes and bars, and opens dialogs."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from textual.content import Content
from textual.screen import Screen

from paperreader.domain.entry import Entry
from paperreader.domain.history import describe_counts
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder
from paperreader.domain.lists import Place, SavedShelf
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import PaperReaderError
from paperreader.services.library import Counts
from paperreader.services.lists.revisions import revised_from
from paperreader.storage.session import Session
from paperreader.ui.desk import Desk
from paperreader.ui.keys.command_table import Command, key_of
from paperreader.ui.limits import Limits
from paperreader.ui.presenting.bars import ShelfCounts, date_rows, footer, found_name, header, list_name
from paperreader.ui.presenting.key_lines import cell_count, count_line, question_line
from paperreader.ui.presenting.paper_blocks import Revision, page_blocks
from paperreader.ui.prompt import Prompt
from paperreader.ui.terminal.type_ahead import KeyGate
from paperreader.ui.widgets.bar_line import BarLine, Span
from paperreader.ui.widgets.date_list import DateList
from paperreader.ui.widgets.paper_list import PaperList
from paperreader.ui.widgets.paper_page import Block, PaperPage

if TYPE_CHECKING:
    from paperreader.ui.dialogs.dialog import Dialog

Answer = TypeVar("Answer")


class View:
    """The panes, bars and dialogs, and the paper, selection and range that they show."""

    def __init__(
        self,
        desk: Desk,
        session: Session,
        commands: Sequence[Command],
        screen: Screen[None],
        keys: KeyGate,
        limits: Limits,
    ) -> None:
        self.desk, self.screen, self.keys, self.limits = desk, screen, keys, limits
        self.session = session
        """Where the user is, for the next start."""
        self.commands = commands
        self.indexing = ""
        """The progress of the search index; empty if it is up to date."""
        self._says_something = False
        self.bringing = ""
        """The progress of an import or fetch; empty if none runs."""
        self.as_source = False
        """Whether abstracts are shown as LaTeX source."""
        self.revised: PaperKey | None = None
        """The paper whose revision is shown, if any."""
        self.anchor: int | None = None
        """The row where a range starts, if any."""
        self.selected_before: set[int] = set()
        """The selection before the range started."""
        self.selected_last: tuple[Place, set[int]] = (desk.place, set())
        """The selection that was cleared last, and its list."""
        self.prompt = Prompt(keys, self.show_footer)
        """What waits for the next key."""
        self.dates = DateList(id="dates")
        self.papers = PaperList(desk.rows, id="papers")
        self.page = PaperPage(id="abstract")
        self.header = BarLine(id="header")
        self.status = BarLine(id="status")
        self.footer = BarLine(id="footer")
        self._is_searched = False
        """Whether the open saved shelf has no results yet."""
        self._left: int | None = None
        """The paper that was shown last in this place."""
        self._dates_of: tuple[Counts, ShelfCounts] | None = None

    @contextmanager
    def errors_in_status(self) -> Iterator[None]:
        """Show an expected error in the status line. Raised from a handler, it would end the reader."""
        try:
            yield
        except PaperReaderError as error:
            self.tell(str(error), "error")

    def run_command(self, command: Coroutine[Any, Any, None]) -> None:
        """Run a command that waits for an answer. Keys wait too, unless a dialog takes them."""

        async def run() -> None:
            try:
                with self.errors_in_status():
                    await command
            finally:
                self.keys.release()

        self.keys.hold()
        self.screen.run_worker(run(), group="command")

    async def ask(self, dialog: Dialog[Answer]) -> Answer:
        """Open a dialog and return its answer. Keys typed meanwhile go to the dialog."""
        return await self.screen.app.push_screen_wait(dialog.through(self.keys))

    def open_place(self, place: Place) -> None:
        """Open the list of a place, with the cursor on the paper that was shown there last."""
        left = self.session.paper_of(place)
        paper = next(iter(self.desk.library.ids_of([PaperKey(left)]).values()), None) if left else None
        self.desk.open(place, self.session.order_of(place))
        self.drop_selection()
        # A saved shelf is still searched. Its paper is shown when it is found.
        self._is_searched = isinstance(place, SavedShelf)
        self._left = paper
        self.show_list(None if self._is_searched else paper)
        self.show_counts()
        self.tell("")

    def show_list(self, *wanted: int | None) -> None:
        """Show the papers that pass the filter. A range ends here. `PaperList.set_ids` moves the cursor."""
        self.anchor = None
        self.papers.set_ids(self.desk.view, *wanted)
        self.name_list()
        self.show_paper()

    def take_whole(self) -> None:
        """Show a long list that is now read whole."""
        self.desk.take_whole()
        is_found, self._is_searched = self._is_searched, False
        if is_found and not self.desk.filter:
            self.show_list(self._left)
        elif self.papers.set_whole(self.desk.view):
            self.show_paper(keep_place=True)

    def show_sorted(self, ids: Sequence[int], order: ListOrder) -> None:
        """Show the list in another order, with the cursor on the same paper."""
        self.desk.take_sorted(ids, order)
        if self.desk.filter:
            self.name_list()
        else:
            self.show_list(self.papers.current)

    def name_list(self) -> None:
        """Write the title of the list above it."""
        desk = self.desk
        scopes = (None if desk.is_everywhere else len(desk.ids), desk.elsewhere)
        name = (
            found_name(len(desk.view), desk.found, *scopes, desk.found_order)
            if desk.filter
            else list_name(len(desk.ids), desk.holds, desk.order)
        )
        self.papers.border_title = Content(name)

    def show_counts(self) -> None:
        """Show the counts in the date list and the header."""
        place = self.desk.place
        shown = counts, shelves = self.desk.counts, self.desk.shelves
        if shown != self._dates_of or self.dates.place != place:
            self._dates_of = shown
            self.dates.set_rows(date_rows(*shown), place)
        self.header.show(*header(place, counts, shelves, self.screen.size.width))

    def show_paper(self, *, keep_place: bool = False) -> None:
        """Show the paper under the cursor, and its position in the footer."""
        entry = self.entry()
        if entry is None:
            self.page.show([])
        else:
            revision = self._revision(entry)
            blocks = page_blocks(entry, self.desk.day, self.desk.marker, as_source=self.as_source, revision=revision)
            self.page.show([*blocks, *self._source_blocks(entry)], keep_place=keep_place)
        self.show_footer()
        self.session = self.session.at(self.desk.place, entry.paper.key if entry else None)

    def toggle_revision(self) -> bool:
        """Switch between the abstract and its revision; returns whether it was revised."""
        entry = self.entry()
        is_revised = bool(entry and self._revision(entry))
        if entry and is_revised:
            self.revised = None if self.revised == entry.paper.key else entry.paper.key
            self.show_paper(keep_place=True)
            self.page.reveal_changes()
        return is_revised

    def _revision(self, entry: Entry) -> Revision | None:
        """The revision of the paper under the cursor, as it is shown."""
        if self.revised != entry.paper.key:
            self.revised = None
        paper, app = self.papers.current, self.screen.app
        earlier = revised_from(self.desk.library, paper, entry.paper) if paper is not None else None
        if earlier is None:
            return None
        has_signs = app.no_color or app.console.color_system is None
        return Revision(earlier, self.revised is not None, key_of("choose", self.commands), has_signs)

    def _source_blocks(self, entry: Entry) -> Iterable[Block]:
        """The sources of the paper under the cursor, if there are several."""
        paper = self.papers.current
        count, sources = (0, ()) if paper is None else self.desk.sources(paper, entry.paper)
        if count < 2:
            return ()
        from paperreader.ui.presenting.source_blocks import (
            source_blocks,  # importing it takes 10 ms; most papers have one source
        )

        return source_blocks(sources, count, entry, self.commands)

    def show_footer(self, remark: str = "") -> None:
        """Show the main keys or a remark in the footer, and the position of the cursor."""
        position, papers, width = self.papers.cursor + 1, len(self.desk.view), self.screen.size.width
        filtering = self.screen.has_class("-filtering")
        left, right = footer(self.commands, position, papers, width, remark, filtering=filtering)
        if self.prompt.question:
            left = question_line(self.prompt.question, width - len(right[0].text) - 1)
            right = right if cell_count(left) < width - len(right[0].text) else []
        elif self.prompt.digits:
            left = count_line(self.prompt.digits)
        self.footer.show(left, right)

    def tell(self, message: str, role: str = "muted") -> None:
        """Show a message in the status line; an empty message restores the usual one."""
        self._says_something = bool(message)
        spans = [Span(Safe(f" {clean_line(message)}"), role)] if message else self._standing_message()
        self.status.show(left=spans)

    def tell_of_bringing(self, what: str) -> None:
        """Show the progress of an import or fetch, unless an unread message is in the way."""
        self.bringing = what
        if not self._says_something:
            self.tell("")

    def entry(self) -> Entry | None:
        """The paper under the cursor."""
        current = self.papers.current
        return next(iter(self.desk.library.entries([current])), None) if current is not None else None

    def targets(self) -> list[PaperKey]:
        """The keys of the chosen papers."""
        return self.desk.keys(self.chosen())

    def chosen(self) -> list[int]:
        """The papers that a command acts on: the selected papers, else the paper under the cursor.

        With a count, as many papers from the cursor on. Without a paper, the status line says so.
        """
        if self.papers.selected:
            return sorted(self.papers.selected)
        row = self.papers.cursor
        if not (papers := list(self.desk.view[row : row + (self.prompt.count or 1)])):
            self.tell("no paper under the cursor")
        return papers

    def chosen_entries(self, most: int, refusal: str) -> list[Entry]:
        """The chosen papers in list order. If there are more than `most`, none, and the status line says so."""
        papers = self.chosen()
        if len(papers) > most:
            self.tell(f"{describe_counts(len(papers))} selected; {refusal}")
            return []
        if len(papers) > 1:
            places = {paper: place for place, paper in enumerate(self.desk.view) if paper in self.papers.selected}
            papers.sort(key=lambda paper: places.get(paper, len(self.desk.view)))
        return self.desk.library.entries(papers)

    def select_range(self) -> None:
        """Select from the start of the range to the cursor."""
        if self.anchor is not None:
            first, last = sorted((self.anchor, self.papers.cursor))
            self.papers.select(self.selected_before | set(self.desk.view[first : last + 1]))

    def go_to(self, row: int) -> None:
        """Move the cursor to a row and show its paper at once, so that the next key sees both."""
        self.papers.move_to(row, by_user=False)
        self.moved()

    def moved(self) -> None:
        """Show the paper that the cursor moved to."""
        self.select_range()
        self.show_paper()
        self.tell("")

    def remember_query(self) -> None:
        """Add the query of the filter to the query history."""
        if query := clean_line(self.desk.filter):
            self.session = self.session.keeping(query)

    def drop_selection(self) -> None:
        """Clear the selection."""
        self.anchor = None
        if self.papers.selected:
            self.selected_last = self.desk.place, set(self.papers.selected)
            self.papers.select(())

    def name_of(self, targets: Sequence[PaperKey]) -> Safe:
        """How a dialog names these papers."""
        if len(targets) > 1:
            return Safe(f"{len(targets):,} papers")
        return self.desk.titles(targets).get(targets[0], Safe(""))

    def _standing_message(self) -> list[Span]:
        selected, clear = len(self.papers.selected), key_of("clear", self.commands)
        hidden = len(self.papers.selected.difference(self.desk.view)) if selected and self.desk.filter else 0
        where = f", {'none' if hidden == selected else selected - hidden} in view" if hidden else ""
        parts = (
            [Span(Safe(f" {selected:,} selected{where} · {clear} clears the selection"), "strong")] if selected else []
        )
        if self.desk.filter:
            shown = f" {'· ' if parts else ''}/{clean_line(self.desk.filter)}"
            parts.append(Span(Safe(shown if parts else f"{shown} · {clear} clears"), "muted"))
        elif self.desk.query:
            parts.append(Span(Safe(f" the query: {clean_line(self.desk.query)}"), "muted"))
        if self.bringing:
            return [*parts, Span(Safe(f" {clean_line(self.bringing)}"), "strong")]
        if self.indexing:
            parts.append(Span(Safe(f" {clean_line(self.indexing)}"), "muted"))
        return parts
