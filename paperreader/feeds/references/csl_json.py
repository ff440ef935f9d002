"""CSL-JSON, as reference managers export it and Crossref serves it.

One array of entries, one entry alone, or `{"items": […]}`, with or without Crossref's `message` around. Titles may hold
HTML, abstracts JATS; the parts of a date may be strings, few, or null; Crossref has lists where others have texts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from paperreader.domain.identifiers import parse_identifier
from paperreader.domain.parsed import ParsedListing, ParsedPaper
from paperreader.feeds.references.fields import (
    NO_TITLE,
    Reading,
    addresses_in,
    fullest_date,
    identifiers_of,
    page_links,
    read_abstract,
)
from paperreader.feeds.references.json_records import read_date
from paperreader.feeds.syntax.encoding import decode
from paperreader.feeds.syntax.json_items import read_items
from paperreader.feeds.texts.html_text import without_markup
from paperreader.feeds.texts.names import NameStyle, read_name, read_names
from paperreader.feeds.texts.standing import standing_of

NOTHING = "has no CSL-JSON entry in it"
NO_ENTRY = "no entry: not an object"

_LISTS = ("items", "message")
_OWN_KEYS = ("title", "author", "issued", "container-title", "DOI", "abstract", "citation-key")
_TYPE = re.compile(
    rb"\"type\"\s*:\s*\"(?:article(?:-journal|-magazine|-newspaper)?|bill|book|broadcast|chapter|classic|collection|"
    rb"dataset|document|entry(?:-dictionary|-encyclopedia)?|event|figure|graphic|hearing|interview|journal-article|"
    rb"legal_case|legislation|manuscript|map|monograph|motion_picture|musical_score|pamphlet|paper-conference|patent|"
    rb"performance|periodical|personal_communication|posted-content|post(?:-weblog)?|proceedings-article|book-chapter|"
    rb"regulation|report|review(?:-book)?|software|song|speech|standard|thesis|treaty|webpage)\""
)
_KEYS = re.compile(
    rb"\"(?:issued|container-title|citation-key|title-short|date-parts|literal|family)\"\s*:|\"author\"\s*:\s*\[\s*\{"
)
_CROSSREF = re.compile(rb"\"message-type\"\s*:\s*\"work(?:-list)?\"")
_DOI = re.compile(rb"\"DOI\"\s*:\s*\"10\.\d")
_TITLE_IN_LIST = re.compile(rb"\"title\"\s*:\s*\[\s*\"")
_DATES = ("issued", "published", "published-print", "published-online", "posted")


class CslJsonImporter:
    """The importer of CSL-JSON files."""

    format = "csl-json"
    max_bytes = 200_000_000
    max_lines = 20_000_000
    """Indented, an entry has some hundred."""

    def recognises(self, head: bytes) -> bool:
        """Whether it is JSON with a type or fields that only CSL has, or that only Crossref's answers have."""
        head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if head[:1] not in (b"[", b"{"):
            return False
        if _TYPE.search(head) or len(set(_KEYS.findall(head))) >= 2 or _CROSSREF.search(head):
            return True
        # Of an answer that was asked for a few fields only, as people keep its items.
        return _DOI.search(head) is not None and _TITLE_IN_LIST.search(head) is not None

    def parse(self, data: bytes) -> tuple[ParsedListing]:
        """The one listing of a file; entries that cannot be read, or have no title, are problems and set aside."""
        reading = Reading()
        data = decode(data).encode(errors="replace")
        for item in read_items(data, _LISTS, _is_entry):
            source = data[item.start : item.end].decode()
            if item.damage or not isinstance(item.value, Mapping):
                reading.refuse(item.line, item.damage or NO_ENTRY, source)
            elif title := _title(item.value):
                reading.papers.append(_paper(item.value, title, item.line))
            else:
                reading.refuse(item.line, NO_TITLE, source)
        return (reading.listing(NOTHING),)


def _is_entry(value: object) -> bool:
    return isinstance(value, Mapping) and any(key in value for key in _OWN_KEYS)


def _paper(entry: Mapping[str, Any], title: str, line: int) -> ParsedPaper:
    addresses = addresses_in(_texts(entry, "URL"))
    name = parse_identifier(_text(entry.get("id")))
    place = ":".join(_texts(entry, "archive", "archive_location"))
    identifiers = identifiers_of(
        _texts(entry, "DOI"), [*addresses, *_texts(entry, "number", "note", "container-title"), place]
    )
    return ParsedPaper(
        title=title,
        abstract=read_abstract(_text(entry.get("abstract"))),
        authors=tuple(_names(entry.get("author"))) or None,
        published=fullest_date(read_date(entry.get(key)) for key in _DATES) or read_date(entry.get("event-date")),
        identifiers=identifiers or ((name,) if name else ()),
        line=line,
        links=page_links(addresses),
        standing=standing_of(title, list(_kinds(entry))),
    )


def _title(entry: Mapping[str, Any]) -> str:
    """The title; of Crossref's, which stand in a list, with the subtitle beside it."""
    title = _line(entry.get("title")) or _line(entry.get("title-short"))
    subtitle = _line(entry.get("subtitle")) if isinstance(entry.get("title"), list) else ""
    if not title or not subtitle or subtitle.casefold() in title.casefold():
        return title
    return f"{title}{' ' if title[-1] in '.:?!' else ': '}{subtitle}"


def _kinds(entry: Mapping[str, Any]) -> Iterator[str]:
    """The words that say what kind of entry it is."""
    yield from _texts(entry, "genre", "type", "subtype")
    for key in ("update-to", "updated-by"):
        notices = entry.get(key)
        for notice in notices if isinstance(notices, list) else ():
            kind = _text(notice.get("type")) if isinstance(notice, Mapping) else ""
            if key == "update-to" or kind in ("retraction", "withdrawal", "removal"):
                yield kind


def _names(value: object) -> Iterator[str]:
    """The names of authors, as one says them."""
    for name in value if isinstance(value, Sequence) and not isinstance(value, str) else (value,):
        parts = [_text(name)]
        if isinstance(name, Mapping):
            parts = _texts(name, "given", "dropping-particle", "non-dropping-particle", "family", "suffix")
            parts = parts or _texts(name, "literal", "name")[:1]
        if len(parts) > 1:
            yield read_name(_line(" ".join(parts)))
        else:
            yield from read_names(*parts, style=NameStyle.ONE)


def _line(value: object) -> str:
    return " ".join(without_markup(_text(value)).split())


def _texts(entry: Mapping[str, Any], *keys: str) -> list[str]:
    return [text for key in keys if (text := _text(entry.get(key)))]


def _text(value: object) -> str:
    """A text, or the first one of a list; nothing where it is neither."""
    if isinstance(value, list):
        return next((item for item in value if isinstance(item, str) and item.strip()), "")
    return value if isinstance(value, str) else ""
