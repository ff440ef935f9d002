"""Completes the word at the cursor of a query: names of fields, and the values that a library knows for them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from paperreader.domain.query.clauses import FIELDS
from paperreader.domain.query.parser import SIGN
from paperreader.domain.query.tree import Extra, State

MAX_COMPLETIONS = 50
"""How many candidates are offered; nobody steps through more."""

_FIXED: Mapping[str, tuple[str, ...]] = {"is": tuple(State), "has": tuple(Extra), "since": ("7d", "2w", "3m", "1y")}
_WORD = re.compile(r"\w+")
_NEEDS_QUOTES = re.compile(r"[\s()]")


Known = Mapping[str, Callable[[], Iterable[str]]]
"""The values that a library knows, by the name of their field: `tag`, `feed`, `cat`, `author`."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A candidate for the text between two offsets (in characters) of a query."""

    start: int
    end: int
    text: str

    def applied(self, query: str) -> str:
        """The query with the candidate in it."""
        return query[: self.start] + self.text + query[self.end :]


def completions(text: str, cursor: int, known: Known) -> list[Completion]:
    """The candidates for the word at the cursor, the likeliest first. They start like its part before the cursor."""
    sign, field = _sign_at(text, cursor)
    if sign is None:
        return [Completion(cursor, cursor, f"{name}:") for name in FIELDS] if field is None else []
    kind = "plain" if sign["quoted"] is None else "quoted"
    name, start = (sign["name"] or "").casefold() or field, sign.start(kind)
    if cursor < start or (name is None and kind == "quoted"):
        return []
    typed = text[start:cursor].casefold()
    start -= kind == "quoted"
    candidates = _values(name, typed, known) if name else _fields_and_values(typed, known)
    fresh = (value for value in dict.fromkeys(candidates) if value != text[start : sign.end()])
    return [Completion(start, sign.end(), value) for value in islice(fresh, MAX_COMPLETIONS)]


def _sign_at(text: str, cursor: int) -> tuple[re.Match[str] | None, str | None]:
    """The sign at the cursor or before it, and the field of the brackets around it."""
    fields: list[str | None] = [None]
    for sign in SIGN.finditer(text):
        if not sign[0]:
            continue
        if sign.start() >= cursor:
            break
        if sign[0] == ")":
            fields = fields[:-1] or [None]
        elif sign["open"]:
            fields.append((sign["name"] or "").casefold() or fields[-1])
        elif cursor <= sign.end():
            return sign, fields[-1]
    return None, fields[-1]


def _values(name: str, typed: str, known: Known) -> Iterator[str]:
    """The values of a field that start with the typed text, then the values with a later word that does."""
    values = _FIXED.get(name) or (known[name]() if name in known else ())
    found = [value for value in values if '"' not in value]
    yield from (_quoted(value) for value in found if value.casefold().startswith(typed))
    for value in found:
        if typed and any(word.startswith(typed) for word in _WORD.findall(value.casefold())[1:]):
            yield _quoted(value)


def _fields_and_values(typed: str, known: Known) -> Iterator[str]:
    """The fields that start with the typed text, then clauses with such a state, extra or tag."""
    yield from (f"{name}:" for name in FIELDS if name.startswith(typed))
    if typed:
        for name in ("is", "has", "tag"):
            yield from (f"{name}:{value}" for value in _values(name, typed, known))


def _quoted(value: str) -> str:
    return f'"{value}"' if _NEEDS_QUOTES.search(value) else value
