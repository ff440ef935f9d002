"""Papers in the JSON records of sites and programs: one table of the names under which records keep what is read.

Names are compared in lower case, without `_` and `-`: `arxiv_id`, `arxivId` and `arXiv-ID` are one name. A value that
cannot be read is named, and the paper is kept without it.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from paperreader.domain.dates import KnownDate, parse_iso
from paperreader.domain.identifiers import Identifier, parse_identifier
from paperreader.domain.parsed import ParsedPaper
from paperreader.feeds.arxiv.kaggle import repaired_arxiv
from paperreader.feeds.arxiv.text import unwrapped, version_in
from paperreader.feeds.references.fields import (
    fullest_date,
    known_date,
    parse_date,
    says_nothing,
)
from paperreader.feeds.syntax.json_items import NumberText
from paperreader.feeds.texts.html_text import block_without_markup, without_markup
from paperreader.feeds.texts.names import read_names
from paperreader.feeds.texts.standing import standing_of

LISTS = frozenset((
    "data", "papers", "items", "results", "articles", "entries", "records", "publications", "bib", "attributes",
    "_source",
))  # fmt: skip
"""Names under which an object holds papers, or the one that it is about."""

_NAMES = {
    "title": ("title", "papertitle"),
    "abstract": ("abstract", "summary", "abstracttext", "paperabstract", "abstractnote", "contenttext", "contenthtml"),
    "authors": ("authors", "author", "authornames", "authorlist", "creators"),
    "date": (
        "published", "publicationdate", "publisheddate", "publishedat", "publishedon", "datepublished", "date",
        "pubdate", "issued", "publicationyear", "pubyear", "year",
    ),
    "arXiv id": ("arxivid", "arxiv"),
    "id": ("id", "ids", "paperid", "key", "eprint", "entryid", "externalids"),
    "DOI": ("doi",),
    "page": ("url", "link", "pageurl", "paperurl", "urlabs", "absurl", "htmlurl"),
    "pdf": ("pdfurl", "urlpdf", "pdf", "openaccesspdf"),
    "code": ("code", "codeurl", "githubrepo", "repository"),
    "kind": ("publicationtypes", "publicationtype", "type", "genre"),
    "categories": ("categories",),
    "upvotes": ("upvotes",),
    "comments": ("comments", "numcomments"),
}  # fmt: skip
"""What is read, and the names under which records keep it, the most reliable first."""
_PLACES = {name: (what, place) for what, names in _NAMES.items() for place, name in enumerate(names)}
UNREAD = "the {} cannot be read; the paper is kept without it"
Unread = list[tuple[str, str]]
"""What of a record cannot be read: what it should be, and its text."""
_LINKS = ("page", "pdf", "code")

_GIVEN = ("given", "first", "firstname", "forename", "forenames", "givenname", "givennames")
_MIDDLE = ("middle", "middlename", "middlenames", "droppingparticle", "nondroppingparticle")
_FAMILY = ("family", "last", "lastname", "surname", "familyname", "keyname")
_WHOLE_NAME = ("name", "fullname", "displayname", "literal", "rawname", "authorname")

MOST = 9_007_199_254_740_991
"""The largest figure that is read: every language has it exactly."""
_REMARK = re.compile(r"[^a-zA-Z\u00c0-\u024f .'\u2019\n-]")
_JOINS = (" and ", " et ", " und ", " y ")
"""Signs and words of names that are more than one name, or have a remark in them."""
_COMPACT_DAY = re.compile(r"(?:19|20)\d{6}", re.ASCII)
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?", re.ASCII)
"""Seconds since 1970, from 2001 until 2286, or milliseconds."""


def read_record(record: Mapping[str, object], line: int) -> tuple[ParsedPaper, Unread] | None:
    """The paper of a record, and what of it cannot be read; None where it has neither a title nor an id."""
    fields = _fields(record)
    title = " ".join(_first_text(fields.get("title", ())).split())
    unread: Unread = []
    dates, names = fields.get("date", ()), fields.get("authors", ())
    published = read_date(dates[0]) if len(dates) == 1 else fullest_date(map(read_date, dates))
    authors = next(filter(None, map(read_authors, names)), None)
    for what, found, values in (("date", published, dates), ("authors", authors, names)):
        if not found and (told := next(filter(None, map(_told, values)), "")):
            unread.append((what, told))
    identifiers, version = _identifiers(fields, published, unread)
    if not title and not identifiers:
        return None
    links = [(kind, url) for kind in _LINKS if kind in fields and (url := _first_text(fields[kind]))]
    kinds = _texts(fields["kind"]) if "kind" in fields else ()
    paper = ParsedPaper(
        title=without_markup(title) if "</" in title else title,
        abstract=_paragraphs(_first_text(fields.get("abstract", ()))),
        authors=authors,
        published=published,
        identifiers=identifiers,
        upvotes=read_count(fields.get("upvotes")),
        comments=read_count(fields.get("comments")),
        line=line,
        links=tuple(links),
        categories=tuple(_texts(fields.get("categories", ()))) or None,
        version=version if title else None,  # which is that of the texts
        standing=standing_of(title, kinds) if kinds else None,
    )
    return paper, unread


def kind_of(name: str) -> str:
    """What is read under a name; nothing under one that is not known."""
    return _PLACES.get(_fold(name), ("", 0))[0]


def read_authors(value: object) -> tuple[str, ...]:
    """The names that a text, a list of texts, or a list of objects says."""
    if isinstance(value, str):
        return read_names(value)
    authors = value if isinstance(value, list) else (value,)
    names = [name for author in authors if (name := author if type(author) is str else _name(author)).strip()]
    together = "\n".join(names)
    is_plain = not _REMARK.search(together) and not any(word in together for word in _JOINS)
    return tuple(names) if is_plain else read_names(*names)


def read_date(value: object) -> KnownDate | None:
    """What a text, a number, a list of numbers or an object says of a date."""
    if isinstance(value, str) and (day := parse_iso(value[:10])):
        return day  # nearly always
    if isinstance(value, list):
        first = value[0] if value and isinstance(value[0], list | dict) else value
        if isinstance(first, dict):
            return read_date(first)
        known = known_date(*(*first, None, None, None)[:3])
        return known or (parse_date(first[0]) if first and isinstance(first[0], str) else None)
    if isinstance(value, dict):
        fields = _folded(value)
        found = (read_date(fields.get(name)) for name in ("dateparts", "value", "raw", "literal", "datetime", "$date"))
        parts = (fields.get(name) for name in ("year", "month", "day"))
        return next((known for known in found if known), None) or known_date(*parts)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    if _COMPACT_DAY.fullmatch(text):
        return parse_iso(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(epoch[1]), UTC).date()
    return parse_date(text) if isinstance(value, str) else known_date(value)


def read_count(value: object) -> int | None:
    """A figure, of several the first one."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value if type(value) is int and 0 <= value <= MOST else None


