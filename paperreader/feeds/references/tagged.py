"""The importers of PubMed's format (`.nbib`, MEDLINE) and EndNote's import format (`.enw`).

    PubMed:   PMID- 33000001 … TI  - title … FAU - Amber, Ada … AID - 10.1000/xyz [doi]      continuation is indented
    EndNote:  %0 Journal Article … %T title … %A Amber, Ada … %R 10.1000/xyz                 continuation has no tag

Tags: https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format and the import filter of EndNote.
"""

import re

from paperreader.domain.import_result import ParsedPaper
from paperreader.feeds.arxiv.text import version_in
from paperreader.feeds.references.fields import (
    addresses_in,
    arxiv_in,
    fullest_date,
    identifiers_of,
    page_links,
    parse_date,
    read_abstract,
)
from paperreader.feeds.references.json_records import read_date
from paperreader.feeds.references.tagged_lines import Dialect, Record, TaggedImporter
from paperreader.feeds.texts.html_text import without_markup
from paperreader.feeds.texts.names import NameStyle, read_names
from paperreader.feeds.texts.non_papers import standing_of

_NAMED_ID = re.compile(r"(?P<id>.+?)\s*\[(?P<kind>doi|pii)\]", re.IGNORECASE)
_NOT_AVAILABLE = re.compile(r"\[?not available\]?\.?", re.IGNORECASE)
_TRANSLATED = re.compile(r"\[(?P<title>.*)\]\.?")
_LAST_STOP = re.compile(r"(?<![.\s])(?<!\b[A-Za-z])\.$")


def _pubmed_paper(record: Record) -> ParsedPaper:
    titles = (title for title in record.all("TI", "BTI", "CTI", "TT") if not _NOT_AVAILABLE.fullmatch(title))
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
        authors=read_names(*record.names(authors, "CN"), style=NameStyle.ONE) or None,
        published=fullest_date((parse_date(record.first("DP")), read_date(record.first("DEP")))),
        identifiers=identifiers_of((match["id"] for match in ids if match["kind"].lower() == "doi"), named),
        line=record.line,
        links=(("page", f"https://pubmed.ncbi.nlm.nih.gov/{number}/"),) if number.isdecimal() else (),
        version=next((version_in(name) for name in named if arxiv_in(name)), None),
        standing=standing_of(title, record.all("PT")),
    )


def _endnote_paper(record: Record) -> ParsedPaper:
    title = without_markup(record.first("T", "!", "B", "J"))
    addresses = addresses_in(record.all("U", ">"))
    year = record.first("D")
    dates = [parse_date(year), *(parse_date(f"{day} {year}") for day in record.all("8"))]
    return ParsedPaper(
        title=title,
        abstract=read_abstract(record.block("X")),
        authors=read_names(*record.names("A"), style=NameStyle.ONE) or None,
        published=fullest_date(dates),
        identifiers=identifiers_of(record.all("R"), [*addresses, *record.all("M", "J", "B", "N", "V", "1", "Z")]),
        line=record.line,
        links=page_links(addresses),
        standing=standing_of(title, record.all("9", "0")),
    )


PUBMED = TaggedImporter(
    "nbib",
    "no PubMed record found",
    (
        Dialect(
            re.compile(rb"^[ \t]*(?:PMID- ?\d{1,15}|OWN - [A-Z]{2,8})\s*$", re.MULTILINE),
            re.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,3}) {0,2}-(?: (?P<value>.*)|$)"),
            "PMID",
            _pubmed_paper,
        ),
    ),
)
ENDNOTE = TaggedImporter(
    "enw",
    "no EndNote record found",
    (
        Dialect(
            re.compile(rb"^[ \t]*%0 [A-Z][a-z]|\A\s*%[ATX] [^\n]*(?:\n[^\n]*){0,40}?\n[ \t]*%[ATD] ", re.MULTILINE),
            re.compile(r"%(?P<tag>[0-9A-Z!@#$^&*()+=?\[\]<>{}:;~|\\/'\"-])(?: (?P<value>.*)|$)"),
            "0",
            _endnote_paper,
        ),
    ),
)
