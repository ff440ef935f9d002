"""A pane of rows that draws only those on the screen, so that its length does not slow it down.

The pane is pinned to a row instead of a line, because rows have different heights. What is visible follows from the
pin, the cursor and the size. It is computed when it is needed, in `render_line` too, which may run before `on_resize`.
"""

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from paperreader.domain.text import Safe, reduce_cells
from paperreader.ui.widgets.row_view import Pin, RowView

KEPT_ROWS = 128
"""Drawn rows kept in memory, at some 10 kB each; a high pane keeps more."""
THUMB = "┃"
BAR = "▌"
"""The bar of the cursor in the focused pane."""
EmptyLine = Sequence[tuple[Safe, str]]
"""A line of a pane without rows: texts with the component classes that style them."""


class RowPane(Widget):
    """Rows with a cursor and a scroll thumb. Subclasses provide the number of rows and draw a row."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"line-list--{name}"
        for name in (
            "text",
            "done",
            "cursor",
            "cursor-blurred",
            "heading",
            "bar",
            "total",
            "remark",
            "thumb",
            "thumb-blurred",
        )
    }
    PREFIX = "line-list"
    """The prefix of the component classes that `style_of` names."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self.cursor = 0
        """The row of the cursor, from 0."""
        self._looks_focused = False
        self._pin: Pin | None = None
        """Where a row stands; None: the cursor stands in the middle of the view."""
        self._follows = True
        """Whether the view follows the cursor. After the wheel or a click it does not, until the next key."""
        self._is_settled = False
        """Whether the pin is the first visible row."""
        self._shape: Hashable = None
        self._shown: tuple[Pin, ...] = ()
        """The rows that were visible last."""
        self._lines: list[Strip] | None = None
        """The lines that were drawn last."""
        self._strips: dict[Hashable, Sequence[Strip]] = {}
        self._thumbed: dict[int, tuple[Strip, Strip]] = {}
        self._styles: dict[tuple[str, ...], Style] = {}
        self._empty: Sequence[EmptyLine] = ()

    def show_empty(self, lines: Sequence[EmptyLine]) -> None:
        """Set what stands in the middle of the pane while it has no rows."""
        if lines != self._empty:
            self._empty = lines
            if not self.row_count():
                self._redraw()

    @abstractmethod
    def row_count(self) -> int:
        """The number of rows."""

    @abstractmethod
    def row_strips(self, row: int, width: int) -> Sequence[Strip]:
        """The lines of a row, each `width` cells long. The scroll thumb covers the last cell."""

    def row_key(self, row: int) -> Hashable:
        """What identifies a drawn row: rows with equal keys look the same."""
        return row, row == self.cursor and self.cursor_role()

    def shape(self) -> Hashable:
        """What decides how rows are drawn, such as the size of the pane."""
        return self.content_size

    @property
    def looks_focused(self) -> bool:
        """Whether the cursor has its bar: with the focus, or while it is set because keys elsewhere move the cursor."""
        return self.has_focus or self._looks_focused

    @looks_focused.setter
    def looks_focused(self, looks_focused: bool) -> None:
        self._looks_focused = looks_focused
        self._thumbed.clear()
        self._redraw()

    def cursor_role(self) -> str:
        """The role that colours the cursor's row."""
        return "cursor" if self.looks_focused else "cursor-blurred"

    def bar_of(self, row: int) -> str:
        """The first cell of a row: the bar of the cursor, if the pane has the focus."""
        return BAR if row == self.cursor and self.cursor_role() == "cursor" else " "

    # Where rows are

    def visible_rows(self) -> Sequence[Pin]:
        """The visible rows, each with its first line; none of a list that the reader has closed."""
        if not self.is_attached:  # it has lost its styles, while background work still counts
            return ()
        self._top()
        return self._shown

    @property
    def cursor_line(self) -> int | None:
        """The line of the view where the cursor's row begins; None if it is not in view."""
        return self.line_of(self.cursor)

    def line_of(self, row: int) -> int | None:
        """The line of the view where a row starts; None if the row is not visible."""
        return next((pin.line for pin in self.visible_rows() if pin.row == row), None)

    def _view(self) -> RowView:
        return RowView(self.row_count(), self.content_size.height, lambda row: len(self._strips_of(row)))

    def _top(self) -> Pin:
        """The first visible row."""
        if self.shape() != self._shape:
            self._shape = self.shape()
            self._strips.clear()
            self.reshape()
            self._keep_line(follow=True)
        if self._is_settled and self._pin is not None:
            return self._pin
        view = self._view()
        if self._pin is None and view.count:
            self._pin = Pin(self.cursor, max(0, view.height - view.height_of(self.cursor)) // 2)
        pin = self._pin or Pin(0)
        self._pin = view.following(pin, self.cursor) if self._follows else view.top(pin)
        self._shown = tuple(view.visible(self._pin))
        self._is_settled = True
        return self._pin

    def reshape(self) -> None:
        """Adapt to another shape, before rows are drawn."""

    def _keep_line(self, *, follow: bool = False) -> None:
        """Keep the row of the cursor on its line if it is visible, else the first visible row."""
        line = next((pin.line for pin in self._shown if pin.row == self.cursor), None)
        if line is not None:
            self._pin, self._follows = Pin(self.cursor, line), self._follows or follow
        self._is_settled = False

    # Changes

    def rows_changed(self) -> None:
        """Redraw all rows after their number or content changed."""
        self._strips.clear()
        self._keep_line()
        self._redraw()

    def _replace_rows(self, cursor: int, pin: Pin | None, *, follow: bool = True) -> None:
        """Show other rows, with the cursor on one of them; without a pin it stands in the middle of the view."""
        self.cursor, self._pin, self._follows = cursor, pin, self._follows or follow
        self._shown = ()
        self._strips.clear()
        self._redraw()

    def _redraw(self) -> None:
        """Draw the view again and paint the lines that differ."""
        self._is_settled = False
        before, self._lines = self._lines, None
        if not self.is_attached or not self.content_size:
            self.refresh()
            return
        now = self._drawn()
        if before is None or len(before) != len(now):
            self.refresh()
            return
        start = 0
        width = self.content_size.width
        for end in range(1, len(now) + 1):
            is_same = now[start] is before[start]
            if end == len(now) or (now[end] is before[end]) is not is_same:
                if not is_same:
                    self.refresh(Region(0, start, width, end - start))
                start = end

    def scroll_lines(self, lines: int) -> None:
        """Scroll without the cursor; the next key returns to it."""
        top = self._top()
        self._pin, self._follows = Pin(top.row, top.line - lines), False
        self._redraw()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The line `y` lines below the top of the view."""
        if self._lines is None or self.shape() != self._shape:
            self._lines = self._drawn()
        return self._lines[y] if y < len(self._lines) else self._blank()

    def _drawn(self) -> list[Strip]:
        """The lines of the view."""
        height = self.content_size.height
        top = self._top()
        lines = [
            strip
            for pin in self._shown
            for strip in self._strips_of(pin.row)[max(0, -pin.line) : max(0, height - pin.line)]
        ]
        lines += self._empty_strips(height) if not self.row_count() else []
        lines += [self._blank()] * (height - len(lines))
        for y in self._view().thumb(top) if height else ():
            lines[y] = self._with_thumb(lines[y])
        self._lines = lines
        return lines

    def _empty_strips(self, height: int) -> list[Strip]:
        """The lines of a pane without rows, in its middle; of too many the first ones, without blank lines."""
        lines = self._empty if len(self._empty) <= height else [line for line in self._empty if line][:height]
        width = self.content_size.width
        longest = max((sum(cell_len(text) for text, _ in line) for line in lines), default=0)
        left = max(1, min((width - longest) // 2, width // 4))
        margin, ground = (" " * left, self.style_of()), self.style_of()
        strips = [
            styled([margin, *((reduce_cells(text), self.style_of(role)) for text, role in line)], width, ground)
            for line in lines
        ]
        return [self._blank()] * ((height - len(strips)) // 2) + strips

    def _strips_of(self, row: int) -> Sequence[Strip]:
        key = self.row_key(row)
        strips = self._strips.get(key)
        if strips is None:
            if len(self._strips) >= max(KEPT_ROWS, 3 * self.content_size.height):
                del self._strips[next(iter(self._strips))]  # the oldest
            strips = self._strips[key] = self.row_strips(row, self.content_size.width)
        return strips

    def _blank(self) -> Strip:
        return Strip.blank(self.content_size.width, self.style_of())

    def _with_thumb(self, strip: Strip) -> Strip:
        """A line with the scroll thumb in its last cell; the same object for the same line."""
        known = self._thumbed.get(id(strip))
        if known is None or known[0] is not strip:
            if len(self._thumbed) >= max(KEPT_ROWS, 3 * self.content_size.height):
                self._thumbed.clear()
            width = strip.cell_length
            ground = next((segment.style for segment in reversed(list(strip)) if segment.style), Style())
            role = "thumb" if self.looks_focused else "thumb-blurred"
            style = ground + self.component_style(f"line-list--{role}")
            known = strip, Strip([*strip.crop(0, width - 1), Segment(THUMB, style)], width)
            self._thumbed[id(strip)] = known
        return known[1]

    def style_of(self, *names: str) -> Style:
        """The style of a part of a row: the widget's style combined with the styles of the roles."""
        style = self._styles.get(names)
        if style is None:
            style = self.rich_style
            for name in names:
                style += self.component_style(f"{self.PREFIX}--{name}")
            self._styles[names] = style
        return style

    def component_style(self, name: str) -> Style:
        """The style of a component class."""
        return self.get_component_rich_style(name, partial=True)

    def on_resize(self) -> None:
        """Draw in the new size. The row of the cursor stays in view."""
        self._redraw()

    def notify_style_update(self) -> None:
        """Redraw with the new theme."""
        self._strips.clear()
        self._thumbed.clear()
        self._styles.clear()
        self._lines = None
        super().notify_style_update()


def styled(parts: Iterable[tuple[str, Style]], width: int, ground: Style) -> Strip:
    """A line of exactly `width` cells. Blanks take the style before them, which saves bytes on the way to the screen.

    A blank after a background, an underline or reverse video of its own keeps its style.
    """
    joined: list[tuple[str, Style]] = []
    length = 0
    for text, style in (*parts, (" " * width, ground)):
        text = text if length + (cells := cell_len(text)) <= width else set_cell_size(text, width - length)
        length = min(width, length + cells)
        if joined and text.isspace() and _is_plain(joined[-1][1], style):
            joined[-1] = joined[-1][0] + text, joined[-1][1]
        elif text:
            joined.append((text, style))
    return Strip([Segment(text, style) for text, style in joined], width)


def _is_plain(style: Style, blank: Style) -> bool:
    """Whether a blank looks the same in both styles."""
    marks = style.underline, style.reverse, style.strike
    return style.bgcolor == blank.bgcolor and marks == (blank.underline, blank.reverse, blank.strike)


def fit(text: Safe, width: int, style: Style) -> Strip:
    """A text cut or padded to exactly `width` cells."""
    plain = str(text)
    if cell_len(plain) > width:
        plain = set_cell_size(plain, width - 1).rstrip() + "…" if width > 0 else ""
    length = cell_len(plain)
    segments = [Segment(plain, style), Segment(" " * max(0, width - length), style)]
    return Strip([segment for segment in segments if segment.text], max(width, length))
