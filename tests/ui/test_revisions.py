"""Revised abstracts: the page names the revision, and `Enter` switches to the changes and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from piloting import Reading, reading

from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Announced, Listing
from paperreader.domain.lists import Shelf
from paperreader.domain.paper import Paper
from paperreader.domain.reading_state import UNDECIDED
from paperreader.domain.text import Safe
from paperreader.services.library import Library
from paperreader.services.lists.revisions import revised_from
from paperreader.storage.catalogue.catalogue import EarlierText
from paperreader.storage.catalogue.imports import add_listing
from paperreader.ui.presenting.markers import Marker, no_marks
from paperreader.ui.presenting.pages.paper_blocks import Revision, page_of
from paperreader.ui.presenting.pages.paper_facts import Shape
from paperreader.ui.presenting.pages.revision_blocks import changed_blocks
from paperreader.ui.widgets.blocks import Block

DAY, EARLIER = date(2025, 3, 14), date(2025, 3, 12)
PAPER = ParsedPaper(
    "Kites over towns", "We fly kites over old towns.", identifiers=(Identifier("arxiv:2503.01234"),), version=1
)
REVISED = replace(
    PAPER, abstract="We fly red kites over towns.", version=2, announced=Announced.REPLACEMENT
)  # fmt: skip
OTHER = ParsedPaper("Looms", "We weave.", identifiers=(Identifier("arxiv:2503.05678"),))


def _list(library: Library, day: date, *papers: ParsedPaper) -> None:
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("arxiv:cs.CL", day), papers)


@pytest.fixture
def revised(library: Library) -> Library:
    """A library of a paper that returned with another abstract, and of one that did not."""
    _list(library, EARLIER, PAPER)
    _list(library, DAY, OTHER, REVISED)
    return library


def _parts(block: Block) -> Iterator[tuple[str, str]]:
    for kind, spans in (("-", block.removed), ("+", block.added)):
        for start, end in spans:
            yield kind, block.text[start:end]


# The blocks


def _changed(before: str, after: str, marker: Marker = no_marks, *, has_signs: bool = False) -> list[Block]:
    return list(changed_blocks(Safe(before), Safe(after), marker, has_signs=has_signs))


def test_what_was_removed_and_added_is_marked_where_it_stands() -> None:
    """Rule: both stand in the text, told apart by their spans."""
    (block,) = _changed("We fly kites over old towns.", "We fly red kites over towns.")
    assert block.text == "We fly red kites over old towns."
    assert list(_parts(block)) == [("-", "old"), ("+", "red")]


def test_without_styles_signs_tell_what_changed() -> None:
    """Rule: where a terminal has no styles, brackets and signs stand around what was removed and added."""
    (block,) = _changed("We fly kites over old towns.", "We fly red kites over towns.", has_signs=True)
    assert block.text == "We fly {+red+} kites over [-old-] towns."
    assert list(_parts(block)) == [("-", "[-old-]"), ("+", "{+red+}")]


def test_paragraphs_stay_paragraphs() -> None:
    """Rule: the later text's paragraphs are those that are shown, and one that went leaves its sign."""
    shown = [block.text for block in _changed("One.\n\nTwo.\n\nThree.", "One.\n\nTwo. Three.\n\nFour.")]
    assert shown == ["One.", "Two. ¶ Three.", "Four."]
    assert [block.text for block in _changed("", "One.\n\nTwo.")] == ["One.", "Two."]


def test_hits_and_links_are_marked_in_what_changed_as_well() -> None:
    """Rule: what a query found, and an address, is as easily seen as in the plain text."""

    def marker(text: str, *, where: object = None) -> list[tuple[int, int]]:
        return [(text.index("kites"), text.index("kites") + 5)]

    (block,) = _changed("Old kites.", "New kites at https://a.example/b now.", marker)
    assert [block.text[start:end] for start, end in (*block.hits, *block.links)] == ["kites", "https://a.example/b"]


def _page(revision: Revision | None, *, as_source: bool = False, version: int | None = 2) -> list[Block]:
    paper = Paper(PaperKey("x"), Safe("Kites"), Safe("A rate of $\\alpha$ now."), version=version)
    page = page_of(Entry(paper, (), UNDECIDED), None, no_marks, Shape(), as_source=as_source, revision=revision)
    return list(page.text)


@pytest.mark.parametrize(
    ("before", "version", "is_shown", "said"),
    [
        (1, 2, False, "text changed since v1 · Enter shows how"),
        (1, 2, True, "what changed since v1 · Enter shows the text"),
        (None, 2, False, "text changed · Enter shows how"),
        (2, 2, False, "text changed · Enter shows how"),
    ],
)
def test_the_page_says_that_the_text_changed(before: int | None, version: int, is_shown: bool, said: str) -> None:
    """Rule: the page shows since when the abstract is revised, and the key that shows the changes."""
    earlier = EarlierText(Safe("Kites"), Safe("A rate of $\\alpha$ then."), before)
    assert _page(Revision(earlier, is_shown, "Enter"), version=version)[1].text == said


