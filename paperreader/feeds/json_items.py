"""The items of lists in JSON text, read one by one, so that damage costs the item in which it stands and no other.

    text  := value*             one list, one object, or many behind each other, as in JSON Lines
    value := [ value* ]  |  { …, "data": value, … }  |  item

An object that holds a list under one of the names that the caller gives is that list, with something said around it,
unless it is an item by its other members. All else is an item. Where one cannot be read, the next place is sought at
which one begins; what lies between is named as damage. That costs no more than a few readings of the text, whatever
it holds.

Text that is not UTF-8 is to be decoded with `surrogateescape`: those items alone are damaged in which it stands.
"""

import json
import re
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from dataclasses import dataclass

NOT_JSON = "not valid JSON"
CUT_OFF = "cut off: the input ends in the middle of it"
TOO_DEEP = "nested too deeply"
NOT_UTF8 = "not UTF-8"

MAX_DIGITS = 18
"""Digits of the largest whole number that is read: SQLite takes 63 bits, and a million digits take a minute."""
_DEPTH = 4
"""How deep lists of lists are entered."""
_READINGS = 4
"""How often the length of the text may be read in vain before the rest is given up."""
_FAILURE = 20_000
"""Characters that one failure to read a value counts, at least."""
_LOOK = 500
"""Characters that a look at a value counts, at least."""
_WINDOW = 65_536
"""Characters in which a value is sought first: the decoder counts the lines up to each failure."""
_NEAR_END = 10
"""Characters before the end at which an error comes of a cut: as many as a literal or an escape has, and more."""

_GAP = re.compile(r"[\s,}\ufeff]*")
_OUTER_GAP = re.compile(r"[\s,}\]\ufeff]*")  # brackets whose list was damaged close nothing
_MEMBER_GAP = re.compile(r"[\s,]*")
_COLON = re.compile(r"\s*:\s*")
_BEGINNING = re.compile(r"(?:^|[,\[}\]]\s*)(\"?\{)", re.MULTILINE)  # behind a colon a part of an item begins
_UNDECODED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class JsonItem:
    """One item: its value, the line where it begins, from 1, and where it stands in the text; or why it has no value.

    Numbers that are not whole are text, as they were written, and those that are no numbers or too long are None.
    """

    value: object
    line: int
    start: int
    end: int
    around: Mapping[str, object]
    """What is said beside the list that the item is of; complete when all items are read."""
    damage: str | None = None


def read_items(text: str, lists: Collection[str], is_item: Callable[[object], bool]) -> Iterator[JsonItem]:
    """The items of a text; `is_item` says whether a value has the members of one, where that is not certain.

    Never raises.
    """
    return _Reader(text, lists, is_item).items()


def read_value(text: str) -> object:
    """The value of a JSON text; raises ValueError."""
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error


class _Damage(Exception):
    """A value that cannot be read: from where on, and why."""

    def __init__(self, start: int, reason: str) -> None:
        super().__init__(reason)
        self.start, self.reason = start, reason


_Steps = Generator[JsonItem, None, int]
"""The items of a part of the text, and where it ends."""


