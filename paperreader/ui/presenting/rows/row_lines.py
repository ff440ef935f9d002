"""The lines of a row in the list of papers, as texts with roles: gutter, title, columns, facts.

A title wraps and is cut only after its last line. Columns appear where they leave the title enough room. Facts stand
below the title, and those that do not fit are left out whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rich.cells import cell_len

from paperreader.domain.text import Safe
from paperreader.ui.presenting.rows.title_lines import CUT, cut, title_lines
from paperreader.ui.presenting.signs import (
    BAR_SIGN,
    FOLLOWED_SIGN,
    RETURNED_SIGN,
    SELECTED_BAR_SIGN,
    SELECTED_SIGN,
    STAR_SIGN,
    UPVOTES_SIGN,
)
from paperreader.ui.widgets.blocks import Spans
from paperreader.ui.widgets.paper_list import Line, PaperRow, RowFlags

GUTTER, MARGIN = 4, 2
"""Columns left of the title (bar, status, mark, blank) and right of the row (blank, scroll thumb)."""
SCORE_FROM = 60
"""Columns of the pane from which scores have a column."""
UPVOTES_FROM = 90
"""Columns of the pane from which upvotes have a column."""
LEAST_TITLE = 92
"""Columns that a title keeps beside further columns."""
CURSOR_LINES = 6
"""The most lines of the title under the cursor, which is shown whole."""
NARROW_TITLE = 60
"""Columns below which a title may have three lines instead of two."""
_BARS = {
    (False, False): " ",
    (False, True): BAR_SIGN,
    (True, False): SELECTED_SIGN,
    (True, True): SELECTED_BAR_SIGN,
}
"""The first cell of a row: whether it is selected, and whether it has the cursor of the focused pane."""
_BETWEEN = " · "
_MORE = f" {CUT}"
_GAP = "  "

Piece = tuple[str, str]
"""A text and its role."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column at the right of a row: its label and its width, which includes the blanks before it."""

    label: str
    width: int
    is_right_aligned: bool = True


SCORE = Column("score", 9, is_right_aligned=False)
UPVOTES = Column(UPVOTES_SIGN, 6)
CODE = Column("code", 6)
AUTHOR = Column("author", 17, is_right_aligned=False)
AGE = Column("age", 5)


@dataclass(frozen=True, slots=True)
class RowLayout:
    """The columns of a row and the room for its title."""

    title: int
    """The columns of the title."""
    lines: int
    """The most lines of a title."""
    columns: tuple[Column, ...]


@cache
def row_layout(width: int, *, has_scores: bool = False) -> RowLayout:
    """The layout of rows in a pane of a width; `has_scores` in a list by interest."""
    title = width - GUTTER - MARGIN
    columns = []
    if has_scores and width >= SCORE_FROM:
        columns.append(SCORE)
        title -= SCORE.width
    if width >= UPVOTES_FROM:
        columns.append(UPVOTES)
        title -= UPVOTES.width
        for column in (CODE, AUTHOR, AGE):
            if title - column.width >= LEAST_TITLE:
                columns.append(column)
                title -= column.width
    return RowLayout(max(0, title), 2 if title >= NARROW_TITLE else 3, tuple(columns))


def row_labels(width: int, score: str = "") -> Safe:
    """The labels of the columns for the line above the list. They end `MARGIN` columns before the edge of the pane.

    `score` is the label of the scores of a list that has them.
    """
    columns = row_layout(width, has_scores=bool(score)).columns
    return Safe("".join(_aligned(column, score if column is SCORE else column.label) for column in columns))


