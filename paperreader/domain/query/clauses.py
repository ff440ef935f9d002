"""Reads one clause of a query from its field and its value."""

import difflib
import re
from calendar import monthrange
from datetime import date

from paperreader.domain.dates import PartialDate, guess_date, parse_known
from paperreader.domain.paper import Field
from paperreader.domain.query.tree import (
    Clause,
    Extra,
    FactField,
    FieldValue,
    OnDate,
    Phrase,
    QueryProblem,
    Since,
    State,
    Upvotes,
    Word,
)
from paperreader.domain.reading_state import make_tag
from paperreader.domain.suggestions import join_with_or

FIELDS = (
    *(field.value for field in Field), *(field.value for field in FactField), "is", "has", "date", "since", "upvotes",
)  # fmt: skip
"""The names that may stand before a colon."""

_LEAST_LETTERS = 3
"""Letters of a name that is told as an unknown field: the colon of `a:b` is text."""
_SCHEMES = frozenset(("http", "https", "arxiv", "doi", "text"))
"""Names before the colon of an id or an address, which is searched as text."""
_SPAN = re.compile(r"(\d{1,5})([dwmy])", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_UPVOTES = re.compile(r"(?P<sign>[<>]=?|=)?(?P<count>\d{1,9})|(?P<low>\d{1,9})?\.\.(?P<high>\d{1,9})?")
_UPVOTES_CURE = "write upvotes:20, upvotes:>20, upvotes:<=5 or upvotes:5..20"
_EMPTY = {
    FactField.TAG: "tag: needs the name of a tag, as in tag:to-cite",
    FactField.NOTE: 'note: needs words of a note, as in note:baseline or note:"a baseline"',
    FactField.ID: "id: needs an id, as in id:2503.01234 or id:10.1000/xyz",
    FactField.CATEGORY: "cat: needs a subject class, as in cat:cs.CL",
    FactField.FEED: "feed: needs the name of a feed, as in feed:page",
}


def read_clause(
    name: str | None, value: str, position: int, *, quoted: bool, is_last: bool
) -> Clause | QueryProblem | None:
    """The clause of a field (None: no field) and a value, or why it cannot be read.

    None: the value has no letter and no digit. If it is the last value, it is still being typed.
    """
    if name is None or name in list(Field):
        field = Field(name) if name else None
        if any(map(str.isalnum, value)):
            return Phrase(value, position, field) if quoted else Word(value, position, field)
        return QueryProblem(position, f"{name}: needs a word, as in {name}:cache") if name else None
    value = value.strip()
    read = _flag(name, value) if name in ("is", "has") else _fact(name, value, is_last)
    return read if isinstance(read, Clause) else QueryProblem(position, read)


def unknown_field(name: str, position: int) -> QueryProblem | None:
    """What is wrong with an unknown field, and the cure. None: the name begins an id, an address or a formula."""
    if name.casefold() in _SCHEMES or len(name) < _LEAST_LETTERS:
        return None
    near = difflib.get_close_matches(name.casefold(), FIELDS, n=1, cutoff=0.75)
    if near:
        return QueryProblem(position, f"{name}: is not a field; did you mean {near[0]}:?")
    message = f"{name}: is not a field; put text with a colon in quotation marks"
    return QueryProblem(position, message, is_text=True)


def _flag(name: str, value: str) -> State | Extra | str:
    values: type[State] | type[Extra] = State if name == "is" else Extra
    typed = value.casefold()
    if typed in list(values):
        return values(typed)
    words = [word.value for word in values]
    near = [word for word in words if typed and word.startswith(typed)]
    near = near or difflib.get_close_matches(typed, words, n=1, cutoff=0.5) or words
    return f"no such clause: {name}:{value}; try {join_with_or(f'{name}:{word}' for word in near)}"


def _fact(name: str, value: str, is_last: bool) -> Clause | str:
    match name:
        case "date":
            return _dates(value)
        case "since":
            span = _SPAN.fullmatch(value)
            cure = "write since:7d, since:2w, since:3m or since:1y"
            return Since(int(span[1]) * _DAYS[span[2].lower()]) if span else f"since:{value} is not a time span; {cure}"
        case "upvotes":
            return _upvotes(value)
    field = FactField(name)
    text = make_tag(value) if field is FactField.TAG else value
    if not text or (field is FactField.NOTE and not any(map(str.isalnum, text))):
        return _EMPTY[field]
    return FieldValue(field, text, is_whole=field is FactField.TAG and not is_last)


def _dates(value: str) -> OnDate | str:
    texts = value.split("..")
    spans = [span for text in texts if (span := _span(text) if text else (date.min, date.max))]
    if len(spans) < len(texts) or len(texts) > 2 or not any(texts):
        near = guess_date(value) if len(texts) == 1 else None
        forms = "write date:2025-03-14, date:2025-03 or date:2025-03-01..2025-03-14"
        return f"date:{value} is not a date; {f'did you mean date:{near}?' if near else forms}"
    first, last = spans[0][0], spans[-1][1]
    if last < first:
        return f"date:{value} ends before it begins; write date:{texts[1]}..{texts[0]}"
    return OnDate(first, last)


def _span(text: str) -> tuple[date, date] | None:
    """The first and the last day of a full or partial ISO date."""
    known = parse_known(text)
    if isinstance(known, PartialDate):
        last_month = known.month or 12
        last_day = monthrange(known.year, last_month)[1]
        return date(known.year, known.month or 1, 1), date(known.year, last_month, last_day)
    return (known, known) if known else None


def _upvotes(value: str) -> Upvotes | str:
    match = _UPVOTES.fullmatch(value)
    if match is None or value == "..":
        return f"upvotes:{value} is not a count; {_UPVOTES_CURE}"
    count, low, high = (int(match[name]) if match[name] else None for name in ("count", "low", "high"))
    if count is not None:
        low = {">": count + 1, "<": None, "<=": None}.get(match["sign"], count)
        high = {"<": count - 1, ">": None, ">=": None}.get(match["sign"], count)
        return Upvotes(low, high) if high != -1 else f"upvotes:{value} matches no paper; {_UPVOTES_CURE}"
    if low is not None and high is not None and high < low:
        return f"upvotes:{value} has its limits in the wrong order; write upvotes:{high}..{low}"
    return Upvotes(low, high)
