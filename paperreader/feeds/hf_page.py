"""Text dumps of a Hugging Face papers page.

    dump := furniture* DATE (TITLE ABSTRACT)+        blank lines between any two

DATE is `Mar 14`, without a year. The furniture is what the page shows around its papers: `new`, the e-mail banner (in
two wordings), `Subscribe` (at times glued to what follows), `byAK and the research community`, and between the papers
of some captures `Submitted by`, a user's name, `· 5 authors`, `Published on Mar 14, 2024` and counts of upvotes.

Titles and abstracts are told apart by their order, not their length: titles of 164 characters are real. Length only
helps where the order is broken:

* a short line in the place of an abstract, before a long one, is a title; the title before it has lost its abstract;
* a line too long for a title in the place of one is another paragraph of the abstract before it if both together are
  about as long as the page's abstracts are; else an abstract that has lost its title;
* a page without a single long line or sentence is a list of titles.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from paperreader.domain.dates import parse_month_day, parse_month_day_year
from paperreader.domain.parsed import EXCERPT, ParsedListing, ParsedPaper, Problem
from paperreader.domain.text import clean_line

LONGEST_TITLE = 300
"""Characters from which on a line is no title; the longest title known on a page has 164, on arXiv fewer than 260."""
SHORTEST_ABSTRACT = 165
"""Characters of the shortest abstract known."""
LONGEST_ABSTRACT = 1_920
"""Characters that arXiv accepts in an abstract (https://info.arxiv.org/help/prep.html)."""
PARAGRAPHS = 1.3
"""How long two paragraphs of one abstract are together, at most, in medians of the page's abstracts."""
HEADER_LINES = 12
"""Lines of text among which the date must stand."""

_BANNER = r"get trending papers in your email inbox(?: once a day)?!"
_BYLINE = r"by ?AK and the research community"
_HEADER = re.compile(rf"new|daily papers|trending papers|{_BANNER}|subscribe|{_BYLINE}", re.IGNORECASE)
_GLUE = re.compile(rf"(?:{_BANNER}|subscribe|{_BYLINE})\s*", re.IGNORECASE)
_SUBMITTED_BY = re.compile(r"submitted by\b(?P<user>.*)|submitted by(?P<glued>\S.*)", re.IGNORECASE)
_COUNTS = re.compile(r"\d{1,6}|\d+(?:\.\d+)?k|[·•] ?\d+ authors?|upvote(?: \d+)?", re.IGNORECASE)
_PUBLISHED = re.compile(r"(?:[·•] ?)?published on (?P<date>.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    raw: bytes
    published: date | None = None


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    papers: list[ParsedPaper] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    set_aside: list[tuple[int, bytes]] = field(default_factory=list)

    def refuse(self, line: _Line, reason: str) -> None:
        """Set a line aside with the reason."""
        self.problems.append(Problem(line.number, reason, clean_line(line.text, EXCERPT)))
        self.set_aside.append((line.number, line.raw))


class PageImporter:
    """The importer of page dumps."""

    format = "page"

    def recognises(self, data: bytes) -> bool:
        """Whether the first lines are a page's furniture, or a date at the very top."""
        head = [line.text for line in _lines(data[:20_000])[0][:HEADER_LINES]]
        furniture = sum(_is_header(text) for text in head)
        return furniture >= 2 or bool(head and _date_of(head[0])) or (furniture == 1 and any(map(_date_of, head)))

    def parse(self, data: bytes) -> ParsedListing:
        """The entries of a page in order; odd lines are problems and are set aside."""
        reading = _Reading()
        lines, undecodable = _lines(data)
        for line in undecodable:
            reading.refuse(line, "not UTF-8: convert the file, as with iconv -f latin1 -t utf-8")
        head = lines[:HEADER_LINES]
        place = next((index for index, line in enumerate(head) if _date_of(line.text)), None)
        month_day, day = _date_of(head[place].text) or (None, None) if place is not None else (None, None)
        start = place + 1 if place is not None else 0
        for line in lines[:start]:
            if not _is_header(line.text) and not _date_of(line.text):
                reading.refuse(line, "stands before the date and belongs to no paper")
        body = _without_furniture(lines[start:])
        if len(body) >= 3 and not _has_abstracts(body):
            reading.papers += (_paper(line, None) for line in body)
        else:
            _read_entries(body, reading)
        return ParsedListing(
            papers=tuple(reading.papers),
            problems=tuple(sorted(reading.problems, key=lambda problem: problem.line or 0)),
            date=day,
            month_day=month_day,
            set_aside=tuple(sorted(reading.set_aside)),
        )


def _lines(data: bytes) -> tuple[list[_Line], list[_Line]]:
    """The lines that hold text, and those that are not UTF-8."""
    readable, undecodable = [], []
    raw_lines = data.removeprefix(b"\xef\xbb\xbf").splitlines()
    for number, raw in enumerate(raw_lines, 1):
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            if number < len(raw_lines) or error.reason != "unexpected end of data":
                undecodable.append(_Line(number, raw.decode(errors="replace"), raw))
                continue
            text = raw[: error.start].decode()  # the file was cut in the middle of a character
        if text.strip():
            readable.append(_Line(number, text.strip(), raw))
    return readable, undecodable


def _unglue(text: str) -> str:
    """A header line without the furniture glued to its front; the line itself where nothing known would remain."""
    rest = text
    while match := _GLUE.match(rest):
        rest = rest[match.end() :]
    return rest if not rest or _HEADER.fullmatch(rest) or parse_month_day(rest) or parse_month_day_year(rest) else text


def _is_header(text: str) -> bool:
    rest = _unglue(text)
    return not rest or _HEADER.fullmatch(rest) is not None


def _date_of(text: str) -> tuple[tuple[int, int] | None, date | None] | None:
    """The month and day, or the whole date, that a header line names."""
    rest = _unglue(text)
    month_day, day = parse_month_day(rest), parse_month_day_year(rest)
    return (month_day, day) if month_day or day else None


def _without_furniture(lines: Sequence[_Line]) -> list[_Line]:
    """The lines of titles and abstracts; a date of publication goes to the line before it."""
    body: list[_Line] = []
    user_follows = False
    for line in lines:
        if user_follows:
            user_follows = False
            continue
        submitted = _SUBMITTED_BY.fullmatch(line.text) if len(line.text) < 80 else None
        published = _PUBLISHED.fullmatch(line.text)
        if submitted:
            user_follows = not (submitted["user"] or submitted["glued"] or "").strip(" :")
        elif published and (day := parse_month_day_year(published["date"])):
            if body:
                body[-1] = replace(body[-1], published=day)
        elif not (_COUNTS.fullmatch(line.text) or (not body and _is_header(line.text))):
            body.append(line)
    return body


def _has_abstracts(body: Sequence[_Line]) -> bool:
    """Whether a page lists abstracts: some line is too long for a title, or most second lines are sentences."""
    seconds = [line.text for line in body[1::2]]
    sentences = sum(len(text) >= SHORTEST_ABSTRACT or text.endswith(".") for text in seconds)
    return any(len(line.text) >= LONGEST_TITLE for line in body) or 2 * sentences > len(seconds)


def _read_entries(body: Sequence[_Line], reading: _Reading) -> None:
    lengths = [len(line.text) for line in body if len(line.text) >= LONGEST_TITLE]
    longest = (
        min(LONGEST_ABSTRACT, PARAGRAPHS * sorted(lengths)[len(lengths) // 2]) if len(lengths) > 3 else LONGEST_ABSTRACT
    )
    index = 0
    while index < len(body):
        title = body[index]
        abstract = body[index + 1] if index + 1 < len(body) else None
        following = body[index + 2] if index + 2 < len(body) else None
        if len(title.text) >= LONGEST_TITLE:
            _read_paragraph(title, longest, reading)
            index += 1
        elif abstract is None:
            reading.refuse(title, "a title without its abstract: the page ends here")
            index += 1
        elif following and len(abstract.text) < SHORTEST_ABSTRACT and len(following.text) >= LONGEST_TITLE:
            reading.refuse(title, "a title without its abstract")
            index += 1
        else:
            reading.papers.append(_paper(title, abstract))
            index += 2


def _read_paragraph(line: _Line, longest: float, reading: _Reading) -> None:
    """Add a long line to the abstract before it, if both together can be one abstract."""
    last = reading.papers[-1] if reading.papers else None
    if last is None or len(last.abstract) + len(line.text) > longest:
        reading.refuse(line, "an abstract without its title")
    else:
        reading.papers[-1] = replace(last, abstract=f"{last.abstract}\n\n{line.text}")


def _paper(title: _Line, abstract: _Line | None) -> ParsedPaper:
    return ParsedPaper(
        title=title.text,
        abstract=abstract.text if abstract else "",
        published=(abstract.published if abstract else None) or title.published,
        line=title.number,
    )
