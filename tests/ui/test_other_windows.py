"""The open reader shows what other processes change within about a second, and the cursor stays where it is."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from gated_library import GatedLibrary
from piloting import Reading, reading
from without_locks import refuse_locks

from paperreader.domain.reading_state import ReadingStatus
from paperreader.files.system_calls import System
from paperreader.services.library import Library

ABSTRACT = "We show that a small model of a large thing is a useful thing to have, and measure how useful. " * 3


async def _shell(reader: Reading, *arguments: str) -> None:
    """Run a verb of the command line in another process while the reader goes on."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "paperreader", "--library", str(reader.library.folder), *arguments,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()


async def test_a_decision_of_the_shell_is_shown_and_the_cursor_stays(sample: Library) -> None:
    """Rule: another process's star, skip, tag and note are redrawn in place within a second."""
    async with reading(sample) as reader:
        await reader.press("j", "j", "j")  # a short title, below which the tags stand
        titles, title = reader.titles, reader.title
        key, other = reader.key, reader.keys[5]
        await _shell(reader, "star", key, other)
        await reader.until(lambda: "★ 2 " in reader.header)
        assert reader.state.starred
        assert "★ starred" in "".join(reader.view.page.render_line(y).text for y in range(6))
        assert "•★" in reader.view.papers.row_strips(5, 60)[0].text
        await _shell(reader, "skip", key)
        await reader.until(lambda: "16 left" in reader.header)
        await _shell(reader, "tag", key, "+from-the-shell")
        await reader.until(lambda: "#from-the-shell" in reader.view.papers.row_strips(3, 60)[-1].text)
        assert (reader.titles, reader.title, reader.row) == (titles, title, 3)
        assert reader.view.desk.counts == sample.counts()


async def test_an_imported_page_joins_the_open_date_behind_what_is_there(
    sample: Library, write_page: Callable[..., Path]
) -> None:
    """Rule: papers of another process's import join at the end. The cursor, the order and decided rows stay."""
    page = write_page(("A paper of the afternoon", ABSTRACT), ("Another one", ABSTRACT))
    new_day = write_page(("Of another day", ABSTRACT), date="Mar 20", name="other.txt")
    async with reading(sample) as reader:
        await reader.press("j", "d", "j")
        await reader.settled()
        titles, title, row = reader.titles, reader.title, reader.row
        await _shell(reader, "import", "--year", "2025", str(page), str(new_day))
        await reader.until(lambda: len(reader.titles) == 19)
        assert reader.titles == [*titles, "A paper of the afternoon", "Another one"]
        assert (reader.title, reader.row) == (title, row)
        await reader.until(lambda: "1 of 19 decided · 18 left" in reader.header)
        assert reader.view.dates._rows[7].place == date(2025, 3, 20)
        assert reader.view.dates.place == date(2025, 3, 14)
        await reader.press("]")
        assert reader.titles == ["Of another day"]


async def test_keys_go_on_while_an_import_is_taken_over(gated: GatedLibrary, write_page: Callable[..., Path]) -> None:
    """Rule: to count and list a large library anew takes a second, in which keys move, decide and open other lists."""
    page = write_page(("A paper of the afternoon", ABSTRACT))
    async with reading(gated) as reader:
        await reader.filter_ready()
        gated.shut()
        await _shell(reader, "import", "--year", "2025", str(page))
        await reader.until(gated.reached.is_set)
        await reader.press("j", "d", "j", "s")
        await reader.settled()
        assert reader.row == 4
        assert reader.starred == [reader.keys[3]]
        gated.gate.set()
        await reader.until(lambda: reader.titles[-1] == "A paper of the afternoon")
        assert reader.row == 4
        assert "2 of 18 decided · 16 left" in reader.header
        assert "★ 1 " in reader.header
        assert reader.view.desk.counts == gated.counts()


