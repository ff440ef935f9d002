"""Which papers bear a fact that a query asks for: the catalogue's and the reading state's share in every search.

`among`: only these papers matter to the caller, so that a short list costs no walk through a large library. Others may
be among those found all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

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
from paperreader.domain.reading import UNDECIDED, ReadingState, ReadingStatus
from paperreader.domain.text import is_encodable
from paperreader.services.library import Library

SCHEMES = ("arxiv:", "doi:", "title:")
"""What stands before an id in keys and identifiers, and may be left out in a query."""


@dataclass(frozen=True, slots=True)
class Papers:
    """A set of papers by their numbers; `all_but`: every paper of the library but these."""

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


def papers_bearing(library: Library, fact: Fact, today: date, among: Sequence[int] | None = None) -> Papers:
    """The papers of which a fact holds; `today` is what `since:` counts from."""
    match fact:
        case OnDate(first, last):
            return Papers(library.catalogue.ids_between(first, last))
        case Since():
            return Papers(library.catalogue.ids_between(fact.first(today), date.max))
        case FieldValue(FactField.FEED, name, is_whole):
            return Papers(library.catalogue.ids_in_feeds(name, is_whole=is_whole))
        case Upvotes(low, high):
            return Papers(library.catalogue.ids_with_upvotes(low, high, among))
        case FieldValue(FactField.ID, text):
            return _named(library, text)
        case State.AGAIN:
            return Papers(library.catalogue.ids_listed_again(among))
        case FieldValue(FactField.CATEGORY, text):
            return Papers(library.catalogue.ids_in_category(text, among))
        case Extra.PDF:
            given = library.catalogue.addresses_naming(["pdf"], among)
            return _named(library, SCHEMES[0]) | Papers({paper for paper, urls in given if "pdf" in dict(urls)})
        case Extra.CODE:
            abstracts = library.catalogue.abstracts_naming(CODE_HOSTS, among)
            given = library.catalogue.addresses_naming(["code", *CODE_HOSTS], among)
            found = {paper for paper, abstract in abstracts if has_code(abstract)}
            return Papers(found.union(paper for paper, urls in given if links_to_code(urls)))
        case _:
            return _decided(library, fact)


def is_decided(fact: Fact) -> bool:
    """Whether a fact is something that the user decided."""
    if isinstance(fact, FieldValue):
        return fact.field in (FactField.TAG, FactField.NOTE)
    return fact is Extra.NOTE or (isinstance(fact, State) and fact is not State.AGAIN)


def papers_in_state(fact: Fact, states: Mapping[int, ReadingState]) -> Papers:
    """The papers of which holds what was decided, of those that the states are of, and all others."""
    bearing = {paper for paper, state in states.items() if _holds(fact, state)}
    return ~Papers(states.keys() - bearing) if _holds(fact, UNDECIDED) else Papers(bearing)


def papers_allowed(library: Library, part: Part, today: date) -> Papers:
    """The papers for which a part of a query can hold, as far as facts can tell: its words are taken to be there."""
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
    """Whether a fact holds of what was decided about a paper."""
    match fact:
        case State.STARRED:
            return state.starred
        case State():
            return state.status.value == fact.value
        case FieldValue(FactField.TAG):
            return any(map(fact.matches, state.tags))
        case FieldValue(FactField.NOTE, text):
            return _is_said(text, state.note)
        case _:
            return bool(state.note)


def _decided(library: Library, fact: Fact) -> Papers:
    """The same of the whole library: what costs is what was decided, not what there is."""
    reading = library.reading
    match fact:
        case State.UNREAD:
            return ~Papers(library.ids_bearing(reading.done()))
        case State.STARRED:
            found = reading.starred()
        case State():
            return Papers(library.ids_with_status(ReadingStatus(fact.value)))
        case FieldValue(FactField.TAG):
            found = reading.with_tag(fact.matches)
        case FieldValue(FactField.NOTE, text):
            found = reading.with_note(lambda note: _is_said(text, note))
        case _:
            found = reading.with_note(bool)
    return Papers(library.ids_bearing(found))


def _named(library: Library, text: str) -> Papers:
    if not is_encodable(text):
        return Papers()
    beginnings = [scheme + text.casefold() for scheme in ("", *SCHEMES)]
    exact = parse_identifier(text)
    found = library.catalogue.ids_named(beginnings)
    if exact:
        found |= set(library.catalogue.ids_of([PaperKey(exact)]).values())
    kept = (
        names
        for names in library.reading.kept()
        if any(name.startswith(tuple(beginnings)) or name == exact for name in names)
    )
    return Papers(found | library.ids_bearing(kept))


def _is_said(text: str, note: str) -> bool:
    from paperreader.search.folding import words

    said = " ".join(words(text))
    return bool(said) and f" {said}" in f" {' '.join(words(note))}"
