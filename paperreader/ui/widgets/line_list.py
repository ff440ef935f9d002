"""A list that draws only the lines on the screen, so that its length does not slow it down."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from paperreader.domain.text import Safe
from paperreader.ui.keys.bindings import BETWEEN_PANES, MOVEMENT, bindings
from paperreader.ui.widgets.movement import Movement

KEPT_BEYOND = 20
"""Drawn rows kept in memory beyond those on the screen, at some 10 kB each."""


class LineList(Movement, ScrollView, can_focus=True, inherit_bindings=False):
    """A list of rows with a cursor. Subclasses provide the number of rows and draw a row."""

    BINDINGS: ClassVar[list[BindingType]] = bindings((*MOVEMENT, *BETWEEN_PANES))
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"line-list--{name}"
        for name in (
            "text", "done", "cursor", "cursor-blurred", "heading", "sign", "star", "remark", "selected", "hit",
            "warning",
        )
    }  # fmt: skip

    extra_lines = 0
    """The lines of the cursor's row beyond the first."""

    class Moved(Message):
        """The user moved the cursor to another row."""

        def __init__(self, line_list: "LineList") -> None:
            super().__init__()
            self.line_list = line_list

        @property
        def control(self) -> "LineList":
            """The list whose cursor moved."""
            return self.line_list

    class Chosen(Moved):
        """A row was clicked."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.cursor = 0
        """The row of the cursor, from 0."""
        self._strips: dict[tuple[int, bool], Sequence[Strip]] = {}
        self._styles: dict[tuple[str, ...], Style] = {}

    @abstractmethod
    def row_count(self) -> int:
        """The number of rows."""

    @abstractmethod
    def row_strips(self, row: int, width: int) -> Sequence[Strip]:
        """The lines of a row, each `width` cells long."""

    def can_stand_on(self, row: int) -> bool:
        """Whether the cursor may stand on a row; it may not stand on a heading."""
        return 0 <= row < self.row_count()

    # Where rows are

    def first_line_of(self, row: int) -> int:
        """The first line of a row, from 0."""
        return row if row <= self.cursor else row + self.extra_lines

    def row_at(self, line: int) -> int:
        """The row at a line."""
        return line if line <= self.cursor else max(self.cursor, line - self.extra_lines)

    def rows_changed(self) -> None:
        """Redraw all rows after their number, content or width changed."""
        self._strips.clear()
        lines = self.row_count() + (self.extra_lines if self.row_count() else 0)
        self.virtual_size = Size(self.scrollable_content_region.width, lines)
        self.refresh()

    def redraw_row(self, row: int) -> None:
        """Redraw one row."""
        self._strips.pop((row, True), None)
        self._strips.pop((row, False), None)
        self.refresh_lines(self.first_line_of(row), 1 + self.extra_lines)

    # Moving

    def move_to(self, row: int, *, by_user: bool = True) -> None:
        """Put the cursor on a row, or on the nearest row that is no heading, and scroll to it."""
        target = self._nearest(row)
        if target is None:
            return
        before = self.cursor
        self.cursor = target
        if target != before:
            first, last = min(before, target), max(before, target)
            self.refresh_lines(first, last - first + 1 + self.extra_lines)
        self.scroll_to_row(target)
        if by_user and target != before:
            self.post_message(self.Moved(self))

    def scroll_to_row(self, row: int) -> None:
        """Scroll as little as possible to show a row; if it is higher than the pane, show its first line."""
        height = self.scrollable_content_region.height
        line = self.first_line_of(row)
        lowest_top = min(line, line + self.extra_lines - height + 1)
        top = min(max(self.scroll_offset.y, lowest_top), line) if height else self.scroll_offset.y
        if top != self.scroll_offset.y:
            # Without force, Textual ignores this until the next layout has given a longer list its scrollbar.
            self.scroll_to(y=top, animate=False, force=True)

    @property
    def page_height(self) -> int:
        """The lines of the list on the screen."""
        return self.scrollable_content_region.height

    @property
    def cursor_line(self) -> int:
        """The line of the view where the cursor's row begins."""
        return self.first_line_of(self.cursor) - self.scroll_offset.y

    def move_to_end(self, *, is_last: bool) -> None:
        """Put the cursor on the first or the last row."""
        self.move_to(self.row_count() - 1 if is_last else 0)

    def move_by(self, lines: int) -> None:
        """Move the cursor by a number of rows; it skips headings."""
        target = min(max(0, self.cursor + lines), max(0, self.row_count() - 1))
        direction = 1 if lines > 0 else -1
        while 0 <= target < self.row_count() and not self.can_stand_on(target):
            target += direction
        if self.can_stand_on(target):
            self.move_to(target)

    def _nearest(self, row: int) -> int | None:
        count = self.row_count()
        row = min(max(0, row), count - 1)
        for distance in range(count):
            for candidate in (row + distance, row - distance):
                if self.can_stand_on(candidate):
                    return candidate
        return None

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The line `y` lines below the top of the view."""
        line = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        row = self.row_at(line)
        if not 0 <= row < self.row_count():
            return Strip.blank(width, self.style_of())
        is_cursor = row == self.cursor
        strips = self._strips.get((row, is_cursor))
        if strips is None:
            if len(self._strips) >= self.size.height + KEPT_BEYOND:
                del self._strips[next(iter(self._strips))]  # the oldest
            strips = self._strips[row, is_cursor] = self.row_strips(row, width)
        part = line - self.first_line_of(row)
        return strips[part] if part < len(strips) else Strip.blank(width, self.style_of())

    def style_of(self, *names: str) -> Style:
        """The style of a part of a row: the widget's style combined with the styles of the roles."""
        style = self._styles.get(names)
        if style is None:
            style = self.rich_style
            for name in names:
                style += self.get_component_rich_style(f"line-list--{name}", partial=True)
            self._styles[names] = style
        return style

    def cursor_role(self) -> str:
        """The role that colours the cursor's row."""
        return "cursor" if self.has_focus else "cursor-blurred"

    # Events

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        row = self.row_at(offset.y + self.scroll_offset.y)
        if self.can_stand_on(row):
            self.move_to(row)
            self.post_message(self.Chosen(self))

    def on_resize(self) -> None:
        """Redraw in the new width and keep the cursor in view."""
        self.rows_changed()
        self.call_after_refresh(self.scroll_to_row, self.cursor)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Redraw the cursor, which shows whether the list has the focus."""
        super().watch_has_focus(has_focus)
        self.redraw_row(self.cursor)

    def notify_style_update(self) -> None:
        """Redraw with the new theme."""
        self._strips.clear()
        self._styles.clear()
        super().notify_style_update()


def fit(text: Safe, width: int, style: Style, spans: Sequence[tuple[int, int]] = (), hit: Style | None = None) -> Strip:
    """A text cut or padded to exactly `width` cells; `spans` are the offsets of marked characters."""
    plain = str(text)
    if cell_len(plain) > width:
        plain = set_cell_size(plain, width - 1).rstrip() + "…" if width > 0 else ""
    segments = []
    done = 0
    for start, end in spans if hit else ():
        if start >= len(plain):
            break
        segments += [
            Segment(plain[done:start], style),
            Segment(plain[start:end], style + hit if hit else style),
        ]
        done = min(end, len(plain))
    segments.append(Segment(plain[done:], style))
    length = cell_len(plain)
    segments.append(Segment(" " * max(0, width - length), style))
    return Strip([segment for segment in segments if segment.text], max(width, length))
