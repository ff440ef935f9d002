"""Feeds of journals: RSS 0.9 to 2.0, RDF and Atom, through feedparser.

feedparser brings the dialects to one. It is not given what came from the network as it came: its own cleaning of HTML
and its way of reading XML that is not well-formed take time with the square of the length (ten seconds for 300 kB of
`<!--`). So `safe_xml` reads first, finds the items with their lines and sets broken ones aside; feedparser is given
whole items, and leaves their HTML to `html_text`.

What a feed lists on one day is a listing. Items without a day, as of journals that only say the month, are on none.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from html.entities import html5
from typing import Any
from urllib.parse import urlsplit

from paperreader.domain.parsed import EXCERPT, ParsedListing, ParsedPaper, Problem
from paperreader.domain.text import clean_line
from paperreader.feeds.base import HEAD
from paperreader.feeds.feed_item import (
    abstract_of,
    authors_of,
    identifiers_of,
    links_of,
    published_of,
    standing_of,
    title_of,
)
from paperreader.feeds.safe_xml import Element, Feed, name_in, read_feed

ITEMS = ("item", "entry")
"""The names of items, in whatever namespace a feed puts them: there are ten, and misspelt ones."""
MAX_NAME = 60
"""Characters of a feed's name."""

MAX_SPACES = 40
"""Namespaces of a feed that may have items in them."""

