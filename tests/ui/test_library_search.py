"""Searching long lists and the whole library from the filter bar, through the search index and without one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from piloting import PATIENCE, Reading, reading

from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.errors import StoreBusy
from paperreader.services.indexing.process import IndexProcess
from paperreader.services.indexing.update import Condition, catch_up, index_folder, index_state
from paperreader.services.library import Library
from paperreader.storage.catalogue.imports import add_listing
from paperreader.ui.background.index_update import IndexUpdate
from paperreader.ui.limits import Limits


def _shows(reader: Reading, query: str) -> bool:
    return reader.view.desk.filter == query


def _heading(reader: Reading) -> str:
    return reader.list_title


LARGE = Limits(index_from=1, filter_at_once=0, retry_index=0.01)
"""The limits by which the sample library counts as a large one."""


async def test_the_filter_of_a_date_says_how_much_there_is_elsewhere_and_widens(sample: Library) -> None:
    """Rule: `^t` switches between the list and all papers. The heading counts the matches of both."""
    async with reading(sample) as reader:
        await reader.filter("language")
        here = len(reader.titles)
        await reader.until(lambda: "in all" in _heading(reader))
        await reader.press("ctrl+t")
        await reader.until(lambda: "in all papers" in _heading(reader) and "in the list" in _heading(reader))
        assert len(reader.titles) > here
        assert f"{here} in the list" in _heading(reader)
        await reader.press("ctrl+t")
        await reader.until(lambda: f"of {here} · in a list of 17" in _heading(reader))
        assert len(reader.titles) == here


async def test_escape_from_a_paper_of_another_date_leads_back_to_where_one_was(sample: Library) -> None:
    """Rule: a search of all papers leaves the cursor of the list on its paper."""
    async with reading(sample) as reader:
        await reader.press("j", "j", "j")
        title, here = reader.title, set(reader.titles)
        await reader.filter("language")
        await reader.press("ctrl+t")
        await reader.until(lambda: "in all papers" in _heading(reader))
        await reader.press("enter")
        reader.view.go_to(next(row for row, found in enumerate(reader.titles) if found not in here))
        await reader.press("escape")
        assert (reader.row, reader.title) == (3, title)


async def test_the_index_is_built_while_the_reader_is_open_and_finds_the_same(sample: Library) -> None:
    """Rule: a search in memory and a search through the index find the same papers."""
    async with reading(sample, limits=LARGE) as reader:
        await reader.filter("langage")
        found = set(reader.titles)
        await reader.until(lambda: index_state(sample.catalogue).condition is Condition.CURRENT)
        await reader.until(lambda: "index" not in reader.header)
        await reader.press("backspace")
        await reader.answered("langag")
        await reader.press("e")
        await reader.answered("langage")
        assert set(reader.titles) == found


@pytest.mark.parametrize("is_met", [True, False])
async def test_what_another_window_indexed_is_found(
    sample: Library, monkeypatch: pytest.MonkeyPatch, is_met: bool
) -> None:
    """Rule: the search uses an index that another process updated."""
    catch_up(sample.catalogue)
    busy = [is_met]

    def run(process: IndexProcess, _progress: object) -> None:
        other = Library(sample.folder, window="other")
        catch_up(other.catalogue)
        other.close()
        if busy[0]:
            busy[0] = False
            raise StoreBusy("another process is writing the search index")

    monkeypatch.setattr(IndexProcess, "run", run)
    paper = ParsedPaper("A Zebraic Survey of Lantern Light", "It was imported by another window.")
    async with reading(sample, limits=LARGE) as reader:
        await reader.filter("zebraic")
        assert reader.titles == []
        other = Library(sample.folder, window="other")
        with other.catalogue.transaction():
            add_listing(other.catalogue, Listing("feed", date(2020, 1, 1)), [paper])
        if not is_met:
            catch_up(other.catalogue)
        other.close()
        await reader.press("ctrl+t")

        async def ask_again() -> None:
            for key, query in (("backspace", "zebrai"), ("c", "zebraic")):
                await reader.press(key)
                await reader.until(partial(_shows, reader, query))

        await ask_again()
        while reader.titles != [paper.title]:  # the index is opened anew when the reader has noticed
            await ask_again()


async def test_an_index_that_others_wrote_before_the_first_look_is_opened_anew(sample: Library) -> None:
    """Rule: a search before the first update uses the new index afterwards."""
    catch_up(sample.catalogue)
    ready = asyncio.Event()
    update = IndexUpdate(sample.catalogue.path, lambda _: None, ready.set, LARGE)
    update.look()
    await asyncio.wait_for(ready.wait(), PATIENCE)
    update.stop()


async def test_a_paper_found_by_its_abstract_says_so(sample: Library) -> None:
    """Rule: a row names the matching field if the title has no match."""
    catch_up(sample.catalogue)
    async with reading(sample, limits=LARGE) as reader:
        await reader.filter("abstract:language -title:language")
        rows = reader.view.desk.rows(list(reader.view.desk.view))
        assert rows
        assert {row.notices for row in rows.values()} == {("in abstract",)}


async def test_an_index_that_is_damaged_under_the_reader_is_built_anew(sample: Library) -> None:
    """Rule: a damaged index is rebuilt, and nothing else is lost."""
    catch_up(sample.catalogue)
    for path in index_folder(sample.catalogue).iterdir():
        if path.suffix == ".term":
            path.write_bytes(b"\xa5" * path.stat().st_size)
    async with reading(sample, limits=LARGE) as reader:
        await reader.filter("language")
        assert reader.titles
        await reader.until(lambda: index_state(sample.catalogue).condition is Condition.CURRENT)


async def test_marking_all_of_a_cut_result_says_what_was_left(sample: Library) -> None:
    """Rule: A marks only the papers in view of a long result, and says so."""
    catch_up(sample.catalogue)
    async with reading(sample, limits=replace(LARGE, found=5)) as reader:
        await reader.filter("the")
        await reader.until(lambda: "of the best 5 of" in _heading(reader))
        await reader.press("enter", "A")
        await reader.settled()
        assert reader.status.startswith("5 papers marked as read")
        assert reader.status.endswith("found only the 5 in view")
