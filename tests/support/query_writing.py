"""Writes a query tree as text, so that tests can parse it again."""

import re
from datetime import date

from paperreader.domain.query.tree import (
    AllOf,
    AnyOf,
    Clause,
    Extra,
    FieldValue,
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

_NEEDS_QUOTES = re.compile(r"[\s()]")


def unparse(query: Query) -> str:
    """The shortest text that the parser reads as this query; open if the query is open."""
    return _text(query.root, query.is_open) if query.root else ""


def _text(part: Part, is_open: bool) -> str:
    match part:
        case Not(AllOf() | AnyOf() | Not() as inner):
            return f"-{_in_brackets(inner, is_open)}"
        case Not(inner):
            return f"-{_text(inner, is_open)}"
        case AllOf(parts):
            return _joined(parts, " ", (AllOf, AnyOf), is_open)
        case AnyOf(parts):
            return _joined(parts, " OR ", (AnyOf,), is_open)
        case _:
            return _clause(part, is_open)


def _joined(parts: tuple[Part, ...], between: str, grouped: tuple[type, ...], is_open: bool) -> str:
    if len(parts) == 1:
        return _text(parts[0], is_open)
    texts = []
    for number, part in enumerate(parts, 1):
        write = _in_brackets if isinstance(part, grouped) else _text
        texts.append(write(part, is_open and number == len(parts)))
    return between.join(texts)


def _in_brackets(part: Part, is_open: bool) -> str:
    return f"({_text(part, is_open)}{'' if is_open else ')'}"


def _clause(clause: Clause, is_open: bool) -> str:
    match clause:
        case Word(text, _, field):
            return f"{field}:{text}" if field else text
        case Phrase(text, _, field):
            return (f"{field}:" if field else "") + _quote(text, is_open)
        case FieldValue(field, value):
            return f"{field}:{_value(value, is_open)}"
        case State():
            return f"is:{clause}"
        case Extra():
            return f"has:{clause}"
        case Since(days):
            return f"since:{days}d"
        case OnDate():
            return f"date:{_dates(clause)}"
        case Upvotes():
            return f"upvotes:{_counts(clause)}"


def _value(value: str, is_open: bool) -> str:
    return _quote(value, is_open) if _NEEDS_QUOTES.search(value) else value


def _quote(value: str, is_open: bool) -> str:
    return f'"{value}' if is_open else f'"{value}"'


def _dates(asked: OnDate) -> str:
    if asked.first == asked.last:
        return str(asked.first)
    first = asked.first if asked.first != date.min or asked.last == date.max else ""
    return f"{first}..{asked.last if asked.last != date.max else ''}"


def _counts(asked: Upvotes) -> str:
    if asked.low is None:
        return f"<={asked.high}"
    if asked.high is None:
        return f">{asked.low - 1}" if asked.low else ">=0"
    return str(asked.low) if asked.low == asked.high else f"{asked.low}..{asked.high}"
