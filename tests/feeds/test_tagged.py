"""PubMed's files and EndNote's import files are read record by record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.dates import KnownDate, PartialDate
from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.domain.paper import Standing
from paperreader.feeds.detection import importer_for
from paperreader.feeds.references.fields import NO_TITLE
from paperreader.feeds.references.tagged import ENDNOTE, PUBMED
from paperreader.feeds.references.tagged_lines import OUTSIDE_RECORDS, TaggedImporter
from paperreader.feeds.syntax.encoding import decode_input

PUBMED_RECORD = """PMID- 33000001
OWN - NLM
STAT- MEDLINE
DCOM- 20210505
LR  - 20210601
IS  - 0000-0001 (Electronic)
VI  - 3
DP  - 2021 Feb 3
TI  - Kites at dusk: how a string that is
      long enough holds.
LID - S0000-0001(21)00001-1 [pii]
LID - 10.1000/k.2021.1 [doi]
AB  - BACKGROUND: We fly kites.
      RESULTS: They hold.
CI  - Copyright (c) 2021.
FAU - Amber, Ada K
AU  - Amber AK
AD  - Sky Institute, Windward.
FAU - van Looms, Bo
AU  - van Looms B
CN  - Kite Consortium
LA  - eng
PT  - Journal Article
JT  - Journal of kites
AID - 10.1000/k.2021.1 [doi]
PST - ppublish
SO  - J Kites. 2021 Feb 3;3:1.
"""
ENDNOTE_RECORD = """%0 Journal Article
%T Kites at Dusk
%A Amber, Ada
%A van Looms, Bo
%A Kite Consortium,
%J Journal of Kites
%V 3
%N 2
%P 1-9
%@ 0000-0001
%D 2021
%8 February 3
%I Sky Press
%R 10.1000/k.2021.1
%U https://example.org/kites
%X We fly kites.
They hold.
%K kites
strings
"""


def read(importer: TaggedImporter, text: str) -> ParsedListing:
    """The one listing of a file."""
    (listing,) = importer.parse(decode_input(text.encode()).data)
    assert listing.is_undated
    return listing


def only(importer: TaggedImporter, text: str) -> ParsedPaper:
    """The one paper of a file without problems, which the importer recognises."""
    assert importer_for(text.encode()) is importer
    listing = read(importer, text)
    assert listing.problems == ()
    (paper,) = listing.papers
    return paper


def pubmed(*lines: str) -> ParsedPaper:
    """The paper of a record of PubMed with these lines."""
    return only(PUBMED, "\n".join(["PMID- 33000001", *lines, ""]))


def endnote(*lines: str) -> ParsedPaper:
    """The paper of a record of EndNote with these lines."""
    return only(ENDNOTE, "\n".join(["%0 Journal Article", *lines, ""]))


def test_a_record_of_pubmed_is_read_whole() -> None:
    """Rule: full names before short ones, the DOI, the day, the page; PubMed's full stop is not part of the title."""
    assert only(PUBMED, PUBMED_RECORD) == ParsedPaper(
        title="Kites at dusk: how a string that is long enough holds",
        abstract="BACKGROUND: We fly kites. RESULTS: They hold.",
        authors=("Ada K Amber", "Bo van Looms", "Kite Consortium"),
        published=date(2021, 2, 3),
        identifiers=only(PUBMED, PUBMED_RECORD).identifiers,
        line=1,
        links=(("page", "https://pubmed.ncbi.nlm.nih.gov/33000001/"),),
    )
    assert only(PUBMED, PUBMED_RECORD).identifiers == ("doi:10.1000/k.2021.1",)


