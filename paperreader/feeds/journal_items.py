"""Papers from items of a journal's feed: RSS 0.9 to 2.0, RDF or Atom.

Every publisher uses fields differently. An abstract is in the description, in the content, after a label, or missing.
Authors have fields of their own, share a line, or follow a label. A DOI is in its own field, the id, the address, or
after a label.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from email.utils import parsedate_to_datetime
from itertools import islice
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from paperreader.domain.dates import KnownDate
from paperreader.domain.identifiers import Identifier, parse_arxiv, parse_doi, scheme_of
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.paper import Standing
from paperreader.feeds.references.fields import parse_date
from paperreader.feeds.syntax.xml import Element
from paperreader.feeds.texts.abstract_text import ItemText, read_texts
from paperreader.feeds.texts.author_line import names_in
from paperreader.feeds.texts.html_text import html_of, line_of, paragraphs
from paperreader.feeds.texts.names import is_cut
from paperreader.feeds.texts.non_papers import standing_of

YEARS = (1665, 2100)
"""Plausible years of publication, from the first journal on."""

_TITLES = ("title", "dc:title", "dcterms:title", "media:title")
_TEXTS = ("content:encoded", "content", "description", "summary", "dc:description", "dcterms:abstract", "abstract",
          "prism:teaser", "media:description")  # fmt: skip
_AUTHORS = ("dc:creator", "dcterms:creator", "author", "authors", "creator")
_LISTS = frozenset(("Seq", "Bag", "Alt", "li", "author", "creator", "person"))
"""Elements that separate authors in a field."""
_DATES = ("pubDate", "published", "issued", "dcterms:issued", "dc:date", "dcterms:date", "prism:publicationDate",
          "prism:coverDate", "prism:coverDisplayDate", "date", "updated", "modified", "dcterms:modified", "created",
          "dcterms:created", "year")  # fmt: skip
_IDS = ("prism:doi", "doi", "arxiv:doi", "dc:identifier", "dcterms:identifier", "guid", "id", "prism:url")
_JOURNALS = ("prism:publicationName", "dc:source", "source", "dc:publisher")
_SECTIONS = ("prism:section", "dc:type", "prism:category", "category", "dc:subject")
_TITLE_NOISE = re.compile(r"\[ASAP\]\s*|[^,:]{2,80}, Vol\. \d+, Pages? [\w-]+:\s+")
"""Prefixes of titles from the American Chemical Society and MDPI."""
_SUPERSCRIPT = re.compile(r"<sup(?:\s[^<>]*)?>[^<>]*</sup>", re.IGNORECASE)
_DIGITAL = re.compile(r"10\.\d{4,9}/[^\s\"<>&?#]+")
_IN_ADDRESS = re.compile(r"/(?:doi|content|article|articles|abs)/(?:[a-z]{2,8}/){0,2}(10\.\d{4,9}/[^\s\"<>&?#]+)")
_AFTER_DOI = re.compile(r"/(?:abstract|full|pdf|epdf|html|fulltext|meta|summary)$|(?:\.(?:full|abstract|pdf))+$")
_ARTICLE_NUMBER = re.compile(r"(10\.1093/[^/]+/[^/]+)/\d{5,9}$")
"""Addresses of Oxford continue after the DOI."""
_PREPRINT_VERSION = re.compile(r"(10\.\d{4,9}/[\d.]+)v\d+$")
_TRACKING = re.compile(r"af|rss|dgcid|utm_\w+|feed|ref|campaign|fbclid|gclid|WT\.\w+|feature", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"\d [A-Z][a-z]{2} \d\d\b")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T|$)")
_CALENDAR = str.maketrans({"年": "-", "月": "-", "日": " "})


class ItemFields:
    """The elements of an item, by name without the prefix of Atom."""

    def __init__(self, item: Element) -> None:
        self._found: dict[str, list[Element]] = {}
        for element in (item, *item.children("media:group")):
            for part in element.content:
                if isinstance(part, Element):
                    self._found.setdefault(part.name.removeprefix("atom:"), []).append(part)
        self.about = item.attributes.get("rdf:about", "")

    def elements(self, *names: str) -> Iterator[Element]:
        """The elements with these names, in the order of the names."""
        return (element for name in names for element in self._found.get(name, ()))

    def texts(self, *names: str) -> Iterator[str]:
        """The contents of these elements as HTML, without empty ones."""
        return (text for element in self.elements(*names) if (text := html_of(element)).strip())


def paper_of(fields: ItemFields, line: int, journal: str = "") -> ParsedPaper | None:
    """The paper of an item that starts on this line, or None if it has no title."""
    whole = next(filter(None, map(line_of, fields.texts(*_TITLES))), "")
    title = whole[noise.end() :] if (noise := _TITLE_NOISE.match(whole)) else whole
    if not any(map(str.isalnum, title)):
        return None
    journals = [line_of(html) for html in fields.texts(*_JOURNALS)]
    text = read_texts(fields.texts(*_TEXTS), (whole, title, journal, *journals))
    return ParsedPaper(
        title=title,
        abstract=text.abstract,
        authors=_authors_of(fields, text),
        published=_published_of(fields, text),
        identifiers=_identifiers_of(fields, text),
        line=line,
        links=_links_of(fields),
        standing=_standing_of(fields, title),
    )


def _authors_of(fields: ItemFields, text: ItemText) -> tuple[str, ...] | None:
    """The authors, from the field that names the most; None if no field names any."""
    found: tuple[str, ...] = ()
    are_left_out = False
    for field in _AUTHORS:
        lines = [line for element in fields.elements(field) for line in _lines_in(element)]
        if len(names := names_in(lines)) > len(found):
            found, are_left_out = names, any(map(is_cut, lines))
    said = names_in(text.authors[:1])
    if len(said) > len(found) and (are_left_out or set(found) <= set(said)):
        found = said
    return found or None


def _lines_in(element: Element) -> Iterator[str]:
    """The lines of names in an author field."""
    parts = [part for part in element.content if isinstance(part, Element)]
    named = [part for part in parts if part.local == "name"]
    if named:
        yield named[0].text
    elif parts and all(part.local in _LISTS for part in parts):
        for part in parts:
            yield from _lines_in(part)
    else:
        yield from paragraphs(_SUPERSCRIPT.sub("", html_of(element)))


def _identifiers_of(fields: ItemFields, text: ItemText) -> tuple[Identifier, ...]:
    """The DOI and the arXiv id of a paper."""
    found: dict[str, Identifier] = {}
    sure = [*fields.texts(*_IDS), *(address for _, address in _addresses(fields)), fields.about, *text.dois]
    for said in sure:
        if identifier := parse_arxiv(said) or doi_in(said):
            found.setdefault(scheme_of(identifier), identifier)
    return tuple(found.values())


def day_of(fields: ItemFields) -> date | None:
    """The date on which the feed lists an item, in the time zone of the first date field."""
    return next((day for text in fields.texts(*_DATES) if (day := parse_day(text))), None)


def _published_of(fields: ItemFields, text: ItemText) -> KnownDate | None:
    """The date of publication from fields or texts, else its month or year."""
    if day := day_of(fields):
        return day
    known = [found for said in (*text.dates, *fields.texts(*_DATES)) if (found := _parse_known(said))]
    return next((found for found in known if isinstance(found, date)), None) or next(iter(known), None)


def parse_day(text: str) -> date | None:
    """The date in a feed's format (RFC 822, or year first); None if there is no complete valid date."""
    text = " ".join(text[:200].translate(_CALENDAR).split())[:100]
    if compact := _COMPACT.match(text):
        text = "-".join(compact.groups())
    day = parse_date(text)
    if day is None and _SHORT_YEAR.search(text):
        with suppress(ValueError, TypeError, IndexError, OverflowError):
            day = parsedate_to_datetime(text).date()
    return day if isinstance(day, date) and YEARS[0] <= day.year <= YEARS[1] else None


