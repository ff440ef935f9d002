"""Answers of arXiv's query API are read whole, and a refused query is never a paper."""

from datetime import date
from pathlib import Path

import pytest

from paperreader.domain.import_result import ParsedListing
from paperreader.domain.paper import Standing
from paperreader.feeds.arxiv.api_answers import QueryImporter

ANSWER = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"
      xmlns="http://www.w3.org/2005/Atom">
<id>https://arxiv.org/api/abc</id>
<title>arXiv Query: search_query={query}&amp;id_list={ids}&amp;start=0&amp;max_results=100</title>
<updated>2026-04-12T22:45:06Z</updated>
<opensearch:totalResults>{total}</opensearch:totalResults>
<opensearch:startIndex>0</opensearch:startIndex>
{entries}</feed>
"""
ENTRY = """<entry>
<id>http://arxiv.org/abs/2202.12139v2</id>
<title>Lanterns\n  in Fog</title>
<updated>2022-03-24T15:05:19Z</updated>
<link href="https://arxiv.org/abs/2202.12139v2" rel="alternate" type="text/html"/>
<link href="https://arxiv.org/pdf/2202.12139v2" rel="related" type="application/pdf" title="pdf"/>
<link href="https://doi.org/10.1000/AB" rel="related" title="doi"/>
<summary>  Of lanterns,\nwe say &lt;little&gt;.\n  Of fog more.</summary>
<category term="cs.LG"/><category term="cs.SE"/><category term="68T50"/>
<published>2022-02-24T15:05:19Z</published>
<arxiv:comment>{comment}</arxiv:comment>
<arxiv:primary_category term="cs.SE"/>
<author><name>Ada Baker</name><arxiv:affiliation>Here</arxiv:affiliation></author>
<author><name>Carl D\\"urer</name></author>
<arxiv:doi>10.1000/AB</arxiv:doi>
</entry>
"""
ERROR = """<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id><title>Error</title>
<summary>incorrect id format for abc</summary><author><name>arXiv api core</name></author></entry>"""
CAPTURES = [
    ("id_0000.0000", None, 0),
    ("id_0808.05394", None, 0),
    ("id_1707.08567", "arxiv:query", 1),
    ("id_abc", "arxiv:query", 0),
    ("id_astro-ph_0601001", "arxiv:query", 1),
    ("q_testing_s0", 'arxiv:"all:testing"', 100),
    ("q_testing_s10", 'arxiv:"all:testing"', 10),
]


def answer(entries: str = ENTRY, query: str = "all:fog", ids: str = "", total: int = 1, comment: str = "") -> bytes:
    """An answer with these entries."""
    filled = entries.replace("{comment}", comment)
    return ANSWER.format(query=query, ids=ids, total=total, entries=filled).encode()


def read(data: bytes) -> ParsedListing:
    """The one listing of an answer."""
    (listing,) = QueryImporter().parse(data)
    return listing


def test_an_entry_is_read_with_all_that_it_says() -> None:
    """Rule: wraps are undone, the primary class comes first, the version is told from the id."""
    listing = read(answer())
    assert (listing.feed, listing.date, listing.problems) == ('arxiv:"all:fog"', date(2026, 4, 12), ())
    (paper,) = listing.papers
    assert paper.title == "Lanterns in Fog"
    assert paper.abstract == "Of lanterns, we say <little>.\n\nOf fog more."
    assert paper.authors == ("Ada Baker", "Carl Dürer")
    assert paper.published == date(2022, 2, 24)
    assert paper.identifiers == ("arxiv:2202.12139", "doi:10.1000/ab")
    assert paper.categories == ("cs.SE", "cs.LG")
    assert (paper.version, paper.standing, paper.line) == (2, None, 9)
    assert dict(paper.links) == {
        "page": "https://arxiv.org/abs/2202.12139v2",
        "pdf": "https://arxiv.org/pdf/2202.12139v2",
    }


def test_a_withdrawn_paper_is_marked() -> None:
    """Rule: the comment says it."""
    assert read(answer(comment="This paper has been withdrawn")).papers[0].standing is Standing.WITHDRAWN


@pytest.mark.parametrize(
    ("query", "ids", "feed"),
    [
        ("all:fog", "", 'arxiv:"all:fog"'),
        ("ti:fog+AND+au:baker", "", 'arxiv:"ti:fog AND au:baker"'),
        ("cat:cs.AI", "2202.12139", 'arxiv:"cat:cs.AI"'),
        ("", "2202.12139", "arxiv:query"),
        ("\x85all:fog\u202e", "", 'arxiv:"all:fog"'),
    ],
)
def test_a_listing_is_named_by_its_query(query: str, ids: str, feed: str) -> None:
    """Rule: the same query on another day is the same feed; ids that were looked up are no query."""
    assert read(answer(query=query, ids=ids)).feed == feed


def test_an_answer_without_papers_is_no_listing() -> None:
    """Rule: a query that finds nothing is answered, with nothing."""
    assert QueryImporter().parse(answer("", total=0)) == ()


def test_an_empty_page_of_an_answer_that_has_papers_is_named() -> None:
    """Rule (formats 3.1): arXiv forgets its papers at times; that must not pass for a query that found none."""
    listing = read(answer("", total=12))
    assert listing.papers == ()
    assert "fetch the list again" in listing.problems[0].reason


@pytest.mark.parametrize(
    ("first", "before"), [("0", 0), ("500", 500), (" 29500 ", 29_500), ("", 0), ("-1", 0), ("many", 0), ("9" * 12, 0)]
)
def test_a_slice_of_an_answer_says_how_many_papers_stand_before_it(first: str, before: int) -> None:
    """Rule: ranks go on over the slices of one search; what is no number, or is no search's, is none."""
    data = answer().replace(b"startIndex>0<", b"startIndex>%s<" % first.encode())
    assert read(data).before == before


