"""What is read of a Hugging Face papers page, and how its texts look."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from paperreader.domain.parsed import EXCERPT, ParsedPaper, Problem
from paperreader.domain.text import clean_line
from paperreader.feeds.hf_page_tokens import Address, Day, Kind, Token
from paperreader.feeds.page_lines import Line

LONGEST_TITLE = 300
"""Characters from which on a line is no title; the longest title known on a page has 164, on arXiv fewer than 260."""
SHORTEST_ABSTRACT = 165
"""Characters of the shortest abstract known; a line from here on that ends in a full stop is no title either."""
LONGEST_ABSTRACT = 1_920
"""Characters that arXiv accepts in an abstract (https://info.arxiv.org/help/prep.html)."""
LONGEST_NAME = 60
"""Characters of an organisation; the longest known has 51."""
HEAD = 8
"""Pieces between a submitter's name and the title, furniture among them."""


@dataclass(slots=True)
class PageReading:
    """What was read of a page."""

    papers: list[ParsedPaper] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    set_aside: list[tuple[int, bytes]] = field(default_factory=list)
    day: Day | None = None

    def refuse(self, line: Line, reason: str) -> None:
        """Set a line aside with the reason."""
        self.problems.append(Problem(line.number, reason, clean_line(line.text, EXCERPT)))
        self.set_aside.append((line.number, line.raw))


def is_abstract(text: str) -> bool:
    """Whether a line can only be an abstract: too long for a title, or rather long and a sentence."""
    return len(text) >= LONGEST_TITLE or (len(text) >= SHORTEST_ABSTRACT and text.endswith("."))


def is_sentence(token: Token) -> bool:
    """Whether a text among facts is an abstract: of 82,000 titles none ends in a full stop."""
    return is_abstract(token.text) or (token.text.endswith(".") and token.text.count(" ") >= 2)


def link_of(tokens: Sequence[Token], place: int) -> Address | None:
    """The address behind a text, at times behind furniture."""
    following = (token for token in tokens[place + 1 : place + 1 + HEAD] if token.kind is not Kind.SITE)
    value = next((token.value for token in following), None)
    return value if isinstance(value, Address) else None
