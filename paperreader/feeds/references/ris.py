"""RIS files, and the tagged files of the Web of Science, as databases, publishers and reference managers write them.

    RIS:             TY  - JOUR … TI  - title … ER  -        continuation lines have no tag
    Web of Science:  FN … VR … PT J … TI title … ER … EF     continuation lines begin with three blanks

Blanks around the dash may be missing, as may the end of a record, and its beginning. What stands between records, and
is neither a number nor an export's heading, is named by a problem. `rispy`, which reads such files as well, says no
lines, drops a record without an end, and reads the two tags for authors apart, which loses their order.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from paperreader.domain.dates import KnownDate
from paperreader.domain.parsed import ParsedListing, ParsedPaper
from paperreader.feeds.base import HEAD
from paperreader.feeds.references.fields import (
    LONGEST_DATE,
    NO_TITLE,
    Reading,
    addresses_in,
    fullest_date,
    identifiers_of,
    known_date,
    month_number,
    page_links,
    parse_date,
    read_abstract,
)
from paperreader.feeds.syntax.encoding import decode
from paperreader.feeds.texts.html_text import without_markup
from paperreader.feeds.texts.names import NameStyle, read_names
from paperreader.feeds.texts.standing import standing_of

NOTHING = "has no RIS record in it"
OUTSIDE = "stands between two records and belongs to none"

_KNOWN_TAG = re.compile(
    r"TY|ER|A[1-6BDNUV]|BT|C[1-8ANPTY]|D[ABIOP]|E[DPT]|H[12]|I[DS]|J[12AFO]|K[1W]|L[1-4ABKL]|M[1-3]|N[12OV]|O[LP]"
    r"|P[ABPY]|R[DINPT]|S[EFLNPRTV]|T[1-4AIT]|U[1-6R]|V[LO]|W[PTV]|Y[12R]"
)
"""The tags that are known; others are told from text by their two blanks."""
_LINE = re.compile(r"[ \t]*(?P<tag>[A-Z][A-Z0-9])(?P<blanks>[ \t]{0,3})[-–](?P<gap>[ \t]*)(?P<value>.*)")
_END = re.compile(r"[ \t]*ER[ \t]*[-–]?[ \t]*(?P<next>TY[ \t]{0,3}[-–].*)?")
"""The end of a record, and what follows it where files were put behind each other."""
_WOS_LINE = re.compile(r"(?P<tag>[A-Z][A-Z0-9])(?: (?P<value>.*))?$")
_RECOGNISED = re.compile(rb"^[ \t]*TY[ \t]{0,3}(?:-|\xe2\x80\x93)[ \t]*[A-Z]", re.MULTILINE)
_WOS_RECOGNISED = re.compile(rb"\s*(?:FN [^\n]*\n(?:VR [^\n]*\n)?\s*)?PT [A-Z]\b")
_OF_RECORDS = ("TY", "TI", "T1", "BT", "AU", "A1", "DO")
"""Tags that records have, and no lines between them: one of these is in each."""
_HEADING = re.compile(
    r"\s*(?:(?:\[?\d{1,6}[.:)\]]?|record\s+#?\d{1,6}(?:\s+of\s+\d{1,6})?)\s*"
    r"|(?:provider|database|content|source|export date|date|link to the ovid full text or citation)\s*:.*)",
    re.IGNORECASE,
)
_MONTH_AND_DAY = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?(?:\s+(\d{1,2}))?")


@dataclass(slots=True)
class _Record:
    """One record: the values of each tag, and the lines that it is made of."""

    line: int
    values: dict[str, list[list[str]]] = field(default_factory=dict)
    """Of each tag each value's lines."""
    order: list[tuple[str, list[str]]] = field(default_factory=list)
    """Tags and values as they follow each other."""
    text: list[str] = field(default_factory=list)

    def add(self, tag: str, value: str) -> None:
        """Begin a value."""
        lines = [value.strip()]
        self.values.setdefault(tag, []).append(lines)
        self.order.append((tag, lines))

    def extend(self, value: str) -> None:
        """Go on with the last value."""
        if self.order:
            self.order[-1][1].append(value.strip())

    def all(self, *tags: str) -> list[str]:
        """The values of some tags, one tag behind the other."""
        return ["\n".join(lines).strip() for tag in tags for lines in self.values.get(tag, ())]

    def first(self, *tags: str) -> str:
        """The first of them that says anything, on one line."""
        return next((joined for value in self.all(*tags) if (joined := " ".join(value.split()))), "")


class RisImporter:
    """The importer of RIS files and of those of the Web of Science."""

    format = "ris"
    max_bytes = 200_000_000
    max_lines = 5_000_000

    def recognises(self, head: bytes) -> bool:
        """Whether a record begins in it."""
        head = head.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n")
        return _RECOGNISED.search(head) is not None or _WOS_RECOGNISED.match(head) is not None

    def parse(self, data: bytes) -> tuple[ParsedListing]:
        """The one listing of a file; records without a title, and what is no record, are problems and set aside."""
        reading = Reading()
        text = decode(data)
        is_wos = _WOS_RECOGNISED.match(text[:HEAD].encode(errors="replace")) is not None
        for record in _wos_records(text) if is_wos else _records(text):
            if not (is_wos and record.order) and record.values.keys().isdisjoint(_OF_RECORDS):
                reading.refuse(record.line, OUTSIDE, "\n".join(record.text))
                continue
            paper = _wos_paper(record) if is_wos else _paper(record)
            if paper.title:
                reading.papers.append(paper)
            else:
                reading.refuse(record.line, NO_TITLE, "\n".join(record.text))
        return (reading.listing(NOTHING),)


