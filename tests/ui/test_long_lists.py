"""A shelf of the whole library opens at once; keys work while the rest is read, and nothing moves."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Timer

import pytest
from gated_library import GatedLibrary
from piloting import Reading, reading

from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import Shelf
from paperreader.errors import StoreError
from paperreader.services.library import Library
from paperreader.storage.catalogue.imports import add_listing
from paperreader.ui.limits import Limits

PAPERS = 90
SIZE = (140, 12)
"""Small enough that what is fetched around the screen is among the first papers."""
DAY = date(2025, 3, 14)
LIMITS = Limits(first=50)


@pytest.fixture
def large(tmp_path: Path) -> Iterator[GatedLibrary]:
    """A library of 90 papers, of which the reader reads the first 50 at once."""
    library = GatedLibrary(tmp_path / "library")
    add(library, "page:a", DAY, range(PAPERS))
    yield library
    library.gate.set()
    library.close()


def add(library: Library, feed: str, day: date, numbers: range) -> None:
    with library.catalogue.transaction():
        papers = [ParsedPaper(f"The invented paper number {number}", "About it. " * 30) for number in numbers]
        add_listing(library.catalogue, Listing(feed, day), papers)


async def open_unread(reader: Reading) -> None:
    assert isinstance(reader.library, GatedLibrary)
    reader.library.shut()
    await reader.press("h", "g", "g")
    assert reader.view.desk.place is Shelf.UNREAD
    await reader.press("l")


def is_whole(reader: Reading) -> bool:
    return isinstance(reader.view.desk.ids, array)


async def test_keys_work_while_the_rest_of_a_shelf_is_read(large: GatedLibrary) -> None:
    """Rule: rows and counts are shown before all is read; afterwards cursor and rows stay."""
    async with reading(large, SIZE, limits=LIMITS) as reader:
        await open_unread(reader)
        assert "1 of 90" in reader.list_title
        await reader.press("j", "j", "d")
        await reader.settled()
        title = reader.title
        assert reader.row == 3
        assert not is_whole(reader)
        large.gate.set()
        await reader.until(lambda: is_whole(reader))
        assert (reader.row, reader.title) == (3, title)
        assert "paper number 2" in reader.text  # skipped, and still there
        await reader.press("G")
        assert reader.title.endswith("number 89")


@pytest.mark.parametrize(
    ("key", "expected"),
    [("G", lambda reader: reader.row == PAPERS - 1), ("A", lambda reader: "90 papers" in reader.status)],
)
async def test_a_key_that_needs_all_papers_gets_them(
    large: GatedLibrary, key: str, expected: Callable[[Reading], bool]
) -> None:
    """Rule: a key for the end of a shelf, or for all its papers, includes the papers not yet read."""
    async with reading(large, SIZE, limits=LIMITS) as reader:
        await open_unread(reader)
        Timer(0.2, large.gate.set).start()
        await reader.press(key)
        await reader.until(lambda: expected(reader))


async def test_papers_that_came_or_went_meanwhile_move_nothing(large: GatedLibrary) -> None:
    """Rule: counts are updated, and the cursor stays on its paper."""
    async with reading(large, SIZE, limits=LIMITS) as reader:
        await open_unread(reader)
        await reader.press("j")
        title = reader.title
        other = Library(large.folder)
        add(other, "page:b", DAY, range(200, 205))
        other.close()
        large.gate.set()
        await reader.until(lambda: "2 of 95" in reader.list_title)
        assert (reader.row, reader.title) == (1, title)


async def test_a_shelf_that_cannot_be_read_says_why(large: GatedLibrary) -> None:
    """Rule: the first papers stay, and a message shows the error."""
    large.failure = StoreError("the catalogue cannot be read")
    async with reading(large, SIZE, limits=LIMITS) as reader:
        await open_unread(reader)
        large.gate.set()
        await reader.until(lambda: "cannot be read" in reader.status)
        await reader.until(lambda: "1 of 50" in reader.list_title)
