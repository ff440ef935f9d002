"""Saved answers of Semantic Scholar, OpenReview, bioRxiv and medRxiv are read in all their shapes."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from paperreader.domain.dates import PartialDate
from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.domain.paper import Standing
from paperreader.feeds.detection import importer_for
from paperreader.feeds.references.fields import NO_TITLE
from paperreader.feeds.references.json_answers import (
    BIORXIV,
    OPENREVIEW,
    REPLY,
    SEMANTIC_SCHOLAR,
    UNKNOWN_ID,
)
from paperreader.feeds.references.json_files import NOT_A_RECORD, JsonImporter
from paperreader.feeds.syntax.json_items import CUT_OFF, NOT_JSON

PAPER: dict[str, Any] = {
    "paperId": "ab" * 20,
    "externalIds": {"ArXiv": "2101.00001", "DOI": "10.1000/K", "CorpusId": 17},
    "url": "https://www.semanticscholar.org/paper/abab",
    "title": "Kites at Dusk",
    "abstract": "We fly kites.",
    "year": 2021,
    "publicationDate": "2021-02-03",
    "publicationTypes": ["JournalArticle"],
    "openAccessPdf": {"url": "https://example.org/kites.pdf", "status": "GREEN"},
    "tldr": {"model": "m", "text": "Kites fly."},
    "authors": [{"authorId": "1", "name": "Ada Amber"}, {"authorId": None, "name": "Bo Looms"}],
}
OTHER = {**PAPER, "title": "Kites at Dawn", "externalIds": {"DOI": "10.1000/l"}, "publicationDate": None}
NOTE: dict[str, Any] = {
    "id": "kT7", "forum": "kT7", "number": 3, "cdate": 1_612_310_400_000, "tcdate": 1_612_310_400_000, "ddate": None,
    "replyto": None, "invitation": "Sky.org/2021/Conference/-/Blind_Submission",
    "content": {
        "title": "Kites at Dusk", "authors": ["Ada Amber", "Bo Looms"], "abstract": "We fly kites.",
        "pdf": "/pdf/0a.pdf", "venue": "Sky 2021 Poster", "code": "https://github.com/amber/kites",
    },
}  # fmt: skip
NOTE_2 = {
    **{name: value for name, value in NOTE.items() if name != "invitation"},
    "invitations": ["Sky.org/2021/Conference/-/Submission"],
    "pdate": 1_614_729_600_000,
    "content": {name: {"value": value} for name, value in NOTE["content"].items()},
}
ROW: dict[str, Any] = {
    "doi": "10.1101/2021.02.03.000001", "title": "Kites at Dusk",
    "authors": "Amber, A.; van Looms, B. C.; Kite Consortium",
    "author_corresponding": "Ada Amber", "author_corresponding_institution": "Sky", "date": "2021-02-03",
    "version": "1", "type": "new results", "license": "cc_by", "category": "zoology", "jatsxml": "https://example.org/x",
    "abstract": "We fly kites.", "published": "NA", "server": "bioRxiv",
}  # fmt: skip


def read(importer: JsonImporter, value: object) -> ParsedListing:
    """The one listing of an answer, which its importer recognises."""
    data = value.encode() if isinstance(value, str) else json.dumps(value).encode()
    assert importer_for(data) is importer
    (listing,) = importer.parse(data)
    assert listing.is_undated
    return listing


def only(importer: JsonImporter, value: object) -> ParsedPaper:
    """The one paper of an answer without problems."""
    listing = read(importer, value)
    assert listing.problems == ()
    (paper,) = listing.papers
    return paper


@pytest.mark.parametrize(
    "value",
    [
        PAPER,
        [PAPER],
        {"total": 1, "offset": 0, "data": [PAPER]},
        {"total": 1, "token": None, "data": [PAPER]},
        {"recommendedPapers": [PAPER]},
        {"authorId": "1", "name": "Ada Amber", "papers": [PAPER]},
        [{"authorId": "1", "papers": [PAPER]}],
        {"offset": 0, "data": [{"isInfluential": True, "contexts": [], "citingPaper": PAPER}]},
        {"offset": 0, "data": [{"citedPaper": PAPER}]},
        json.dumps({"total": 1, "data": [PAPER]}, indent=2),
        "\ufeff" + json.dumps(PAPER) + "\n",
    ],
    ids=range(11),
)
def test_every_answer_of_semantic_scholar_gives_its_papers(value: object) -> None:
    """Rule: one paper, batches, searches, recommendations, citations and the papers of an author."""
    paper = only(SEMANTIC_SCHOLAR, value)
    assert (paper.title, paper.abstract, paper.authors) == ("Kites at Dusk", "We fly kites.", ("Ada Amber", "Bo Looms"))
    assert (paper.published, paper.identifiers) == (date(2021, 2, 3), ("arxiv:2101.00001", "doi:10.1000/k"))
    assert dict(paper.links) == {"page": PAPER["url"], "pdf": "https://example.org/kites.pdf"}


def test_what_a_paper_cites_is_no_paper_of_the_answer() -> None:
    """Rule: the references of a paper are part of it."""
    assert (
        only(SEMANTIC_SCHOLAR, {**PAPER, "references": [OTHER], "citations": [OTHER, OTHER]}).title == "Kites at Dusk"
    )


def test_a_batch_names_the_ids_that_are_not_known() -> None:
    """Rule: null stands where the site knows no paper; the others are read."""
    listing = read(SEMANTIC_SCHOLAR, [PAPER, None, OTHER])
    assert [paper.title for paper in listing.papers] == ["Kites at Dusk", "Kites at Dawn"]
    assert [problem.reason for problem in listing.problems] == [UNKNOWN_ID]
    assert listing.papers[1].published == PartialDate(2021)


def test_nulls_are_not_known() -> None:
    """Rule: any field may be null."""
    paper = only(SEMANTIC_SCHOLAR, dict.fromkeys(PAPER) | {"paperId": "a", "title": "Kites"})
    assert paper == ParsedPaper("Kites", "", line=1)


@pytest.mark.parametrize("value", [{"paperId": "a"}, {"paperId": "a", "title": None}])
def test_a_record_without_a_title_says_so(value: object) -> None:
    """Rule: an answer that was not asked for titles is no list of papers."""
    assert [problem.reason for problem in read(SEMANTIC_SCHOLAR, value).problems] == [NO_TITLE]


@pytest.mark.parametrize(
    ("importer", "value"),
    [
        (SEMANTIC_SCHOLAR, {"recommendedPapers": []}),
        (OPENREVIEW, {"notes": [], "count": 0}),
        (BIORXIV, {"collection": []}),
    ],
)
def test_an_answer_may_list_nothing(importer: JsonImporter, value: object) -> None:
    """Rule: a search without a hit is no damage."""
    assert importer.parse(json.dumps(value).encode()) == ()


@pytest.mark.parametrize(
    ("note", "published"), [(NOTE, date(2021, 2, 3)), (NOTE_2, date(2021, 3, 3))], ids=["API 1", "API 2"]
)
@pytest.mark.parametrize("wrap", [lambda note: {"notes": [note], "count": 1}, lambda note: [note], lambda note: note])
def test_a_note_of_openreview_is_a_paper(note: dict[str, Any], published: date, wrap: Any) -> None:
    """Rule: bare values and those in objects; times are milliseconds; the page is the forum."""
    paper = only(OPENREVIEW, wrap(note))
    assert (paper.title, paper.abstract, paper.authors) == ("Kites at Dusk", "We fly kites.", ("Ada Amber", "Bo Looms"))
    assert (paper.published, paper.standing) == (published, None)
    assert dict(paper.links) == {
        "page": "https://openreview.net/forum?id=kT7",
        "pdf": "https://openreview.net/pdf/0a.pdf",
        "code": "https://github.com/amber/kites",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"ddate": 1_612_310_400_000},
        {"invitation": "Sky.org/2021/Conference/-/Withdrawn_Submission"},
        {"content": {**NOTE["content"], "venueid": {"value": "Sky.org/2024/Conference/Withdrawn_Submission"}}},
    ],
)
def test_a_note_that_was_deleted_or_withdrawn_is_labelled(change: dict[str, object]) -> None:
    """Rule: it is kept, and its label says that it is gone."""
    assert only(OPENREVIEW, {"notes": [{**NOTE, **change}]}).standing is Standing.WITHDRAWN


@pytest.mark.parametrize(
    "reply",
    [
        {**NOTE, "id": "r1", "replyto": "kT7", "content": {"title": "Official Review", "rating": 6}},
        {**NOTE_2, "id": "r2", "replyto": None, "content": {"decision": {"value": "Accept"}}},
    ],
)
def test_a_review_is_no_paper(reply: dict[str, object]) -> None:
    """Rule: reviews, comments and decisions are named; the submission is read."""
    listing = read(OPENREVIEW, {"notes": [NOTE, reply]})
    assert len(listing.papers) == 1
    assert [problem.reason for problem in listing.problems] == [REPLY]


@pytest.mark.parametrize(
    ("importer", "value", "reason"),
    [
        (SEMANTIC_SCHOLAR, {"error": "Paper with id 0 not found"}, "an error message: Paper with id 0 not found"),
        (SEMANTIC_SCHOLAR, {"message": "Forbidden", "code": "403"}, "an error message: Forbidden"),
        (OPENREVIEW, {"name": "ForbiddenError", "message": "no"}, "an error message: no"),
        (BIORXIV, [{"title": "Kites", "doi": "10.1000/k"}, 7], NOT_A_RECORD),
    ],
)
def test_what_is_no_record_of_the_site_says_why(importer: JsonImporter, value: object, reason: str) -> None:
    """Rule: an error is told, and JSON of another site is not taken for the site's."""
    (listing,) = importer.parse(json.dumps(value).encode())
    assert (listing.papers, {problem.reason for problem in listing.problems}) == ((), {reason})


