"""The importer of CSL-JSON, as reference managers export it and Crossref serves it.

A file holds an array of entries, one entry, or `{"items": […]}`, with or without Crossref's `message` around it. Titles
may hold HTML and abstracts JATS. The parts of a date may be strings or null. Crossref has lists in place of texts.
"""

import re
from collections.abc import Iterator, Sequence

from paperreader.domain.identifiers import parse_identifier
from paperreader.domain.import_result import ParsedPaper
from paperreader.feeds.references.fields import (
    NO_TITLE,
    addresses_in,
    fullest_date,
    identifiers_of,
    page_links,
    read_abstract,
    with_subtitle,
)
from paperreader.feeds.references.json_files import Json, JsonImporter
from paperreader.feeds.references.json_records import Unread, read_date
from paperreader.feeds.texts.html_text import without_markup
from paperreader.feeds.texts.names import NameStyle, read_name, read_names
from paperreader.feeds.texts.non_papers import standing_of

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


def _is_csl(head: bytes) -> object:
    """Whether it has a type or fields of CSL, or fields of Crossref's responses."""
    if _TYPE.search(head) or len(set(_KEYS.findall(head))) >= 2 or _CROSSREF.search(head):
        return True
    return _DOI.search(head) and _TITLE_IN_LIST.search(head)  # a Crossref response with a few chosen fields


def _read_entry(entry: Json, line: int) -> tuple[ParsedPaper, Unread] | str:
    title = _line(entry.get("title")) or _line(entry.get("title-short"))
    if not title:
        return NO_TITLE
    if isinstance(entry.get("title"), list):  # Crossref keeps the subtitle apart
        title = with_subtitle(title, _line(entry.get("subtitle")))
    addresses = addresses_in(_texts(entry, "URL"))
    name = parse_identifier(_text(entry.get("id")))
    place = ":".join(_texts(entry, "archive", "archive_location"))
    identifiers = identifiers_of(
        _texts(entry, "DOI"), [*addresses, *_texts(entry, "number", "note", "container-title"), place]
    )
    paper = ParsedPaper(
        title=title,
        abstract=read_abstract(_text(entry.get("abstract"))),
        authors=tuple(_names(entry.get("author"))) or None,
        published=fullest_date(read_date(entry.get(key)) for key in _DATES) or read_date(entry.get("event-date")),
        identifiers=identifiers or ((name,) if name else ()),
        line=line,
        links=page_links(addresses),
        standing=standing_of(title, list(_kinds(entry))),
    )
    return paper, []


def _kinds(entry: Json) -> Iterator[str]:
    """The words for the kind of an entry, such as `article` or `retraction`."""
    yield from _texts(entry, "genre", "type", "subtype")
    for key in ("update-to", "updated-by"):
        notices = entry.get(key)
        for notice in notices if isinstance(notices, list) else ():
            kind = _text(notice.get("type")) if isinstance(notice, dict) else ""
            if key == "update-to" or kind in ("retraction", "withdrawal", "removal"):
                yield kind


def _names(value: object) -> Iterator[str]:
    """The names of the authors, given names first."""
    for name in value if isinstance(value, Sequence) and not isinstance(value, str) else (value,):
        parts = [_text(name)]
        if isinstance(name, dict):
            parts = _texts(name, "given", "dropping-particle", "non-dropping-particle", "family", "suffix")
            parts = parts or _texts(name, "literal", "name")[:1]
        if len(parts) > 1:
            yield read_name(_line(" ".join(parts)))
        else:
            yield from read_names(*parts, style=NameStyle.ONE)


def _line(value: object) -> str:
    return " ".join(without_markup(_text(value)).split())


def _texts(entry: Json, *keys: str) -> list[str]:
    return [text for key in keys if (text := _text(entry.get(key)))]


def _text(value: object) -> str:
    """A text, or the first text of a list; empty for any other value."""
    if isinstance(value, list):
        return next((item for item in value if isinstance(item, str) and item.strip()), "")
    return value if isinstance(value, str) else ""


CSL_JSON = JsonImporter(
    "csl-json",
    _is_csl,
    frozenset(("items", "message")),
    frozenset(("title", "author", "issued", "container-title", "DOI", "abstract", "citation-key")),
    _read_entry,
    nothing="no CSL-JSON entry found",
)