def test_a_record_of_endnote_is_read_whole() -> None:
    """Rule: given names first, the DOI, the day, the page."""
    assert only(ENDNOTE, ENDNOTE_RECORD) == ParsedPaper(
        title="Kites at Dusk",
        abstract="We fly kites. They hold.",
        authors=("Ada Amber", "Bo van Looms", "Kite Consortium"),
        published=date(2021, 2, 3),
        identifiers=only(ENDNOTE, ENDNOTE_RECORD).identifiers,
        line=1,
        links=(("page", "https://example.org/kites"),),
    )
    assert only(ENDNOTE, ENDNOTE_RECORD).identifiers == ("doi:10.1000/k.2021.1",)


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["TI  - Do kites fly?"], "Do kites fly?"),
        (["TI  - [Kites at dusk]."], "Kites at dusk"),
        (["TI  - Kites and vitamin C."], "Kites and vitamin C."),
        (["TI  - [Not Available].", "TT  - Drachen am Abend."], "Drachen am Abend"),
        (["BTI - A book of kites"], "A book of kites"),
        (["TI  - On <i>Milvus</i>."], "On Milvus"),
    ],
)
def test_titles_of_pubmed_are_those_of_the_papers(lines: list[str], title: str) -> None:
    """Rule: brackets mean that a title is translated; a book has a tag of its own."""
    assert pubmed(*lines).title == title


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        (["DP  - 2021"], PartialDate(2021)),
        (["DP  - 2021 Feb"], PartialDate(2021, 2)),
        (["DP  - 2021 Feb-Mar"], PartialDate(2021, 2)),
        (["DP  - 1969 Dec-1970 Jan"], PartialDate(1969, 12)),
        (["DP  - 2021 Spring"], PartialDate(2021)),
        (["DP  - 2021", "DEP - 20210203"], date(2021, 2, 3)),
        (["DP  - 2021 Mar", "DEP - 20210203"], PartialDate(2021, 3)),
        ([], None),
    ],
)
def test_dates_of_pubmed_are_read_as_far_as_they_go(lines: list[str], published: KnownDate | None) -> None:
    """Rule: the day of electronic publication counts if it agrees with the date of the issue."""
    assert pubmed("TI  - Kites", *lines).published == published


def test_short_names_stand_where_there_are_no_full_ones() -> None:
    """Rule: `Amber AK` stays unchanged."""
    assert pubmed("TI  - Kites", "AU  - Amber AK", "AU  - Looms B").authors == ("Amber AK", "Looms B")


def test_a_preprint_of_arxiv_has_its_id() -> None:
    """Rule: PubMed lists preprints under the id that arXiv gave them."""
    paper = pubmed("TI  - Kites", "AID - arXiv:2101.00001v2 [pii]")
    assert (paper.identifiers, paper.version) == (("arxiv:2101.00001",), 2)


@pytest.mark.parametrize(
    ("kind", "standing"),
    [("Editorial", Standing.EDITORIAL), ("Retracted Publication", Standing.RETRACTED), ("Journal Article", None)],
)
def test_entries_that_are_not_papers_are_marked(kind: str, standing: Standing | None) -> None:
    """Rule: the type of publication says it."""
    assert pubmed("TI  - Kites", "PT  - Journal Article", f"PT  - {kind}").standing == standing


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        (["%D 2021", "%8 November"], PartialDate(2021, 11)),
        (["%D 2021", "%8 2021-02-03"], date(2021, 2, 3)),
        (["%D 2021", "%8 February 3, 2021"], date(2021, 2, 3)),
        (["%D 2021", "%8 03"], PartialDate(2021)),
        (["%D 2021"], PartialDate(2021)),
        ([], None),
    ],
)
def test_dates_of_endnote_are_read_as_far_as_they_go(lines: list[str], published: KnownDate | None) -> None:
    """Rule: the year stands in a tag of its own, the day may say it again."""
    assert endnote("%T Kites", *lines).published == published


@pytest.mark.parametrize(
    ("lines", "identifiers"),
    [
        (["%R https://doi.org/10.1000/A"], ["doi:10.1000/a"]),
        (["%M 10.1000/a"], ["doi:10.1000/a"]),
        (["%J arXiv preprint arXiv:2101.00001"], ["arxiv:2101.00001"]),
        (["%U https://arxiv.org/abs/2101.00001"], ["arxiv:2101.00001"]),
        (["%M 33000001"], []),
    ],
)
def test_ids_of_endnote_are_found_where_records_keep_them(lines: list[str], identifiers: list[str]) -> None:
    """Rule: DOI, accession number, journal, address."""
    assert list(endnote("%T Kites", *lines).identifiers) == identifiers


