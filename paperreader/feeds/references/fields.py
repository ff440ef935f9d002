"""Helpers for all reference formats: they parse dates, ids and addresses, and collect problems."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from paperreader.domain.dates import MONTHS, KnownDate, PartialDate
from paperreader.domain.identifiers import Identifier, parse_arxiv, parse_doi, parse_identifier
from paperreader.domain.import_result import EXCERPT, ParsedListing, ParsedPaper, Problem
from paperreader.domain.paper import find_urls
from paperreader.domain.text import clean_line
from paperreader.feeds.texts.html_text import block_without_markup

NO_TITLE = "an entry without a title"
_LONGEST_ID = 200
_LONGEST_ADDRESSES = 4_000
_PLACEHOLDERS = frozenset((
    "", "na", "n/a", "nan", "nat", "none", "null", "unknown", "n.d", "-", "--", "not available", "no abstract",
    "no abstract available", "abstract not available", "no abstract is available", "abstract unavailable",
))  # fmt: skip
"""What programs write in place of an unknown value, in lower case."""
_LONGEST_PLACEHOLDER = 40
_LONGEST_DATE = 60
"""Characters of a text that is searched for a date."""

_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_ARXIV = re.compile(
    r"(?:(?:corr|arxiv(?:\.org)?|e-?prints?|preprint|available|at|in|as|on|from)\b[\s:,.(-]*)*"
    r"(?:arxiv:\s*|abs/)?(?P<id>\d{4}\.\d{4,5}(?:v\d{1,3})?|[a-z-]{2,12}(?:\.[a-z]{2})?/\d{7}(?:v\d{1,3})?)"
    r"[.,;)]*\s*(?:[\[(][\w.,\s:-]{1,80}[\])])?[.,;\s]*(?:version:?\s*\d{1,3}|(?:19|20)\d\d)?\.?",
    re.IGNORECASE,
)
_BETWEEN_ADDRESSES = re.compile(r"%(?:5Cn|0A)|\\n|\s+|[;,](?=\s*https?://)", re.IGNORECASE)
_GAP = re.compile(r"\n\s*\n\s*")


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A problem, and the parts of the file that it stands for."""

    line: int
    reason: str
    excerpt: str
    parts: list[bytes]

    def problem(self) -> Problem:
        """The problem with the number of its other parts."""
        more = f", and {len(self.parts) - 1:,} more in this line" if len(self.parts) > 1 else ""
        return Problem(self.line, self.reason + more, clean_line(self.excerpt, EXCERPT))


@dataclass(slots=True)
class Reading:
    """The papers and problems that have been read so far of one file."""

    most_in_shared_lines: int = 10_000
    """Problems that may share a line with another problem: one line of 200 MB can hold sixty million empty entries."""
    papers: list[ParsedPaper] = field(default_factory=list)
    problems: list[_Refusal] = field(default_factory=list)
    in_shared_lines: int = 0

    def refuse(self, line: int, reason: str, text: str) -> None:
        """Set aside a part of the file that begins on this line.

        Each part is a problem of its own. Only a flood of parts in one line shares one problem, with a count.
        """
        raw = text.strip("\n").encode("utf-8", "surrogateescape")
        if self.problems and self.problems[-1].line == line:
            if self.in_shared_lines == self.most_in_shared_lines:
                self.problems[-1].parts.append(raw)
                return
            self.in_shared_lines += 1
        self.problems.append(_Refusal(line, reason, text[: 4 * EXCERPT], [raw]))

    def listing(self, nothing: str) -> ParsedListing:
        """The listing without a date; `nothing` is the problem of a file without papers and problems."""
        is_empty = not (self.papers or self.problems)
        return ParsedListing(
            papers=tuple(self.papers),
            problems=(Problem(None, nothing),) if is_empty else tuple(refusal.problem() for refusal in self.problems),
            set_aside=tuple((refusal.line, b"\n".join(refusal.parts)) for refusal in self.problems),
            is_undated=True,
        )


def known_date(year: object, month: object = None, day: object = None) -> KnownDate | None:
    """A date as precise as its parts: day, month or year; None without a year of four digits.

    An impossible month or day counts as unknown.
    """
    known_year, known_month, known_day = _number(year), _number(month), _number(day)
    if not known_year or known_year < 1000:
        return None
    if not known_month or known_month > 12:
        return PartialDate(known_year)
    try:
        return date(known_year, known_month, known_day or 0)
    except ValueError:
        return PartialDate(known_year, known_month)


