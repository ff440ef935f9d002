"""What is in view on the triage screen: it puts the desk's values into the panes and bars."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.screen import Screen

from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.places import Place
from paperreader.domain.text import Safe, clean_line
from paperreader.storage.session import Session
from paperreader.ui.commands import Command
from paperreader.ui.desk import Desk
from paperreader.ui.presenting import date_rows, footer, header, page_blocks
from paperreader.ui.widgets.bar_line import BarLine, Span
from paperreader.ui.widgets.date_list import DateList
from paperreader.ui.widgets.paper_list import PaperList
from paperreader.ui.widgets.paper_page import PaperPage


class View:
    """The panes and bars, and which paper, selection and range they show."""

    def __init__(self, desk: Desk, session: Session, commands: Sequence[Command], screen: Screen[None]) -> None:
        self.desk = desk
        self.session = session
        """Where the user is, to be found again at the next start."""
        self.commands = commands
        self.as_source = False
        """Whether the abstract is shown as it came."""
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

    def open_place(self, place: Place) -> None:
        """Open the list of a place, with the cursor on the paper that was looked at there last, or on the first."""
        left = self.session.paper_of(place)
        self.desk.open(place)
        self.drop_selection()
        self.show_list(next(iter(self.desk.numbers([PaperKey(left)]).values()), None) if left else None)
        self.show_counts()
        self.tell("")

    def show_list(self, paper: int | None = None) -> None:
        """Show what the filter leaves of the list, with the cursor on a paper or on the first; a range ends here."""
        self.anchor = None
        self.papers.set_ids(self.desk.view, paper)
        self.name_list()
        self.show_paper()

    def name_list(self) -> None:
        """Write above the list what it is."""
        found, listed = len(self.desk.view), len(self.desk.ids)
        name = f"{found:,} of {listed:,} · best first" if self.desk.filter else "Papers"
        self.papers.border_title = Content(name)

    def show_counts(self) -> None:
        """Show the figures of the dates and the header."""
        self.dates.set_rows(date_rows(self.desk.counts), self.desk.place)
        self.header.show(*header(self.desk.place, self.desk.counts, self._screen.size.width))

    def show_paper(self, *, keep_place: bool = False) -> None:
        """Show the paper under the cursor, and the cursor's place in the footer."""
        entry = self.entry()
        if entry is None:
            self.page.show([])
        else:
            blocks = page_blocks(entry, self.desk.day, self.desk.marker, as_source=self.as_source)
            self.page.show(blocks, keep_place=keep_place)
        self.show_footer()
        self.session = self.session.at(self.desk.place, entry.paper.key if entry else None)

    def show_footer(self, remark: str = "") -> None:
        """Show the keys worth knowing, or a remark in their place, and where the cursor stands."""
        position, papers, width = self.papers.cursor + 1, len(self.desk.view), self._screen.size.width
        filtering = self._screen.has_class("-filtering")
        self.footer.show(*footer(self.commands, position, papers, width, remark, filtering=filtering))

    def tell(self, message: str, role: str = "muted") -> None:
        """Say something in the status line; nothing: what stands there while nothing happens."""
        spans = [Span(Safe(f" {clean_line(message)}"), role)] if message else self._standing_message()
        self.status.show(left=spans)

    def entry(self) -> Entry | None:
        """The paper under the cursor."""
        current = self.papers.current
        return self.desk.entry(current) if current is not None else None

    def targets(self) -> list[PaperKey]:
        """The papers a decision goes to: the selected ones, in view or not, else the one under the cursor."""
        if self.papers.selected:
            return self.desk.keys(paper for paper in self.desk.ids if paper in self.papers.selected)
        return self.desk.keys([self.papers.current] if self.papers.current is not None else [])

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
        selected = len(self.papers.selected)
        parts = [Span(Safe(f" {selected:,} selected · Esc drops them"), "strong")] if selected else []
        if self.desk.filter:
            parts.append(Span(Safe(f" /{clean_line(self.desk.filter)} · Esc clears"), "muted"))
        return parts
