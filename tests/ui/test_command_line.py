"""The command line: commands by name, completion, history, and bulk decisions that show their effect first."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from piloting import Reading, reading
from textual.widgets import Input

from paperreader.domain.list_order import ListOrder
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.services.library import Library
from paperreader.services.searching.find_papers import find_in_list, find_keys
from paperreader.storage.session import load_session
from paperreader.ui.keys.command_table import COMMANDS
from paperreader.ui.keys.typed_command import read_command
from paperreader.ui.limits import Limits
from paperreader.ui.screens.help import HelpScreen


async def _run(reader: Reading, line: str) -> None:
    await reader.press(":")
    await reader.type(line)
    await reader.press("enter")
    await reader.settled()


def _line(reader: Reading) -> Input:
    return reader.triage.line_commands.line


async def _bulk(reader: Reading, line: str, said: str) -> None:
    """Type a bulk command and wait for its effect in the footer."""
    await reader.press(":")
    await reader.type(line)
    await reader.press("enter")
    await reader.until(lambda: reader.asks)
    assert reader.footer.startswith(f" {said} "), reader.footer


@pytest.mark.parametrize(
    ("typed", "name", "argument"),
    [
        ("skip title:survey", "skip", "title:survey"),
        ("next_unread", "next_unread", ""),
        ("next-unread", "next_unread", ""),
        (" Sort  newest ", "sort", "newest"),
        ("tag +x a b", "tags", "+x a b"),
        ("q", "quit", ""),
        ("later", "later", ""),
    ],
)
def test_a_command_is_found_by_its_name_or_its_start(typed: str, name: str, argument: str) -> None:
    """Rule: names take - or _; a start that fits one command is enough."""
    read = read_command(typed, COMMANDS)
    assert not isinstance(read, str)
    assert (read[0].id, read[1]) == (name, argument)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("skpi x", 'there is no command "skpi"; did you mean :skip?'),
        ("zzzz", 'there is no command "zzzz"; :help shows all keys'),
        ("undo 3", ":undo takes nothing after it"),
        ("theme-", 'there is no command "theme-"; did you mean :theme?'),
        ("sel", ":sel may be :select, :select-range, :select-again"),
        ("filter-keep", 'there is no command "filter-keep"; did you mean :filter?'),
    ],
)
def test_a_line_that_is_no_command_is_named_with_the_nearest(typed: str, said: str) -> None:
    """Rule: an unknown, ambiguous or wrong command says what is wrong and names the nearest."""
    assert read_command(typed, COMMANDS) == said


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (50, 15)])
async def test_the_line_stands_in_the_footer_and_moves_nothing(size: tuple[int, int], sample: Library) -> None:
    """Rule: `:` opens a line over the footer; Esc and an empty line close it. Only the bar of the focus moves."""
    async with reading(sample, size) as reader:
        before = reader.text.splitlines()
        for leave in ("escape", "enter"):
            await reader.press(":")
            during = reader.text.splitlines()
            assert [line.replace("▌", " ") for line in during[:-1]] == [line.replace("▌", " ") for line in before[:-1]]
            assert during[-1].startswith(" :")
            await reader.press(leave)
            assert reader.text.splitlines() == before
        assert reader.app.focused is reader.view.papers


async def test_commands_run_by_name_as_by_key(sample: Library) -> None:
    """Rule: the command line runs what a key would, in the pane that had the focus."""
    async with reading(sample) as reader:
        key = reader.key
        await _run(reader, "star")
        assert (reader.starred, reader.row) == ([key], 1)
        await _run(reader, "last")
        assert reader.row == 16
        await _run(reader, "12")
        assert reader.row == 11
        await _run(reader, "undo")
        assert (reader.starred, reader.row) == ([], 0)
        await reader.press("l")
        await _run(reader, "older-date")
        assert reader.view.desk.place == date(2025, 3, 13)
        assert reader.app.focused is reader.view.page
        await _run(reader, "help")
        await reader.until(lambda: isinstance(reader.screen, HelpScreen))
        await reader.press("escape")
        await _run(reader, "quit")
        assert reader.app.return_code == 0


async def test_keys_typed_after_a_command_stay_in_order(sample: Library) -> None:
    """Rule: keys after Enter wait for the command: a dialog gets its text, the list its keys."""
    async with reading(sample) as reader:
        await reader.press(":", *"tags", "enter", *"draft", "enter", *"jd")
        await reader.until(lambda: reader.screen is reader.triage and reader.row == 2)
        await reader.settled()
        assert [list(reader.library.state(key).tags) for key in reader.keys[:2]] == [["draft"], []]
        assert len(reader.done) == 1


async def test_an_unknown_command_is_told_and_does_nothing(sample: Library) -> None:
    """Rule: the message names the nearest command."""
    async with reading(sample) as reader:
        await _run(reader, "skpi")
        assert reader.status == 'there is no command "skpi"; did you mean :skip?'
        await _run(reader, "open")
        assert "write which list" in reader.status
        assert (reader.done, reader.row) == ([], 0)


# Bulk decisions


async def test_a_bulk_command_shows_its_effect_and_waits(sample: Library) -> None:
    """Rule: nothing changes before Enter; Esc changes nothing; starred papers stay untouched."""
    async with reading(sample) as reader:
        found = find_in_list(sample, list(reader.view.desk.view), "language OR attention")
        assert len(found) >= 3
        keys = reader.view.desk.keys(found)
        reader.view.go_to(list(reader.view.desk.view).index(found[0]))
        await reader.press("s", "home")
        await reader.settled()
        said = f"skip {len(found) - 1} of 17; 1 starred stays"
        await _bulk(reader, "skip language OR attention", said)
        assert "Enter acts  Esc changes nothing" in reader.footer
        await reader.press("d", "escape")
        await reader.settled()
        assert (reader.done, reader.status) == ([keys[0]], "nothing changed")
        await _bulk(reader, "skip language OR attention", said)
        await reader.press("enter")
        await reader.settled()
        assert sorted(reader.done) == sorted(keys)
        assert sample.state(keys[0]).status is ReadingStatus.READ
        assert reader.row == 0
        assert f"{len(found) - 1} papers skipped" in reader.status
        await reader.press("u")
        await reader.settled()
        assert reader.done == [keys[0]]


@pytest.mark.parametrize(
    ("line", "said", "status", "starred", "tags"),
    [
        ("read title:attention", "mark as read 1 of 17", ReadingStatus.READ, False, ()),
        ("star title:attention", "star 1 of 17", ReadingStatus.READ, True, ()),
        ("later title:attention", "keep for later 1 of 17", ReadingStatus.LATER, False, ()),
        ("tag +to-cite +x title:attention", "tag 1 of 17", ReadingStatus.UNREAD, False, ("to-cite", "x")),
    ],
)
async def test_every_decision_can_be_made_about_a_query(
    line: str, said: str, status: ReadingStatus, starred: bool, tags: tuple[str, ...], sample: Library
) -> None:
    """Rule: star, read, later and tags take a query, which finds papers of the open list only."""
    async with reading(sample) as reader:
        (key,) = (key for key in find_keys(sample, "title:attention") if key in reader.keys)
        await _bulk(reader, line, said)
        await reader.press("enter")
        await reader.settled()
        state = sample.state(key)
        assert (state.status, state.starred, state.tags) == (status, starred, tags)
        assert len(list(sample.reading.keys())) == 1


async def test_what_is_so_already_is_counted_and_nothing_is_no_question(sample: Library) -> None:
    """Rule: without a change the effect is told, and there is no question; a wrong query is named with its place."""
    async with reading(sample) as reader:
        await reader.press("d", "d")
        await reader.settled()
        await _run(reader, "skip is:skipped")
        assert reader.status == "nothing to change: skip 0 of 17; 2 are so already"
        await _run(reader, "skip is:skiped")
        assert "invalid query at character" in reader.status
        await _run(reader, "tags +x")
        assert "write the tags, then a query" in reader.status
        assert not reader.asks


async def test_the_rows_show_what_a_bulk_command_would_do(sample: Library) -> None:
    """Rule: papers to be skipped have the coming mark and a struck title; after Esc all are as before."""
    async with reading(sample) as reader:
        papers = reader.view.papers

        def marked() -> list[str]:
            rows = [papers.row_strips(row, 90)[0] for row in range(len(reader.titles))]
            struck = [row for row in rows if any(part.style and part.style.strike for part in row)]
            assert all(row.text[1:2] == "–" for row in struck)
            return [title for title, row in zip(reader.titles, rows, strict=True) if row in struck]

        await _run(reader, "skip title:language")
        await reader.until(lambda: reader.asks)
        expected = [title for title in reader.titles if "language" in title.casefold()]
        assert marked() == expected != []
        await reader.press("escape")
        await reader.settled()
        assert marked() == []
        await _run(reader, "star title:language")
        await reader.until(lambda: reader.asks)
        assert "★" in papers.row_strips(reader.titles.index(expected[0]), 90)[0].text[:3]
        assert marked() == []
        await reader.press("enter")
        await reader.settled()
        assert len(reader.starred) == len(expected)


async def test_a_bulk_command_acts_on_what_the_filter_shows(sample: Library) -> None:
    """Rule: with a filter the list is what the filter shows."""
    async with reading(sample) as reader:
        await reader.filter("transformer")
        await reader.press("enter")
        shown = reader.keys
        await _bulk(reader, "skip is:unread", f"skip {len(shown)} of {len(shown)}")
        await reader.press("enter")
        await reader.settled()
        assert sorted(reader.done) == sorted(shown)


async def test_a_bulk_command_reads_a_long_list_whole(sample: Library) -> None:
    """Rule: on a shelf whose papers are still being read the command acts on all of them."""
    async with reading(sample, limits=Limits(first=5)) as reader:
        reader.triage.open_place(Shelf.ALL)
        await _bulk(reader, "later is:unread", "keep for later 80 of 80")
        await reader.press("enter")
        await reader.settled()
        assert len(reader.done) == 80


# Arguments


async def test_sort_open_theme_and_export_take_an_argument(sample: Library, tmp_path: Path) -> None:
    """Rule: each takes a name or its start, and names the nearest if there is none."""
    async with reading(sample, (240, 40)) as reader:
        await _run(reader, "sort title")
        await reader.until(lambda: reader.view.desk.order is ListOrder.TITLE)
        await _run(reader, "sort unread-first")
        await reader.until(lambda: reader.view.desk.order is ListOrder.UNREAD_FIRST)
        await _run(reader, "sort newst")
        assert reader.status == 'there is no order "newst"; did you mean newest?'
        for text, place in (("all", Shelf.ALL), ("2025-03-12", date(2025, 3, 12)), ("lat", Shelf.LATER)):
            await _run(reader, f"open {text}")
            assert reader.view.desk.place == place
        await _run(reader, "open 2025-13-99")
        assert "there is no list" in reader.status
        await _run(reader, "theme light")
        assert reader.app.look.choice == "light"
        await _run(reader, "theme drak")
        assert reader.status == 'there is no theme "drak"; did you mean dark?'
        target = tmp_path / "out.md"
        await _run(reader, f"export {target}")
        assert target.exists()
        target.write_text("edited")
        await _run(reader, f"export {target}")
        assert "E asks and replaces it" in reader.status
        assert target.read_text() == "edited"


# Completion and history


async def test_tab_completes_and_shows_the_candidates(sample: Library) -> None:
    """Rule: Tab shows the first candidate and lists the others above the line; again, the next one."""
    async with reading(sample, (80, 24)) as reader:
        await reader.press(":", *"sk", "tab")
        assert _line(reader).value == "skip "
        await reader.type("is:l")
        await reader.press("tab")
        assert _line(reader).value == "skip is:later"
        await reader.press("escape", ":", *"sor", "tab", "tab")
        assert _line(reader).value.startswith("sort i")
        assert reader.text.splitlines()[-2].rstrip().split("  ") == [
            " interest",
            "rank",
            "unread first",
            "newest",
            "upvotes",
            "title",
        ]
        await reader.press("tab")
        assert _line(reader).value == "sort rank"
        await reader.press("escape")
        assert "unread first  newest" not in reader.text
        await reader.press(":", *"xx", "tab")
        assert "nothing to complete here" in reader.text


async def test_the_arrows_bring_back_earlier_commands(sample: Library) -> None:
    """Rule: Up and Down walk through the commands; the session keeps them, apart from the queries."""
    async with reading(sample) as reader:
        for line in ("first", "last", "first"):
            await _run(reader, line)
        await reader.press(":", *"xy", "up")
        assert _line(reader).value == "first"
        await reader.press("up")
        assert _line(reader).value == "last"
        await reader.press("up")
        assert "no earlier command" in reader.text
        await reader.press("down", "down")
        assert _line(reader).value == "xy"
        await reader.press("escape", "q")
    session = load_session(sample.folder / "session.json")
    assert (session.commands, session.queries) == (("last", "first"), ())


async def test_the_line_closes_when_another_pane_takes_the_focus(sample: Library) -> None:
    """Rule: a click elsewhere closes the line."""
    async with reading(sample) as reader:
        await reader.press("h", ":")
        reader.triage.set_focus(reader.view.page)
        await reader.until(lambda: not reader.triage.line_commands.is_open)
        assert reader.app.focused is reader.view.page
