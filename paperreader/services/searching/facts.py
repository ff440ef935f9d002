"""The facts of a query, such as `is:unread` or `feed:hf`: the papers for which each holds.

`among` are the papers that matter to the caller: a short list needs no scan of a large library. Other papers may be in
the result too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from paperreader.domain.identifiers import PaperKey, parse_identifier
from paperreader.domain.paper import CODE_HOSTS, has_code, links_to_code
from paperreader.domain.query.tree import (
    AllOf,
    AnyOf,
    Extra,
    Fact,
    FactField,
    FieldValue,
    Not,
    OnDate,
    Part,
    Phrase,
    Since,
    State,
    Upvotes,
    Word,
    clauses,
)
from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus
from paperreader.domain.text import is_encodable
from paperreader.services.library import AsOf, Library
from paperreader.storage.catalogue.search_queries import (
    abstracts_containing,
    links_containing,
    papers_between,
    papers_in_category,
    papers_in_feeds,
    papers_listed_again,
    papers_with_id,
    papers_with_upvotes,
)

Answer = TypeVar("Answer")

SCHEMES = ("arxiv:", "doi:", "title:")
"""The prefixes of ids in keys; a query may leave them out."""
_MOST_REMEMBERED = 16
"""Facts that a cache remembers: up to 1 MB each."""


@dataclass(frozen=True, slots=True)
class Papers:
    """A set of papers by their numbers; with `all_but` every paper of the library except these."""

    numbers: Set[int] = field(default=frozenset())
    all_but: bool = False

    def __contains__(self, paper: int) -> bool:
        return (paper in self.numbers) is not self.all_but

    def __invert__(self) -> Papers:
        return Papers(self.numbers, not self.all_but)

    def __and__(self, other: Papers) -> Papers:
        if self.all_but and other.all_but:
            return Papers(self.numbers | other.numbers, all_but=True)
        if self.all_but:
            return Papers(other.numbers - self.numbers)
        return Papers(self.numbers - other.numbers if other.all_but else self.numbers & other.numbers)

    def __or__(self, other: Papers) -> Papers:
        return ~(~self & ~other)


EVERY_PAPER = Papers(all_but=True)


class FactCache(Generic[Answer]):
    """Remembers the papers of each fact for the next key, until a decision, an import or the next day."""

    def __init__(self) -> None:
        self._as_of: AsOf | None = None
        self._answers: dict[Fact, Answer] = {}

    def get(self, library: Library, fact: Fact, find: Callable[[], Answer]) -> Answer:
        """The papers of a fact: remembered, or found now."""
        as_of = library.as_of()
        if as_of != self._as_of or (fact not in self._answers and len(self._answers) >= _MOST_REMEMBERED):
            self._as_of = as_of
            self._answers.clear()
        if fact not in self._answers:
            self._answers[fact] = find()
        return self._answers[fact]


def papers_bearing(library: Library, fact: Fact, today: date, among: Sequence[int] | None = None) -> Papers:
    """The papers for which a fact holds; `since:` counts back from `today`."""
    match fact:
        case OnDate(first, last):
            return Papers(papers_between(library.catalogue, first, last))
        case Since():
            return Papers(papers_between(library.catalogue, fact.first(today), date.max))
        case FieldValue(FactField.FEED, name, is_whole):
            return Papers(papers_in_feeds(library.catalogue, name, is_whole=is_whole))
        case Upvotes(low, high):
            return Papers(papers_with_upvotes(library.catalogue, low, high, among))
        case FieldValue(FactField.ID, text):
            return _named(library, text)
        case State.AGAIN:
            return Papers(papers_listed_again(library.catalogue, among))
        case FieldValue(FactField.CATEGORY, text):
            return Papers(papers_in_category(library.catalogue, text, among))
        case Extra.PDF:
            given = links_containing(library.catalogue, ["pdf"], among)
            return _named(library, SCHEMES[0]) | Papers({paper for paper, urls in given if "pdf" in dict(urls)})
        case Extra.CODE:
            abstracts = abstracts_containing(library.catalogue, CODE_HOSTS, among)
            given = links_containing(library.catalogue, ["code", *CODE_HOSTS], among)
            found = {paper for paper, abstract in abstracts if has_code(abstract)}
            return Papers(found.union(paper for paper, urls in given if links_to_code(urls)))
        case _:
            return _decided(library, fact)


def is_decided(fact: Fact) -> bool:
    """Whether a fact depends on the user's decisions only."""
    if isinstance(fact, FieldValue):
        return fact.field in (FactField.TAG, FactField.NOTE)
    return fact is Extra.NOTE or (isinstance(fact, State) and fact is not State.AGAIN)


