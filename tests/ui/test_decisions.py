"""One key decides; the cursor never jumps because data changed; every figure on the screen is the library's."""

from __future__ import annotations

import errno
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from in_step import assert_in_step
from piloting import Reading, reading

from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.files.system_calls import System
from paperreader.services.library import Library

FRIDAY = date(2025, 3, 14)


def _row_text(reader: Reading, row: int) -> str:
    return reader.view.papers.row_strips(row, 80)[0].text


async def test_one_key_decides_and_goes_on(sample: Library) -> None:
    """Rule: star, read, skip and later go to the next paper; a star marks the paper as read."""
    async with reading(sample) as reader:
        keys = reader.keys
        for row, key in enumerate("srdbs", 1):
            await reader.press(key)
            await reader.settled()
            assert reader.row == row, f"{key} went to {reader.row}, not to {row}"
        states = [reader.library.state(key) for key in keys[:6]]
        assert [state.status.value for state in states] == ["read", "read", "skipped", "later", "read", "unread"]
        assert [state.starred for state in states] == [True, False, False, False, True, False]
        assert keys == reader.keys
        await assert_in_step(reader)


async def test_s_and_r_pressed_again_take_back(sample: Library) -> None:
    """Rule: on a starred paper `s` takes the star off and stays; on a read paper `r` marks it unread and stays."""
    async with reading(sample) as reader:
        await reader.press("s", "k")
        await reader.settled()
        assert (reader.state.starred, reader.state.status) == (True, ReadingStatus.READ)
        assert "•★" not in _row_text(reader, 0)
        assert "✓★" in _row_text(reader, 0)
        await reader.press("s", "r")
        await reader.settled()
        assert (reader.row, reader.state.starred, reader.state.status) == (0, False, ReadingStatus.UNREAD)
        assert "unread · u undoes it" in reader.status
        await assert_in_step(reader)


async def test_keys_faster_than_the_disk_are_made_in_order(sample: Library) -> None:
    """Rule: no key waits for the disk and none is lost."""
    async with reading(sample) as reader:
        keys = reader.keys
        await reader.press(*"skdskbskrjr")
        await reader.settled()
        states = [reader.library.state(key) for key in keys[:4]]
        assert [state.status.value for state in states] == ["skipped", "later", "unread", "read"]
        assert [state.starred for state in states] == [True, True, True, False]
        assert reader.row == 4
        await assert_in_step(reader)


async def test_d_at_the_last_paper_decides_it_and_stays(sample: Library) -> None:
    """Rule: at the end of the list there is no next paper, but the decision is made."""
    async with reading(sample) as reader:
        await reader.press("G", "d")
        await reader.settled()
        assert (reader.row, reader.state.status) == (16, ReadingStatus.SKIPPED)
        await assert_in_step(reader)


async def test_a_decided_row_stays_where_it_is_until_the_list_is_left(sample: Library) -> None:
    """Rule: decided rows stay, dimmed, until the list is left; opened again they stand behind the unread ones."""
    async with reading(sample) as reader:
        titles = reader.titles
        await reader.press("d", "d")
        await reader.settled()
        assert reader.titles == titles
        assert _row_text(reader, 0).startswith(" –")
        assert reader.view.papers._row(0).is_done  # type: ignore[union-attr]
        await reader.press("[", "]")
        assert reader.titles == [*titles[2:], *titles[:2]]


@pytest.mark.parametrize(("shelf", "key"), [(Shelf.UNREAD, "d"), (Shelf.STARRED, "s"), (Shelf.LATER, "r")])
async def test_a_row_that_no_longer_belongs_to_a_shelf_stays_until_it_is_left(
    shelf: Shelf, key: str, sample: Library
) -> None:
    """Rule: also on the shelves nothing vanishes under the cursor."""
    async with reading(sample) as reader:
        await reader.press("s", "b", "s", "b")
        await reader.settled()
        reader.triage.open_place(shelf)
        titles = reader.titles
        await reader.press(key)
        await reader.settled()
        assert reader.titles == titles
        reader.triage.open_place(Shelf.ALL)
        reader.triage.open_place(shelf)
        assert reader.titles == titles[1:]
        await assert_in_step(reader)


async def test_the_shelves_hold_what_was_decided(sample: Library) -> None:
    """Rule: Unread, Starred, Later and All papers are lists over all dates."""
    async with reading(sample) as reader:
        starred, later = reader.titles[0], reader.titles[1]
        await reader.press("s", "b", "[", "s", "k")
        await reader.settled()
        other = reader.title
        titles = {}
        for shelf in Shelf:
            reader.triage.open_place(shelf)
            titles[shelf] = reader.titles
        assert titles[Shelf.STARRED] == [starred, other]
        assert titles[Shelf.LATER] == [later]
        assert sorted([*titles[Shelf.UNREAD], starred, later, other]) == sorted(titles[Shelf.ALL])
        assert len(titles[Shelf.ALL]) == 80


async def test_a_paper_decided_on_an_earlier_date_says_so_on_the_later_one(sample: Library) -> None:
    """Rule: a paper that returns shows your earlier decision."""
    async with reading(sample) as reader:
        friday = set(reader.keys)
        reader.triage.open_place(date(2025, 3, 12))
        shared = next(row for row, key in enumerate(reader.keys) if key in friday)
        title = reader.titles[shared]
        reader.view.papers.move_to(shared)
        await reader.pilot.pause()
        await reader.press("d")
        await reader.settled()
        reader.triage.open_place(FRIDAY)
        row = reader.titles.index(title)
        assert "↻" in _row_text(reader, row)
        assert "skipped Wed 12" in _row_text(reader, row)
        assert row == 16


