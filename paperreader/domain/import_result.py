"""The result of an importer: raw papers, and the problems of the input."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from paperreader.domain.dates import KnownDate
from paperreader.domain.identifiers import Identifier, title_address
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing
from paperreader.domain.text import Safe

EXCERPT = 120
"""Characters of a line that a problem quotes."""

_PAGE = "page:"


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of an input that could not be read: its line (from 1; None: all), the reason, and its start."""

    line: int | None
    reason: str
    excerpt: Safe = Safe("")


@dataclass(frozen=True, slots=True)
class ParsedPaper:
    """A paper in one input. The text is raw: not yet cleaned. `line` is its first line, from 1."""

    title: str
    """Empty if the input has only an id."""
    abstract: str
    authors: tuple[str, ...] | None = None
    published: KnownDate | None = None
    identifiers: tuple[Identifier, ...] = ()
    upvotes: int | None = None
    comments: int | None = None
    line: int | None = None
    links: tuple[tuple[str, str], ...] = ()
    """Links by kind: `page`, `pdf`, `code`, `project`, `models`, `discussion`."""
    categories: tuple[str, ...] | None = None
    """Subject classes such as `cs.CL`, the primary one first."""
    version: int | None = None
    """The arXiv version of the texts."""
    announced: Announced | None = None
    standing: Standing | None = None
    """None: a paper."""

    @property
    def content_hash(self) -> str:
        """A hash of the texts: 16 hexadecimal digits (SHA-256)."""
        import hashlib  # 3 ms that only imports need

        return hashlib.sha256(f"{self.title}\0{self.abstract}".encode(errors="surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ParsedListing:
    """The papers of an input in their order, its problems, and its date if it has one."""

    papers: tuple[ParsedPaper, ...]
    problems: tuple[Problem, ...]
    date: datetime.date | None = None
    month_day: tuple[int, int] | None = None
    """The month and the day of a date without a year."""
    set_aside: tuple[tuple[int, bytes], ...] = ()
    """The lines of the problems, unchanged, with their numbers."""
    feed: str | None = None
    """The feed, such as `hf` or `arxiv:cs.CL`. None: a page, whose feed name is a hash of its titles."""
    likely_date: datetime.date | None = None
    """The date if the input, the user and the file name give none."""
    is_undated: bool = False
    """Whether inputs of this format have no date. Their papers go to the list of the file."""
    lines: tuple[tuple[int, str], ...] = ()
    """The lines of a page with their numbers. An earlier version may have read any of them as a title."""
    before: int = 0
    """The number of papers before these, if the input is a part of a longer list."""

    @property
    def printed(self) -> str | None:
        """The day in the input, like `03-14`."""
        day = (self.date.month, self.date.day) if self.date else self.month_day
        return "{:02}-{:02}".format(*day) if day else None


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """One item of a streamed input: a paper with its listings, or a problem."""

    found: ParsedPaper | Problem
    end: int
    """The offset in bytes of the end of this item. An interrupted import resumes here."""
    feed: str | None = None
    dates: tuple[datetime.date, ...] = ()
    """The dates on which the feed lists the paper. Without a date, it goes to the list of the file."""
    set_aside: bytes = b""
    rank: int | None = None
    """Its rank in these listings, if the input gives it. None: by the order of the items."""
    is_guessed: bool = False
    """Whether the dates were guessed."""


def version_of(weight: int) -> int | None:
    """The arXiv version in a capture's weight, which earlier versions of the catalogue stored."""
    return weight >> 32 or None


def page_feed(titles: Iterable[str]) -> str:
    """The feed name of a page: `page:` and eight hexadecimal digits, a hash of its titles in their order.

    A page does not name its source. With this name a copy of a page is the same listing, and two pages of one date are
    two listings.
    """
    import hashlib

    keys = "\n".join(title_address(title) for title in titles)
    return f"{_PAGE}{hashlib.sha256(keys.encode()).hexdigest()[:8]}"


def is_page(feed: str) -> bool:
    """Whether a feed is a page."""
    return feed.startswith(_PAGE)
