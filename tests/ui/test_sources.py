"""Papers of several sources: the page lists the sources, and a command splits the paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from invented import prose
from piloting import Reading, reading

from paperreader.domain.decision import SetStar
from paperreader.domain.entry import FiledPaper
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import ImportedFile, Shelf
from paperreader.domain.text import Safe
from paperreader.services.identities import merge
from paperreader.services.library import Library
from paperreader.services.sources import sources_of
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing
from paperreader.ui.keys.command_table import COMMANDS
from paperreader.ui.limits import USUAL
from paperreader.ui.presenting.pages.source_blocks import MOST, source_blocks

DAY, EARLIER = date(2025, 3, 14), date(2025, 3, 12)
ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
TEXT = prose(1, 400)
ON_PAGE = ParsedPaper("Sundials of the northern harbours", TEXT)
WITH_ID = replace(ON_PAGE, identifiers=(ARXIV,), version=2)
OTHER = ParsedPaper("Looms", "We weave.", identifiers=(Identifier("arxiv:2503.05678"),))
DIALS = ParsedPaper("Dials", "", identifiers=(DOI,))


def _list(library: Library, feed: str, day: date, *papers: ParsedPaper, guessed: bool = False) -> None:
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing(feed, day, guessed), papers)
    library.apply_decisions()


@pytest.fixture
def joined(library: Library) -> Library:
    """A library of a paper that titles made one, and of one from a single source."""
    _list(library, "arxiv:cs.CL", EARLIER, WITH_ID)
    _list(library, "page:00000001", DAY, ON_PAGE, OTHER)
    return library


def _told(library: Library) -> list[str]:
    entry = library.entry(PaperKey(ARXIV))
    sources = sources_of(library, entry.paper.key)
    blocks = source_blocks(sources, len(sources), entry, COMMANDS)
    return [f"{block.label}{block.text}" for block in blocks]


def _below(reader: Reading) -> list[str]:
    """What the page says of sources."""
    texts = [str(block.text) for block in reader.view.page._content.text]
    return next((texts[place:] for place, text in enumerate(texts) if " sources" in text), [])


# The blocks


def test_each_source_is_told_with_its_date_and_why_it_belongs(joined: Library) -> None:
    """Rule: the source of the shown text comes first. Each source has its place, date, text and reason."""
    assert _told(joined) == [
        "",
        "2 sources · not one paper? Split this paper (^p)",
        "1  arxiv:cs.CL, Wed 12 · arXiv 2503.01234v2 · shown above",
        "2  papers page, Fri 14 · no id",
        "   same title and abstract",
    ]


def test_what_a_source_says_otherwise_is_told(library: Library) -> None:
    """Rule: another title, another abstract or none, a guessed date and further dates stand beside a source."""
    for day in (DAY, EARLIER):
        _list(library, "arxiv:cs.CL", day, WITH_ID)
    _list(library, "hf", date(2024, 12, 31), replace(WITH_ID, title="Dials", abstract="Less.", version=1), guessed=True)
    _list(library, "jsonl", EARLIER, DIALS)
    merge(library, PaperKey(ARXIV), PaperKey(DOI))
    assert sorted(_told(library)[2:]) == sorted(
        [
            "1  arxiv:cs.CL, Fri 14 and 1 more · arXiv 2503.01234v2 · shown above",
            "2  jsonl, Wed 12 · DOI 10.1000/sundial · “Dials” · no abstract",
            "   you merged them",
            "3  hf, Tue 31 Dec 2024? · arXiv 2503.01234v1 · “Dials” · another abstract",
            "   same paper as source 2: you merged them",
        ]
    )


def test_sources_that_share_an_id_are_not_offered_to_be_split(library: Library) -> None:
    """Rule: the split command is named only if something other than an id joins the sources."""
    _list(library, "arxiv:cs.CL", EARLIER, WITH_ID)
    _list(library, "hf", DAY, replace(WITH_ID, abstract="Another text."))
    assert _told(library)[1] == "2 sources"
    assert _told(library)[-1] == "   shares arXiv 2503.01234"


def test_a_file_is_named_as_a_source(joined: Library) -> None:
    """Rule: a source without a date shows the name of its file."""
    entry = joined.entry(PaperKey(ARXIV))
    first, second = sources_of(joined, PaperKey(ARXIV))
    filed = replace(second, listed=(), files=(FiledPaper(ImportedFile(Safe("mine.bib")), 1),))
    blocks = [block.text for block in source_blocks((first, filed), 2, entry, COMMANDS)]
    assert "mine.bib · no id" in blocks


def test_of_many_sources_the_first_are_listed(joined: Library) -> None:
    """Rule: the page stays short, and names the command that lists the rest."""
    entry = joined.entry(PaperKey(ARXIV))
    first, second = sources_of(joined, PaperKey(ARXIV))
    many = (first, *(second,) * (MOST + 1))
    lines = [block.text for block in source_blocks(many, len(many), entry, COMMANDS)]
    assert lines[-1] == "paperreader show arxiv:2503.01234 --sources lists 2 more"
    assert len(lines) == 2 + 2 * MOST


# In the reader


async def test_the_page_lists_the_sources_of_the_shown_paper_alone(joined: Library) -> None:
    """Rule: a paper of one source has nothing below its abstract, and the user's own key is named."""
    async with reading(joined, keys={"split_paper": "f9"}) as reader:
        assert _below(reader)[0] == "2 sources · not one paper? F9 splits it"
        await reader.press("j")
        assert reader.title == OTHER.title
        assert _below(reader) == []


