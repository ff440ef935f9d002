"""Text dumps of a Hugging Face papers page.

    dump := furniture* DATE (TITLE ABSTRACT)+        blank lines between any two

DATE is `Mar 14`, without a year. The furniture is what the page shows around its papers: `new`, the e-mail banner (in
two wordings), `Subscribe` (at times glued to what follows), `byAK and the research community`, and between the papers
of some captures `Submitted by`, a user's name, `· 5 authors`, `Published on Mar 14, 2024` and counts of upvotes.

Titles and abstracts are told apart by their order, not their looks: titles of 164 characters are real. Looks only help
where the order is broken:

* a short line in the place of an abstract, before an abstract or set like a title, is a title; the title before it has
  lost its abstract;
* a line that can only be an abstract in the place of a title is another paragraph of the abstract before it if both
  together are about as long as the page's abstracts are; else an abstract that has lost its title;
* a page almost without long lines and sentences is a list of titles.

Every line is part of a paper, furniture, or named by a problem and set aside.
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
"""Characters of the shortest abstract known; a line from here on that ends in a full stop is no title either."""
LONGEST_ABSTRACT = 1_920
"""Characters that arXiv accepts in an abstract (https://info.arxiv.org/help/prep.html)."""
PARAGRAPHS = 1.3
"""How long two paragraphs of one abstract are together, at most, in lengths of the page's usual abstract."""
HEADER_LINES = 12
"""Lines of text among which the date must stand."""

_BANNER = r"get trending papers in your email inbox(?: once a day)?!"
_BYLINE = r"by ?AK and the research community"
_HEADER = re.compile(rf"new|daily papers|trending papers|{_BANNER}|subscribe|{_BYLINE}", re.IGNORECASE)
_GLUE = re.compile(rf"(?:(?:{_BANNER}|subscribe|{_BYLINE})\s*)*", re.IGNORECASE)
_SUBMITTED_BY = re.compile(r"submitted by:?\s*(?P<user>\S*)", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,6}|\d+(?:\.\d+)?k", re.IGNORECASE)
_FACT = re.compile(r"[·•] ?\d+ authors?|upvote(?: \d+)?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'-]*")
_PUBLISHED = re.compile(r"(?:[·•] ?)?published on (?P<date>.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    raw: bytes
    published: date | None = None


_Dated = tuple[tuple[int, int] | None, date | None]
"""A month and day without a year, or a whole date."""


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
    max_bytes = 8_000_000
    """The largest known has 182,000."""
    max_lines = 20_000
    """The page with the most papers known has 217."""

    def recognises(self, head: bytes) -> bool:
        """Whether the first lines are a page's furniture, or a date at the very top."""
        top = [line.text for line in _lines(head[:20_000])[0][:HEADER_LINES]]
        furniture = sum(_is_header(text) for text in top)
        return furniture >= 2 or bool(top and _date_of(top[0])) or (furniture == 1 and any(map(_date_of, top)))

    def parse(self, data: bytes) -> tuple[ParsedListing]:
        """The one listing of a page: its entries in order; odd lines are problems and are set aside."""
        reading = _Reading()
        lines, undecodable = _lines(data)
        for line in undecodable:
            reading.refuse(line, "not UTF-8: convert the file, as with iconv -f latin1 -t utf-8")
        head = [_date_of(line.text) for line in lines[:HEADER_LINES]]
        start = next((index for index, found in enumerate(head, 1) if found), 0)
        dated = head[start - 1] if start else None
        for line in lines[:start]:
            if not _is_header(line.text) and not _date_of(line.text):
                reading.refuse(line, "stands before the date and belongs to no paper")
        body = _body(lines[start:], dated, reading)
        if _has_abstracts(body):
            _read_entries(body, reading)
        else:
            reading.papers += (_paper(line, None) for line in body)
        month_day, day = dated or (None, None)
        listing = ParsedListing(
            papers=tuple(reading.papers),
            problems=tuple(sorted(reading.problems, key=lambda problem: problem.line or 0)),
            date=day,
            month_day=month_day,
            set_aside=tuple(sorted(reading.set_aside)),
        )
        return (listing,)


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
    glued = _GLUE.match(text)
    rest = text[glued.end() :] if glued else text
    return rest if not rest or _HEADER.fullmatch(rest) or parse_month_day(rest) or parse_month_day_year(rest) else text


def _is_header(text: str) -> bool:
    rest = _unglue(text)
    return not rest or _HEADER.fullmatch(rest) is not None


def _date_of(text: str) -> _Dated | None:
    """The month and day, or the whole date, that a header line names."""
    rest = _unglue(text)
    month_day, day = parse_month_day(rest), parse_month_day_year(rest)
    return (month_day, day) if month_day or day else None


def _body(lines: Sequence[_Line], dated: _Dated | None, reading: _Reading) -> list[_Line]:
    """The lines of titles and abstracts; a date of publication goes to the line before it."""
    body: list[_Line] = []
    guessed: list[tuple[int, _Line]] = []  # what looks like a user's name or a count, and its place in the body
    user_follows = False
    for line in lines:
        is_user, user_follows = user_follows and len(line.text.split()) == 1, False
        published = _PUBLISHED.fullmatch(line.text)
        if is_user or _COUNT.fullmatch(line.text):
            guessed.append((len(body), line))
        elif submitted := _SUBMITTED_BY.fullmatch(line.text):
            user_follows = not submitted["user"]
        elif published and (day := parse_month_day_year(published["date"])):
            if body:
                body[-1] = replace(body[-1], published=day)
        elif not body and (again := _date_of(line.text)):
            if again != dated:
                reading.refuse(line, "a second date before the first paper")
        elif body and line.text == body[-1].text:
            reading.refuse(line, "the same line as the one before it")
        elif not (_FACT.fullmatch(line.text) or (not body and _is_header(line.text))):
            body.append(line)
    for place, line in guessed:
        around = body[max(0, place - 1) : place + 1]
        if place < len(body) and all(_is_abstract(neighbour.text) for neighbour in around):
            reading.refuse(line, "a name or a count where a title should stand")
    return body


def _is_abstract(text: str) -> bool:
    """Whether a line can only be an abstract: too long for a title, or rather long and a sentence."""
    return len(text) >= LONGEST_TITLE or (len(text) >= SHORTEST_ABSTRACT and text.endswith("."))


def _is_set_as_title(text: str) -> bool:
    """Whether a line is short, no sentence, and almost all its long words are capitalised, five or more in all.

    Of the titles on known pages nine in ten are; of the beginnings of abstracts that a cut leaves, none.
    """
    if len(text) >= SHORTEST_ABSTRACT or text.endswith(".") or "(" in text:
        return False
    words: list[str] = _WORD.findall(text)
    capitalised = sum(not word[0].islower() for word in words)
    return capitalised >= max(5, 4 * sum(word[0].islower() and len(word) > 4 for word in words))


def _has_abstracts(body: Sequence[_Line]) -> bool:
    """Whether a page lists abstracts: half its lines should be, and half of those are enough.

    The last line, which a cut may have shortened, has no vote, unless the page is no more than a title and this line.
    """
    if len(body) == 2:
        return not _is_set_as_title(body[1].text)
    voters = [line.text for line in body[:-1]]
    sentences = sum(len(text) >= SHORTEST_ABSTRACT or text.endswith(".") for text in voters)
    return 4 * sentences >= len(voters) or any(len(line.text) >= LONGEST_TITLE for line in body)


def _read_entries(body: Sequence[_Line], reading: _Reading) -> None:
    lengths = sorted(len(line.text) for line in body if _is_abstract(line.text)) or [LONGEST_ABSTRACT]
    # Of three lines or fewer the longest: a median would be a paragraph's where one of two abstracts has two.
    usual = lengths[len(lengths) // 2 if len(lengths) > 3 else -1]
    longest = min(LONGEST_ABSTRACT, PARAGRAPHS * usual)
    texts = [*(line.text for line in body), "", ""]
    index = 0
    while index < len(body):
        line, second, third = body[index], texts[index + 1], texts[index + 2]
        if _is_abstract(line.text):
            _read_paragraph(line, longest, reading)
        elif not second:
            reading.refuse(line, "a title without its abstract: the page ends here")
        elif _is_set_as_title(second) or (len(second) < SHORTEST_ABSTRACT and _is_abstract(third)):
            reading.refuse(line, "a title without its abstract")
        else:
            reading.papers.append(_paper(line, body[index + 1]))
            index += 1
        index += 1


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
