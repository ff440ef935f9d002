"""What can be fetched, as a user names it: sources, and the days that are wanted of them."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from paperreader.domain.dates import guess_date, parse_iso
from paperreader.domain.identifiers import parse_arxiv
from paperreader.domain.text import clean_line
from paperreader.errors import UsageError
from paperreader.feeds.huggingface.api import FIRST_LIST

HUGGING_FACE = "hf"
"""The source that is fetched where none is named."""
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
_WORDS = re.compile(r'"[^"]*"|\S+')


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, both of them."""

    first: date
    last: date

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"

    def newest_first(self) -> Iterator[date]:
        """Its days from the last to the first."""
        return (self.last - timedelta(n) for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class DailyPapers:
    """The Daily Papers of Hugging Face; without a span the newest list that there is."""

    span: Span | None = None


@dataclass(frozen=True, slots=True)
class DailyFeed:
    """What arXiv announced last in some subject classes (`cs.CL+cs.LG`)."""

    classes: str


@dataclass(frozen=True, slots=True)
class ArxivSearch:
    """What arXiv finds for a query, in the terms of its API, the newest first; or the papers of some ids."""

    named: str
    query: str = ""
    ids: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class WebFeed:
    """The feed at an address."""

    url: str


Request = DailyPapers | DailyFeed | ArxivSearch | WebFeed


def parse_span(on: str | None, since: str | None, today: date) -> Span | None:
    """The days that `--date` (a day, an ISO week or a month) or `--since` name; raises UsageError."""
    if on is not None and since is not None:
        raise UsageError("--date and --since exclude each other")
    if since is not None:
        return Span(_begin(since, today), today)
    if on is None:
        return None
    span = _named(on)
    if span is None:
        raise UsageError(f"--date {_not_a_date(on, '2025-03-14, 2025-W11 or 2025-03')}")
    if span.first > today:
        raise UsageError(f"--date {clean_line(on, 40)} is still to come; the newest list is of {today}")
    return Span(span.first, min(span.last, today))


def parse_source(word: str, span: Span | None) -> Request:
    """The request that a source, as the user named it, and the days that are wanted stand for; raises UsageError."""
    if word == HUGGING_FACE:
        return DailyPapers(_listed(span))
    if "://" in word:
        return WebFeed(word)
    if not word.startswith(ARXIV):
        raise UsageError(
            f'there is no source {clean_line(word, 60)}; there are hf, arxiv:cs.CL+cs.LG, arxiv:"words" and '
            "addresses of feeds, which begin with https://"
        )
    wanted = " ".join(word.removeprefix(ARXIV).split())
    if not wanted:
        raise UsageError("arxiv: wants subject classes or words behind it, as in arxiv:cs.CL+cs.LG")
    if _CLASSES.fullmatch(wanted):
        return DailyFeed(wanted)
    if ids := [parse_arxiv(part) for part in wanted.split(",")]:
        known = [identifier.partition(":")[2] for identifier in ids if identifier]
        if len(known) == len(ids):
            return ArxivSearch(wanted, ids=",".join(known))
    query = wanted if _FIELD.search(wanted) else " AND ".join(f"all:{term}" for term in _WORDS.findall(wanted))
    return ArxivSearch(wanted, query, span=span)


def _listed(span: Span | None) -> Span | None:
    """The part of a span for which there are daily papers; raises UsageError where there is none."""
    if span is None:
        return None
    if span.last < FIRST_LIST:
        raise UsageError(f"the Daily Papers begin on {FIRST_LIST}; name a later date")
    return Span(max(span.first, FIRST_LIST), span.last)


def _begin(since: str, today: date) -> date:
    if ago := _AGO.fullmatch(since):
        return today - timedelta(min(int(ago[1]) * _DAYS[ago[2].lower()], (today - date.min).days))
    span = _named(since)
    if span is None:
        raise UsageError(f"--since {_not_a_date(since, '7d, 2w, 2025-03-14 or 2025-W11')}")
    if span.first > today:
        raise UsageError(f"--since {clean_line(since, 40)} is still to come; the newest list is of {today}")
    return span.first


def _not_a_date(text: str, forms: str) -> str:
    near = guess_date(text)
    return f"{clean_line(text, 40)!r} is not a date; {f'did you mean {near}?' if near else f'write {forms}'}"


def _named(text: str) -> Span | None:
    """The days of an ISO date, week or month."""
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
