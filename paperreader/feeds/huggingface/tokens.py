"""Splits a Hugging Face page into tokens: menus and buttons, facts about papers, addresses and texts.

A line may have several facts (`· Published on Mar 14, 2024`), and a fact may span lines (`5`, `authors`). Unknown lines
are texts: titles, abstracts, organisations or unknown parts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from paperreader.domain.dates import MONTHS, in_year
from paperreader.domain.identifiers import Identifier, parse_arxiv
from paperreader.domain.paper import CODE_HOSTS
from paperreader.feeds.syntax.page_lines import Line

LONGEST_FACT = 100
"""Characters of a line that can be part of a fact; the banner has 52."""
LONGEST_RUN = 1_000
"""Characters of a line of facts, such as a menu."""
MOST_LINES = 4
"""Lines that a fact can span."""


class Kind(Enum):
    """The kinds of tokens."""

    TEXT = auto()
    SITE = auto()
    """Site furniture: menu, banner, tabs, footer, images."""
    DAY = auto()
    """A date of the page or a card."""
    SUBMITTER = auto()
    """`Submitted by`, with or without the name."""
    COUNT = auto()
    """A number: upvotes before a title, comments after it."""
    UPVOTES = auto()
    """A number that is labelled as upvotes."""
    COMMENTS = auto()
    """A number that is labelled as comments."""
    BETWEEN = auto()
    """The dot before authors and date."""
    AUTHORS = auto()
    PUBLISHED = auto()
    LINKS = auto()
    """`GitHub 1.2k`, `arXiv Page`: links of a card."""
    NAME = auto()
    """A person or organisation."""
    ADDRESS = auto()


class Target(Enum):
    """The targets of addresses."""

    PAPER = auto()
    COMMENTS = auto()
    VOTE = auto()
    """The log-in page, which a vote needs."""
    ARXIV = auto()
    LIST = auto()
    """The list of another date."""
    CODE = auto()
    SITE = auto()
    STRANGE = auto()
    """Another site."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date as written: the first day of a week or month, possibly without a year."""

    month: int
    day: int
    year: int | None = None

    @classmethod
    def of(cls, day: date) -> "Day":
        """The day of a date, with its year."""
        return cls(day.month, day.day, day.year)

    def date(self, year: int | None = None) -> date | None:
        """The date in the written year, else in the given one; None if it does not exist."""
        year = self.year or year
        return in_year(self.month, self.day, year) if year else None


