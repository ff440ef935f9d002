"""The importer of papers in JSON and JSON Lines, from `paperreader list --json` or from other programs.

    {"id": "2503.01234", "title": "…", "abstract": "…", "authors": ["…"], "published": "2025-03-14", "url": "https://…",
     "categories": ["cs.CL"], "comment": "…", "upvotes": 7, "comments": 1, "listed": ["2025-03-14"], "feed": "hf",
     "code": "https://…", "links": {"project": "https://…"}}

Only the title is required. `ids` may stand for `id`, `listings` for `listed` and `feed`. `json_records` has the field
names of other programs. The objects may stand one per line, in an array, or in a list inside an object.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from paperreader.domain.import_result import EXCERPT, ParsedItem, ParsedPaper, Problem
from paperreader.domain.listing import Announced
from paperreader.domain.lists import file_of_feed
from paperreader.domain.paper import Standing
from paperreader.domain.text import clean_line
from paperreader.feeds.references.fields import NO_TITLE
from paperreader.feeds.references.json_records import (
    LISTS,
    UNREAD,
    field_of,
    read_count,
    read_date,
    read_record,
    texts_of,
)
from paperreader.feeds.syntax.json_items import JsonItem, read_items

FEED = "jsonl"
"""The feed of a paper that has list dates and names no feed."""
NO_OBJECT = "not a paper: not a JSON object"
MAX_FEED_NAME = 400
"""Characters of the name of a feed; the name of an arXiv search holds its words."""

_STANDINGS = {standing.value: standing for standing in Standing}
_ANNOUNCED = {announced.value: announced for announced in Announced}
_KEYS = re.compile(rb"\"([A-Za-z_-]{2,30})\"\s*:")
_OTHER_KEYS = re.compile(
    rb"\"(?:paper|publishedAt|issued|container-title|authorships|abstract_inverted_index|metadata|hits|family|literal)"
    rb"\"\s*:"
)
"""Keys of other JSON formats."""
_OWN_FIELDS = frozenset(("links", "version", "standing", "announced"))
_EXPORTED_KEYS = frozenset(("key", "title", "abstract", "authors", "decided_at", "listings"))
"""Keys that lines of our export have. Their texts are clean, so `<s>` is text there and no markup."""
_PERHAPS_OTHER = re.compile(rb"\"(?:message|type)\"\s*:|\"title\"\s*:\s*\[")
"""Keys that other formats have too."""
_SURE = frozenset(("abstract", "authors", "date", "arXiv id", "DOI"))
"""Fields that only papers have beside a title."""
_TITLE = re.compile(rb"\"(?:paper_?)?title\"\s*:", re.IGNORECASE)
_Figures = tuple[int | None, int | None, Announced | None]
"""The upvotes, the comments and the kind of announcement of a paper in a list."""


class JsonlImporter:
    """The importer of JSON Lines and other JSON whose objects are papers."""

    format = "jsonl"

    def recognises(self, head: bytes) -> bool:
        """Whether the first object has a title and keys of a paper, and no key of another format."""
        titles = [title.start() for title, _ in zip(_TITLE.finditer(head), range(2), strict=False)]
        if head.lstrip()[:1] not in (b"[", b"{") or not titles:
            return False
        first = head[: titles[1]] if len(titles) > 1 else head
        if _OTHER_KEYS.search(first):
            return False
        fields = {field_of(name.decode()) for name in _KEYS.findall(first)} - {"title", "kind", None}
        return len(fields) >= 2 or (not fields.isdisjoint(_SURE) and not _PERHAPS_OTHER.search(first))

    def read(self, lines: Iterable[bytes], *, line: int = 1, offset: int = 0) -> Iterator[ParsedItem]:
        """The papers and problems of an input. Never raises."""
        for item in read_items(lines, LISTS, _is_record, line=line, offset=offset):
            *found, last = _items(item)
            # An import that stops between two items of one object reads that object again.
            yield from (replace(one, end=item.start) for one in found)
            yield last


def _is_record(value: object) -> bool:
    return isinstance(value, dict) and ("title" in value or any(field_of(name) == "title" for name in value))


def _items(item: JsonItem) -> Iterator[ParsedItem]:
    """The problems of an object, then its paper once per feed and per figures that the feed's lists give it."""
    entry = item.value
    if item.damage or not isinstance(entry, dict):
        yield _problem(item, item.damage or NO_OBJECT)
        return
    if (record := read_record(entry, item.line)) is None:
        yield _problem(item, NO_TITLE)
        return
    paper, unread = record
    if entry.keys() >= _EXPORTED_KEYS:
        paper = _with_exact_texts(paper, entry)
    for field, text in unread:
        yield _problem(item, UNREAD.format(field), text)
    listings = entry.get("listings")
    if listings and isinstance(listings, list):
        for feed, dates, listing in _lists(listings):
            listed = _with_own_fields(paper, entry, listing)
            is_guessed, rank = listing.get("date_guessed") is True, read_count(listing.get("rank")) or None
            yield ParsedItem(listed, item.end, feed or None, dates, rank=rank, is_guessed=is_guessed)
        return
    dates = tuple(dict.fromkeys(day for text in texts_of(entry.get("listed")) if (day := _day(text))))
    name = _feed(entry.get("feed")) if dates else None
    yield ParsedItem(_with_own_fields(paper, entry, entry), item.end, name, dates)


