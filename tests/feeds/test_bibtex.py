"""BibTeX entries are read as BibTeX means them."""

from __future__ import annotations

from datetime import date

import pytest

from paperreader.domain.dates import KnownDate, PartialDate
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.domain.paper import Paper, Standing
from paperreader.domain.reading_state import ReadingState
from paperreader.domain.text import Safe
from paperreader.exporting.bibtex import bibtex_entry
from paperreader.feeds.references.bibtex import BibtexImporter
from paperreader.feeds.references.fields import NO_TITLE
from paperreader.feeds.syntax.encoding import decode_head, decode_input

PLAIN = """@article{lantern2013,
  title = {Patient {LANTERNS}: how glaciers mend},
  author = {Amber, Ada and Bo Looms},
  year = 2013
}
"""


def read(source: str | bytes) -> ParsedListing:
    """The one listing of a file."""
    (listing,) = BibtexImporter().parse(decode_input(source if isinstance(source, bytes) else source.encode()).data)
    return listing


def entry(fields: str, kind: str = "article") -> ParsedPaper:
    """The one paper of an entry with these fields and a title."""
    listing = read(f"@{kind}{{key,\n  title = {{A Title}},\n{fields}\n}}\n")
    assert listing.problems == ()
    (paper,) = listing.papers
    return paper


def authors(value: str) -> tuple[str, ...] | None:
    """The authors of an entry."""
    return entry(f"author = {value}").authors


def test_an_entry_is_a_paper_without_a_list_date() -> None:
    """Rule: title, authors, year and line; reference files go to the shelf."""
    listing = read(PLAIN)
    assert listing.is_undated
    assert listing.papers == (
        ParsedPaper(
            title="Patient LANTERNS: how glaciers mend",
            abstract="",
            authors=("Ada Amber", "Bo Looms"),
            published=PartialDate(2013),
            line=1,
        ),
    )


@pytest.mark.parametrize(
    "source",
    [
        "@ARTICLE (k, TITLE = {One (and) Two}, Year = 2001)",
        "@article{k, title = {One (and) Two}, year = {2001},}",
        '@article{k, title = "One (and) Two", year = "2001"}',
        "@article{k,\n title = {One (and) Two}\n year = {2001}\n}",
        "@article{title = {One (and) Two}, year = 2001}",
        "@article{,title = {One (and) Two}, year = 2001}",
        "@article{k\n title = {One (and) Two}, year = 2001}",
        "@article{k, title = {One (and) Two}, year = 2001, title = {Another}, year = 1999}",
        "text before @article\n@comment{a comment, {nested}}@article {k , title={One (and) Two},year=2001} after",
        '@string{one = "One"}\n@string(and = { (and) })\n@article{k, title = One # AND # "Two", year = 2001}',
        "@preamble{ {\\newcommand{x}} }\n@article{k, title = {One\n   (and)\tTwo}, year = {2001}}",
        "@article{k, % a comment\n % year = {1999},\n title = {One (and) Two}, % year = 1990,\n year = 2001}",
        "% @article{old, title = {Old}}\n%@misc{x,\n% title = {X}}\n@article{k, title = {One (and) Two}, year = 2001}",
        "\ufeff@article{k,\r\n title = {{One (and) Two}},\r\n year = {2001}\r\n}\r\n",
    ],
)
def test_one_entry_in_all_its_forms_is_one_paper(source: str) -> None:
    """Rule: types, delimiters, missing commas and keys, doubled fields, comments, macros, line ends."""
    listing = read(source)
    assert listing.problems == ()
    assert [(paper.title, paper.published) for paper in listing.papers] == [("One (and) Two", PartialDate(2001))]


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("{Amber, Ada and Looms, Bo}", ("Ada Amber", "Bo Looms")),
        ("{Ada Amber AND\n  Bo Looms}", ("Ada Amber", "Bo Looms")),
        ("{van der Loom, Bo and Amber, Jr., Ada}", ("Bo van der Loom", "Ada Amber Jr.")),
        (
            "{{Lantern and Kite Collaboration} and Amber, Ada and others}",
            ("Lantern and Kite Collaboration", "Ada Amber"),
        ),
        (r"{{\"O}zg{\"u}r, {\.I}nci and {\'A}d{\'a}m And{\'o}r}", ("İnci Özgür", "Ádám Andór")),
        ("{Ferdinand Brand and Andy Band}", ("Ferdinand Brand", "Andy Band")),
        ("{given=Ada, prefix=von, family=Amber}", ("Ada von Amber",)),
        ("{Amber, A., Looms, B., Kite, C.}", ("A. Amber", "B. Looms", "C. Kite")),
        ("{others}", None),
        ("{}", None),
    ],
)
def test_names_are_split_and_given_names_come_first(value: str, names: tuple[str, ...] | None) -> None:
    """Rule: `and` outside braces, `von Last, Jr, First`, collaborations, `and others`."""
    assert authors(value) == names


