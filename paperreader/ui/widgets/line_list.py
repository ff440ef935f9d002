"""A list: rows with a cursor that keys and the mouse move."""

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from paperreader.ui.keys.bindings import BETWEEN_PANES, MOVEMENT, bindings
from paperreader.ui.widgets.draggable import Draggable
from paperreader.ui.widgets.movement import Movement
from paperreader.ui.widgets.row_pane import RowPane
from paperreader.ui.widgets.row_view import Pin

WHEEL_LINES = 3


class LineList(Movement, RowPane, Draggable, can_focus=True, inherit_bindings=False):
    """A list of rows. It posts messages when the user moves the cursor or clicks a row."""

    BINDINGS: ClassVar[list[BindingType]] = bindings((*MOVEMENT, *BETWEEN_PANES))

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
        self._grip: int | None = None
        """The line of the thumb that the mouse holds."""

    def can_stand_on(self, row: int) -> bool:
        """Whether the cursor may stand on a row; it may not stand on a heading."""
        return 0 <= row < self.row_count()

    @property
    def page_height(self) -> int:
        """The lines of the list on the screen."""
        return self.content_size.height

    # Moving

    def move_to(self, row: int, *, by_user: bool = True) -> None:
        """Put the cursor on a row, or on the nearest row that is no heading, and show it."""
        target = self.nearest(row)
        if target is None:
            return
        self._follows = True
        self._put_cursor(target, by_user=by_user)

    def _put_cursor(self, row: int, *, by_user: bool = True) -> None:
        before, self.cursor = self.cursor, row
        self._redraw()
        if by_user and row != before:
            self.post_message(self.Moved(self))

    def move_to_end(self, *, is_last: bool) -> None:
        """Put the cursor on the first or the last row."""
        self.move_to(self.row_count() - 1 if is_last else 0)

    def move_to_line(self, line: int) -> None:
        """Put the cursor on a row."""
        self.move_to(line)

    def move_by(self, lines: int) -> None:
        """Move the cursor by a number of rows; it skips headings."""
        target = min(max(0, self.cursor + lines), max(0, self.row_count() - 1))
        direction = 1 if lines > 0 else -1
        while 0 <= target < self.row_count() and not self.can_stand_on(target):
            target += direction
        self.move_to(target if self.can_stand_on(target) else self.cursor)

    def page_by(self, lines: int) -> None:
        """Scroll by a number of lines. The cursor stays on its line and gets another row."""
        if not self.row_count():
            return
        self._follows, self._is_settled = True, False
        pin = self._view().paged(self._top(), self.cursor, lines)
        target = self.nearest(pin.row)
        if target is not None:
            self._pin = Pin(target, pin.line)
            self._put_cursor(target)

    def nearest(self, row: int) -> int | None:
        """The nearest row that the cursor may stand on; None if there is none."""
        count = self.row_count()
        row = min(max(0, row), count - 1)
        for distance in range(count):
            for candidate in (row + distance, row - distance):
                if self.can_stand_on(candidate):
                    return candidate
        return None

    # Events

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked. The row stays under the pointer."""
        offset = event.get_content_offset(self)
        if offset is None or not self.row_count():
            return
        top, view = self._top(), self._view()
        clicked = view.at(top, offset.y)
        if self._is_on_thumb(offset.x) or clicked.line + view.height_of(clicked.row) <= offset.y:
            return
        if self.can_stand_on(clicked.row):
            self._follows, self._pin = False, clicked
            self._put_cursor(clicked.row)
            self._show_whole(clicked)
            self.post_message(self.Chosen(self))

    def _show_whole(self, pin: Pin) -> None:
        """Scroll as little as possible to show the whole row of the cursor."""
        view = self._view()
        line = max(0, min(pin.line, view.height - view.height_of(pin.row)))
        if line != pin.line:
            self._pin = Pin(pin.row, line)
            self._redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        self._turn_wheel(event, WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        self._turn_wheel(event, -WHEEL_LINES)

    def _turn_wheel(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        event.prevent_default()  # Textual would scroll again
        self.scroll_lines(lines)

    def _is_on_thumb(self, column: int) -> bool:
        """Whether a column is that of the scroll thumb, if there is one."""
        return column >= self.content_size.width - 1 and bool(self._view().thumb(self._top()))

    def is_handle(self, press: events.MouseDown) -> bool:
        """Whether the mouse was pressed on the thumb, or above or below it."""
        offset = press.get_content_offset(self)
        return offset is not None and self._is_on_thumb(offset.x)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the thumb. A press beside it brings it to the pointer."""
        if not self.is_handle(event):
            return
        event.stop()
        line = event.get_content_offset_capture(self).y
        thumb = self._view().thumb(self._top())
        self._grip = line - thumb.start if line in thumb else len(thumb) // 2
        self._drag_to(line)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Scroll with the thumb."""
        if self._grip is not None:
            event.stop()
            self._drag_to(event.get_content_offset_capture(self).y)

    def on_mouse_release(self) -> None:
        """Let the thumb go."""
        self._grip = None

    def _drag_to(self, line: int) -> None:
        self._pin, self._follows = self._view().dragged(line - (self._grip or 0)), False
        self._redraw()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Redraw the cursor, which shows whether the list has the focus."""
        super().watch_has_focus(has_focus)
        self._thumbed.clear()
        self._redraw()
