"""The filter narrows as one types, marks its hits, and gives the list back with the cursor on the same paper."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from gated_library import GatedLibrary
from piloting import Reading, reading

from paperreader.domain.decision import EditTags
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.list_order import ListOrder
from paperreader.domain.listing import Listing
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import make_tags
from paperreader.errors import StoreError
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing
from paperreader.ui.limits import Limits
from paperreader.ui.screens.triage import TriageScreen

IN_THREAD = Limits(filter_at_once=0)
ATTENTION = "Attention Is All You Need"
BERT = "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding"


def _is_filtering(reader: Reading) -> bool:
    return reader.triage.has_class("-filtering")


def _heading(reader: Reading) -> str:
    return reader.list_title


async def test_a_misspelt_query_narrows_at_every_key_with_the_best_first(sample: Library) -> None:
    """Rule: typos and word order do not matter. The list narrows with each key, best match first."""
    async with reading(sample) as reader:
        await reader.filter("undrstanding bidirectionl")
        assert reader.titles[0] == BERT
        assert len(reader.titles) < 17
        assert (reader.row, reader.title) == (0, BERT)
        assert f"1 of {len(reader.titles)} · in a list of 17" in _heading(reader)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("kvc", "KIVI: A Tuning-Free Asymmetric 2bit Quantization for KV Cache"),
        ("need attention", ATTENTION),
        ("swe b", "SWE-bench: Can Language Models Resolve Real-World GitHub Issues?"),
        ("大偶数", "大偶数表为一个素数及一个不超过二个素数的乘积之和"),
    ],
)
async def test_initials_order_and_prefixes_find_a_paper(query: str, first: str, sample: Library) -> None:
    """Rule: initials, words in any order and prefixes match, in any script."""
    async with reading(sample) as reader:
        await reader.press("/")
        reader.triage.filter_commands.bar.value = query
        await reader.answered(query)
        assert reader.titles[0] == first


async def test_hits_are_marked_in_title_and_abstract(sample: Library) -> None:
    """Rule: every hit is marked where it stands, in the list and on the page."""
    async with reading(sample) as reader:
        await reader.filter("atention")
        papers, page = reader.view.papers, reader.view.page
        row = reader.titles.index(ATTENTION)
        shown = papers._row(row)
        assert shown is not None
        assert [str(shown.title)[start:end] for start, end in shown.hits] == ["Attention"]
        marked = [
            str(block.text)[start:end].lower()
            for block in page.blocks
            if block.role == "text"
            for start, end in block.hits
        ]
        assert marked
        assert set(marked) <= {"attention", "attentions", "attentional", "retention"}
        hit = papers.get_component_rich_style("paper-list--hit", partial=True)
        assert hit.bgcolor
        segments = [
            segment.text
            for segment in papers.row_strips(row, 60)[0]
            if segment.style and segment.style.bgcolor == hit.bgcolor
        ]
        assert segments == ["Attention"]


async def test_the_query_language_narrows_the_list(sample: Library) -> None:
    """Rule: -not, is:, tag:, date: and title: narrow the list in view too."""
    async with reading(sample) as reader:
        await reader.press("s", "d")
        await reader.settled()
        first, second, *rest = reader.titles
        wednesday = set(sample.catalogue.keys_of(sample.ids(date(2025, 3, 12))).values())
        returning = [title for title, key in zip(reader.titles, reader.keys, strict=True) if key in wednesday]
        await reader.press("/")
        for query, expected in (
            ("is:starred", [first]),
            ("is:skipped", [second]),
            ("-is:unread", [first, second]),
            ("date:2025-03-12", returning),
            ("title:attention", [ATTENTION]),
            ("tag:none", []),
        ):
            reader.triage.filter_commands.bar.value = query
            await reader.answered(query)
            assert sorted(reader.titles) == sorted(expected), query
        reader.triage.filter_commands.bar.value = "-attention"
        await reader.answered("-attention")
        assert ATTENTION not in reader.titles
        assert 0 < len(reader.titles) < 17
        assert rest


async def test_a_query_that_is_not_complete_says_what_it_lacks(sample: Library) -> None:
    """Rule: an error names the nearest valid word, and the rest of the query still filters."""
    async with reading(sample) as reader:
        await reader.filter("is:stared")
        assert "is:starred" in reader.footer
        assert len(reader.titles) == 17


@pytest.mark.parametrize("widens", [False, True])
async def test_escape_returns_to_the_paper_where_the_bar_was_opened(widens: bool, sample: Library) -> None:
    """Rule: one Esc closes the bar, clears the filter and goes back, also from a search of the library."""
    async with reading(sample) as reader:
        titles = reader.titles
        await reader.press("j", "j", "j")
        opened_at = reader.title
        await reader.filter("attention need")
        assert "Esc back to paper 4" in reader.footer
        assert reader.title == ATTENTION != opened_at
        assert reader.view.papers.looks_focused
        if widens:
            await reader.press("ctrl+t")
            await reader.settled_filter()
        await reader.press("escape")
        assert not _is_filtering(reader)
        assert reader.titles == titles
        assert reader.title == opened_at
        assert reader.view.papers.has_focus
        assert reader.triage.filter_commands.bar.value == ""


async def test_a_query_that_finds_nothing_says_so_in_the_list_with_the_nearest_one(sample: Library) -> None:
    """Rule: the pane names the query, the nearest query that finds something with its counts, and the ways on."""
    async with reading(sample) as reader:
        await reader.filter("attention zzzxq")
        await reader.until(lambda: "Tab  attention" in reader.text)
        assert reader.titles == []
        for told in (
            "No paper on Fri 14 Mar 2025 matches",
            "attention zzzxq",
            "^t  searches all 80",
            "Esc  clears",
        ):
            assert told in reader.text
        await reader.press("tab")
        await reader.answered("attention")
        assert reader.triage.filter_commands.bar.value == "attention"
        assert reader.titles[0] == ATTENTION
        assert "No paper" not in reader.text


async def test_an_unknown_field_is_named_with_the_nearest(sample: Library) -> None:
    """Rule: a query with an unknown field says so, and offers the query with the field that was meant."""
    async with reading(sample) as reader:
        await reader.filter("auther:vaswani")
        await reader.until(lambda: "Tab  author:vaswani" in reader.text)
        assert "auther: is not a field; did you mean author:?" in reader.text
        reader.triage.filter_commands.bar.value = "color:blue"
        await reader.answered("color:blue")
        assert "color: is not a field; put text with a colon in quotation marks" in reader.footer


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (50, 15), (40, 12)])
async def test_an_empty_list_says_what_fills_it(size: tuple[int, int], sample: Library) -> None:
    """Rule: a shelf without papers names the key that fills it, in every size."""
    async with reading(sample, size) as reader:
        reader.triage.open_place(Shelf.STARRED)
        await reader.pilot.pause()
        assert "No paper is starred yet" in reader.text
        assert "s  stars the paper under the cursor" in reader.text


@pytest.mark.parametrize("key", ["enter", "down"])
async def test_enter_goes_to_the_list_and_keeps_the_filter(key: str, sample: Library) -> None:
    """Rule: Enter and ↓ keep the filter and go to the list. Esc then restores the list and the cursor."""
    async with reading(sample) as reader:
        await reader.filter("language")
        found = reader.titles
        assert len(found) > 1
        await reader.press(key)
        assert reader.app.focused is reader.view.papers
        assert reader.titles == found
        assert "/language" in reader.list_title
        await reader.press("j")
        title = reader.title
        assert title == found[1]
        await reader.press("escape")
        assert len(reader.titles) == 17
        assert reader.title == title


async def test_a_kept_filter_is_edited_when_the_bar_opens_again(sample: Library) -> None:
    """Rule: `/` edits the kept filter."""
    async with reading(sample) as reader:
        await reader.filter("language")
        await reader.press("enter", "/")
        assert reader.triage.filter_commands.bar.value == "language"
        await reader.type(" bert")
        await reader.answered("language bert")
        assert reader.titles[0] == BERT


async def test_deleting_the_query_gives_the_list_back(sample: Library) -> None:
    """Rule: a filter that is empty or blank shows the whole list."""
    async with reading(sample) as reader:
        titles = reader.titles
        await reader.filter("bert")
        await reader.press(*["backspace"] * 4)
        await reader.until(lambda: reader.titles == titles)
        await reader.press("space", "space")
        assert reader.titles == titles


async def test_tab_goes_from_one_completion_to_the_next_and_back(sample: Library) -> None:
    """Rule: Tab shows each candidate for the word at the cursor in turn, then the typed text."""
    async with reading(sample) as reader:
        await reader.press("/", "r", "e", "space", "i", "s", ":", "s")
        shown = [reader.triage.filter_commands.bar.value]
        for _ in range(4):
            await reader.press("tab")
            shown.append(reader.triage.filter_commands.bar.value)
        assert shown == ["re is:s", "re is:starred", "re is:skipped", "re is:s", "re is:starred"]
        assert reader.triage.filter_commands.bar.cursor_position == len("re is:starred")
        await reader.answered("re is:starred")
        assert reader.app.focused is reader.triage.filter_commands.bar


async def test_tab_goes_on_from_a_field_to_its_values(sample: Library) -> None:
    """Rule: after a single candidate, the next Tab completes the next word."""
    tagged = Triage(sample).decide("tag", [sample.keys_of(sample.catalogue.all_ids()[:1]).popitem()[1]],
                                       EditTags(make_tags(["to cite"])))  # fmt: skip
    sample.reading.finish(tagged)
    async with reading(sample) as reader:
        await reader.press("/", "t", "a", "g", "tab")
        assert reader.triage.filter_commands.bar.value == "tag:"
        await reader.press("tab")
        assert reader.triage.filter_commands.bar.value == "tag:to-cite"
        await reader.until(lambda: len(reader.titles) == 1)


async def test_the_authors_of_the_list_are_completed_in_quotation_marks(library: Library) -> None:
    """Rule: a name with a blank is completed as one value, and finds its paper."""
    papers = [
        ParsedPaper("Kites of Old", "They fly.", ("Ada Brook",)),
        ParsedPaper("Lanterns", "They shine.", ("Cy Marsh",)),
    ]
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("page:1", date(2025, 3, 14)), papers)
    async with reading(library) as reader:
        await reader.press("/", *"author", ":", *"bro", "tab")
        assert reader.triage.filter_commands.bar.value == 'author:"Ada Brook"'
        await reader.until(lambda: reader.titles == ["Kites of Old"])


async def test_tab_says_where_there_is_nothing_to_complete(sample: Library) -> None:
    """Rule: a key that cannot act says so, and the typed text stays."""
    async with reading(sample) as reader:
        await reader.filter("bert")
        await reader.press("tab")
        assert reader.triage.filter_commands.bar.value == "bert"
        assert reader.app.focused is reader.triage.filter_commands.bar
        assert "nothing to complete" in reader.text


async def test_nothing_found_is_an_empty_list_that_esc_undoes(sample: Library) -> None:
    """Rule: a query without hits shows an empty list and an empty page, and every key still works."""
    async with reading(sample) as reader:
        await reader.filter("qqxxzz")
        assert reader.titles == []
        assert "nothing found" in reader.list_title
        await reader.press("enter", "s", "d", "j", "space", "escape")
        assert len(reader.titles) == 17
        assert reader.starred == []


async def test_the_filter_ends_where_another_list_is_opened(sample: Library) -> None:
    """Rule: a filter belongs to its list. Another date opens without a filter."""
    async with reading(sample) as reader:
        await reader.filter("bert")
        await reader.press("enter", "[")
        assert len(reader.titles) == 17
        assert reader.view.desk.filter == ""
        await reader.press("/")
        assert reader.triage.filter_commands.bar.value == ""


async def test_decisions_under_a_filter_move_nothing(sample: Library) -> None:
    """Rule: decided rows keep their place under a filter too."""
    async with reading(sample) as reader:
        await reader.filter("is:unread")
        await reader.press("enter")
        titles = reader.titles
        await reader.press("d", "d")
        await reader.settled()
        assert reader.titles == titles
        assert reader.row == 2


async def test_a_shelf_is_filtered_as_a_whole(sample: Library) -> None:
    """Rule: on All papers the filter searches all papers."""
    async with reading(sample) as reader:
        reader.triage.open_place(Shelf.ALL)
        await reader.filter("lamport")
        title = "Time, Clocks, and the Ordering of Events in a Distributed System"
        await reader.until(lambda: title in reader.titles)


async def test_keys_faster_than_the_screen_leave_the_last_word_to_the_last_key(sample: Library) -> None:
    """Rule: a query that is typed and cleared at once leaves no filter."""
    async with reading(sample) as reader:
        await reader.press("/")
        await reader.filter_ready()
        reader.triage.filter_commands.bar.value = "bert"
        reader.triage.filter_commands.bar.value = ""
        await reader.pilot.pause()
        await reader.pilot.pause(0.05)
        assert len(reader.titles) == 17
        assert reader.view.desk.filter == ""


async def test_an_answer_that_comes_after_the_filter_was_left_is_not_shown(gated: GatedLibrary) -> None:
    """Rule: leaving the filter before its result arrives shows the whole list."""
    gated.shut()
    async with reading(gated, limits=IN_THREAD) as reader:
        await reader.press("/")
        reader.triage.filter_commands.bar.value = "bert"
        await reader.until(gated.reached.is_set)
        reader.triage.action_do("filter_keep")
        reader.triage.clear()
        gated.gate.set()
        await reader.until(lambda: not reader.triage.filter_commands.is_open)
        await reader.settled_filter()
        assert len(reader.titles) == 17


def test_the_filter_bar_is_on_the_triage_screen() -> None:
    """Rule: `/` is a key of the papers."""
    assert any(getattr(binding, "id", "") == "filter" for binding in TriageScreen.BINDINGS)


async def test_a_list_that_papers_join_while_a_query_is_under_way_answers_it(gated: GatedLibrary) -> None:
    """Rule: a query is answered although another process imports papers meanwhile."""
    gated.shut()
    async with reading(gated, limits=IN_THREAD) as reader:
        await reader.press("/")
        reader.triage.filter_commands.bar.value = "bert"
        await reader.until(gated.reached.is_set)
        reader.triage.filter_commands.follow_list()
        gated.gate.set()
        await reader.answered("bert")
        assert reader.titles[0] == BERT


async def test_an_answer_that_cannot_be_given_is_told_where_it_can_be_seen(gated: GatedLibrary) -> None:
    """Rule: the filter bar covers the status line, so an error is shown below the bar."""
    gated.failure = StoreError("the catalogue cannot be read")
    async with reading(gated, limits=IN_THREAD) as reader:
        await reader.press("/")
        reader.triage.filter_commands.bar.value = "bert"
        await reader.until(lambda: "the catalogue cannot be read" in reader.footer)


async def test_an_order_that_another_list_overtakes_leaves_the_next_cursor_alone(sample: Library) -> None:
    """Rule: a query puts the cursor on its first paper, even if an earlier sort is unfinished."""
    async with reading(sample, limits=IN_THREAD) as reader:
        await reader.filter("language")
        await reader.press("enter", "j", "j")
        sorting = asyncio.create_task(reader.triage.filter_commands.show_in(ListOrder.NEWEST))
        await asyncio.sleep(0)  # it is asked, and not answered
        reader.triage.open_place(Shelf.ALL)
        await sorting
        await reader.press("/")
        reader.triage.filter_commands.bar.value = "language"
        await reader.until(lambda: reader.view.desk.filter)
        assert reader.row == 0
