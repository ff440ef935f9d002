"""A query as a tree of values: what it asks for, and what is wrong with the text it was read from.

What the clauses mean is written beside them, for every engine that answers queries. Words are compared as
`paperreader.search.folding` reads them: case, accents and hyphens do not count.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from paperreader.domain.paper import Field


class State(StrEnum):
    """What `is:` can ask for; `again`: listed on more than one date, decided or not."""

    STARRED = "starred"
    UNREAD = "unread"
    LATER = "later"
    READ = "read"
    SKIPPED = "skipped"
    AGAIN = "again"


class Extra(StrEnum):
    """What `has:` can ask for: a link to code, of a source or in the abstract, a note, a known address of the PDF."""

    CODE = "code"
    NOTE = "note"
    PDF = "pdf"


# Clauses on the texts of a paper


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the title, the authors or the abstract begins so; a word of one of them, where a field is named.

    One or two letters begin words of titles and authors only; in an abstract they are a whole word. A hyphenated word
    is found by all of its parts, or by the parts as one word. Engines may also take letters for initials, and forgive
    typing errors where nothing is found without; never in what is denied: within `Not` a word (all parts of it) stands
    whole and as it is typed.
    """

    text: str
    position: int = dataclasses.field(default=0, compare=False)
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand whole and one after the other in one text; the parts of a hyphenated word are words.

    A single word is found without the hyphens that it may have in the text, too.
    """

    text: str
    position: int = dataclasses.field(default=0, compare=False)
    field: Field | None = None


# Clauses on facts


@dataclass(frozen=True, slots=True)
class IsState:
    """`is:starred`, `is:unread`, …: what the user decided, or that the paper came again."""

    state: State


@dataclass(frozen=True, slots=True)
class HasTag:
    """`tag:name`, in the form of `make_tag`; while the tag is being typed, any tag that begins so."""

    tag: str
    is_prefix: bool = False

    def is_borne_by(self, tag: str) -> bool:
        """Whether a tag is the one asked for."""
        return tag == self.tag or (self.is_prefix and tag.startswith(self.tag))


@dataclass(frozen=True, slots=True)
class HasNote:
    """`note:word`, `note:"some words"`: the words stand one after the other in the note, the last may go on there."""

    text: str


@dataclass(frozen=True, slots=True)
class HasId:
    """`id:2503.01234`: an identifier of the paper, its key, or the beginning of one, with or without its scheme."""

    text: str


@dataclass(frozen=True, slots=True)
class InCategory:
    """`cat:cs.CL`: of a subject class whose name begins so, in whatever case."""

    text: str


@dataclass(frozen=True, slots=True)
class InFeed:
    """`feed:arxiv`: listed by a feed whose name begins so, or is just this, in whatever case."""

    text: str
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Has:
    """`has:code`, `has:note`, `has:pdf`."""

    extra: Extra


@dataclass(frozen=True, slots=True)
class OnDate:
    """`date:2025-03-14`, `date:2025-03`, `date:2025-03-01..2025-03-14`: listed on one of these dates."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Since:
    """`since:7d`, `since:2w`, `since:3m`, `since:1y`: listed in these last days, as seen from the day of the answer."""

    days: int

    def first(self, today: date) -> date:
        """The first date that counts."""
        return today - timedelta(min(self.days, (today - date.min).days))


@dataclass(frozen=True, slots=True)
class Upvotes:
    """`upvotes:>20`, `upvotes:5..20`: the largest known count of upvotes lies between these, both counted in.

    At least one of the bounds is given. A paper whose upvotes nobody knows is in no range.
    """

    low: int | None
    high: int | None


# Clauses put together


@dataclass(frozen=True, slots=True)
class Not:
    """`-x`, `-(…)`: what the part does not hold for."""

    part: "Part"


@dataclass(frozen=True, slots=True)
class AllOf:
    """`x y`: all of the parts hold."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`x OR y`: one of the parts holds, or more."""

    parts: tuple["Part", ...]


Text = Word | Phrase
"""What is answered from the texts of papers."""

Fact = IsState | HasTag | HasNote | HasId | InCategory | InFeed | Has | OnDate | Since | Upvotes
"""What is answered from everything else that is known of papers, always exactly."""

Clause = Text | Fact
"""A leaf of the tree."""

Part = Clause | Not | AllOf | AnyOf
"""Any node of the tree."""


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """What is wrong with a part of a query: where it stands (offset in characters), and the cure."""

    position: int
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """What a text asks for; `problems` (they do not count in comparison) names the parts that were left out.

    `root` is None where everything matches. `is_open`: the last clause of the tree is still being typed, so that its
    last word may be the beginning of one.
    """

    root: AllOf | None = None
    problems: tuple[QueryProblem, ...] = dataclasses.field(default=(), compare=False)
    is_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether the query asks for nothing, so that everything matches."""
        return self.root is None

    @property
    def has_texts(self) -> bool:
        """Whether the texts of papers have to be read to answer it."""
        return any(isinstance(clause, Text) for clause, _ in clauses(self.root))

    def texts(self) -> list[Text]:
        """The words and phrases that papers are sought by, in order, without the denied ones."""
        return [clause for clause, denied in clauses(self.root) if isinstance(clause, Text) and not denied]


def clauses(part: Part | None, denied: bool = False) -> Iterator[tuple[Clause, bool]]:
    """The clauses of a tree in order, each with whether it is denied."""
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
