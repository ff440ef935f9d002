"""Reads papers from JSON records of any program; a table maps their field names to ours.

Names are compared in lower case without `_` and `-`: `arxiv_id`, `arxivId` and `arXiv-ID` are one name. If a value
cannot be read, it is reported, and the paper is kept without it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from paperreader.domain.dates import KnownDate, parse_iso
from paperreader.domain.identifiers import Identifier, parse_identifier
from paperreader.domain.import_result import ParsedPaper
from paperreader.feeds.arxiv.kaggle import repaired_arxiv
from paperreader.feeds.arxiv.text import unwrapped, version_in
from paperreader.feeds.references.fields import fullest_date, is_placeholder, known_date, parse_date
from paperreader.feeds.syntax.json_items import NumberText
from paperreader.feeds.texts.html_text import block_without_markup, without_markup
from paperreader.feeds.texts.names import read_names
from paperreader.feeds.texts.non_papers import standing_of

LISTS = frozenset((
    "data", "papers", "items", "results", "articles", "entries", "records", "publications", "bib", "attributes",
    "_source",
))  # fmt: skip
"""Names under which an object holds papers, or its one paper."""

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
"""The fields of a paper, and the names under which records keep them, the most reliable first."""
_FIELD_OF_NAME = {name: field for field, names in _NAMES.items() for name in names}
_ORDER = {name: place for place, name in enumerate(_FIELD_OF_NAME)}
UNREAD = "the {} cannot be read; the paper is kept without it"
Unread = list[tuple[str, str]]
"""The values of a record that cannot be read: the field and its text."""
_LINKS = ("page", "pdf", "code")

_PARTS_OF_NAME = (
    ("given", "first", "firstname", "forename", "forenames", "givenname", "givennames"),
    ("middle", "middlename", "middlenames", "droppingparticle", "nondroppingparticle"),
    ("family", "last", "lastname", "surname", "familyname", "keyname"),
    ("suffix",),
)
_WHOLE_NAME = ("name", "fullname", "displayname", "literal", "rawname", "authorname")

MAX_COUNT = 9_007_199_254_740_991
"""The largest count that is read: every language represents it exactly."""
_NOT_IN_PLAIN_NAMES = re.compile(r"[^a-zA-Z\u00c0-\u024f .'\u2019\n-]| (?:and|et|und|y) ")
_COMPACT_DAY = re.compile(r"(?:19|20)\d{6}", re.ASCII)
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?", re.ASCII)
"""Seconds since 1970 (from 2001 to 2286) or milliseconds."""


def read_record(record: Mapping[str, object], line: int) -> tuple[ParsedPaper, Unread] | None:
    """The paper of a record and its unreadable values; None if the record has neither a title nor an id."""
    fields = _fields(record)
    title = " ".join(_first_text(fields["title"]).split())
    unread: Unread = []
    published = fullest_date(map(read_date, fields["date"]))
    authors = next(filter(None, map(read_authors, fields["authors"])), None)
    for field, found in (("date", published), ("authors", authors)):
        if not found and (text := next(filter(None, map(_text_of_unread, fields[field])), "")):
            unread.append((field, text))
    identifiers, version = _identifiers(fields, published, unread)
    if not title and not identifiers:
        return None
    kinds = _texts(fields["kind"])
    paper = ParsedPaper(
        title=without_markup(title) if "</" in title else title,
        abstract=_abstract(_first_text(fields["abstract"])),
        authors=authors,
        published=published,
        identifiers=identifiers,
        upvotes=read_count(fields["upvotes"]),
        comments=read_count(fields["comments"]),
        line=line,
        links=tuple((kind, url) for kind in _LINKS if (url := _first_text(fields[kind]))),
        categories=tuple(_texts(fields["categories"])) or None,
        version=version if title else None,  # the version of the title and abstract
        standing=standing_of(title, kinds) if kinds else None,
    )
    return paper, unread


def field_of(name: str) -> str | None:
    """The field of a paper that a name stands for."""
    return _FIELD_OF_NAME.get(_fold(name))


def read_authors(value: object) -> tuple[str, ...]:
    """The names in a text, a list of texts, or a list of objects."""
    if isinstance(value, str):
        return read_names(value)
    authors = value if isinstance(value, list) else (value,)
    names = [name for author in authors if (name := author if type(author) is str else _name(author)).strip()]
    return read_names(*names) if _NOT_IN_PLAIN_NAMES.search("\n".join(names)) else tuple(names)


def read_date(value: object) -> KnownDate | None:
    """The date in a text, a number, a list of numbers, or an object."""
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
    """A count, or the first count of a list."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value if type(value) is int and 0 <= value <= MAX_COUNT else None


