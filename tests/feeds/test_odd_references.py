"""Reference files with the oddities that programs and sites put into them are recognised and read."""

from __future__ import annotations

import json

import pytest
from costs import check_growth, repeated

from paperreader.domain.import_result import ParsedPaper, Problem
from paperreader.domain.latex.text import read_tex_address, read_tex_line
from paperreader.errors import UnreadableInput
from paperreader.feeds.base import StreamImporter
from paperreader.feeds.detection import importer_for
from paperreader.feeds.references.bibtex import BibtexImporter
from paperreader.feeds.references.json_papers import JsonlImporter
from paperreader.feeds.references.ris import RIS
from paperreader.feeds.references.tagged_lines import OUTSIDE_RECORDS
from paperreader.feeds.syntax.encoding import decode_input
from paperreader.feeds.texts.names import NameStyle, read_names


def papers(text: str, format_name: str) -> list[ParsedPaper]:
    """The papers of an input that is recognised as this format, and read without a problem."""
    importer = importer_for(text.encode())
    data = decode_input(text.encode()).data
    assert importer.format == format_name
    found: list[ParsedPaper | Problem]
    if isinstance(importer, StreamImporter):
        found = [item.found for item in importer.read(data.splitlines(keepends=True))]
    else:
        found = [part for one in importer.parse(data) for part in one.papers + one.problems]
    read = [paper for paper in found if isinstance(paper, ParsedPaper)]
    assert len(read) == len(found)
    return read


def bibtex(fields: str) -> str:
    """An entry with a title."""
    return f"@article{{kites, title = {{Kites}}, {fields}}}"


NONE = ("[No abstract available]", "No abstract available.", "NA", "N/A", "-", "Abstract not available")


@pytest.mark.parametrize("said", NONE)
@pytest.mark.parametrize(
    ("format_name", "source"),
    [
        ("bibtex", bibtex("abstract = {%s}")),
        ("ris", "TY  - JOUR\nTI  - Kites\nAB  - %s\nER  - \n"),
        ("ris", "PT J\nTI Kites\nAB %s\nER\n"),
        ("nbib", "PMID- 17\nTI  - Kites\nAB  - %s\n"),
        ("enw", "%%0 Journal Article\n%%T Kites\n%%X %s\n"),
        ("csl-json", '[{"type": "article-journal", "title": "Kites", "abstract": "%s"}]'),
        ("jsonl", '{"title": "Kites", "year": 2019, "abstract": "%s"}\n'),
    ],
)
def test_a_placeholder_is_no_abstract(format_name: str, source: str, said: str) -> None:
    """Rule: a placeholder for a missing abstract is not an abstract in any format."""
    assert [paper.abstract for paper in papers(source % said, format_name)] == [""]


