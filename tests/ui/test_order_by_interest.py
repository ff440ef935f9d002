"""Lists by interest: when they are ordered, what moves, and why a paper has its score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from piloting import Reading, reading
from ranked_dates import MONDAY, TUESDAY, WEDNESDAY, decide, import_papers
from ranking_papers import SUBJECTS

from paperreader.domain.decision import SetStar, SetStatus
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.ranking.scores import FILE, rank_folder
from paperreader.services.library import Library
from paperreader.services.ranking.reading_order import load_order
from paperreader.ui.limits import USUAL

SOON = replace(USUAL, learn=0.01, keep_scores=0.01)
ON_REQUEST = replace(USUAL, learn=3_600.0)
"""Nothing is learned before the first decision."""


def _subjects(reader: Reading) -> list[int]:
    """The subject of each paper in view, by its place among the subjects."""
    return [int(key[-5:]) % len(SUBJECTS) for key in reader.keys]


def _is_ordered(reader: Reading) -> bool:
    return reader.view.desk.order is ListOrder.INTEREST


async def _learned(reader: Reading) -> None:
    await reader.until(lambda: reader.view.desk.interest.learned and reader.view.desk.interest.learned.learned)


async def test_the_first_list_is_ordered_once_and_the_next_session_begins_so(taught: Library) -> None:
    """Rule: without scores the list is ordered as soon as they are there; the next session has them at once."""
    async with reading(taught, limits=SOON) as reader:
        assert reader.view.desk.place == TUESDAY
        await reader.until(lambda: _is_ordered(reader))
        assert _subjects(reader)[:10] == [0] * 10
        assert (reader.row, "by interest, from 10 decisions" in reader.list_title) == (0, True)
        first = reader.keys
        await reader.until(lambda: load_order(taught))
    async with reading(taught, limits=ON_REQUEST) as reader:
        assert reader.keys == first
        assert _is_ordered(reader)


async def test_no_row_moves_after_the_first_key(taught: Library) -> None:
    """Rule: what is learned after a key was pressed orders the lists that are opened later, not the open one."""
    async with reading(taught, limits=ON_REQUEST) as reader:
        await reader.press("j")
        before = reader.keys
        reader.triage._interest.follow()
        await _learned(reader)
        assert (reader.keys, reader.row, _is_ordered(reader)) == (before, 1, False)
        await reader.press("S", "i")
        await reader.until(lambda: _is_ordered(reader))
        assert _subjects(reader)[:10] == [0] * 10


async def test_a_decision_orders_the_list_that_is_opened_next(taught: Library) -> None:
    """Rule: decisions teach at once; an open list keeps its rows and scores until it is sorted or opened again."""
    async with reading(taught, limits=SOON) as reader:
        await reader.until(lambda: _is_ordered(reader))
        before, shown = reader.keys, reader.view.desk.interest.used
        liked = [place for place, subject in enumerate(_subjects(reader)) if subject == 1][:6]
        for place in liked:
            reader.view.go_to(place)
            await reader.press("s")
        await reader.settled()
        await reader.until(lambda: reader.view.desk.interest.learned.scores.decisions == 16)  # type: ignore[union-attr]
        assert reader.keys == before
        assert reader.view.desk.interest.used is shown
        await reader.press("S", "i")
        await reader.until(lambda: reader.keys != before)
        unread = [subject for subject, key in zip(_subjects(reader), reader.keys, strict=True)
                  if reader.library.state(key).is_unread]  # fmt: skip
        assert set(unread[:6]) == {0, 1}
        assert unread.index(1) < 6
        assert [reader.library.state(key).is_unread for key in reader.keys] == [True] * 34 + [False] * 6


async def test_for_you_holds_the_unread_papers_of_all_dates_by_interest(taught: Library) -> None:
    """Rule: the shelf For you has what Unread has; before enough is decided its title says what is missing."""
    async with reading(taught, limits=SOON) as reader:
        await reader.until(lambda: _is_ordered(reader))
        reader.triage.open_place(Shelf.FOR_YOU)
        assert sorted(reader.view.desk.view) == sorted(taught.ids(Shelf.UNREAD))
        assert _subjects(reader)[:11] == [0] * 11
        assert "For you" in reader.header


async def test_before_enough_is_decided_lists_have_their_own_order(listed: Library) -> None:
    """Rule: nothing is ordered by two stars, and both the shelf and the sort command say so."""
    decide(listed, SetStar(True), 0, 4)
    async with reading(listed, limits=SOON) as reader:
        assert reader.keys == [PaperKey(f"arxiv:2503.{place:05}") for place in range(20, 60)]
        await reader.press("S", "i")
        missing = "until 3 papers are starred or kept for later, and 5 are decided"
        assert reader.status == f"not sorted by interest {missing}"
        reader.triage.open_place(Shelf.FOR_YOU)
        assert f"newest, {missing}" in reader.list_title
        assert list(reader.view.desk.view) == list(listed.ids(Shelf.UNREAD))


async def test_an_order_that_the_user_chose_wins(taught: Library) -> None:
    """Rule: the order chosen for a date stays over sessions; others are by interest unless the settings say no."""
    async with reading(taught, limits=SOON) as reader:
        await reader.until(lambda: _is_ordered(reader))
        await reader.press("S", "u")
        await reader.until(lambda: reader.view.desk.order is ListOrder.UNREAD_FIRST)
        session = reader.view.session
        assert session.order_of(TUESDAY) is ListOrder.UNREAD_FIRST
        reader.triage.open_place(MONDAY)
        assert _is_ordered(reader)
        reader.triage.open_place(TUESDAY)
        assert reader.view.desk.order is ListOrder.UNREAD_FIRST
    async with reading(taught, limits=SOON, dates_by_interest=False) as reader:
        await _learned(reader)
        assert reader.view.desk.order is ListOrder.UNREAD_FIRST
        reader.triage.open_place(Shelf.FOR_YOU)
        assert _is_ordered(reader)


async def test_a_date_that_came_just_now_has_the_order_of_its_page(taught: Library) -> None:
    """Rule: papers without scores are not ordered by chance; once they are learned the list is by interest."""
    async with reading(taught, limits=SOON) as reader:
        await reader.until(lambda: _is_ordered(reader))
    import_papers(taught, WEDNESDAY, 60, 80)
    async with reading(taught, limits=ON_REQUEST) as reader:
        reader.triage.open_place(WEDNESDAY)
        assert reader.view.desk.order is ListOrder.UNREAD_FIRST
        assert reader.keys == [PaperKey(f"arxiv:2503.{place:05}") for place in range(60, 80)]
        reader.triage._interest.follow()
        await _learned(reader)
        await reader.until(lambda: len(reader.view.desk.interest.learned.scores.papers) == 80)  # type: ignore[union-attr]
        reader.triage.open_place(MONDAY)
        reader.triage.open_place(WEDNESDAY)
        assert _subjects(reader)[:5] == [0] * 5


@pytest.mark.parametrize("size", [(140, 40), (80, 24)])
async def test_rows_show_scores_and_the_abstract_shows_why(taught: Library, size: tuple[int, int]) -> None:
    """Rule: a row has its score; the page names the strongest words, marks them in the text, and adds up."""
    async with reading(taught, size, limits=SOON) as reader:
        await reader.until(lambda: _is_ordered(reader))
        entry, number = reader.view.entry(), reader.view.papers.current
        assert entry
        assert number
        reasons = reader.view.desk.interest.reasons(number, entry.paper)
        assert reasons
        assert reasons.logit == pytest.approx(reader.view.desk.interest.scores.of(number), abs=1e-6)
        assert f"{reasons.score} ━" in reader.text
        assert f"{reasons.score}: {reasons.terms[0].term}\u00a0+" in reader.text
        page = reader.view.page._content
        raised = {block.text[start:end].lower() for block in page.text for start, end in block.raised}
        assert raised
        assert raised <= set(SUBJECTS["bread"].split())
        reader.view.go_to(39)
        lowered = [block.lowered for block in reader.view.page._content.text if block.lowered]
        assert lowered


async def test_a_damaged_file_of_scores_gives_no_order(taught: Library) -> None:
    """Rule: scores that cannot be trusted order nothing; they are learned again."""
    async with reading(taught, limits=SOON) as reader:
        await reader.until(lambda: load_order(taught))
    path = rank_folder(taught.folder) / FILE
    path.write_bytes(path.read_bytes()[:-1])
    async with reading(taught, limits=ON_REQUEST) as reader:
        assert not _is_ordered(reader)
        reader.triage._interest.follow()
        await reader.until(lambda: _is_ordered(reader))


async def test_decisions_of_another_window_teach_too(listed: Library) -> None:
    """Rule: what another process decides is learned without a key."""
    async with reading(listed, limits=SOON) as reader:
        await reader.press("j")
        other = Library(listed.folder, window="other")
        decide(other, SetStar(True), 0, 4, 8)
        decide(other, SetStatus(ReadingStatus.SKIPPED), 1, 2, 3)
        other.close()
        await _learned(reader)
        reader.triage.open_place(MONDAY)
        assert _is_ordered(reader)


async def test_what_a_filter_finds_is_sorted_by_interest(taught: Library) -> None:
    """Rule: the order by interest is an order of found papers as well."""
    async with reading(taught, limits=SOON) as reader:
        await reader.until(lambda: _is_ordered(reader))
        await reader.filter("method")
        await reader.press("enter", "S", "i")
        await reader.until(lambda: reader.view.desk.found_order is ListOrder.INTEREST)
        ids: Sequence[int] = reader.view.desk.view
        scores = reader.view.desk.interest.learned.scores  # type: ignore[union-attr]
        unread = [paper for paper, state in zip(ids, taught.states(ids).values(), strict=True) if state.is_unread]
        assert unread == list(scores.ordered(unread))
