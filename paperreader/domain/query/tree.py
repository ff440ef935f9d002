"""A parsed query: a tree of clauses, and the problems of its text.

Two engines answer queries: `search.list_index` for one list and `search.index` for the library. Both follow the rules
that stand beside the clauses. Both compare words as `search.folding` reads them, without case, accents and hyphens.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from paperreader.domain.paper import Field


class State(StrEnum):
    """The clauses `is:starred`, `is:unread`, …: what the user decided. `again`: listed on more than one date.

    `followed`: a rule follows the paper.
    """

    STARRED = "starred"
    UNREAD = "unread"
    LATER = "later"
    READ = "read"
    SKIPPED = "skipped"
    AGAIN = "again"
    FOLLOWED = "followed"


class Extra(StrEnum):
    """The clauses `has:code` (a link from a source or in the abstract), `has:note` and `has:pdf` (a known address)."""

    CODE = "code"
    NOTE = "note"
    PDF = "pdf"


class FactField(StrEnum):
    """The fields whose clauses compare a text with a fact about the paper."""

    TAG = "tag"
    NOTE = "note"
    """The text and the note are compared word by word. The last word may be the start of a word."""
    ID = "id"
    """The paper's key or another id, with or without its scheme."""
    CATEGORY = "cat"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the title, the authors or the abstract; of one of them if a field is given.

    The text is the start of a word. One or two letters are the start of words of titles and authors only; in abstracts
    they are whole words. A hyphenated word matches if all of its parts match, or the parts as one word.

    Engines may also read the letters as initials. If they find little, they forgive typing errors. Within `Not` a word
    matches whole words only, without typing errors.
    """

    text: str
    position: int = field(default=0, compare=False)
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Whole words that follow each other in one text. The parts of a hyphenated word are words.

    A single word also matches a hyphenated word of the same letters.
    """

    text: str
    position: int = field(default=0, compare=False)
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A fact of the paper starts with this text, or equals it if `is_whole`. Case makes no difference."""

    field: FactField
    text: str
    is_whole: bool = False

    def matches(self, value: str) -> bool:
        """Whether the clause accepts a value, both in the same case."""
        return value == self.text if self.is_whole else value.startswith(self.text)


@dataclass(frozen=True, slots=True)
class OnDate:
    """`date:2025-03-14`, `date:2025-03`, `date:2025-03-01..2025-03-14`: listed on one of these dates."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Since:
    """`since:7d`, `since:2w`, `since:3m`, `since:1y`: listed in the last days."""

    days: int

    def first(self, today: date) -> date:
        """The first date of these days."""
        return today - timedelta(min(self.days, (today - date.min).days))


@dataclass(frozen=True, slots=True)
class Upvotes:
    """`upvotes:>20`, `upvotes:5..20`: the largest known count is between the bounds, bounds included.

    At least one bound is given. Papers without a known count do not match.
    """

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Not:
    """`-x`, `-(…)`: the part does not match."""

    part: "Part"


@dataclass(frozen=True, slots=True)
class AllOf:
    """`x y`: all parts match."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`x OR y`: at least one part matches."""

    parts: tuple["Part", ...]


Text = Word | Phrase
"""A clause about the texts of papers."""

Fact = State | Extra | FieldValue | OnDate | Since | Upvotes
"""A clause about anything else. Its answer is exact."""

Clause = Text | Fact
"""A leaf of the tree."""

Part = Clause | Not | AllOf | AnyOf
"""A node of the tree."""


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """A part of a query that cannot be read: its offset in characters, and a message with the cure."""

    position: int
    message: str
    is_text: bool = False
    """Whether the part is searched as text, as a title with a colon is: a remark, not a reason to refuse the query."""


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. Without a root, it matches every paper. Comparison ignores the problems.

    The tree leaves out each part that has a problem. If the query is open, its last clause is still being typed.
    """

    root: AllOf | None = None
    problems: tuple[QueryProblem, ...] = field(default=(), compare=False)
    is_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether the query matches every paper."""
        return self.root is None

    @property
    def has_texts(self) -> bool:
        """Whether an answer needs the texts of papers."""
        return any(isinstance(clause, Text) for clause, _ in clauses(self.root))

    @property
    def open_clause(self) -> Clause | None:
        """The clause that is still being typed."""
        return [clause for clause, _ in clauses(self.root)][-1] if self.root and self.is_open else None

    def texts(self) -> list[Text]:
        """The words and phrases in their order, without those within `Not`."""
        return [clause for clause, denied in clauses(self.root) if isinstance(clause, Text) and not denied]


def clauses(part: Part | None, denied: bool = False) -> Iterator[tuple[Clause, bool]]:
    """The clauses of a tree in their order, each with whether it is denied (within `Not`)."""
    match part:
        case None:
            return
        case Not(inner):
            yield from clauses(inner, not denied)
        case AllOf(parts) | AnyOf(parts):
            for inner in parts:
                yield from clauses(inner, denied)
        case _:
            yield part, denied