def test_a_refused_query_is_a_problem() -> None:
    """Rule: the entry called `Error` is never a paper; it says why."""
    listing = read(answer(ERROR))
    assert listing.papers == ()
    assert listing.problems[0].reason == "arXiv refused the query: incorrect id format for abc"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("<entry><title>Fog</title></entry>", "without an arXiv id"),
        ("<entry><id>http://example.org/1</id><title>Fog</title></entry>", "without an arXiv id"),
        ("<entry><id>http://arxiv.org/abs/2202.12139v2</id></entry>", "without a title"),
        ("<entry><id>http://arxiv.org/abs/2202.12139v2</id><title><</title></entry>", "not well-formed"),
    ],
)
def test_a_bad_entry_costs_itself_only(entry: str, reason: str) -> None:
    """Rule: it is named and kept verbatim; the others are read."""
    listing = read(answer(entry + "\n" + ENTRY))
    assert len(listing.papers) == 1
    (problem,) = listing.problems
    assert (problem.line, reason in problem.reason) == (9, True)
    assert listing.set_aside[0][1].strip() == entry.encode()


@pytest.mark.parametrize("data", [b"", b"<rss/>", b"<html></html>", b"nothing", b"<feed/>"])
def test_what_is_no_answer_is_a_problem(data: bytes) -> None:
    """Rule: `--format arxiv-api` does not make an input one."""
    assert not QueryImporter().recognises(data)
    listing = read(data)
    assert listing.papers == ()
    assert listing.problems


@pytest.mark.parametrize(("name", "feed", "papers"), CAPTURES)
def test_real_answers_are_read_whole(captures: Path, name: str, feed: str | None, papers: int) -> None:
    """Rule: every entry of a capture is a paper, but for the refusal."""
    (path,) = (captures / "arxiv_atom").glob(f"{name}_*.xml")
    data = path.read_bytes()
    assert QueryImporter().recognises(data)
    listings = QueryImporter().parse(data)
    assert [listing.feed for listing in listings] == ([feed] if feed else [])
    assert sum(len(listing.papers) for listing in listings) == papers
    assert all(listing.before == (10 if name.endswith("_s10") else 0) for listing in listings)
    reasons = [problem.reason for listing in listings for problem in listing.problems]
    assert reasons == (["arXiv refused the query: incorrect id format for abc"] if name == "id_abc" else [])
    found = [paper for listing in listings for paper in listing.papers]
    assert all(paper.authors and paper.abstract and paper.published and paper.categories for paper in found)
