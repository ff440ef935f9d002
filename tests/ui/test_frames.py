"""A dozen screens as text, where only the whole proves the rule: what stands where, at four sizes.

`PAPERREADER_FRAMES=write pytest tests/ui/test_frames.py` writes them anew; look at the difference before committing it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from piloting import Reading, reading, screen_lines

from paperreader.domain.decision import SetStatus
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Announced, Listing
from paperreader.domain.lists import ImportedFile, SavedShelf
from paperreader.domain.paper import Standing
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.text import Safe
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

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
    """Rule: header, panes, status line and footer keep their places at every size."""
    async with reading(sample, size) as reader:
        _assert_frame(reader, f"first-{size[0]}x{size[1]}")


async def test_a_screen_of_decisions(sample: Library) -> None:
    """Rule: signs, stars, selection, tags and counts stand in their columns beside wide characters."""
    async with reading(sample, (100, 26)) as reader:
        await reader.press("s", "s", "k", "d", "b", "j", "x", "G", "k", "s", "k", "d")
        await reader.settled()
        await reader.press("k")
        await reader.pilot.pause()
        _assert_frame(reader, "decisions-100x26")


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_filter_bar_takes_the_place_of_the_status_line(size: tuple[int, int], sample: Library) -> None:
    """Rule: the bar opens without moving the panes, and the heading tells how many were found."""
    async with reading(sample, size) as reader:
        await reader.filter("attention")
        await reader.until(lambda: reader.view.desk.elsewhere is not None)
        await reader.pilot.pause()
        _assert_frame(reader, f"filter-{size[0]}x{size[1]}")


async def test_a_saved_shelf_stands_below_the_others(sample: Library) -> None:
    """Rule: shelves stand with their counts above the dates; the status line says the query of the open one."""
    for name, query in (("Attention, unread", "attention is:unread"), ("A name that is too long for it", "is:starred")):
        shelf = SavedShelf(Safe(name))
        sample.reading.finish(Triage(sample).save_shelf(shelf, query))
    async with reading(sample, (100, 20)) as reader:
        reader.triage.open_place(SavedShelf(Safe("Attention, unread")))
        await reader.until(lambda: len(reader.titles) == 7 and None not in reader.view.desk.shelves.values())
        await reader.pilot.pause()
        _assert_frame(reader, "shelf-100x20")


@pytest.mark.parametrize("size", [(140, 20), (80, 24), (50, 15)])
async def test_what_changed_in_a_paper_that_returns(size: tuple[int, int], library: Library) -> None:
    """Rule: new papers, cross-lists and replacements are told apart, the earlier decision and the changes are told."""
    said = ("kites", "quiet kites over the towns of the plain, and weigh what they carry.")
    known = [
        ParsedPaper(
            f"{name} of the towns of the plain, and of what they carry home", f"We study {' '.join(said)}",
            ("Ada Brook",), identifiers=(Identifier(f"arxiv:2503.0000{number}"),), version=1, categories=("cs.CL",),
        )
        for number, name in enumerate(("Kites", "Looms", "Quarries", "Lanterns"))
    ]  # fmt: skip
    revised = f"We study {said[0]} of {said[1].replace('plain', 'hills')} Code is given."
    again = replace(known[1], abstract=revised, version=2, announced=Announced.REPLACEMENT)
    lists = {
        date(2025, 3, 12): known[1:3],
        date(2025, 3, 14): [
            again,
            replace(known[2], announced=Announced.CROSS, standing=Standing.WITHDRAWN),
            replace(known[0], announced=Announced.NEW, links=(("code", "https://code.example/kites"),)),
            replace(known[3], announced=Announced.REPLACEMENT, version=3),
        ],
    }
    with library.catalogue.transaction():
        for day, papers in lists.items():
            add_listing(library.catalogue, Listing("arxiv:cs.CL", day), papers)
        add_listing(library.catalogue, ImportedFile(Safe("refs.bib")), known[1:2])
    keys = [PaperKey("arxiv:2503.00001")]
    skip = Triage(library).decide("skip", keys, SetStatus(ReadingStatus.SKIPPED), date(2025, 3, 12))
    library.reading.finish(skip)
    async with reading(library, size) as reader:
        await reader.press("G", "enter")
        await reader.pilot.pause()
        _assert_frame(reader, f"revised-{size[0]}x{size[1]}")


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


@pytest.mark.parametrize("size", [(80, 24), (50, 15)])
async def test_the_orders_are_asked_for_in_the_footer(size: tuple[int, int], sample: Library) -> None:
    """Rule: the menu names every order with its key, and the one that the list has."""
    async with reading(sample, size) as reader:
        await reader.press("S")
        await reader.until(lambda: "rank" in reader.text)
        await reader.pilot.pause()
        _assert_frame(reader, f"sort-{size[0]}x{size[1]}")
