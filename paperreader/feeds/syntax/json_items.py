"""Reads the items of JSON lists one by one in constant memory, so that damage affects only the damaged item.

    input := value*             one list, one object, or many in a row, as in JSON Lines
    value := [ value* ]  |  { …, "data": value, … }  |  item

An object with items under a name that the caller gives is a list with a frame, and so is an object with items under any
name, unless its other members make it an item. Stray commas are skipped. After a damaged item the reader continues with
the next value that is an item; the text between is the damage. The work on damage is limited to a few passes over the
input.
"""

import codecs
import json
import re
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

NOT_JSON = "not valid JSON"
CUT_OFF = "cut off: the input ends inside this item"
TOO_DEEP = "nested too deeply"
MAX_DEPTH = 500
"""Brackets within brackets; papers need fewer than ten."""
_NESTING = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
TOO_LONG = "too long for a paper"
NOT_UTF8 = "not UTF-8"
TWO_IN_ONE = "two papers in one: a part between them is missing"

MAX_DIGITS = 18
"""Digits of the largest whole number: SQLite stores 63 bits, and a million digits take a minute to read."""
_DEPTH = 4
"""Levels of lists in lists that are entered."""
_READINGS = 4
"""How often the input may be read in vain before a part of it is skipped."""
_FAILURE = 20_000
"""The least cost of one failure to read a value, in characters."""
_LOOK = 500
"""The least cost of a look at a value, and the text before a value that shows its beginning, in characters."""
_WINDOW = 65_536
"""Characters of the first try to read a value: the decoder counts the lines up to each failure."""
_NEAR_END = 10
"""An error so close to the end means that the input is cut off: longer than a literal or an escape."""

_GAP = re.compile(r"[\s,}\ufeff]*")
_OUTER_GAP = re.compile(r"[\s,}\]\ufeff]*")  # the brackets of a damaged list close nothing
_MEMBER_GAP = re.compile(r"[\s,]*")
_COLON = re.compile(r"\s*:?\s*")
_BEGINNING = re.compile(r"(?:^|[,\[{}\]]\s*)(\"?\{)", re.MULTILINE)  # after a colon a part of an item begins
_UNDECODED = re.compile("[\udc80-\udcff]")


class NumberText(str):
    """A number with a decimal point as it was written: `2405.17240` keeps its last zero."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class JsonItem:
    """One item: its value, its first line (from 1) and its bytes; or why it has no value."""

    value: object
    """Numbers with a decimal point are `NumberText`; NaN, infinities and very long numbers are None."""
    line: int
    start: int
    """Bytes of the input before it."""
    end: int
    """Bytes of the input up to its end."""
    raw: bytes
    """Its bytes; for damage, only the beginning."""
    around: Mapping[str, object]
    """The members beside the list of the item; complete when all items are read."""
    damage: str | None = None


def read_items(
    data: bytes | Iterable[bytes],
    lists: Collection[str],
    is_item: Callable[[object], bool],
    *,
    line: int = 1,
    offset: int = 0,
    max_item: int = 4_000_000,
    kept: int = 65_536,
) -> Iterator[JsonItem]:
    """The items of an input, or of pieces of one from this line and byte on. Never raises.

    `lists` are the names under which objects hold lists; `is_item` says whether a value is an item. An item of more
    characters than `max_item` is damage; `kept` characters of damage are kept.
    """
    pieces = (data[at : at + _WINDOW] for at in range(0, len(data), _WINDOW)) if isinstance(data, bytes) else iter(data)
    return _Reader(pieces, lists, is_item, line, offset, max_item, kept).items()


def read_value(text: str) -> object:
    """The value of a JSON text; raises ValueError."""
    try:
        value: object = _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error
    if _is_deep(text, 0, len(text)):
        raise ValueError(TOO_DEEP)
    return value


def _is_deep(text: str, start: int, end: int) -> bool:
    """Whether a JSON value nests too deeply for code that walks it. The decoder's own limit depends on the Python."""
    if text.count("[", start, end) + text.count("{", start, end) <= MAX_DEPTH:
        return False
    depth = deepest = 0
    for sign in _NESTING.finditer(text, start, end):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(sign[0], 0)
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH


class _Damage(Exception):
    """A value that cannot be read: where it begins and why."""

    def __init__(self, start: int, reason: str) -> None:
        super().__init__(reason)
        self.start, self.reason = start, reason


_Steps = Generator[JsonItem, None, int]
"""Yields the items of a part of the input and returns where the part ends."""


