"""From the text of a query to its clauses: the one parser of the filter bar and the command line.

    query  := clause (blank clause)*
    clause := ["-"] (word | "title:" word | "is:" state | "tag:" name | "date:" day [".." day])

A text that is being typed is never wrong: what is not complete yet is left out and named in `Query.problems`, and the
rest is answered; a tag at its end may be the beginning of one. A text that is complete means what it says: its last
tag is whole, and the command line refuses it if it has problems.
"""

import difflib
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date

from paperreader.domain.query import STATES, HasTag, IsState, OnDate, Query, QueryProblem, Word
from paperreader.domain.reading import make_tag

FIELDS = ("title", "is", "tag", "date")
"""The names that may stand before a colon."""

_CLAUSE = re.compile(r'(?:-?[A-Za-z]+:"[^"]*"?|-?"[^"]*"?|[^\s"]+)')
_FIELD = re.compile(r"([A-Za-z]+):(.*)", re.DOTALL)
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def parse_query(text: str, *, complete: bool = False) -> Query:
    """The query that a text stands for; `complete`: nobody is typing any more. Never raises."""
    words: list[Word] = []
    states: list[IsState | HasTag] = []
    dates: list[OnDate] = []
    problems: list[QueryProblem] = []
    for match in _CLAUSE.finditer(text):
        raw, position = match[0], match.start()
        negated = raw.startswith("-") and len(raw) > 1
        body = raw[1:] if negated else raw
        is_being_typed = match.end() == len(text) and not complete
        field, value = _split_field(body)
        clause: IsState | HasTag | OnDate | str | None = None
        if field == "is":
            clause = _parse_state(value, negated)
        elif field == "tag":
            clause = _parse_tag(value, negated, is_being_typed)
        elif field == "date":
            clause = _parse_dates(value, negated)
        elif field is None and (near := _near_field(body)):
            problems.append(QueryProblem(position, near))
        match clause:
            case IsState() | HasTag():
                states.append(clause)
            case OnDate():
                dates.append(clause)
            case str():
                problems.append(QueryProblem(position, clause))
            case None:
                offset = position + len(raw) - len(value)
                words += (
                    Word(word[0], offset + word.start(), field == "title", negated)
                    for word in re.finditer(r'[^\s"]+', value)
                    if any(map(str.isalnum, word[0]))
                )
    return Query(tuple(words), tuple(states), tuple(dates), tuple(problems))


def _split_field(body: str) -> tuple[str | None, str]:
    match = _FIELD.fullmatch(body)
    if match and match[1].casefold() in FIELDS:
        return match[1].casefold(), match[2]
    return None, body


def _near_field(body: str) -> str | None:
    """A remark on a misspelt field name; any other text before a colon is part of a title."""
    match = _FIELD.fullmatch(body)
    if match is None or not match[2]:
        return None
    near = difflib.get_close_matches(match[1].casefold(), FIELDS, n=1, cutoff=0.75)
    return f"{match[1]}: is not a field; did you mean {near[0]}:?" if near else None


def _parse_state(value: str, negated: bool) -> IsState | str:
    name = value.strip('"').casefold()
    if name in STATES:
        return IsState(name, negated)
    return _suggest(f"is:{value}", name, STATES, "is:")


def _parse_tag(value: str, negated: bool, is_prefix: bool) -> HasTag | str:
    tag = make_tag(value)
    return HasTag(tag, is_prefix, negated) if tag else "tag: wants the name of a tag, as in tag:to-cite"


def _parse_dates(value: str, negated: bool) -> OnDate | str:
    first_text, dots, last_text = value.strip('"').partition("..")
    first = _day(first_text, lambda year, month: date(year, month or 1, 1)) if first_text or not dots else date.min
    last_source = last_text if dots else first_text
    last = _day(last_source, _last_day) if last_source else date.max
    if first is None or last is None or not (first_text or last_text):
        return f"date:{value} is not a date; write date:2025-03-14, date:2025-03 or date:2025-03-01..2025-03-14"
    if last < first:
        return f"date:{value} ends before it begins; write date:{last_text}..{first_text}"
    return OnDate(first, last, negated)


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


def _suggest(clause: str, name: str, valid: tuple[str, ...], prefix: str) -> str:
    near = [state for state in valid if name and state.startswith(name)]
    near = near or difflib.get_close_matches(name, valid, n=1, cutoff=0.5) or list(valid)
    *others, last = (prefix + state for state in near)
    return f"{clause} is not complete; try {', '.join(others)}{' or ' if others else ''}{last}"
