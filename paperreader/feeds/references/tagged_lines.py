"""Reads files whose lines begin with a tag: RIS, Web of Science, PubMed and EndNote.

A record is a run of tagged lines. A line without a tag continues the value of the line before it. A record ends at its
end tag or at the first tag of the next record. Text outside of records is a problem, except for headings.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from textwrap import dedent

from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.feeds.base import HEAD
from paperreader.feeds.references.fields import NO_TITLE, Reading

OUTSIDE_RECORDS = "text outside of any record"

_HEADING = re.compile(
    r"\s*(?:(?:\[?\d{1,6}[.:)\]]?|record\s+#?\d{1,6}(?:\s+of\s+\d{1,6})?)\s*"
    r"|(?:provider|database|content|source|export date|date|link to the ovid full text or citation)\s*:.*)?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Record:
    """One record: its tags with their values, and its lines."""

    line: int
    """The number of its first line, from 1."""
    values: list[tuple[str, list[str]]] = field(default_factory=list)
    """Each tag with the lines of its value, in the order of the file."""
    text: list[str] = field(default_factory=list)

    def has_any(self, tags: frozenset[str]) -> bool:
        """Whether the record has one of the tags."""
        return any(tag in tags for tag, _ in self.values)

    def all(self, *tags: str) -> list[str]:
        """The values of some tags, each on one line, all values of the first tag first."""
        joined = (" ".join(" ".join(lines).split()) for tag in tags for each, lines in self.values if each == tag)
        return [value for value in joined if value]

    def first(self, *tags: str) -> str:
        """The first of these values, or an empty string."""
        return next(iter(self.all(*tags)), "")

    def block(self, *tags: str) -> str:
        """The values of some tags with their line breaks, each different value once."""
        values = ("\n".join(lines).strip() for tag in tags for each, lines in self.values if each == tag)
        return "\n\n".join(dict.fromkeys(filter(None, values)))

    def names(self, *tags: str) -> list[str]:
        """The values of some tags in the order of the file; lines with one comma each are values of their own."""
        found: list[str] = []
        for lines in (lines for tag, lines in self.values if tag in tags):
            is_list = all(line.count(",") == 1 for line in lines)
            found += lines if is_list else [" ".join(lines)]
        return found


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one program writes records of tagged lines."""

    sign: re.Pattern[bytes]
    """What the beginning of a file has."""
    tagged: re.Pattern[str]
    """A line with a `tag` and a `value`."""
    first: str
    """The tag with which a record begins. In a file without it, records begin after an empty line."""
    paper_of: Callable[[Record], ParsedPaper]
    end: re.Pattern[str] | None = None
    """The line that ends a record; the group `next` is the first line of the next record."""
    required: frozenset[str] = frozenset()
    """Tags of which every record has at least one; none: any tag makes a record."""
    heading: re.Pattern[str] = _HEADING
    """Lines outside of records that are no problem."""


@dataclass(slots=True, eq=False)
class TaggedImporter:
    """The importer of one format of tagged lines."""

    format: str
    nothing: str
    """The problem of a file without a record."""
    dialects: tuple[Dialect, ...]
    """The last one is used where no sign is found."""
    max_bytes: int = 200_000_000
    max_lines: int = 5_000_000

    def recognises(self, head: bytes) -> bool:
        """Whether a record begins in it."""
        return any(dialect.sign.search(head) for dialect in self.dialects)

    def parse(self, data: bytes) -> tuple[ParsedListing]:
        """The one listing of a file; text outside of records and records without a title are problems."""
        reading = Reading()
        text = data.decode(errors="replace")
        head = text[:HEAD].encode(errors="replace")
        dialect = next((each for each in self.dialects if each.sign.search(head)), self.dialects[-1])
        for record in read_records(text, dialect):
            if not record.values or (dialect.required and not record.has_any(dialect.required)):
                reading.refuse(record.line, OUTSIDE_RECORDS, "\n".join(record.text))
            elif (paper := dialect.paper_of(record)).title:
                reading.papers.append(paper)
            else:
                reading.refuse(record.line, NO_TITLE, "\n".join(record.text))
        return (reading.listing(self.nothing),)


def read_records(text: str, dialect: Dialect) -> Iterator[Record]:
    """The records of a file, and the text outside of them as records without values."""
    if text.lstrip("\n")[:1].isspace():
        text = dedent(text)  # copied out of an indented text
    lines = text.split("\n")
    matches = [dialect.tagged.match(line) for line in lines]
    is_split_by_blanks = not dialect.end and not any(match and match["tag"] == dialect.first for match in matches)
    record: Record | None = None
    follows_blank = True
    for number, (line, tagged) in enumerate(zip(lines, matches, strict=True), 1):
        if dialect.end and (end := dialect.end.fullmatch(line)):
            if record and record.values:
                yield record
                record = None
            line = end["next"] or ""
            if not line:
                continue
            tagged = dialect.tagged.match(line)
        is_outside = record is None or not record.values
        if is_outside and dialect.heading.fullmatch(line):
            continue
        is_first = tagged is not None and (
            is_outside
            or (tagged["tag"] == dialect.first and (follows_blank or not _lacks_first_tag(record, dialect)))
            or (follows_blank and is_split_by_blanks)
        )
        if record is None or is_first:
            if record:
                yield record
            record = Record(number)
        record.text.append(line)
        follows_blank = not line.strip()
        if tagged:
            record.values.append((tagged["tag"], [(tagged["value"] or "").strip()]))
        elif record.values:
            record.values[-1][1].append(line.strip())
    if record:
        yield record


def _lacks_first_tag(record: Record | None, dialect: Dialect) -> bool:
    """Whether a record still lacks its first tag, which some programs write after other tags."""
    return record is not None and record.has_any(dialect.required) and not record.has_any(frozenset((dialect.first,)))
