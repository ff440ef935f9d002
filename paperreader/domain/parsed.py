"""What an importer makes of an input: papers as the input describes them, and the parts it could not place."""

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from paperreader.domain.identifiers import Identifier, title_key
from paperreader.domain.text import Safe

EXCERPT = 120
"""Characters of an odd line that a problem quotes."""


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
    abstract: str
    authors: tuple[str, ...] | None = None
    published: datetime.date | None = None
    identifiers: tuple[Identifier, ...] = ()
    upvotes: int | None = None
    comments: int | None = None
    line: int | None = None

    @property
    def weight(self) -> int:
        """The sum of upvotes and comments: of two captures the heavier is the later one."""
        return (self.upvotes or 0) + (self.comments or 0)

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

    @property
    def printed(self) -> str | None:
        """The day that the input bears, as `03-14`, whether or not it says the year."""
        day = (self.date.month, self.date.day) if self.date else self.month_day
        return "{:02}-{:02}".format(*day) if day else None


def page_feed(titles: Iterable[str]) -> str:
    """The feed name of a page: `page:` and eight hexadecimal digits over its ordered title keys.

    A page says nothing of where it came from, so what it lists is its name: the same page is the same listing
    whatever its file is called, and two pages of one date are two listings.
    """
    keys = "\n".join(title_key(title) for title in titles)
    return f"page:{hashlib.sha256(keys.encode()).hexdigest()[:8]}"