@pytest.mark.parametrize(
    ("text", "style", "names"),
    [
        ("DE AMBER, ADA", NameStyle.BIBTEX, ("ADA DE AMBER",)),
        ("VAN DER LOOMS, BO and AMBER, ADA", NameStyle.BIBTEX, ("BO VAN DER LOOMS", "ADA AMBER")),
        ("LE AMBER, A", NameStyle.ONE, ("A LE AMBER",)),
        ("AMBER LE, LOOMS BO", NameStyle.BIBTEX, ("AMBER LE", "LOOMS BO")),
        ("Amber, Ada und Looms, Bo", NameStyle.BIBTEX, ("Ada Amber", "Bo Looms")),
        ("Amber, Ada et Looms, Bo", NameStyle.BIBTEX, ("Ada Amber", "Bo Looms")),
        ("Ortega y Amber, Ada", NameStyle.BIBTEX, ("Ada Ortega y Amber",)),
        ("Looms, Ph.D., Bo", NameStyle.BIBTEX, ("Bo Looms",)),
        ("Looms, Bo, Dr", NameStyle.ONE, ("Bo Looms",)),
        ("Looms, MD", NameStyle.BIBTEX, ("MD Looms",)),
        ("Ada Amber, Bo Looms and Cy Moe", NameStyle.BIBTEX, ("Ada Amber", "Bo Looms", "Cy Moe")),
        ("Ada Amber¹, Bo Looms² and Cy Moe³", NameStyle.BIBTEX, ("Ada Amber", "Bo Looms", "Cy Moe")),
        ("de la Mar, Ada Bel and Cy Moe", NameStyle.BIBTEX, ("Ada Bel de la Mar", "Cy Moe")),
        ("Mar Luz, Ada Bel and Moe, Cy", NameStyle.BIBTEX, ("Ada Bel Mar Luz", "Cy Moe")),
        ("['Amber, Ada', 'Looms, Bo']", NameStyle.ONE, ("Ada Amber", "Bo Looms")),
        ("['Ada Amber', \"Bo O'Looms\"]", NameStyle.ANY, ("Ada Amber", "Bo O'Looms")),
        ("['Ada Amber", NameStyle.ANY, ("['Ada Amber",)),
    ],
)
def test_names_in_capitals_lists_and_other_languages(text: str, style: NameStyle, names: tuple[str, ...]) -> None:
    """Rule: particles in capitals are not initials; `und` and `et` join names; a list as text gives its names."""
    assert read_names(text, style=style) == names


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\ifmmode \check{C}\else \v{C}\fi{}erny waves", "Černy waves"),
        (r"Ond\ifmmode \check{r}\else \v{r}\fi{}ej", "Ondřej"),
        (r"one \ifmmode without another", r"one \ifmmode without another"),
        ("the `kite' problem", "the ‘kite’ problem"),
        (r"`Kites' and \`a la carte", "‘Kites’ and à la carte"),
        ("the amber`s, not `don't", "the amber`s, not `don't"),
        (r"Mu\d{h}ammad and \textcommabelow{S}tefan", "Muḥammad and Ștefan"),
        (r"\begin{CJK*}{UTF8}{gbsn}风筝\end{CJK*} (Kites)", "风筝 (Kites)"),
        (r"\og vent\fg{} \glqq Wind\grqq{} \textquote{wind}\nocite{*}", "«vent» „Wind“ “wind”"),
        (r"\sout{old} \acrfull{rnn} \NoCaseChange{pH} \centerline{mid}", "old rnn pH mid"),
        (r"\SortNoop{1990}Collected \ac{RNN} and \gls{gan}", "Collected RNN and gan"),
    ],
)
def test_publishers_tex_is_read_as_it_is_set(source: str, text: str) -> None:
    """Rule: the text part of `ifmmode` is read; a backtick and an apostrophe are quotation marks."""
    assert read_tex_line(source) == text


def test_an_accent_of_source_stands_on_a_digit() -> None:
    """Rule: crystal planes have accents on digits."""
    assert read_tex_line(r"the (11\=22) plane") == "the (112̄2) plane"


def test_the_name_of_a_field_may_have_a_hard_blank() -> None:
    """Rule: `funding_text 1`, as Scopus writes it with a non-breaking space, is a field."""
    (paper,) = papers(bibtex("funding_text\xa01 = {The Kite Fund}, author = {Amber, Ada}"), "bibtex")
    assert paper.authors == ("Ada Amber",)


def test_records_of_eric_begin_without_a_number() -> None:
    """Rule: PubMed's format may begin with its owner; records without a number end at an empty line."""
    text = "OWN - ERIC\nTI  - Kites.\nAU  - Amber, Ada\n\nOWN - ERIC\nTI  - Lanterns\nAU  - Looms, Bo\n"
    assert [(paper.title, paper.authors) for paper in papers(text, "nbib")] == [
        ("Kites", ("Ada Amber",)),
        ("Lanterns", ("Bo Looms",)),
    ]


def test_text_of_ovid_between_records_is_skipped() -> None:
    """Rule: Ovid's links are not a problem; a tag between two records is reported."""
    text = "TY  - JOUR\nTI  - %s\nER  - \n\nLink to the Ovid Full Text or citation: https://example.org\n\n"
    assert [paper.title for paper in papers(text % "Kites" + text % "Fog", "ris")] == ["Kites", "Fog"]
    (listing,) = RIS.parse((text % "Kites" + "UR  - https://arxiv.org/abs/2301.00001\n" + text % "Fog").encode())
    assert [paper.identifiers for paper in listing.papers] == [(), ()]
    assert [problem.reason for problem in listing.problems] == [OUTSIDE_RECORDS]


def test_signs_with_names_in_an_address_are_signs() -> None:
    """Rule: a DOI may have TeX commands for its signs."""
    source = r"10.1000/(SICI)17:15/16{\textless}166::AID-K9{\textgreater}3.0.CO;2-2"
    assert read_tex_address(source) == "10.1000/(SICI)17:15/16<166::AID-K9>3.0.CO;2-2"
    assert read_tex_address(r"10.1000/a\textunderscore b\textquux") == "10.1000/a_b"


def test_many_unfinished_marks_of_tex_cost_time_in_proportion() -> None:
    """Rule: unclosed backticks and `ifmmode` are searched once."""
    check_growth(read_tex_line, repeated(" `a"), 60_000)
    check_growth(read_tex_line, repeated(r"\ifmmode a"), 60_000)


