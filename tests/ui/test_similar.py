"""Similar papers in the reader: what the list holds, and the way back."""

from __future__ import annotations

from piloting import Reading, reading
from ranking_papers import SUBJECTS

from paperreader.domain.list_order import ListOrder
from paperreader.domain.lists import Shelf, SimilarList
from paperreader.services.library import Library
from paperreader.services.ranking.update import catch_up


def _subject(key: str) -> int:
    """The subject of an invented paper, by its place among the subjects."""
    return int(key[-5:]) % len(SUBJECTS)


async def _found(reader: Reading) -> None:
    await reader.until(lambda: isinstance(reader.view.desk.place, SimilarList) and len(reader.view.desk.view) > 0)


async def test_the_most_similar_papers_of_the_library_are_listed(listed: Library) -> None:
    """Rule: they are of all dates, most similar first, with a figure and what they share; Esc goes back."""
    async with reading(listed) as reader:
        await reader.press("j", "j")
        here, paper, place = reader.keys, reader.key, reader.view.desk.place
        await reader.press("*")
        await _found(reader)
        subjects = [_subject(key) for key in reader.keys]
        assert paper not in reader.keys
        assert subjects[:14] == [_subject(paper)] * 14
        assert not set(reader.keys) <= set(here)
        assert "Similar to" in reader.header
        assert "alike" in reader.view.bars.title.render_line(0).text
        words = SUBJECTS[list(SUBJECTS)[_subject(paper)]].split()
        assert any(f"shares {word}" in reader.text for word in words)
        await reader.press("escape")
        assert (reader.view.desk.place, reader.key) == (place, paper)


async def test_a_selection_finds_what_is_like_all_of_it(listed: Library) -> None:
    """Rule: several papers are asked for together; the title says how many, and the session forgets the list."""
    async with reading(listed) as reader:
        await reader.press("x", "j", "j", "j", "x", "*")  # places 20 and 24: bread
        await _found(reader)
        assert "Similar to 2 papers" in reader.header
        assert [_subject(key) for key in reader.keys[:13]] == [0] * 13
        assert not isinstance(reader.view.session.place, SimilarList)
        await reader.press("j", "*")
        await reader.until(lambda: "Similar to 2 papers" not in reader.header)
        await _found(reader)
        await reader.press("escape")
        assert not isinstance(reader.view.desk.place, SimilarList)


async def test_similar_papers_are_decided_filtered_and_sorted_like_others(listed: Library) -> None:
    """Rule: the list is a list: a star goes on, the filter narrows it, and it can be sorted and sorted back."""
    async with reading(listed) as reader:
        await reader.press("*")
        await _found(reader)
        best, first = reader.keys, reader.key
        await reader.press("s")
        await reader.settled()
        assert reader.starred == [first]
        assert reader.row == 1
        await reader.press("S", "t")
        await reader.until(lambda: reader.view.desk.order is ListOrder.TITLE)
        await reader.press("S", "b")
        await reader.until(lambda: reader.keys == best)
        await reader.filter(reader.title)
        assert len(reader.view.desk.view) < len(best)
        await reader.press("escape")
        assert isinstance(reader.view.desk.place, SimilarList)
        await reader.press("escape")
        assert not isinstance(reader.view.desk.place, SimilarList)


async def test_files_that_are_missing_are_made_first(sample: Library) -> None:
    """Rule: without ranking files they are built in another process, and the list fills then."""
    async with reading(sample, (80, 24)) as reader:
        await reader.press("*")
        await _found(reader)
        assert "Similar to" in reader.header


async def test_a_paper_without_a_text_has_no_similar_ones(listed: Library) -> None:
    """Rule: an empty list says so, and which key goes back."""
    catch_up(listed.catalogue)
    async with reading(listed) as reader:
        reader.triage.open_place(SimilarList(reader.view.name_of(reader.keys[:1]), (-1,)))
        await reader.until(lambda: "No paper of the library is like it" in reader.text)
        assert "Esc" in reader.text
        await reader.press("escape")
        assert reader.view.desk.place in {*Shelf, *(count.date for count in reader.view.desk.counts.dates)}
