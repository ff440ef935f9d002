"""S sorts the list: the cursor stays on its paper, the order is named and remembered, keys never wait."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from gated_library import GatedLibrary
from piloting import Reading, reading

from paperreader.domain.list_order import ListOrder, title_order
from paperreader.domain.lists import Listed, SavedShelf, Shelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.text import Safe
from paperreader.services.importing.importer import ImportOptions, import_paths
from paperreader.services.library import Library
from paperreader.services.lists.ordering import ordered_ids
from paperreader.services.triage import Triage
from paperreader.ui.limits import Limits

IN_THREAD = Limits(sort_at_once=5)
FRIDAY = date(2025, 3, 14)
KEYS = {"r": ListOrder.RANK, "u": ListOrder.UNREAD_FIRST, "n": ListOrder.NEWEST, "v": ListOrder.UPVOTES,
        "t": ListOrder.TITLE}  # fmt: skip


async def sort(reader: Reading, key: str) -> None:
    await reader.press("S")
    await reader.until(lambda: reader.asks)
    await reader.press(key)
    await reader.until(lambda: not reader.asks)
    await reader.until(lambda: not [worker for worker in reader.app.workers if worker.group in ("sort", "command")])


def _heading(reader: Reading) -> str:
    """The title of the list without the position."""
    return re.sub(r"\d+ of \d+ · ", "", reader.list_title)


@pytest.mark.parametrize("place", [FRIDAY, Shelf.ALL])
async def test_each_key_sorts_the_list_with_the_cursor_on_its_paper(place: Listed, sample: Library) -> None:
    """Rule: S shows and names the chosen order, and the cursor stays on its paper."""
    async with reading(sample) as reader:
        reader.triage.open_place(place)
        await reader.press("j", "j", "d", "j", "s")
        await reader.settled()
        title = reader.title
        for key, order in KEYS.items():
            await sort(reader, key)
            assert list(reader.view.desk.view) == list(ordered_ids(sample, place, order))
            assert (reader.title, _heading(reader)) == (title, f"Papers  {order}")
            assert f"{reader.row + 1} of {len(reader.titles)}" in reader.list_title


async def test_the_menu_marks_the_order_that_the_list_has(sample: Library) -> None:
    """Rule: the menu shows the current order. Esc, q and S keep it."""
    async with reading(sample) as reader:
        for key in ("escape", "q", "S"):
            await reader.press("S")
            await reader.until(lambda: reader.asks)
            assert "u unread first (now)" in reader.footer
            assert "best first" not in reader.text
            await reader.press(key)
            await reader.until(lambda: not reader.asks)
        assert _heading(reader) == "Papers  unread first"


async def test_each_place_keeps_its_order(sample: Library) -> None:
    """Rule: an order is remembered for the list it was chosen for, also over a restart."""
    async with reading(sample) as reader:
        await sort(reader, "t")
        await reader.press("[")
        assert _heading(reader) == "Papers  unread first"
        reader.triage.open_place(Shelf.ALL)
        assert _heading(reader) == "Papers  newest"
        await sort(reader, "v")
        await reader.press("q")
    async with reading(sample) as reader:
        assert (reader.view.desk.place, _heading(reader)) == (Shelf.ALL, "Papers  upvotes")
        assert list(reader.view.desk.view) == list(ordered_ids(sample, Shelf.ALL, ListOrder.UPVOTES))
        reader.triage.open_place(FRIDAY)
        assert _heading(reader) == "Papers  title"
        await sort(reader, "u")
        await reader.press("[", "]")
        assert _heading(reader) == "Papers  unread first"


async def test_commands_work_on_the_order_shown(sample: Library) -> None:
    """Rule: ranges, next unread and the filter follow the rows on the screen; a selection stays what it was."""
    async with reading(sample) as reader:
        await reader.press("x")
        selected = set(reader.view.papers.selected)
        await sort(reader, "t")
        assert reader.view.papers.selected == selected
        await reader.press("escape", "g", "g", "V", "j", "j", "V")
        assert reader.view.papers.selected == set(reader.view.desk.view[:3])
        await reader.press("r")
        await reader.settled()
        await reader.press("g", "g", "n")
        assert reader.row == 3
        await reader.filter("is:read")
        assert [reader.titles.index(title) for title in reader.titles] == [0, 1, 2]
        assert reader.titles == sorted(reader.titles, key=lambda title: title.casefold().lstrip("“"))


async def test_choosing_unread_first_again_moves_what_was_read_down(sample: Library) -> None:
    """Rule: decided rows stay where they are until the list is sorted again."""
    async with reading(sample) as reader:
        first = reader.title
        await reader.press("d")
        await reader.settled()
        assert reader.titles[0] == first
        await sort(reader, "u")
        assert reader.titles[-1] == first
        await reader.press("A")
        await reader.settled()
        assert all(sample.state(key).status is not ReadingStatus.UNREAD for key in reader.keys)


async def test_papers_that_come_while_sorted_join_behind(
    sample: Library, write_page: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: another process's import moves nothing; sorted again, the new papers stand in their place."""
    page = write_page(("A paper of the afternoon", "It is about an invented thing. " * 12))
    async with reading(sample) as reader:
        await sort(reader, "t")
        await reader.press("j", "j")
        before, title = reader.titles, reader.title
        other = Library(sample.folder)
        await asyncio.to_thread(import_paths, other, [str(page)], ImportOptions(year=2025))
        other.close()
        await reader.until(lambda: len(reader.titles) == len(before) + 1)
        assert (reader.titles, reader.title) == ([*before, "A paper of the afternoon"], title)
        await sort(reader, "t")
        assert reader.titles[0] == "A paper of the afternoon"
        assert reader.title == title


