"""Saved web pages of Hugging Face and arXiv: HTML, or MHTML in a single file.

A page of Hugging Face contains its data as JSON, in a form of the API:

    <div class="SVELTE_HYDRATER contents" data-target="DailyPapers" data-props="{ &quot;dailyPapers&quot;: [ … ] }">

    DailyPapers  := { "dailyPapers": [ item* ], "dateString": …, "periodType": "day" | "week" | "month",
                      "isTrending": …, "query": { "q": … }, "searchResults": [ item* ] }
    PaperContent := { "paper": flat, "comments": [ … ], … }

Lists of a day, week or month are read like answers of the API, with each paper on the date of its list. Searches and
trending papers are read like their text. A page without data is read from its visible text.
"""

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

from paperreader.domain.dates import parse_iso
from paperreader.domain.import_result import EXCERPT, ParsedListing, Problem
from paperreader.domain.text import clean_line
from paperreader.feeds.arxiv.pages import read_arxiv_page
from paperreader.feeds.huggingface.api_answers import DailyPapersImporter
from paperreader.feeds.huggingface.page_importer import read_pages
from paperreader.feeds.syntax.page_lines import html_lines

TOP = 4_000
"""Bytes from the start that identify HTML and MHTML."""
NO_PAPERS = "shows no papers; save a page of huggingface.co/papers, arxiv.org/list or arxiv.org/abs"
"""The problem of any other page."""

_HTML = re.compile(rb"\s*(?:<!--[^<>]*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_MHTML = re.compile(rb"^(?:From: <Saved by |Snapshot-Content-Location:|Content-Type: multipart/related)", re.MULTILINE)
_HUGGING_FACE = re.compile(
    rb"huggingface\.co(?:/|&#x2F;)papers|(?:Papers|Paper page)[^<>]{0,300}</title>|SVELTE_HYDRATER"
)
_ARXIV = re.compile(rb"citation_arxiv_id|(?:static\.|//|\")arxiv\.org/(?:list|abs|catchup)/|list-title|id=['\"]dlpage")
_PROPS = re.compile(r"data-props=(?:\"([^\"]*)(?:\"|\Z)|'([^']*)(?:'|\Z))")
_DATA = ('"dailyPapers"', '"searchResults"', '"paper"')


class SavedPageImporter:
    """The importer of saved web pages."""

    format = "html"
    max_bytes = 16_000_000
    """A list of 2,000 papers with abstracts has 6 MB."""
    max_lines = 500_000

    def recognises(self, head: bytes) -> bool:
        """Whether it is a saved page that names one of the two sites."""
        begin = head[:TOP]
        is_page = _HTML.match(begin) is not None or _MHTML.search(begin) is not None
        return is_page and (_HUGGING_FACE.search(head) is not None or _ARXIV.search(head) is not None)

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """The listings of a page; none if its list is empty, and a problem if the page is of another site."""
        if _MHTML.search(data[:TOP]) and not _HTML.match(data[:TOP]):
            data = _html_of(data)
        html = data.decode(errors="replace")
        found = _read_data(html)
        if found is not None:
            return found
        if listings := read_arxiv_page(html):
            return listings
        lines = html_lines(html)
        listings = read_pages(lines)
        if any(paper.identifiers for paper in listings[0].papers):  # from the addresses of its titles
            return listings
        excerpt = clean_line(" · ".join(line.text for line in lines[:5]), EXCERPT)
        return (ParsedListing((), (Problem(None, NO_PAPERS, excerpt),)),)


def _html_of(data: bytes) -> bytes:
    """The HTML in an MHTML file, or None."""
    from email import message_from_bytes  # 8 ms that only these need

    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html" and isinstance(content := part.get_payload(decode=True), bytes):
            return content
    return b""


def _read_data(html: str) -> tuple[ParsedListing, ...] | None:
    """The listings in the data of a Hugging Face page, the first with papers; None without data."""
    found: tuple[ParsedListing, ...] | None = None
    line = counted = 0
    for match in _PROPS.finditer(html):
        text = unescape(match[1] or match[2] or "")
        if not any(name in text for name in _DATA):
            continue
        line, counted = line + html.count("\n", counted, match.start()), match.start()
        try:
            props = json.loads(text)
        except (ValueError, RecursionError):
            listings = DailyPapersImporter().parse(text.encode())  # it keeps every intact item
        else:
            listings = _listings(props) if isinstance(props, dict) else ()
        found = tuple(_on_line(listing, line + 1) for listing in listings)
        if any(listing.papers for listing in found):
            break
    return found


def _on_line(listing: ParsedListing, number: int) -> ParsedListing:
    """A listing whose data is on one line."""
    return replace(
        listing,
        papers=tuple(replace(paper, line=number) for paper in listing.papers),
        problems=tuple(replace(problem, line=number) for problem in listing.problems),
        set_aside=tuple((number, raw) for _, raw in listing.set_aside),
    )


def _listings(props: dict[str, Any]) -> tuple[ParsedListing, ...]:
    """The listings in the data of a page."""
    if isinstance(props.get("paper"), dict):
        comments = [comment for comment in props.get("comments") or () if isinstance(comment, dict)]
        count = sum(comment.get("type") == "comment" for comment in comments)
        found = _of_items([{"paper": props["paper"], "numComments": count}])
        return tuple(replace(listing, feed=None, is_undated=True) for listing in found)
    query, results = props.get("query"), props.get("searchResults")
    is_search = bool(results or (isinstance(query, dict) and query.get("q")))
    items = results if is_search and isinstance(results, list) else props.get("dailyPapers")
    day = props.get("dateString")
    found = _of_items(items if isinstance(items, list) else [], day)
    if not (is_search or props.get("isTrending")):
        return found
    papers = sorted((paper for listing in found for paper in listing.papers), key=lambda paper: paper.line or 0)
    problems = tuple(problem for listing in found for problem in listing.problems)
    set_aside = tuple(line for listing in found for line in listing.set_aside)
    listed_on = parse_iso(day) if isinstance(day, str) else None
    return (ParsedListing(tuple(papers), problems, date=listed_on, set_aside=set_aside),)


def _of_items(items: list[Any], day: object = None) -> tuple[ParsedListing, ...]:
    """The listings of items of the API, each with a line number."""
    lines = ",\n".join(map(json.dumps, items))
    return DailyPapersImporter().parse(f'{{"date": {json.dumps(day)}, "papers": [\n{lines}\n]}}'.encode())
