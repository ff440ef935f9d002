"""Moving in panes, between panes, between dates, and to what is unread."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from piloting import reading

from paperreader.domain.decision import SetStatus
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.ui.keys.command_table import COMMANDS, Scope


def _decide_rows(folder: Path, place: date, rows: list[int]) -> None:
    """Mark papers of a date as read in another window, by their rows."""
    other = Library(folder, window="other")
    ids = list(other.ids(place))
    keys = other.catalogue.keys_of(ids)
    other.reading.finish(
        Triage(other).decide("read", [keys[ids[row]] for row in rows], SetStatus(ReadingStatus.READ), place)
    )
    other.close()


async def test_the_keys_of_movement_move_the_cursor_and_stop_at_the_ends(sample: Library) -> None:
    """Rule: j k ↓ ↑ G Home End move by papers, never beyond the first or the last one."""
    async with reading(sample, (140, 14)) as reader:
        last = len(reader.titles) - 1
        assert (reader.row, last) == (0, 16)
        for key, row in (
            ("j", 1), ("down", 2), ("k", 1), ("up", 0), ("k", 0), ("G", last), ("j", last), ("home", 0), ("end", last),
            ("home", 0),
        ):  # fmt: skip
            await reader.press(key)
            assert reader.row == row, f"{key} went to {reader.row}, not to {row}"


@pytest.mark.parametrize(("down", "up"), [("ctrl+d", "ctrl+u"), ("pagedown", "pageup"), ("ctrl+f", "ctrl+b")])
async def test_the_keys_of_pages_move_by_lines_of_the_screen(down: str, up: str, sample: Library) -> None:
    """Rule: ^d ^u PgDn PgUp ^f ^b move by pages or halves, reach both ends and pass no paper unseen."""
    async with reading(sample, (140, 14)) as reader:
        last, rows = len(reader.titles) - 1, [0]
        for key, end in ((down, last), (up, 0)):
            seen = set[int]()
            while reader.row != end:
                seen |= {pin.row for pin in reader.view.papers.visible_rows()}
                await reader.press(key)
                rows.append(reader.row)
            seen |= {pin.row for pin in reader.view.papers.visible_rows()}
            assert seen == set(range(last + 1))
        assert rows == sorted(rows[: rows.index(last) + 1]) + sorted(rows[rows.index(last) + 1 :], reverse=True)


async def test_the_page_follows_the_cursor_and_the_title_of_the_list_counts(sample: Library) -> None:
    """Rule: the page shows the paper under the cursor, and the title of the list shows its position."""
    async with reading(sample) as reader:
        await reader.press("j", "j")
        assert "3 of 17" in reader.list_title
        assert reader.title.startswith(reader.view.page.render_line(0).text.strip())


async def test_the_cursor_stays_on_the_screen(sample: Library) -> None:
    """Rule: whatever the key, the row under the cursor is in view."""
    async with reading(sample, (80, 12)) as reader:
        for key in ("G", "home", "ctrl+d", "ctrl+d", "ctrl+d", "ctrl+u", "pagedown", "G", "pageup"):
            await reader.press(key)
            assert "▌" in reader.text


async def test_h_l_and_tab_go_from_pane_to_pane(sample: Library) -> None:
    """Rule: h l ← → go to the neighbour and stop at the ends; Tab goes around."""
    async with reading(sample) as reader:
        for key, pane in (
            ("h", "dates"), ("h", "dates"), ("l", "papers"), ("right", "abstract"), ("l", "abstract"),
            ("left", "papers"), ("tab", "abstract"), ("tab", "dates"), ("shift+tab", "abstract"),
            ("shift+tab", "papers"), ("enter", "abstract"),
        ):  # fmt: skip
            await reader.press(key)
            assert reader.app.focused is not None
            assert reader.app.focused.id == pane, f"{key} went to {reader.app.focused.id}, not to {pane}"


async def test_the_abstract_scrolls_by_the_same_keys(sample: Library) -> None:
    """Rule: the movement keys scroll the abstract when it has the focus, and leave the list alone."""
    async with reading(sample, (80, 12)) as reader:
        await reader.press("l")
        before = reader.text
        await reader.press("j")
        assert reader.text != before
        await reader.press("k")
        assert reader.text == before
        for down, up in (
            ("end", "home"),
            ("pagedown", "pageup"),
            ("ctrl+f", "ctrl+b"),
            ("ctrl+d", "ctrl+u"),
        ):
            await reader.press(down)
            assert reader.text != before
            await reader.press(up)
            assert reader.text == before
        assert reader.row == 0


async def test_the_keys_of_papers_act_in_list_and_abstract(sample: Library) -> None:
    """Rule: s stars the paper under the cursor, or the one whose abstract has the focus."""
    async with reading(sample) as reader:
        keys = reader.keys
        for pane, starred in (("enter", keys[:1]), ("h", keys[:2])):
            await reader.press(pane, "s")
            await reader.settled()
            assert sorted(reader.starred) == sorted(starred)


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (50, 15)])
async def test_the_dates_pane_takes_no_key_of_papers(size: tuple[int, int], sample: Library) -> None:
    """Rule: a paper command in the dates pane says why it cannot act."""
    about_papers = [key for command in COMMANDS if command.scope is Scope.PAPERS for key in command.keys]
    assert {"s", "r", "d", "b", "t", "a", "A", "x", "V", ".", "y", "o", "p", "space"} <= set(about_papers)
    async with reading(sample, size) as reader:
        await reader.press("h")
        before = reader.row, reader.view.desk.place
        for key in about_papers:
            reader.view.tell("")
            await reader.press(key)
            await reader.settled()
            assert reader.status.startswith("you are in the dates; Enter goes to the papers"), key
            assert reader.screen is reader.triage
        assert (reader.row, reader.view.desk.place) == before
        assert reader.app.focused is reader.view.dates
        assert reader.library.reading.history() == []
        assert not reader.view.papers.selected
        await reader.press("enter", "d")
        await reader.settled()
        assert [action.name for action in reader.library.reading.history()] == ["skip"]


async def test_brackets_and_capitals_go_through_the_dates(sample: Library) -> None:
    """Rule: [ and H open the next older date, ] and L the next newer one, and the ends are told."""
    async with reading(sample) as reader:
        places = []
        for key in ("]", "[", "H", "[", "[", "[", "L", "]"):
            await reader.press(key)
            places.append(reader.view.desk.place)
        days = [date(2025, 3, day) for day in (14, 13, 12, 11, 10, 10, 11, 12)]
        assert places == days
        await reader.press("[", "[", "[")
        assert "oldest" in reader.status
        assert "Mon 10 Mar 2025" in reader.header


async def test_the_list_of_a_date_is_the_librarys_and_begins_at_the_top(sample: Library) -> None:
    """Rule: a date shows the union of its listings once each, unread first, with the cursor on the first."""
    async with reading(sample) as reader:
        await reader.press("j", "[", "[")
        assert list(reader.view.papers.ids) == list(sample.ids(date(2025, 3, 12)))
        assert len(set(reader.keys)) == len(reader.keys) == 27
        assert reader.row == 0


async def test_moving_in_the_dates_opens_shelves_and_dates(sample: Library) -> None:
    """Rule: the dates pane opens the place under its cursor, and the cursor skips headings."""
    async with reading(sample) as reader:
        await reader.press("h", "k")
        assert reader.view.desk.place == Shelf.ALL
        assert len(reader.titles) == 80
        await reader.press("g", "g")
        assert reader.view.desk.place == Shelf.UNREAD
        await reader.press("G")
        assert reader.view.desk.place == date(2025, 3, 10)
        await reader.press("enter")
        assert reader.app.focused is reader.view.papers


async def test_a_move_in_the_dates_is_not_lost_when_the_figures_change_at_that_moment(sample: Library) -> None:
    """Rule: the poll for other processes never undoes a key."""
    async with reading(sample) as reader:
        await reader.press("h")
        reader.view.dates.action_up()
        reader.view.show_counts()  # before anybody has heard of the move
        await reader.pilot.pause()
        assert reader.view.desk.place == Shelf.ALL
        assert reader.view.dates.place == Shelf.ALL


async def test_a_bracket_on_a_shelf_goes_to_the_newest_date(sample: Library) -> None:
    """Rule: from a shelf the dates begin at the newest."""
    async with reading(sample) as reader:
        await reader.press("h", "g", "g", "[")
        assert reader.view.desk.place == date(2025, 3, 14)


async def test_n_and_capital_n_go_to_unread_papers_only(sample: Library) -> None:
    """Rule: n and N step over decided papers, and go on at the other end of the list."""
    async with reading(sample) as reader:
        _decide_rows(sample.folder, date(2025, 3, 14), [1, 2, 4, 16])
        await reader.until(lambda: reader.header.count("13 left") == 1)
        rows = []
        for key in ("n", "n", "N", "N", "N", "n"):
            await reader.press(key)
            rows.append(reader.row)
        assert rows == [3, 5, 3, 0, 15, 0]


async def test_decided_papers_stand_behind_the_unread_ones_when_a_list_is_opened(sample: Library) -> None:
    """Rule: the list of a date has its unread papers first, each part in its order."""
    day = date(2025, 3, 14)
    before = list(sample.ids(day))
    _decide_rows(sample.folder, day, [0, 3])
    sample.reading.poll()
    async with reading(sample) as reader:
        expected = [paper for row, paper in enumerate(before) if row not in (0, 3)] + [before[0], before[3]]
        assert list(reader.view.papers.ids) == expected


async def test_narrow_screens_show_the_dates_above_the_others(sample: Library) -> None:
    """Rule: below 100 columns the dates come out for `h` and go when they are left, by l, Enter or Esc."""
    async with reading(sample, (80, 24)) as reader:
        assert not reader.view.dates.display
        for leave in ("l", "enter", "escape", "tab"):
            await reader.press("h")
            assert reader.view.dates.display
            assert "March 2025" in reader.text
            await reader.press(leave)
            assert not reader.view.dates.display, f"{leave} left the dates open"
            assert reader.app.focused is reader.view.papers


async def test_the_dates_open_again_where_they_are(sample: Library) -> None:
    """Rule: the cursor of the dates stands on the place that is open, however it was opened."""
    async with reading(sample, (50, 15)) as reader:
        await reader.press("[", "[", "h")
        assert reader.view.dates.place == date(2025, 3, 12)
        assert "▌Wed 12" in reader.text
