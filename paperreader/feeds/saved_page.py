"""Web pages as a browser saves them, of Hugging Face's papers and of arXiv: HTML, or the MHTML of a single file.

A page of Hugging Face holds its data as JSON, in a form that the API gives too:

    <div class="SVELTE_HYDRATER contents" data-target="DailyPapers" data-props="{ &quot;dailyPapers&quot;: [ … ] }">

    DailyPapers  := { "dailyPapers": [ item* ], "dateString": …, "periodType": "day" | "week" | "month",
                      "isTrending": …, "query": { "q": … }, "searchResults": [ item* ] }
    PaperContent := { "paper": flat, "comments": [ … ], … }

Lists of a day, a week or a month are read as answers of the API are, each paper on the day of its list. What a search
found, and what is trending, is a page like its text. A page without its data is read by the text that it shows.
"""

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

from paperreader.domain.dates import parse_iso
from paperreader.domain.parsed import EXCERPT, ParsedListing, Problem
from paperreader.domain.text import clean_line
from paperreader.feeds.arxiv.pages import read_arxiv_page
from paperreader.feeds.huggingface.daily_papers import DailyPapersImporter
from paperreader.feeds.huggingface.page import read_pages
from paperreader.feeds.syntax.page_lines import html_lines

TOP = 4_000
"""Bytes of the beginning by which HTML and MHTML are told."""
NO_PAPERS = "shows no papers; save a page of huggingface.co/papers, arxiv.org/list or arxiv.org/abs"
"""What is told of any other page."""

_HTML = re.compile(rb"\s*(?:<!--[^<>]*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_MHTML = re.compile(rb"^(?:From: <Saved by |Snapshot-Content-Location:|Content-Type: multipart/related)", re.MULTILINE)
_HUGGING_FACE = re.compile(
    rb"huggingface\.co(?:/|&#x2F;)papers|(?:Papers|Paper page)[^<>]{0,300}</title>|SVELTE_HYDRATER"
)
_ARXIV = re.compile(rb"citation_arxiv_id|(?:static\.|//|\")arxiv\.org/(?:list|abs|catchup)/|list-title|id=['\"]dlpage")
_PROPS = re.compile(r"data-props=(?:\"([^\"]*)(?:\"|\Z)|'([^']*)(?:'|\Z))")
_DATA = ('"dailyPapers"', '"searchResults"', '"paper"')


class SavedPageImporter:
    """The importer of saved pages."""

    format = "html"
    max_bytes = 16_000_000
    """A list of 2,000 papers with their abstracts has 6 MB."""
    max_lines = 500_000

    def recognises(self, head: bytes) -> bool:
        """Whether it is a saved page that names one of the two sites."""
        begin = head[:TOP]
        is_page = _HTML.match(begin) is not None or _MHTML.search(begin) is not None
        return is_page and (_HUGGING_FACE.search(head) is not None or _ARXIV.search(head) is not None)

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """The listings of a page, none where its list is empty; a problem alone where it is a page of another site."""
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
        if any(paper.identifiers for paper in listings[0].papers):  # which the addresses of its titles hold
            return listings
        excerpt = clean_line(" · ".join(line.text for line in lines[:5]), EXCERPT)
        return (ParsedListing((), (Problem(None, NO_PAPERS, excerpt),)),)


def _html_of(data: bytes) -> bytes:
    """The HTML in a page that was saved as a single file; nothing where there is none."""
    from email import message_from_bytes  # 8 ms that only these need

    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html" and isinstance(content := part.get_payload(decode=True), bytes):
            return content
    return b""


def _read_data(html: str) -> tuple[ParsedListing, ...] | None:
    """The listings in the data of a page of Hugging Face, the first that has papers; None where it has no data."""
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
            listings = DailyPapersImporter().parse(text.encode())  # which keeps what is whole of it
        else:
            listings = _listings(props) if isinstance(props, dict) else ()
        found = tuple(_on_line(listing, line + 1) for listing in listings)
        if any(listing.papers for listing in found):
            break
    return found


def _on_line(listing: ParsedListing, number: int) -> ParsedListing:
    """A listing that was read of what stands on one line."""
    return replace(
        listing,
        papers=tuple(replace(paper, line=number) for paper in listing.papers),
        problems=tuple(replace(problem, line=number) for problem in listing.problems),
        set_aside=tuple((number, raw) for _, raw in listing.set_aside),
    )


def _listings(props: dict[str, Any]) -> tuple[ParsedListing, ...]:
    """What the data of a page lists."""
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
    """The listings of some items of the API, each of which has a line of its own."""
    lines = ",\n".join(map(json.dumps, items))
    return DailyPapersImporter().parse(f'{{"date": {json.dumps(day)}, "papers": [\n{lines}\n]}}'.encode())
