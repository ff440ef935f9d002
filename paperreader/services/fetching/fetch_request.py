"""What can be fetched: the sources and days that a user names, parsed without contacting a server."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from paperreader.domain.dates import guess_date, parse_iso
from paperreader.domain.identifiers import parse_arxiv
from paperreader.domain.text import clean_line
from paperreader.errors import UsageError
from paperreader.feeds.huggingface.api_addresses import FIRST_LIST

HUGGING_FACE = "hf"
"""The default source."""
ARXIV = "arxiv:"

_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_AGO = re.compile(r"(\d{1,4})([dwmy])", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_ARCHIVES = (
    "astro-ph|cond-mat|cs|econ|eess|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|nlin|nucl-ex|nucl-th|physics|"
    "q-bio|q-fin|quant-ph|stat"
)
_CLASS = rf"(?:{_ARCHIVES})(?:\.[A-Za-z-]{{2,20}})?"
_CLASSES = re.compile(rf"{_CLASS}(?:\+{_CLASS})*")
_FIELD = re.compile(r"\b(?:ti|au|abs|co|jr|cat|rn|id|all|submittedDate):")
_TERMS = re.compile(r'"[^"]*"|\S+')


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, inclusive."""

    first: date
    last: date

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def newest_first(self) -> Iterator[date]:
        """Its days, the newest first."""
        return (self.last - timedelta(n) for n in range(self.days))


@dataclass(frozen=True, slots=True)
class DailyPapers:
    """The Daily Papers of Hugging Face; without a span the newest list."""

    span: Span | None = None


@dataclass(frozen=True, slots=True)
class DailyFeed:
    """The newest announcements of arXiv in some subject classes (`cs.CL+cs.LG`)."""

    classes: str


@dataclass(frozen=True, slots=True)
class ArxivSearch:
    """The papers that arXiv finds for a query of its API, newest first, or the papers with some ids."""

    named: str
    query: str = ""
    ids: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class WebFeed:
    """The feed at an address."""

    url: str


Request = DailyPapers | DailyFeed | ArxivSearch | WebFeed


def span_of(request: Request) -> Span | None:
    """The days of a request; None if it has none. Only a request with days can be continued."""
    return request.span if isinstance(request, DailyPapers | ArxivSearch) else None


def parse_span(on: str | None, since: str | None, today: date) -> Span | None:
    """The days that `--date` (a day, an ISO week or a month) or `--since` name; raises UsageError."""
    if on is not None and since is not None:
        raise UsageError("use --date or --since, not both")
    if on is not None:
        span = _parse_days(f"--date {clean_line(on, 40)!r}", on, today, "2025-03-14, 2025-W11 or 2025-03")
        return Span(span.first, min(span.last, today))
    if since is None:
        return None
    if ago := _AGO.fullmatch(since):
        days = int(ago[1]) * _DAYS[ago[2].lower()]
        return Span(today - timedelta(min(days, (today - date.min).days)), today)
    span = _parse_days(f"--since {clean_line(since, 40)!r}", since, today, "7d, 2w, 2025-03-14 or 2025-W11")
    return Span(span.first, today)


def parse_source(word: str, span: Span | None) -> Request:
    """The request for a source and a span of days; raises UsageError."""
    if word == HUGGING_FACE:
        return DailyPapers(_days_with_lists(span))
    if "://" in word:
        return WebFeed(word)
    if not word.startswith(ARXIV):
        raise UsageError(
            f'no such source: {clean_line(word, 60)}; use hf, arxiv:cs.CL+cs.LG, arxiv:"words" or the https:// address '
            "of a feed"
        )
    wanted = " ".join(word.removeprefix(ARXIV).split())
    if not wanted:
        raise UsageError("arxiv: has no classes or words; write for example arxiv:cs.CL+cs.LG")
    if _CLASSES.fullmatch(wanted):
        return DailyFeed(wanted)
    identifiers = [parse_arxiv(part) for part in wanted.split(",")]
    if all(identifiers):
        return ArxivSearch(wanted, ids=",".join(name.partition(":")[2] for name in identifiers if name))
    query = wanted if _FIELD.search(wanted) else " AND ".join(f"all:{term}" for term in _TERMS.findall(wanted))
    return ArxivSearch(wanted, query, span=span)


def _days_with_lists(span: Span | None) -> Span | None:
    """The days of a span since the first Daily Papers; raises UsageError if there are none."""
    if span is None:
        return None
    if span.last < FIRST_LIST:
        raise UsageError(f"the Daily Papers start on {FIRST_LIST}; use a later date")
    return Span(max(span.first, FIRST_LIST), span.last)


def _parse_days(option: str, text: str, today: date, forms: str) -> Span:
    """The days of an ISO date, week or month that has begun; raises UsageError."""
    span = _iso_span(text)
    if span is None:
        near = guess_date(text)
        raise UsageError(f"{option} is not a date; {f'did you mean {near}?' if near else f'write {forms}'}")
    if span.first > today:
        raise UsageError(f"{option} is in the future; the newest list has the date {today}")
    return span


def _iso_span(text: str) -> Span | None:
    if day := parse_iso(text):
        return Span(day, day)
    try:
        if week := _WEEK.fullmatch(text):
            monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
            return Span(monday, monday + timedelta(6))
        if month := _MONTH.fullmatch(text):
            year, number = int(month[1]), int(month[2])
            return Span(date(year, number, 1), date(year, number, monthrange(year, number)[1]))
    except (ValueError, OverflowError):
        return None
    return None