def test_a_key_may_have_blanks() -> None:
    """Rule: keys of BibTeX may have blanks; prose with a bracket is not BibTeX."""
    (paper,) = papers("@misc{amber and looms (2000), title = {Kites}, author = {Amber, Ada}}", "bibtex")
    assert (paper.title, paper.authors) == ("Kites", ("Ada Amber",))
    with pytest.raises(UnreadableInput):
        importer_for(b"@amber (see also, for kites, the other one)\n")


@pytest.mark.parametrize(
    "entry",
    ["@misc{a b,\n title={x}}\n", "@misc{a\n title={x}}\n", '@misc{"k, title={x}}\n', "@misc{k, title={x}} x = y } \n"],
)
def test_many_entries_with_odd_keys_cost_time_in_proportion(entry: str) -> None:
    """Rule: the next entry is searched once, whatever its key is."""
    check_growth(lambda text: BibtexImporter().parse(text.encode()), repeated(entry), 40_000)


def test_the_first_key_may_stand_without_a_comma() -> None:
    """Rule: the first key may have a line end in place of its comma."""
    (paper,) = papers("@misc{kites\n  title = {Kites},\n  year = 2019\n}\n", "bibtex")
    assert paper.title == "Kites"


def test_an_entry_inherits_from_the_other_ids_of_an_entry() -> None:
    """Rule: as in biber, `ids` are names of an entry."""
    text = "@misc{a, title = {Kites}, crossref = {old}} @book{b, ids = {older, old}, title = {Fog}, year = 2019}"
    assert [str(paper.published) for paper in papers(text, "bibtex")] == ["2019", "2019"]


@pytest.mark.parametrize(
    "source",
    [
        "TY  -JOUR\nTI  -Kites\nAU  -Amber, Ada\nAU  -Looms, Bo\nER  -\n",
        "TY  – JOUR\nTI  – Kites\nAU  – Amber, Ada\nAU  – Looms, Bo\nER  – \n",
        "TY  - JOUR\nTI  - Kites\nAU  - Amber, Ada\n      Looms, Bo\nER  - \n",
        "TY  - JOUR\nTI  - Kites\nAU  - ['Amber, Ada', 'Looms, Bo']\nER  - \n",
        "TI  - Kites\nAU  - Amber, Ada\nTY  - JOUR\nAU  - Looms, Bo\nER  - \n",
        "TI  - Kites\nAU  - Amber, Ada\nAU  - Looms, Bo\nTY  - JOUR\nER  - \n",
    ],
)
def test_ris_of_odd_programs_is_read(source: str) -> None:
    """Rule: blanks, the type and the dash may differ; one value may list several names."""
    (*_, last) = found = papers(source + "TY  - JOUR\nTI  - Lanterns\nER  - \n", "ris")
    assert [paper.title for paper in found] == ["Kites", "Lanterns"]
    assert found[0].authors == ("Ada Amber", "Bo Looms")
    assert last.authors is None


@pytest.mark.parametrize("between", ["", "\ufeff", "\n\ufeff", "\n"])
@pytest.mark.parametrize(
    ("source", "format_name"),
    [
        ("TY  - JOUR\nTI  - Kites\nAU  - Amber, Ada\nER  - ", "ris"),
        ("FN Of Kites\nVR 1.0\nPT J\nAU Amber, Ada\nTI Kites\nER\n\nEF", "ris"),
        ("PMID- 17\nTI  - Kites\nAU  - Amber, Ada\n", "nbib"),
        ("%0 Journal Article\n%T Kites\n%A Amber, Ada\n", "enw"),
        ("@misc{kites, title = {Kites}, author = {Amber, Ada}}", "bibtex"),
    ],
)
def test_concatenated_files_are_read(source: str, format_name: str, between: str) -> None:
    """Rule: a byte order mark in the middle is dropped, and a file may lack its last line end."""
    found = papers(f"\ufeff{source}{between}{source}", format_name)
    assert [(paper.title, paper.authors) for paper in found] == [("Kites", ("Ada Amber",))] * 2


def test_a_list_of_ids_may_be_made_of_files_with_marks() -> None:
    """Rule: a byte order mark is not part of an id."""
    assert len(papers("\ufeff2301.00001\n\ufeff2301.00002\n", "ids")) == 2