def papers_in_state(fact: Fact, states: Mapping[int, ReadingState]) -> Papers:
    """The papers for which a decided fact holds; a paper without a state is undecided."""
    bearing = {paper for paper, state in states.items() if _holds(fact, state)}
    return ~Papers(states.keys() - bearing) if _holds(fact, UNDECIDED) else Papers(bearing)


def papers_allowed(library: Library, part: Part, today: date) -> Papers:
    """The papers for which a part of a query can hold, if every paper had all its words."""
    match part:
        case AllOf(parts):
            found = EVERY_PAPER
            for inner in parts:
                found &= papers_allowed(library, inner, today)
            return found
        case AnyOf(parts):
            found = ~EVERY_PAPER
            for inner in parts:
                found |= papers_allowed(library, inner, today)
            return found
        case Not(inner):
            if any(isinstance(clause, Word | Phrase) for clause, _ in clauses(inner)):
                return EVERY_PAPER
            return ~papers_allowed(library, inner, today)
        case Word() | Phrase():
            return EVERY_PAPER
        case _:
            return papers_bearing(library, part, today)


def _holds(fact: Fact, state: ReadingState) -> bool:
    """Whether a fact holds for the state of a paper."""
    match fact:
        case State.STARRED:
            return state.starred
        case State.FOLLOWED:
            return state.is_followed
        case State():
            return state.status.value == fact.value
        case FieldValue(FactField.TAG):
            return any(map(fact.matches, state.tags))
        case FieldValue(FactField.NOTE, text):
            return _note_has(text, state.note)
        case _:
            return bool(state.note)


def _decided(library: Library, fact: Fact) -> Papers:
    """The papers of the library for which a decided fact holds; the cost grows with the decisions only."""
    reading = library.reading
    match fact:
        case State.UNREAD:
            return ~Papers(library.ids_bearing(reading.done()))
        case State.STARRED:
            found = reading.starred()
        case State.FOLLOWED:
            found = reading.followed()
        case State():
            return Papers(library.ids_with_status(ReadingStatus(fact.value)))
        case FieldValue(FactField.TAG):
            found = reading.with_tag(fact.matches)
        case FieldValue(FactField.NOTE, text):
            found = reading.with_note(lambda note: _note_has(text, note))
        case _:
            found = reading.with_note(bool)
    return Papers(library.ids_bearing(found))


def _named(library: Library, text: str) -> Papers:
    if not is_encodable(text):
        return Papers()
    prefixes = [scheme + text.casefold() for scheme in ("", *SCHEMES)]
    exact = parse_identifier(text)
    found = papers_with_id(library.catalogue, prefixes)
    if exact:
        found |= set(library.catalogue.ids_of([PaperKey(exact)]).values())
    kept = (
        names
        for names in library.reading.kept()
        if any(name.startswith(tuple(prefixes)) or name == exact for name in names)
    )
    return Papers(found | library.ids_bearing(kept))


def _note_has(text: str, note: str) -> bool:
    from paperreader.search.folding import words

    said = " ".join(words(text))
    return bool(said) and f" {said}" in f" {' '.join(words(note))}"
