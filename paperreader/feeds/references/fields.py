"""What reference files of all formats have in common: half-known dates, ids in odd places, markup, line wraps."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from paperreader.domain.dates import MONTHS, KnownDate, PartialDate
from paperreader.domain.identifiers import Identifier, parse_arxiv, parse_doi, parse_identifier
from paperreader.domain.paper import find_urls
from paperreader.domain.parsed import EXCERPT, ParsedListing, ParsedPaper, Problem
from paperreader.domain.text import clean_line
from paperreader.feeds.texts.html_text import block_without_markup

NO_TITLE = "an entry without a title"
MOST_IN_LINES_OF_OTHERS = 10_000
"""Problems that may share their line with others: 200 MB in one line can hold sixty million empty entries."""
_LONGEST_ID = 200
_LONGEST_ADDRESSES = 4_000
_NOTHING = frozenset((
    "", "na", "n/a", "nan", "nat", "none", "null", "unknown", "n.d", "-", "--", "not available", "no abstract",
    "no abstract available", "abstract not available", "no abstract is available", "abstract unavailable",
))  # fmt: skip
"""What is written where nothing is known, in lower case."""
_LONGEST_NOTHING = 40
LONGEST_DATE = 60
"""Characters of a text that is looked at for a date."""

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


@dataclass(slots=True)
class Reading:
    """What has been read so far of a file."""

    papers: list[ParsedPaper] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    set_aside: list[tuple[int, list[bytes]]] = field(default_factory=list)
    """The parts that problems name, by the line of the problem."""
    in_lines_of_others: int = 0
    """How many problems stand in the line of the one before."""
    more: Counter[int] = field(default_factory=Counter)
    """How many parts a problem stands for beside its own, by its place."""

    def refuse(self, line: int, reason: str, text: str) -> None:
        """Set a part of the file aside that begins in this line, under a problem of its own.

        Of very many in one line, as a file of a single line may have, the last problem says how many it stands for.
        """
        raw = text.strip("\n").encode("utf-8", "surrogateescape")
        if self.problems and self.problems[-1].line == line:
            if self.in_lines_of_others == MOST_IN_LINES_OF_OTHERS:
                self.set_aside[-1][1].append(raw)
                self.more[len(self.problems) - 1] += 1
                return
            self.in_lines_of_others += 1
        self.problems.append(Problem(line, reason, clean_line(text[: 4 * EXCERPT], EXCERPT)))
        self.set_aside.append((line, [raw]))

    def listing(self, nothing: str) -> ParsedListing:
        """All that was read, without a date; `nothing` says what is wrong where that is nothing at all."""
        if not self.papers and not self.problems:
            self.problems.append(Problem(None, nothing))
        for place, count in self.more.items():
            problem = self.problems[place]
            self.problems[place] = replace(problem, reason=f"{problem.reason}, and {count:,} more in this line")
        return ParsedListing(
            papers=tuple(self.papers),
            problems=tuple(self.problems),
            set_aside=tuple((line, b"\n".join(parts)) for line, parts in self.set_aside),
            is_undated=True,
        )


def known_date(year: object, month: object = None, day: object = None) -> KnownDate | None:
    """What is known of a date, to its day, its month or its year; None without a year of four digits.

    A month or day that does not exist is one that is not known.
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
    """The first of some dates, or of those that agree with it, the one that says most; of equals the first."""
    known = [found for found in dates if found]
    agreeing = [found for found in known if str(found).startswith(str(known[0]))]
    return max(agreeing, key=lambda found: len(str(found)), default=None)


def month_number(text: str) -> int | None:
    """The month that a word begins like, in English: `mar`, `Sept.`, `DECEMBER`."""
    name = text.strip()[:3].capitalize()
    return MONTHS.index(name) + 1 if name in MONTHS else None


def parse_date(text: str) -> KnownDate | None:
    """What a text says of a date, of two the first: `2008/05/12/Spring`, `2014//`, `12 May 2008`, `1984-05/1986`."""
    text = text[:LONGEST_DATE]
    if numeric := _NUMERIC.search(text):
        return known_date(*numeric.groups())
    year = _YEAR.search(text)
    if year is None:
        return None
    rest = text[: year.start()] + " " + text[year.end() :]
    month = next((number for word in _WORD.findall(rest) if (number := month_number(word))), None)
    day = _DAY.search(rest) if month else None
    return known_date(year[0], month, day and day[0])


def arxiv_in(text: str, *, is_arxiv: bool = False) -> Identifier | None:
    """The arXiv id that a whole field is: `arXiv preprint arXiv:2101.11408 [cs.CL]`, `abs/1706.03762`, an address.

    A field with neither `arXiv` nor `abs/` in it is one only if others say so.
    """
    text = text.strip()
    if len(text) > _LONGEST_ID or not (is_arxiv or any(name in text.lower() for name in ("arxiv", "corr", "abs/"))):
        return None
    match = _ARXIV.fullmatch(text)
    return parse_arxiv(match["id"] if match else text)


def addresses_in(texts: Iterable[str]) -> list[str]:
    """The web addresses in fields for them, which some programs join by a line end or its escape."""
    return [part for text in texts for part in _BETWEEN_ADDRESSES.split(text[:_LONGEST_ADDRESSES]) if "/" in part]


def identifiers_of(dois: Iterable[str], others: Iterable[str]) -> tuple[Identifier, ...]:
    """The ids that fields for DOIs hold, and those that other fields (addresses, numbers, journals) are, once each."""
    found = [parse_identifier(text.strip().rstrip(".,;")) for text in dois]
    for text in others:
        if "://" in text:
            found.append(parse_identifier(text))
        else:
            found.append(
                arxiv_in(text) or (parse_doi(text) if text.strip().startswith(("10.", "doi:", "DOI:")) else None)
            )
    return tuple(dict.fromkeys(identifier for identifier in found if identifier))


def page_links(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The first web address in some fields, as the link to the page; and the first to a PDF, as that."""
    links: dict[str, str] = {}
    for text in texts:
        for url in find_urls(text[:4_000]):
            links.setdefault("pdf" if url.lower().endswith(".pdf") else "page", url)
    return tuple(links.items())


def says_nothing(text: str) -> bool:
    """Whether a text is what tables and databases write where nothing is known."""
    return len(text) <= _LONGEST_NOTHING and text.strip().strip("[].").lower() in _NOTHING


def read_abstract(text: str) -> str:
    """An abstract without markup; empty where the text says that there is none."""
    return "" if says_nothing(text) else block_without_markup(text)


def unwrap(text: str) -> str:
    """A text with its lines joined; blank lines part its paragraphs."""
    if "\n" not in text:
        return text.strip()
    return "\n\n".join(joined for part in _GAP.split(text) if (joined := " ".join(part.split())))


def _number(value: object) -> int | None:
    """The whole number, at most four digits, that a value is or is written as."""
    if isinstance(value, str):
        value = value.strip()
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 4 else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9999 else None
