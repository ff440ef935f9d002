"""`?` lists all keys and is searchable; the palette is built from the command table and runs what it lists."""

from __future__ import annotations

import asyncio
import re

import pytest
from piloting import Reading, reading
from rich.cells import cell_len

from paperreader.config import Config, KeymapName
from paperreader.domain.lists import Shelf
from paperreader.domain.text import Safe
from paperreader.services.library import Library
from paperreader.ui.dialogs.palette import PaletteDialog
from paperreader.ui.dialogs.tags import TagDialog
from paperreader.ui.keys.command_table import (
    COMMANDS,
    Command,
    Scope,
    Task,
    by_scope,
    key_label,
    keys_of_a_day,
    remapped,
)
from paperreader.ui.keys.keymaps import commands_of
from paperreader.ui.presenting.pages.help_page import COLUMNS_FROM, help_page
from paperreader.ui.presenting.palette import Choice, Group
from paperreader.ui.presenting.signs import MARKS
from paperreader.ui.screens.help import HelpScreen
from paperreader.ui.widgets.paper_page import PaperPage
from paperreader.ui.widgets.safe_input import SafeInput


def _lines(reader: Reading) -> list[str]:
    return [block.text for block in reader.screen.query_one(PaperPage).blocks]


async def _search(reader: Reading, text: str) -> list[str]:
    reader.screen.query_one(SafeInput).value = text
    await reader.pilot.pause()
    return _lines(reader)


def _page(width: int, search: str = "", commands: tuple[Command, ...] = COMMANDS) -> list[str]:
    return [block.text for block in help_page(commands, search, width)]


@pytest.mark.parametrize("width", [117, 75, 46])
def test_the_help_opens_on_the_ten_keys_of_a_day_by_task(width: int) -> None:
    """Rule: the keys of a day come first, below their tasks; the marks follow, then all keys by pane."""
    lines = _page(width)
    assert lines[0].startswith("Ten keys of a day")
    days = [command for listed in keys_of_a_day().values() for command in listed]
    assert len(days) == 10
    assert all(keys_of_a_day().values())
    text = "\n".join(lines)
    places = [text.index(f"  {task}  ") for task in Task]
    assert places == sorted(places)
    assert places[-1] < text.index("Papers\n" if width < COLUMNS_FROM else "Papers  ")
    assert all(f"{sign}  " in text and meaning.split()[0] in text for sign, meaning in MARKS)


@pytest.mark.parametrize("width", [117, 75, 46])
def test_every_line_of_the_help_fits_its_page(width: int) -> None:
    """Rule: no line is wider than the page; a long meaning goes on below itself."""
    assert max(map(cell_len, _page(width))) <= width
    assert max(map(cell_len, _page(width, "paper"))) <= width


@pytest.mark.parametrize("width", [117, 75])
def test_the_help_lists_every_key_by_pane(width: int) -> None:
    """Rule: all keys stand below their pane; beside each other by name, below each other with what they do."""
    text = "\n".join(_page(width))
    for scope, commands in by_scope().items():
        assert scope.value.capitalize() in text
        for command in commands:
            label = " ".join(map(key_label, command.keys))
            meaning = command.name if width >= COLUMNS_FROM else command.help
            assert re.search(rf"{re.escape(label)} +{re.escape(meaning)}", text), command.id
    assert "is:starred" in text


def test_the_help_shows_the_keys_of_the_keymap() -> None:
    """Rule: a preset and the user's keys change the keys of a day too; a command without a key is left out."""
    text = "\n".join(_page(75, commands=remapped({"skip": "X", "redo": "", "tags": ""})))
    assert re.search(r"X +Skip the paper", text)
    assert re.search(r" u +Undo the last", text)
    assert "Organise" not in text
    vim = commands_of(Config(keymap=KeymapName.VIM))
    assert re.search(r"\[ \{ +Open the next older date", "\n".join(_page(75, commands=vim)))


@pytest.mark.parametrize(("search", "found"), [("upvotes", "▲"), ("★", "starred"), ("organise", "Edit the tags")])
def test_the_help_finds_marks_and_tasks(search: str, found: str) -> None:
    """Rule: the search finds marks by word and by sign, and keys by task."""
    assert found in "\n".join(_page(117, search))


def test_hits_of_a_search_are_tinted() -> None:
    """Rule: each searched word is marked in the lines found."""
    blocks = help_page(COMMANDS, "bibtex link", 117)
    (found,) = [block for block in blocks if "BibTeX" in block.text]
    assert {found.text[start:end].casefold() for start, end in found.hits} == {"bibtex", "link"}


async def test_the_help_opens_and_closes(sample: Library) -> None:
    """Rule: ? opens the help, Esc closes it; a resize changes its columns."""
    async with reading(sample) as reader:
        await reader.press("?")
        assert "Ten keys of a day" in _lines(reader)[0]
        assert "Marks" in _lines(reader)[0]
        assert "─ Help ──" in reader.text
        assert "type to search · ↑ ↓ scroll · Esc closes ─╮" in reader.text
        await reader.pilot.resize_terminal(80, 24)
        await reader.until(lambda: _lines(reader)[0] == "Ten keys of a day")
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
        lines = "\n".join(await _search(reader, search))
        assert found in lines
        assert missing not in lines
        assert await _search(reader, "qqxx") == ["no key matches"]


