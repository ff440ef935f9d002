"""What is in view on the triage screen: it puts the desk's values into the panes and bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.screen import Screen

from paperreader.domain.entry import Entry
from paperreader.domain.history import describe_counts
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder
from paperreader.domain.places import Place, SavedShelf
from paperreader.domain.text import Safe, clean_line
from paperreader.services.library import Counts
from paperreader.storage.session import Session
from paperreader.ui.desk import Desk
from paperreader.ui.keys.command_table import Command, key_of
from paperreader.ui.presenting.bars import ShelfCounts, date_rows, footer, found_name, header, list_name
from paperreader.ui.presenting.paper_blocks import Revision, page_blocks
from paperreader.ui.widgets.bar_line import BarLine, Span
from paperreader.ui.widgets.date_list import DateList
from paperreader.ui.widgets.paper_list import PaperList
from paperreader.ui.widgets.paper_page import Block, PaperPage


class View:
    """The panes and bars, and which paper, selection and range they show."""

    def __init__(self, desk: Desk, session: Session, commands: Sequence[Command], screen: Screen[None]) -> None:
        self.desk = desk
        self.session = session
        """Where the user is, to be found again at the next start."""
        self.commands = commands
        self.indexing = ""
        """What is being done about the search index, empty where it is up to date."""
        self._says_something = False
        self.bringing = ""
        """What is being imported or fetched, empty where nothing is."""
        self.as_source = False
        """Whether the abstract is shown as it came."""
        self.revised: PaperKey | None = None
        """The paper of which it is shown what changed in its text; there is none once another is shown."""
        self.anchor: int | None = None
        """The row where a range was begun; there is none in another list."""
        self.selected_before: set[int] = set()
        """What was selected then, to which the range is added."""
        self.dates = DateList(id="dates")
        self.papers = PaperList(desk.rows, id="papers")
        self.page = PaperPage(id="abstract")
        self.header = BarLine(id="header")
        self.status = BarLine(id="status")
        self.footer = BarLine(id="footer")
        self._screen = screen
        self._is_searched = False
        """Whether the open place is a saved shelf of which nothing is found yet."""
        self._left: int | None = None
        """The paper that was looked at last in the open place, before it was opened."""
        self._dates_of: tuple[Counts, ShelfCounts] | None = None

    def open_place(self, place: Place) -> None:
        """Open the list of a place, with the cursor on the paper that was looked at there last, or on the first."""
        left = self.session.paper_of(place)
        paper = next(iter(self.desk.numbers([PaperKey(left)]).values()), None) if left else None
        self.desk.open(place, self.session.order_of(place))
        self.drop_selection()
        # What a saved shelf holds is still being searched, and is shown with its paper when it is found.
        self._is_searched = isinstance(place, SavedShelf)
        self._left = paper
        self.show_list(None if self._is_searched else paper)
        self.show_counts()
        self.tell("")

    def show_list(self, *wanted: int | None) -> None:
        """Show what the filter leaves of the list, a range ends here; the cursor stands as `PaperList.set_ids` says."""
        self.anchor = None
        self.papers.set_ids(self.desk.view, *wanted)
        self.name_list()
        self.show_paper()

    def take_whole(self) -> None:
        """Go on with a long list of which all is read now."""
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
        """Write above the list what it is."""
        desk = self.desk
        scopes = (None if desk.is_everywhere else len(desk.ids), desk.elsewhere)
        name = (
            found_name(len(desk.view), desk.found, *scopes, desk.found_order)
            if desk.filter
            else list_name(len(desk.ids), desk.holds, desk.order)
        )
        self.papers.border_title = Content(name)

    def show_counts(self) -> None:
        """Show the figures of the dates and the header."""
        place = self.desk.place
        shown = counts, shelves = self.desk.counts, self.desk.shelves
        if shown != self._dates_of or self.dates.place != place:
            self._dates_of = shown
            self.dates.set_rows(date_rows(*shown), place)
        self.header.show(*header(place, counts, shelves, self._screen.size.width))

    def show_paper(self, *, keep_place: bool = False) -> None:
        """Show the paper under the cursor, and the cursor's place in the footer."""
        entry = self.entry()
        if entry is None:
            self.page.show([])
        else:
            revision = self._revision(entry)
            blocks = page_blocks(entry, self.desk.day, self.desk.marker, as_source=self.as_source, revision=revision)
            self.page.show([*blocks, *self._source_blocks(entry)], keep_place=keep_place)
        self.show_footer()
        self.session = self.session.at(self.desk.place, entry.paper.key if entry else None)

    def toggle_revision(self) -> None:
        """Show what changed in the abstract, or the text again, where the abstract was revised."""
        entry = self.entry()
        if entry and self._revision(entry):
            self.revised = None if self.revised == entry.paper.key else entry.paper.key
            self.show_paper(keep_place=True)
            self.page.reveal_changes()

    def _revision(self, entry: Entry) -> Revision | None:
        """What the paper under the cursor said before, where that was something else, and how it is shown."""
        if self.revised != entry.paper.key:
            self.revised = None
        paper, app = self.papers.current, self._screen.app
        earlier = self.desk.revised_from(paper, entry.paper) if paper is not None else None
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
        """Show the keys worth knowing, or a remark in their place, and where the cursor stands."""
        position, papers, width = self.papers.cursor + 1, len(self.desk.view), self._screen.size.width
        filtering = self._screen.has_class("-filtering")
        self.footer.show(*footer(self.commands, position, papers, width, remark, filtering=filtering))

    def tell(self, message: str, role: str = "muted") -> None:
        """Say something in the status line; nothing: what stands there while nothing happens."""
        self._says_something = bool(message)
        spans = [Span(Safe(f" {clean_line(message)}"), role)] if message else self._standing_message()
        self.status.show(left=spans)

    def tell_of_bringing(self, what: str) -> None:
        """Say how far an import or a fetch is, unless something else was said that nobody has read yet."""
        self.bringing = what
        if not self._says_something:
            self.tell("")

    def entry(self) -> Entry | None:
        """The paper under the cursor."""
        current = self.papers.current
        return self.desk.entry(current) if current is not None else None

    def targets(self) -> list[PaperKey]:
        """The keys of the chosen papers."""
        return self.desk.keys(self.chosen())

    def chosen(self) -> list[int]:
        """The papers that a command acts on: the selected ones, in view or not, else the one under the cursor.

        Where there is none, the status line says so.
        """
        if self.papers.selected:
            return sorted(self.papers.selected)
        if self.papers.current is None:
            self.tell("there is no paper here")
            return []
        return [self.papers.current]

    def chosen_entries(self, most: int, refusal: str) -> list[Entry]:
        """The chosen papers in list order; none, and the status line says so, where they are more than `most`."""
        papers = self.chosen()
        if len(papers) > most:
            self.tell(f"{describe_counts(len(papers))} selected; {refusal}")
            return []
        if len(papers) > 1:
            places = {paper: place for place, paper in enumerate(self.desk.view) if paper in self.papers.selected}
            papers.sort(key=lambda paper: places.get(paper, len(self.desk.view)))
        return self.desk.library.entries(papers)

    def select_range(self) -> None:
        """Select from where the range was begun to the cursor."""
        if self.anchor is not None:
            first, last = sorted((self.anchor, self.papers.cursor))
            self.papers.select(self.selected_before | set(self.desk.view[first : last + 1]))

    def go_to(self, row: int) -> None:
        """Put the cursor on a row and show its paper at once, so that the next key finds both."""
        self.papers.move_to(row, by_user=False)
        self.moved()

    def moved(self) -> None:
        """Follow the cursor."""
        self.select_range()
        self.show_paper()
        self.tell("")

    def remember_query(self) -> None:
        """Remember the query that the list is narrowed by, for it is being kept."""
        if query := clean_line(self.desk.filter):
            self.session = self.session.keeping(query)

    def drop_selection(self) -> None:
        """Select nothing."""
        self.anchor = None
        self.papers.select(())

    def name_of(self, targets: Sequence[PaperKey]) -> Safe:
        """What a dialog calls the papers it is about."""
        if len(targets) > 1:
            return Safe(f"{len(targets):,} papers")
        return self.desk.titles(targets).get(targets[0], Safe(""))

    def _standing_message(self) -> list[Span]:
        selected, clear = len(self.papers.selected), key_of("clear", self.commands)
        hidden = len(self.papers.selected.difference(self.desk.view)) if selected and self.desk.filter else 0
        where = f", {'none' if hidden == selected else selected - hidden} in view" if hidden else ""
        parts = [Span(Safe(f" {selected:,} selected{where} · {clear} drops them"), "strong")] if selected else []
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