_SPACE = re.compile(rb"\sxmlns(?:[:][\w.-]{1,40})?\s*=\s*[\"']([^\"'<>]{1,200})[\"']")
_ROOT = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:rss|RDF|feed)[\s>]")
_PAGE = re.compile(rb"\s*(?:<!--[^<>]*-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_OFFERED = re.compile(rb"<link\b[^<>]{0,500}application/(?:rss|atom)\+xml[^<>]{0,500}>", re.IGNORECASE)
_HREF = re.compile(rb"href\s*=\s*[\"']?([^\"'\s<>]{1,500})", re.IGNORECASE)
_DECLARATION = re.compile(rb"\s*<\?xml[^<>]{0,300}\?>")
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_OWN = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
_OPENING = re.compile(rb"<(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>")
_NAME = re.compile(rb"<([^\s/>]{1,200})")
_AROUND_TITLE = re.compile(
    r"^(?:latest (?:articles|results|papers) (?:from|of|for)|recent articles (?:from|in)|sciencedirect publication|"
    r"tandf|wiley)\s*:?\s*|\s*[:\-–—|]\s*(?:table of contents|advance access|latest (?:results|articles)|current issue|"
    r"rss(?: feed)?|most recent|new articles|articles in press)\s*$",
    re.IGNORECASE,
)


class WebFeedImporter:
    """The importer of journals' feeds."""

    format = "feed"
    max_bytes = 16_000_000
    """The largest known has 205,000."""
    max_lines = 1_000_000

    def recognises(self, head: bytes) -> bool:
        """Whether it begins like a feed, or like a web page, which is named as what it is."""
        begin = head[:4_000].removeprefix(b"\xef\xbb\xbf")
        return _PAGE.match(begin) is not None or _ROOT.search(begin) is not None

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """The listings of a feed by day, the newest first, then what has no day; none for a feed without items."""
        text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
        above = data[: len(data) - len(text)].count(b"\n")
        if _PAGE.match(text[:4_000]):
            return (_nothing([Problem(None, _page(text))]),)
        feed = read_feed(text, _names_of_items(text))
        problems = [replace(found, line=found.line + above if found.line else None) for found in feed.problems]
        set_aside = [(line + above, raw) for line, raw in feed.set_aside]
        if feed.root is None or not _ROOT.match(text, feed.root.start):
            reason = "is XML, but no feed: RSS, RDF and Atom are read" if feed.root else "is no feed"
            return (_nothing(problems or [Problem(None, reason)], set_aside),)
        days: dict[date | None, list[ParsedPaper]] = {}
        for item, entry in zip(feed.items, _entries(text, feed, feed.items), strict=True):
            paper = _paper(entry, item.line + above) if entry else None
            if paper is None:
                reason = "an item without a title" if entry else "an item that cannot be read"
                problems.append(Problem(item.line + above, reason, clean_line(item.text[: 4 * EXCERPT], EXCERPT)))
                set_aside.append((item.line + above, text[item.start : item.end]))
            else:
                days.setdefault(_day(paper), []).append(paper)
        if not days:
            return (_nothing(problems, set_aside),) if problems else ()
        name = _name(feed.root)
        first, *others = (
            ParsedListing(tuple(papers), (), date=day, feed=name, is_undated=day is None)
            for day, papers in sorted(days.items(), key=lambda found: found[0] or date.min, reverse=True)
        )
        whole = _nothing(problems, set_aside)
        return (replace(first, problems=whole.problems, set_aside=whole.set_aside), *others)


def _names_of_items(text: bytes) -> list[str]:
    """What items are called in a feed, by its namespaces."""
    spaces = dict.fromkeys(match[1].decode(errors="replace") for match in _SPACE.finditer(text[:HEAD]))
    return [name_in(space, item) for space in ("", *list(spaces)[:MAX_SPACES]) for item in ITEMS]


def _nothing(problems: Sequence[Problem], set_aside: Sequence[tuple[int, bytes]] = ()) -> ParsedListing:
    """A listing of nothing but problems."""
    ordered = sorted(problems, key=lambda problem: problem.line or 0)
    return ParsedListing((), tuple(ordered), set_aside=tuple(sorted(set_aside)))


def _page(data: bytes) -> str:
    """Why a web page is no feed, and where the feed may be."""
    offered = _OFFERED.search(data[:200_000])
    address = _HREF.search(offered[0]) if offered else None
    where = f"; it names a feed at {clean_line(address[1].decode(errors='replace'), 200)}" if address else ""
    return f"is a web page, not a feed: a login page, or the address of something else{where}"


def _paper(entry: Mapping[str, Any], line: int) -> ParsedPaper | None:
    title = title_of(entry)
    if not any(map(str.isalnum, title)):
        return None
    return ParsedPaper(
        title=title,
        abstract=abstract_of(entry),
        authors=authors_of(entry),
        published=published_of(entry),
        identifiers=identifiers_of(entry),
        line=line,
        links=links_of(entry),
        standing=standing_of(entry, title),
    )


def _day(paper: ParsedPaper) -> date | None:
    """The day on which the feed lists a paper: the whole one on which it appeared."""
    return paper.published if isinstance(paper.published, date) else None


def _entries(data: bytes, feed: Feed, items: Sequence[Element]) -> list[Mapping[str, Any] | None]:
    """What feedparser makes of items, one for each; None: it makes nothing of it."""
    import feedparser  # 100 ms that only feeds need

    if not items:
        return []
    try:
        found = feedparser.parse(
            io.BytesIO(_document(data, feed, items)), sanitize_html=False, resolve_relative_uris=False
        ).entries
    except Exception:  # noqa: BLE001 - whatever it trips over costs the item that it stands in
        found = []
    if len(found) == len(items):
        return [dict(entry) for entry in found]
    if len(items) == 1:
        return [dict(found[0]) if found else None]
    half = len(items) // 2
    return [*_entries(data, feed, items[:half]), *_entries(data, feed, items[half:])]


def _document(data: bytes, feed: Feed, items: Sequence[Element]) -> bytes:
    """A feed of some whole items, in the elements that feeds of its kind have around them."""
    assert feed.root
    around = [feed.root, *(child for child in _children(feed.root) if _local(child.name) == "channel")]
    if _local(feed.root.name) != "rss":
        around = around[:1]  # there the channel stands beside the items
    openings = [match[0] for element in around if (match := _OPENING.match(data, element.start))]
    names = [match[1] for opening in openings if (match := _NAME.match(opening))]
    declared = _DECLARATION.match(data)
    # Without a declaration it is UTF-8, which is what such bytes are, whatever they declare.
    head = declared[0] if declared and not _is_utf8(data) else b""
    body = b"\n".join(data[item.start : item.end] for item in items)
    ends = b"".join(b"</" + name + b">" for name in reversed(names))
    return _NAMED.sub(_numbered, b"".join((head, *openings, body, ends)))


def _numbered(match: re.Match[bytes]) -> bytes:
    """A character by its number, which XML knows, for the name that only HTML has for it."""
    if match[1] in _OWN:
        return match[0]
    characters = html5.get(f"{match[1].decode()};", "")
    return "".join(f"&#{ord(character)};" for character in characters).encode() or b"&amp;" + match[1] + b";"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _children(element: Element) -> list[Element]:
    return [part for part in element.content if isinstance(part, Element)]


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _name(root: Element) -> str:
    """What the feed is called: `feed:` and its title, or its host, in small letters with hyphens."""
    channel = next((child for child in _children(root) if _local(child.name) == "channel"), root)
    about: dict[str, str] = {}
    for child in _children(channel):
        about.setdefault(_local(child.name), child.text[:500] or child.attributes.get("href", ""))
    title = clean_line(about.get("publicationName") or about.get("title") or "", 300)
    for _ in range(2):
        title = clean_line(_AROUND_TITLE.sub("", title), 300)
    try:
        host = urlsplit(about.get("link", "")).hostname or ""
    except ValueError:
        host = ""
    slug = "-".join(re.findall(r"\w+", title.casefold()))[:MAX_NAME].strip("-")
    return f"feed:{slug or clean_line(host, MAX_NAME) or 'unnamed'}"
