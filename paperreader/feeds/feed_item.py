"""What an item of a journal's feed says of its paper, dug out of where publishers put it.

`feedparser` brings the dialects of feeds to one; what stands in which field is each publisher's own affair: abstracts
in the description, in the content, behind a label, or nowhere; authors one by one, in one line or behind a label; a DOI
in a field of its own, in the id, in the address, behind a label.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from paperreader.domain.dates import KnownDate, PartialDate, parse_iso
from paperreader.domain.identifiers import Identifier, parse_arxiv, parse_doi
from paperreader.domain.paper import Standing
from paperreader.feeds.html_text import line_of, paragraphs
from paperreader.feeds.reference import parse_date

SHORTEST_ABSTRACT = 120
"""Characters from which on a text that says nothing else may be an abstract; volumes and pages have fewer.

One of Chinese, Japanese or Korean counts as two: it says as much as two letters and more.
"""
FEWEST_WORDS = 16
"""Words from which on it may be one; names and numbers of a record in a register have fewer."""
YEARS = (1665, 2100)
"""The years in which a paper may appear: from that of the first journal on. Others are mistakes of a program."""

_DATES = ("published", "updated", "created", "prism_publicationdate", "prism_coverdate", "dc_date")
_LABEL = re.compile(
    r"(?P<label>authors?|author\(s\)|by|doi|abstract|summary|publication date|published|source|upvotes|keywords|"
    r"background|journal|pages?|issn|volume|citation|links?|code|project|categories|subjects?)\s*[:：]\s*(?P<value>.*)",
    re.IGNORECASE | re.DOTALL,
)
_HEADING = re.compile(r"(?:(?i:graphical |visual )?(?i:abstract|summary))\b\s*[:.–—-]?\s*(?=[A-Z\W]|$)")
_DIGITAL = re.compile(r"10\.\d{4,9}/[^\s\"<>&?#]+")
_IN_ADDRESS = re.compile(r"/(?:doi|content|article|articles|abs)/(?:[a-z]{2,8}/){0,2}(10\.\d{4,9}/[^\s\"<>&?#]+)")
_AFTER_DOI = re.compile(r"/(?:abstract|full|pdf|epdf|html|fulltext|meta|summary)$|\.(?:full|abstract|pdf)$")
_PREPRINT_VERSION = re.compile(r"(10\.(?:1101|64898)/[\d.]+)v\d+$")
_TRACKING = re.compile(r"af|rss|dgcid|utm_\w+|feed|ref|campaign|fbclid|gclid|WT\.\w+|feature", re.IGNORECASE)
_NO_YEAR = re.compile(r"\s0\d{3}(?:\s|$)")
"""A year before the year 1000, which is taken for one of two digits elsewhere."""
_TAIL = re.compile(
    r"PMID: ?\d{1,10}(?: \| (?:PMC|DOI): ?\S{1,200}){0,3}|(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}", re.IGNORECASE
)
"""What PubMed, Google Scholar and Wanfang put under an abstract: its numbers, or the host of its page."""
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T\s].*)?", re.DOTALL)
_AND = re.compile(r"\s+(?:and|&|und|et|y)\s+")
_ET_AL = re.compile(r"\bet\.? al\b\.?(?= ?(?:[,;]|$))", re.IGNORECASE)
_INITIALS = re.compile(r"\w{1,4}\.?|\w(?:(?:\.[-\s]?|[-\s])\w){0,4}\.?")
_INITIAL = re.compile(r"\w\.?|\w\.(?:-?\w\.){1,3}")
_PARTICLES = frozenset(("da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "la", "le", "ten",
                        "ter", "van", "von", "zu"))  # fmt: skip
_COMMAS = re.compile("[,、]")
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A character of Chinese, Japanese or Korean, whose names have the surname first as they are."""
_EASTERN_CLAUSE = re.compile(f"{_EASTERN.pattern}{{8,}}")
"""More of them than a name or the number of a volume has without a blank or a sign between."""
_PAREN = re.compile(r"\s*\([^()]*\)")

