"""Saved web pages of Hugging Face's papers give what their data says, else what they show."""

from __future__ import annotations

import json
import quopri
from collections.abc import Sequence
from html import escape
from typing import Any

import pytest
from invented import items

from paperreader.domain.import_result import ParsedListing
from paperreader.feeds.base import HEAD
from paperreader.feeds.detection import importer_for
from paperreader.feeds.saved_page import NO_PAPERS, SavedPageImporter
from paperreader.feeds.syntax.page_lines import html_lines

ENTRIES = items(3, 200)
HEADING = "<h1>Daily Papers</h1><p>by <a href='/akhaliq'>AK</a> and the research community</p>"


def item(number: int, day: str | None = "2026-07-14T00:00:00.000Z", **more: Any) -> dict[str, Any]:
    """A paper as the API gives it, with what stands around it."""
    title, abstract = ENTRIES[number]
    paper = {
        "id": f"2607.0000{number}", "title": title, "summary": abstract, "upvotes": 10 + number,
        "publishedAt": "2026-07-13T00:00:00.000Z", "authors": [{"name": "Ann <One> & Co", "hidden": False}], **more,
    }  # fmt: skip
    if day:
        paper["submittedOnDailyAt"] = day
    return {"paper": paper, "title": title, "numComments": number}


def page(target: str, props: object, *, title: str = "Daily Papers - Hugging Face", quote: str = '"') -> bytes:
    """A saved page with its data in it, as the site writes it."""
    data = escape(json.dumps(props, ensure_ascii=False)).replace("&#x27;", "'" if quote == '"' else "&#x27;")
    other = escape(json.dumps({"isWide": True}))
    return (
        f'<!doctype html>\n<html class=""><head><meta charset="utf-8" />\n<title>{title}</title></head>\n<body>'
        f'<div class="SVELTE_HYDRATER contents" data-target="MainHeader" data-props="{other}"><svg><path/></svg></div>'
        "\n"
        f'<main><div class="SVELTE_HYDRATER contents" data-target="{target}" data-props={quote}{data}{quote}>'
        f"{HEADING}</div></main></body></html>"
    ).encode()


def read(data: bytes) -> tuple[ParsedListing, ...]:
    """What the importer that is found for a page makes of it."""
    importer = importer_for(data[:HEAD])
    assert isinstance(importer, SavedPageImporter)
    return importer.parse(data)


def test_the_list_of_a_day_is_read_as_an_answer_of_the_api() -> None:
    """Rule: ids, authors, figures and the day of the list come from the data; papers stand on its line."""
    (listing,) = read(page("DailyPapers", {"dateString": "2026-07-14", "dailyPapers": [item(0), item(1)]}))
    assert (listing.feed, str(listing.date), listing.problems) == ("hf", "2026-07-14", ())
    assert [(p.title, p.abstract, p.upvotes, p.comments, p.line) for p in listing.papers] == [
        (*ENTRIES[0], 10, 0, 5), (*ENTRIES[1], 11, 1, 5),
    ]  # fmt: skip
    assert [paper.identifiers for paper in listing.papers] == [("arxiv:2607.00000",), ("arxiv:2607.00001",)]
    assert listing.papers[0].authors == ("Ann <One> & Co",)
    assert str(listing.papers[0].published) == "2026-07-13"


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize(
    ("day", "date", "expected"),
    [("2026-07-14T00:00:00.000Z", None, "2026-07-14"), (None, "2026-07-13", "2026-07-13"), (None, None, None)],
)
def test_the_day_of_a_list_is_that_of_its_papers_else_that_of_the_page(
    quote: str, day: str | None, date: str | None, expected: str | None
) -> None:
    """Rule: pages of before 2025 say the day once, for all papers; both quotation marks are HTML."""
    (listing,) = read(page("DailyPapers", {"dateString": date, "dailyPapers": [item(0, day)]}, quote=quote))
    assert (str(listing.date) if listing.date else None) == expected


