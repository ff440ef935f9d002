"""Undo, redo, repeat and the timeline: nothing decided since is ever overwritten unasked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from piloting import Reading, reading

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingStatus
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.ui.dialogs.timeline import TimelineScreen
from paperreader.ui.widgets.timeline_list import TimelineList


def _elsewhere(library: Library, keys: list[PaperKey], status: ReadingStatus = ReadingStatus.READ) -> None:
    """Another window decides about papers."""
    from paperreader.domain.decision import SetStatus

    other = Library(library.folder, window="shell 4711")
    other.reading.finish(Triage(other).decide(status.value, keys, SetStatus(status)))
    other.close()


async def _do(reader: Reading, *keys: str) -> None:
    for key in keys:
        await reader.press(key)
        await reader.settled()


async def test_redo_makes_the_decisions_again_one_after_the_other(sample: Library) -> None:
    """Rule: ^r redoes the undone decisions one by one, each on its paper."""
    async with reading(sample) as reader:
        keys = reader.keys
        await _do(reader, "s", "k", "d", "b", "u", "u", "u")
        assert list(reader.library.reading.keys()) == []
        assert "undone: starred" in reader.status
        for row, said in ((0, "starred"), (0, "skipped"), (1, "kept for later")):
            await _do(reader, "ctrl+r")
            assert reader.row == row
            assert f"redone: {said}" in reader.status
        assert [reader.library.state(key).status.value for key in keys[:2]] == ["skipped", "later"]
        assert reader.starred == [keys[0]]
        await _do(reader, "ctrl+r")
        assert "nothing to redo" in reader.status


async def test_undo_reaches_what_was_decided_before_the_reader_was_opened(sample: Library) -> None:
    """Rule: the history survives restarts, and u continues where the last session stopped."""
    async with reading(sample) as reader:
        await _do(reader, "s", "d")
    again = Library(sample.folder, window="again")
    async with reading(again) as reader:
        await _do(reader, "u", "u")
        assert list(reader.library.reading.keys()) == []
        await _do(reader, "ctrl+r")
        assert len(reader.starred) == 1
    again.close()  # only now: the reader looks into it as long as it is open


async def test_undo_is_about_this_window_only_while_both_are_open(sample: Library) -> None:
    """Rule: u never undoes a decision of another open window; the timeline can."""
    async with reading(sample) as reader:
        keys = reader.keys
        await _do(reader, "s")
        _elsewhere(sample, [keys[5]])
        await _do(reader, "u", "u")
        assert "nothing to undo" in reader.status
        assert reader.done == [keys[5]]


@pytest.mark.parametrize(
    ("answer", "status"),
    [("o", ReadingStatus.UNREAD), ("l", ReadingStatus.LATER), ("escape", ReadingStatus.LATER)],
)
async def test_undo_asks_before_it_overwrites_what_was_decided_since(
    answer: str, status: ReadingStatus, sample: Library
) -> None:
    """Rule: u asks first if another window changed the paper since."""
    async with reading(sample) as reader:
        await _do(reader, "r", "k")
        _elsewhere(sample, [reader.key], ReadingStatus.LATER)
        await reader.press("u")
        await reader.until(lambda: reader.asks)
        assert "1 paper changed since" in reader.text
        assert reader.state.status is ReadingStatus.LATER
        await reader.press(answer)
        await reader.until(lambda: not reader.asks)
        await reader.settled()
        assert reader.state.status is status
        if answer == "l":
            assert "kept 1 paper" in reader.status


async def test_a_redo_that_was_asked_about_is_told_as_one(sample: Library) -> None:
    """Rule: after the question, the action is a redo and is reported as one."""
    async with reading(sample) as reader:
        await _do(reader, "r", "u")
        _elsewhere(sample, [reader.key], ReadingStatus.LATER)
        await reader.until(lambda: reader.state.status is ReadingStatus.LATER)
        await reader.press("ctrl+r")
        await reader.until(lambda: reader.asks)
        await reader.press("o")
        await reader.until(lambda: not reader.asks)
        await reader.settled()
        assert reader.state.status is ReadingStatus.READ
        assert "redone: read" in reader.status


async def test_undo_of_many_leaves_those_alone_that_were_changed_since(sample: Library) -> None:
    """Rule: `l` undoes the rest as one action."""
    async with reading(sample) as reader:
        keys = reader.keys
        await _do(reader, "A")
        _elsewhere(sample, keys[:2], ReadingStatus.LATER)
        await reader.press("u")
        await reader.until(lambda: reader.asks)
        assert "2 papers changed since" in reader.text
        await reader.press("l")
        await reader.until(lambda: not reader.asks)
        await reader.settled()
        assert sorted(reader.done) == sorted(keys[:2])
        assert "15 papers undone" in reader.status


@pytest.mark.parametrize(
    ("key", "decided"),
    [
        ("s", lambda state: state.starred),
        ("r", lambda state: state.status is ReadingStatus.READ),
        ("d", lambda state: state.status is ReadingStatus.SKIPPED),
        ("b", lambda state: state.status is ReadingStatus.LATER),
    ],
)
async def test_a_dot_repeats_the_last_decision(key: str, decided: Callable[[object], bool], sample: Library) -> None:
    """Rule: . repeats the last decision on the paper under the cursor."""
    async with reading(sample) as reader:
        keys = reader.keys
        await _do(reader, ".")
        assert "no decision to repeat yet" in reader.status
        await _do(reader, key, ".")
        assert all(decided(reader.library.state(paper)) for paper in keys[:2])


@pytest.mark.parametrize(
    ("key", "is_so"), [("s", lambda state: state.starred), ("r", lambda state: state.status is ReadingStatus.READ)]
)
async def test_a_dot_takes_nothing_back(key: str, is_so: Callable[[object], bool], sample: Library) -> None:
    """Rule: a dot repeats the same decision on the next paper and never toggles it."""
    async with reading(sample) as reader:
        keys = reader.keys
        await _do(reader, key, key)
        await _do(reader, "k", ".", ".", "k")
        assert all(is_so(reader.library.state(paper)) for paper in keys[:3])
        await _do(reader, key, "k", ".", "k", ".")  # which takes it off the last one, and then off the others
        assert not any(is_so(reader.library.state(paper)) for paper in keys[:3])
        await reader.press(*f"{key}..")
        await reader.settled()
        assert all(is_so(reader.library.state(paper)) for paper in keys[:3])


async def test_a_dot_repeats_tags_without_asking(sample: Library) -> None:
    """Rule: a dot adds and removes the same tags. Other tags of the paper stay."""
    async with reading(sample) as reader:
        keys = reader.keys
        await reader.press("t")
        await reader.type("ml nlp")
        await reader.press("enter")
        await reader.until(lambda: reader.screen is reader.triage)
        await reader.settled()
        await _do(reader, "j", ".")
        assert [list(reader.library.state(key).tags) for key in keys[:3]] == [["ml", "nlp"], ["ml", "nlp"], []]


async def test_tags_that_are_repeated_drop_the_selection_like_any_decision(sample: Library) -> None:
    """Rule: a dot clears the selection like any decision."""
    async with reading(sample) as reader:
        keys = reader.keys
        await reader.press("t")
        await reader.type("ml")
        await reader.press("enter")
        await reader.until(lambda: reader.screen is reader.triage)
        await _do(reader, "j", "x", "x", ".")
        assert [list(reader.library.state(key).tags) for key in keys[:4]] == [["ml"], ["ml"], ["ml"], []]
        assert not reader.view.papers.selected


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (50, 15)])
async def test_the_timeline_names_papers_at_every_size(size: tuple[int, int], sample: Library) -> None:
    """Rule: at 50×15 the keys take one line, and every line of the timeline has room to tell its paper."""
    async with reading(sample, size) as reader:
        title = reader.title
        await _do(reader, "s", "u")
        await reader.press("U")
        await reader.until(lambda: isinstance(reader.screen, TimelineScreen) and reader.screen.query(TimelineList))
        await reader.pilot.pause()
        shown = reader.screen.query_one(TimelineList)
        assert shown.region.y == 1
        assert shown.region.height == size[1] - 3
        for row in range(2):
            (strip,) = shown.row_strips(row, shown.size.width)
            assert title[:14] in strip.text
            assert strip.cell_length == shown.size.width
        assert "Timeline" in reader.text
        assert "Esc closes" in reader.text


async def test_the_timeline_takes_back_any_one_action(sample: Library) -> None:
    """Rule: U lists when, what, about what and from which window, newest first; Enter takes that one back alone."""
    async with reading(sample) as reader:
        keys, title = reader.keys, reader.title
        await _do(reader, "s", "d", "A")
        _elsewhere(sample, [keys[3]], ReadingStatus.LATER)
        await reader.press("U")
        await reader.until(lambda: isinstance(reader.screen, TimelineScreen) and reader.screen.query(TimelineList))
        lines = [
            line for line in reader.text.splitlines() if ":" in line and ("starred" in line or "15 papers" in line)
        ]
        assert len(lines) == 2
        assert title[:20] in lines[1]
        assert "shell 4711" in reader.text
        await reader.press("G", "enter")
        await reader.until(lambda: reader.screen is reader.triage)
        await reader.settled()
        assert reader.starred == []
        assert len(reader.done) == 16
        await reader.press("U", "G", "enter")  # taken back already: it is done again
        await reader.until(lambda: reader.screen is reader.triage)
        await reader.settled()
        assert reader.starred == [keys[0]]
        assert "redone: starred" in reader.status


@pytest.mark.parametrize("size", [(140, 40), (50, 15), (40, 12)])
async def test_the_timeline_fits_and_is_left(size: tuple[int, int], sample: Library) -> None:
    """Rule: at every size it shows what was done and how it is left; without decisions it says so."""
    async with reading(sample, size) as reader:
        await reader.press("U")
        await reader.until(lambda: isinstance(reader.screen, TimelineScreen))
        await reader.press("enter", "j", "escape")
        await reader.until(lambda: reader.screen is reader.triage)
        await _do(reader, "s")
        await reader.press("U")
        await reader.until(lambda: isinstance(reader.screen, TimelineScreen) and "starred" in reader.text)
        assert "Esc" in reader.text
        await reader.press("escape")
        await reader.until(lambda: reader.screen is reader.triage)
        assert reader.starred == [reader.keys[0]]


async def test_a_decision_of_another_date_is_taken_back_too(sample: Library) -> None:
    """Rule: u undoes decisions of any list, not only of the open one."""
    async with reading(sample) as reader:
        await _do(reader, "d", "[", "u")
        assert reader.view.desk.place == date(2025, 3, 13)
        assert reader.done == []
