"""A query as values: the clauses that must all hold, and what is wrong with the text they were read from."""

from dataclasses import dataclass
from datetime import date

from paperreader.domain.reading import ReadingState, ReadingStatus

STATES = ("starred", *(status.value for status in ReadingStatus))
"""What `is:` can ask for."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word to be found, fuzzily, in the title, the authors or the abstract, or in the title only."""

    text: str
    position: int
    title_only: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsState:
    """`is:starred`, `is:unread`, …: what the user decided."""

    state: str
    negated: bool = False

    def holds(self, state: ReadingState) -> bool:
        """Whether a reading state is the one asked for."""
        found = state.starred if self.state == "starred" else state.status.value == self.state
        return found is not self.negated


@dataclass(frozen=True, slots=True)
class HasTag:
    """`tag:name`; while the tag is being typed, any tag that begins so."""

    tag: str
    is_prefix: bool = False
    negated: bool = False

    def holds(self, state: ReadingState) -> bool:
        """Whether a reading state bears the tag."""
        found = any(tag == self.tag or (self.is_prefix and tag.startswith(self.tag)) for tag in state.tags)
        return found is not self.negated


@dataclass(frozen=True, slots=True)
class OnDate:
    """`date:2025-03-14`, `date:2025-03`, `date:2025-03-01..2025-03-14`: listed on one of these dates."""

    first: date
    last: date
    negated: bool = False


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """What is wrong with a part of a query: where it stands (offset in characters), and the cure."""

    position: int
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """The clauses of a query, all of which must hold; `problems` names the parts that were left out."""

    words: tuple[Word, ...] = ()
    states: tuple[IsState | HasTag, ...] = ()
    dates: tuple[OnDate, ...] = ()
    problems: tuple[QueryProblem, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the query asks for nothing, so that everything matches."""
        return not (self.words or self.states or self.dates)

    def holds_for(self, state: ReadingState) -> bool:
        """Whether a reading state meets every clause that speaks of it."""
        return all(clause.holds(state) for clause in self.states)
