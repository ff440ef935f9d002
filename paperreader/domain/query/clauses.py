"""From a field and its value to a clause of a query, or to what is wrong with it."""

import difflib
import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date

from paperreader.domain.dates import near_date
from paperreader.domain.paper import Field
from paperreader.domain.query.tree import (
    Clause,
    Extra,
    Fact,
    Has,
    HasId,
    HasNote,
    HasTag,
    InCategory,
    InFeed,
    IsState,
    OnDate,
    Phrase,
    Since,
    State,
    Upvotes,
    Word,
)
from paperreader.domain.reading import make_tag

FIELDS = (
    *(field.value for field in Field), "tag", "note", "id", "cat", "feed", "is", "has", "date", "since", "upvotes",
)  # fmt: skip
"""The names that may stand before a colon."""

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SPAN = re.compile(r"(\d{1,5})([dwmy])", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_COMPARED = re.compile(r"(>=|<=|>|<|=)?(\d{1,9})")
_RANGE = re.compile(r"(\d{1,9})?\.\.(\d{1,9})?")


def read_clause(name: str | None, value: str, position: int, *, quoted: bool, is_prefix: bool) -> Clause | str | None:
    """The clause that a field, or none, asks for by a value; `is_prefix`: the value is still being typed.

    What cannot be read is told instead. None: signs without a letter or digit, which say nothing.
    """
    if name and name not in list(Field):
        return _fact(name, value.strip(), is_prefix)
    if not any(map(str.isalnum, value)):
        return f"{name}: wants a word, as in {name}:cache" if name else None
    field = Field(name) if name else None
    return Phrase(value, position, field) if quoted else Word(value, position, field)


def near_field(name: str) -> str | None:
    """A remark on a misspelt field name; any other text before a colon is part of a title."""
    near = difflib.get_close_matches(name.casefold(), FIELDS, n=1, cutoff=0.75)
    return f"{name}: is not a field; did you mean {near[0]}:?" if near else None


def _fact(name: str, value: str, is_prefix: bool) -> Fact | str:
    match name:
        case "is":
            folded = value.casefold()
            return IsState(State(folded)) if folded in list(State) else _suggest(name, value, State)
        case "has":
            folded = value.casefold()
            return Has(Extra(folded)) if folded in list(Extra) else _suggest(name, value, Extra)
        case "tag":
            tag = make_tag(value)
            return HasTag(tag, is_prefix) if tag else "tag: wants the name of a tag, as in tag:to-cite"
        case "note":
            said = any(map(str.isalnum, value))
            return HasNote(value) if said else 'note: wants words of a note, as in note:baseline or note:"a baseline"'
        case "id":
            return HasId(value) if value else "id: wants an id, as in id:2503.01234 or id:10.1000/xyz"
        case "cat":
            return InCategory(value) if value else "cat: wants a subject class, as in cat:cs.CL"
        case "feed":
            return InFeed(value) if value else "feed: wants the name of a feed, as in feed:page"
        case "date":
            return _dates(value)
        case "since":
            return _since(value)
        case _:
            return _upvotes(value)


def _dates(value: str) -> OnDate | str:
    first_text, dots, last_text = value.partition("..")
    first = _day(first_text, lambda year, month: date(year, month or 1, 1)) if first_text or not dots else date.min
    last_source = last_text if dots else first_text
    last = _day(last_source, _last_day) if last_source else date.max
    if first is None or last is None or not (first_text or last_text):
        near = near_date(value) if not dots else None
        forms = "write date:2025-03-14, date:2025-03 or date:2025-03-01..2025-03-14"
        return f"date:{value} is not a date; {f'did you mean date:{near}?' if near else forms}"
    if last < first:
        return f"date:{value} ends before it begins; write date:{last_text}..{first_text}"
    return OnDate(first, last)


def _day(text: str, round_to: Callable[[int, int | None], date]) -> date | None:
    """The day that a full or partial ISO date names, a partial one rounded to the end that `round_to` gives."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1]), match[2], match[3]
    try:
        return date(year, int(month), int(day)) if day else round_to(year, int(month) if month else None)
    except ValueError:
        return None


def _last_day(year: int, month: int | None) -> date:
    month = month or 12
    if not 1 <= month <= 12:
        raise ValueError(month)
    return date(year, month, monthrange(year, month)[1])


def _since(value: str) -> Since | str:
    match = _SPAN.fullmatch(value)
    if match is None:
        return f"since:{value} is no span of time; write since:7d, since:2w, since:3m or since:1y"
    return Since(int(match[1]) * _DAYS[match[2].lower()])


def _upvotes(value: str) -> Upvotes | str:
    cure = "write upvotes:20, upvotes:>20, upvotes:<=5 or upvotes:5..20"
    if match := _COMPARED.fullmatch(value):
        count = int(match[2])
        low = {">": count + 1, "<": None, "<=": None}.get(match[1], count)
        high = {"<": count - 1, ">": None, ">=": None}.get(match[1], count)
        return Upvotes(low, high) if high != -1 else f"upvotes:{value} holds for no paper; {cure}"
    match = _RANGE.fullmatch(value)
    if match is None or not (match[1] or match[2]):
        return f"upvotes:{value} is no count; {cure}"
    low, high = (int(bound) if bound else None for bound in match.groups())
    if low is not None and high is not None and high < low:
        return f"upvotes:{value} ends before it begins; write upvotes:{high}..{low}"
    return Upvotes(low, high)


def _suggest(name: str, value: str, words: Iterable[str]) -> str:
    """What a value that is none of the words may mean, else all of them."""
    valid, typed = list(words), value.casefold()
    near = [word for word in valid if typed and word.startswith(typed)]
    near = near or difflib.get_close_matches(typed, valid, n=1, cutoff=0.5) or valid
    *others, last = (f"{name}:{word}" for word in near)
    return f"{name}:{value} is not complete; try {', '.join(others)}{' or ' if others else ''}{last}"