def test_the_list_of_a_week_puts_each_paper_on_its_day() -> None:
    """Rule: a week or a month lists papers of several days."""
    found = [item(0, "2026-07-14T00:00:00.000Z"), item(1, "2026-07-13T00:00:00.000Z"), item(2)]
    listings = read(page("DailyPapers", {"periodType": "week", "dateString": "2026-W29", "dailyPapers": found}))
    assert [(str(listing.date), len(listing.papers)) for listing in listings] == [("2026-07-14", 2), ("2026-07-13", 1)]


@pytest.mark.parametrize(
    "props",
    [
        {"query": {"q": "kites"}, "searchResults": [item(1), item(0, None)], "dailyPapers": [item(2)]},
        {"query": {"q": "kites"}, "dailyPapers": [item(1), item(0, None)]},
        {"isTrending": True, "query": {}, "dailyPapers": [item(1), item(0, "2024-01-02T00:00:00.000Z")]},
    ],
    ids=["search", "older search", "trending"],
)
def test_what_was_searched_for_or_is_trending_is_a_page_in_its_order(props: dict[str, Any]) -> None:
    """Rule: its papers are of no day's list; it is the same listing as its text."""
    (listing,) = read(page("DailyPapers", {"dateString": "2026-07-20", **props}))
    assert [paper.title for paper in listing.papers] == [ENTRIES[1].title, ENTRIES[0].title]
    assert (listing.feed, str(listing.date), listing.is_undated) == (None, "2026-07-20", False)


@pytest.mark.parametrize(("day", "expected"), [("2026-07-14T00:00:00.000Z", "2026-07-14"), (None, "None")])
def test_the_page_of_one_paper_is_that_paper(day: str | None, expected: str) -> None:
    """Rule: it needs no date, and takes no rank in a list; comments are counted."""
    comments = [{"type": "comment"}, {"type": "comment"}, {"type": "status-change"}]
    props = {"paper": item(0, day)["paper"], "comments": comments}
    (listing,) = read(page("PaperContent", props, title="Paper page - Kites"))
    assert (listing.feed, str(listing.date), listing.is_undated) == (None, expected, True)
    assert [(paper.title, paper.upvotes, paper.comments) for paper in listing.papers] == [(ENTRIES[0].title, 10, 2)]


@pytest.mark.parametrize("props", [{"dailyPapers": []}, {"query": {"q": "x"}, "searchResults": []}])
def test_a_page_that_lists_nothing_has_no_papers_and_no_problem(props: dict[str, Any]) -> None:
    """Rule: a weekend is no damage."""
    listings = read(page("DailyPapers", props))
    assert [paper for listing in listings for paper in listing.papers] == []
    assert [problem for listing in listings for problem in listing.problems] == []


def test_an_item_without_a_title_is_named_and_the_others_are_kept() -> None:
    """Rule: a bad item costs itself; the problem names the line of the data."""
    found = [item(0), {"paper": {"id": "2607.00009"}}, item(1)]
    (listing,) = read(page("DailyPapers", {"dateString": "2026-07-14", "dailyPapers": found}))
    assert len(listing.papers) == 2
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(5, "an item without a title")]


def test_a_page_that_was_cut_in_its_data_gives_its_whole_papers() -> None:
    """Rule: the same of a download that broke off: what is whole is kept, and the cut is named."""
    data = page("DailyPapers", {"dateString": "2026-07-14", "dailyPapers": [item(0), item(1), item(2)]})
    (listing,) = read(data[: data.index(escape(ENTRIES[2].abstract[:40]).encode()) + 30])
    assert [paper.title for paper in listing.papers] == [ENTRIES[0].title, ENTRIES[1].title]
    assert "cut off" in listing.problems[0].reason


