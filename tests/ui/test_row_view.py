"""Rows of any heights: what is visible agrees with a list of all lines, and no step passes a row unseen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from hypothesis import example, given
from hypothesis import strategies as st

from paperreader.ui.widgets.row_view import CONTEXT, Pin, RowView

HEIGHTS = st.lists(st.integers(min_value=1, max_value=5), min_size=1, max_size=60)
PINS = st.builds(Pin, st.integers(0, 70), st.integers(-20, 40))
LINES = st.integers(min_value=1, max_value=25)


class AllLines:
    """The naive model: the first line of every row, counted from the first row."""

    def __init__(self, heights: Sequence[int], height: int) -> None:
        self.heights, self.height = heights, height
        self.starts = [0, *accumulate(heights)][:-1]

    def clamped(self, offset: int) -> int:
        """The nearest line that may be the first one in view."""
        return min(max(0, offset), max(0, sum(self.heights) - self.height))

    def top(self, pin: Pin) -> int:
        """The first line in view."""
        return self.clamped(self.starts[min(pin.row, len(self.heights) - 1)] - pin.line)

    def following(self, pin: Pin, cursor: int) -> int:
        """The first line in view after the least scrolling to the cursor."""
        free = self.height - self.heights[cursor]
        context = max(0, min(CONTEXT, free // 2))
        lowest = max(context, free - context)
        line = self.starts[cursor] - self.top(pin)
        return self.clamped(self.starts[cursor] - min(max(line, context), lowest))


def view_of(heights: Sequence[int], height: int) -> RowView:
    return RowView(len(heights), height, heights.__getitem__)


def offset_of(model: AllLines, top: Pin) -> int:
    """The line of the whole list that is the first in view; the first visible row must hold it."""
    offset = model.starts[top.row] - top.line
    assert top.line <= 0 < top.line + model.heights[top.row] or top == Pin(0)
    return offset


@given(HEIGHTS, LINES, PINS)
def test_a_pin_shows_what_a_list_of_all_lines_shows(heights: list[int], height: int, pin: Pin) -> None:
    """Rule: the pinned row stands on its line, unless a blank would show above the first or below the last row."""
    model, view = AllLines(heights, height), view_of(heights, height)
    top = view.top(pin)
    assert offset_of(model, top) == model.top(pin)
    assert view.top(top) == top
    assert [found.line for found in view.visible(top)] == [
        start - model.top(pin)
        for start, tall in zip(model.starts, heights, strict=True)
        if start - model.top(pin) < height and start + tall > model.top(pin)
    ]


@given(HEIGHTS, LINES, PINS, st.integers(0, 59))
def test_the_view_follows_the_cursor_as_little_as_possible(
    heights: list[int], height: int, pin: Pin, cursor: int
) -> None:
    """Rule: the row of the cursor is in view with up to five lines around it, and nothing scrolls without need.

    Where the view scrolls, it may go on to the start of a row.
    """
    model, view, cursor = AllLines(heights, height), view_of(heights, height), min(cursor, len(heights) - 1)
    top = view.following(pin, cursor)
    offset, least, before = offset_of(model, top), model.following(pin, cursor), model.top(pin)
    assert offset == least or (top.line == 0 and abs(offset - least) < 5 and (offset - before) * (offset - least) > 0)
    line, tall = model.starts[cursor] - offset, heights[cursor]
    context = max(0, min(CONTEXT, (height - tall) // 2))
    assert line >= context or offset == 0
    assert line + tall <= max(tall, height - context) or offset == model.clamped(sum(heights))
    assert view.following(top, cursor) == top
    assert view.line_of(top, cursor) is not None


@given(HEIGHTS, LINES, PINS, st.integers(-60, 90))
def test_a_line_above_in_or_below_the_view_has_a_row(heights: list[int], height: int, pin: Pin, line: int) -> None:
    """Rule: any line has the row that holds it; beyond an end, the first or the last row."""
    model, view = AllLines(heights, height), view_of(heights, height)
    found = view.at(view.top(pin), line)
    wanted = min(max(0, model.top(pin) + line), sum(heights) - 1)
    assert model.starts[found.row] <= wanted < model.starts[found.row] + heights[found.row]
    assert found.line == model.starts[found.row] - model.top(pin)


class Pages:
    """A list that is read by pages; the row of the cursor is a line higher than it is otherwise."""

    def __init__(self, heights: Sequence[int], height: int) -> None:
        self._heights, self.cursor = heights, 0
        self.view = RowView(len(heights), height, lambda row: heights[row] + (row == self.cursor))
        self.top = self.view.following(Pin(0), 0)

    def turn(self, lines: int) -> None:
        pin = self.view.paged(self.top, self.cursor, lines)
        self.cursor = pin.row
        self.top = self.view.following(pin, pin.row)

    def whole_rows(self) -> set[int]:
        """The rows that are visible from their first to their last line."""
        return {
            pin.row
            for pin in self.view.visible(self.top)
            if pin.line >= 0 and pin.line + self.view.height_of(pin.row) <= self.view.height
        }


def _read_by(pages: Pages, lines: int, is_done: Callable[[], bool]) -> set[int]:
    seen = pages.whole_rows()
    for _ in range(1_000):
        if is_done():
            return seen
        before = pages.cursor
        pages.turn(lines)
        assert (pages.cursor - before) * lines > 0
        seen |= pages.whole_rows()
    raise AssertionError("the pages never end")


@given(st.lists(st.integers(1, 3), min_size=1, max_size=80), st.integers(8, 30), st.sampled_from([2, 1]))
@example([3] * 30, 16, 1)
def test_pages_down_and_up_pass_no_row_unseen(heights: list[int], height: int, part: int) -> None:
    """Rule: PgDn and PgUp, whole or half, show every row whole at least once, and reach the end."""
    pages = Pages(heights, height)
    lines = (height - 1) // part
    everything = set(range(len(heights)))
    assert _read_by(pages, lines, lambda: pages.cursor == len(heights) - 1) == everything
    assert _read_by(pages, -lines, lambda: pages.cursor == 0) == everything


@given(HEIGHTS, LINES, PINS)
def test_the_thumb_tells_the_place_in_the_list(heights: list[int], height: int, pin: Pin) -> None:
    """Rule: a thumb exists where a row is out of view. It is at the bottom at the end, at the top at the start."""
    view = view_of(heights, height)
    top = view.top(pin)
    thumb = view.thumb(top)
    assert bool(thumb) is (sum(heights) > height)
    if thumb:
        assert 0 <= thumb.start < thumb.stop <= max(1, height)
    if thumb and height > 1:
        assert view.thumb(view.last_top()).stop == height
        assert view.thumb(Pin(0)).start == 0


@given(HEIGHTS, st.integers(2, 25))
def test_a_dragged_thumb_reaches_both_ends(heights: list[int], height: int) -> None:
    """Rule: the thumb can be dragged to the first and to the last row, and moves in one direction between them."""
    view = view_of(heights, height)
    places = [view.top(view.dragged(start)) for start in range(-1, height + 1)]
    assert places[0] == Pin(0)
    assert places[-1] == view.last_top()
    assert places == sorted(places, key=lambda top: (top.row, -top.line))


def test_a_long_list_costs_no_more_than_its_view() -> None:
    """Rule: the work for a view does not grow with the list."""
    asked: list[int] = []

    def height_of(row: int) -> int:
        asked.append(row)
        return 2

    view = RowView(1_000_000, 40, height_of)
    for cursor in (0, 500_000, 999_999):
        top = view.following(Pin(cursor, 3), cursor)
        view.thumb(top)
        view.paged(top, cursor, 39)
    assert len(asked) < 1_500


def test_an_empty_list_has_no_rows_and_no_thumb() -> None:
    """Rule: a list without rows is drawn as blank lines."""
    view = view_of([], 10)
    top = view.following(Pin(3, 2), 0)
    assert (list(view.visible(top)), list(view.thumb(top))) == ([], [])
