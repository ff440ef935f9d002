"""Where the rows of a list stand in its view, for rows of different heights.

A list is pinned to one row. All else is found by a walk from this row, over no more lines than the view has.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

CONTEXT = 5
"""Lines that stay visible above and below the row of the cursor."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A row and the line of the view where the row starts; the line is negative if the row starts above the view."""

    row: int
    line: int = 0


@dataclass(frozen=True, slots=True)
class RowView:
    """A view of `height` lines on `count` rows."""

    count: int
    height: int
    height_of: Callable[[int], int]
    """The lines of a row, at least one."""

    def top(self, pin: Pin) -> Pin:
        """The first visible row if a row stands at its pin. There is no blank above the first or below the last row."""
        if not self.count:
            return Pin(0)
        row, line = min(max(0, pin.row), self.count - 1), pin.line
        while line > 0 and row > 0:
            row -= 1
            line -= self.height_of(row)
        line = min(line, 0)
        while row + 1 < self.count and line + self.height_of(row) <= 0:
            line += self.height_of(row)
            row += 1
        if row + self.height >= self.count:  # else the end is too far away to be seen
            last = self.last_top()
            if (row, -line) > (last.row, -last.line):
                return last
        return Pin(row, line)

    def last_top(self) -> Pin:
        """The first visible row if the last row stands at the bottom."""
        row, line = self.count, self.height
        while row > 0 and line > 0:
            row -= 1
            line -= self.height_of(row)
        return Pin(row, min(line, 0))

    def visible(self, top: Pin) -> Iterator[Pin]:
        """The visible rows, each with its first line."""
        row, line = top.row, top.line
        while row < self.count and line < self.height:
            yield Pin(row, line)
            line += self.height_of(row)
            row += 1

    def line_of(self, top: Pin, row: int) -> int | None:
        """The first line of a row; None if the row is not visible."""
        return next((pin.line for pin in self.visible(top) if pin.row == row), None)

    def at(self, top: Pin, line: int) -> Pin:
        """The row at a line, which may be above or below the view; beyond an end, the first or last row."""
        row, start = top.row, top.line
        while start > line and row > 0:
            row -= 1
            start -= self.height_of(row)
        while row + 1 < self.count and start + self.height_of(row) <= line:
            start += self.height_of(row)
            row += 1
        return Pin(row, start)

    def following(self, pin: Pin, cursor: int) -> Pin:
        """The first visible row after the least scrolling that shows the cursor with its context.

        If it scrolls and there is room, it scrolls on to the start of a row, so that no title is cut at the top.
        """
        top = self.top(pin)
        if not self.count:
            return top
        free = self.height - self.height_of(cursor)
        context = max(0, min(CONTEXT, free // 2))
        lowest = max(context, free - context)
        line = self.line_of(top, cursor)
        if line is None:
            line = context if cursor < top.row else lowest
        kept = min(max(line, context), lowest)
        top = self.top(Pin(cursor, kept))
        if kept != line and top.line < 0:
            onward = -top.line if kept > line else -top.line - self.height_of(top.row)
            if context <= kept + onward <= lowest:
                return self.top(Pin(cursor, kept + onward))
        return top

    def paged(self, top: Pin, cursor: int, lines: int) -> Pin:
        """Where the cursor goes by a page of lines: to the row that comes to its line.

        A row that the edge of the view cuts is whole afterwards, so that no row is passed unseen.
        """
        line = self.line_of(top, cursor) or 0
        if lines > 0:
            cut = [pin.line for pin in self.visible(top) if pin.line + self.height_of(pin.row) > self.height]
            lines = min(lines, max(1, *cut)) if cut else lines
        elif top.line < 0:
            room = self.height - self.height_of(top.row) - 1  # the row that gets the cursor may get a line of facts
            lines = max(lines, min(-1, top.line - room))
        found = self.at(top, line + lines)
        row = found.row
        if lines < 0 and found.line < line + lines and row + 1 < cursor:
            row += 1  # the whole row would bring more lines than the view has
        if row == cursor:
            row = min(max(0, row + (1 if lines > 0 else -1)), self.count - 1)
        return Pin(row, line)

    def thumb(self, top: Pin) -> range:
        """The lines of the scroll thumb; empty if all rows are visible."""
        if self.count <= self.height and self.last_top() == Pin(0):
            return range(0)
        size = self._thumb_size
        is_near_end = top.row + self.height >= self.count
        last = self.last_top() if is_near_end else Pin(self.count - sum(1 for _ in self.visible(top)))
        part = top.row / last.row if last.row else top.line / last.line if last.line else 0.0
        start = round((self.height - size) * min(1.0, part))
        return range(start, start + size)

    def dragged(self, start: int) -> Pin:
        """The first visible row if the thumb starts at a line."""
        last, room = self.last_top(), self.height - self._thumb_size
        part = min(max(0.0, start / room), 1.0) if room else 0.0
        return Pin(round(part * last.row), 0 if part < 1 and last.row else round(part * last.line))

    @property
    def _thumb_size(self) -> int:
        return max(1, min(self.height - 1, self.height * self.height // max(1, self.count)))