async def test_the_help_scrolls_while_one_types(sample: Library) -> None:
    """Rule: on a small screen all of the help can be reached."""
    async with reading(sample, (40, 12)) as reader:
        await reader.press("?")
        page = reader.screen.query_one(PaperPage)
        assert not page.is_at_end
        seen = set()
        for _ in range(60):
            seen |= {page.render_line(y).text.strip() for y in range(page.content_size.height)}
            if page.is_at_end:
                break
            await reader.press("pagedown")
        assert any("Quit; everything" in line for line in seen)
        assert any("Next line" in line for line in seen)


async def test_q_is_a_letter_in_the_help(sample: Library) -> None:
    """Rule: keys typed into the help search never run commands."""
    async with reading(sample) as reader:
        await reader.press("?")
        await reader.type("qsd?")
        assert isinstance(reader.screen, HelpScreen)
        assert reader.done == reader.starred == []


async def _open_palette(reader: Reading, text: str = "") -> PaletteDialog:
    await reader.press("ctrl+p")
    await reader.until(lambda: isinstance(reader.screen, PaletteDialog) and reader.screen.shown)
    await reader.type(text)
    assert isinstance(reader.screen, PaletteDialog)
    return reader.screen


async def test_the_palette_lists_the_commands_of_the_table(sample: Library) -> None:
    """Rule: the palette lists the commands with their keys, one a line."""
    async with reading(sample, keys={"skip": "X"}) as reader:
        palette = await _open_palette(reader)
        wanted = [command.name for command in COMMANDS if command.in_palette]
        assert [choice.name for choice in palette.shown if choice.group is Group.COMMANDS] == wanted
        await reader.type("skip")
        await reader.until(lambda: re.search(r"│ +Skip +X +│", reader.text))
        await reader.press("escape")
        assert reader.screen is reader.triage


async def test_papers_that_are_found_after_the_palette_closed_are_dropped(sample: Library) -> None:
    """Rule: a search that ends late neither shows anything nor ends the reader."""
    asked, ends = asyncio.Event(), asyncio.Event()

    async def find(_text: str) -> list[Choice]:
        asked.set()
        await ends.wait()
        return [Choice(Group.PAPERS, Safe("a paper"), Safe(""), Shelf.ALL)]

    async with reading(sample) as reader:
        palette = PaletteDialog([], find)
        await reader.app.push_screen(palette)
        adding = asyncio.ensure_future(palette._add_papers(""))
        await reader.until(asked.is_set)
        await palette.query("*").remove()  # as when the reader closes
        ends.set()
        await adding
        assert palette.shown == []


async def test_the_palette_opens_dates_shelves_and_tags(sample: Library) -> None:
    """Rule: a date or shelf opens its list, a tag and a recent query filter."""
    async with reading(sample) as reader:
        await _open_palette(reader, "13 mar")
        await reader.press("enter")
        await reader.until(lambda: "Thu 13 Mar 2025" in reader.header)
        await _open_palette(reader, "starred")
        await reader.until(lambda: isinstance(reader.screen, PaletteDialog) and reader.screen.shown)
        reader.view.session = reader.view.session.keeping("title:attention")
        await reader.press("escape")
        await _open_palette(reader, "title:att")
        await reader.press("enter")
        await reader.until(lambda: reader.view.desk.filter == "title:attention")


async def test_the_palette_shows_a_paper_of_the_library(sample: Library) -> None:
    """Rule: titles are searched in the whole library; the chosen paper is shown, in the open list if it is there."""
    async with reading(sample) as reader:
        title, place = reader.titles[5], reader.view.desk.place
        palette = await _open_palette(reader, "new directions cryptography")
        await reader.until(lambda: any(choice.group is Group.PAPERS for choice in palette.shown))
        await reader.press("enter")
        await reader.until(lambda: reader.title == title)
        assert reader.view.desk.place == place


async def test_the_palette_shows_a_paper_of_another_list(sample: Library) -> None:
    """Rule: a paper that the open list does not hold is shown among all papers, with the focus in the list."""
    async with reading(sample) as reader:
        palette = await _open_palette(reader, "gravitational waves binary")
        reader.triage.open_place(Shelf.STARRED)
        await reader.until(lambda: any(choice.group is Group.PAPERS for choice in palette.shown))
        await reader.press("enter")
        await reader.until(lambda: "Gravitational Waves" in str(reader.titles))
        await reader.settled()
        assert reader.view.desk.place is Shelf.ALL
        assert reader.view.papers.has_focus


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
        await reader.until(lambda: isinstance(reader.screen, TagDialog))


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
        if isinstance(reader.screen, PaletteDialog):
            await reader.press("escape")
            await reader.palette("Star")
            await reader.settled()
            assert reader.state.starred or reader.status or reader.toasts


def test_every_command_without_a_place_in_the_palette_is_about_keys() -> None:
    """Rule: only movement, the filter bar's own keys and the palette itself are not in the palette."""
    hidden = {command.id for command in COMMANDS if not command.in_palette}
    assert {command.id for command in COMMANDS if command.scope is Scope.PAPERS}.isdisjoint(hidden)