class _Reader:
    def __init__(self, text: str, lists: Collection[str], is_item: Callable[[object], bool]) -> None:
        self._text, self._lists, self._is_item = text, lists, is_item
        self._end = len(text.rstrip())
        self._base, self._window = 0, ""
        self._left = _READINGS * len(text) + 500 * _FAILURE
        self._line, self._counted = 1, 0
        self._is_cut = self._is_astray = False

    def items(self) -> Iterator[JsonItem]:
        """All items of the text."""
        yield from self._list(0, {}, 0)

    def _list(self, position: int, around: Mapping[str, object], depth: int) -> _Steps:
        """The items up to the bracket that closes a list; of the text itself, which has none, up to its end."""
        while True:
            position = _end(_GAP if depth else _OUTER_GAP, self._text, position)
            if position == len(self._text):
                if depth and not self._is_cut and not self._is_astray:
                    yield self._damaged(position, position, CUT_OFF, around)
                return position
            if depth and self._text[position] == "]":
                return position + 1
            try:
                position = yield from self._value(position, around, depth)
            except _Damage as damage:
                self._is_astray |= depth > 1  # how many lists are still open behind it is unknown
                position = self._next_item(damage.start)
                yield self._damaged(damage.start, position, damage.reason, around)

    def _value(self, position: int, around: Mapping[str, object], depth: int) -> _Steps:
        if self._text[position] == "[" and depth < _DEPTH:
            return (yield from self._list(position + 1, around, depth + 1))
        if self._text[position] == "{" and depth < _DEPTH:
            return (yield from self._object(position, around, depth))
        value, end = self._decode(position)
        yield self._item(value, position, end, around)
        return end

    def _object(self, start: int, around: Mapping[str, object], depth: int) -> _Steps:
        """The items of the lists in an object; it is an item itself where it holds none, or has an item's members."""
        members: dict[str, object] = {}
        has_list, position = False, start + 1
        while True:
            position = _end(_MEMBER_GAP, self._text, position)
            if self._text[position : position + 1] == "}":
                break
            if self._is_cut and position == len(self._text):
                return position
            member = position if has_list else start  # what comes of damage: the whole item, or what follows its list
            key, position = self._decode(position, member)
            colon = _COLON.match(self._text, position)
            if colon is None or not isinstance(key, str):
                raise _Damage(member, self._reason(position, NOT_JSON))
            position = colon.end()
            if self._text[position : position + 1] in ("[", "{") and key in self._lists and not self._is_item(members):
                has_list = True
                position = yield from self._value(position, members, depth + 1)
            else:
                members[key], position = self._decode(position, member)
        if not has_list or self._is_item(members):
            yield self._item(members, start, position + 1, around)
        return position + 1

    def _decode(self, position: int, start: int | None = None) -> tuple[object, int]:
        """The value at a position and where it ends; raises _Damage, from `start` on."""
        start = position if start is None else start
        size = _WINDOW
        while True:
            self._look_at(position, size)
            is_last = self._base + len(self._window) == len(self._text)
            try:
                value, end = _DECODER.raw_decode(self._window, position - self._base)
            except json.JSONDecodeError as error:
                end, is_open = self._base + error.pos, error.msg.startswith("Unterminated string")
                self._left -= max(end - position, len(self._window) if is_open else _FAILURE)
                if is_last or not (is_open or end >= self._base + len(self._window) - _NEAR_END):
                    raise _Damage(start, CUT_OFF if is_open else self._reason(end, NOT_JSON)) from error
            except RecursionError as error:
                self._left -= _FAILURE
                raise _Damage(start, TOO_DEEP) from error
            else:
                if is_last or end < len(self._window):  # at its end a number may be cut
                    return value, self._base + end
            size *= 4

    def _look_at(self, position: int, size: int) -> None:
        """Have a window on the text that begins there, or before, and reaches so many characters or to the end."""
        window_end = self._base + len(self._window)
        if position < self._base or window_end < min(position + size, len(self._text)):
            self._base, self._window = position, self._text[position : position + 4 * size]

    def _reason(self, position: int, otherwise: str) -> str:
        return CUT_OFF if position >= self._end - _NEAR_END else otherwise

    def _next_item(self, damaged: int) -> int:
        """Where the first item begins behind the beginning of a damaged one; the end of the text where none does."""
        position = damaged + 1
        while self._left > 0 and (found := _BEGINNING.search(self._text, position)):
            position = found.start(1)
            try:
                value, end = self._decode(position)
            except _Damage:
                position += 1
                continue
            self._left -= max(end - position, _LOOK)
            if self._is_item(value) or self._holds_list(value):
                return position
            position = end
        return len(self._text)

    def _holds_list(self, value: object) -> bool:
        return isinstance(value, dict) and any(isinstance(value.get(name), list | dict) for name in self._lists)

    def _item(self, value: object, start: int, end: int, around: Mapping[str, object]) -> JsonItem:
        damage = NOT_UTF8 if _UNDECODED.search(self._text, start, end) else None
        return JsonItem(value, self._line_of(start), start, end, around, damage)

    def _damaged(self, start: int, end: int, reason: str, around: Mapping[str, object]) -> JsonItem:
        self._is_cut |= end == len(self._text)
        if end < len(self._text) and reason == CUT_OFF:
            reason = NOT_JSON
        return JsonItem(None, self._line_of(start), start, end, around, reason)

    def _line_of(self, position: int) -> int:
        self._line += self._text.count("\n", self._counted, position)
        self._counted = position
        return self._line


def _end(gap: re.Pattern[str], text: str, position: int) -> int:
    match = gap.match(text, position)
    return match.end() if match else position


def _whole_number(digits: str) -> int | None:
    return int(digits) if len(digits.lstrip("-")) <= MAX_DIGITS else None


def _no_number(_: str) -> None:
    """What NaN and the infinities are."""


_DECODER = json.JSONDecoder(parse_int=_whole_number, parse_float=str, parse_constant=_no_number, strict=False)