async def test_keys_go_on_while_a_long_list_is_sorted(gated: GatedLibrary) -> None:
    """Rule: a long sort runs in a thread and says so. The cursor stays on its paper."""
    async with reading(gated, limits=IN_THREAD) as reader:
        gated.shut()
        await reader.press("S", "t")
        await reader.until(lambda: "sorting 17 papers: title" in reader.status)
        await reader.press("j", "j", "s", "k")
        await reader.settled()
        title = reader.title
        assert reader.row == 2
        assert _heading(reader) == "Papers  unread first"
        gated.gate.set()
        await reader.until(lambda: _heading(reader) == "Papers  title")
        assert reader.title == title
        assert reader.state.starred
        assert list(reader.view.desk.view) == list(ordered_ids(gated, FRIDAY, ListOrder.TITLE))


async def test_a_list_left_while_it_is_sorted_is_found_sorted(gated: GatedLibrary) -> None:
    """Rule: a late order is never shown in another list, and is remembered for its own."""
    async with reading(gated, limits=IN_THREAD) as reader:
        gated.shut()
        await reader.press("S", "t")
        await reader.until(lambda: "sorting" in reader.status)
        await reader.press("[")
        titles = reader.titles
        gated.gate.set()
        await reader.until(lambda: not [worker for worker in reader.app.workers if worker.group == "sort"])
        assert (reader.titles, _heading(reader)) == (titles, "Papers  unread first")
        await reader.press("]")
        assert _heading(reader) == "Papers  title"


async def test_a_saved_shelf_is_sorted_and_goes_back_to_the_best_first(sample: Library) -> None:
    """Rule: results are sorted by match until another order is chosen, and again on request."""
    shelf = SavedShelf(Safe("attention"))
    sample.reading.finish(Triage(sample).save_shelf(shelf, "attention"))
    async with reading(sample) as reader:
        reader.triage.open_place(shelf)
        await reader.until(lambda: reader.titles)
        best, title = reader.titles, reader.title
        assert _heading(reader) == "/attention  best first"
        await sort(reader, "t")
        assert reader.titles == sorted(best, key=title_order)
        assert (reader.title, _heading(reader)) == (title, "/attention  title")
        await sort(reader, "b")
        assert (reader.titles, reader.title, _heading(reader)) == (best, title, "/attention  best first")
        await sort(reader, "n")
        await reader.press("q")
    async with reading(sample) as reader:
        await reader.until(lambda: len(reader.titles) == len(best))
        assert _heading(reader) == "/attention  newest"
        assert sorted(reader.titles) == sorted(best)
        assert reader.title == title


async def test_what_a_filter_finds_is_sorted_apart_from_the_list(sample: Library) -> None:
    """Rule: a chosen order of results holds for later queries and after a restart."""
    async with reading(sample) as reader:
        listed = reader.titles
        await reader.filter("model")
        await reader.press("enter", "j")
        best, title = reader.titles, reader.title
        assert best != sorted(best, key=title_order)
        await reader.until(lambda: _heading(reader).endswith("in all papers"))
        await sort(reader, "t")
        assert reader.titles == sorted(best, key=title_order)
        assert reader.title == title
        assert _heading(reader).endswith("· title")
        await reader.press("S")
        await reader.until(lambda: "title (now)" in reader.text)
        await reader.press("escape", "escape", "escape")
        assert (reader.titles, _heading(reader)) == (listed, "Papers  unread first")
        await reader.filter("training")
        assert reader.titles == sorted(reader.titles, key=title_order)
        await reader.press("escape", "escape", "q")
    async with reading(sample) as reader:
        assert _heading(reader) == "Papers  unread first"
        await reader.filter("model")
        assert reader.titles == sorted(best, key=title_order)
        await reader.press("enter")
        await sort(reader, "b")
        assert reader.titles == best
        await reader.until(lambda: _heading(reader).endswith("in all papers"))
