"""The pane of papers. Its titles wrap, so that rows have different heights."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from textual.content import Content
from textual.strip import Strip

from paperreader.config import Density
from paperreader.domain.text import Safe
from paperreader.ui.widgets.blocks import Spans
from paperreader.ui.widgets.line_list import LineList
from paperreader.ui.widgets.row_pane import styled
from paperreader.ui.widgets.row_view import Pin

READ_AHEAD = 20
"""Rows fetched above and below those that can be on the screen."""
KEPT_PAPERS = 500
"""Fetched rows kept in memory."""
FACTS_FROM = 30
"""Lines of the screen from which rows have a line of facts; on a lower screen only the abstract has them."""
Line = Sequence[tuple[str, str]]
"""A line of a row: texts with their roles. Roles are separated by blanks; the last one wins."""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """What a row of the list tells about a paper. Unknown facts are empty or None."""

    title: Safe
    sign: Safe
    """The sign of the status."""
    is_unread: bool = True
    is_done: bool = False
    """Whether the paper is read or skipped; its row is faded."""
    is_starred: bool = False
    is_followed: bool = False
    """Whether a rule follows the paper."""
    has_returned: bool = False
    """Whether the user decided on it on an earlier date."""
    warning: Safe = Safe("")
    """The label of a withdrawn, retracted or non-research item."""
    notices: tuple[Safe, ...] = ()
    """What is shown in every width: the earlier decision, the kind of announcement, the field of a hit."""
    authors: Safe = Safe("")
    first_author: Safe = Safe("")
    category: Safe = Safe("")
    upvotes: int | None = None
    comments: int | None = None
    has_code: bool = False
    age: Safe = Safe("")
    details: tuple[Safe, ...] = ()
    """Tags and note."""
    hits: Spans = ()
    """The (start, end) offsets of hits in the title."""
    score: Safe | None = None
    """The score in a list by interest, empty if it is unknown; None in other lists, which have no scores."""

    @property
    def has_facts(self) -> bool:
        """Whether a line of facts would tell more than the title."""
        figures = self.upvotes is not None or self.comments is not None
        return bool(self.authors or self.category or figures or self.has_code or self.details or self.notices)


@dataclass(frozen=True, slots=True)
class RowFlags:
    """How a row is drawn."""

    is_cursor: bool = False
    is_focused: bool = False
    """Whether the pane has the focus."""
    is_selected: bool = False
    has_facts: bool = False
    """Whether the row has a line of facts."""
    coming: str = ""
    """The mark that a decision would give the paper, while the list shows the effect of the decision."""
    is_struck: bool = False
    """Whether the decision would take the paper away: its title is struck out."""
    is_comfortable: bool = False
    """Whether every row with facts has a line for them. Else the cursor has the line without facts too, so that a move
    to another row shifts nothing below it."""


class PaperList(LineList):
    """A list of papers, given by their row ids. It fetches only the rows around the screen.

    `draw` makes the lines of a row of a width.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"paper-list--{name}"
        for name in (
            "title", "title-current", "done", "fact", "number", "unread", "star", "follow", "hit", "warning", "bar",
            "cursor", "cursor-blurred", "selected", "coming", "struck",
        )
    }  # fmt: skip
    PREFIX = "paper-list"

    def __init__(
        self,
        fetch: Callable[[Sequence[int]], dict[int, PaperRow]],
        draw: Callable[[PaperRow, int, RowFlags], Sequence[Line]],
        *,
        id: str,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self._fetch, self._draw = fetch, draw
        self._ids: Sequence[int] = array("q")
        self._length = 0
        self._rows: dict[int, PaperRow] = {}
        self.selected: set[int] = set()
        """The row ids of the selected papers."""
        self._previewed: frozenset[int] = frozenset()
        self._coming, self._strikes = "", False
        self._density = Density.AUTO
        self._is_comfortable = False
        self.border_title = Content("Papers")

    @property
    def ids(self) -> Sequence[int]:
        """The row ids of the papers, in order."""
        return self._ids

    @property
    def current(self) -> int | None:
        """The paper under the cursor."""
        return self._paper(self.cursor)

    @property
    def density(self) -> Density:
        """How many rows have a line of facts; None: every row, if the whole list then fits into the pane."""
        return self._density

    @density.setter
    def density(self, density: Density) -> None:
        self._density = density
        self.choose_density()

    def choose_density(self) -> None:
        """Decide whether every row has a line of facts. It stays so while a filter changes the list."""
        before = self._is_comfortable
        self.reshape()
        if self._is_comfortable != before:
            self.rows_changed()

    # Lists

    def set_ids(self, ids: Sequence[int], *wanted: int | None) -> None:
        """Show other papers. The cursor goes to the first wanted paper in the list, else to the top.

        A paper that stays under the cursor stays on its line. If it left the list, the cursor goes to the nearest
        visible paper that is still there.
        """
        lines = {paper: pin.line for pin in self._shown if (paper := self._paper(pin.row)) is not None}
        current = self.current
        self._ids = ids
        self._length = len(ids)
        self._rows.clear()
        found = next(((paper, row) for paper in wanted if (row := self.position(paper)) is not None), None)
        if found is None and current in wanted and current in lines:
            found = self._nearest_of(lines, lines[current])
        if found is None:
            self._replace_rows(0, Pin(0))
        else:
            paper, row = found
            self._replace_rows(row, Pin(row, lines[paper]) if paper in lines else None)

    def _nearest_of(self, lines: dict[int, int], line: int) -> tuple[int, int] | None:
        """Of papers on some lines the one in the list that is nearest to a line, with its row."""
        rows = {paper: row for row, paper in enumerate(self._ids) if paper in lines}
        return min(rows.items(), key=lambda found: abs(lines[found[0]] - line), default=None)

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
        if len(ids) == self._length:
            return False
        self._length = len(ids)
        self.cursor = min(self.cursor, max(0, len(ids) - 1))
        self.rows_changed()
        return True

    def replace(self, papers: Iterable[int] | None = None) -> None:
        """Redraw papers whose state changed; None: all papers."""
        if papers is None:
            self._rows.clear()
            self.rows_changed()
            return
        changed = set(papers)
        for paper in changed:
            self._rows.pop(paper, None)
        self._forget(changed)

    def select(self, papers: Iterable[int]) -> None:
        """Select exactly these papers."""
        papers = set(papers)
        if papers != self.selected:
            self.selected = papers
            self._redraw()

    def preview(self, papers: Iterable[int], mark: str = "", *, strikes: bool = False) -> None:
        """Show what a decision about these papers would do: the mark that comes, and titles struck out."""
        self._previewed, self._coming, self._strikes = frozenset(papers), mark, strikes
        self._redraw()

    def _forget(self, papers: set[int]) -> None:
        """Draw papers again."""
        for key in [key for key in self._strips if isinstance(key, tuple) and key[0] in papers]:
            del self._strips[key]
        self._keep_line()
        self._redraw()

    # Rows

    def row_count(self) -> int:
        """The number of papers."""
        return len(self._ids)

    def row_key(self, row: int) -> Hashable:
        """The paper and how it is drawn."""
        return self._paper(row), self._flags(row)

    def shape(self) -> Hashable:
        """The size of the pane, and whether the screen has room for facts."""
        return self.content_size, self.has_room_for_facts

    @property
    def has_room_for_facts(self) -> bool:
        """Whether the screen is high enough for a line of facts."""
        return self.is_attached and self.app.size.height >= FACTS_FROM

    def reshape(self) -> None:
        """Decide whether every row has a line of facts."""
        is_chosen = self._density is Density.COMFORTABLE or (self._density is Density.AUTO and self._fits_comfortably())
        self._is_comfortable = self.has_room_for_facts and is_chosen

    def _fits_comfortably(self) -> bool:
        """Whether all rows with their facts fit into the pane, and there are facts."""
        width, height = self.content_size
        if not self.has_room_for_facts or not width or 2 * self.row_count() > height:
            return False
        rows = [row for index in range(self.row_count()) if (row := self._row(index))]
        lines = sum(len(self._draw(row, width, RowFlags(has_facts=True, is_comfortable=True))) for row in rows)
        return lines <= height and any(row.has_facts for row in rows)

    def row_strips(self, row: int, width: int) -> Sequence[Strip]:
        """The lines of a paper; one blank line for a paper that is gone."""
        shown, flags = self._row(row), self._flags(row)
        if shown is None:
            return [Strip.blank(width, self.style_of())]
        roles = [self.cursor_role()] if flags.is_cursor else ["selected"] if flags.is_selected else []
        ground = self.style_of(*roles)
        return [
            styled(((text, self.style_of(*roles, *role.split())) for text, role in line), width, ground)
            for line in self._draw(shown, width, flags)
        ]

    def _flags(self, row: int) -> RowFlags:
        is_cursor, paper = row == self.cursor, self._paper(row)
        is_previewed = paper in self._previewed
        return RowFlags(
            is_cursor,
            is_cursor and self.cursor_role() == "cursor",
            paper in self.selected,
            self._is_comfortable or (is_cursor and self.has_room_for_facts),
            self._coming if is_previewed else "",
            is_previewed and self._strikes,
            is_comfortable=self._is_comfortable,
        )

    def _paper(self, row: int) -> int | None:
        """The row id of the paper at a row; None beyond the end of the list."""
        return next(iter(self._ids[row : row + 1]), None)

    def _row(self, row: int) -> PaperRow | None:
        """The row at an index; its neighbours are fetched with it."""
        paper = self._paper(row)
        if paper is None:
            return None
        if paper not in self._rows:
            if len(self._rows) > KEPT_PAPERS:
                self._rows.clear()
            around = self.content_size.height + READ_AHEAD
            window = self._ids[max(0, row - around) : row + around]
            self._rows.update(self._fetch([number for number in window if number not in self._rows]))
        return self._rows.get(paper)