def test_what_changed_is_shown_readable_or_as_it_came() -> None:
    """Rule: `v` holds for what changed as for the text."""
    revision = Revision(EarlierText(Safe("Kites"), Safe("A rate of $\\beta$ now.")), is_shown=True)
    assert _page(revision)[-1].text == "A rate of β α now."
    assert _page(revision, as_source=True)[-1].text == "A rate of $\\beta$ $\\alpha$ now."


# The earlier text


def test_the_nearest_earlier_text_is_compared(library: Library) -> None:
    """Rule: the latest earlier text that differs is the one compared."""
    texts = ("We fly kites.", "We fly green kites.", "We  fly $green$ kites.", "We fly blue kites.")
    for version, text in enumerate(texts, 1):
        _list(library, DAY, replace(PAPER, abstract=text, version=version))
    (number,) = library.catalogue.all_ids()
    (paper,) = library.catalogue.papers([number])
    assert [text.version for text in library.catalogue.earlier_texts(number)] == [3, 2, 1]
    assert revised_from(library, number, paper) == EarlierText(paper.title, Safe("We fly $green$ kites."), 3)
    same = replace(paper, abstract=Safe(texts[2]), version=3)
    assert revised_from(library, number, same) == EarlierText(paper.title, Safe(texts[0]), 1)


def test_a_later_version_is_shown_whether_or_not_it_ends_with_a_full_stop(library: Library) -> None:
    """Rule: of two versions the later one is shown, in whatever order they came, also where it seems to be cut."""
    later = replace(REVISED, abstract="We sail boats over")
    for first, second in ((PAPER, later), (later, PAPER)):
        _list(library, DAY, first)
        _list(library, DAY, second)
        (number,) = library.catalogue.all_ids()
        (paper,) = library.catalogue.papers([number])
        assert (paper.version, paper.abstract) == (2, "We sail boats over")


# In the reader


def _shown(reader: Reading) -> list[str]:
    """What the page shows above the sources of its paper."""
    page = reader.view.page._content
    texts = [str(block.text) for block in (*page.head, *page.text)]
    return texts[: next((place - 1 for place, text in enumerate(texts) if " sources" in text), None)]


def _is_shown(reader: Reading) -> bool:
    return any(block.removed or block.added for block in reader.view.page.blocks)


async def test_enter_shows_what_changed_and_the_text_again(revised: Library) -> None:
    """Rule: from the list to the page with the changes, and from there back to the text."""
    async with reading(revised) as reader:
        await reader.press("j")
        assert "text changed since v1 · Enter shows how" in _shown(reader)
        assert not _is_shown(reader)
        await reader.press("enter")
        assert reader.triage.focused is reader.view.page
        assert "what changed since v1 · Enter shows the text" in _shown(reader)
        assert _shown(reader)[-1] == "We fly red kites over old towns."
        await reader.press("enter")
        assert reader.triage.focused is reader.view.page
        assert not _is_shown(reader)
        assert _shown(reader)[-1] == REVISED.abstract


async def test_the_changes_are_of_one_paper(revised: Library) -> None:
    """Rule: another paper is shown as it is, and so is this one when one comes back to it; `v` changes nothing."""
    async with reading(revised) as reader:
        await reader.press("j", "enter", "v")
        assert _is_shown(reader)
        await reader.press("h", "k")
        assert _shown(reader)[-1] == OTHER.abstract
        await reader.press("j")
        assert not _is_shown(reader)


async def test_enter_on_a_paper_that_did_not_change_goes_to_its_abstract(revised: Library) -> None:
    """Rule: there is nothing to show but the abstract, and nothing is said to have changed."""
    async with reading(revised) as reader:
        await reader.press("enter")
        assert reader.triage.focused is reader.view.page
        assert not any("changed" in line for line in _shown(reader))
        await reader.press("enter")
        assert reader.triage.focused is reader.view.page


async def test_the_users_own_key_is_named(revised: Library) -> None:
    """Rule: the hint names the user's own key."""
    async with reading(revised, keys={"choose": "f2"}) as reader:
        reader.triage.open_place(Shelf.ALL)
        await reader.press("j", "f2")
        assert "what changed since v1 · F2 shows the text" in _shown(reader)


async def test_the_first_change_comes_into_view(library: Library) -> None:
    """Rule: in a page of few lines one need not look for what changed."""
    long = " ".join(f"word{number}" for number in range(300))
    _list(library, EARLIER, replace(PAPER, abstract=f"{long} old end."))
    _list(library, DAY, replace(PAPER, abstract=f"{long} new end.", version=2))
    async with reading(library, (50, 15)) as reader:
        assert "new end" not in reader.text
        await reader.press("enter")
        assert "old new end." in reader.text


@pytest.mark.parametrize("colours", [True, False])
async def test_signs_stand_where_there_are_no_colours(
    revised: Library, monkeypatch: pytest.MonkeyPatch, colours: bool
) -> None:
    """Rule: with NO_COLOR what was removed and added is told by signs as well."""
    monkeypatch.setenv("NO_COLOR", "1") if not colours else monkeypatch.delenv("NO_COLOR", raising=False)
    async with reading(revised) as reader:
        await reader.press("j", "enter")
        assert ("[-old-]" in _shown(reader)[-1]) is not colours