def _parse_known(text: str) -> KnownDate | None:
    """The date in a text such as `Available online 20 May 2026`, `May 2024`, `2024-05` or `2024`."""
    found = parse_date(text)
    return found if found and YEARS[0] <= found.year <= YEARS[1] else None


def _links_of(fields: ItemFields) -> tuple[tuple[str, str], ...]:
    """The addresses of page and PDF, without tracking parameters."""
    found: dict[str, str] = {}
    for kind, address in _addresses(fields):
        if kind not in found and address.startswith(("https://", "http://")):
            found[kind] = _untracked(address)
    return tuple(sorted(found.items()))


def _addresses(fields: ItemFields) -> Iterator[tuple[str, str]]:
    """The addresses of an item by kind, the most reliable first. `feedburner:origLink` is the original link."""
    for text in fields.texts("feedburner:origLink"):
        yield "page", _address(text)
    links = list(fields.elements("link", "enclosure", "media:content"))
    for link in links:
        address = _address(link.attributes.get("href") or link.attributes.get("url") or link.text)
        if link.attributes.get("type") == "application/pdf":
            yield "pdf", address
        elif link.local == "link" and link.attributes.get("rel", "alternate") == "alternate":
            yield "page", address
    for text in fields.texts("guid", "id", "prism:url"):
        yield "page", _address(text)


def _address(text: str) -> str:
    return " ".join(text.split()).replace(" ", "%20")


def _standing_of(fields: ItemFields, title: str) -> Standing | None:
    """The kind of an item that is no paper, from its title or first sections."""
    sections = islice(fields.elements(*_SECTIONS), 5)
    return standing_of(title, (element.attributes.get("term") or element.text for element in sections))


def doi_in(text: str) -> Identifier | None:
    """The DOI in a field or an address."""
    if "10." not in text:
        return None
    text = unquote(text[:2_000])
    found = _IN_ADDRESS.search(text)
    value = found[1] if found else (match[0] if (match := _DIGITAL.search(text)) else "")
    value = _ARTICLE_NUMBER.sub(r"\1", _AFTER_DOI.sub("", value.rstrip(".,;:)]}'")))
    return parse_doi(_PREPRINT_VERSION.sub(r"\1", value))


def _untracked(address: str) -> str:
    try:
        parts = urlsplit(address)
        kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    except ValueError:
        return address
    return urlunsplit(parts._replace(query=urlencode(kept))) if parts.query else address
