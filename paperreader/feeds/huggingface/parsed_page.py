"""The state of reading a page and a card, and checks of titles, abstracts and layouts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from paperreader.domain.identifiers import Identifier, normalise_title
from paperreader.domain.parsed import EXCERPT, ParsedPaper, Problem
from paperreader.domain.text import clean_line
from paperreader.feeds.huggingface.api import BASE
from paperreader.feeds.huggingface.tokens import Address, Day, Kind, Token, near_id
from paperreader.feeds.syntax.page_lines import Line

LONGEST_TITLE = 300
"""From this length on, a line is no title. The longest known title has 164 characters, on arXiv below 260."""
SHORTEST_ABSTRACT = 165
"""Characters of the shortest known abstract. A longer line with a full stop is no title either."""
LONGEST_ABSTRACT = 1_920
"""The length limit of arXiv for abstracts (https://info.arxiv.org/help/prep.html)."""
LONGEST_NAME = 60
"""Characters of an organisation; the longest known has 51."""
HEAD = 8
"""Pieces between the submitter and the title, including site furniture."""


@dataclass(slots=True)
class PageReading:
    """The state of reading a page."""

    papers: list[ParsedPaper] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    set_aside: list[tuple[int, bytes]] = field(default_factory=list)
    day: Day | None = None

    def refuse(self, line: Line, reason: str) -> None:
        """Make a line a problem."""
        self.problems.append(Problem(line.number, reason, clean_line(line.text, EXCERPT)))
        self.set_aside.append((line.number, line.raw))


def is_abstract(text: str) -> bool:
    """Whether a line can only be an abstract: too long for a title, or long and a sentence."""
    return len(text) >= LONGEST_TITLE or (len(text) >= SHORTEST_ABSTRACT and text.endswith("."))


def is_sentence(token: Token) -> bool:
    """Whether a text among facts is an abstract. No title of 82,000 ends with a full stop."""
    return is_abstract(token.text) or (token.text.endswith(".") and token.text.count(" ") >= 2)


def link_of(tokens: Sequence[Token], place: int) -> Address | None:
    """The address after a text, possibly after site furniture."""
    following = (token for token in tokens[place + 1 : place + 1 + HEAD] if token.kind is not Kind.SITE)
    value = next((token.value for token in following), None)
    return value if isinstance(value, Address) else None


@dataclass(slots=True)
class Card:
    """The state of reading a card."""

    title: Token | None = None
    identifier: Identifier | None = None
    paragraphs: list[str] = field(default_factory=list)
    upvotes: int | None = None
    comments: int | None = None
    day: Day | None = None
    links: dict[str, str] = field(default_factory=dict)
    names: list[Token] = field(default_factory=list)
    """The submitter, before the title."""
    has_facts: bool = False
    """Whether a fact after the title was read."""

    @property
    def is_begun(self) -> bool:
        """Whether anything was read."""
        return bool(self.title or self.identifier or self.names or self.upvotes is not None)

    def paper(self, year: int | None) -> ParsedPaper | None:
        """The paper, if it has a title. A date without a year gets that of the page, or the one near its arXiv id."""
        if self.title is None:
            return None
        number = self.identifier.partition(":")[2] if self.identifier else ""
        page = {"page": f"{BASE}/papers/{number}"} if number else {}
        return ParsedPaper(
            title=self.title.text,
            abstract="\n\n".join(self.paragraphs),
            published=(near_id(self.day, number) or self.day.date(year)) if self.day else None,
            identifiers=(self.identifier,) if self.identifier else (),
            upvotes=self.upvotes,
            comments=self.comments,
            line=self.title.line.number,
            links=tuple((page | self.links).items()),
        )


@dataclass(frozen=True, slots=True)
class CardOrder:
    """The order in which the cards of a page show facts."""

    before: frozenset[Kind]
    """Facts before the first title that are not after the last one."""
    behind: frozenset[Kind]
    """Facts after the last title that are not before the first one."""
    has_submitters: bool
    """Whether submitters come before titles."""
    is_count_of_votes: bool
    """Whether a single number after the title counts upvotes, which all layouts show."""

    @classmethod
    def of(cls, kinds: Sequence[Kind], *, has_votes: bool) -> "CardOrder":
        """The order of facts on a page. `has_votes`: upvotes have links of their own."""
        texts = [place for place, kind in enumerate(kinds) if kind is Kind.TEXT] or [len(kinds)]
        first, last, pairs = frozenset(kinds[: texts[0]]), frozenset(kinds[texts[-1] :]), set(pairwise(kinds))
        behind = last - first
        has_submitters = Kind.SUBMITTER in kinds and Kind.SUBMITTER not in behind
        is_in_head = has_submitters and not pairs.isdisjoint({(Kind.NAME, Kind.COUNT), (Kind.SUBMITTER, Kind.COUNT)})
        if has_votes or (Kind.COUNT, Kind.COUNT) in pairs:  # of comments and of upvotes
            behind -= {Kind.COUNT}
        is_count_of_votes = Kind.COUNT in behind and Kind.UPVOTES not in kinds and not is_in_head
        return cls(first - last, behind, has_submitters, is_count_of_votes)


def is_twin(one: ParsedPaper, other: ParsedPaper) -> bool:
    """Whether two neighbouring cards are of one paper."""
    if normalise_title(one.title) != normalise_title(other.title):
        return False
    is_same_text = one.abstract == other.abstract or not (one.abstract and other.abstract)
    return is_same_text and (one.identifiers == other.identifiers or not (one.identifiers and other.identifiers))


def joined(one: ParsedPaper, other: ParsedPaper) -> ParsedPaper:
    """A paper with the facts of another card."""
    return replace(
        one,
        abstract=one.abstract or other.abstract,
        identifiers=one.identifiers or other.identifiers,
        links=one.links or other.links,
        published=one.published or other.published,
        upvotes=other.upvotes if one.upvotes is None else one.upvotes,
        comments=other.comments if one.comments is None else one.comments,
    )