def texts_of(value: object) -> list[str]:
    """The texts in a list, one text, or the address of an object, without placeholders."""
    if isinstance(value, str):
        return [] if is_placeholder(value) else [value]
    if isinstance(value, dict):
        value = value.get("url")
    values = value if isinstance(value, list) else (value,)
    return [text for text in values if isinstance(text, str) and not is_placeholder(text)]


def _identifiers(
    fields: Mapping[str, list[object]], published: KnownDate | None, unread: Unread
) -> tuple[tuple[Identifier, ...], int | None]:
    """The ids of a record and the version of its arXiv id; links count only if no field has an id."""
    found: list[Identifier] = []
    version: int | None = None
    for field in ("arXiv id", "id", "DOI", "page", "pdf"):
        if field in _LINKS and found:
            break
        for text in (text for value in fields[field] for text in _id_texts(value)):
            identifier = repaired_arxiv(text, published) if isinstance(text, NumberText) else parse_identifier(text)
            if identifier and identifier not in found:
                found.append(identifier)
                version = version or (version_in(text) if identifier.startswith("arxiv:") else None)
            elif not identifier and field in ("arXiv id", "DOI"):
                unread.append((field, text))
    return tuple(found), version


def _id_texts(value: object) -> list[str]:
    """The ids in a text, a list, or an object such as `{"ArXiv": "2005.14165", "DOI": "10.1000/xyz"}`."""
    if not isinstance(value, dict):
        return texts_of(value)
    fields = _folded(value)
    return [*(f"arxiv:{text}" for text in texts_of(fields.get("arxiv"))), *texts_of(fields.get("doi"))]


def _name(author: object) -> str:
    """The name of an author; empty for anything else, such as an editor."""
    if isinstance(author, list) and all(isinstance(part, str) for part in author):
        family, *others = (*author, "")  # as in arXiv's snapshot: family, given, suffix
        return " ".join(filter(None, (*others[:1], family, *others[1:])))
    if not isinstance(author, dict):
        return author if isinstance(author, str) else ""
    fields = _folded(author)
    if str(fields.get("creatortype", "author")) != "author":
        return ""
    whole, *parts = (_first_text(map(fields.get, names)) for names in (_WHOLE_NAME, *_PARTS_OF_NAME))
    return whole or " ".join(filter(None, parts)) or _name(fields.get("author", fields.get("name")))


def _fields(record: Mapping[str, object]) -> dict[str, list[object]]:
    """The values of each field, the most reliable first."""
    fields: dict[str, list[object]] = {field: [] for field in _NAMES}
    values = _folded(record)
    for name in sorted(values.keys() & _FIELD_OF_NAME.keys(), key=_ORDER.__getitem__):
        fields[_FIELD_OF_NAME[name]].append(values[name])
    return fields


def _folded(record: Mapping[str, object]) -> dict[str, object]:
    return {_fold(name): value for name, value in record.items()}


def _fold(name: str) -> str:
    return name if name in _FIELD_OF_NAME else name.lower().replace("_", "").replace("-", "")


def _texts(values: Iterable[object]) -> list[str]:
    return [text for value in values for text in texts_of(value)]


def _first_text(values: Iterable[object]) -> str:
    for value in values:
        if texts := texts_of(value):
            return texts[0]
    return ""


def _text_of_unread(value: object) -> str:
    """The text of an unreadable value; empty if the value only says that nothing is known."""
    if isinstance(value, list):
        value = [each for each in value if each]
    text = str(value or "").strip()
    return "" if is_placeholder(text) else text


def _abstract(text: str) -> str:
    """An abstract without markup, and without the indentation and line breaks of arXiv's abstracts."""
    if "</" in text:
        return block_without_markup(text)
    return unwrapped(text) if text.startswith("  ") else text