def test_anonymous_authors_are_not_known_and_an_author_may_be_an_object() -> None:
    """Rule: who is hidden is no author of that name."""
    blind = {**NOTE, "content": {**NOTE["content"], "authors": ["Anonymous"]}}
    assert only(OPENREVIEW, {"notes": [blind]}).authors is None
    people = [{"fullname": "Ada Amber", "username": "~Ada_Amber1"}]
    named = {**NOTE_2, "content": {**NOTE_2["content"], "authors": {"value": people}}}
    assert only(OPENREVIEW, {"notes": [named]}).authors == ("Ada Amber",)


def test_an_address_of_arxiv_is_the_id_of_a_note() -> None:
    """Rule: a note that was copied from elsewhere names the paper by its address."""
    copied = {**NOTE, "content": {**NOTE["content"], "pdf": "https://arxiv.org/pdf/2101.00001v2"}}
    assert only(OPENREVIEW, [copied]).identifiers == ("arxiv:2101.00001",)


def test_of_the_versions_of_a_preprint_the_newest_is_read() -> None:
    """Rule: there is one row a version; the paper has the texts of the newest and the date of the first."""
    rows = [
        {**ROW, "version": "2", "date": "2021-05-06", "title": "Kites at Dusk, Revised"},
        ROW,
        {**ROW, "doi": "10.1101/2021.02.03.000002", "server": "medRxiv", "published": "10.1000/J"},
    ]
    listing = read(BIORXIV, {"messages": [{"status": "ok", "count": 3}], "collection": rows})
    assert listing.problems == ()
    first, second = listing.papers
    assert (first.title, first.version, first.published) == ("Kites at Dusk, Revised", 2, date(2021, 2, 3))
    assert first.identifiers == ("doi:10.1101/2021.02.03.000001",)
    assert first.authors == ("A. Amber", "B. C. van Looms", "Kite Consortium")
    assert dict(first.links) == {"page": "https://www.biorxiv.org/content/10.1101/2021.02.03.000001v2"}
    assert second.identifiers == ("doi:10.1101/2021.02.03.000002", "doi:10.1000/j")
    assert dict(second.links)["page"].startswith("https://www.medrxiv.org/content/")


