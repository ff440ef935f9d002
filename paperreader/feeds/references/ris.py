"""The importer of RIS files and of tagged files of the Web of Science.

    RIS:             TY  - JOUR … TI  - title … ER  -        continuation lines have no tag
    Web of Science:  FN … VR … PT J … TI title … ER … EF     continuation lines begin with three blanks

Programs omit the blanks around the dash of RIS, the end of a record, and its beginning.
"""

import re

from paperreader.domain.dates import KnownDate
from paperreader.domain.import_result import ParsedPaper
from paperreader.feeds.references.fields import (
    addresses_in,
    fullest_date,
    identifiers_of,
    page_links,
    parse_date,
    read_abstract,
)
from paperreader.feeds.references.tagged_lines import Dialect, Record, TaggedImporter
from paperreader.feeds.texts.html_text import without_markup
from paperreader.feeds.texts.names import NameStyle, read_names
from paperreader.feeds.texts.non_papers import standing_of

_KNOWN_TAG = (
    r"TY|ER|A[1-6BDNUV]|BT|C[1-8ANPTY]|D[ABIOP]|E[DPT]|H[12]|I[DS]|J[12AFO]|K[1W]|L[1-4ABKL]|M[1-3]|N[12OV]|O[LP]"
    r"|P[ABPY]|R[DINPT]|S[EFLNPRTV]|T[1-4AIT]|U[1-6R]|V[LO]|W[PTV]|Y[12R]"
)
_LINE = re.compile(
    r"[ \t]*(?P<tag>[A-Z][A-Z0-9])"
    r"(?:[ ]{2}[-–](?=[ \t]|$)"  # an unknown tag needs all its blanks
    rf"|(?<={_KNOWN_TAG})(?:[ ]{{2}}[-–]|[ \t]{{0,3}}[-–](?=[ \t]|$)))"
    r"[ \t]*(?P<value>.*)"
)


def _ris_paper(record: Record) -> ParsedPaper:
    journal = ("JF", "JO") if record.first("TY") == "JFULL" else ()  # the record is about the journal itself
    title = without_markup(record.first("TI", "T1", "CT", "BT", "TT", "ST", "T2", "T3", *journal))
    addresses = addresses_in(record.all("UR", "L1", "LK", "L2"))
    authors = () if record.first("TY") == "EDBOOK" else ("AU", "A1")  # an edited book names its editors there
    named = record.all("L3", "M1", "M3", "AN", "N1", "T2", "JO", "JF", "JA", "J2", "VL", "IS", "SP", "PB", "C7")
    return ParsedPaper(
        title=title,
        abstract=read_abstract(record.block("AB", "N2")),
        authors=read_names(*record.names(*authors), style=NameStyle.ONE) or None,
        published=_ris_date(record),
        identifiers=identifiers_of(record.all("DO", "DI"), [*addresses, *named]),
        line=record.line,
        links=page_links(addresses),
        standing=standing_of(title, record.all("M3", "TY")),
    )


def _ris_date(record: Record) -> KnownDate | None:
    """The date of publication; `DA` may leave the year to another tag, as in `May 3`."""
    known = [parse_date(text) for text in record.all("PY", "DA", "Y1", "YR")]
    year = next((found.year for found in known if found), None)
    return fullest_date((*known, *(parse_date(f"{text} {year}") for text in record.all("DA"))))


def _science_paper(record: Record) -> ParsedPaper:
    title = without_markup(record.first("TI"))
    authors = "AF" if record.first("AF") else "AU"
    names = [name for tag, lines in record.values if tag == authors for name in lines]
    year, day = record.first("PY"), record.first("PD")
    return ParsedPaper(
        title=title,
        abstract=read_abstract(record.first("AB")),
        authors=read_names(*names, style=NameStyle.ONE) or tuple(filter(None, [record.first("CA", "GP")])) or None,
        published=parse_date(f"{day} {year}" if year else record.first("EY", "EA")),
        identifiers=identifiers_of(record.all("DI", "D2"), []),
        line=record.line,
        standing=standing_of(title, record.all("DT")),
    )


RIS = TaggedImporter(
    "ris",
    "no RIS record found",
    (
        Dialect(
            re.compile(rb"\A\s*(?:FN [^\n]*\n(?:VR [^\n]*\n)?\s*)?PT [A-Z]\b"),
            re.compile(r"(?P<tag>[A-Z][A-Z0-9])(?: (?P<value>.*))?$"),
            "PT",
            _science_paper,
            re.compile(r"ER(?: .*)?(?P<next>)"),
            heading=re.compile(r"\s*|(?:FN|VR|EF|EFFN)(?: .*)?"),
        ),
        Dialect(
            re.compile(rb"^[ \t]*TY[ \t]{0,3}(?:-|\xe2\x80\x93)[ \t]*[A-Z]", re.MULTILINE),
            _LINE,
            "TY",
            _ris_paper,
            re.compile(r"[ \t]*ER[ \t]*[-–]?[ \t]*(?P<next>TY[ \t]{0,3}[-–].*)?"),
            frozenset(("TY", "TI", "T1", "BT", "AU", "A1", "DO")),
        ),
    ),
)