_ENDS = r"(?=\s*[:\-–—(]|\s*$)"
_STANDINGS = (
    (
        Standing.RETRACTED,
        rf"retracted(?:\s+(?:article|paper))?{_ENDS}|retracted\s*\]|"
        r"retraction(?:\s+(?:note|notice|statement))?(?=\s*(?:to|for|of)?\s*[:\-–—“\"]|\s*$)",
    ),
    (Standing.WITHDRAWN, rf"withdrawn(?:\s+article)?{_ENDS}|withdrawal(?:\s+notice)?{_ENDS}"),
    (
        Standing.CORRECTION,
        r"(?:(?:author|publisher|editorial)['’]?s?\s+)?(?:"
        r"(?:errat(?:um|a)|corrigend(?:um|a)|addend(?:um|a))\b(?=\s*(?:to|for|of)\b|\s*[:\-–—“\"(]|\s*$)|"
        # “Corrections to the entropy of …” is a paper; “Correction to: On the entropy of …” is none.
        r"(?:corrections?|amendments?)\b(?=\s*(?:to|for)?\s*[:“\"(]|\s*[-–—]|\s*$))|expression of concern",
    ),
    (
        Standing.EDITORIAL,
        rf"(?:guest\s+)?editorials?\b(?:{_ENDS}|(?=\s+(?:board|introduction|overview|note|preface)\b))|"
        r"(?:letter |note )?from the editors?\b|editors?['’]\s*(?:note|choice|introduction|pick)|"
        rf"(?:preface|foreword)\b{_ENDS}|introduction to the special issue",
    ),
    (
        Standing.OTHER,
        r"issue information|front\s?matter|back\s?matter|table of contents|masthead|(?:in|inside) this issue|"
        rf"(?:inside\s+)?(?:front |back )?cover(?: image| picture| feature)?{_ENDS}|"
        rf"(?:contents(?: list)?|announcements?|book reviews?|news(?:\s+(?:and|&)\s+\w+)?){_ENDS}|"
        r"(?:author|subject|volume|reviewer) index|(?:list of|thanks to|acknowledge?ment of) reviewers|"
        r"acknowledge?ments? (?:of|to) (?:the )?(?:reviewers|referees)|instructions (?:for|to) authors|"
        r"obituary|in memoriam|calendar of events|call for papers|new zoobank (?:nomenclatural act|author)",
    ),
)
_STANDING = tuple((standing, re.compile(rf"[\W_]*(?:{pattern})", re.IGNORECASE)) for standing, pattern in _STANDINGS)


def title_of(entry: Mapping[str, Any]) -> str:
    """The title in one line, without tags."""
    return line_of(_text(entry.get("title")))


def abstract_of(entry: Mapping[str, Any]) -> str:
    """The abstract, where one of the texts holds one: behind its label, under its heading, or as all there is."""
    found = ""
    for text in _texts(entry):
        candidate = _abstract_in(paragraphs(text))
        if len(candidate) > len(found):
            found = candidate
    return "" if found == title_of(entry) else found


