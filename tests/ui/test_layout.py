"""The panes: one of them alone, the border between list and abstract, the bars under the mouse, messages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from piloting import Reading, drag_to, reading, screen_lines
from textual.geometry import Region
from textual.screen import Screen

from paperreader.domain.lists import SavedShelf
from paperreader.domain.text import Safe
from paperreader.services.job_progress import Job, JobProgress
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.ui.app import ReaderApp
from paperreader.ui.background.index_update import BUILD
from paperreader.ui.limits import USUAL
from paperreader.ui.presenting.footer import footer
from paperreader.ui.presenting.grid import LEAST_COLUMNS, LEAST_LINES, Zone
from paperreader.ui.screens.panes import regions_of
from paperreader.ui.screens.triage import TriageScreen
from paperreader.ui.widgets.paper_page import PaperPage

ROWS, COLUMNS = (140, 40), (200, 60)


def _assert_stands_as_the_grid_says(reader: Reading) -> None:
    """Every pane and bar is where the grid has it; one without a region is not shown."""
    for name, region in regions_of(reader.view.grid).items():
        if name in ("header", "progress", "list-title", "papers", "abstract", "footer"):
            shown = reader.triage.query_one(f"#{name}").region
            assert shown == region if region else not shown, name


async def _moved_to(reader: Reading, zone: Zone) -> None:
    pane = {Zone.LIBRARY: reader.view.dates, Zone.PAPERS: reader.view.papers, Zone.ABSTRACT: reader.view.page}[zone]
    await reader.until(lambda: pane.region.size == (reader.app.size.width, pane.region.height))
    assert reader.app.focused is pane
    assert pane.region.height >= reader.app.size.height - 4


@pytest.mark.parametrize("size", [ROWS, COLUMNS, (80, 24)])
async def test_a_zoomed_pane_takes_the_screen_and_follows_the_focus(size: tuple[int, int], sample: Library) -> None:
    """Rule: zoom shows the pane in focus alone; the focus takes it along; a second zoom shows all panes again."""
    async with reading(sample, size) as reader:
        before = regions_of(reader.view.grid)
        await reader.press("z")
        await _moved_to(reader, Zone.PAPERS)
        await reader.press("l")
        await _moved_to(reader, Zone.ABSTRACT)
        assert "A model of 175 billion parameters" in reader.text
        await reader.press("h")
        await _moved_to(reader, Zone.PAPERS)
        await reader.press("h")
        await _moved_to(reader, Zone.LIBRARY)
        assert "All papers" in reader.text
        await reader.press("l", "z")
        assert regions_of(reader.view.grid) == before
        await reader.until(lambda: reader.view.page.region.area)
        _assert_stands_as_the_grid_says(reader)


@pytest.mark.parametrize("size", [ROWS, COLUMNS, (80, 24)])
async def test_the_border_moves_by_keys_and_stops_where_a_pane_would_vanish(
    size: tuple[int, int], sample: Library
) -> None:
    """Rule: the list grows and shrinks by steps; list and abstract can always be read."""
    async with reading(sample, size) as reader:
        view = reader.view

        def length() -> int:
            return view.grid.papers.width if view.grid.is_columns else view.grid.papers.height

        first = length()
        await reader.press(">")
        assert length() > first
        await reader.press("<")
        assert length() == first
        for key in (">", "<"):
            for _ in range(60):
                await reader.press(key)
            _assert_stands_as_the_grid_says(reader)
            least = Region(0, 0, LEAST_COLUMNS, LEAST_LINES)
            for pane in (view.papers, view.page):
                assert pane.region.width >= least.width
                assert pane.region.height >= least.height


@pytest.mark.parametrize(("size", "place"), [(ROWS, (80, 25)), (COLUMNS, (100, 20))])
async def test_the_border_is_dragged_and_kept_for_the_next_start(
    size: tuple[int, int], place: tuple[int, int], sample: Library
) -> None:
    """Rule: the rule follows the mouse, and a new reader starts with the border where it was left."""
    async with reading(sample, size) as reader:
        view = reader.view
        view.page.post_message(PaperPage.RuleDragged(*place))
        await reader.pilot.pause()
        page = view.grid.abstract
        assert abs(page.x - place[0] if view.grid.is_columns else page.y - place[1]) <= 1
        _assert_stands_as_the_grid_says(reader)
        kept = view.grid
        await reader.press("q")
    async with reading(sample, size) as reader:
        assert reader.view.grid == kept


async def test_a_press_on_the_rule_drags_it_and_one_on_the_text_does_not(sample: Library) -> None:
    """Rule: only the rule between the panes can be dragged."""
    async with reading(sample, ROWS) as reader:
        view = reader.view
        before = view.grid
        rule = view.page.region.y
        for start, moves in ((rule + 3, False), (rule, True)):
            await reader.pilot.mouse_down(offset=(80, start))
            await drag_to(reader.pilot, (80, rule + 6))
            await reader.pilot.mouse_up(offset=(80, rule + 6))
            await reader.pilot.pause()
            assert (view.grid != before) is moves


async def test_a_click_on_a_key_of_the_footer_runs_its_command(sample: Library) -> None:
    """Rule: key and label can be clicked; the help at the right too."""
    async with reading(sample, ROWS) as reader:
        spans, _ = footer(reader.view.commands, ROWS[0])
        column = next(
            sum(len(before.text) for before in spans[:place])
            for place, span in enumerate(spans)
            if span.command == "skip" and span.role == "muted"
        )
        first = reader.key
        await reader.pilot.click("#footer", offset=(column + 2, 0))
        await reader.until(lambda: first in reader.done)
        assert reader.library.state(first).status.value == "skipped"
        await reader.pilot.click("#footer", offset=(ROWS[0] - 4, 0))
        await reader.until(lambda: reader.screen is not reader.triage)


async def _click(reader: Reading, text: str) -> None:
    await reader.pilot.click("#footer", offset=(reader.footer.index(text) + 1, 0))


async def test_the_footer_follows_the_focus_and_its_keys_act_there(sample: Library) -> None:
    """Rule: list, abstract, library and filter bar have keys of their own; a click does what the key does there."""
    async with reading(sample, (140, 40)) as reader:
        await _click(reader, "/ filter")
        await reader.until(lambda: "Esc back" in reader.footer)
        await _click(reader, "^t all papers")
        await reader.until(lambda: reader.status == "searching all papers")
        await reader.press("escape")
        await reader.until(lambda: reader.app.focused is reader.view.papers and "s star" in reader.footer)
        await reader.press("l")
        assert "J next" in reader.footer
        await _click(reader, "J next")
        await reader.until(lambda: reader.row == 1)
        await _click(reader, "h back")
        await reader.until(lambda: reader.app.focused is reader.view.papers)
        await reader.press("h")
        assert "Enter papers" in reader.footer
        await _click(reader, "[ older")
        await reader.until(lambda: "Thu 13 Mar 2025" in reader.header)
        await _click(reader, "Enter papers")
        await reader.until(lambda: reader.app.focused is reader.view.papers)


async def test_a_message_stands_until_the_next_key_and_only_errors_wait_for_it(sample: Library) -> None:
    """Rule: a message takes the footer's line; it leaves by itself after a while, an error with the next key."""
    async with reading(sample, ROWS, limits=replace(USUAL, message=0.05)) as reader:
        keys = reader.footer
        reader.view.tell("told")
        assert reader.footer.startswith(" told")
        assert "? help" in reader.footer
        await reader.until(lambda: reader.footer == keys)
        reader.view.tell("refused", "error")
        reader.view.tell_of_indexing(replace(BUILD, done=3, total=17))
        await reader.until(lambda: "3 of 17" in reader.header)
        assert reader.status == "refused"
        reader.view.tell_of_indexing(None)
        await reader.pilot.pause(0.2)
        assert reader.status == "refused"
        await reader.press("j")
        assert reader.footer == keys


