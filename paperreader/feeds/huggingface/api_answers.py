"""Imports saved answers of Hugging Face's Daily Papers API, in all JSON layouts since 2024.

    wrapped := { "paper": flat, "title": …, "publishedAt": …, "numComments": …, … }
    flat    := { "id": …, "title": …, "summary": …, "authors": [ { "name": …, "hidden": … } ], "upvotes": …, … }

Items come as a list, alone, one per line, in several lists, inside an object with the date, or as the text of Python's
`repr`. Only the title is required.

Papers are dated by the day they joined the list: `submittedOnDailyAt` in UTC, else the date around them, else the date
of most other items. Until March 2025, the outer `publishedAt` was that time. Since then it repeats the paper's own
time, four or five hours early, and is ignored.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from paperreader.domain.identifiers import Identifier, parse_arxiv
from paperreader.domain.import_result import EXCERPT, ParsedListing, ParsedPaper, Problem
from paperreader.domain.paper import safe_url
from paperreader.domain.text import clean_line
from paperreader.feeds.base import ProblemLog
from paperreader.feeds.huggingface.api_addresses import BASE, FIRST_LIST
from paperreader.feeds.syntax.json_items import JsonItem, read_items, read_value
from paperreader.feeds.syntax.python_literal import read_literal
from paperreader.feeds.texts.names import read_names

FEED = "hf"
"""The feed name of the listings."""
MAX_COUNT = 1_000_000_000
"""Larger figures of upvotes and comments are invalid."""
_LISTS = frozenset(("data", "papers", "items", "results", "dailyPapers", "daily_papers", "rows"))
"""Names of lists inside objects."""
_FIRST_PAPER = date(1900, 1, 1)
"""Earlier dates of publication are invalid."""
_LAST_DAY = date(2099, 12, 31)
"""Later dates are invalid: their list would stay on top forever."""
_TOLD_UNTIL = date(2025, 3, 7)
"""From this day on, the outer `publishedAt` is not the time of listing."""
_KINDS: dict[type, str] = {str: "a text", int: "a number", bool: "true or false", list: "a list"}

_HF = re.compile(
    rb"[\"']paper\\?[\"']\s*:\s*[\"{]|\"(?:submittedOnDaily(?:At|By)|discussionId|numComments|ai_keywords)\"\s*:"
    rb"|\"_id\"\s*:\s*\"[0-9a-f]{24}\""
)
_UPVOTES = re.compile(rb"\"upvotes\"\s*:")
_SUMMARY = re.compile(rb"\"summary\"\s*:")
_SHORT = 1_200
"""Bytes to recognise an answer without papers: an empty list, an error message, a number."""
_NOTHING = re.compile(rb"\[\s*\]\s*|\{\s*\"error\"\s*:.*|\{.*\"data\"\s*:\s*\[\s*\].*", re.DOTALL)
_SCALAR = re.compile(rb"-?\d{1,30}\s*|true\s*|false\s*|null\s*")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|\n[^\S\n]{2,}")
_COUNT = re.compile(r"\d{1,9}(?:\.0*)?", re.ASCII)
_ISO = re.compile(r"\s*\d{4}-\d\d-\d\d", re.ASCII)
_VERSION = re.compile(r"v([1-9]\d{0,2})(?:\.pdf)?/?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A paper, the date of its list if given, and another possible date."""

    paper: ParsedPaper
    day: date | None
    likely: date | None
    around: Mapping[str, object]
    """The data around its list, which may say the date after the list."""


class DailyPapersImporter:
    """The importer of saved answers of the Daily Papers API."""

    format = "hf"
    max_bytes = 32_000_000
    """A day has 250,000; a month of lists fits. A character may take four bytes of memory."""
    max_lines = 2_000_000
    """A day has 4,500 lines if indented. Lines cost nothing here."""

    def recognises(self, head: bytes) -> bool:
        """Whether it starts like an answer of the API."""
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not text.startswith((b"[", b"{")):
            return len(text) < _SHORT and _SCALAR.fullmatch(text) is not None
        if _HF.search(text) or (_UPVOTES.search(text) and _SUMMARY.search(text)):
            return True
        return len(text) < _SHORT and _NOTHING.fullmatch(text) is not None

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """One listing for each date of items, in the order of the input; none if the list is empty."""
        text = data.removeprefix(b"\xef\xbb\xbf").strip()[:1_000].decode(errors="replace")
        if re.match(r"[\[{]\s*\{?\s*'", text):
            found = _unpacked(data.decode(errors="replace"))
            data = data if isinstance(found, str) else json.dumps(found).encode()
        if text[:1] in ("", "<"):
            reason = "a web page (HTML) instead of JSON" if text else "empty"
            return (ParsedListing((), (Problem(None, reason, clean_line(text, EXCERPT)),), feed=FEED),)
        log = ProblemLog()
        listed: list[_Listed] = []
        for item in read_items(data, _LISTS, _is_item):
            found = item.damage or _listed(_unpacked(item.value), item)
            if isinstance(found, _Listed):
                listed.append(found)
                continue
            excerpt = item.raw[:1_000].decode(errors="replace")
            log.problems.append(Problem(item.line, found, clean_line(excerpt, EXCERPT)))
            if item.end > item.start:
                log.set_aside.append((item.line, data[item.start : item.end]))
        listings = _listings(listed) or [ParsedListing((), (), feed=FEED)]
        return log.on_first(listings) if listed or log.problems else ()


def _is_item(value: object) -> bool:
    """Whether a value has the members of an item, and is not a part of one or data around a list."""
    value = _unpacked(value)
    return isinstance(value, dict) and ("paper" in value or ("title" in value and "summary" in value))


