"""Our own JSON Lines: one paper a line, as scripts write them, and as `paperreader list --json` prints them.

    {"id": "2503.01234", "title": "…", "abstract": "…", "authors": ["…"], "published": "2025-03-14", "url": "https://…",
     "categories": ["cs.CL"], "comment": "…", "upvotes": 7, "comments": 1, "listed": ["2025-03-14"], "feed": "hf",
     "code": "https://…", "links": {"project": "https://…"}}

Only the title is needed. `ids` may stand for `id`, `listings` for `listed` and `feed`. A line may end with a comma, and
lines of brackets alone are the array around them; an array in one line is as many papers.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from paperreader.domain.dates import KnownDate, parse_known
from paperreader.domain.identifiers import Identifier, parse_identifier
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing
from paperreader.domain.parsed import EXCERPT, ParsedItem, ParsedPaper, Problem
from paperreader.domain.places import file_of_feed
from paperreader.domain.text import clean_line
from paperreader.feeds.reference import NO_TITLE, unwrap

FEED = "jsonl"
"""The feed of a paper with list dates that does not say whose they are."""
NOT_JSON = "not valid JSON"
NO_OBJECT = "no paper: not an object"
MOST = 9_007_199_254_740_991
"""The largest figure that is read: every language has it exactly."""
MAX_FEED_NAME = 400
"""Characters of the name of a feed; that of a search at arXiv holds its words."""

_BRACKETS = (b"", b"[", b"]", b"[]", b"],")
_STANDINGS = {standing.value: standing for standing in Standing}
_ANNOUNCED = {announced.value: announced for announced in Announced}
_FIRST_LINE = re.compile(rb"[\s\[]*(\{.*)")
_OWN_KEYS = re.compile(rb"\"(abstract|authors|published|url|listed|listings|categories|ids?|upvotes)\"\s*:")
_OTHER_KEYS = re.compile(
    rb"\"(?:paper|publishedAt|submitter|authors_parsed|update_date|author|issued|container-title)\"\s*:"
)
"""Keys of other formats that are JSON."""
_Dates = tuple[date, ...]
_Said = tuple[int | None, int | None, Announced | None]
"""What a list says of a paper: upvotes, comments, as what it is announced."""


class JsonlImporter:
    """The importer of our own JSON Lines."""

    format = "jsonl"

    def recognises(self, head: bytes) -> bool:
        """Whether the first line that holds anything is, or begins, an object with our keys."""
        match = _FIRST_LINE.match(head.removeprefix(b"\xef\xbb\xbf"))
        line = match[1] if match else b""
        return b'"title"' in line and len(set(_OWN_KEYS.findall(line))) >= 2 and not _OTHER_KEYS.search(line)

    def read(self, lines: Iterable[bytes], *, line: int = 1, offset: int = 0) -> Iterator[ParsedItem]:
        """The papers of an input's lines; a line without one is a problem. Never raises."""
        end = offset
        for number, raw in enumerate(lines, line):
            begin, end = end, end + len(raw)
            text = raw.strip()
            if text.startswith(b"\xef\xbb\xbf"):
                text = text[3:].lstrip()
            if text in _BRACKETS:
                continue
            try:
                value = _value(text)
            except (ValueError, RecursionError):
                yield _refused(number, NOT_JSON, raw, end)
                continue
            items = [item for entry in value for item in _items(entry, number, raw, end)]
            # An import that ends between two of one line begins again with that line.
            yield from (replace(item, end=begin) for item in items[:-1])
            yield from items[-1:]


def _value(line: bytes) -> list[Any]:
    """The objects of a line, which an array may begin or end in; raises ValueError and RecursionError."""
    if line[:1] == b"[" and line[-1:] == b"]":
        value = _DECODER.decode(line.decode())
        return value if isinstance(value, list) else [value]
    if line[:1] != b"{" or line[-1:] != b"}":
        line = line.removeprefix(b"[").removesuffix(b",").removesuffix(b"]")
    return [_DECODER.decode(line.decode())]


def _items(entry: object, number: int, raw: bytes, end: int) -> Iterator[ParsedItem]:
    """A paper for each feed that lists it, and for the dates on which it says the same; one for none."""
    if not isinstance(entry, dict):
        yield _refused(number, NO_OBJECT, raw, end)
        return
    title = entry.get("title")
    if type(title) is not str or not title.strip():
        yield _refused(number, NO_TITLE, raw, end)
        return
    listings = entry.get("listings")
    if listings and isinstance(listings, list):
        for feed, dates, said in _lists(listings):
            is_guessed, rank = said.get("date_guessed") is True, _count(said.get("rank")) or None
            paper = _paper(entry, title, number, said)
            yield ParsedItem(paper, end, feed or None, dates, rank=rank, is_guessed=is_guessed)
        return
    dates = _dates(entry.get("listed"))
    yield ParsedItem(_paper(entry, title, number, entry), end, _feed(entry.get("feed")) if dates else None, dates)