def test_editors_are_no_authors_and_a_collaboration_is_one_where_there_is_no_other() -> None:
    """Rule: authors are never invented."""
    assert entry("editor = {Amber, Ada}").authors is None
    assert entry("collaboration = {LANTERN}").authors == ("LANTERN",)
    assert entry("author = {Amber, Ada}, collaboration = {LANTERN}").authors == ("Ada Amber",)


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ("year = 2013", PartialDate(2013)),
        ("year = {2013}, month = mar", PartialDate(2013, 3)),
        ('year = 2013, month = mar # "~14"', date(2013, 3, 14)),
        ('year = 2013, month = "14~" # mar', date(2013, 3, 14)),
        ("year = 2013, month = {September}, day = 2", date(2013, 9, 2)),
        ("year = 2013, month = 9", PartialDate(2013, 9)),
        ("year = 2013, month = feb, day = 30", PartialDate(2013, 2)),
        ("year = 2013, month = {Spring}, day = 2", PartialDate(2013)),
        ("year = 2013, month = jan, day = 1", date(2013, 1, 1)),
        ("date = {2021-05/2021-06}, year = 1999", PartialDate(2021, 5)),
        ("date = {2021-05-06}", date(2021, 5, 6)),
        ("date = {1984/1986}", PartialDate(1984)),
        ("year = {c. 1907a}, month = {}", PartialDate(1907)),
        ("year = {in press}, month = mar", None),
        ("year = {0000}", None),
        ("year = {99999999}", None),
        ("month = mar", None),
        ("year = {2018}, Month = {{AUG}}, Early Access Date = {{JUN 2018}}", PartialDate(2018, 8)),
        ("Publication Year = {1990}, Copy Date = {1991-02}, year = 2013", PartialDate(2013)),
        ("year = 2013 % month = {mar},\n", PartialDate(2013)),
        ("date added = 2020-01-02\n year = 2013\n month = mar", PartialDate(2013, 3)),
    ],
)
def test_a_date_is_as_precise_as_its_source(fields: str, day: KnownDate | None) -> None:
    """Rule: dates agree as far as the year, month and day are known; nothing without a year."""
    assert entry(fields).published == day


@pytest.mark.parametrize(
    ("fields", "identifiers"),
    [
        ("doi = {10.1000/A\\_b}", ["doi:10.1000/a_b"]),
        ("doi = {https://doi.org/10.1000/ab}", ["doi:10.1000/ab"]),
        ("doi = {10.48550/arXiv.2101.11408}", ["arxiv:2101.11408"]),
        ("eprint = {2101.11408v2}, archivePrefix = {arXiv}, primaryClass = {cs.CL}", ["arxiv:2101.11408"]),
        ("eprint = {math/0307200v3}, eprinttype = arxiv", ["arxiv:math/0307200"]),
        ("eprint = {0307200}, archiveprefix = {arXiv}, primaryclass = {math.QA}", ["arxiv:math/0307200"]),
        ("eprint = {12345678}, eprinttype = {pubmed}", []),
        ("eprint = {arXiv:2101.11408v1 [cs.CV]}", ["arxiv:2101.11408"]),
        ("eprint = {hep-th/9711200}, archiveprefix = {arXiv.org}", ["arxiv:hep-th/9711200"]),
        ("journal = {arXiv preprint hep-th/9802150}", ["arxiv:hep-th/9802150"]),
        ("journal = {arXiv e-prints}, eid = {arXiv:2101.11408}, pages = {arXiv:2101.11408}", ["arxiv:2101.11408"]),
        ("journal = {CoRR}, number = {2101.11408}", ["arxiv:2101.11408"]),
        ("publisher = {Kites}, number = {2101.11408}", []),
        ("howpublished = {Preprint at \\url{https://arxiv.org/abs/2101.11408}}", ["arxiv:2101.11408"]),
        ("note = {arXiv:2101.11408 [cs, stat] version: 2}", ["arxiv:2101.11408"]),
        ("arxivId = {2101.11408}", ["arxiv:2101.11408"]),
        ("url = {https://huggingface.co/papers/2101.11408}", ["arxiv:2101.11408"]),
        (
            "url = {http://arxiv.org/abs/2101.11408{\\%}5Cnhttp://dx.doi.org/10.1000/ab}",
            ["arxiv:2101.11408", "doi:10.1000/ab"],
        ),
        ("doi = {10.48550/ARXIV.2101.11408}", ["arxiv:2101.11408"]),
        ("journal = {arXiv preprint arXiv:2101.11408}", ["arxiv:2101.11408"]),
        ("journal = {CoRR}, volume = {abs/2101.11408}", ["arxiv:2101.11408"]),
        ("number = {arXiv:2101.11408}, note = {arXiv:2101.11408 [cs]}", ["arxiv:2101.11408"]),
        ("url = {https://arxiv.org/abs/2101.11408}, doi = {10.1000/ab}", ["doi:10.1000/ab", "arxiv:2101.11408"]),
        ("url = {https://doi.org/10.1000/ab}", ["doi:10.1000/ab"]),
        ("note = {A comment on arXiv:2101.11408}, doi = {none}", []),
    ],
)
def test_ids_are_found_where_entries_keep_them(fields: str, identifiers: list[str]) -> None:
    """Rule: DOI, `eprint`, address, number, journal; not what is only mentioned."""
    assert list(entry(fields).identifiers) == identifiers


