"""JSON Lines and other JSON of papers: our own, as `paperreader list --json` prints it, and that of other programs.

    {"id": "2503.01234", "title": "…", "abstract": "…", "authors": ["…"], "published": "2025-03-14", "url": "https://…",
     "categories": ["cs.CL"], "comment": "…", "upvotes": 7, "comments": 1, "listed": ["2025-03-14"], "feed": "hf",
     "code": "https://…", "links": {"project": "https://…"}}

Only the title is needed. `ids` may stand for `id`, `listings` for `listed` and `feed`; what other programs call these
fields is in `json_records`. The objects may stand one a line, in an array, or in a list inside an object.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing
from paperreader.domain.parsed import EXCERPT, ParsedItem, ParsedPaper, Problem
from paperreader.domain.places import file_of_feed
from paperreader.domain.text import clean_line
from paperreader.feeds.references.fields import NO_TITLE
from paperreader.feeds.references.json_records import (
    LISTS,
    UNREAD,
    kind_of,
    read_count,
    read_date,
    read_record,
    texts_of,
)
from paperreader.feeds.syntax.json_items import JsonItem, read_items

FEED = "jsonl"
"""The feed of a paper with list dates that does not say whose they are."""
NO_OBJECT = "no paper: not an object"
MAX_FEED_NAME = 400
"""Characters of the name of a feed; that of a search at arXiv holds its words."""

_STANDINGS = {standing.value: standing for standing in Standing}
_ANNOUNCED = {announced.value: announced for announced in Announced}
_KEYS = re.compile(rb"\"([A-Za-z_-]{2,30})\"\s*:")
_OTHER_KEYS = re.compile(
    rb"\"(?:paper|publishedAt|issued|container-title|authorships|abstract_inverted_index|metadata|hits|family|literal)"
    rb"\"\s*:"
)
"""Keys of other formats that are JSON."""
_OWN_FIELDS = frozenset(("links", "version", "standing", "announced"))
_PERHAPS_OTHER = re.compile(rb"\"(?:message|type)\"\s*:|\"title\"\s*:\s*\[")
"""What other formats have too."""
_SURE = frozenset(("abstract", "authors", "date", "arXiv id", "DOI"))
"""What only papers have beside a title."""
_TITLE = re.compile(rb"\"(?:paper_?)?title\"\s*:", re.IGNORECASE)
_Dates = tuple[date, ...]
_Said = tuple[int | None, int | None, Announced | None]
"""What a list says of a paper: upvotes, comments, as what it is announced."""


class JsonlImporter:
    """The importer of JSON Lines and other JSON whose objects are papers."""

    format = "jsonl"

    def recognises(self, head: bytes) -> bool:
        """Whether the first object has a title and keys of a paper, and none that only other formats have."""
        head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        titles = [title.start() for title, _ in zip(_TITLE.finditer(head), range(2), strict=False)]
        if head[:1] not in (b"[", b"{") or not titles:
            return False
        first = head[: titles[1]] if len(titles) > 1 else head
        if _OTHER_KEYS.search(first):
            return False
        kinds = {kind_of(name.decode()) for name in _KEYS.findall(first)} - {"title", "kind", ""}
        return len(kinds) >= 2 or (not kinds.isdisjoint(_SURE) and not _PERHAPS_OTHER.search(first))

    def read(self, lines: Iterable[bytes], *, line: int = 1, offset: int = 0) -> Iterator[ParsedItem]:
        """The papers of an input; what is none is a problem. Never raises."""
        for item in read_items(lines, LISTS, _is_record, line=line, offset=offset):
            *found, last = _items(item)
            # An import that ends between two papers of one object begins again with that object.
            yield from (replace(one, end=item.start) for one in found)
            yield last


def _is_record(value: object) -> bool:
    return isinstance(value, dict) and ("title" in value or any(kind_of(name) == "title" for name in value))


def _items(item: JsonItem) -> Iterator[ParsedItem]:
    """What of the object is not read; then a paper for each feed that lists it, and for the dates on which it says the
    same; one for none.
    """
    entry = item.value
    if item.damage or not isinstance(entry, dict):
        yield _refused(item, item.damage or NO_OBJECT)
        return
    if (record := read_record(entry, item.line)) is None:
        yield _refused(item, NO_TITLE)
        return
    paper, unread = record
    for what, text in unread:
        yield _refused(item, UNREAD.format(what), text)
    listings = entry.get("listings")
    if listings and isinstance(listings, list):
        for feed, dates, said in _lists(listings):
            is_guessed, rank = said.get("date_guessed") is True, read_count(said.get("rank")) or None
            listed = _with_own_fields(paper, entry, said)
            yield ParsedItem(listed, item.end, feed or None, dates, rank=rank, is_guessed=is_guessed)
        return
    dates = _dates(entry.get("listed"))
    name = _feed(entry.get("feed")) if dates else None
    yield ParsedItem(_with_own_fields(paper, entry, entry), item.end, name, dates)


def _with_own_fields(paper: ParsedPaper, entry: Mapping[str, object], listed: Mapping[str, object]) -> ParsedPaper:
    """The paper with what our own lines say beside: addresses by kind, version, standing, and the figures of a list."""
    if entry is listed and _OWN_FIELDS.isdisjoint(entry):
        return paper
    links, standing = entry.get("links"), entry.get("standing")
    own = links.items() if isinstance(links, dict) else ()
    addresses = {str(kind): address for kind, address in own if type(address) is str and address}
    upvotes, comments, announced = _said(listed)
    return replace(
        paper,
        upvotes=upvotes,
        comments=comments,
        announced=announced,
        links=tuple({**dict(paper.links), **addresses}.items()),
        version=read_count(entry.get("version")) or paper.version,
        standing=_STANDINGS.get(standing, paper.standing) if isinstance(standing, str) else paper.standing,
    )


def _lists(listings: list[object]) -> list[tuple[str, _Dates, Mapping[str, object]]]:
    """The feeds with the dates of which they say the same, and what they say; of none with a date, no feed."""
    found: dict[tuple[object, ...], tuple[str, _Dates, Mapping[str, object]]] = {}
    for listing in listings:
        if isinstance(listing, dict) and (day := _day(listing.get("date"))):
            feed = _feed(listing.get("feed"))
            key = feed, _said(listing), read_count(listing.get("rank")), listing.get("date_guessed") is True
            _, dates, _ = found.get(key, ("", (), {}))
            found[key] = feed, (*dates, day), listing
    return list(found.values()) or [("", (), {})]


def _said(listing: Mapping[str, object]) -> _Said:
    announced = listing.get("announced")
    known = _ANNOUNCED.get(announced) if type(announced) is str else None
    return read_count(listing.get("upvotes")), read_count(listing.get("comments")), known


def _feed(value: object) -> str:
    """The name of a feed, if it is one that a list can have; a shelf of imported files has no dates."""
    if type(value) is not str or value != clean_line(value, MAX_FEED_NAME) or file_of_feed(value):
        return FEED
    return value if value[:1].isalpha() else FEED


def _dates(value: object) -> _Dates:
    return tuple(dict.fromkeys(day for text in texts_of(value) if (day := _day(text)) is not None))


def _day(value: object) -> date | None:
    day = read_date(value)
    return day if isinstance(day, date) else None


def _refused(item: JsonItem, reason: str, excerpt: str = "") -> ParsedItem:
    excerpt = excerpt or item.raw[: 4 * EXCERPT].decode(errors="replace")
    problem = Problem(item.line, reason, clean_line(excerpt, EXCERPT))
    return ParsedItem(problem, item.end, set_aside=item.raw.rstrip(b"\r\n"))
