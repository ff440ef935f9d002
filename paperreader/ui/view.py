"""The view of the triage screen: it shows the state of the desk in panes and bars, and opens dialogs."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from textual.screen import Screen

from paperreader.config import Config, Icons
from paperreader.domain.entry import Entry
from paperreader.domain.history import describe_counts
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder, default_order
from paperreader.domain.lists import Place, SavedShelf, SimilarList
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import PaperReaderError
from paperreader.services.job_progress import JobFailure, JobProgress, TimeLeft
from paperreader.services.library import Counts
from paperreader.services.ranking.reading_order import ReadingOrder
from paperreader.storage.session import Session
from paperreader.ui.bars import Bars
from paperreader.ui.desk import Desk
from paperreader.ui.keys.command_table import Command
from paperreader.ui.limits import Limits
from paperreader.ui.paper_view import PaperView
from paperreader.ui.presenting.bars import found_title, list_title, papers_of, place_name
from paperreader.ui.presenting.empty_lists import nothing_here
from paperreader.ui.presenting.grid import LIBRARY, LIBRARY_MOST, LIST_SHARE, PAGE_COLUMNS, Arrangement, Grid, grid
from paperreader.ui.presenting.jobs import how_to_stop
from paperreader.ui.presenting.key_lines import count_line, question_line
from paperreader.ui.presenting.library_rows import columns_for, date_rows
from paperreader.ui.presenting.rows.row_lines import MARGIN as ROW_MARGIN
from paperreader.ui.presenting.rows.row_lines import row_labels, row_lines
from paperreader.ui.presenting.rows.words import row_in_words
from paperreader.ui.prompt import Prompt
from paperreader.ui.terminal.type_ahead import KeyGate
from paperreader.ui.theming.themed_app import ThemedApp
from paperreader.ui.widgets.date_list import DateList
from paperreader.ui.widgets.paper_list import PaperList, PaperRow

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
        config: Config,
    ) -> None:
        self.desk, self.screen, self.keys, self.limits = desk, screen, keys, limits
        self.session = session
        """Where the user is, for the next start."""
        self.commands = commands
        self.bars = Bars(commands, screen, limits.message)
        self.arrangement = Arrangement(
            config.layout,
            session.list_share or LIST_SHARE,
            session.page_columns or PAGE_COLUMNS,
            min(max(session.library or LIBRARY, LIBRARY), LIBRARY_MOST),
        )
        """What the user chose about the panes."""
        self._indexing: JobProgress | JobFailure | None = None
        self._bringing: JobProgress | JobFailure | None = None
        self._time_left = TimeLeft(), TimeLeft()
        """Of an import or fetch, and of the index."""
        self.anchor: int | None = None
        """The row where a range starts, if any."""
        self.selected_before: set[int] = set()
        """The selection before the range started."""
        self.selected_last: tuple[Place, set[int]] = (desk.place, set())
        """The selection that was cleared last, and its list."""
        self.prompt = Prompt(keys, self.show_footer)
        """What waits for the next key."""
        self.dates = DateList(id="dates")
        self.papers = PaperList(self._rows, row_lines, id="papers")
        self.papers.density = config.density
        self.paper = PaperView(desk, commands, screen)
        self.page = self.paper.page
        self.pace: float | None = None
        """The user's usual seconds for a paper, once that is known."""
        self._is_searched = False
        """Whether the open saved shelf has no results yet."""
        self._left: int | None = None
        """The paper that was shown last in this place."""
        self._dates_of: tuple[Counts, list[tuple[SavedShelf, int | None]], dict[str, int]] | None = None

    @contextmanager
    def errors_in_status(self) -> Iterator[None]:
        """Show an expected error in the footer. Raised from a handler, it would end the reader."""
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
        self._is_searched = isinstance(place, SavedShelf | SimilarList)
        self._left = paper
        self.show_list(None if self._is_searched else paper)
        self.papers.choose_density()
        self.show_counts()
        self.tell("")

    def show_list(self, *wanted: int | None) -> None:
        """Show the papers that pass the filter. A range ends here. `PaperList.set_ids` moves the cursor."""
        self.anchor = None
        self.paper.shows_summary = False
        if not self.desk.view and not self.desk.filter:
            has_papers = self.desk.counts.papers > 0
            self.papers.show_empty(nothing_here(self.desk.place, self.commands, has_papers=has_papers))
        self.papers.set_ids(self.desk.view, *wanted)
        self.show_paper()

    def _rows(self, ids: Sequence[int]) -> dict[int, PaperRow]:
        """The rows of papers, for a screen reader with words in place of signs."""
        rows = self.desk.rows(ids)
        return {paper: row_in_words(row) for paper, row in rows.items()} if self.speaks else rows

    @property
    def speaks(self) -> bool:
        """Whether a screen reader reads the screen."""
        app = self.screen.app
        return isinstance(app, ThemedApp) and app.look.signs is Icons.WORDS

    def take_whole(self) -> None:
        """Show a long list that is now read whole."""
        self.desk.take_whole()
        is_found, self._is_searched = self._is_searched, False
        if is_found and not self.desk.filter:
            self.show_list(self._left)
            self.papers.choose_density()
        elif self.papers.set_whole(self.desk.view):
            self.show_paper(keep_place=True)

    def show_sorted(self, ids: Sequence[int], order: ListOrder, interest: ReadingOrder | None = None) -> None:
        """Show the list in another order, with the cursor on the same paper; `interest` gave the scores."""
        self.desk.take_sorted(ids, order, interest)
        if self.desk.filter:
            self.name_list()
        else:
            self.show_list(self.papers.current)

    @property
    def grid(self) -> Grid:
        """Where the panes and bars stand now."""
        return grid(self.screen.size, self.arrangement)

    def take_grid(self) -> None:
        """Draw bars and page for the grid; before the first paint too, so that nothing moves after it."""
        self.bars.has_title = bool(self.grid.list_title)
        self.page.set_class(self.grid.is_columns, "-columns")

    def fit(self) -> None:
        """Show bars and page again after the size of the screen or the arrangement of the panes changed."""
        self.take_grid()
        for rack in self.screen.query("ToastRack"):  # toasts lie over the abstract, never over the list
            rack.styles.max_height = max(1, self.grid.abstract.height)
        self.show_paper(keep_place=True)
        self.show_counts()

    def arrange(self, arrangement: Arrangement) -> None:
        """Arrange the panes in another way."""
        self.arrangement = arrangement
        self.fit()
        self.papers.refresh(layout=True)  # a refresh of the screen itself would keep its arrangement

    def name_list(self) -> None:
        """Write the title of the list, with the position of the cursor."""
        desk, position = self.desk, self.papers.cursor + 1
        selected = self._selected()
        where = f"{position:,} of {len(desk.view):,}" if desk.view else ""
        if where and desk.order is not default_order(desk.place):
            where += f" · {desk.order}"
        if desk.filter:
            listed = None if desk.is_everywhere else len(desk.ids)
            name = f"/{clean_line(desk.filter)}"
            title = found_title(position, len(desk.view), desk.found, listed, desk.elsewhere, desk.found_order)
            title = " · ".join(filter(None, (title, selected)))
            note = f"{name}  {title}"
        else:
            title = list_title(
                position, len(desk.view), desk.holds, desk.interest.name(desk.place, desk.order), selected
            )
            name = f"/{clean_line(desk.query)}" if desk.query else "Papers"
            note = " · ".join(filter(None, (name, where, selected))) if desk.query else ""
            note = note or (f"{where} · {selected}" if selected else "")
        score = "alike" if desk.similar else "score" if desk.interest.used else ""
        columns = row_labels(self.grid.papers.width, score)
        labels = f"{columns}{' ' * ROW_MARGIN}"
        self.bars.show_list(name, title, note, where, labels, in_focus=self.papers.has_focus)

    def _selected(self) -> str:
        """How many papers are selected, and how many of them the filter hides."""
        selected = len(self.papers.selected)
        hidden = len(self.papers.selected.difference(self.desk.view)) if selected and self.desk.filter else 0
        where = f", {'none' if hidden == selected else selected - hidden} in view" if hidden else ""
        return f"{selected:,} selected{where}" if selected else ""

    def show_counts(self) -> None:
        """Show the counts in the library and the header."""
        desk, place = self.desk, self.desk.place
        counts, shelves = desk.counts, desk.shelves
        shown = counts, list(shelves.items()), desk.tags  # shelves in their order, which a dict does not compare
        if shown != self._dates_of or self.dates.place != place:
            self._dates_of = shown
            rows = date_rows(counts, shelves, desk.tags, place)
            self.dates.set_rows(rows, place)
            self._widen_library(columns_for(rows))
        papers = None if isinstance(place, date) else papers_of(place, counts, shelves, desk.tags)
        self.bars.speaks = self.speaks
        self.bars.show_place(place_name(place, counts), papers, desk.decided(), self.pace)

    def _widen_library(self, columns: int) -> None:
        """Give the names of the library more room. It stays as wide, so that panes move once."""
        if columns > self.arrangement.library:
            self.session = replace(self.session, library=columns)
            self.arrange(replace(self.arrangement, library=columns))

    def show_paper(self, *, keep_place: bool = False) -> None:
        """Show the paper under the cursor, and its position in the title of the list."""
        entry = self.entry()
        self.paper.show(self.papers.current, entry, self.grid, keep_place=keep_place)
        self.name_list()
        self.session = self.session.at(self.desk.place, entry.paper.key if entry else None)

    def leave_summary(self) -> None:
        """Show the paper instead of the summary of the date."""
        if self.paper.shows_summary:
            self.paper.shows_summary = False
            self.show_paper()

    def switch_revision(self) -> bool:
        """Switch between the abstract and its revision; returns whether it was revised."""
        number, entry = self.papers.current, self.entry()
        is_revised = number is not None and entry is not None and self.paper.switch_revision(number, entry)
        if is_revised:
            self.show_paper(keep_place=True)
            self.page.reveal_changes()
        return is_revised

    def switch_names(self) -> bool:
        """Switch between the first authors and all; returns whether there are more."""
        entry = self.entry()
        has_more = entry is not None and self.paper.switch_names(entry)
        if has_more:
            self.show_paper(keep_place=True)
        return has_more

    def show_footer(self, remark: str = "") -> None:
        """Show the main keys, a remark, or what waits for the next key in the footer."""
        width = self.screen.size.width - 1
        if self.prompt.question:
            self.bars.wait_for(question_line(self.prompt.question, width))
        else:
            self.bars.wait_for(count_line(self.prompt.digits) if self.prompt.digits else [])
            self.tell(remark, "warning")

    def tell(self, message: str, role: str = "muted") -> None:
        """Show a message in the footer; an empty message shows the keys again."""
        self.bars.tell(message, role)

    def tell_of_bringing(self, job: JobProgress | JobFailure | None) -> None:
        """Show the progress of an import or fetch in the header; None if none runs."""
        self._bringing = self._time_left[0].measured(job) if isinstance(job, JobProgress) else job
        self.bars.show_job(self._bringing or self._indexing)

    def tell_of_indexing(self, job: JobProgress | JobFailure | None) -> None:
        """Show the progress of the search index in the header, unless an import runs; None if it is up to date."""
        is_new = self._indexing is None and isinstance(job, JobProgress)
        self._indexing = self._time_left[1].measured(job) if isinstance(job, JobProgress) else job
        self.bars.show_job(self._bringing or self._indexing)
        if is_new and isinstance(job, JobProgress) and not self.bars.message:
            self.tell(how_to_stop(job, self.commands))

    def entry(self) -> Entry | None:
        """The paper under the cursor."""
        current = self.papers.current
        return next(iter(self.desk.library.entries([current])), None) if current is not None else None

    def targets(self) -> list[PaperKey]:
        """The keys of the chosen papers."""
        return self.desk.keys(self.chosen())

    def chosen(self) -> list[int]:
        """The papers that a command acts on: the selected papers, else the paper under the cursor.

        With a count, as many papers from the cursor on. Without a paper, the footer says so.
        """
        if self.papers.selected:
            return sorted(self.papers.selected)
        row = self.papers.cursor
        if not (papers := list(self.desk.view[row : row + (self.prompt.count or 1)])):
            self.tell("no paper under the cursor")
        return papers

    def chosen_entries(self, most: int, refusal: str) -> list[Entry]:
        """The chosen papers in list order. If there are more than `most`, none, and the footer says so."""
        papers = self.chosen()
        if len(papers) > most:
            self.tell(f"{describe_counts(len(papers))} selected; {refusal}")
            return []
        if len(papers) > 1:
            places = {paper: place for place, paper in enumerate(self.desk.view) if paper in self.papers.selected}
            papers.sort(key=lambda paper: places.get(paper, len(self.desk.view)))
        return self.desk.library.entries(papers)

    def select(self, papers: Iterable[int]) -> None:
        """Select exactly these papers, and say how many they are."""
        self.papers.select(papers)
        self.name_list()

    def select_range(self) -> None:
        """Select from the start of the range to the cursor."""
        if self.anchor is not None:
            first, last = sorted((self.anchor, self.papers.cursor))
            self.select(self.selected_before | set(self.desk.view[first : last + 1]))

    def go_to(self, row: int) -> None:
        """Move the cursor to a row and show its paper at once, so that the next key sees both."""
        self.papers.move_to(row, by_user=False)
        self.moved()
        self.show_paper()

    def moved(self) -> None:
        """Let the range, the message and the summary follow a move of the cursor, before the next key."""
        self.select_range()
        self.paper.shows_summary = False
        if self.bars.message:
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
            self.select(())

    def name_of(self, targets: Sequence[PaperKey]) -> Safe:
        """How a dialog names these papers."""
        if len(targets) > 1:
            return Safe(f"{len(targets):,} papers")
        return self.desk.titles(targets).get(targets[0], Safe(""))
