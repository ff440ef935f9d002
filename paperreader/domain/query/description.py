"""A query in words, for people."""

from datetime import date

from paperreader.domain.dates import MONTHS
from paperreader.domain.paper import Field
from paperreader.domain.query.tree import (
    AllOf,
    AnyOf,
    Clause,
    Extra,
    Has,
    HasId,
    HasNote,
    HasTag,
    InCategory,
    InFeed,
    IsState,
    Not,
    OnDate,
    Part,
    Phrase,
    Query,
    Since,
    State,
    Upvotes,
    Word,
)
from paperreader.domain.text import Safe, clean_line

_STATES = {state: state.value for state in State} | {
    State.LATER: "kept for later",
    State.AGAIN: "listed on more than one date",
}
_EXTRAS = {Extra.CODE: "a link to code", Extra.NOTE: "a note", Extra.PDF: "a PDF"}
_PLACES = {Field.TITLE: " in the title", Field.AUTHOR: " among the authors", Field.ABSTRACT: " in the abstract"}


def describe(query: Query) -> Safe:
    """What a query asks for: `“diffusion” in the title, not read, listed from 1 Mar to 14 Mar 2025`."""
    if query.root is None:
        return Safe("all papers")
    return clean_line(", ".join(_within(part, query.root) for part in query.root.parts))


def _words(part: Part) -> str:
    match part:
        case AllOf(parts):
            return " and ".join(_within(inner, part) for inner in parts)
        case AnyOf(parts):
            return " or ".join(_within(inner, part) for inner in parts)
        case Not(Has(extra)):
            return f"without {_EXTRAS[extra]}"
        case Not(Word() | Phrase() as text):
            return f"without {_words(text)}"
        case Not(AllOf() | AnyOf() | Not() as inner):
            return f"not ({_words(inner)})"
        case Not(inner):
            return f"not {_words(inner)}"
        case _:
            return _clause(part)


def _within(part: Part, outer: AllOf | AnyOf) -> str:
    """A part in words, in brackets where its own and the outer `and`, `or` would run together."""
    apart = isinstance(part, AllOf | AnyOf) and len(outer.parts) > 1
    return f"({_words(part)})" if apart else _words(part)


def _clause(clause: Clause) -> str:
    match clause:
        case Word(text, _, field):
            return f"“{text}”{_PLACES[field] if field else ''}"
        case Phrase(text, _, field):
            return f"the words “{text}”{_PLACES[field] if field else ''}"
        case IsState(state):
            return _STATES[state]
        case HasTag(tag, is_prefix):
            return f"tagged “{tag}{'…' if is_prefix else ''}”"
        case HasNote(text):
            return f"noted “{text}”"
        case HasId(text):
            return f"known by an id that begins with “{text}”"
        case InCategory(text):
            return f"of a subject class that begins with “{text}”"
        case InFeed(text):
            return f"listed by the feed “{text}”"
        case Has(extra):
            return f"with {_EXTRAS[extra]}"
        case OnDate(first, last):
            return f"listed {_dates(first, last)}"
        case Since(days):
            return "listed today" if days == 0 else f"listed in the last {days:,} day{'' if days == 1 else 's'}"
        case Upvotes(low, high):
            return f"with {_counts(low, high)} upvotes"


def _dates(first: date, last: date) -> str:
    if first == last:
        return f"on {_day(first)}"
    if last == date.max:
        return f"from {_day(first)} on"
    if first == date.min:
        return f"until {_day(last)}"
    start = f"{first.day} {MONTHS[first.month - 1]}" if first.year == last.year else _day(first)
    return f"from {start} to {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _counts(low: int | None, high: int | None) -> str:
    if low is None:
        return f"at most {high:,}"
    if high is None:
        return f"at least {low:,}"
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
