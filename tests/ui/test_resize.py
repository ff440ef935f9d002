"""Any size at any moment: nothing breaks, nothing is wider than the screen, what matters stays in view."""

from __future__ import annotations

import random

import pytest
from piloting import Reading, reading, screen_lines
from quick import first
from rich.cells import cell_len

from paperreader.services.library import Library

SIZES = [
    (300, 100), (40, 12), (140, 40), (80, 24), (20, 5), (1, 1), (99, 30), (100, 30), (69, 20), (70, 20), (50, 15),
    (400, 10), (10, 3), (4, 60), (40, 1), (160, 50),
]  # fmt: skip


async def _assert_fits(reader: Reading, size: tuple[int, int]) -> None:
    """Once the new size has come to every screen and is laid out, nothing is wider or longer."""

    def fits() -> bool:
        lines = screen_lines(reader.app)
        return len(lines) <= size[1] and all(cell_len(line) <= size[0] for line in lines)

    await reader.until(fits)


async def test_a_storm_of_sizes_breaks_nothing(sample: Library) -> None:
    """Rule: from 300×100 to 1×1 and back, between keys, no exception and no line wider than the screen."""
    chosen = random.Random(20250314)
    async with reading(sample) as reader:
        for size in [*SIZES, *chosen.sample(SIZES, 8)]:
            await reader.pilot.resize_terminal(*size)
            await _assert_fits(reader, size)
            await reader.press(chosen.choice(["j", "G", "s", "d", "h", "l", "tab", "[", "space", "pagedown"]))
            await _assert_fits(reader, size)
        await reader.pilot.resize_terminal(140, 40)
        await reader.settled()
        assert "All papers" in reader.text
        assert reader.view.desk.counts == sample.counts()


@pytest.mark.parametrize(
    "opening", first(3, [("/", "b", "e"), ("t",), ("ctrl+p",), ("a",), ("y",), ("S",), ("?",), ("h",), ("E",)])
)
async def test_dialogs_and_bars_outlive_every_size(opening: tuple[str, ...], sample: Library) -> None:
    """Rule: what lies above the panes can be resized too, and is left as ever."""
    async with reading(sample) as reader:
        await reader.press(*opening)
        for size in ((40, 12), (1, 1), (300, 100), (20, 5), (80, 24)):
            await reader.pilot.resize_terminal(*size)
            await _assert_fits(reader, size)
        await reader.press("escape", "escape")
        await reader.until(lambda: reader.screen is reader.triage)
        await reader.press("s")
        await reader.settled()
        assert len(sample.reading.starred()) == 1


@pytest.mark.parametrize("opening", ["ctrl+p", "t", "theme"])
@pytest.mark.parametrize("size", [(3, 5), (20, 3), (1, 1)])
async def test_the_list_of_a_dialog_may_have_no_room(opening: str, size: tuple[int, int], sample: Library) -> None:
    """Rule: movement keys in a dialog whose list is not visible end nothing."""
    async with reading(sample) as reader:
        if opening == "theme":
            await reader.press(*":theme", "enter")
        else:
            await reader.press(opening)
        await reader.until(lambda: reader.screen is not reader.triage)
        await reader.pilot.resize_terminal(*size)
        await _assert_fits(reader, size)
        await reader.press("down", "pagedown", "pagedown", "pageup", "up")
        await reader.pilot.resize_terminal(80, 24)
        await reader.press("escape", "escape")
        await reader.until(lambda: reader.screen is reader.triage)


async def test_the_cursor_stays_in_view_and_on_its_paper(sample: Library) -> None:
    """Rule: a resize keeps the paper and brings its row into view."""
    async with reading(sample) as reader:
        await reader.press("G", "k")
        title = reader.title
        for size in ((80, 10), (50, 15), (40, 12), (140, 14)):
            await reader.pilot.resize_terminal(*size)
            await reader.pilot.pause()
            assert reader.title == title
            assert "▌" in reader.text, f"the cursor is out of view at {size}"


async def test_the_abstract_is_wrapped_anew_to_every_width(sample: Library) -> None:
    """Rule: the abstract fills its pane at every width, without losing a word."""
    async with reading(sample) as reader:
        abstract = reader.view.entry().paper.abstract.split()  # type: ignore[union-attr]
        for size in ((200, 60), (120, 60), (80, 60), (60, 60)):
            await reader.pilot.resize_terminal(*size)
            page = reader.view.page
            words = " ".join(strip.text for strip in page._wrapped()).split()
            assert " ".join(abstract) in " ".join(words)


@pytest.mark.parametrize(
    ("width", "has_library", "is_columns"),
    [(119, False, False), (120, True, False), (183, True, False), (184, True, True)],
)
async def test_the_panes_stand_as_the_width_allows(
    width: int, has_library: bool, is_columns: bool, sample: Library
) -> None:
    """Rule: below 120 columns the library is an overlay; from 184 the abstract stands beside the list."""
    async with reading(sample, (width, 30)) as reader:
        view = reader.view
        library, title, papers, page = (pane.region for pane in (view.dates, view.bars.title, view.papers, view.page))
        if is_columns:
            assert (papers.right, title.y) == (page.x, page.y)
        else:
            assert papers.bottom == page.y
            assert papers.width == page.width == width - library.width
        assert bool(library.area) is has_library


async def test_dates_that_have_the_focus_are_never_hidden_with_it(sample: Library) -> None:
    """Rule: after a shrink the focus is on a visible pane."""
    async with reading(sample) as reader:
        await reader.pilot.click("#dates", offset=(5, 7))
        await reader.pilot.resize_terminal(80, 24)
        await reader.pilot.pause()
        assert reader.app.focused is not None
        assert reader.app.focused.region.area > 0
        row = reader.row
        await reader.press("j")
        assert reader.row == row + 1 or reader.app.focused is reader.view.dates


async def test_a_narrow_page_says_that_there_is_more(sample: Library) -> None:
    """Rule: a cut abstract shows a thumb in its last column."""
    async with reading(sample, (50, 15)) as reader:
        assert not reader.view.page.is_at_end
        page = reader.view.page.region
        assert "┃" in [line[-1] for line in screen_lines(reader.app)[page.y : page.bottom]]