async def test_a_list_opened_while_an_import_is_taken_over_is_left_alone(
    gated: GatedLibrary, write_page: Callable[..., Path]
) -> None:
    """Rule: rows that were read for one list never appear in another list."""
    page = write_page(("A paper of the afternoon", ABSTRACT))
    async with reading(gated) as reader:
        await reader.filter_ready()
        gated.shut()
        await _shell(reader, "import", "--year", "2025", str(page))
        await reader.until(gated.reached.is_set)
        await reader.press("h", "g", "g")
        titles = reader.titles
        assert "A paper of the afternoon" in titles
        gated.gate.set()
        await reader.until(lambda: reader.view.desk.counts == gated.counts())
        assert reader.titles == titles


async def test_an_import_under_a_filter_leaves_the_view_alone(sample: Library, write_page: Callable[..., Path]) -> None:
    """Rule: an import does not change a filtered list. The next query finds the new papers."""
    page = write_page(("Mamba of the afternoon", ABSTRACT))
    async with reading(sample) as reader:
        await reader.filter("mamba")
        await reader.press("enter")
        titles = reader.titles
        await _shell(reader, "import", "--year", "2025", str(page))
        await reader.until(lambda: "of 18 decided" in reader.header)
        assert reader.titles == titles
        await reader.press("/", "space", "a")
        await reader.until(lambda: "Mamba of the afternoon" in reader.titles)


async def test_an_undo_in_the_reader_leaves_the_shells_decision_alone(sample: Library) -> None:
    """Rule: u undoes decisions of this session only."""
    async with reading(sample) as reader:
        await reader.press("s")
        await reader.settled()
        await _shell(reader, "later", reader.keys[1])
        await reader.until(lambda: "15 left" in reader.header)
        await reader.press("u")
        await reader.settled()
        assert not reader.state.starred
        assert reader.library.state(reader.keys[1]).status is ReadingStatus.LATER
        await reader.press("u")
        await reader.settled()
        assert "nothing to undo" in reader.status


async def test_two_readers_on_one_library_show_each_others_decisions(sample: Library) -> None:
    """Rule: two windows never lose each other's decisions, and each shows both."""
    other = Library(sample.folder, window="second")
    async with reading(sample) as one:
        one_key = one.key
        await one.press("s")
        await one.settled()
        async with reading(other) as two:
            await two.press("j")
            two_key = two.key
            await two.press("s")
            await two.settled()
            await two.until(lambda: "★ 2 " in two.header)
            await two.until(lambda: two.view.desk.counts == other.counts())
        await one.until(lambda: "★ 2 " in one.header)
        assert sorted(one.starred) == sorted([one_key, two_key])
    other.close()


async def test_a_note_written_elsewhere_while_one_is_typed_is_kept(sample: Library) -> None:
    """Rule: a note of the shell that came while the dialog was open stands in front of the one that was typed."""
    async with reading(sample) as reader:
        await reader.press("a")
        await reader.type("mine")
        await _shell(reader, "note", reader.keys[0], "theirs")
        await reader.until(lambda: reader.library.state(reader.keys[0]).note == "theirs")
        await reader.press("escape")
        await reader.settled()
        assert reader.library.state(reader.keys[0]).note == "theirs\n\nmine"
        assert "added below the note from another window" in reader.status


async def test_without_locks_the_window_that_decides_says_so_and_another_reads(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: of two windows without locks, one decides and says so; the other is read-only and names the first."""
    monkeypatch.setattr(System, "lock", refuse_locks)
    first = Library(folder, window="first")
    async with reading(first) as one:
        await one.press("s")
        await one.settled()
        await one.until(lambda: any("only this window can save decisions" in toast for toast in one.toasts))
        await one.press("j", "s")
        await one.settled()
        assert len(one.toasts) == 1
        other = Library(folder, window="second")
        async with reading(other) as two:
            assert any(f"is read-only: only process {os.getpid()} may write" in toast for toast in two.toasts)
            await two.until(lambda: "★ 2 " in two.header)
            await two.press("d")
            await two.settled()
            assert f"not saved: only process {os.getpid()} may write" in two.status
            assert "★ 2 " in two.header
        other.close()
    first.close()
