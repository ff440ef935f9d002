"""The session restores the place; the settings choose keys."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date

import pytest
from piloting import reading

from paperreader.domain.lists import Shelf
from paperreader.services.library import Library
from paperreader.ui.screens.triage import KEYS_CHANGED


async def test_the_reader_opens_on_the_newest_date(sample: Library) -> None:
    """Rule: without a session the newest date is open, its first unread paper under the cursor."""
    async with reading(sample) as reader:
        assert reader.view.desk.place == date(2025, 3, 14)
        assert reader.row == 0
        assert reader.app.focused is reader.view.papers


async def test_opening_again_returns_to_the_date_and_the_paper(sample: Library) -> None:
    """Rule: the next start opens the last date and paper, even if the order changed."""
    async with reading(sample) as reader:
        await reader.press("[", "[", "j", "d", "d", "d")
        await reader.settled()
        title = reader.title
        await reader.press("q")
    async with reading(sample) as reader:
        assert reader.view.desk.place == date(2025, 3, 12)
        assert reader.title == title
        assert reader.row == 1


async def test_a_shelf_is_returned_to_as_well(sample: Library) -> None:
    """Rule: a shelf is a place like a date."""
    async with reading(sample) as reader:
        reader.triage.open_place(Shelf.ALL)
        await reader.press("ctrl+d")
        title = reader.title
        await reader.press("q")
    async with reading(sample) as reader:
        assert (reader.view.desk.place, reader.title) == (Shelf.ALL, title)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no json",
        "[]",
        "null",
        '{"place": 7, "paper": [], "theme": {}}',
        '{"place": "1999-01-01", "paper": "title:gone", "theme": "pink"}',
        '{"place": "2025-03-13", "paper": "title:gone", "papers": 5}',
        "[" * 100_000,
        '{"place": "\\ud800"}',
    ],
)
async def test_a_session_that_cannot_be_read_costs_the_place_and_nothing_else(content: str, sample: Library) -> None:
    """Rule: the reader opens whatever the session file contains."""
    (sample.folder / "session.json").write_text(content)
    async with reading(sample, (80, 24)) as reader:
        assert len(reader.titles) == 17
        key = reader.key
        await reader.press("s")
        await reader.settled()
        assert reader.starred == [key]


async def test_the_change_of_s_and_r_is_told_once_after_an_update(sample: Library) -> None:
    """Rule: a session of an earlier version tells once that s and r go on; a new library does not."""
    file = sample.folder / "session.json"
    async with reading(sample) as reader:
        assert reader.toasts == []
        await reader.press("j", "q")
    values = json.loads(file.read_text())
    del values["knows_keys"]
    file.write_text(json.dumps(values))
    async with reading(sample) as reader:
        assert [toast for toast in reader.toasts if "[triage.after]" in toast] == [KEYS_CHANGED]
        await reader.press("q")
    async with reading(sample) as reader:
        assert reader.toasts == []


async def test_a_session_that_cannot_be_written_ends_nothing(sample: Library) -> None:
    """Rule: a session that cannot be saved loses only the place."""
    (sample.folder / "session.json").mkdir()
    async with reading(sample) as reader:
        await reader.press("j", "q")
        assert reader.app.return_code == 0


async def test_q_leaves_with_status_0_and_every_decision_made(sample: Library) -> None:
    """Rule: q saves the queued decisions and leaves without a prompt."""
    async with reading(sample) as reader:
        await reader.press(*"sss")
        await reader.press("q")
        assert reader.app.return_code == 0
    with closing(Library(sample.folder)) as again:
        assert sum(document.get("starred", False) for document in again.reading.db.table("papers")) == 3


@pytest.mark.parametrize(
    ("keys", "press"), [({"skip": "X"}, "X"), ({"skip": "!, ctrl+k"}, "!"), ({"skip": "f3"}, "f3")]
)
async def test_the_users_keys_are_heard_and_the_old_ones_are_not(
    keys: dict[str, str], press: str, sample: Library
) -> None:
    """Rule: remapping through the settings changes what a key does, in the bindings and in the footer."""
    async with reading(sample, keys=keys) as reader:
        await reader.press("d")
        assert reader.row == 0
        await reader.press(press)
        await reader.settled()
        assert reader.row == 1
        assert len(reader.done) == 1
        assert "d skip" not in reader.footer


@pytest.mark.parametrize("command", ["toggle_theme", "command_palette"])
async def test_every_command_of_the_table_can_be_given_a_key(command: str, sample: Library) -> None:
    """Rule: `[keys]` works for every command that `paperreader keys` lists."""
    async with reading(sample, keys={command: "f4"}) as reader:
        theme = reader.app.theme
        await reader.press("f4")
        await reader.until(lambda: reader.app.theme != theme or reader.screen is not reader.triage)


async def test_half_characters_and_odd_values_in_the_readers_own_files_end_nothing(sample: Library) -> None:
    """Rule: a session or draft of another user breaks neither the start nor a key."""
    odd = "title:\ud800\x00\udfff"
    session = {"place": "2025-03-14", "paper": odd, "theme": odd, "papers": {"2025-03-14": odd, odd: odd, "all": 1}}
    (sample.folder / "session.json").write_text(json.dumps(session))
    (sample.folder / "draft-0-1.json").write_text(json.dumps({"key": odd, "note": odd}))
    async with reading(sample) as reader:
        await reader.until(lambda: [toast for toast in reader.toasts if "was not saved" in toast])
        await reader.press("[", "]", "s", "j")
        await reader.settled()
        assert len(sample.reading.starred()) == 1
        await reader.press("q")
    async with reading(sample) as reader:
        assert reader.row == 1