def texts_of(value: object) -> list[str]:
    """The texts in a list, or the one text, that say something; the address of an object that has one."""
    if isinstance(value, str):
        return [] if says_nothing(value) else [value]
    if isinstance(value, dict):
        value = value.get("url")
    values = value if isinstance(value, list) else (value,)
    return [text for text in values if isinstance(text, str) and not says_nothing(text)]


def _identifiers(
    fields: Mapping[str, Sequence[object]], published: KnownDate | None, unread: Unread
) -> tuple[tuple[Identifier, ...], int | None]:
    """The ids of a record, and the version of its arXiv id; its addresses are ids where it says no other."""
    found: list[Identifier] = []
    version: int | None = None
    for what in ("arXiv id", "id", "DOI", "page", "pdf"):
        if what in _LINKS and found:
            break
        for text in [text for value in fields[what] for text in _id_texts(value)] if what in fields else ():
            identifier = repaired_arxiv(text, published) if isinstance(text, NumberText) else parse_identifier(text)
            if identifier and identifier not in found:
                found.append(identifier)
                version = version or (version_in(text) if identifier.startswith("arxiv:") else None)
            elif not identifier and what in ("arXiv id", "DOI"):
                unread.append((what, text))
    return tuple(found), version


def _id_texts(value: object) -> list[str]:
    """The ids in a text, a list, or an object such as `{"ArXiv": "2005.14165", "DOI": "10.1000/xyz"}`."""
    if not isinstance(value, dict):
        return texts_of(value)
    fields = _folded(value)
    return [*(f"arxiv:{text}" for text in texts_of(fields.get("arxiv"))), *texts_of(fields.get("doi"))]


def _name(author: object) -> str:
    """The name of an author as the record says it; none of somebody who is no author."""
    if isinstance(author, list) and all(isinstance(part, str) for part in author):
        family, *others = (*author, "")  # as arXiv's snapshot has them: family, given, suffix
        return " ".join(filter(None, (*others[:1], family, *others[1:])))
    if not isinstance(author, dict):
        return author if isinstance(author, str) else ""
    fields = _folded(author)
    if str(fields.get("creatortype", "author")) != "author":
        return ""
    whole, *parts = (
        _first_text(fields[name] for name in names if name in fields)
        for names in (_WHOLE_NAME, _GIVEN, _MIDDLE, _FAMILY, ("suffix",))
    )
    spoken = whole or " ".join(filter(None, parts))
    return spoken or _name(fields.get("author", fields.get("name")))


def _fields(record: Mapping[str, object]) -> dict[str, list[object]]:
    """What is read of a record: the values of each kind, the most reliable first."""
    found: dict[str, list[object]] = {}
    places: dict[str, list[int]] = {}
    for name, value in record.items():
        if known := _PLACES.get(name) or _PLACES.get(_fold(name)):
            what, place = known
            if what not in found:
                found[what], places[what] = [value], [place]
            else:
                at = bisect(places[what], place)
                found[what].insert(at, value)
                places[what].insert(at, place)
    return found


def _folded(record: Mapping[str, object]) -> dict[str, object]:
    return {_fold(name): value for name, value in record.items()}


def _fold(name: str) -> str:
    """A name as names are compared."""
    return name.lower().replace("_", "").replace("-", "")


def _texts(values: Iterable[object]) -> list[str]:
    return [text for value in values for text in texts_of(value)]


def _first_text(values: Iterable[object]) -> str:
    for value in values:
        if texts := texts_of(value):
            return texts[0]
    return ""


def _told(value: object) -> str:
    """What a value says, as one text; nothing where it says that nothing is known."""
    if isinstance(value, list):
        value = [each for each in value if each]
    text = str(value or "").strip()
    return "" if says_nothing(text) else text


def _paragraphs(abstract: str) -> str:
    """An abstract without markup and without the two blanks with which arXiv begins one, and its line wraps."""
    if "</" in abstract:
        return block_without_markup(abstract)
    return unwrapped(abstract) if abstract.startswith("  ") else abstract
