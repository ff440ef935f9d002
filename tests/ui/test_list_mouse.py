"""The mouse in a list: the wheel, a click on a row, the scroll thumb."""

from __future__ import annotations

import pytest
from piloting import drag_to
from shown_list import SIZE, Shown, shown
from textual.events import MouseScrollDown, MouseScrollUp

from paperreader.ui.widgets.row_pane import THUMB


async def test_the_wheel_moves_the_view_and_a_key_returns_to_the_cursor() -> None:
    """Rule: the wheel scrolls by three lines and moves no cursor; the next key shows the cursor again."""
    async with shown(200) as (papers, pilot):
        before = papers.lines
        await pilot._post_mouse_events([MouseScrollDown], widget=papers, offset=(9, 9))
        assert [line[:-1] for line in papers.lines[:-3]] == [line[:-1] for line in before[3:]]
        for _ in range(30):
            await pilot._post_mouse_events([MouseScrollDown], widget=papers, offset=(9, 9))
        assert (papers.cursor, papers.cursor_line) == (0, None)
        await pilot.press("j")
        assert papers.cursor == 1
        assert papers.is_whole()
        for _ in range(9):
            await pilot._post_mouse_events([MouseScrollUp], widget=papers, offset=(9, 9))
        assert papers.lines[0].startswith(" •  Paper 0")


@pytest.mark.parametrize("line", [2, 9, 17, 28, 29])
async def test_a_clicked_row_stays_under_the_pointer(line: int) -> None:
    """Rule: a click on any line of a row puts the cursor on it, and the pointer stays on the row."""
    async with shown(200) as (papers, pilot):
        await pilot.press(*"jjjjjj")
        row = next(pin.row for pin in reversed(papers.visible_rows()) if pin.line <= line)
        heard = pilot.app.heard  # type: ignore[attr-defined]
        heard.clear()
        await pilot.click(papers, offset=(20, line))
        assert papers.cursor == row
        start = papers.cursor_line or 0
        assert start <= line < start + len(papers._strips_of(row))
        assert papers.is_whole()
        assert heard[-1] == "Chosen"


async def test_a_click_below_the_last_row_does_nothing() -> None:
    """Rule: blank lines are no paper."""
    async with shown(3) as (papers, pilot):
        await pilot.click(papers, offset=(5, SIZE[1] - 1))
        assert papers.cursor == 0


def thumb_of(papers: Shown) -> list[int]:
    return [y for y, line in enumerate(papers.lines) if line.endswith(THUMB)]


async def test_the_thumb_can_be_dragged_from_end_to_end() -> None:
    """Rule: the thumb stands in the last column and follows the mouse; the cursor stays on its row."""
    async with shown(300) as (papers, pilot):
        assert thumb_of(papers) == list(range(len(thumb_of(papers))))
        column = SIZE[0] - 1
        await pilot.mouse_down(papers, offset=(column, 0))
        for line in (5, 15, SIZE[1] - 1):
            await drag_to(pilot, (column, line), papers)
            assert line in thumb_of(papers)
        assert papers.visible_rows()[-1].row == 299
        await pilot.mouse_up(papers, offset=(column, SIZE[1] - 1))
        assert papers.cursor == 0
        await pilot.hover(papers, offset=(column, 3))
        assert papers.visible_rows()[-1].row == 299
        await pilot.press("k")
        assert papers.cursor_line == 0


async def test_a_list_that_fits_has_no_thumb() -> None:
    """Rule: the thumb says that there is more."""
    async with shown(3) as (papers, _):
        assert thumb_of(papers) == []