@dataclass(frozen=True, slots=True)
class Address:
    """An address: its target, and the paper it names."""

    target: Target
    url: str
    identifier: Identifier | None = None
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the line it starts on. A date token has a text only if the date does not exist."""

    kind: Kind
    line: Line
    text: str = ""
    value: int | Day | Address | None = None


def near_id(day: Day, number: str) -> date | None:
    """The date; without a year, the year nearest to the month of an arXiv id."""
    if day.year or not re.match(r"\d{4}\.", number):
        return day.date()
    year, month = 2000 + int(number[:2]), int(number[2:4])
    found = filter(None, map(day.date, (year, year - 1, year + 1)))
    return min(found, key=lambda near: abs(12 * (near.year - year) + near.month - month), default=None)


_MENU = (
    "Hugging Face's logo(?: Hugging Face)?|Hugging Face PRO|Hugging Face|Models|Datasets|Spaces|Buckets(?: new)?|Posts|"
    "Docs|Documentation|Solutions|Enterprise Support|Enterprise Hub|Enterprise|Expert Support|Pricing|Log In|Sign Up|"
    "Website|Tasks|HuggingChat|Collections|Languages|Organizations|Community|Blog|Hardware|Learn|Discord|Forum|"
    "Team & Enterprise|Team and Enterprise|Inference Providers|Inference Endpoints|Storage Buckets|Main menu|"
    "Search models, datasets, users\\.\\.\\.|Notifications|Profile|Settings|Toggle theme|Skip to content"
)
_TABS = (
    "(?:Daily Papers|Trending Papers) - Hugging Face|Daily Papers|Trending Papers|Trending|Papers|Daily|Weekly|Monthly|"
    "New|Today|by AK|by|AK|and the research community|Submit a Paper|Submit Paper|Submit|Search any paper with AI|"
    "Search by arXiv id or title|Search papers|Full-text search|Ctrl\\+K|Search|Subscribed|Unsubscribe"
)
_FOOT = (
    "Previous|Next|Load more|Show more|View all|Back to top|System theme|Light theme|Dark theme|Company|TOS|"
    "Terms of Service|Privacy Policy|Privacy|About|Careers|Jobs|Contact"
)
_CARD = (
    "Paper page|Add to collection|Copy markdown|\\+\\d{1,4}|#\\d{1,3} Paper of the (?:day|week|month)|LINK:|auto|"
    "\\[[x -]?\\]|View all \\d+ comments"
)
_MONTH = "|".join(MONTHS)
_DAY = (
    rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{{0,6}},?\s+)?(?:(?P<month>{_MONTH})[a-z]{{0,6}}\.?\s+"
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:[ ]?[-–][ ]?(?:[A-Z][a-z]{2,8}[ ])?\d{1,2})?(?:,\s*(?P<year>\d{4}))?"
    rf"|(?P<day2>\d{{1,2}})\s+(?P<month2>{_MONTH})[a-z]{{0,6}}\.?,?\s+(?P<year2>\d{{4}})"
    rf"|(?P<month3>{_MONTH})[a-z]{{0,6}}\.?\s+(?P<year3>\d{{4}})"
    r"|(?P<iso>\d{4}-\d\d-\d\d)|(?:Week\s+)?(?P<week>\d{4}-W\d\d)|Week\s+(?P<week2>\d{1,2})(?:,?\s*(?P<year4>\d{4}))?)"
)
_NUMBER = r"(?:\d{1,6}|\d{1,3}(?:,\d{3})+|\d{1,4}(?:\.\d{1,2})?[kKmM])"
_DOT = r"(?:Â?[·•][^\S\n]*)?"
_HEADER = (
    r"Get\s+trending\s+papers\s+in\s+your\s+email\s+inbox(?:\s+once\s+a\s+day)?!|Subscribe"
    r"|by\s*AK\s+and\s+the\s+research\s+community"
)
_SITE = re.sub(r"(?<=[\w.,&'}]) (?=[\w&(])", r"\\s+", f"{_MENU}|{_TABS}|{_FOOT}|{_CARD}")
_UNIT = re.compile(
    rf"(?P<header>{_HEADER})"
    rf"|(?:{_DOT}(?P<authors>\d{{1,5}})\s+authors?"
    rf"|{_DOT}Published\s+on\s+(?P<published>{_DAY.replace('(?P<', '(?P<p_')})"
    rf"|{_DOT}Submitted\s+by:?(?:[^\S\n]{{0,3}}(?P<user>(?!{_NUMBER}(?:\s|$))[^\s·]+))?"
    rf"|(?P<upvotes>Upvotes?)(?:\s+(?:(?P<votes>{_NUMBER})|-))?"
    rf"|[▲⬆👍]\ufe0f?[ ]?(?P<signed>{_NUMBER})|💬[ ]?(?P<told>{_NUMBER})"
    rf"|\(?(?P<voted>{_NUMBER})[ ]upvotes\)?|\(?(?P<commented>{_NUMBER})[ ]comments?\)?"
    rf"|(?P<links>⭐[ ]?{_NUMBER}|GitHub(?:[ ]⭐)?(?:[^\S\n]+{_NUMBER}|\s+{_NUMBER}(?<=[kKmM]))?"
    r"|(?:View\s+)?arXiv(?:\s+Page)?|Project\s+Page|(?:View\s+)?PDF)"
    rf"|(?P<dated>{_DAY})"
    rf"|(?P<count>{_NUMBER}|[-–—])"
    rf"|(?P<site>{_SITE})"
    r"|(?P<between>Â?[·•]))(?=\s|$)",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\s*")
_NAMED = re.compile(r"(?P<name>\S.{0,98}?)\s*Â?[·•]\s*(?P<rest>\S.*)?", re.DOTALL)
_PICTURE = re.compile(r"\S+'s (?:avatar|picture)|Image \d{1,4}(?:: .{0,60})?", re.IGNORECASE)
_ADDRESS = re.compile(r"[(<]?(https?://[^\s<>]+?)[)>]?")
_BEHIND = re.compile(
    r"(?:[-*•]\s+|\d{1,3}[.)]\s+)?(?P<text>\S.*?)(?:\s*[-–—:|])?\s+"
    r"\(?(?P<url>https?://(?:www\.)?huggingface\.co/papers/\d[^\s<>()]*)\)?"
)
_PAPER = re.compile(
    r"https?://(?:[a-z-]+\.)?(?:huggingface\.co|hf\.co)/papers/(?P<id>\d[\w.]*?)(?:\.md)?(?P<rest>[/?#].*)?"
)
_VOTE = re.compile(
    r"https?://(?:[a-z-]+\.)?(?:huggingface\.co|hf\.co)/login\?next=(?:%2F|/)papers(?:(?:%2F|/)(\d[\w.]+))?"
)
_LIST = re.compile(
    r"https?://(?:[a-z-]+\.)?(?:huggingface\.co|hf\.co)/papers(?:/(?:date|week|month)/|\?date=)(\d{4}-(?:W?\d\d)(?:-\d\d)?)"
)


def tokens_of(lines: Sequence[Line]) -> Iterator[Token]:
    """The tokens of a page, in order."""
    alone = [[] if line.is_heading else _known(line, line.text) for line in lines]
    index = 0
    while index < len(lines):
        line, found, used = lines[index], alone[index], 1
        if len(line.text) <= LONGEST_FACT and not line.is_heading:
            found, used = _over_lines(lines, alone, index)
        if found:
            yield from found
        elif (split := _BEHIND.fullmatch(line.text)) and len(split["text"]) < 3 * LONGEST_FACT:
            yield Token(Kind.TEXT, line, split["text"])
            yield Token(Kind.ADDRESS, line, value=_address(split["url"]))
        else:
            yield Token(Kind.TEXT, line, line.text)
        index += used


def _over_lines(lines: Sequence[Line], alone: Sequence[list[Token]], index: int) -> tuple[list[Token], int]:
    """The known tokens of a line and the lines that continue its fact, with the number of lines."""
    line, found = lines[index], alone[index]
    text = line.text
    for used, following in enumerate(lines[index + 1 : index + MOST_LINES], 2):
        if len(following.text) > LONGEST_FACT or following.is_heading or following.text.startswith("http"):
            break
        if found and alone[index + used - 1] and found[-1].kind not in (Kind.LINKS, Kind.UPVOTES):
            break
        text = f"{text}\n{following.text}"
        if together := _units(line, text) or _behind_name(line, text):
            return together, used
    return found or _behind_name(line, line.text), 1


def _known(line: Line, text: str) -> list[Token]:
    """The address, or the furniture and facts, that make up a line; empty if anything else is in it."""
    if address := _ADDRESS.fullmatch(text):
        return [Token(Kind.ADDRESS, line, value=_address(address[1]))]
    return _units(line, text) if len(text) <= LONGEST_RUN else []


def _units(line: Line, text: str) -> list[Token]:
    """The furniture and facts that make up a text; empty if anything else is in it or a line ends."""
    found: list[Token] = []
    position = words = inside = 0
    while position < len(text):
        match = _UNIT.match(text, position)
        if match is None:
            return [Token(Kind.SITE, line)] if _PICTURE.fullmatch(text) else []
        found.append(_token(line, match))
        words += match["site"] is not None
        inside += match[0].count("\n")
        position = _BLANKS.match(text, match.end()).end()  # type: ignore[union-attr]  # it matches nothing too
    is_title = words == len(found) == 2  # two menu words may be a title
    return [] if is_title or inside < text.count("\n") else found


def _behind_name(line: Line, text: str) -> list[Token]:
    """The facts after a name and a dot, and the name; empty if a fact is unknown."""
    match = _NAMED.fullmatch(text) if "·" in text or "•" in text else None
    if match is None or (match["rest"] or "").count("\n") < text.count("\n"):
        return []
    rest = _units(line, match["rest"]) if match["rest"] else []
    if match["rest"] and not rest:
        return []
    before = _units(line, match["name"]) or [Token(Kind.TEXT, line, match["name"])]
    return [*before, Token(Kind.BETWEEN, line), *rest]


def _token(line: Line, match: re.Match[str]) -> Token:
    if match["authors"]:
        return Token(Kind.AUTHORS, line)
    if match["published"]:
        return Token(Kind.PUBLISHED, line, value=_day(match, "p_"))
    if match["dated"]:
        day = _day(match)
        return Token(Kind.DAY, line, "" if day or match["week2"] else match["dated"], day)  # a week may lack its year
    if match["count"]:
        return Token(Kind.COUNT, line, match["count"], _number(match["count"]))
    if match["upvotes"] or match["voted"] or match["signed"]:
        return Token(Kind.UPVOTES, line, value=_number(match["votes"] or match["voted"] or match["signed"] or ""))
    if match["commented"] or match["told"]:
        return Token(Kind.COMMENTS, line, value=_number(match["commented"] or match["told"]))
    if match["links"]:
        return Token(Kind.LINKS, line, match["links"])
    if match["between"]:
        return Token(Kind.BETWEEN, line)
    if match["header"] or match["site"]:
        return Token(Kind.SITE, line, match[0])
    return Token(Kind.SUBMITTER, line, match["user"] or "")


def _day(match: re.Match[str], prefix: str = "") -> Day | None:
    """The date of a match; None if it does not exist, or for a week without a year."""
    part = {name.removeprefix(prefix): text for name, text in match.groupdict().items() if text}
    try:
        if iso := part.get("iso") or part.get("week"):
            return Day.of(date.fromisoformat(iso))
        if week := part.get("week2"):
            return Day.of(date.fromisocalendar(int(part.get("year4", "0")), int(week), 1))
        name = part.get("month") or part.get("month2") or part["month3"]
        month = MONTHS.index(name[:3].title()) + 1
        day = int(part.get("day") or part.get("day2") or 1)
        year = part.get("year") or part.get("year2") or part.get("year3")
        date(int(year or 2024), month, day)  # raises ValueError if there is no such date
        return Day(month, day, int(year) if year else None)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    """The figure in a text (`1.2k` is 1,200), or None."""
    text = text.replace(",", "").lower()
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:], 1)
    return round(float(text.rstrip("km")) * factor) if text.rstrip("km").replace(".", "", 1).isdecimal() else None


def _address(url: str) -> Address:
    if match := _PAPER.fullmatch(url):
        target = Target.COMMENTS if (match["rest"] or "").startswith("#") else Target.PAPER
        return Address(target, url, parse_arxiv(match["id"]))
    if match := _VOTE.fullmatch(url):
        return Address(Target.VOTE, url, parse_arxiv(match[1] or ""))
    if match := _LIST.match(url):
        return Address(Target.LIST, url, day=_day_of_list(match[1]))
    if identifier := parse_arxiv(url):
        return Address(Target.ARXIV, url, identifier)
    host = url.partition("://")[2].partition("/")[0].lower().removeprefix("www.")
    is_own = host.endswith(("huggingface.co", "hf.co", "arxiv.org"))
    return Address(Target.CODE if host in CODE_HOSTS else Target.SITE if is_own else Target.STRANGE, url)


def _day_of_list(text: str) -> Day | None:
    try:
        return Day.of(date.fromisoformat(text if len(text) > 7 else f"{text}-01"))
    except ValueError:
        return None