def _records(text: str) -> Iterator[_Record]:
    """The records of a RIS file; what stands outside them comes as records without values."""
    record: _Record | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if end := _END.fullmatch(line):
            if record and record.order:
                yield record
                record = None
            if not (line := end["next"] or ""):
                continue
        tagged = _tagged(line)
        is_outside = record is None or not record.order
        if tagged and (is_outside or (tagged[0] == "TY" and not _lacks_type(record))):
            if record:
                yield record
            record = _Record(number)
        elif is_outside and (not line.strip() or _HEADING.fullmatch(line)):
            continue
        elif record is None:
            record = _Record(number)
        record.text.append(line)
        if tagged:
            record.add(*tagged)
        elif record.order:
            record.extend(line)
    if record:
        yield record


def _lacks_type(record: _Record | None) -> bool:
    """Whether a record has begun without its type, which some programs write behind other tags."""
    return record is not None and "TY" not in record.values and not record.values.keys().isdisjoint(_OF_RECORDS)


def _tagged(line: str) -> tuple[str, str] | None:
    """The tag and value of a line that has one."""
    match = _LINE.match(line)
    if match is None:
        return None
    is_spaced, is_apart = match["blanks"] == "  ", bool(match["gap"] or not match["value"])
    if not (is_spaced and is_apart) and not ((is_spaced or is_apart) and _KNOWN_TAG.fullmatch(match["tag"])):
        return None
    return match["tag"], match["value"]


def _wos_records(text: str) -> Iterator[_Record]:
    """The records of a Web of Science file; what stands outside them comes as records without values."""
    record: _Record | None = None
    for number, line in enumerate(text.split("\n"), 1):
        match = _WOS_LINE.match(line)
        tag, value = (match["tag"], match["value"] or "") if match else ("", line)
        if tag == "ER":
            if record and record.order:
                yield record
                record = None
            continue
        is_outside = record is None or not record.order
        if is_outside and (tag in ("FN", "VR", "EF") or not line.strip() or line.startswith("EFFN ")):
            continue
        if tag == "PT" or record is None or (tag and is_outside):
            if record:
                yield record
            record = _Record(number)
        record.text.append(line)
        if tag:
            record.add(tag, value)
        elif record.order:
            record.extend(line)
    if record:
        yield record


def _paper(record: _Record) -> ParsedPaper:
    journal = ("JF", "JO") if record.first("TY") == "JFULL" else ()  # which is the journal itself
    title = without_markup(record.first("TI", "T1", "CT", "BT", "TT", "ST", "T2", "T3", *journal))
    addresses = addresses_in(record.all("UR", "L1", "LK", "L2"))
    by = () if record.first("TY") == "EDBOOK" else ("AU", "A1")  # of an edited book, these are its editors
    named = record.all("L3", "M1", "M3", "AN", "N1", "T2", "JO", "JF", "JA", "J2", "VL", "IS", "SP", "PB", "C7")
    return ParsedPaper(
        title=title,
        abstract=read_abstract("\n\n".join(dict.fromkeys(filter(None, record.all("AB", "N2"))))),
        authors=read_names(*_values(record, by), style=NameStyle.ONE) or None,
        published=_published(record),
        identifiers=identifiers_of(record.all("DO", "DI"), [*addresses, *named]),
        line=record.line,
        links=page_links(addresses),
        standing=standing_of(title, record.all("M3", "TY")),
    )


def _wos_paper(record: _Record) -> ParsedPaper:
    title = without_markup(record.first("TI"))
    authors = "AF" if "AF" in record.values else "AU"
    names = [name for tag, lines in record.order if tag == authors for name in lines]  # each in a line of its own
    return ParsedPaper(
        title=title,
        abstract=read_abstract(record.first("AB")),
        authors=read_names(*names, style=NameStyle.ONE) or tuple(filter(None, [record.first("CA", "GP")])) or None,
        published=_wos_published(record),
        identifiers=identifiers_of(record.all("DI", "D2"), []),
        line=record.line,
        standing=standing_of(title, record.all("DT")),
    )


def _values(record: _Record, tags: Collection[str]) -> list[str]:
    """The values of some tags in the order of their lines."""
    found: list[str] = []
    for lines in (lines for tag, lines in record.order if tag in tags):
        is_list = all(line.count(",") == 1 for line in lines)  # a name in each line
        found += lines if is_list else [" ".join(lines)]
    return found


def _published(record: _Record) -> KnownDate | None:
    """What the tags for dates say together; that of publication before the others."""
    known = [parse_date(text) for text in record.all("PY", "DA", "Y1", "YR")]
    year = next((found.year for found in known if found), None)
    return fullest_date((*known, *(_in_year(year, text) for text in record.all("DA"))))


def _in_year(year: int | None, text: str) -> KnownDate | None:
    """The `May 3` of a tag that leaves the year to another one; None where it is anything else."""
    match = _MONTH_AND_DAY.fullmatch(text[:LONGEST_DATE].strip())
    return known_date(year, month_number(match[2]), match[1] or match[3]) if match and year else None


def _wos_published(record: _Record) -> KnownDate | None:
    """The year of `PY` with the `JUN 8` of `PD`."""
    known = parse_date(record.first("PY"))
    month, _, day = record.first("PD").partition(" ")
    return known_date(known.year, month_number(month), day) if known else parse_date(record.first("EY", "EA"))
