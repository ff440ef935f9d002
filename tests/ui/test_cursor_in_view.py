"""The cursor's row is on the screen after every change of list, size or order: a key never decides an unseen paper."""

from __future__ import annotations

import random
from datetime import date

import pytest
from piloting import Reading, reading, screen_lines
from quick import first

from paperreader.domain.lists import Shelf
from paperreader.services.library import Library
from paperreader.ui.widgets.line_list import LineList

SIZES = ((140, 40), (140, 12), (80, 24), (80, 10), (50, 15), (40, 12))


def _shows_cursor(reader: Reading, pane: LineList) -> bool:
    """Whether the whole row of the cursor, or as much as fits, is painted within the pane."""
    region, line = pane.content_region, pane.line_of(pane.cursor)
    if line is None or line < 0:
        return False
    lines = pane.row_strips(pane.cursor, region.width)[: region.height]
    painted = [text[region.x :] for text in screen_lines(reader.app)[region.y + line : region.bottom]]
    bars = ("▌", "█") if pane.looks_focused else (" ", "┃")
    return len(painted) >= len(lines) and all(
        text.startswith(strip.text[:12]) and text[:1] in bars for text, strip in zip(painted, lines, strict=False)
    )


async def _assert_cursor_drawn(reader: Reading, done: list[str]) -> None:
    """Wait for the next layout; then the row of each list's cursor is painted."""
    await reader.pilot.pause()
    dates, papers = reader.view.dates, reader.view.papers
    for pane in (dates,) if dates.has_class("-open") else (dates, papers):
        if pane.region.area and pane.row_count():
            assert _shows_cursor(reader, pane), f"no cursor in {pane.id} after {done}:\n{reader.text}"


async def test_the_cursor_is_drawn_when_a_longer_list_follows_a_short_one(sample: Library) -> None:
    """Rule: a list that fits its pane, and then one that does not, show the cursor's row at once."""
    async with reading(sample, (140, 14)) as reader:
        done: list[str] = []
        for keys in (["/", *"bert"], ["enter", "G"], ["escape"], ["h", "k"], ["l", "G"], ["[", "j"], ["h", "g", "g"]):
            await reader.press(*keys)
            done += keys
            await _assert_cursor_drawn(reader, done)


@pytest.mark.parametrize("seed", first(1, range(1, 12)))
async def test_the_cursor_is_drawn_after_every_change(seed: int, sample: Library) -> None:
    """Rule: in any sequence of lists, filters, orders, sizes and decisions the cursor's row stays on the screen."""
    chosen, done = random.Random(seed), list[str]()
    async with reading(sample, SIZES[seed % len(SIZES)]) as reader:

        async def open_list() -> None:
            places = [*Shelf, *(date(2025, 3, day) for day in range(10, 15))]
            reader.triage.open_place(chosen.choice(places))
            done.append(str(reader.view.desk.place))

        async def resize() -> None:
            size = chosen.choice(SIZES)
            done.append(str(size))
            await reader.pilot.resize_terminal(*size)

        async def press(*keys: str) -> None:
            done.extend(keys)
            await reader.press(*keys)

        async def filter_list() -> None:
            text = chosen.choice(("bert", "model", "a", "is:unread"))
            await press("escape", "escape", "escape")
            reader.triage.set_focus(reader.view.papers)  # in the abstract `/` searches in it
            await press("/", *text)
            await reader.answered(text)
            await press("enter")

        async def decide() -> None:
            await press(chosen.choice("sdbruxA"))
            await reader.settled()

        changes = (
            open_list, open_list, filter_list, resize, decide,
            lambda: press("S", chosen.choice("runvt")),
            lambda: press("escape", "escape"),
            lambda: press(chosen.choice(("G", "home", "n", "N", "pagedown", "ctrl+u", "[", "]", "tab", "h", "l"))),
        )  # fmt: skip
        for _ in range(25):
            await chosen.choice(changes)()
            await _assert_cursor_drawn(reader, done)
