"""A dozen screens as text, where only the whole proves the rule: what stands where, at four sizes.

`PAPERREADER_FRAMES=write pytest tests/ui/test_frames.py` writes them anew; look at the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from piloting import Reading, reading, screen_lines

from paperreader.services.library import Library

FRAMES = Path(__file__).parent / "frames"
WRITE = os.environ.get("PAPERREADER_FRAMES") == "write"


def _assert_frame(reader: Reading, name: str) -> None:
    shown = "\n".join(line.rstrip() for line in screen_lines(reader.app)) + "\n"
    path = FRAMES / f"{name}.txt"
    if WRITE:
        FRAMES.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown.splitlines() == path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (50, 15), (40, 12)])
async def test_the_first_screen(size: tuple[int, int], sample: Library) -> None:
    """Rule: header, panes, status line and footer stand as the design draws them, as far as the width allows."""
    async with reading(sample, size) as reader:
        _assert_frame(reader, f"first-{size[0]}x{size[1]}")


async def test_a_screen_of_decisions(sample: Library) -> None:
    """Rule: signs, stars, selection, tags and counts stand in their columns beside wide characters."""
    async with reading(sample, (100, 26)) as reader:
        await reader.press("s", "r", "j", "s", "d", "b", "j", "x", "G", "k", "s", "d", "k")
        await reader.settled()
        await reader.pilot.pause()
        _assert_frame(reader, "decisions-100x26")


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_filter_bar_takes_the_place_of_the_status_line(size: tuple[int, int], sample: Library) -> None:
    """Rule: the bar opens without moving the panes, and the heading tells how many were found."""
    async with reading(sample, size) as reader:
        await reader.filter("attention")
        await reader.pilot.pause()
        _assert_frame(reader, f"filter-{size[0]}x{size[1]}")


async def test_the_dates_come_out_over_a_narrow_screen(sample: Library) -> None:
    """Rule: on a narrow terminal the dates are an overlay that leaves header and footer alone."""
    async with reading(sample, (50, 15)) as reader:
        await reader.press("h")
        await reader.pilot.pause()
        _assert_frame(reader, "dates-50x15")


async def test_a_dialog_over_the_panes(sample: Library) -> None:
    """Rule: a dialog names the paper, shows the line and its keys."""
    async with reading(sample, (80, 24)) as reader:
        await reader.press("E")
        await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
        await reader.pilot.pause()
        _assert_frame(reader, "export-80x24")
