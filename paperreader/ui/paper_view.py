"""The paper under the cursor on its page: how its facts, its revision and its sources are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual.screen import Screen

from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import PaperKey
from paperreader.services.lists.revisions import revised_from
from paperreader.ui.desk import Desk
from paperreader.ui.keys.command_table import Command, key_of
from paperreader.ui.presenting.grid import MARGIN, RIGHT, TEXT, Grid
from paperreader.ui.presenting.pages.paper_blocks import Revision, page_of
from paperreader.ui.presenting.pages.paper_facts import FIRST_NAMES, Shape
from paperreader.ui.widgets.blocks import Block, PageContent
from paperreader.ui.widgets.paper_page import PaperPage


class PaperView:
    """Shows a paper, or the summary of a date, on the page."""

    def __init__(self, desk: Desk, commands: Sequence[Command], screen: Screen[None]) -> None:
        self._desk, self._commands, self._screen = desk, commands, screen
        self.page = PaperPage(id="abstract", margin=MARGIN, right=RIGHT, widest=TEXT)
        self.as_source = False
        """Whether abstracts are shown as LaTeX source."""
        self.shows_summary = False
        """Whether the page shows the summary of the date."""
        self._revised: PaperKey | None = None
        """The paper whose revision is shown, if any."""
        self._named_in_full: PaperKey | None = None
        """The paper whose authors are all named, if any."""

    def show(self, number: int | None, entry: Entry | None, grid: Grid, *, keep_place: bool = False) -> None:
        """Show a paper with its number, unless the summary of the date is shown; None: an empty page."""
        if entry is None or number is None:
            self.page.show([])
            return
        if self.shows_summary:
            return
        shape = Shape(
            grid.head,
            min(TEXT, grid.abstract.width - MARGIN - RIGHT),
            all_names=self._named_in_full == entry.paper.key,
        )
        page = page_of(
            entry,
            self._desk.day,
            self._desk.marker,
            shape,
            as_source=self.as_source,
            revision=self._revision(number, entry),
            reasons=self._desk.interest.reasons(number, entry.paper),
            shared=self._desk.shared_terms(number),
        )
        self.page.show(replace(page, text=(*page.text, *self._sources(number, entry))), keep_place=keep_place)

    def show_summary(self, page: PageContent) -> None:
        """Show the summary of a date."""
        self.shows_summary = True
        self.page.show(page)

    def switch_revision(self, number: int, entry: Entry) -> bool:
        """Switch between the abstract and its revision; returns whether it was revised."""
        is_revised = self._revision(number, entry) is not None
        if is_revised:
            self._revised = None if self._revised == entry.paper.key else entry.paper.key
        return is_revised

    def switch_names(self, entry: Entry) -> bool:
        """Switch between the first authors and all; returns whether there are more."""
        if len(entry.paper.authors or ()) <= FIRST_NAMES:
            return False
        self._named_in_full = None if self._named_in_full == entry.paper.key else entry.paper.key
        return True

    def _revision(self, number: int, entry: Entry) -> Revision | None:
        """The revision of a paper, as it is shown."""
        if self._revised != entry.paper.key:
            self._revised = None
        earlier = revised_from(self._desk.library, number, entry.paper)
        if earlier is None:
            return None
        app = self._screen.app
        has_signs = app.no_color or app.console.color_system is None
        return Revision(earlier, self._revised is not None, key_of("choose", self._commands), has_signs)

    def _sources(self, number: int, entry: Entry) -> Iterable[Block]:
        """The sources of a paper, if there are several."""
        count, sources = self._desk.sources(number, entry.paper)
        if count < 2:
            return ()
        from paperreader.ui.presenting.pages.source_blocks import (
            source_blocks,  # importing it takes 10 ms; most papers have one source
        )

        return source_blocks(sources, count, entry, self._commands)
