"""What an importer makes of an input: papers as the input describes them, and the parts it could not place."""

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from paperreader.domain.dates import KnownDate
from paperreader.domain.identifiers import Identifier, title_key
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing
from paperreader.domain.text import Safe

EXCERPT = 120
"""Characters of an odd line that a problem quotes."""

_PAGE = "page:"
_VOTE_BITS = 32
"""Of a weight; the version stands above them."""
_MOST_VERSIONS = 1 << 20


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of an input that was set aside: its line (from 1; None for the whole), why, and how it begins."""

    line: int | None
    reason: str
    excerpt: Safe = Safe("")


@dataclass(frozen=True, slots=True)
class ParsedPaper:
    """A paper as one input describes it: raw text, not yet cleaned; `line` is where it begins, from 1."""

    title: str
    """Empty: the input does not say it, but an id."""
    abstract: str
    authors: tuple[str, ...] | None = None
    published: KnownDate | None = None
    identifiers: tuple[Identifier, ...] = ()
    upvotes: int | None = None
    comments: int | None = None
    line: int | None = None
    links: tuple[tuple[str, str], ...] = ()
    """Addresses by kind: `page`, `pdf`, `code`, `project`, `models`, `discussion`."""
    categories: tuple[str, ...] | None = None
    """Subject classes such as `cs.CL`, the primary one first."""
    version: int | None = None
    """Of an arXiv paper: which version the texts are of."""
    announced: Announced | None = None
    standing: Standing | None = None
    """None: a paper like others."""

    @property
    def weight(self) -> int:
        """What orders captures: the later version comes first, then the larger sum of upvotes and comments."""
        votes = max(0, (self.upvotes or 0) + (self.comments or 0))
        return (min(self.version or 0, _MOST_VERSIONS) << _VOTE_BITS) + min(votes, (1 << _VOTE_BITS) - 1)

    @property
    def content_hash(self) -> str:
        """A hash of the texts (SHA-256, 16 hexadecimal digits), which settles ties between captures."""
        return hashlib.sha256(f"{self.title}\0{self.abstract}".encode(errors="surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ParsedListing:
    """What an importer read: the papers in order, the parts it could not place, and the date if the input says it."""

    papers: tuple[ParsedPaper, ...]
    problems: tuple[Problem, ...]
    date: datetime.date | None = None
    month_day: tuple[int, int] | None = None
    set_aside: tuple[tuple[int, bytes], ...] = ()
    """The lines that a problem names, verbatim, with their numbers."""
    feed: str | None = None
    """What it is a list of, as `hf` or `arxiv:cs.CL`; None: of a page, whose feed is what it lists."""
    likely_date: datetime.date | None = None
    """A date to fall back on where neither the input, nor the user, nor the name of the file says one."""
    is_undated: bool = False
    """Whether it has no date by its nature: its papers go to the shelf of imported files."""
    lines: tuple[tuple[int, str], ...] = ()
    """The lines of a page with their numbers: all that an earlier version may have taken for titles."""
    before: int = 0
    """How many papers of its list stand before these, where the input is a slice of a longer one and says so."""

    @property
    def printed(self) -> str | None:
        """The day that the input bears, as `03-14`, whether or not it says the year."""
        day = (self.date.month, self.date.day) if self.date else self.month_day
        return "{:02}-{:02}".format(*day) if day else None


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """One item of an input that is read as a stream: a paper with its list, or a problem with what it sets aside."""

    found: ParsedPaper | Problem
    end: int
    """Bytes of the input up to the end of this item: from here on an import goes on that was cut short."""
    feed: str | None = None
    dates: tuple[datetime.date, ...] = ()
    """The dates on which the feed lists the paper; none: it goes to the shelf of imported files."""
    set_aside: bytes = b""
    rank: int | None = None
    """Its rank in these lists, where the input says it and does not only have them in order."""
    is_guessed: bool = False
    """Whether these dates were guessed."""


def version_of(weight: int) -> int | None:
    """The version that stands in the weight of a capture."""
    return weight >> _VOTE_BITS or None


def page_feed(titles: Iterable[str]) -> str:
    """The feed name of a page: `page:` and eight hexadecimal digits over its ordered title keys.

    A page says nothing of where it came from, so what it lists is its name: the same page is the same listing
    whatever its file is called, and two pages of one date are two listings.
    """
    keys = "\n".join(title_key(title) for title in titles)
    return f"{_PAGE}{hashlib.sha256(keys.encode()).hexdigest()[:8]}"


def is_page(feed: str) -> bool:
    """Whether a feed is a page, whatever its date."""
    return feed.startswith(_PAGE)