class _Reader:
    """The input as far as it is read. Positions count characters from the first one read."""

    def __init__(
        self,
        pieces: Iterator[bytes],
        lists: Collection[str],
        is_item: Callable[[object], bool],
        line: int,
        offset: int,
        max_item: int,
        kept: int,
    ) -> None:
        self._pieces, self._lists, self._is_item = pieces, frozenset(lists), is_item
        self._max_item, self._kept = max_item, kept
        self._to_text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._text, self._base, self._is_whole = "", 0, False
        """The characters in memory, the position of the first, and whether they reach the end of the input."""
        self._mark, self._line, self._offset = 0, line, offset
        """A position, its line, and its offset in bytes."""
        self._left = 500 * _FAILURE
        """Characters that may still be read in vain."""
        self._is_cut = self._is_astray = False

    def items(self) -> Iterator[JsonItem]:
        """All items of the input."""
        yield from self._list(0, {}, 0)

    def _list(self, position: int, around: Mapping[str, object], depth: int) -> _Steps:
        """The items up to the closing bracket of a list, or up to the end of the input."""
        while True:
            position = self._skip(_GAP if depth else _OUTER_GAP, position)
            self._move_mark(position)
            opening = self._peek(position)
            if not opening:
                if depth and not self._is_cut and not self._is_astray:
                    yield self._damaged(position, CUT_OFF, around)
                return position
            if depth and opening == "]":
                return position + 1
            try:
                position = yield from self._value(position, around, depth)
            except _Damage as damage:
                self._is_astray |= depth > 1  # it is unknown how many lists are still open
                yield self._damaged(damage.start, damage.reason, around)
                position = self._mark

    def _value(self, position: int, around: Mapping[str, object], depth: int) -> _Steps:
        opening = self._peek(position) if depth < _DEPTH else ""
        if opening == "[":
            return (yield from self._list(position + 1, around, depth + 1))
        is_object = opening == "{"
        try:
            value, end = self._decode(position, most=2 * _WINDOW if is_object else self._max_item)
        except _Damage:
            if not is_object:
                raise
            return (yield from self._object(position, around, depth))
        if is_object and self._holds_list(value):
            return (yield from self._object(position, around, depth, is_map=self._is_map(value)))
        yield self._item(value, position, end, around)
        return end

    def _object(self, start: int, around: Mapping[str, object], depth: int, *, is_map: bool = False) -> _Steps:
        """The items of the lists in an object; an object without lists is an item."""
        members: dict[str, object] = {}
        has_list, position = False, start + 1
        while True:
            position = self._skip(_MEMBER_GAP, position)
            opening = self._peek(position)
            if opening == "}":
                break
            if self._is_cut and not opening:
                return position
            member = position if has_list else start  # the damaged part: the whole item, or the member after its list
            key, position = self._decode(position, member)
            value = self._skip(_COLON, position)
            if not isinstance(key, str) or ":" not in self._slice(position, value):
                raise _Damage(member, self._reason(position, NOT_JSON))
            if is_map or self._is_list(key, value, members):
                has_list = True
                position = yield from self._value(value, members, depth + 1)
            else:
                members[key], position = self._decode(value, member)
        if not has_list:
            yield self._item(members, start, position + 1, around)
        return position + 1

    def _decode(self, position: int, start: int | None = None, most: int | None = None) -> tuple[Any, int]:
        """The value at a position and where it ends; raises _Damage from `start` on, also where it exceeds `most`."""
        start = position if start is None else start
        while True:
            at, size = position - self._base, len(self._text)
            try:
                value, end = _DECODER.raw_decode(self._text, at)
            except json.JSONDecodeError as error:
                is_open = error.msg.startswith("Unterminated string")
                self._left -= max(error.pos - at, size - at if is_open else _FAILURE)
                if self._is_whole or not (is_open or error.pos >= size - _NEAR_END):
                    reason = CUT_OFF if is_open else self._reason(self._base + error.pos, NOT_JSON)
                    raise _Damage(start, reason) from error
            except RecursionError as error:
                self._left -= _FAILURE
                raise _Damage(start, TOO_DEEP) from error
            else:
                if _is_deep(self._text, at, end):
                    raise _Damage(start, TOO_DEEP)
                if self._is_whole or end < size:  # a number at the end may be cut
                    return value, self._base + end
            if size - (start - self._base) > (self._max_item if most is None else most):
                raise _Damage(start, TOO_LONG)
            self._fill(3 * (size - at))

    def _item(self, value: object, start: int, end: int, around: Mapping[str, object]) -> JsonItem:
        self._move_mark(start)
        text = self._slice(start, end)
        damage = None
        if not text.isascii() and _UNDECODED.search(text):
            damage = NOT_UTF8
        elif text.count('"id"') + text.count('"title"') > 2 and _has_repeated_names(text):
            damage = TWO_IN_ONE
        raw = text.encode("utf-8", "surrogateescape")
        return JsonItem(value, self._line, self._offset, self._offset + len(raw), raw, around, damage)

    def _damaged(self, start: int, reason: str, around: Mapping[str, object]) -> JsonItem:
        """The damage from a position up to the next item, where the mark is put."""
        self._move_mark(start)
        line, offset = self._line, self._offset
        kept = self._pass_damage(start)
        self._is_cut |= not self._peek(self._mark)
        if reason == CUT_OFF and not self._is_cut:
            reason = NOT_JSON
        raw = kept.encode("utf-8", "surrogateescape")
        return JsonItem(None, line, offset, self._offset, raw, around, reason)

    def _pass_damage(self, start: int) -> str:
        """Put the mark at the next item after the beginning of a damaged item, or at the end of the input.

        Returns the first characters between.
        """
        if not self._peek(start):
            return ""
        kept, position = "", start + 1
        while True:
            found = _BEGINNING.search(self._text, position - self._base) if self._left > 0 else None
            if found:
                position = self._base + found.start(1)
                try:
                    value, end = self._decode(position)
                except _Damage:
                    end = position + 1
                else:
                    self._left -= max(end - position, _LOOK)
                    if self._is_item(value) or self._holds_list(value):
                        break
                position = end
            elif self._is_whole:
                position = self._base + len(self._text)
                break
            else:
                position = max(position, self._base + len(self._text) - _LOOK)
                self._fill()
            if len(kept) < self._kept:
                kept += self._slice(self._mark, position)
            self._move_mark(position)
        kept += self._slice(self._mark, position)
        self._move_mark(position)
        return kept[: self._kept]

    def _is_list(self, name: str, position: int, members: Mapping[str, object]) -> bool:
        """Whether the value at a position, under a name in an object with these members, is a list of items."""
        is_named, is_of_item = name in self._lists, self._is_item(members)
        # The end of a long object is unknown: a first name with a digit may be the id of a paper.
        is_perhaps_map = not members and any(map(str.isdigit, name))
        if self._peek(position) not in (("[", "{") if is_named or is_perhaps_map else ("[",)) or (
            is_of_item and not is_named
        ):
            return False
        if is_named and not is_of_item:
            return True
        with suppress(_Damage):
            at = self._skip(_GAP, position + 1) if self._peek(position) == "[" else position
            return self._begins_with_item(self._decode(at, most=_WINDOW)[0])
        return False

    def _holds_list(self, value: object) -> bool:
        """Whether an object is a frame around a list."""
        if not isinstance(value, dict):
            return False
        if self._is_item(value):
            return any(self._begins_with_item(value[name]) for name in self._lists.intersection(value))
        return self._is_map(value) or any(
            isinstance(inner, list | dict) if name in self._lists else self._begins_with_item(inner)
            for name, inner in value.items()
            if name in self._lists or isinstance(inner, list)
        )

    def _is_map(self, value: Mapping[str, object]) -> bool:
        """Whether an object holds only items, each under its own name."""
        return bool(value) and all(map(self._is_item, value.values()))

    def _begins_with_item(self, value: object) -> bool:
        first = value[0] if isinstance(value, list) and value else value
        return self._is_item(first) or self._holds_list(first)

    def _reason(self, position: int, otherwise: str) -> str:
        is_at_end = self._is_whole and position >= self._base + len(self._text.rstrip()) - _NEAR_END
        return CUT_OFF if is_at_end else otherwise

    def _skip(self, gap: re.Pattern[str], position: int) -> int:
        """The end of a gap at a position."""
        start = position
        while True:
            match = gap.match(self._text, position - self._base)
            position = self._base + match.end() if match else position
            if self._is_whole or position < self._base + len(self._text):
                return position
            self._fill(position - start + 1)  # double: a gap of many pieces costs its length

    def _peek(self, position: int) -> str:
        """The character at a position; empty at the end of the input."""
        if position == self._base + len(self._text):
            self._fill()
        return self._slice(position, position + 1)

    def _slice(self, start: int, end: int) -> str:
        return self._text[start - self._base : end - self._base]

    def _fill(self, count: int = 1) -> None:
        """Read at least `count` more characters, or all that are left."""
        parts = [self._text]
        while count > 0 and not self._is_whole:
            piece = next(self._pieces, None)
            self._is_whole = piece is None
            parts.append(self._to_text(piece or b"", final=self._is_whole))
            count -= len(parts[-1])
            self._left += _READINGS * len(parts[-1])
        self._text = "".join(parts)

    def _move_mark(self, position: int) -> None:
        """Put the mark at a position; text before it is dropped once it is half of the text in memory."""
        if position == self._mark:
            return
        passed = self._slice(self._mark, position)
        self._line += passed.count("\n")
        self._offset += len(passed) if passed.isascii() else len(passed.encode("utf-8", "surrogateescape"))
        self._mark = position
        if 2 * (position - self._base) >= len(self._text):
            self._text, self._base = self._text[position - self._base :], position


def _has_repeated_names(text: str) -> bool:
    """Whether an object has two ids or two titles: the end of one item and the start of the next are lost."""
    found = False

    def look(members: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal found
        names = [name for name, _ in members if name in ("id", "title")]
        found |= len(names) > len(set(names))
        return {}

    with suppress(ValueError):  # stray commas
        json.JSONDecoder(strict=False, object_pairs_hook=look, parse_int=_whole_number).decode(text)
    return found


def _whole_number(digits: str) -> int | None:
    return int(digits) if len(digits.lstrip("-")) <= MAX_DIGITS else None


def _no_number(_: str) -> None:
    """The value of NaN and the infinities."""


_DECODER = json.JSONDecoder(parse_int=_whole_number, parse_float=NumberText, parse_constant=_no_number, strict=False)