async def test_space_pages_the_abstract_then_marks_read_and_goes_to_the_next_unread(sample: Library) -> None:
    """Rule: Space pages; at the end of the abstract it marks the paper read and goes to the next unread one."""
    async with reading(sample, (80, 14)) as reader:
        await reader.press("j", "d", "g", "g")
        await reader.settled()
        pages = 0
        while not reader.view.page.is_at_end:
            await reader.press("space")
            assert (reader.row, reader.state.status) == (0, ReadingStatus.UNREAD)
            pages += 1
        assert pages >= 1
        first = reader.key
        await reader.press("space")
        await reader.settled()
        assert reader.library.state(first).status is ReadingStatus.READ
        assert reader.row == 2
        assert reader.view.page._top == 0, "the next abstract starts at its first line"
        entry = reader.view.entry()
        assert entry
        first_words = " ".join(entry.paper.abstract.split()[:3])
        assert first_words in " ".join(block.text for block in reader.view.page.blocks)
        await assert_in_step(reader)


async def test_capital_a_marks_what_is_in_view_and_tells_how_many(sample: Library) -> None:
    """Rule: A marks the unread papers in view as read, tells the count, and is one action to undo."""
    async with reading(sample) as reader:
        await reader.press("d", "b", "A")
        await reader.settled()
        assert "15 papers" in reader.status
        statuses = [reader.library.state(key).status.value for key in reader.keys]
        assert statuses == ["skipped", "later", *["read"] * 15]
        await assert_in_step(reader)
        await reader.press("A")
        assert "no unread papers in this list" in reader.status
        await reader.press("u")
        await reader.settled()
        statuses = [reader.library.state(key).status.value for key in reader.keys]
        assert statuses == ["skipped", "later", *["unread"] * 15]
        assert reader.row == 2
        await assert_in_step(reader)


async def test_capital_a_under_a_filter_leaves_the_hidden_papers_alone(sample: Library) -> None:
    """Rule: A marks only the papers in view."""
    async with reading(sample) as reader:
        await reader.filter("transformer")
        await reader.press("enter")
        found = reader.keys
        assert 0 < len(found) < 17
        await reader.press("A")
        await reader.settled()
        assert set(reader.done) == set(found)


async def test_undo_takes_back_one_action_after_the_other(sample: Library) -> None:
    """Rule: u undoes the decisions of this session, newest first, and moves the cursor to each paper."""
    async with reading(sample) as reader:
        keys = reader.keys
        await reader.press("s", "k", "d", "b", "r", "j", "j")
        await reader.settled()
        seen, rows = [], []
        for _ in range(4):
            await reader.press("u")
            await reader.settled()
            states = [reader.library.state(key) for key in keys[:3]]
            seen.append([f"{state.status.value[:2]}{'*' * state.starred}" for state in states])
            rows.append(reader.row)
            await assert_in_step(reader)
        assert rows == [2, 1, 0, 0]
        assert seen == [["sk*", "la", "un"], ["sk*", "un", "un"], ["re*", "un", "un"], ["un", "un", "un"]]
        await reader.press("u")
        await reader.until(lambda: "nothing to undo" in reader.status)


async def test_undo_keys_faster_than_the_disk_take_back_one_each(sample: Library) -> None:
    """Rule: three quick u take back three decisions."""
    async with reading(sample) as reader:
        await reader.press(*"ddddduuu")
        await reader.settled()
        assert len(reader.done) == 2
        await assert_in_step(reader)


@pytest.mark.parametrize("call", ["write", "sync_data"])
async def test_a_decision_that_the_disk_refuses_changes_nothing_and_says_why(
    call: str, sample: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: a failed write is reported, the screen keeps the old state, and the reader keeps running."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with reading(sample, (240, 40)) as reader:  # the reason names the path of the library
        await reader.press("s", "k")
        await reader.settled()
        before = reader.text.splitlines()[:-2]
        with monkeypatch.context() as patch:
            patch.setattr(System, call, full)
            await reader.press("s")
            await reader.settled()
            assert "not saved" in reader.status
            assert "No space left" in reader.status
            assert reader.state.starred
            assert reader.text.splitlines()[:-2] == before
        await reader.press("r")
        await reader.settled()
        assert (reader.state.starred, reader.state.status) == (True, ReadingStatus.UNREAD)
        with closing(Library(sample.folder)) as again:
            (document,) = list(again.reading.db.table("papers"))
        assert (document["starred"], document.get("status", "unread")) == (True, "unread")


async def test_a_list_without_papers_takes_every_key(sample: Library) -> None:
    """Rule: a command without a paper does nothing."""
    async with reading(sample) as reader:
        reader.triage.open_place(Shelf.LATER)
        await reader.press(*"jkgGnNsrdbtauxVvyopA", "space", "enter", "escape")
        await reader.settled()
        assert len(reader.app.screen_stack) == 1
        assert reader.done == []
        assert "no papers" in reader.list_title


def test_the_sample_brings_papers_back(sample: Library) -> None:
    """Rule: the sample has papers that return on later dates, without which some tests above would prove nothing."""
    on = [set(sample.ids(date(2025, 3, day))) for day in (12, 14)]
    assert on[0] & on[1]
    assert Path(sample.folder, "catalogue.sqlite").is_file()
