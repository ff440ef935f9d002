"""Counts before a movement or a decision."""

from __future__ import annotations

from datetime import date

import pytest
from piloting import Reading, reading

from paperreader.services.library import Library
from paperreader.ui.limits import Limits

PATIENT = Limits(second_key=600)


def _statuses(reader: Reading, papers: int) -> list[str]:
    return [reader.library.state(key).status.value for key in reader.keys[:papers]]


async def test_a_count_before_a_movement_repeats_it(sample: Library) -> None:
    """Rule: digits wait in the footer; the next movement is made as often; `10G` and `10gg` go to row 10."""
    async with reading(sample, (140, 14), limits=PATIENT) as reader:
        await reader.press("5")
        assert reader.footer.startswith(" 5  a movement or a decision follows")
        for keys, row in (("j", 5), ("3k", 2), ("10G", 9), ("4gg", 3), ("99G", 16), ("3gg", 2), ("2J", 4), ("3K", 1)):
            await reader.press(*keys)
            assert reader.row == row, f"{keys} went to {reader.row}, not to {row}"
        assert "follows" not in reader.footer
        await reader.press("j")
        assert reader.row == 2


async def test_a_count_before_a_decision_is_one_action(sample: Library) -> None:
    """Rule: `3d` skips three papers from the cursor on as one action, goes on, and one `u` takes all back."""
    async with reading(sample) as reader:
        await reader.press("j", "3", "d")
        await reader.settled()
        assert (_statuses(reader, 5), reader.row) == (["unread", *["skipped"] * 3, "unread"], 4)
        assert "3 papers skipped" in reader.status
        await reader.press("u")
        await reader.settled()
        assert (reader.done, reader.row) == ([], 1)
        await reader.press("G", "9", "s")
        await reader.settled()
        assert (len(reader.starred), reader.row) == (1, 16)


@pytest.mark.parametrize("drops", ["escape", "t"])
async def test_escape_or_another_command_drops_a_count(drops: str, sample: Library) -> None:
    """Rule: Esc drops the digits and nothing else; a command that takes no count forgets them."""
    async with reading(sample) as reader:
        await reader.press("x", "3", drops)
        if drops == "t":
            await reader.until(lambda: reader.screen is not reader.triage)
            await reader.press("escape")
            await reader.until(lambda: reader.screen is reader.triage)
        assert len(reader.view.papers.selected) == 1
        await reader.press("escape", "k", "j")
        assert reader.row == 1


async def test_a_zero_alone_is_no_count(sample: Library) -> None:
    """Rule: a count starts with 1 to 9; its length is limited."""
    async with reading(sample) as reader:
        await reader.press("0")
        assert '"0" does nothing' in reader.status
        await reader.press(*"12345678901234567890")
        assert reader.footer.startswith(" 1234567  ")
        await reader.press("j")
        assert reader.row == 16


async def test_digits_in_a_line_are_text(sample: Library) -> None:
    """Rule: the filter bar takes digits, and a count that waited before it is dropped."""
    async with reading(sample) as reader:
        await reader.press("3", "/")
        await reader.type("2bit")
        await reader.answered("2bit")
        assert reader.triage.filter_commands.text == "2bit"
        await reader.press("enter", "escape", "g", "g", "j")
        assert reader.row == 1


async def test_a_digit_that_has_a_command_is_no_count(sample: Library) -> None:
    """Rule: the user's own keys come before counts."""
    async with reading(sample, keys={"skip": "1"}) as reader:
        await reader.press("1")
        await reader.settled()
        assert reader.row == 1


async def test_a_count_moves_over_dates_and_unread_papers(sample: Library) -> None:
    """Rule: `[ ] n N x u` take a count too."""
    async with reading(sample) as reader:
        await reader.press("2", "[")
        assert reader.view.desk.place == date(2025, 3, 12)
        await reader.press("9", "]", "3", "n", "2", "x")
        assert reader.view.desk.place == date(2025, 3, 14)
        assert (reader.row, len(reader.view.papers.selected)) == (5, 2)
        await reader.press("escape", "d", "d", "d", "2", "u")
        await reader.settled()
        assert (len(reader.done), reader.row) == (1, 6)