def _with_exact_texts(paper: ParsedPaper, entry: Mapping[str, object]) -> ParsedPaper:
    """The paper with the texts of an exported line as the line has them."""
    title, abstract, authors = entry["title"], entry["abstract"], entry["authors"]
    are_texts = isinstance(authors, list) and all(type(name) is str for name in authors)
    return replace(
        paper,
        title=title if type(title) is str else paper.title,
        abstract=abstract if type(abstract) is str else paper.abstract,
        authors=tuple(map(str, authors)) if isinstance(authors, list) and are_texts else paper.authors,
    )


def _with_own_fields(paper: ParsedPaper, entry: Mapping[str, object], listing: Mapping[str, object]) -> ParsedPaper:
    """The paper with the fields that only our own lines have, and the figures of a list."""
    if entry is listing and _OWN_FIELDS.isdisjoint(entry):
        return paper
    links, standing = entry.get("links"), entry.get("standing")
    own = links.items() if isinstance(links, dict) else ()
    addresses = {str(kind): address for kind, address in own if type(address) is str and address}
    upvotes, comments, announced = _figures(listing)
    return replace(
        paper,
        upvotes=upvotes,
        comments=comments,
        announced=announced,
        links=tuple({**dict(paper.links), **addresses}.items()),
        version=read_count(entry.get("version")) or paper.version,
        standing=_STANDINGS.get(standing, paper.standing) if isinstance(standing, str) else paper.standing,
    )


def _lists(listings: list[object]) -> list[tuple[str, tuple[date, ...], Mapping[str, object]]]:
    """The feeds, each with its dates of equal figures and one listing of them; without a date, no feed."""
    found: dict[tuple[object, ...], tuple[str, tuple[date, ...], Mapping[str, object]]] = {}
    for listing in listings:
        if isinstance(listing, dict) and (day := _day(listing.get("date"))):
            feed = _feed(listing.get("feed"))
            key = feed, _figures(listing), read_count(listing.get("rank")), listing.get("date_guessed") is True
            _, dates, _ = found.get(key, ("", (), {}))
            found[key] = feed, (*dates, day), listing
    return list(found.values()) or [("", (), {})]


def _figures(listing: Mapping[str, object]) -> _Figures:
    announced = listing.get("announced")
    known = _ANNOUNCED.get(announced) if type(announced) is str else None
    return read_count(listing.get("upvotes")), read_count(listing.get("comments")), known


def _feed(value: object) -> str:
    """The name of a feed if a list can have it; a shelf of imported files has no dates."""
    if type(value) is not str or value != clean_line(value, MAX_FEED_NAME) or file_of_feed(value):
        return FEED
    return value if value[:1].isalpha() else FEED


def _day(value: object) -> date | None:
    day = read_date(value)
    return day if isinstance(day, date) else None


def _problem(item: JsonItem, reason: str, excerpt: str = "") -> ParsedItem:
    excerpt = excerpt or item.raw[: 4 * EXCERPT].decode(errors="replace")
    problem = Problem(item.line, reason, clean_line(excerpt, EXCERPT))
    return ParsedItem(problem, item.end, set_aside=item.raw.rstrip(b"\r\n"))
