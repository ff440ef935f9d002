"""Files of tagged lines beside RIS: PubMed's format (`.nbib`, MEDLINE) and EndNote's import format (`.enw`).

    PubMed:   PMID- 33000001 … TI  - title … FAU - Amber, Ada … AID - 10.1000/xyz [doi]      more of a value is indented
    EndNote:  %0 Journal Article … %T title … %A Amber, Ada … %R 10.1000/xyz                 more of a value has no tag

A record begins with the first of its tags; in a file that never has that tag, behind an empty line.
Of the tags: https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format and the import filter of EndNote.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from textwrap import dedent

from paperreader.domain.parsed import ParsedListing, ParsedPaper
from paperreader.feeds.arxiv.text import version_in
from paperreader.feeds.references.fields import (
    NO_TITLE,
    Reading,
    arxiv_in,
    fullest_date,
    identifiers_of,
    page_links,
    parse_date,
    read_abstract,
)
from paperreader.feeds.references.json_records import read_date
from paperreader.feeds.syntax.encoding import decode
from paperreader.feeds.texts.html_text import without_markup
from paperreader.feeds.texts.names import NameStyle, read_names
from paperreader.feeds.texts.standing import standing_of

OUTSIDE = "stands before the first record and belongs to none"

_NAMED_ID = re.compile(r"(?P<id>.+?)\s*\[(?P<kind>doi|pii)\]", re.IGNORECASE)
_NOT_THERE = re.compile(r"\[?not available\]?\.?", re.IGNORECASE)
_TRANSLATED = re.compile(r"\[(?P<title>.*)\]\.?")
_LAST_STOP = re.compile(r"(?<![.\s])(?<!\b[A-Za-z])\.$")
_HEADING = re.compile(r"\s*(?:\d{1,6}[.:)]?\s*)?")


@dataclass(slots=True)
class Record:
    """One record: its tags and the lines of their values in order, and the lines that it is made of."""

    line: int
    values: list[tuple[str, list[str]]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def all(self, *tags: str) -> list[str]:
        """The values of some tags in the order of the file, each on one line."""
        joined = (" ".join(" ".join(lines).split()) for tag, lines in self.values if tag in tags)
        return [value for value in joined if value]

    def first(self, *tags: str) -> str:
        """The first value of the first of some tags that has one."""
        return next((value for tag in tags for value in self.all(tag)), "")

    def block(self, tag: str) -> str:
        """All values of a tag with their lines."""
        return "\n\n".join("\n".join(lines) for each, lines in self.values if each == tag)


@dataclass(slots=True, eq=False)
class TaggedImporter:
    """The importer of one format of tagged lines."""

    format: str
    sign: re.Pattern[bytes]
    """How a record of the format begins."""
    tagged: re.Pattern[str]
    """A line with a tag and a value."""
    first: str
    """The tag with which a record begins."""
    paper_of: Callable[[Record], ParsedPaper]
    nothing: str
    max_bytes: int = 200_000_000
    max_lines: int = 5_000_000

    def recognises(self, head: bytes) -> bool:
        """Whether a record begins in it."""
        return self.sign.search(head.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n")) is not None

    def parse(self, data: bytes) -> tuple[ParsedListing]:
        """The one listing of a file; records without a title, and what is no record, are problems and set aside."""
        reading = Reading()
        for record in self._records(decode(data)):
            if not record.values:
                reading.refuse(record.line, OUTSIDE, "\n".join(record.text))
            elif (paper := self.paper_of(record)).title:
                reading.papers.append(paper)
            else:
                reading.refuse(record.line, NO_TITLE, "\n".join(record.text))
        return (reading.listing(self.nothing),)

    def _records(self, text: str) -> Iterator[Record]:
        """The records; what stands before the first one comes as one without values."""
        if text.lstrip("\n")[:1].isspace():
            text = dedent(text)  # copied out of an indented text
        lines = text.split("\n")
        matches = [self.tagged.match(line) for line in lines]
        has_first = any(match["tag"] == self.first for match in matches if match)
        record, follows_blank = Record(1), True
        for number, (line, match) in enumerate(zip(lines, matches, strict=True), 1):
            if match and (match["tag"] == self.first or not record.values or (follows_blank and not has_first)):
                if record.text:
                    yield record
                record = Record(number)
            follows_blank = not line.strip()
            if match:
                record.values.append((match["tag"], [(match["value"] or "").strip()]))
            elif record.values:
                record.values[-1][1].append(line.strip())
            elif _HEADING.fullmatch(line):
                continue
            elif not record.text:
                record.line = number
            record.text.append(line)
        if record.text:
            yield record


def _pubmed_paper(record: Record) -> ParsedPaper:
    titles = (title for title in record.all("TI", "BTI", "CTI", "TT") if not _NOT_THERE.fullmatch(title))
    title = without_markup(next(titles, ""))
    if translated := _TRANSLATED.fullmatch(title):
        title = translated["title"]
    ids = [match for value in record.all("AID", "LID") if (match := _NAMED_ID.fullmatch(value))]
    named = [match["id"] for match in ids if match["kind"].lower() == "pii"]
    number = record.first("PMID")
    authors = "FAU" if record.first("FAU") else "AU"
    return ParsedPaper(
        title=_LAST_STOP.sub("", title),
        abstract=read_abstract(record.block("AB") or record.block("OAB")),
        authors=read_names(*record.all(authors, "CN"), style=NameStyle.ONE) or None,
        published=fullest_date((parse_date(record.first("DP")), read_date(record.first("DEP")))),
        identifiers=identifiers_of((match["id"] for match in ids if match["kind"].lower() == "doi"), named),
        line=record.line,
        links=(("page", f"https://pubmed.ncbi.nlm.nih.gov/{number}/"),) if number.isdecimal() else (),
        version=next((version_in(name) for name in named if arxiv_in(name)), None),
        standing=standing_of(title, record.all("PT")),
    )


def _endnote_paper(record: Record) -> ParsedPaper:
    title = without_markup(record.first("T", "!", "B", "J"))
    addresses = record.all("U", ">")
    year = record.first("D")
    dates = [parse_date(year), *(parse_date(f"{day} {year}") for day in record.all("8"))]
    return ParsedPaper(
        title=title,
        abstract=read_abstract(record.block("X")),
        authors=read_names(*(name.rstrip(" ,") for name in record.all("A")), style=NameStyle.ONE) or None,
        published=fullest_date(dates),
        identifiers=identifiers_of(record.all("R"), [*addresses, *record.all("M", "J", "B", "N", "V", "1", "Z")]),
        line=record.line,
        links=page_links(addresses),
        standing=standing_of(title, record.all("9", "0")),
    )


PUBMED = TaggedImporter(
    "nbib",
    re.compile(rb"^[ \t]*(?:PMID- ?\d{1,15}|OWN - [A-Z]{2,8})\s*$", re.MULTILINE),
    re.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,3}) {0,2}-(?: (?P<value>.*)|$)"),
    "PMID",
    _pubmed_paper,
    "has no record of PubMed in it",
)
ENDNOTE = TaggedImporter(
    "enw",
    re.compile(rb"^[ \t]*%0 [A-Z][a-z]|\A\s*%[ATX] [^\n]*(?:\n[^\n]*){0,40}?\n[ \t]*%[ATD] ", re.MULTILINE),
    re.compile(r"%(?P<tag>[0-9A-Z!@#$^&*()+=?\[\]<>{}:;~|\\/'\"-])(?: (?P<value>.*)|$)"),
    "0",
    _endnote_paper,
    "has no EndNote record in it",
)