def fullest_date(dates: Iterable[KnownDate | None]) -> KnownDate | None:
    """The most precise of the dates that agree with the first known date."""
    known = [found for found in dates if found]
    if len(known) < 2:
        return known[0] if known else None
    agreeing = [found for found in known if str(found).startswith(str(known[0]))]
    return max(agreeing, key=lambda found: len(str(found)), default=None)


def parse_date(text: str) -> KnownDate | None:
    """The first date in a text: `2008/05/12/Spring`, `2014//`, `12 May 2008`, `1984-05/1986`."""
    text = text[:_LONGEST_DATE]
    if numeric := _NUMERIC.search(text):
        return known_date(*numeric.groups())
    year = _YEAR.search(text)
    if year is None:
        return None
    rest = text[: year.start()] + " " + text[year.end() :]
    month = next((number for word in _WORD.findall(rest) if (number := _month_number(word))), None)
    day = _DAY.search(rest) if month else None
    return known_date(year[0], month, day and day[0])


def arxiv_in(text: str, *, is_arxiv: bool = False) -> Identifier | None:
    """The arXiv id that a whole field is: `arXiv preprint arXiv:2101.11408 [cs.CL]`, `abs/1706.03762`, an address.

    The field must name arXiv, unless another field does (`is_arxiv`).
    """
    text = text.strip()
    if len(text) > _LONGEST_ID or not (is_arxiv or any(name in text.lower() for name in ("arxiv", "corr", "abs/"))):
        return None
    match = _ARXIV.fullmatch(text)
    return parse_arxiv(match["id"] if match else text)


def addresses_in(texts: Iterable[str]) -> list[str]:
    """The web addresses in some fields; some programs join them by a line break or its escape."""
    return [part for text in texts for part in _BETWEEN_ADDRESSES.split(text[:_LONGEST_ADDRESSES]) if "/" in part]


def identifiers_of(dois: Iterable[str], others: Iterable[str]) -> tuple[Identifier, ...]:
    """The ids in DOI fields and in other fields (addresses, numbers, journals), each once."""
    found = [parse_identifier(text.strip().rstrip(".,;")) for text in dois]
    for text in others:
        if "://" in text:
            found.append(parse_identifier(text))
        else:
            is_doi = text.strip().startswith(("10.", "doi:", "DOI:"))
            found.append(arxiv_in(text) or (parse_doi(text) if is_doi else None))
    return tuple(dict.fromkeys(identifier for identifier in found if identifier))


def page_links(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The link to the page (the first web address) and to the PDF (the first address of one)."""
    links: dict[str, str] = {}
    for text in texts:
        for url in find_urls(text[:_LONGEST_ADDRESSES]):
            links.setdefault("pdf" if url.lower().endswith(".pdf") else "page", url)
    return tuple(links.items())


def with_subtitle(title: str, subtitle: str) -> str:
    """A title with its subtitle, unless the title already has it."""
    if not title or not subtitle or subtitle.casefold() in title.casefold():
        return title
    return f"{title}{' ' if title[-1] in '.:?!' else ': '}{subtitle}"


def is_placeholder(text: str) -> bool:
    """Whether a text is what tables and databases write in place of an unknown value."""
    return len(text) <= _LONGEST_PLACEHOLDER and text.strip().strip("[].").lower() in _PLACEHOLDERS


def read_abstract(text: str) -> str:
    """An abstract without markup; empty where the text says that there is none."""
    return "" if is_placeholder(text) else block_without_markup(text)


def unwrap(text: str) -> str:
    """A text with the lines of each paragraph joined; blank lines separate paragraphs."""
    if "\n" not in text:
        return text.strip()
    return "\n\n".join(joined for part in _GAP.split(text) if (joined := " ".join(part.split())))


def _month_number(word: str) -> int | None:
    """The month that a word begins with, in English: `mar`, `Sept`, `DECEMBER`."""
    name = word[:3].capitalize()
    return MONTHS.index(name) + 1 if name in MONTHS else None


def _number(value: object) -> int | None:
    """The whole number of at most four digits that a value is or says."""
    if isinstance(value, str):
        value = value.strip()
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 4 else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9999 else None