def test_an_entry_of_arxiv_has_its_subject_class_and_page() -> None:
    """Rule: arXiv's own export."""
    paper = entry(
        "eprint={2101.11408}, archivePrefix={arXiv}, primaryClass={cs.CL}, url={https://arxiv.org/abs/2101.11408}",
        "misc",
    )
    assert (paper.categories, paper.links) == (("cs.CL",), (("page", "https://arxiv.org/abs/2101.11408"),))


def test_a_subtitle_belongs_to_the_title_and_a_volume_may_have_another_one() -> None:
    """Rule: the subtitle is part of the title."""
    assert entry("subtitle = {A Part}").title == "A Title: A Part"
    assert read("@proceedings{p, booktitle = {Proceedings of Kites}}").papers[0].title == "Proceedings of Kites"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("crossref = {whole}", (("Bo Whole",), PartialDate(2011, 5))),
        ("crossref = {WHOLE}, year = 1999", (("Bo Whole",), PartialDate(1999))),
        ("crossref = {whole}, author = {Amber, Ada}", (("Ada Amber",), PartialDate(2011, 5))),
        ("crossref = {part}", (("Bo Whole",), PartialDate(2011, 5))),
        ("xdata = {data, more}", (("Cy Data",), PartialDate(2014, 3))),
        ("xdata = {more}", (None, PartialDate(2014, 3))),
        ("xref = {whole}", (None, None)),
        ("crossref = {self}", (None, None)),
        ("crossref = {nobody}, xdata = {nobody}", (None, None)),
        ("crossref = {}, xdata = {}", (None, None)),
    ],
)
def test_an_entry_inherits_authors_and_dates(fields: str, expected: tuple[object, object]) -> None:
    """Rule: as in biber, from `crossref` and `xdata` in any order, also through others; `xref` only points."""
    whole = "title = {The Whole}, author = {Whole, Bo}, year = 2011, month = may, doi = {10.1000/w}, abstract = {All}"
    listing = read(
        f"@inbook{{self, title = {{A Chapter}}, {fields}}}\n@inbook{{part, title = {{A Part}}, crossref = {{whole}}}}\n"
        f"@book{{whole, {whole}, url = {{https://example.org}}}}\n@xdata{{data, author = {{Data, Cy}}}}\n"
        "@xdata{more, date = {2014-03}}\n@misc{,title = {N}, author = {Nobody, Al}, year = 1900}\n"
    )
    chapter = listing.papers[0]
    assert listing.problems == ()
    assert len(listing.papers) == 4, "data for other entries are no paper"
    assert (chapter.authors, chapter.published) == expected
    assert (chapter.title, chapter.abstract, chapter.identifiers, chapter.links) == ("A Chapter", "", (), ())