def _paper(entry: dict[str, Any], title: str, number: int, figures: dict[str, Any]) -> ParsedPaper:
    abstract, authors, url = entry.get("abstract"), entry.get("authors"), entry.get("url")
    categories, published = entry.get("categories"), entry.get("published")
    upvotes, comments, announced = _said(figures)
    if type(abstract) is not str:
        abstract = ""
    elif abstract.startswith("  "):  # arXiv's way to begin an abstract, whose lines it wraps
        abstract = unwrap(abstract)
    return ParsedPaper(
        title,
        abstract,
        tuple(_strings(authors)) or None,
        (_date(published) or _cut_date(published)) if published else None,
        _identifiers(entry, url),
        upvotes,
        comments,
        number,
        _links(entry, url),
        tuple(_strings(categories)) or None,
        _count(entry.get("version")) or None,
        announced,
        _STANDINGS.get(entry["standing"]) if type(entry.get("standing")) is str else None,
    )


def _identifiers(entry: dict[str, Any], url: object) -> tuple[Identifier, ...]:
    """The ids under `id`, `ids`, `doi` and `key`; the address is one where there is no other."""
    found: list[Identifier] = []
    for key in ("id", "ids", "doi", "key"):
        if (value := entry.get(key)) is not None:
            for text in _strings(value):
                if (identifier := parse_identifier(text)) and identifier not in found:
                    found.append(identifier)
    if not found and type(url) is str and (identifier := parse_identifier(url)):
        found.append(identifier)
    return tuple(found)


def _links(entry: dict[str, Any], url: object) -> tuple[tuple[str, str], ...]:
    """The addresses by kind: those of `links`, then `url` as the page and `code`."""
    found: dict[str, str] = {}
    links = entry.get("links")
    if isinstance(links, dict):
        found = {str(kind): address for kind, address in links.items() if type(address) is str and address}
    if type(url) is str and url:
        found.setdefault("page", url)
    if code := entry.get("code"):
        for address in _strings(code):
            found.setdefault("code", address)
    return tuple(found.items())


def _lists(listings: list[Any]) -> list[tuple[str, _Dates, dict[str, Any]]]:
    """The feeds with the dates of which they say the same, and what they say; of none with a date, no feed."""
    found: dict[tuple[object, ...], tuple[str, _Dates, dict[str, Any]]] = {}
    for listing in listings:
        day = _date(listing.get("date")) if isinstance(listing, dict) else None
        if day is not None:
            feed = _feed(listing.get("feed"))
            key = feed, _said(listing), _count(listing.get("rank")), listing.get("date_guessed") is True
            _, dates, _ = found.get(key, ("", (), {}))
            found[key] = feed, (*dates, day), listing
    return list(found.values()) or [("", (), {})]


def _said(listing: dict[str, Any]) -> _Said:
    announced = listing.get("announced")
    known = _ANNOUNCED.get(announced) if type(announced) is str else None
    return _count(listing.get("upvotes")), _count(listing.get("comments")), known


def _feed(value: object) -> str:
    """The name of a feed, if it is one that a list can have; a shelf of imported files has no dates."""
    if type(value) is not str or value != clean_line(value, MAX_FEED_NAME) or file_of_feed(value):
        return FEED
    return value if value[:1].isalpha() else FEED


def _dates(value: object) -> _Dates:
    if value is None:
        return ()
    return tuple(dict.fromkeys(day for text in _strings(value) if (day := _date(text)) is not None))


def _date(value: object) -> date | None:
    """The day that `2025-03-14`, or a time such as `2025-03-14T08:00:00Z`, begins with."""
    if type(value) is not str or value[4:8:3] != "--":
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def _cut_date(value: object) -> KnownDate | None:
    """The month or the year that a date is which says no more: `2025-03`, `2025`, or a number."""
    return parse_known(str(value)) if type(value) in (str, int) else None


def _strings(value: object) -> list[str]:
    """The texts in a list, or the one text."""
    if type(value) is str:
        return [value] if value.strip() else []
    return [item for item in value if type(item) is str and item.strip()] if isinstance(value, list) else []


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value <= MOST else None


def _refused(number: int, reason: str, raw: bytes, end: int) -> ParsedItem:
    excerpt = clean_line(raw[: 4 * EXCERPT].decode(errors="replace"), EXCERPT)
    return ParsedItem(Problem(number, reason, excerpt), end, set_aside=raw.rstrip(b"\r\n"))


def _no_number(_: str) -> None:
    """What NaN and the infinities are."""


def _whole_number(digits: str) -> int | None:
    return int(digits) if len(digits) <= 18 else None


_DECODER = json.JSONDecoder(parse_constant=_no_number, parse_int=_whole_number, strict=False)
