"""arXiv's daily feeds: RSS 2.0 and Atom (https://info.arxiv.org/help/rss.html).

A feed lists one day. Its dates are midnight in New York, so the written day counts, whatever the user's time zone. On
Saturdays, Sundays and holidays it is empty. A summary repeats the kind of its item:

    arXiv:2508.13426v1 Announce Type: cross
    Abstract: As large …
"""

import re
from datetime import date, datetime

from paperreader.domain.identifiers import parse_arxiv
from paperreader.domain.import_result import EXCERPT, ParsedListing, ParsedPaper, Problem
from paperreader.domain.listing import Announced
from paperreader.domain.text import clean_line
from paperreader.feeds.arxiv.feed_items import TITLES, read_items
from paperreader.feeds.arxiv.text import categories_in, day_in, identifiers_of, standing_of, unwrapped, version_in
from paperreader.feeds.syntax.xml import Element
from paperreader.feeds.texts.names import NameStyle, read_names

MAX_ASKED = 300
"""Characters of the subject classes that name a listing."""

_IS_FEED = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed)\b.*?(?:rss\.arxiv\.org|updates on arXiv\.org)", re.DOTALL)
_REFUSED = re.compile(r"feed error for query", re.IGNORECASE)
_SUMMARY = re.compile(
    r"\s*arXiv:\s*(?P<id>\S{1,40})(?:\s+Announce Type:\s*(?P<type>[\w-]{1,40}))?\s*(?:Abstract:\s*)?", re.IGNORECASE
)
_ASKED = re.compile(r"/(?:rss|atom)/([\w.+-]+)$")
_TITLED = re.compile(r"([\w.+, -]+?) updates on arXiv")
_ANNOUNCED = {
    "new": Announced.NEW,
    "cross": Announced.CROSS,
    "replace": Announced.REPLACEMENT,
    "replace-cross": Announced.REPLACEMENT,
}


class DailyFeedImporter:
    """The importer of the daily feeds."""

    format = "arxiv-feed"
    max_bytes = 32_000_000
    """A feed has up to 2,000 papers of some 3,000 bytes."""
    max_lines = 1_000_000

    def recognises(self, head: bytes) -> bool:
        """Whether it is RSS or Atom and names arXiv's feeds at its start."""
        begin = head[:4_000]
        return _IS_FEED.search(begin) is not None or (b"eed error for query" in begin and b"arxiv" in begin.lower())

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """A listing for each day of the feed, usually one; none on a day without papers."""
        read = read_items(data, _paper)
        head = _head(read.root)
        title = head.child_text(*TITLES) if head else ""
        if head is None:
            read.problems.append(Problem(None, "is not one of arXiv's daily feeds"))
        elif _REFUSED.match(title):
            why = clean_line(head.child_text("description", "atom:subtitle") or title, EXCERPT)
            read.problems.append(Problem(head.line, f"arXiv refused the request: {why}"))
        own_day = day_in(head.child_text("pubDate")) if head else None
        days: dict[date | None, list[ParsedPaper]] = {}
        for item, paper in read.papers:
            days.setdefault(day_in(item.child_text("pubDate", "atom:published")) or own_day, []).append(paper)
        if not days and not read.problems:
            return ()
        listings = [
            ParsedListing(
                papers=tuple(papers),
                problems=(),
                date=day,
                feed=_name(head),
                likely_date=None if day or head is None else _generated(head.child_text("atom:updated")),
            )
            for day, papers in (days or {own_day: []}).items()
        ]
        return read.on_first(listings)


def _head(root: Element | None) -> Element | None:
    """The element that describes the feed: the channel of RSS, or the feed itself."""
    if root is not None and root.name == "rss":
        return next(iter(root.children("channel")), None)
    return root if root is not None and root.name == "atom:feed" else None


def _name(head: Element | None) -> str:
    """The name of the listing: the requested subject classes, `arxiv:cs.CL+cs.LG`."""
    if head is None:
        return "arxiv"
    addresses = [head.child_text("link"), head.child_text("atom:id")]
    addresses += [link.attributes.get("href", "") for link in head.children("atom:link")]
    asked = next((match[1] for address in addresses if (match := _ASKED.search(address))), "")
    if not asked and (titled := _TITLED.match(head.child_text(*TITLES)[: 2 * MAX_ASKED])):
        asked = "+".join(re.split(r"[\s,+]+", titled[1]))
    return f"arxiv:{clean_line(asked, MAX_ASKED)}" if asked else "arxiv"


def _generated(text: str) -> date | None:
    """The day in New York when an Atom feed was made, soon after midnight."""
    from zoneinfo import ZoneInfo

    try:
        made = datetime.fromisoformat(text)
        return made.astimezone(ZoneInfo("America/New_York")).date() if made.tzinfo else made.date()
    except (ValueError, OverflowError):
        return None


def _paper(item: Element) -> ParsedPaper | Problem:
    title = " ".join(item.child_text(*TITLES).split())
    summary = item.child_text("description", "atom:summary")
    said = _SUMMARY.match(summary)
    page = item.child_text("link") or next((link.attributes.get("href", "") for link in item.children("atom:link")), "")
    # The version if there is one, and the first name that is an arXiv id.
    names = [item.child_text("guid", "atom:id"), said["id"] if said else "", page]
    identifier = next((found for name in names if (found := parse_arxiv(name))), None)
    if identifier is None:
        return Problem(item.line, "an item without an arXiv id", clean_line(title or summary, EXCERPT))
    if not title:
        return Problem(item.line, "an item without a title", clean_line(names[0] or page, EXCERPT))
    abstract = summary[said.end() :] if said and parse_arxiv(said["id"]) else summary
    classes = [element.attributes.get("term") or element.text for element in item.children("category", "atom:category")]
    kind = item.child_text("arxiv:announce_type") or (said and said["type"]) or ""
    return ParsedPaper(
        title=title,
        abstract=unwrapped(abstract),
        authors=read_names(*(creator.text for creator in item.children("dc:creator")), style=NameStyle.LIST) or None,
        identifiers=identifiers_of(identifier, item.child_text("arxiv:DOI", "arxiv:doi")),
        line=item.line,
        links=(("page", page),) if page else (),
        categories=categories_in(classes),
        version=next(filter(None, map(version_in, names)), None),
        announced=_ANNOUNCED.get(kind.lower()),
        standing=standing_of("", abstract),
    )