def test_a_name_of_ris_that_goes_on_is_one_name() -> None:
    """Rule: the second line of a name that has no comma belongs to it."""
    (paper,) = papers("TY  - JOUR\nTI  - Kites\nAU  - The Kite and\n  Lantern Group\nER  - \n", "ris")
    assert paper.authors == ("The Kite and Lantern Group",)


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ({"date-parts": [["2019-03-05"]]}, "2019-03-05"),
        ({"date-parts": [["March 2019"]]}, "2019-03"),
        ([{"year": "2019"}], "2019"),
        ({"date-parts": [[None]]}, "None"),
        ([], "None"),
    ],
)
def test_dates_of_other_programs_in_csl_json(issued: object, date: str) -> None:
    """Rule: a whole date in place of the year, and a list of objects, are dates."""
    (paper,) = papers(json.dumps([{"type": "book", "title": "Kites", "issued": issued}]), "csl-json")
    assert str(paper.published) == date


def test_csl_json_may_keep_the_arxiv_id_as_a_place_in_an_archive() -> None:
    """Rule: `archive` and `archive_location` together may be an arXiv id."""
    entry = {"type": "article", "title": "Kites", "archive": "arXiv", "archive_location": "2301.00001"}
    (paper,) = papers(json.dumps([entry]), "csl-json")
    assert paper.identifiers == ("arxiv:2301.00001",)
    (paper,) = papers(json.dumps([{**entry, "archive": "JSTOR"}]), "csl-json")
    assert paper.identifiers == ()


@pytest.mark.parametrize(
    "records",
    [
        '{"title": "Kites", "published": "2019-03-05", "arxiv": "2301.00001"}\n{"title": "Fog", "arxiv": "x"}\n',
        '{"title": "Kites", "year": 2019}{"title": "Fog", "year": 2020}\n',
        '[{"title": "Kites", "abstract": "Glaciers mend."},]',
        '[{"title": "Kites\nat Dusk", "year": 2019}]',
        '[{"title": "Kites", "author": [{"first": "Ada", "last": "Amber"}], "published": {"year": "2019"}}]',
        '{"paper_title": "Kites", "publicationYear": 2019}',
        '{"paperTitle": "Kites", "authorNames": ["Ada Amber"]}',
    ],
)
def test_json_with_a_title_and_one_thing_that_papers_have_is_recognised(records: str) -> None:
    """Rule: records are recognised by any name of a field that is read."""
    assert importer_for(records.encode()).format == "jsonl"


@pytest.mark.parametrize(
    ("text", "format_name"),
    [
        ('{"2301.1": {"title": "Kites", "year": 2019}, "2301.2": {"title": "Fog", "year": 2019}}', "jsonl"),
        ('{"bib": {"title": "Kites", "year": "2019"}}\n{"bib": {"title": "Fog", "year": "2019"}}\n', "jsonl"),
        ('{"_source": {"title": "Kites", "year": 2019}}\n{"_source": {"title": "Fog", "year": 2019}}', "jsonl"),
        ('{"k": {"type": "book", "title": "Kites"}, "f": {"type": "book", "title": "Fog"}}', "csl-json"),
        ('[{"paperTitle": "Kites", "date": {"$date": "2019-03-05"}}, {"PaperTitle": "Fog", "year": 2019}]', "jsonl"),
    ],
)
def test_records_inside_objects_are_read(text: str, format_name: str) -> None:
    """Rule: an object may be a map of papers, or hold one paper under a usual name."""
    assert [paper.title for paper in papers(text, format_name)] == ["Kites", "Fog"]


def test_a_record_whose_first_member_is_an_object_is_one_record() -> None:
    """Rule: an object with a title is one paper, whatever its members and length."""
    text = json.dumps(
        {"journal": {"title": "Fog", "year": 2018}, "title": "Kites", "year": 2019, "abstract": "x" * 500_000}
    )
    assert [paper.title for paper in papers(text, "jsonl")] == ["Kites"]


