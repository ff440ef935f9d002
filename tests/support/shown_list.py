"""A list of papers that fills a terminal, and notes what it fetches and paints."""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from paperreader.domain.text import Safe
from paperreader.ui.presenting.rows.row_lines import row_lines
from paperreader.ui.widgets.paper_list import PaperList, PaperRow

SIZE = (60, 30)


class Shown(PaperList):
    """A list that notes what it fetches and which regions it paints."""

    def __init__(self) -> None:
        self.fetched: list[int] = []
        self.painted: list[Region] = []
        super().__init__(self._make, row_lines, id="papers")

    def _make(self, ids: Sequence[int]) -> dict[int, PaperRow]:
        self.fetched.extend(ids)
        return {
            paper: PaperRow(Safe(f"Paper {paper} " + "word " * (paper * 7 % 23)), Safe("•"), authors=Safe("Nwosu"))
            for paper in ids
        }

    def refresh(self, *regions: Region, **options: Any) -> Shown:
        """Note the regions."""
        self.painted += regions
        super().refresh(*regions, **options)
        return self

    @property
    def lines(self) -> list[str]:
        """The lines on the screen."""
        return [self.render_line(y).text for y in range(self.content_size.height)]

    @property
    def cursor_line(self) -> int | None:
        """The first line of the cursor's row."""
        return self.line_of(self.cursor)

    def is_whole(self) -> bool:
        """Whether the whole row of the cursor is visible."""
        line = self.cursor_line
        return line is not None and 0 <= line <= self.content_size.height - len(self._strips_of(self.cursor))


class ListApp(App[None]):
    """A list over the whole screen."""

    def __init__(self, papers: int) -> None:
        super().__init__()
        self.papers = Shown()
        self.papers.set_ids(array("q", range(papers)))
        self.heard: list[str] = []

    def compose(self) -> ComposeResult:
        """The list."""
        yield self.papers

    def on_mount(self) -> None:
        """Give the list the focus."""
        self.papers.focus()

    def on_line_list_moved(self, event: PaperList.Moved) -> None:
        """Note that the cursor moved, or (`Chosen`) that a row was clicked."""
        self.heard.append(type(event).__name__)

    on_line_list_chosen = on_line_list_moved


@asynccontextmanager
async def shown(papers: int, size: tuple[int, int] = SIZE) -> AsyncIterator[tuple[Shown, Pilot[None]]]:
    app = ListApp(papers)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app.papers, pilot
