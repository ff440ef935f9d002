"""RIS and Web of Science records are read as databases and publishers write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.dates import KnownDate, PartialDate
from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.domain.paper import Standing
from paperreader.feeds.references.fields import NO_TITLE
from paperreader.feeds.references.ris import RIS
from paperreader.feeds.references.tagged_lines import OUTSIDE_RECORDS
from paperreader.feeds.syntax.encoding import decode_head, decode_input

PLAIN = """TY  - JOUR
A1  - Amber, Ada
AU  - Looms, Bo, Jr.
TI  - Patient Lanterns
AB  - Glaciers mend.
PY  - 2013
DO  - 10.1000/AB
UR  - https://example.org/lanterns
ER  -
"""
PAPER = ParsedPaper(
    title="Patient Lanterns",
    abstract="Glaciers mend.",
    authors=("Ada Amber", "Bo Looms Jr."),
    published=PartialDate(2013),
    identifiers=(),
    line=1,
)
SCIENCE = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Amber, A
   Looms, B
AF Amber, Ada
   Looms, Bo
TI Patient lanterns and
   glaciers
DT Editorial Material
AB Glaciers mend.
PD JUN 8
PY 2004
DI 10.1000/ab
ER

PT J
AU Kite, C
TI Silent kites
PY 2005
ER

EF
"""


def read(source: str | bytes) -> ParsedListing:
    """The one listing of a file."""
    (listing,) = RIS.parse(decode_input(source if isinstance(source, bytes) else source.encode()).data)
    return listing


def record(lines: str) -> ParsedPaper:
    """The one paper of a record with these lines and a title."""
    listing = read(f"TY  - JOUR\nTI  - A Title\n{lines}\nER  - \n")
    assert listing.problems == ()
    (paper,) = listing.papers
    return paper


def titles(listing: ParsedListing) -> list[str]:
    """The titles of the papers."""
    return [paper.title for paper in listing.papers]


def test_a_record_is_a_paper_without_a_list_date() -> None:
    """Rule: a record has authors in order, title, abstract, year, DOI, address and line."""
    listing = read(PLAIN)
    assert listing.is_undated
    (paper,) = listing.papers
    assert (paper.title, paper.abstract, paper.authors) == (PAPER.title, PAPER.abstract, PAPER.authors)
    assert (paper.published, paper.line) == (PAPER.published, 1)
    assert paper.identifiers == ("doi:10.1000/ab",)
    assert paper.links == (("page", "https://example.org/lanterns"),)


@pytest.mark.parametrize(
    "source",
    [
        PLAIN.replace("  - ", " - "),
        PLAIN.replace("  - ", "- "),
        PLAIN.replace("  - ", "  -  "),
        PLAIN.replace("ER  -", "ER  - "),
        PLAIN.replace("ER  -\n", ""),
        PLAIN.replace("ER  -", "ER"),
        "\n\n" + PLAIN,
        "\ufeff" + PLAIN,
        "1.\n" + PLAIN,
        'Provider: Kites\nDatabase: KITES\nContent: text/plain; charset="utf-8"\n\n' + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("Patient Lanterns", "Patient\nLanterns").replace("mend.", "\n      mend."),
        PLAIN.replace("PY  -", "XX  - unknown\nPY  -"),
        PLAIN.replace("TI  -", "T1  -").replace("AB  -", "N2  -").replace("PY  -", "Y1  -"),
        PLAIN.replace("TY  - JOUR\n", ""),
    ],
)
def test_one_record_in_all_its_forms_is_one_paper(source: str) -> None:
    """Rule: blanks, ends and beginnings that are missing, marks, headings, wraps, other tags."""
    listing = read(source)
    assert listing.problems == ()
    (paper,) = listing.papers
    assert (paper.title, paper.abstract, paper.authors) == (PAPER.title, PAPER.abstract, PAPER.authors)
    assert (paper.published, paper.identifiers) == (PAPER.published, ("doi:10.1000/ab",))