def row_lines(row: PaperRow, width: int, flags: RowFlags) -> list[Line]:
    """The lines of a row in a pane of a width."""
    layout = row_layout(width, has_scores=row.score is not None)
    if not layout.title:
        return [list(_gutter(row, flags, is_first=True))]
    role = "title-current" if flags.is_cursor else "done" if row.is_done else "title"
    most = CURSOR_LINES if flags.is_cursor else layout.lines
    struck = f"{role} struck" if flags.is_struck else role
    titles = [_marked(text, start, row.hits, struck) for text, start in title_lines(row.title, layout.title, most)]
    notices = [*([(row.warning, "warning")] if row.warning else []), *((text, "fact") for text in row.notices)]
    room = width - GUTTER - MARGIN
    below: list[list[Piece]] = []
    if flags.has_facts:
        facts = [*notices, *((text, "fact") for text in _facts(row, layout))]
        below += [_joined(facts, room)] if facts or not flags.is_comfortable else []
    elif notices:
        # Notices follow the title. If its last line has no room for all, they have a line of their own.
        beside = _joined(notices, room)
        if _length(titles[-1]) + len(_GAP) + _length(beside) <= layout.title:
            titles[-1] += [(_GAP, role), *beside]
        else:
            below.append(beside)
    if row.is_done and not flags.is_cursor:
        below = [[(text, "done" if name == "fact" else name) for text, name in line] for line in below]
    columns = list(_columns(row, layout, flags))
    titles[0] += [(" " * (layout.title - _length(titles[0])), role), *columns]
    return [[*_gutter(row, flags, is_first=not at), *line] for at, line in enumerate((*titles, *below))]


def _marked(text: str, start: int, hits: Spans, role: str) -> list[Piece]:
    """A line of a title that begins at an offset of the title, with its hits."""
    pieces, done = list[Piece](), 0
    for first, end in hits:
        first, end = max(done, first - start), min(end - start, len(text))
        if first < end:
            pieces += [(text[done:first], role), (text[first:end], f"{role} hit")]
            done = end
    return [piece for piece in (*pieces, (text[done:], role)) if piece[0]]


def _gutter(row: PaperRow, flags: RowFlags, *, is_first: bool) -> Iterator[Piece]:
    yield _BARS[flags.is_selected, flags.is_focused], "bar"
    normal = "done" if row.is_done and not flags.is_cursor else "title"
    if not is_first:
        yield " " * (GUTTER - 1), normal
        return
    if flags.coming:
        yield flags.coming, "coming"
    else:
        yield row.sign, "unread" if row.is_unread else normal
    if row.is_starred:
        yield f"{STAR_SIGN} ", "star"
    elif row.is_followed:
        yield f"{FOLLOWED_SIGN} ", "follow"
    else:
        yield (f"{RETURNED_SIGN} " if row.has_returned else "  "), normal


def _columns(row: PaperRow, layout: RowLayout, flags: RowFlags) -> Iterator[Piece]:
    role = "done" if row.is_done and not flags.is_cursor else "number"
    texts = {
        SCORE: row.score or "",
        UPVOTES: "" if row.upvotes is None else f"{row.upvotes:,}",
        CODE: "code" if row.has_code else "",
        AUTHOR: row.first_author,
        AGE: row.age,
    }
    for column in layout.columns:
        yield _aligned(column, texts[column]), role


def _aligned(column: Column, text: str) -> str:
    """A text in its column, after at least one blank."""
    text = cut(text, column.width - (1 if column.is_right_aligned else len(_GAP)))
    blanks = column.width - cell_len(text)
    return " " * blanks + text if column.is_right_aligned else f"{_GAP}{text}{' ' * (blanks - len(_GAP))}"


def _facts(row: PaperRow, layout: RowLayout) -> Iterator[Safe]:
    """The facts of a paper that have no column, the most important first."""
    facts = (
        row.authors,
        row.category,
        "" if row.upvotes is None or UPVOTES in layout.columns else f"{UPVOTES_SIGN} {row.upvotes:,}",
        "" if row.comments is None else f"{row.comments:,} comment{'' if row.comments == 1 else 's'}",
        "code" if row.has_code and CODE not in layout.columns else "",
        *row.details,
    )
    return (Safe(fact) for fact in facts if fact)


def _joined(facts: Sequence[Piece], room: int) -> list[Piece]:
    """As many facts as fit into the room, and an ellipsis for others. A lone fact is cut instead."""
    pieces: list[Piece] = []
    kept: list[Piece] = []
    length = 0
    for at, (text, role) in enumerate(facts):
        before = _BETWEEN if pieces else ""
        pieces += [(before, "fact"), (text, role)] if before else [(text, role)]
        length += len(before) + cell_len(text)
        if length > room:
            break
        if at + 1 == len(facts):
            return pieces
        if length + len(_MORE) <= room:
            kept = [*pieces, (_MORE, "fact")]
    return kept or [(cut(text, room), role) for text, role in facts[:1]]


def _length(pieces: Sequence[Piece]) -> int:
    return sum(cell_len(text) for text, _ in pieces)