def _unpacked(value: object) -> object:
    """The value of a table row or of a text in JSON or Python syntax; else the value itself."""
    if isinstance(value, dict):
        return value.get("row", value)
    text = value.strip() if isinstance(value, str) else ""
    if text.startswith(("{", "[")):
        for read in (read_value, read_literal):
            try:
                return read(text)
            except ValueError:
                continue
    return value


def _listed(value: object, item: JsonItem) -> _Listed | str:
    """The paper of an item, or the reason why there is none."""
    if not isinstance(value, dict):
        return f"{_KINDS.get(type(value), 'nothing')} where a paper should be"
    outer, inner = value, value.get("paper", value)
    inner = _unpacked(inner)
    if not isinstance(inner, dict):
        inner = {}
    title = _title(_line(outer.get("title")), _line(inner.get("title")))
    if not title:
        error = _line(outer.get("error"))
        return f"an error message: {clean_line(error, EXCERPT)}" if error else "an item without a title"
    either = partial(_either, inner, outer)
    name = _line(either("id"))
    identifier = parse_arxiv(name)
    version = _VERSION.search(name) if identifier else None
    published = _moment(inner.get("publishedAt"))
    return _Listed(
        ParsedPaper(
            title=title,
            abstract=_paragraphs(either("summary")),
            authors=_authors(either("authors")),
            published=_date_within(published, _FIRST_PAPER),
            identifiers=(identifier,) if identifier else (),
            upvotes=_count(either("upvotes")),
            comments=_count(either("numComments")),
            line=item.line,
            links=_links(inner, identifier),
            version=int(version[1]) if version else None,
        ),
        day=_date_within(_moment(either("submittedOnDailyAt")), FIRST_LIST),
        likely=_likely_day(None if inner is outer else _moment(outer.get("publishedAt")), published),
        around=item.around,
    )


def _either(inner: Mapping[str, object], outer: Mapping[str, object], name: str) -> object:
    """The value of the paper, else of the item around it."""
    value = inner.get(name)
    return outer.get(name) if value is None else value


def _line(value: object) -> str:
    """A text on one line; empty if the value is no text."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _title(outer: str, inner: str) -> str:
    """The title with the least TeX; empty if nothing of it is visible."""
    titles = [title for title in (outer, inner) if clean_line(title)]
    return min(titles, key=lambda title: title.count("\\") + title.count("$"), default="")


def _paragraphs(value: object) -> str:
    """A text without line wraps. A paragraph starts after an empty line, or with two spaces."""
    parts = _PARAGRAPH.split(value) if isinstance(value, str) else ()
    return "\n\n".join(filter(None, map(_line, parts)))


def _authors(value: object) -> tuple[str, ...] | None:
    """The authors that are not hidden, from a list or a text; None if there are none."""
    if isinstance(value, str):
        return read_names(value) or None
    authors = value if isinstance(value, list) else []
    shown = (a.get("name") if isinstance(a, dict) else a for a in authors if not _is_hidden(a))
    return tuple(filter(None, map(_line, shown))) or None


def _is_hidden(author: object) -> bool:
    return isinstance(author, dict) and author.get("hidden") is True


def _count(value: object) -> int | None:
    """A figure, which tables may write as text or with a decimal point."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < MAX_COUNT else None
    return int(value.partition(".")[0]) if isinstance(value, str) and _COUNT.fullmatch(value) else None


def _links(paper: Mapping[str, object], identifier: Identifier | None) -> tuple[tuple[str, str], ...]:
    """The addresses of a paper, by kind. Its discussion is on its page."""
    number = identifier.partition(":")[2] if identifier else ""
    has_models = bool(paper.get("linkedModels") or _count(paper.get("numTotalModels")))
    found = (
        ("page", f"{BASE}/papers/{number}" if number else ""),
        ("code", _line(paper.get("githubRepo"))),
        ("project", _line(paper.get("projectPage"))),
        ("models", f"{BASE}/models?other=arxiv:{number}" if number and has_models else ""),
    )
    links: dict[str, str] = {}
    for kind, url in found:
        if safe_url(url) and url not in links.values():
            links[kind] = url
    return tuple(links.items())


def _moment(value: object) -> datetime | None:
    """The time in an ISO text, in UTC; UTC is the default zone."""
    if not isinstance(value, str) or not _ISO.match(value):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _date_within(moment: datetime | None, first: date) -> date | None:
    """The date of a time, if it is plausible."""
    day = moment.date() if moment else None
    return day if day and first <= day <= _LAST_DAY else None


def _likely_day(came: datetime | None, published: datetime | None) -> date | None:
    """The date of listing, if the outer time says it: no paper is listed before it appears."""
    if came is None or came.date() >= _TOLD_UNTIL or (published and came < published):
        return None
    return _date_within(came, FIRST_LIST)


def _listings(found: Sequence[_Listed]) -> list[ParsedListing]:
    """The listings by date, in the order of their first papers."""
    stated = Counter(listed.day for listed in found if listed.day)
    usual = next((day for day, _ in stated.most_common(1)), None)
    days: dict[date | None, list[_Listed]] = {}
    for listed in found:
        said = _date_within(_moment(listed.around.get("date")), FIRST_LIST)
        days.setdefault(listed.day or said or usual, []).append(listed)
    return [
        ParsedListing(
            tuple(listed.paper for listed in papers),
            (),
            date=day,
            feed=FEED,
            # The latest date: papers of the evening before are listed with those of the day.
            likely_date=None if day else max((listed.likely for listed in papers if listed.likely), default=None),
        )
        for day, papers in days.items()
    ]
