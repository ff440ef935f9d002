"""A list in an application: what stays on its line, what is painted, what a long list costs."""

from __future__ import annotations

from array import array

import pytest
from quick import first
from shown_list import SIZE, shown

from paperreader.config import Density


async def test_a_move_shifts_only_the_rows_between_old_and_new() -> None:
    """Rule: the line of facts goes with the cursor; rows above and below both rows stay."""
    async with shown(200) as (papers, pilot):
        await pilot.press(*"jjj")
        before = {pin.row: pin.line for pin in papers.visible_rows()}
        papers.painted.clear()
        await pilot.press("j")
        after = {pin.row: pin.line for pin in papers.visible_rows()}
        assert {row for row in after if after[row] != before[row]} == {papers.cursor}
        assert after[papers.cursor] == before[papers.cursor] - 1
        assert sum(region.height for region in papers.painted) < 10
        assert all(region.bottom <= SIZE[1] for region in papers.painted)


async def test_what_looks_the_same_is_not_painted_again() -> None:
    """Rule: a change paints the lines that differ, and no others."""
    async with shown(200) as (papers, pilot):
        await pilot.press("j")
        for change in (papers.select, papers.replace):
            papers.painted.clear()
            change([150])  # out of view
            assert papers.painted == []
        papers.select([1, 2])
        assert {y for region in papers.painted for y in region.line_range} == {
            y for y, line in enumerate(papers.lines) if line[0] in "┃█"
        }


