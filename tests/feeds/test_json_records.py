"""Records of other programs are read under whatever names they keep their fields; what cannot be read is told."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from paperreader.domain.dates import KnownDate, PartialDate
from paperreader.domain.import_result import ParsedPaper, Problem
from paperreader.feeds.detection import importer_for
from paperreader.feeds.references.json_papers import JsonlImporter
from paperreader.feeds.references.json_records import UNREAD, read_record


def paper(**fields: Any) -> ParsedPaper:
    """The paper of a record with these fields and a title."""
    found = read_record({"title": "Kites at Dusk", **fields}, 1)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Ada Amber, Bo Looms", ("Ada Amber", "Bo Looms")),
        ("Amber, A.; Looms, B.", ("A. Amber", "B. Looms")),
        ("Ada Amber and Bo Looms", ("Ada Amber", "Bo Looms")),
        (["Ada Amber", "Bo Looms"], ("Ada Amber", "Bo Looms")),
        (["Amber, Ada", "Looms, Bo"], ("Ada Amber", "Bo Looms")),
        ([{"name": "Ada Amber"}, {"authorId": None, "name": "Bo Looms"}], ("Ada Amber", "Bo Looms")),
        ([{"first": "Ada", "middle": "K.", "last": "Amber"}], ("Ada K. Amber",)),
        ([{"given": "Ada", "family": "Amber", "suffix": "Jr"}], ("Ada Amber Jr",)),
        ([{"literal": "Kite Group"}], ("Kite Group",)),
        ([{"firstName": "Ada", "lastName": "Amber"}], ("Ada Amber",)),
        ([{"forename": "Ada", "surname": "Amber"}], ("Ada Amber",)),
        ([{"full_name": "Ada Amber"}, {"fullname": "Bo Looms"}], ("Ada Amber", "Bo Looms")),
        ([{"author": {"display_name": "Ada Amber"}}], ("Ada Amber",)),
        ([{"creatorType": "editor", "name": "Ed It"}, {"creatorType": "author", "name": "Ada Amber"}], ("Ada Amber",)),
        ({"name": "Ada Amber"}, ("Ada Amber",)),
        ([None, {}, 7, "Ada Amber"], ("Ada Amber",)),
        ([], None),
        (None, None),
    ],
)  # fmt: skip
def test_authors_are_a_text_a_list_of_texts_or_of_objects(value: object, names: tuple[str, ...] | None) -> None:
    """Rule: every shape in which programs write authors gives their names."""
    assert paper(authors=value).authors == names


@pytest.mark.parametrize("text", [{"content_text": "We mend kites."}, {"content_html": "<p>We mend kites.</p>"}])
def test_items_of_a_json_feed_are_records(text: dict[str, str]) -> None:
    """Rule: their texts and dates have names of their own (https://www.jsonfeed.org/version/1.1)."""
    found = paper(id="https://arxiv.org/abs/2607.01001", date_published="2026-07-01T04:00:00Z", **text)
    assert (found.abstract, found.identifiers, str(found.published)) == (
        "We mend kites.", ("arxiv:2607.01001",), "2026-07-01",
    )  # fmt: skip
    assert paper(paper_id="2607.01001").identifiers == ("arxiv:2607.01001",)


@pytest.mark.parametrize("name", ["author", "author_names", "creators", "Authors"])
def test_authors_have_several_names(name: str) -> None:
    """Rule: the name of a field is found in any case, with `_` or `-` in it or without."""
    assert paper(**{name: ["Ada Amber"]}).authors == ("Ada Amber",)


@pytest.mark.parametrize(
    ("fields", "published"),
    [
        ({"year": 2021}, PartialDate(2021)),
        ({"year": "2021"}, PartialDate(2021)),
        ({"year": 2021, "date": "2021-02-03"}, date(2021, 2, 3)),
        ({"publicationDate": "2021-02-03", "year": 2021}, date(2021, 2, 3)),
        ({"publication_date": "2021-02-03", "year": 2020}, date(2021, 2, 3)),
        ({"published": "2021-02-03T08:00:00Z"}, date(2021, 2, 3)),
        ({"published_at": "3 February 2021"}, date(2021, 2, 3)),
        ({"date": "20210203"}, date(2021, 2, 3)),
        ({"date": 1_612_310_400}, date(2021, 2, 3)),
        ({"date": 1_612_310_400_000}, date(2021, 2, 3)),
        ({"issued": {"date-parts": [[2021, 2, 3]]}}, date(2021, 2, 3)),
        ({"date": {"year": 2021, "month": 2}}, PartialDate(2021, 2)),
        ({"date": [2021, 2, 3]}, date(2021, 2, 3)),
        ({"date": "n.d.", "year": None}, None),
        ({"date": True}, None),
        ({}, None),
    ],
)
def test_dates_are_read_as_far_as_they_go(fields: dict[str, object], published: KnownDate | None) -> None:
    """Rule: texts, numbers, times since 1970 and objects; of several dates the most reliable one and those like it."""
    assert paper(**fields).published == published


def test_a_year_that_is_no_whole_number_is_a_year() -> None:
    """Rule: a table that has holes writes whole numbers with a point."""
    (item,) = JsonlImporter().read([b'{"title": "A", "year": 2021.0, "arxiv_id": 2101.00010}'])
    assert isinstance(item.found, ParsedPaper)
    assert item.found.published == PartialDate(2021)
    assert item.found.identifiers == ("arxiv:2101.00010",)


@pytest.mark.parametrize(
    ("fields", "identifiers", "version"),
    [
        ({"arxiv_id": "2101.00001"}, ["arxiv:2101.00001"], None),
        ({"arxivId": "2101.00001v3"}, ["arxiv:2101.00001"], 3),
        ({"externalIds": {"ArXiv": "2101.00001", "DOI": "10.1000/A", "CorpusId": 7}},
         ["arxiv:2101.00001", "doi:10.1000/a"], None),
        ({"external_ids": {"DBLP": "x/y"}}, [], None),
        ({"doi": "https://doi.org/10.1000/A"}, ["doi:10.1000/a"], None),
        ({"DOI": "10.1000/a", "id": "2101.00001v2"}, ["arxiv:2101.00001", "doi:10.1000/a"], 2),
        ({"entry_id": "http://arxiv.org/abs/2101.00001v1"}, ["arxiv:2101.00001"], 1),
        ({"ids": ["doi:10.1000/a", "arXiv:2101.00001"]}, ["doi:10.1000/a", "arxiv:2101.00001"], None),
        ({"pdf_url": "https://arxiv.org/pdf/2101.00001v2"}, ["arxiv:2101.00001"], 2),
        ({"url": "https://arxiv.org/abs/2101.00001", "doi": "10.1000/a"}, ["doi:10.1000/a"], None),
        ({"id": 17, "doi": None}, [], None),
    ],
)  # fmt: skip
def test_ids_are_found_under_all_their_names(
    fields: dict[str, object], identifiers: list[str], version: int | None
) -> None:
    """Rule: arXiv ids, DOIs, and addresses where there is nothing else."""
    found = paper(**fields)
    assert (list(found.identifiers), found.version) == (identifiers, version)


def test_abstract_links_and_kind_are_read() -> None:
    """Rule: markup goes, addresses are links, and a kind of publication may say that it is no paper."""
    found = paper(
        summary="<p>One.</p><p>Two.</p>",
        url="https://example.org/kites",
        openAccessPdf={"url": "https://example.org/kites.pdf", "status": "GREEN"},
        code="https://github.com/amber/kites",
        publicationTypes=["JournalArticle", "Editorial"],
    )
    assert found.abstract == "One.\n\nTwo."
    assert dict(found.links) == {
        "page": "https://example.org/kites",
        "pdf": "https://example.org/kites.pdf",
        "code": "https://github.com/amber/kites",
    }
    assert found.standing == "editorial"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"authors": 7}, [("authors", "7")]),
        ({"authors": {"1": "Ada"}}, [("authors", "{'1': 'Ada'}")]),
        ({"date": "soon"}, [("date", "soon")]),
        ({"published": "soon", "year": 2021}, []),
        ({"doi": "see the page"}, [("DOI", "see the page")]),
        ({"arxiv_id": "cs/none"}, [("arXiv id", "cs/none")]),
        ({"authors": [], "date": "", "doi": "N/A", "arxiv_id": None, "year": float("nan")}, []),
        ({"authors": [None], "date": None}, []),
    ],
)
def test_what_cannot_be_read_is_told(fields: dict[str, object], told: list[tuple[str, str]]) -> None:
    """Rule: a value that says something and is not read is told; one that says nothing is not."""
    found = read_record({"title": "Kites", **fields}, 1)
    assert found
    assert found[1] == told