def authors_of(entry: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The authors' names, each as it is said, the surname last where a comma tells; None: none are named."""
    named = [_text(author.get("name")) for author in entry.get("authors", ()) if isinstance(author, Mapping)]
    if not any(map(str.strip, named)):
        named = [value for label, value in _labelled(entry) if label.startswith("author")][:1]
    lines = [line for text in named if (line := _name_line(line_of(text)))]
    read = _one if _are_turned(lines) else _names_in
    names = [name for line in lines for name in read(line)]
    return tuple(dict.fromkeys(names)) or None


def identifiers_of(entry: Mapping[str, Any]) -> tuple[Identifier, ...]:
    """The DOI and the arXiv id of the paper."""
    found: list[Identifier] = []
    sure = [_text(entry.get(name)) for name in ("prism_doi", "dc_identifier", "id", "link", "prism_url")]
    sure += [value for label, value in _labelled(entry) if label == "doi"]
    for text in sure:
        identifier = parse_arxiv(text) or _doi_in(text)
        if identifier and all(identifier.partition(":")[0] != other.partition(":")[0] for other in found):
            found.append(identifier)
    return tuple(found)


def published_of(entry: Mapping[str, Any]) -> KnownDate | None:
    """The day on which the item appeared, in the zone that it says; else the month or the year, where a field has one
    that can be.
    """
    said = [_text(entry.get(name)) for name in _DATES]
    days = (day for text in said if (day := parse_day(text)))
    return next(days, None) or next((part for text in said if (part := _parse_partial(text))), None)


def parse_day(text: str) -> date | None:
    """The day of a date as feeds write it, RFC 822 or the year first; None where it names no whole day that can be."""
    text = " ".join(text.split())[:100]
    found = _YEAR_FIRST.fullmatch(text)
    day: date | None
    if found:
        day = parse_iso(f"{found[1]}-{found[3]:0>2}-{found[4]:0>2}")
    else:
        try:
            day = parsedate_to_datetime(text if ":" in text else f"{text} 00:00").date()
        except (ValueError, TypeError, IndexError, OverflowError):
            day = None
        if _NO_YEAR.search(text):
            day = None
    return day if day and YEARS[0] <= day.year <= YEARS[1] else None


def _parse_partial(text: str) -> PartialDate | None:
    """The month or the year that a date says which names no day: `2024`, `May 2024`, `2024-05`."""
    found = parse_date(text)
    return found if isinstance(found, PartialDate) and YEARS[0] <= found.year <= YEARS[1] else None


def links_of(entry: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The addresses of the page and of the PDF, without what only counts readers."""
    found: dict[str, str] = {}
    for kind, address in _addresses(entry):
        if kind not in found and address.startswith(("https://", "http://")):
            found[kind] = _untracked(address)
    return tuple(sorted(found.items()))


def standing_of(entry: Mapping[str, Any], title: str) -> Standing | None:
    """What an item is that is no paper: by the beginning of its title, or by a section that says nothing else."""
    sections = [_text(entry.get("prism_section")), _text(entry.get("dc_type")), _text(entry.get("prism_category"))]
    sections += [_text(tag.get("term")) for tag in entry.get("tags", ())[:5] if isinstance(tag, Mapping)]
    for standing, pattern in _STANDING:
        if pattern.match(title[:300]):
            return standing
    for section in sections:
        for standing, pattern in _STANDING:
            if (match := pattern.match(section[:100])) and match.end() >= len(section.strip()) - 1:
                return standing
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(entry: Mapping[str, Any]) -> Iterator[str]:
    """The texts of an item that may hold an abstract."""
    for content in entry.get("content", ())[:5]:
        if isinstance(content, Mapping):
            yield _text(content.get("value"))
    for name in ("summary", "description", "dc_description", "prism_teaser"):
        yield _text(entry.get(name))


def _abstract_in(parts: list[str]) -> str:
    """The abstract among the paragraphs of a text."""
    if len(parts) > 1 and _TAIL.fullmatch(parts[-1]):
        parts = parts[:-1]
    matches = [_LABEL.fullmatch(part) for part in parts]
    labelled = [(match["label"].casefold(), match["value"]) if match else None for match in matches]
    for place, label in enumerate(labelled):
        if label and label[0] in ("abstract", "summary"):
            behind = [part for part, other in zip(parts[place + 1 :], labelled[place + 1 :], strict=True) if not other]
            return "\n\n".join([label[1], *(part for part in behind if len(part) >= SHORTEST_ABSTRACT)]).strip()
    for place, part in enumerate(parts):
        heading = _HEADING.match(part)
        if heading and (heading.end() == len(part) or len(part) >= SHORTEST_ABSTRACT):
            rest = [part[heading.end() :], *parts[place + 1 :]]
            return "\n\n".join(text for text in rest if text and not _LABEL.fullmatch(text))
    plain = [part for part, label in zip(parts, labelled, strict=True) if not label]
    return "\n\n".join(plain) if any(map(_may_be_abstract, plain)) else ""


def _may_be_abstract(text: str) -> bool:
    """Whether a paragraph says enough for one; of Chinese, Japanese and Korean two characters count as one word."""
    eastern = len(_EASTERN.findall(text))
    words = len(text.split()) + (eastern // 2 if _EASTERN_CLAUSE.search(text) else 0)
    return len(text) + eastern >= SHORTEST_ABSTRACT and words >= FEWEST_WORDS


def _labelled(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What stands behind labels in the texts of an item."""
    for text in _texts(entry):
        for part in paragraphs(text)[:50]:
            if match := _LABEL.fullmatch(part):
                yield match["label"].casefold(), match["value"]


def _names_in(text: str) -> Iterator[str]:
    """The names in a line: `A, B and C`, `A; B`, `Last, First`, `Last, F., Other, G.`."""
    if ";" in text:
        for part in text.split(";"):
            yield from _one(part)
        return
    pieces = [[part for side in piece.split(",") if (part := side.strip())] for piece in _AND.split(text)]
    parts = [part for piece in pieces for part in piece]
    is_pairs = _is_turned(*parts) if list(map(len, pieces)) == [2] else _are_pairs(pieces)
    for name in _turned(parts) if is_pairs else parts:
        yield from _one(name, is_turned=is_pairs)


def _name_line(text: str) -> str:
    """A line of names without what stands in brackets, addresses, and the words for those that are left out."""
    words = _COMMAS.sub(",", _PAREN.sub("", text[:200_000])).replace(";", ";").split()
    return _ET_AL.sub("", " ".join(word for word in words if "@" not in word)).strip(" ,;")


def _are_turned(lines: list[str]) -> bool:
    """Whether each of several lines is one person, the surname first: each has one comma, and nothing else parts it."""
    return len(lines) > 1 and all(
        line.count(",") == 1 and ";" not in line and not _AND.search(line) and not _EASTERN.search(line)
        for line in lines
    )


def _is_turned(last: str, first: str) -> bool:
    """Whether the two sides of the only comma are the surname and the name of one person, not two persons."""
    words, given = last.split(), first.split()
    if _EASTERN.search(last + first):
        return False
    if len(words) == 1 or _are_initials(first):
        return True
    if _are_initials(words[0]) or _are_initials(words[-1]):
        return False  # `A. Baker, C. Dürer`, `van Baker A, Dürer C`
    if words[0] in _PARTICLES:
        return True
    if len(given) == 1:
        return first.isupper() == last.isupper()  # not `Ada Baker, UNESCO`
    return bool(given[-1].isupper() and _INITIAL.fullmatch(given[-1]))


def _are_pairs(pieces: list[list[str]]) -> bool:
    """Whether names follow their surnames in a longer line, between its `and`: as initials, or as one word each."""
    parts = [part for piece in pieces for part in piece]
    if not parts or any(len(piece) % 2 for piece in pieces) or any(map(_EASTERN.search, parts)):
        return False
    return all(map(_are_initials, parts[1::2])) or all(part[0].isupper() and " " not in part for part in parts)


def _are_initials(text: str) -> bool:
    return text.isupper() and _INITIALS.fullmatch(text) is not None


def _turned(parts: list[str]) -> list[str]:
    return [f"{parts[n + 1]} {parts[n]}" for n in range(0, len(parts) - 1, 2)]


def _one(text: str, *, is_turned: bool = False) -> Iterator[str]:
    name = " ".join(text.removeprefix("and ").split()).strip(" ,;")
    if not is_turned and name.count(",") == 1 and not _EASTERN.search(name):
        last, first = name.split(",")
        name = f"{first.strip()} {last.strip()}"
    if any(map(str.isalpha, name)):
        yield name


def _doi_in(text: str) -> Identifier | None:
    """The DOI in a field or an address."""
    if "10." not in text:
        return None
    text = unquote(text[:2_000])
    found = _IN_ADDRESS.search(text)
    value = found[1] if found else (match[0] if (match := _DIGITAL.search(text)) else "")
    value = _AFTER_DOI.sub("", value.rstrip(".,;:)]}'"))
    return parse_doi(_PREPRINT_VERSION.sub(r"\1", value))


def _addresses(entry: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    yield "page", " ".join(_text(entry.get("link")).split()).replace(" ", "%20")
    for link in entry.get("links", ()):
        if isinstance(link, Mapping):
            address, kind = _text(link.get("href")).strip(), _text(link.get("type"))
            if kind == "application/pdf":
                yield "pdf", address.replace(" ", "%20")


def _untracked(address: str) -> str:
    try:
        parts = urlsplit(address)
        kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    except ValueError:
        return address
    return urlunsplit(parts._replace(query=urlencode(kept))) if parts.query else address