@pytest.mark.parametrize("line", ["ER then more of it", "T2-weighted images", "A B - C", "X - Y", "(TI) - so"])
def test_a_line_without_a_tag_goes_on_with_the_one_before(line: str) -> None:
    """Rule: text that only looks like a tag is text."""
    assert record(f"AB  - One\n{line}").abstract == f"One {line}"


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        ("PY  - 2008/05/12/Spring", date(2008, 5, 12)),
        ("PY  - 2008///", PartialDate(2008)),
        ("Y1  - 1948/07//", PartialDate(1948, 7)),
        ("PY  - 2010\nDA  - 2010/11/03", date(2010, 11, 3)),
        ("PY  - 2010\nDA  - 2011/11/03", PartialDate(2010)),
        ("PY  - 2010/05\nDA  - 2010/11/03", PartialDate(2010, 5)),
        ("PY  - 2010\nDA  - 2010/01/01", date(2010, 1, 1)),
        ("Y1  - 1900/01/01\nDA  - 1950/01/01", date(1950, 1, 1)),
        ("Y1  - 1900/01/01\nPY  - 1950", PartialDate(1950)),
        ("Y1  - 1950/03/02\nPY  - 1950", date(1950, 3, 2)),
        ("PY  - 2019\nDA  - May 3", date(2019, 5, 3)),
        ("PY  - 2019\nDA  - 3 Sept.", date(2019, 9, 3)),
        ("DA  - May\nPY  - 2019///", PartialDate(2019, 5)),
        ("PY  - 2019\nDA  - 05/03", PartialDate(2019)),
        ("PY  - 2019\nDA  - May 3-7", date(2019, 5, 3)),
        ("PY  - 2019\nDA  - Spring", PartialDate(2019)),
        ("DA  - May 3", None),
        ("DA  - 12 May 2008", date(2008, 5, 12)),
        ("DA  - May 12, 2008", date(2008, 5, 12)),
        ("PY  - 2008/13/45/", PartialDate(2008)),
        ("PY  - in press\nDA  - soon", None),
        ("Y2  - 2008/05/12/", None),
    ],
)
def test_a_date_is_as_precise_as_its_source(lines: str, day: KnownDate | None) -> None:
    """Rule: four tags have dates in many forms; the date of publication comes first."""
    assert record(lines).published == day


@pytest.mark.parametrize(
    ("lines", "identifiers"),
    [
        ("DO  - https://doi.org/10.1000/AB", ["doi:10.1000/ab"]),
        ("M3  - doi: 10.1000/ab", ["doi:10.1000/ab"]),
        ("UR  - http://dx.doi.org/10.1000/ab", ["doi:10.1000/ab"]),
        ("UR  - https://arxiv.org/abs/2101.11408v2", ["arxiv:2101.11408"]),
        ("JO  - arXiv preprint arXiv:2101.11408", ["arxiv:2101.11408"]),
        ("M1  - arXiv:2101.11408 [cs.CL]", ["arxiv:2101.11408"]),
        ("DO  - DOI\nUR  - URL", []),
    ],
)
def test_ids_are_found_where_records_keep_them(lines: str, identifiers: list[str]) -> None:
    """Rule: DOI, address, number, journal."""
    assert list(record(lines).identifiers) == identifiers


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("AU  - Amber, Ada J.; Looms, Bo; van den Kite, Cy Di; Fox, E. K.",
         ("Ada J. Amber", "Bo Looms", "Cy Di van den Kite", "E. K. Fox")),
        ("AU  - Amber, Ada, ada@example.org\nAU  - Looms, Bo, Jr.\nA1  - Kite C",
         ("Ada Amber", "Bo Looms Jr.", "Kite C")),
        ("AU  - Amber, A. and Looms, B.\nAU  - Lamp and Kite Board", ("A. Amber", "B. Looms", "Lamp and Kite Board")),
        ("AU  - Amber, Ada\nAU  - et al.", ("Ada Amber",)),
    ],
)  # fmt: skip
def test_a_line_for_an_author_may_hold_several(lines: str, names: tuple[str, ...]) -> None:
    """Rule: authors in one line are told apart; addresses and `et al.` are left out."""
    assert record(lines).authors == names


def test_addresses_in_one_line_are_told_apart() -> None:
    """Rule: each address counts, as a link or as an id."""
    paper = record("UR  - https://arxiv.org/abs/2101.11408; https://doi.org/10.1000/ab")
    assert list(paper.identifiers) == ["arxiv:2101.11408", "doi:10.1000/ab"]
    assert paper.links == (("page", "https://arxiv.org/abs/2101.11408"),)


def test_markup_of_publishers_is_undone() -> None:
    """Rule: tags and entities belong to the format."""
    paper = record("AB  - <p>One &amp; <i>two</i>: a &lt; b.</p><p>Three.</p>")
    assert paper.abstract == "One & two: a < b.\n\nThree."


@pytest.mark.parametrize(("lines", "standing"), [("M3  - Editorial", Standing.EDITORIAL), ("M3  - Article", None)])
def test_entries_that_are_not_papers_are_marked(lines: str, standing: Standing | None) -> None:
    """Rule: the record names its kind."""
    assert record(lines).standing == standing