def test_maps_of_papers_cost_time_in_proportion() -> None:
    """Rule: an object of many papers is read like a list of them."""

    def make(size: int) -> bytes:
        return (
            b'{"k1": {"title": "Kites", "year": 2019}'
            + b', "k2": {"title": "Kites", "year": 2019}' * (size // 40)
            + b"}"
        )

    check_growth(lambda data: list(JsonlImporter().read([data])), make, 400_000)


@pytest.mark.parametrize(
    "text", ['{"notes": [], "count": 0}', '{"messages": [{"status": "no posts found"}], "collection": []}']
)
def test_an_answer_that_lists_nothing_is_no_problem(text: str) -> None:
    """Rule: an empty list of a site is recognised, and has no papers and no problems."""
    assert papers(text, "openreview" if "notes" in text else "biorxiv") == []


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'[{"title": "Kites", "type": "book", "abstract": "B", "year": 2019}]', "jsonl"),
        (b'[{"title": "Kites", "type": "book", "abstract": "B"}]', "csl-json"),
        (b'[{"title": "Kites", "type": "book"}]', "csl-json"),
        (b'[{"title": "Kites", "author": [{"family": "Amber", "given": "A"}]}]', "csl-json"),
        (b'{"message": {"title": ["Kites"], "DOI": "10.1000/a"}}', "csl-json"),
        (b'{"collection": [{"title": "Kites", "doi": "10.1101/1", "author_corresponding": "A"}]}', "biorxiv"),
    ],
)
def test_json_of_a_known_format_stays_with_its_importer(data: bytes, name: str) -> None:
    """Rule: each record goes to the format that it fits best."""
    assert importer_for(data).format == name


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ([["Amber", "Ada", ""], ["Looms", "Bo", "Jr"]], ("Ada Amber", "Bo Looms Jr")),
        ("['Ada Amber', 'Bo Looms']", ("Ada Amber", "Bo Looms")),
        ([["Amber"], []], ("Amber",)),
    ],
)
def test_authors_as_lists_of_parts_and_as_the_text_of_a_list(authors: object, names: tuple[str, ...]) -> None:
    """Rule: arXiv's family, given name and suffix are one name; a list written as text is a list."""
    (paper,) = papers(json.dumps({"title": "Kites", "year": 2019, "authors": authors}), "jsonl")
    assert paper.authors == names


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("arxiv_id\n2301.00001\n", ["arxiv:2301.00001"]),
        ("DOI\n10.1000/a\n", ["doi:10.1000/a"]),
        ('"Paper URL"\n"https://arxiv.org/abs/2301.00001"\n', ["arxiv:2301.00001"]),
        ("arxiv.org/abs/2301.00001 - Kites at Dusk (2023)\n", ["arxiv:2301.00001"]),
        ("10.1000/(SICI)1(1998)17:15<16::AID-K9>3.0.CO;2-2,\n10.1000/b\n",
         ["doi:10.1000/(sici)1(1998)17:15<16::aid-k9>3.0.co;2-2", "doi:10.1000/b"]),
    ],
)  # fmt: skip
def test_lists_with_a_heading_an_address_without_a_scheme_or_an_old_doi(text: str, ids: list[str]) -> None:
    """Rule: the name of a column is skipped; `arxiv.org` may precede an id."""
    assert [name for paper in papers(text, "ids") for name in paper.identifiers] == ids


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("30000001\n30000002\n", "is a list of PubMed ids, which cannot be imported; export from PubMed"),
        ("PMID: 30000001, PMC1234567\n", "is a list of PubMed ids"),
        ("1. J Kite. 2019;1:3.\n\nKites.\n\nAmber A.\n\nPMID: 30000001\n", "is text of PubMed"),
        (
            "Ovid\n\n<1>\nUnique Identifier\n  17\nTitle\n  Kites\n",
            "is text of Ovid, which cannot be imported; export RIS",
        ),
        ("<3. >\nVN  - Ovid Technologies\nTI  - Kites\n", "is text of Ovid"),
        ("- title: Kites\n  author: Ada Amber\n", "is in an unknown format"),
        ("---\nreferences:\n- id: a\n  title: Kites\n", "is in an unknown format"),
        ("amber:\n  type: Article\n  title: Kites\n", "is in an unknown format"),
        ("--------\nKites: one\n", "is in an unknown format"),
        ('{"data": {"attributes": {"titles": [{"title": "Kites"}], "publicationYear": 2021}}}', "response of DataCite"),
        ('{"search-results": {"entry": [{"dc:title": "Kites"}]}}', "JSON of an unknown"),
        ("[1] A. Amber, Kites, 2019.\n[2] B. Looms, Lanterns, 2018.\n", "is in an unknown format"),
        ('[kites]\ntitle = "Kites"\n', "is in an unknown format"),
        ('{"heading": "A title, b", "text": "c, d"}\n{"heading": "E, title", "text": "f, g"}\n', "JSON of an unknown"),
    ],
)
def test_what_is_not_read_is_named_for_what_it_is(text: str, message: str) -> None:
    """Rule: a format that cannot be read is named, with the export that can."""
    with pytest.raises(UnreadableInput, match=r"^is ") as raised:
        importer_for(text.encode())
    assert message in str(raised.value)
