"""Panes and bars fill the screen at every size, and none covers another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from textual.geometry import Region, Size

from paperreader.config import Layout
from paperreader.ui.presenting.grid import (
    BESIDE_FROM,
    COLUMNS_FROM,
    LEAST_COLUMNS,
    LEAST_LINES,
    LIBRARY,
    LIBRARY_FROM,
    MARGIN,
    OVERLAY,
    PAGE_COLUMNS,
    RIGHT,
    SPACIOUS_FROM,
    TEXT,
    TITLE_FROM,
    Arrangement,
    Grid,
    Head,
    Zone,
    grid,
)

SIZES = [Size(width, height) for width in range(40, 221) for height in range(12, 71)]
TINY = [Size(width, height) for width in range(1, 40, 3) for height in range(1, 12)]
ARRANGEMENTS = {
    "as it comes": Arrangement(),
    "rows": Arrangement(Layout.ROWS),
    "columns": Arrangement(Layout.COLUMNS),
    "a small list": Arrangement(list_share=10, page_columns=LEAST_COLUMNS),
    "a large list": Arrangement(list_share=85, page_columns=500),
    **{f"only the {zone}": Arrangement(zoomed=zone) for zone in Zone},
}


def _shown(here: Grid) -> list[Region]:
    """The regions that fill the screen; the overlay, the query and what it found lie above others."""
    regions = (here.header, here.progress, here.library, here.list_title, here.papers, here.abstract, here.footer)
    return [region for region in regions if region]


def _faults(size: Size, here: Grid) -> Iterator[str]:
    screen, shown = Region(0, 0, *size), _shown(here)
    yield from (f"{region} is not within" for region in shown if not screen.contains_region(region))
    pairs = [(one, other) for place, one in enumerate(shown) for other in shown[place + 1 :]]
    yield from (f"{one} covers {other}" for one, other in pairs if one.overlaps(other))
    if sum(region.area for region in shown) != screen.area:
        yield "a part of the screen is empty"


@pytest.mark.parametrize("chosen", ARRANGEMENTS.values(), ids=ARRANGEMENTS)
def test_the_regions_fill_every_screen_without_covering_each_other(chosen: Arrangement) -> None:
    """Rule: no overlap, no gap, nothing outside the screen, however the panes are arranged."""
    faults = [f"{size}: {fault}" for size in SIZES for fault in _faults(size, grid(size, chosen))]
    assert not faults, faults[:5]


@pytest.mark.parametrize("chosen", ARRANGEMENTS.values(), ids=ARRANGEMENTS)
def test_no_region_leaves_a_tiny_screen(chosen: Arrangement) -> None:
    """Rule: a terminal that is too small breaks nothing."""
    for size in TINY:
        here = grid(size, chosen)
        for region in (*_shown(here), here.overlay, here.query, here.found):
            assert not region or Region(0, 0, *size).contains_region(region), (size, region)
            assert min(region.size) >= 0, (size, region)


@pytest.mark.parametrize("chosen", list(ARRANGEMENTS.values())[:5], ids=list(ARRANGEMENTS)[:5])
def test_list_and_abstract_keep_their_least_size(chosen: Arrangement) -> None:
    """Rule: wherever the border was moved to, list and abstract can be read."""
    for size in SIZES:
        here = grid(size, chosen)
        assert here.header.height == here.progress.height == here.footer.height == 1
        assert here.papers.height >= min(LEAST_LINES, size.height // 3), size
        assert here.abstract.height >= LEAST_LINES, size
        assert here.papers.width >= LEAST_COLUMNS, size
        assert here.abstract.width >= LEAST_COLUMNS, size


def test_the_library_has_a_place_of_its_own_or_covers_the_list() -> None:
    """Rule: the library stands at the left from 120 columns; in a narrower screen it is an overlay."""
    for size in SIZES:
        here = grid(size)
        assert bool(here.library) is (size.width >= LIBRARY_FROM)
        assert bool(here.overlay) is (size.width < LIBRARY_FROM)
        pane = here.library or here.overlay
        assert (pane.x, pane.y, pane.bottom) == (0, 2, size.height - 1)
        assert pane.width == (LIBRARY if here.library else OVERLAY)


@pytest.mark.parametrize(
    ("layout", "side_by_side"),
    [(Layout.AUTO, (COLUMNS_FROM,)), (Layout.COLUMNS, (2 * LEAST_COLUMNS,)), (Layout.ROWS, ())],
)
def test_the_abstract_stands_beside_or_below_the_list(layout: Layout, side_by_side: tuple[int, ...]) -> None:
    """Rule: columns from 184 columns, unless the layout is chosen; columns too narrow to read are never used."""
    for size in SIZES:
        here = grid(size, Arrangement(layout))
        assert here.is_columns is any(size.width >= least for least in side_by_side)
        if here.is_columns:
            assert here.abstract.right == size.width
            assert here.abstract.x == here.papers.right
            assert here.abstract.y == (here.list_title or here.papers).y
        else:
            assert here.abstract.y == here.papers.bottom
            assert here.abstract.x == here.papers.x


def test_the_list_has_the_share_of_the_lines_that_the_design_gives() -> None:
    """Rule: 16 of 40 lines, 12 of 30, 9 of 24; beside the list, the abstract has 79 columns."""
    for width, height, lines in ((140, 40, 16), (100, 30, 12), (80, 24, 9)):
        assert grid(Size(width, height)).papers.height == lines
    assert grid(Size(200, 60)).abstract.width == PAGE_COLUMNS
    for share in (20, 50, 70):
        assert grid(Size(140, 40), Arrangement(list_share=share)).papers.height == share * 40 // 100


def test_the_list_has_a_title_line_from_30_lines() -> None:
    """Rule: below that, the filter bar takes the line of the header."""
    for size in SIZES:
        here = grid(size)
        assert bool(here.list_title) is (size.height >= TITLE_FROM)
        line = here.list_title or here.header
        assert (here.query.x, here.query.y, here.query.height) == (line.x, line.y, 1)
        assert here.query.width + here.found.width == line.width
        assert here.query.width >= LEAST_COLUMNS
        assert not here.found or here.found.x == here.query.right


def test_the_facts_stand_beside_a_wide_text_and_in_two_lines_of_a_low_screen() -> None:
    """Rule: beside from 110 columns of the pane, above it from 36 lines or in columns, else low."""
    for size in SIZES:
        here = grid(size)
        if here.abstract.width - here.is_columns >= BESIDE_FROM:
            assert here.head is Head.BESIDE
        else:
            assert here.head is (Head.ABOVE if here.is_columns or size.height >= SPACIOUS_FROM else Head.LOW)
        assert here.head is not Head.BESIDE or here.abstract.width >= MARGIN + TEXT + RIGHT


@pytest.mark.parametrize("zone", list(Zone))
def test_a_zoomed_pane_has_all_but_the_bars(zone: Zone) -> None:
    """Rule: zoom gives one pane all lines between the bars and all columns, and no pane beside it."""
    for size in SIZES:
        here = grid(size, replace(Arrangement(), zoomed=zone))
        panes = {Zone.LIBRARY: here.library, Zone.PAPERS: here.papers, Zone.ABSTRACT: here.abstract}
        title = here.list_title.height if zone is Zone.PAPERS else 0
        assert panes[zone] == Region(0, 2 + title, size.width, size.height - 3 - title)
        assert not any(region for other, region in panes.items() if other is not zone)
        assert not here.list_title or zone is Zone.PAPERS