async def test_without_a_title_line_the_header_says_what_is_filtered_and_selected(sample: Library) -> None:
    """Rule: below 30 lines filter and selection stand in the header, and the figures return after them."""
    async with reading(sample, (100, 24)) as reader:
        assert "1 of 17 · 17 left" in reader.header
        await reader.press("x")
        assert "1 selected" in reader.header
        await reader.press("escape")
        assert "2 of 17 · 17 left" in reader.header
        await reader.filter("model")
        await reader.press("enter")
        assert "/model" in reader.header
        assert "in a list of 17" in reader.header


async def test_without_a_title_line_the_header_says_the_query_of_a_shelf_and_the_position(sample: Library) -> None:
    """Rule: below 30 lines the query of a saved shelf leaves room for the position."""
    shelf = SavedShelf(Safe("Models"))
    sample.reading.finish(Triage(sample).save_shelf(shelf, "model"))
    async with reading(sample, (100, 24)) as reader:
        reader.triage.open_place(shelf)
        await reader.until(lambda: reader.titles)
        await reader.press("j")
        assert f"/model · 2 of {len(reader.titles)}" in reader.header


async def test_an_import_stands_in_the_header_before_the_index(sample: Library) -> None:
    """Rule: one job is shown at a time, imports first; the totals return after them."""
    async with reading(sample, ROWS) as reader:
        totals = reader.header
        reader.view.tell_of_indexing(replace(BUILD, done=1, total=4))
        assert reader.header.rstrip().endswith("build search index ━━━━━─────────────── 1 of 4")
        assert reader.status == "q stops the index build; nothing is lost; the next start builds it"
        reader.view.tell_of_bringing(JobProgress(Job.IMPORT, Safe("a.json")))
        assert reader.header.rstrip().endswith("import a.json")
        reader.view.tell_of_bringing(None)
        assert reader.header.rstrip().endswith("1 of 4")
        reader.view.tell_of_indexing(None)
        assert reader.header == totals


@pytest.mark.parametrize("size", [(200, 60), (140, 40), (100, 26), (80, 24), (50, 15)])
async def test_nothing_moves_after_the_first_paint(
    size: tuple[int, int], sample: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: the first frame is the screen that stays."""
    frames: list[list[str]] = []
    paint = Screen._compositor_refresh

    def watched(screen: Screen[None]) -> None:
        paint(screen)
        if isinstance(screen, TriageScreen) and isinstance(screen.app, ReaderApp):
            frames.append(screen_lines(screen.app))

    monkeypatch.setattr(Screen, "_compositor_refresh", watched)
    async with reading(sample, size, paints=True) as reader:
        await reader.until(lambda: frames)
        await reader.settled()
        await reader.press("end", "home")
        await reader.until(lambda: reader.row == 0)
        assert frames[0] == screen_lines(reader.app)
