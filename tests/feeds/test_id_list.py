"""Lists of ids and addresses, one a line, are papers of which nothing else is known."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.errors import UnreadableInput
from paperreader.feeds.detection import importer_for
from paperreader.feeds.id_list import NO_ID, NOTHING, IdListImporter


def read(text: str) -> ParsedListing:
    """The one listing of a list."""
    (listing,) = IdListImporter().parse(text.encode())
    assert listing.is_undated
    return listing


def ids(text: str) -> list[str]:
    """The ids of a list without problems, which is recognised."""
    assert importer_for(text.encode()).format == "ids"
    listing = read(text)
    assert listing.problems == ()
    return [name for paper in listing.papers for name in paper.identifiers]


@pytest.mark.parametrize(
    ("line", "identifier"),
    [
        ("2101.00001", "arxiv:2101.00001"),
        ("2101.00001v3", "arxiv:2101.00001"),
        ("arXiv:2101.00001", "arxiv:2101.00001"),
        ("arXiv: 2101.00001v2 [cs.CL]", "arxiv:2101.00001"),
        ("hep-th/0101001", "arxiv:hep-th/0101001"),
        ("math.GT/0101001v1", "arxiv:math/0101001"),
        ("2101.00001.pdf", "arxiv:2101.00001"),
        ("https://arxiv.org/abs/2101.00001", "arxiv:2101.00001"),
        ("http://export.arxiv.org/pdf/2101.00001v2.pdf", "arxiv:2101.00001"),
        ("https://huggingface.co/papers/2101.00001", "arxiv:2101.00001"),
        ("10.1000/Kites.1", "doi:10.1000/kites.1"),
        ("doi:10.1000/kites", "doi:10.1000/kites"),
        ("DOI: 10.1000/kites.", "doi:10.1000/kites"),
        ("https://doi.org/10.1000/kites", "doi:10.1000/kites"),
        ("10.1000/k(21)30001-5", "doi:10.1000/k(21)30001-5"),
        ("(10.1000/k(21)30001-5)", "doi:10.1000/k(21)30001-5"),
        ("https://journal.example.org/article/10.1000/kites?from=mail", "doi:10.1000/kites"),
        ("https://preprints.example.org/content/10.1000/2021.01.01v2.full.pdf", "doi:10.1000/2021.01.01"),
        ("https://journal.example.org/doi/10.1000/kites/full", "doi:10.1000/kites"),
        ("10.48550/arXiv.2101.00001", "arxiv:2101.00001"),
        ("1. 2101.00001", "arxiv:2101.00001"),
        ("[12] 2101.00001", "arxiv:2101.00001"),
        ("(3) 2101.00001", "arxiv:2101.00001"),
        ("- 2101.00001", "arxiv:2101.00001"),
        ("> * 2101.00001,", "arxiv:2101.00001"),
        ("   2101.00001;", "arxiv:2101.00001"),
        ("2101.00001  Kites at Dusk: a 2020 study", "arxiv:2101.00001"),
        ("2101.00001 - read this one!", "arxiv:2101.00001"),
        ("[Kites](https://arxiv.org/abs/2101.00001).", "arxiv:2101.00001"),
        ("* Kites at Dusk <https://arxiv.org/abs/2101.00001>", "arxiv:2101.00001"),
        ('"2101.00001",', "arxiv:2101.00001"),
    ],
)
def test_a_line_is_a_paper_without_a_title(line: str, identifier: str) -> None:
    """Rule: ids in every form, behind numbers and bullets, before titles and punctuation; the version is of no text."""
    (paper,) = read(line).papers
    assert paper == ParsedPaper("", "", identifiers=paper.identifiers, line=1)
    assert ids(line) == [identifier]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("- [Kites at Dusk](https://arxiv.org/abs/2101.00001).", "Kites at Dusk"),
        ("Paper page - Kites at Dusk https://huggingface.co/papers/2101.00001", "Kites at Dusk"),
        ("[2101.00001] Kites at Dusk - https://arxiv.org/abs/2101.00001", "Kites at Dusk"),
        ("[2101.00001] Kites: A - B Study\thttps://arxiv.org/abs/2101.00001", "Kites: A - B Study"),
        ("[see arXiv:2101.00001 for more](https://arxiv.org/abs/2101.00001)", ""),
        ("[one of these](https://arxiv.org/abs/2101.00001) https://arxiv.org/abs/2101.00002", ""),
    ],
)
def test_links_and_shared_lines_give_the_title_as_well(line: str, title: str) -> None:
    """Rule: the text of a link, and what a browser shares before the address, is the title of the one paper there."""
    assert {paper.title for paper in read(line).papers} == {title}


def test_comments_and_empty_lines_are_no_papers() -> None:
    """Rule: what only says something to people is nothing, and lines keep their numbers."""
    text = "\ufeff# to read\r\n\r\n2101.00001\r\n// later\r\n----\r\n% more\r\n2101.00002\r\n"
    assert ids(text) == ["arxiv:2101.00001", "arxiv:2101.00002"]
    assert [paper.line for paper in read(text).papers] == [3, 7]


def test_several_ids_of_a_line_are_several_papers() -> None:
    """Rule: a list may stand in one line, or be one of JSON."""
    wanted = ["arxiv:2101.00001", "doi:10.1000/kites", "arxiv:hep-th/0101001"]
    assert ids("2101.00001, 10.1000/kites, hep-th/0101001") == wanted
    assert ids('["2101.00001",\n "10.1000/kites",\n "hep-th/0101001"]\n') == wanted
    assert ids("2101.00001 arXiv:2101.00001v2 https://arxiv.org/abs/2101.00001") == wanted[:1]


def test_a_line_without_an_id_is_named() -> None:
    """Rule: the others are read, and it is kept verbatim."""
    listing = read("2101.00001\nhttps://example.org/kites\n2101.00002\n")
    assert len(listing.papers) == 2
    assert [(problem.line, problem.reason, problem.excerpt) for problem in listing.problems] == [
        (2, NO_ID, "https://example.org/kites")
    ]
    assert listing.set_aside == ((2, b"https://example.org/kites"),)
    assert [problem.reason for problem in read("# nothing\n").problems] == [NOTHING]


@pytest.mark.parametrize(
    "text",
    [
        "An essay on kites, arXiv:2101.00001.\n\nIt has two paragraphs.\n",
        "2101.00001\n\nis what I read today, and what I thought of it\nis said in these lines,\nwhich are no list\n",
        "id,title\n1,Kites\n",
        "[1] arXiv:2101.00001 [pdf, html, other]\nTitle: Kites\nAda Amber\nSubjects: Sky (cs.SK)\nThe abstract.\n",
        "3.14159\n2.71828\n",
    ],
)
def test_other_text_is_no_list(text: str) -> None:
    """Rule: a text that names papers is not a list of papers."""
    with suppress(UnreadableInput):
        assert importer_for(text.encode()).format != "ids"


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    """Rule: each line is papers with ids, a problem, or says nothing."""
    data = text.encode(errors="replace")
    IdListImporter().recognises(data)
    (listing,) = IdListImporter().parse(data)
    assert listing.papers or listing.problems
    assert all(paper.identifiers for paper in listing.papers)