def test_a_paper_is_kept_without_what_is_not_read() -> None:
    """Rule: the importer names the line and the value, and keeps the paper."""
    raw = json.dumps({"title": "Kites", "date": "soon"}).encode()
    problem, item = JsonlImporter().read([raw])
    assert isinstance(problem.found, Problem)
    assert (problem.found.line, problem.found.reason, problem.found.excerpt) == (1, UNREAD.format("date"), "soon")
    assert problem.set_aside == raw
    assert isinstance(item.found, ParsedPaper)
    assert problem.end == 0, "an import that ends here begins with the paper again"


RECORDS = [
    {"title": "Kites at Dusk", "authors": ["Ada Amber"], "year": 2021, "doi": "10.1000/a"},
    {"title": "Kites at Dawn", "authors": "Bo Looms", "date": "2021-02-03", "arxiv_id": "2101.00001"},
]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(json.dumps, RECORDS)),
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        json.dumps({"count": 2, "results": RECORDS}),
        json.dumps({"query": "kites", "papers": RECORDS}, indent=1),
    ],
)
def test_records_of_others_are_recognised_and_read_in_every_layout(text: str) -> None:
    """Rule: the records may stand one per line, in an array, or in an object."""
    importer = importer_for(text.encode())
    assert isinstance(importer, JsonlImporter)
    papers = [item.found for item in importer.read([text.encode()]) if isinstance(item.found, ParsedPaper)]
    assert [found.title for found in papers] == ["Kites at Dusk", "Kites at Dawn"]
    assert [found.identifiers for found in papers] == [("doi:10.1000/a",), ("arxiv:2101.00001",)]


@pytest.mark.parametrize(
    "value",
    [
        {"id": "https://openalex.example/W1", "title": "Kites", "authorships": [], "publication_year": 2021},
        {"hits": {"hits": [{"metadata": {"titles": [{"title": "Kites"}], "authors": [], "arxiv_eprints": []}}]}},
        {"title": "Kites", "name": "a package", "version": "1.0"},
        {"title": "Kites"},
    ],
)
def test_other_json_with_a_title_is_left_alone(value: object) -> None:
    """Rule: formats that are not read, and objects that are no papers, are not taken."""
    assert not JsonlImporter().recognises(json.dumps(value).encode())
