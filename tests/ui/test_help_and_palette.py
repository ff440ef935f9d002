"""`?` lists all keys and is searchable; the palette is built from the command table and runs what it lists."""

from __future__ import annotations

import pytest
from piloting import Reading, reading
from textual.command import CommandList, CommandPalette

from paperreader.services.library import Library
from paperreader.ui.dialogs.dialog import LineDialog
from paperreader.ui.keys.command_table import COMMANDS, Scope, by_scope, key_label
from paperreader.ui.screens.help import HelpScreen
from paperreader.ui.widgets.paper_page import PaperPage
from paperreader.ui.widgets.safe_input import SafeInput


def _lines(reader: Reading) -> list[str]:
    return [f"{block.label}{block.text}" for block in reader.screen.query_one(PaperPage).blocks]


async def test_the_help_lists_every_key_by_pane(sample: Library) -> None:
    """Rule: ? lists all keys by pane, each with what it does, and the queries."""
    async with reading(sample) as reader:
        await reader.press("?")
        lines = _lines(reader)
        for scope, commands in by_scope().items():
            assert scope.value in lines
            for command in commands:
                label = " ".join(map(key_label, command.keys))
                assert any(label in line and command.help in line for line in lines), command.id
        assert any("is:starred" in line for line in lines)
        await reader.press("escape")
        assert reader.screen is reader.triage


@pytest.mark.parametrize(
    ("search", "found", "missing"),
    [
        ("star", "Star, mark as read", "Next line"),
        ("^d", "Half a page down", "Star, mark as read"),
        ("pgdn", "A page down", "BibTeX"),
    ],
)
async def test_the_help_is_searched_by_words_and_by_keys(
    search: str, found: str, missing: str, sample: Library
) -> None:
    """Rule: typing narrows the help to the lines that hold every word, the keys included."""
    async with reading(sample, (80, 24)) as reader:
        await reader.press("?")
        reader.screen.query_one(SafeInput).value = search
        await reader.pilot.pause()
        lines = "\n".join(_lines(reader))
        assert found in lines
        assert missing not in lines
        reader.screen.query_one(SafeInput).value = "qqxx"
        await reader.pilot.pause()
        assert _lines(reader) == ["no key matches"]


async def test_the_help_scrolls_while_one_types(sample: Library) -> None:
    """Rule: on a small screen all of the help can be reached."""
    async with reading(sample, (40, 12)) as reader:
        await reader.press("?")
        page = reader.screen.query_one(PaperPage)
        assert not page.is_at_end
        seen = set()
        for _ in range(40):
            seen |= {page.render_line(y).text.strip() for y in range(page.content_size.height)}
            if page.is_at_end:
                break
            await reader.press("pagedown")
        assert any("Quit; everything" in line for line in seen)
        assert any("Next line" in line for line in seen)


async def test_the_help_shows_the_users_keys(sample: Library) -> None:
    """Rule: help is made from the table with the user's own keys."""
    async with reading(sample, keys={"skip": "X"}) as reader:
        await reader.press("?")
        assert any(line.split()[:1] == ["X"] and "Skip the paper" in line for line in _lines(reader))


async def test_q_is_a_letter_in_the_help(sample: Library) -> None:
    """Rule: keys typed into the help search never run commands."""
    async with reading(sample) as reader:
        await reader.press("?")
        await reader.type("qsd?")
        assert isinstance(reader.screen, HelpScreen)
        assert reader.done == reader.starred == []


async def test_the_palette_lists_the_table_and_nothing_else(sample: Library) -> None:
    """Rule: the palette is built from the command table, with keys and help beside each name."""
    async with reading(sample) as reader:
        await reader.press("ctrl+p")
        await reader.until(lambda: isinstance(reader.screen, CommandPalette))
        wanted = [command for command in COMMANDS if command.in_palette]
        listed = reader.screen.query_one(CommandList)
        await reader.until(lambda: listed.option_count == len(wanted))
        shown = [str(option.prompt) for option in listed.options]
        for command in wanted:
            assert any(command.name in text and command.help in text for text in shown), command.id
        await reader.press("escape")
        assert reader.screen is reader.triage


async def test_the_palette_runs_a_command_of_the_papers(sample: Library) -> None:
    """Rule: a command found by its name does what its key does."""
    async with reading(sample) as reader:
        key = reader.key
        await reader.palette("Star")
        await reader.settled()
        assert reader.starred == [key]
        await reader.palette("Later")
        await reader.settled()
        assert reader.row == 2
        await reader.palette("Older date")
        assert "Thu 13 Mar 2025" in reader.header
        await reader.palette("Tags")
        await reader.until(lambda: isinstance(reader.screen, LineDialog))


async def test_the_palette_runs_the_help(sample: Library) -> None:
    """Rule: the commands of the application are run from the palette as well."""
    async with reading(sample) as reader:
        await reader.palette("Help")
        assert isinstance(reader.screen, HelpScreen)


async def test_the_palette_toggles_the_theme(sample: Library) -> None:
    """Rule: the theme, which has no key, is toggled from the palette."""
    async with reading(sample) as reader:
        theme = reader.app.theme
        await reader.palette("Dark or light")
        assert reader.app.theme != theme


async def test_the_palette_leaves_the_reader(sample: Library) -> None:
    """Rule: quit is a command like the others."""
    async with reading(sample) as reader:
        await reader.palette("Quit")
        assert reader.app._exit


async def test_a_command_that_cannot_act_over_a_dialog_says_why(sample: Library) -> None:
    """Rule: a command that can't act now says why, or is not offered."""
    async with reading(sample) as reader:
        await reader.press("?", "ctrl+p")
        if isinstance(reader.screen, CommandPalette):
            await reader.press("escape")
            await reader.palette("Star")
            await reader.settled()
            assert reader.state.starred or reader.status or reader.toasts


def test_every_command_without_a_place_in_the_palette_is_about_keys() -> None:
    """Rule: only movement, the filter bar's own keys and the palette itself are not in the palette."""
    hidden = {command.id for command in COMMANDS if not command.in_palette}
    assert {command.id for command in COMMANDS if command.scope is Scope.PAPERS}.isdisjoint(hidden)