def test_an_entry_does_not_inherit_a_title() -> None:
    """Rule: a chapter does not inherit the title of its volume; an entry without a title is reported."""
    listing = read(
        "@inbook{c, crossref = {w}}\n@book{w, title = {The Whole}}\n@inbook{t, xdata = {x}}\n@xdata{x, title = {X}}"
    )
    assert [paper.title for paper in listing.papers] == ["The Whole", "X"]
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(1, NO_TITLE)]


@pytest.mark.parametrize(
    ("abstract", "text"),
    [
        ("<jats:p>One &amp; <jats:italic>two</jats:italic>.</jats:p><jats:p>Three.</jats:p>", "One & two.\n\nThree."),
        ("See \\url{https://a.example/b\\_c--d}, 5\\,\\% of~all", "See https://a.example/b_c--d, 5 % of all"),
        ("It flies\\footnote{Or so}.", "It flies (Or so)."),
        ("Two: \\begin{itemize} \\item One \\item Two \\end{itemize}", "Two: • One • Two"),
        ("$O(n\\log n)$ of \\cite{kite}", "O(n log n) of [kite]"),
    ],
)  # fmt: skip
def test_an_abstract_is_text(abstract: str, text: str) -> None:
    """Rule: JATS and TeX become text."""
    assert entry(f"abstract = {{{abstract}}}").abstract == text


def test_an_abstract_loses_its_line_wraps_and_keeps_its_paragraphs() -> None:
    """Rule: line breaks of the format are removed."""
    assert entry("abstract = {One\n   line--wrap.\n\n   Two.}").abstract == "One line–wrap.\n\nTwo."


@pytest.mark.parametrize(
    "title", ["A {B} c", "a } b { c", "50% of $5 & #3_x ^2 ~y \\z", "C:\\dir\\", "$x^2$ \\alpha", "\\'e", "{", "İ é 灯"]
)
def test_what_we_export_is_read_again(title: str) -> None:
    """Rule: an exported title and its authors are read back unchanged."""
    names = (Safe("Ada Amber"), Safe("Bo and Co"))
    paper = Paper(PaperKey("title:x"), Safe(title), Safe(""), names, identifiers=(Identifier("doi:10.1000/a_b"),))
    listing = read(bibtex_entry(Entry(paper, (), ReadingState())))
    assert [(read.title, read.authors, read.identifiers) for read in listing.papers] == [
        (title, names, paper.identifiers)
    ]


@pytest.mark.parametrize(
    "day", [*(PartialDate(2019, month) for month in (None, *range(1, 13))), date(2019, 1, 1), None]
)
def test_a_date_that_we_export_is_read_again(day: KnownDate | None) -> None:
    """Rule: exactly the known year, month and day are read back."""
    paper = Paper(PaperKey("title:x"), Safe("Lanterns"), Safe(""), published=day)
    assert [read.published for read in read(bibtex_entry(Entry(paper, (), ReadingState()))).papers] == [day]


@pytest.mark.parametrize(
    ("title", "standing"),
    [
        ("Erratum: Patient Lanterns", Standing.CORRECTION),
        ("Correction to: Patient Lanterns", Standing.CORRECTION),
        ("Correction of Lanterns in Fog", None),
        ("RETRACTED ARTICLE: Patient Lanterns", Standing.RETRACTED),
        ("Editorial", Standing.EDITORIAL),
        ("Editorial Decisions in Lantern Journals", None),
    ],
)
def test_a_title_shows_that_an_entry_is_not_a_paper(title: str, standing: Standing | None) -> None:
    """Rule: errata and editorials are marked; a paper about corrections is a paper."""
    assert read(f"@article{{k, title = {{{title}}}}}").papers[0].standing == standing


@pytest.mark.parametrize(
    "data", [PLAIN.encode(), b"\xef\xbb\xbf" + PLAIN.encode(), b"% Encoding: UTF-8\r\n\r\n@string{a={b}}"]
)
def test_bibtex_is_recognised(data: bytes) -> None:
    """Rule: BibTeX is recognised without `--format`."""
    assert BibtexImporter().recognises(decode_head(data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'[{"title": "@article{x, y}"}]',
        b"new\n\nSubscribe\n\nMar 14\n\nA @title{\n",
        b"TY  - JOUR\n",
        b"<a>@b</a>",
    ],
)
def test_other_formats_are_not_taken_for_bibtex(data: bytes) -> None:
    """Rule: an address or a quoted entry is not BibTeX."""
    assert not BibtexImporter().recognises(data)