def shown(entries: Sequence[tuple[str, str]]) -> str:
    """The cards of a page as the site shows them."""
    cards = [
        f'<article class="[&>svg]:mr-1"><a href="/papers/2607.0000{number}"><img alt="x"></a><div>Submitted by'
        f'<div class="flex"><img src="/a.svg" alt=""><div>someone</div></div></div><a href="/login?next=%2Fpapers'
        f'%2F2607.0000{number}"><svg></svg><div>1{number}</div></a><h3><a href="/papers/2607.0000{number}">'
        f"{escape(title)}</a></h3><a href='/papers/2607.0000{number}'><p>{escape(abstract)}</p></a><ul><li></li><li>"
        f"4 authors</li></ul>\u00b7 Published on Jul 1{number}, 2026<a href='https://github.com/o/k{number}'>GitHub"
        f" <span>1.2k</span></a><a href='/papers/2607.0000{number}#community'><svg></svg>{number + 2}</a></article>"
        for number, (title, abstract) in enumerate(entries)
    ]
    return (
        "<!doctype html><html><head><title>Daily Papers - Hugging Face</title><style>a > b {}</style></head><body>"
        f"<nav><a href='/models'>Models</a></nav><main>{HEADING}<script>if (a < b) {{}}</script><div>Jul 14</div>"
        f"{''.join(cards)}</main><footer><a href='/terms'>TOS</a></footer></body></html>"
    )


def test_a_page_without_its_data_is_read_by_what_it_shows() -> None:
    """Rule: titles are the headings, ids their addresses; tags, scripts and hidden parts are no text."""
    (listing,) = read(shown(ENTRIES).encode())
    assert [(p.title, p.abstract, p.upvotes, p.comments) for p in listing.papers] == [
        (*entry, 10 + number, number + 2) for number, entry in enumerate(ENTRIES)
    ]
    assert [paper.identifiers[0] for paper in listing.papers] == [f"arxiv:2607.0000{number}" for number in range(3)]
    assert dict(listing.papers[1].links)["code"] == "https://github.com/o/k1"
    assert (str(listing.date), listing.feed, listing.problems) == ("2026-07-14", None, ())


def test_a_page_saved_as_one_file_is_read() -> None:
    """Rule: MHTML, as browsers save a page in one file, holds the HTML in parts and in another encoding."""
    html = page("DailyPapers", {"dateString": "2026-07-14", "dailyPapers": [item(0)]})
    head = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://huggingface.co/papers\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--B"\r\n\r\n\r\n----B\r\n'
        "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    data = head.encode() + quopri.encodestring(html) + b"\r\n----B--\r\n"
    (listing,) = read(data)
    assert [paper.title for paper in listing.papers] == [ENTRIES[0].title]


@pytest.mark.parametrize(
    "html",
    [
        "<!doctype html><html><title>Models - Hugging Face</title><body>huggingface.co/papers <h3>A Model</h3></body>",
        "<!doctype html><html><body>SVELTE_HYDRATER Sign in to read this page</body></html>",
        "<html><body><a href='//arxiv.org/abs/2607.00001'>A blog</a> about kites</body></html>",
    ],
)
def test_a_page_of_another_kind_is_named_and_gives_no_paper(html: str) -> None:
    """Rule: a model's page, a log-in or a blog that names the sites is no list."""
    (listing,) = read(html.encode())
    assert listing.papers == ()
    assert [problem.reason for problem in listing.problems] == [NO_PAPERS]


@pytest.mark.parametrize(
    "data", [b"<html><body>An essay on kites</body></html>", b"<rss>huggingface.co/papers</rss>", b""]
)
def test_what_is_no_saved_page_of_the_two_is_not_recognised(data: bytes) -> None:
    """Rule: other pages have their own message, and feeds their own importer."""
    assert not SavedPageImporter().recognises(data)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a <b>bold</b> word</p><p>&amp; next</p>", ["a bold word", "& next"]),
        ("<div title='a > b'>seen</div>", ["seen"]),
        ("p < 0.05 and <kernel> stay", ["p < 0.05 and stay"]),
        ("a<!-- <p>gone</p> -->b<script>1<p>2</script>c<svg><title>x</title></svg>d", ["abcd"]),
        ('<span class="MathJax">x2</span><script type="math/tex">x^2</script> kites', ["$x^2$ kites"]),
        ("a<br/>b<hr>c", ["a", "b", "c"]),
        ("text <p unclosed='", ["text"]),
        ("text <!-- unclosed", ["text"]),
    ],
)
def test_a_page_shows_the_lines_that_a_browser_shows(html: str, expected: list[str]) -> None:
    """Rule: blocks are lines; what is not shown is left out; formulas are as they were written."""
    assert [line.text for line in html_lines(html)] == expected