@pytest.mark.parametrize("size", first(2, [(60, 30), (40, 12), (140, 40), (200, 9)]))
async def test_the_lines_around_the_cursor_stay_visible(size: tuple[int, int]) -> None:
    """Rule: at least as many lines as fit, up to five, stand above and below the cursor, except at the ends."""
    async with shown(60, size) as (papers, pilot):
        for key in [*("j" * 40), *("k" * 25), "G", *("k" * 9), "g"]:
            await pilot.press(key)
            assert papers.is_whole()
            line, tall = papers.cursor_line or 0, len(papers._strips_of(papers.cursor))
            context = min(5, (size[1] - tall) // 2)
            shown_rows = papers.visible_rows()
            assert line >= context or shown_rows[0].row == shown_rows[0].line == 0
            assert size[1] - line - tall >= context or shown_rows[-1].row == 59


async def test_a_page_passes_no_paper_unseen() -> None:
    """Rule: PgDn and PgUp show every paper."""
    async with shown(120, (50, 15)) as (papers, pilot):
        for key, end in (("pagedown", 119), ("pageup", 0)):
            seen = {pin.row for pin in papers.visible_rows()}
            while papers.cursor != end:
                before = papers.cursor
                await pilot.press(key)
                assert papers.cursor != before
                seen |= {pin.row for pin in papers.visible_rows()}
            assert seen == set(range(120))


async def test_a_resize_keeps_the_cursor_in_view() -> None:
    """Rule: after any change of size the row of the cursor is visible, on its line where this is possible."""
    async with shown(200) as (papers, pilot):
        await pilot.press(*("j" * 30))
        line = papers.cursor_line
        await pilot.resize_terminal(90, 30)
        assert papers.cursor_line == line
        for size in ((40, 12), (20, 3), (1, 1), (140, 40), (60, 30)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert papers.cursor == 30
            assert papers.cursor_line is not None
            assert len(papers.lines) == size[1]


async def test_a_line_drawn_before_the_resize_event_has_the_new_size() -> None:
    """Rule: no order of events draws lines of another width."""
    async with shown(200) as (papers, pilot):
        await pilot.press(*("j" * 30))
        papers._size = papers._size.with_width(45)  # as the compositor sets it before the event
        width = papers.content_size.width
        assert {papers.render_line(y).cell_length for y in range(SIZE[1])} == {width}


async def test_papers_that_join_or_leave_do_not_move_the_cursor() -> None:
    """Rule: after a change of the list the paper under the cursor is on the same line."""
    async with shown(200) as (papers, pilot):
        await pilot.press(*("j" * 40))
        line, current = papers.cursor_line, papers.current
        for ids in (
            [*range(500, 520), *range(200)],
            list(range(0, 200, 2)),
            list(range(200)),
            list(range(39, 200)),
        ):
            papers.set_ids(array("q", ids), current)
            assert papers.current == current
            assert papers.cursor_line == line or (papers.cursor < 9 and papers.is_whole())


async def test_the_cursor_goes_to_the_nearest_paper_that_stayed() -> None:
    """Rule: if its paper leaves the list, the cursor goes to a neighbour on the screen; in another list, to the top."""
    async with shown(200) as (papers, pilot):
        await pilot.press(*("j" * 40))
        papers.set_ids(array("q", [paper for paper in range(200) if paper not in (39, 40)]), 40)
        assert papers.current == 41
        papers.set_ids(array("q", range(300, 400)), papers.current)
        assert papers.cursor == 0
        papers.set_ids(array("q", range(200)), 150)
        assert papers.current == 150
        assert papers.is_whole()
        papers.set_ids(array("q", range(200)), None)
        assert papers.cursor == 0


async def test_a_decision_keeps_every_row_on_its_line() -> None:
    """Rule: a redrawn row of the same height moves nothing."""
    async with shown(200) as (papers, pilot):
        await pilot.press(*("j" * 12))
        before = papers.visible_rows()
        papers.replace([12, 13, 190])
        assert papers.visible_rows() == before
        papers.replace()
        assert papers.visible_rows() == before


@pytest.mark.parametrize("papers", [100_000, 1_000_000])
async def test_a_long_list_fetches_only_what_is_near_the_screen(papers: int) -> None:
    """Rule: no key, page, end, wheel or drag fetches more than some screens of rows."""
    async with shown(papers) as (shown_papers, pilot):
        for key in ("j", "G", "k", "pageup", "g", "pagedown"):
            shown_papers.fetched.clear()
            await pilot.press(key)
            assert len(shown_papers.fetched) < 300
        shown_papers.fetched.clear()
        shown_papers.move_to(papers // 2)
        shown_papers.scroll_lines(30)
        assert shown_papers.is_attached
        assert len(shown_papers.fetched) < 300
        assert len(shown_papers._strips) <= 128
        assert len(shown_papers._rows) < 800


async def test_a_list_grows_without_a_move() -> None:
    """Rule: when a long list is read whole, rows and cursor stay."""
    async with shown(50) as (papers, pilot):
        await pilot.press(*"jj")
        before = papers.lines[:-1]
        assert not papers.set_whole(array("q", range(50)))
        assert papers.set_whole(array("q", range(90)))
        assert [line[:-1] for line in papers.lines[:-1]] == [line[:-1] for line in before]
        assert papers.set_whole(array("q", [0]))
        assert papers.cursor == 0


# Facts


async def test_every_row_has_facts_where_the_whole_list_fits() -> None:
    """Rule: a short list is comfortable by itself, decided on opening or resize and not by a filter."""
    async with shown(5) as (papers, pilot):
        facts = [line for line in papers.lines if "Nwosu" in line]
        assert len(facts) == 5
        await pilot.resize_terminal(60, 40)
        papers.set_ids(array("q", range(100)))
        papers.choose_density()
        assert sum("Nwosu" in line for line in papers.lines) == 1
        papers.set_ids(array("q", range(3)))  # a filter
        assert sum("Nwosu" in line for line in papers.lines) == 1
        papers.choose_density()
        assert sum("Nwosu" in line for line in papers.lines) == 3


async def test_the_setting_decides_on_facts() -> None:
    """Rule: comfortable lists have facts in every row, compact ones only under the cursor, whatever fits."""
    async with shown(5) as (papers, _):
        papers.density = Density.COMPACT
        assert sum("Nwosu" in line for line in papers.lines) == 1
        papers.set_ids(array("q", range(100)))
        papers.density = Density.COMFORTABLE
        assert sum("Nwosu" in line for line in papers.lines) > 5


async def test_a_low_screen_has_no_facts_in_the_list() -> None:
    """Rule: below 30 lines the facts are left to the abstract, also after a resize."""
    async with shown(5, (60, 29)) as (papers, pilot):
        assert not any("Nwosu" in line for line in papers.lines)
        await pilot.resize_terminal(60, 30)
        await pilot.pause()
        assert any("Nwosu" in line for line in papers.lines)


async def test_the_bar_stands_in_the_focused_pane_only() -> None:
    """Rule: without the focus a list has no bar; the row of the cursor keeps its tint."""
    async with shown(5) as (papers, pilot):
        assert any(line.startswith("▌") for line in papers.lines)
        pilot.app.set_focus(None)
        await pilot.pause()
        assert not any(line.startswith("▌") for line in papers.lines)
        papers.looks_focused = True  # such as while a filter is typed
        assert any(line.startswith("▌") for line in papers.lines)


async def test_a_list_without_papers_is_blank() -> None:
    """Rule: keys and the mouse do nothing in an empty list."""
    async with shown(0) as (papers, pilot):
        await pilot.press("j", "G", "k", "g", "pagedown", "pageup", "ctrl+d")
        await pilot.click(papers, offset=(5, 5))
        papers.scroll_lines(3)
        assert papers.current is None
        assert not any(line.strip() for line in papers.lines)
