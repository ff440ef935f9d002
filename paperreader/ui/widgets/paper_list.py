"""The pane of papers: signs of the reading state, titles, remarks."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip

from paperreader.domain.text import Safe
from paperreader.ui.widgets.line_list import LineList, fit
from paperreader.ui.widgets.paper_page import Spans, line_breaks

_BETWEEN = " · "
REMARKS_FROM = 40
"""Columns from which remarks stand beside a title. A narrow list shows titles only."""
READ_AHEAD = 20
"""Rows fetched above and below the screen."""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A row of the list."""

    title: Safe
    sign: Safe
    starred: bool = False
    is_done: bool = False
    warning: Safe = Safe("")
    """The label of a withdrawn, retracted or non-research item, shown in every width."""
    badge: Safe = Safe("")
    """The label of a cross-list or replacement."""
    remarks: tuple[Safe, ...] = ()
    """Further remarks, the most important first; as many are shown as fit."""
    second_line: Safe = Safe("")
    hits: Spans = ()


class PaperList(LineList):
    """A list of papers, given by their row ids. It fetches only the rows on the screen.

    The cursor's row has a second line: the rest of a long title, or else tags and note.
    """

    extra_lines = 1

    def __init__(self, fetch: Callable[[Sequence[int]], dict[int, PaperRow]], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._fetch = fetch
        self._ids: Sequence[int] = array("q")
        self._rows: dict[int, PaperRow] = {}
        self.selected: set[int] = set()
        """The row ids of the selected papers."""
        self.border_title = Content("Papers")

    @property
    def ids(self) -> Sequence[int]:
        """The row ids of the papers, in order."""
        return self._ids

    @property
    def current(self) -> int | None:
        """The paper under the cursor."""
        return self._paper(self.cursor)

    def set_ids(self, ids: Sequence[int], *wanted: int | None) -> None:
        """Show other papers; the cursor goes to the first wanted paper in the list, else to the top."""
        self._ids = ids
        self._rows.clear()
        self.cursor = next((row for paper in wanted if (row := self.position(paper)) is not None), 0)
        self.rows_changed()
        self.scroll_to_row(self.cursor)

    def position(self, paper: int | None) -> int | None:
        """The row of a paper."""
        if paper is None:
            return None
        with suppress(ValueError):
            return self._ids.index(paper)
        return None

    def set_whole(self, ids: Sequence[int]) -> bool:
        """Replace a partly read list by the whole list; returns whether its length changed."""
        self._ids = ids
        if self.virtual_size.height == (len(ids) + self.extra_lines if ids else 0):
            return False
        self.rows_changed()
        self.move_to(self.cursor, by_user=False)
        return True

    def replace(self, papers: Iterable[int] | None = None) -> None:
        """Redraw papers whose state changed; None: all papers."""
        if papers is None:
            self._rows.clear()
            self._strips.clear()
            self.refresh()
            return
        papers = set(papers)
        for paper in papers:
            self._rows.pop(paper, None)
        top = self.row_at(self.scroll_offset.y)
        on_screen = range(top, top + self.scrollable_content_region.height + 1)
        for row in {row for row, _ in self._strips}.union(on_screen):
            if self._paper(row) in papers:
                self.redraw_row(row)

    def select(self, papers: Iterable[int]) -> None:
        """Select exactly these papers."""
        changed = self.selected.symmetric_difference(papers := set(papers))
        self.selected = papers
        self.replace(changed)

    def row_count(self) -> int:
        """The number of papers."""
        return len(self._ids)

    def row_strips(self, row: int, width: int) -> Sequence[Strip]:
        """Signs and title on the left, remarks on the right; the cursor's row has a second line."""
        paper = self._paper(row)
        shown = self._row(row)
        if shown is None:
            return [Strip.blank(width, self.style_of())]
        is_cursor = row == self.cursor
        roles = [self.cursor_role()] if is_cursor else ["done" if shown.is_done else "text"]
        style, hit = self.style_of(*roles), self.get_component_rich_style("line-list--hit", partial=True)
        mark = "◆" if paper in self.selected else "▌" if is_cursor else " "
        signs = [
            Segment(mark, self.style_of(*roles, "selected" if paper in self.selected else "sign")),
            Segment(shown.sign, self.style_of(*roles, *(["sign"] if not shown.is_done else []))),
            Segment("★ " if shown.starred else "  ", self.style_of(*roles, "star")),
        ]
        indent = 4
        if width < indent:
            return [Strip(signs).adjust_cell_length(width)] * (2 if is_cursor else 1)
        remarks, left_over = _beside(shown, width)
        labels = ((shown.warning, "warning"), (remarks, "remark"), (shown.badge, "remark"))
        right = [Segment(f" {text}", self.style_of(*roles, role)) for text, role in labels if text]
        right += [Segment(" ", style)] if right else []
        room = width - indent - sum(segment.cell_length for segment in right)
        if room < 1:
            right, room = [], width - indent
        if not is_cursor:
            return [Strip([*signs, *fit(shown.title, room, style, shown.hits, hit), *right], width)]
        first, rest, offset = _split(shown.title, room)
        below = rest or Safe("  ".join(filter(None, (left_over, shown.second_line))))
        hits = [(max(0, start - offset), end - offset) for start, end in shown.hits if end > offset] if rest else []
        second_style = style if rest else self.style_of(*roles, "remark")
        bar = Segment("▌   ", self.style_of(*roles, "sign"))
        return [
            Strip([*signs, *fit(first, room, style, shown.hits, hit), *right], width),
            Strip([bar, *fit(below, max(0, width - indent), second_style, hits, hit)], width),
        ]

    def _paper(self, row: int) -> int | None:
        """The row id of the paper at a row; None beyond the end of the list."""
        return next(iter(self._ids[row : row + 1]), None)

    def _row(self, row: int) -> PaperRow | None:
        """The row at an index; its neighbours are fetched with it."""
        paper = self._paper(row)
        if paper is None:
            return None
        if paper not in self._rows:
            if len(self._rows) > 500:
                self._rows.clear()
            height = self.scrollable_content_region.height
            top = self.scroll_offset.y
            window = self._ids[max(0, min(row, top) - READ_AHEAD) : max(row, top + height) + READ_AHEAD]
            missing = [number for number in window if number not in self._rows]
            self._rows.update(self._fetch(missing))
        return self._rows.get(paper)


def _beside(row: PaperRow, width: int) -> tuple[Safe, Safe]:
    """The remarks beside the title, and the remaining ones; more than one remark takes at most half of the width."""
    said = 0
    if width >= REMARKS_FROM:
        taken = cell_len(row.warning) + cell_len(row.badge)
        for number, remark in enumerate(row.remarks):
            taken += cell_len(remark) + len(_BETWEEN)
            if number and taken > width // 2:
                break
            said = number + 1
    beside, left_over = (_BETWEEN.join(part) for part in (row.remarks[:said], row.remarks[said:]))
    return Safe(f"{beside} ·" if beside and row.badge else beside), Safe(left_over)


def _split(title: Safe, width: int) -> tuple[Safe, Safe, int]:
    """A title's first line of at most `width` cells, the rest, and the offset of the rest in characters."""
    _, end = next(line_breaks(title, width))
    start = end + (title[end : end + 1] == " ")
    return Safe(title[:end]), Safe(title[start:]), start