async def test_sources_without_number_are_only_counted(joined: Library) -> None:
    """Rule: a paper with too many sources shows only their number."""
    async with reading(joined, limits=replace(USUAL, sources=1)) as reader:
        assert _below(reader) == ["2 sources", "paperreader show arxiv:2503.01234 --sources lists all of them"]


async def test_a_paper_is_split_from_its_page_and_made_one_again(joined: Library) -> None:
    """Rule: a split updates the list at once, both parts keep the decisions, and `u` undoes it."""
    joined.finish(Triage(joined).decide("star", [PaperKey(ARXIV)], SetStar(True)))
    async with reading(joined) as reader:
        reader.triage.open_place(Shelf.ALL)
        before = reader.keys
        await reader.palette("Split this paper")
        await reader.until(lambda: len(reader.keys) == 3)
        assert f"split · u undoes it · {ON_PAGE.title}" in reader.status
        assert _below(reader) == []
        parts = [row.title for row in reader.library.rows(list(reader.view.desk.view)) if row.title == ON_PAGE.title]
        assert len(parts) == 2
        await reader.until(lambda: "2 ★" in reader.text or reader.view.desk.counts.shelves[Shelf.STARRED] == 2)
        await reader.press("u")
        await reader.until(lambda: reader.keys == before)
        await reader.until(lambda: len(_below(reader)) == 4)
        assert "undone: split" in reader.status


@pytest.mark.parametrize(
    ("papers", "said"),
    [
        ((OTHER,), "cannot be split: it has only one source"),
        ((WITH_ID, replace(WITH_ID, abstract="Another.")), "cannot be split: all its sources share an id or a text"),
    ],
    ids=["one source", "one id"],
)
async def test_a_paper_that_cannot_be_split_says_why(
    papers: tuple[ParsedPaper, ...], said: str, library: Library
) -> None:
    """Rule: the status line says why nothing was done, and nothing is written."""
    for number, paper in enumerate(papers):
        _list(library, f"feed {number}", DAY, paper)
    async with reading(library) as reader:
        seq = reader.library.reading.seq
        await reader.palette("Split this paper")
        await reader.until(lambda: said in reader.status)
        assert reader.library.reading.seq == seq


async def test_where_no_paper_is_shown_there_is_none_to_split(joined: Library) -> None:
    """Rule: in an empty list the command says so."""
    async with reading(joined) as reader:
        reader.triage.open_place(Shelf.STARRED)
        await reader.palette("Split this paper")
        assert reader.status == "no paper under the cursor"