def test_the_web_of_science_is_read() -> None:
    """Rule: its tags, full names, wrapped titles, dates in two tags, kinds."""
    listing = read(SCIENCE)
    assert listing.problems == ()
    first, second = listing.papers
    assert (first.title, first.authors) == ("Patient lanterns and glaciers", ("Ada Amber", "Bo Looms"))
    assert (first.abstract, first.published) == ("Glaciers mend.", date(2004, 6, 8))
    assert (first.identifiers, first.standing, first.line) == (("doi:10.1000/ab",), Standing.EDITORIAL, 3)
    assert (second.title, second.authors, second.line) == ("Silent kites", ("C Kite",), 17)
    assert second.published == PartialDate(2005)


def test_a_record_without_an_end_does_not_swallow_the_next() -> None:
    """Rule: a broken entry affects only itself."""
    assert titles(read(PLAIN.replace("ER  -\n", "") + PLAIN)) == ["Patient Lanterns"] * 2
    assert titles(read(SCIENCE.replace("ER\n\nPT J", "PT J"))) == ["Patient lanterns and glaciers", "Silent kites"]


def test_a_record_without_a_title_is_named_and_kept() -> None:
    """Rule: an entry without a title is reported."""
    listing = read(PLAIN + "TY  - JOUR\nDO  - 10.1000/c\nER  - \n" + PLAIN)
    assert titles(listing) == ["Patient Lanterns"] * 2
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(10, NO_TITLE)]
    assert listing.set_aside == ((10, b"TY  - JOUR\nDO  - 10.1000/c"),)


def test_junk_between_records_is_named_and_kept() -> None:
    """Rule: every line outside records except numbers and headings is reported."""
    listing = read(f"{PLAIN}\nAn odd line\nand another\n\n{PLAIN}2.\n")
    assert titles(listing) == ["Patient Lanterns"] * 2
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(11, OUTSIDE_RECORDS)]
    assert listing.set_aside == ((11, b"An odd line\nand another"),)


@pytest.mark.parametrize("heading", ["2.", "2. ", " [2]\t", "Record #2 of 2", "RECORD 2 OF 2 ", "record #2"])
def test_record_numbers_between_records_are_skipped(heading: str) -> None:
    """Rule: a line that only counts records is not a problem."""
    listing = read(f"{PLAIN}\n{heading}\n{PLAIN}")
    assert (titles(listing), listing.problems) == (["Patient Lanterns"] * 2, ())


@pytest.mark.parametrize("line", ["Record of a lantern", "2. Lanterns", "Record #2 of 2 is lost"])
def test_what_says_more_than_a_number_is_named(line: str) -> None:
    """Rule: a line that says more than a count is reported."""
    (problem,) = read(f"{PLAIN}\n{line}\n{PLAIN}").problems
    assert (problem.line, problem.reason) == (11, OUTSIDE_RECORDS)


def test_a_file_without_records_says_so() -> None:
    """Rule: a file without papers is reported."""
    assert [problem.reason for problem in read("\n1.\n").problems] == [RIS.nothing]


@pytest.mark.parametrize("data", [PLAIN, "1.\r\n" + PLAIN, "\ufeff" + PLAIN, SCIENCE, SCIENCE.partition("VR 1.0\n")[2]])
def test_ris_is_recognised(data: str) -> None:
    """Rule: RIS is recognised without `--format`."""
    assert RIS.recognises(decode_head(data.encode()))


@pytest.mark.parametrize(
    "data", [b"", b"new\n\nMar 14\n\nTY - me\n", b"PMID- 1\nTI  - Title\n", b"@article{a,\n TY - b}"]
)
def test_other_formats_are_not_taken_for_ris(data: bytes) -> None:
    """Rule: a record begins with its type."""
    assert not RIS.recognises(data)


@given(st.text(alphabet="TYERAUTI  -\n.;,x", max_size=80))
def test_a_record_after_any_text_is_read(junk: str) -> None:
    """Rule: a type begins a record, even inside another record."""
    assert titles(read(f"{junk}\n{PLAIN}"))[-1:] == ["Patient Lanterns"]


@given(st.binary(max_size=120))
def test_no_bytes_break_it(data: bytes) -> None:
    """Rule: an importer never raises, and no paper is without a title."""
    for listing in (read(data), read(b"TY  - JOUR\nTI  - " + data), read(b"PT J\nTI " + data)):
        assert listing.papers or listing.problems
        assert all(paper.title.strip() for paper in listing.papers)


def test_a_record_after_an_empty_line_is_a_record_of_its_own() -> None:
    """Rule: a record that lost its TY and ER ends before the next TY that follows an empty line."""
    listing = read("TI  - Kites\nPY  - 2013\nERR -\n\nTY  - JOUR\nTI  - Lanterns\nER  - \n")
    assert titles(listing) == ["Kites", "Lanterns"]