@pytest.mark.parametrize(
    ("importer", "record"),
    [(PUBMED, PUBMED_RECORD), (ENDNOTE, ENDNOTE_RECORD)],
    ids=["nbib", "enw"],
)
@pytest.mark.parametrize(
    "arrange",
    [
        lambda text: text + "\n" + text,
        lambda text: text + text,
        lambda text: "1.\n" + text + "\n\n2.\n" + text,
        lambda text: "\ufeff" + (text + "\n" + text).replace("\n", "\r\n"),
        lambda text: "".join(f"        {line}\n" for line in (text + text).splitlines()),
    ],
    ids=["empty line", "nothing between", "numbers", "Windows", "indented"],
)
def test_records_are_told_apart(importer: TaggedImporter, record: str, arrange: Callable[[str], str]) -> None:
    """Rule: the first tag begins a record, whatever is between records."""
    text = arrange(record)
    assert importer_for(text.encode()) is importer
    listing = read(importer, text)
    one = only(importer, record)
    assert [(paper.title, paper.abstract, paper.authors) for paper in listing.papers] == [
        (one.title, one.abstract, one.authors)
    ] * 2
    assert listing.problems == ()


def test_records_without_their_first_tag_are_parted_by_empty_lines() -> None:
    """Rule: the older format (refer) has no tag for a type."""
    text = "%A Ada Amber\n%T Kites at Dusk\n%D 2021\n\n%A Bo Looms\n%T Kites at Dawn\n%D 2020\n"
    assert importer_for(text.encode()) is ENDNOTE
    listing = read(ENDNOTE, text)
    assert [(paper.title, paper.authors) for paper in listing.papers] == [
        ("Kites at Dusk", ("Ada Amber",)), ("Kites at Dawn", ("Bo Looms",)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("importer", "record", "title"),
    [(PUBMED, PUBMED_RECORD, "TI  - "), (ENDNOTE, ENDNOTE_RECORD, "%T ")],
    ids=["nbib", "enw"],
)
def test_what_is_no_record_is_named(importer: TaggedImporter, record: str, title: str) -> None:
    """Rule: text before the first record, and a record without a title, are problems with their lines."""
    lines = record.splitlines()
    untitled = "\n".join(line for line in lines if not line.startswith((title, "      long", "%J")))
    listing = read(importer, f"Saved on a windy day\n\n{record}\n{untitled}\n\n{record}")
    assert len(listing.papers) == 2
    assert [(problem.line, problem.reason) for problem in listing.problems] == [
        (1, OUTSIDE_RECORDS),
        (4 + len(lines), NO_TITLE),
    ]
    assert listing.set_aside[1][1].decode().startswith(untitled[:40])


@pytest.mark.parametrize("importer", [PUBMED, ENDNOTE])
def test_a_file_without_records_says_so(importer: TaggedImporter) -> None:
    """Rule: a file without papers is reported."""
    assert [problem.reason for problem in read(importer, "\n").problems] == [importer.nothing]


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\nTI  - Kites\nER  - \n",
        "% a comment\n@article{a, title = {Kites}}\n",
        "%A comment\n@article{a, title = {Kites}}\n",
        "PT J\nTI Kites\nER\n",
        "Kites at dusk - a study\n",
    ],
)
def test_other_formats_are_not_taken(text: str) -> None:
    """Rule: RIS, BibTeX with comments and plain text are left to others."""
    assert not PUBMED.recognises(text.encode())
    assert not ENDNOTE.recognises(text.encode())


@given(
    st.lists(st.sampled_from([*(PUBMED_RECORD + ENDNOTE_RECORD).splitlines(), "", " ", "x", "\x00é", "AB  -", "%T"]))
)
def test_no_lines_break_it(lines: list[str]) -> None:
    """Rule: each record is a paper with a title or a problem."""
    for importer in (PUBMED, ENDNOTE):
        listing = read(importer, "\n".join(lines))
        assert all(paper.title.strip() for paper in listing.papers)
        assert listing.papers or listing.problems