@pytest.mark.parametrize(
    "row",
    [
        {"biorxiv_doi": ROW["doi"], "published_doi": "10.1000/j", "preprint_title": "Kites at Dusk",
         "preprint_authors": "Amber, A.", "preprint_platform": "bioRxiv", "preprint_date": "2021-02-03",
         "published_date": "2021-09-09", "preprint_abstract": "We fly kites."},
        {"rel_doi": ROW["doi"], "rel_title": "Kites at Dusk", "rel_abs": "We fly kites.", "rel_date": "2021-02-03",
         "rel_site": "bioRxiv", "rel_authors": [{"author_name": "A. Amber", "author_inst": "Sky"}],
         "published": "10.1000/j"},
    ],
)  # fmt: skip
def test_the_other_lists_of_biorxiv_are_read(row: dict[str, object]) -> None:
    """Rule: the list of published preprints and that of a collection name the same fields otherwise."""
    paper = only(BIORXIV, {"messages": [{"status": "ok"}], "collection": [row]})
    assert (paper.title, paper.abstract, paper.authors) == ("Kites at Dusk", "We fly kites.", ("A. Amber",))
    assert (paper.published, paper.identifiers) == (date(2021, 2, 3), (f"doi:{ROW['doi']}", "doi:10.1000/j"))


@pytest.mark.parametrize(
    ("importer", "wrap", "record"),
    [
        (SEMANTIC_SCHOLAR, "data", PAPER),
        (OPENREVIEW, "notes", NOTE_2),
        (BIORXIV, "collection", ROW),
    ],
)
def test_damage_costs_the_damaged_record_only(importer: JsonImporter, wrap: str, record: dict[str, Any]) -> None:
    """Rule: a broken record is named with its line, a cut answer keeps its whole records."""
    rows = [json.dumps(record | ({"doi": f"10.1101/{number}"} if wrap == "collection" else {})) for number in range(3)]
    broken = f'{{"{wrap}": [\n{rows[0]},\n{rows[1].replace("Kites", chr(34), 1)},\n{rows[2]}]}}'
    listing = read(importer, broken)
    assert len(listing.papers) == 2
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(3, NOT_JSON)]
    cut = read(importer, f'{{"{wrap}": [\n{rows[0]},\n{rows[1][:-20]}')
    assert len(cut.papers) == 1
    assert [(problem.line, problem.reason) for problem in cut.problems] == [(3, CUT_OFF)]
