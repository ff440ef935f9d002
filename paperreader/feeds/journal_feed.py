"""Imports the feeds of journals: RSS 0.9 to 2.0, RDF and Atom.

`syntax.xml` finds the items with their lines, and sets broken ones aside. `journal_items` turns the others into papers.

A listing is what a feed lists on one day. Items without a day, of journals that name only the month, have no date.
"""

import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from paperreader.domain.import_result import EXCERPT, ParsedListing, ParsedPaper, Problem
from paperreader.domain.text import clean_line
from paperreader.feeds.base import ProblemLog
from paperreader.feeds.syntax.xml import Element, read_feed

MAX_NAME = 60
"""Characters of a feed's name."""

_ROOT = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:rss|RDF|feed)[\s>]")
_PAGE = re.compile(rb"\s*(?:<!--[^<>]*-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_OFFERED = re.compile(rb"<link\b[^<>]{0,500}application/(?:rss|atom)\+xml[^<>]{0,500}>", re.IGNORECASE)
_HREF = re.compile(rb"href\s*=\s*[\"']?([^\"'\s<>]{1,500})", re.IGNORECASE)
_AROUND_TITLE = re.compile(
    r"^(?:latest (?:articles|results|papers) (?:from|of|for)|recent articles (?:from|in)|sciencedirect publication|"
    r"tandf|wiley)\s*:?\s*|\s*[:\-–—|]\s*(?:table of contents|advance access|latest (?:results|articles)|current issue|"
    r"rss(?: feed)?|most recent|new articles|articles in press)\s*$",
    re.IGNORECASE,
)

_NOTHING = ParsedListing((), ())


class WebFeedImporter:
    """The importer of journals' feeds."""

    format = "feed"
    max_bytes = 16_000_000
    """The largest known feed has 205,000."""
    max_lines = 1_000_000

    def recognises(self, head: bytes) -> bool:
        """Whether it starts like a feed, or like a web page, which gets a clear problem."""
        begin = head[:4_000].removeprefix(b"\xef\xbb\xbf")
        return _PAGE.match(begin) is not None or _ROOT.search(begin) is not None

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """The listings of a feed by date, newest first, then the items without a date."""
        from paperreader.feeds.journal_items import ItemFields, day_of, paper_of  # 20 ms that only feeds need

        text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
        above = data[: len(data) - len(text)].count(b"\n")
        if _PAGE.match(text[:4_000]):
            return ProblemLog([Problem(None, _page(text))]).on_first([_NOTHING])
        feed = read_feed(text)
        log = ProblemLog(
            [replace(found, line=found.line + above if found.line else None) for found in feed.problems],
            [(line + above, raw) for line, raw in feed.set_aside],
        )
        if feed.root is None or not _ROOT.match(text, feed.root.start):
            reason = "is XML, but not an RSS, RDF or Atom feed" if feed.root else "is not a feed"
            log.problems = log.problems or [Problem(None, reason)]
            return log.on_first([_NOTHING])
        about = _about(feed.root)
        days: dict[date | None, list[ParsedPaper]] = {}
        for item in feed.items:
            fields = ItemFields(item)
            paper = paper_of(fields, item.line + above, about.get("title", ""))
            if paper is None:
                excerpt = clean_line(item.text[: 4 * EXCERPT], EXCERPT)
                log.problems.append(Problem(item.line + above, "an item without a title", excerpt))
                log.set_aside.append((item.line + above, text[item.start : item.end]))
            else:
                days.setdefault(day_of(fields), []).append(paper)
        if not days:
            return log.on_first([_NOTHING]) if log.problems else ()
        name = _name(about)
        listings = [
            ParsedListing(tuple(papers), (), date=day, feed=name, is_undated=day is None)
            for day, papers in sorted(days.items(), key=lambda found: found[0] or date.min, reverse=True)
        ]
        return log.on_first(listings)


def _page(data: bytes) -> str:
    """Why a web page is no feed, and where the feed may be."""
    offered = _OFFERED.search(data[:200_000])
    address = _HREF.search(offered[0]) if offered else None
    cure = "check the address, or save a page of huggingface.co/papers or arxiv.org"
    if address:
        cure = f"import the feed that it names: {clean_line(address[1].decode(errors='replace'), 200)}"
    return f"is a web page, not a feed; {cure}"


def _about(root: Element) -> dict[str, str]:
    """The description of a feed, by element name without prefix."""
    about: dict[str, str] = {}
    for child in _children(next((child for child in _children(root) if child.local == "channel"), root)):
        about.setdefault(child.local, child.text[:500] or child.attributes.get("href", ""))
    return about


def _children(element: Element) -> list[Element]:
    return [part for part in element.content if isinstance(part, Element)]


def _name(about: dict[str, str]) -> str:
    """The name of the listings: `feed:` and the title of the feed, or its host, in lower case with hyphens."""
    title = clean_line(about.get("publicationName") or about.get("title") or "", 300)
    for _ in range(2):
        title = clean_line(_AROUND_TITLE.sub("", title), 300)
    try:
        host = urlsplit(about.get("link", "")).hostname or ""
    except ValueError:
        host = ""
    slug = "-".join(re.findall(r"\w+", title.casefold()))[:MAX_NAME].strip("-")
    return f"feed:{slug or clean_line(host, MAX_NAME) or 'unnamed'}"
