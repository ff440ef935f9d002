"""The objects of JSON text of any size, in constant memory: one a line, in an array, or printed over many lines.

An object ends where its braces balance, strings left out. One that is damaged ends, at the latest, where another one
begins that has the caller's first key: inside a string its quotes would be escaped. Never is more than one object
held, and of one that is too long no more than its beginning.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

MAX_OBJECT = 4_000_000
"""Bytes of the longest object that is read."""
KEPT = 65_536
"""Bytes that are kept of what cannot be read."""

_TOO_LONG = "longer than any paper"
_LOOK = 200
"""Bytes in which it is told whether an object begins."""
_TOKEN = re.compile(rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|["{}\[\]]', re.DOTALL)
_BETWEEN = b" \t\r\n,[]\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class JsonObject:
    """An object, the line where it begins, where it ends in the input, and its bytes; or why it is none."""

    value: dict[str, object] | None
    line: int
    end: int
    raw: bytes
    """Verbatim; of what is damaged no more than its beginning."""
    damage: str = ""


def read_objects(lines: Iterable[bytes], first_key: bytes, line: int, offset: int) -> Iterator[JsonObject]:
    """The objects of lines, or of pieces of longer ones, the first of which has this number and begins at this byte."""
    scanner = _Scanner(first_key, line, offset)
    for piece in lines:
        if piece.startswith(b"{") and scanner.is_idle:
            value = scanner.decode(piece)
            if isinstance(value, dict):  # as nearly always: a line that is an object
                yield JsonObject(value, scanner.line, scanner.skip(piece), piece)
                continue
        yield from scanner.take(piece)
    yield from scanner.finish()


class _Sign(Enum):
    """What decides on an object."""

    END = auto()
    ANOTHER = auto()
    BROKEN = auto()


class _Scanner:
    """What was taken in of the object that is under way, or of what is none."""

    def __init__(self, first_key: bytes, line: int, offset: int) -> None:
        self.line = line
        """Of the first byte held."""
        self._offset = offset
        self._held = bytearray()
        self._place = self._depth = self._arrays = 0
        self._damage = ""
        """Why what is held is no object; it is passed over until one begins."""
        self._damaged_line = line
        self._aside = bytearray()
        self._key = b'"%b"' % first_key
        self._wary_decoder = json.JSONDecoder(strict=False, object_pairs_hook=_without_repeated_keys)
        self._begin = re.compile(rb'\{\s*"' + re.escape(first_key) + rb'"\s*:')
        self._next = re.compile(self._begin.pattern + rb'|(?<=\n)\{"')

    def decode(self, raw: bytes) -> dict[str, object] | str:
        """The object that some bytes are, or why they are none."""
        # Twice the first key: two were joined, as where lines are lost; then the second one's members go before.
        decoder = _DECODER if raw.count(self._key) < 2 else self._wary_decoder
        try:
            value = decoder.decode(raw.decode())
        except UnicodeDecodeError:
            return "not UTF-8"
        except ValueError:
            return "not valid JSON"
        except RecursionError:
            return "nested too deeply"
        return value if isinstance(value, dict) else "not an object"

    @property
    def is_idle(self) -> bool:
        """Whether nothing is held."""
        return not self._held and not self._damage

    def skip(self, piece: bytes) -> int:
        """Pass over a line that was read otherwise; where it ends."""
        self.line += 1
        self._offset += len(piece)
        return self._offset

    def take(self, piece: bytes) -> Iterator[JsonObject]:
        """The objects that end in a piece."""
        self._held += piece
        while self._held:
            step = self._pass_damage if self._damage else self._pass_object if self._depth else self._enter
            found = step()
            if isinstance(found, JsonObject):
                yield found
            elif not found and len(self._held) > MAX_OBJECT:
                self._spoil(_TOO_LONG)
            elif not found:
                break

    def finish(self) -> Iterator[JsonObject]:
        """What is left at the end."""
        if self._damage or self._depth:
            yield self._cut(len(self._held), self._damage or "cut off: the input ends in the middle of it")
        elif self._arrays > 0:
            yield JsonObject(None, self.line, self._offset, b"", "cut off: the end of the list is missing")

    def _enter(self) -> bool:
        """Find the beginning of an object; what stands before it is damage, unless it is of an array."""
        start = self._held.find(b"{")
        before = self._held if start < 0 else self._held[:start]
        junk = before.lstrip(_BETWEEN)
        self._arrays += before.count(b"[") - before.count(b"]")
        self._drop(len(before) - len(junk))
        if junk:
            self._spoil("not valid JSON")
            return True
        self._place = self._depth = int(start >= 0)
        return start >= 0

    def _pass_object(self) -> JsonObject | bool:
        """Go on to the end of the object, or as far as can be told without the next piece."""
        match self._scan():
            case _Sign.END:
                return self._whole()
            case _Sign.ANOTHER:
                return self._cut(self._place, "not valid JSON: it has no end")
            case _Sign.BROKEN:
                self._spoil("not valid JSON")
                return True
        return False

    def _scan(self) -> "_Sign | None":
        """Pass over strings and brackets up to what decides on the object; what is held must not change meanwhile."""
        held = self._held
        for token in _TOKEN.finditer(held, self._place):
            sign = token[0]
            if sign == b'"':  # without its end: it goes on in the next piece, if no line ends in it
                return _Sign.BROKEN if held.find(b"\n", token.end()) >= 0 else None
            if sign == b"{":
                self._place = token.start()
                rest = held[token.end() : token.end() + _LOOK]
                if len(rest) < _LOOK and not rest.strip():
                    return None  # the next line says whether it is another object
                if self._begin.match(held, token.start()):
                    return _Sign.ANOTHER
            self._place = token.end()
            if len(sign) == 1:
                self._depth += 1 if sign in b"{[" else -1
                if self._depth == 0:
                    return _Sign.END
        self._place = len(held)
        return None

    def _whole(self) -> JsonObject | bool:
        if self._place > MAX_OBJECT:
            return self._cut(self._place, _TOO_LONG)
        raw = bytes(self._held[: self._place])
        value = self.decode(raw)
        if isinstance(value, str):
            if self._next.search(raw, 1) is None:
                return self._cut(self._place, value)
            self._spoil(value)  # another one begins in it
            return True
        line = self.line
        self._drop(self._place)
        return JsonObject(value, line, self._offset, raw)

    def _pass_damage(self) -> JsonObject | bool:
        """Pass over what cannot be read until an object begins; of what is passed over the beginning is kept."""
        begin = self._next.search(self._held, 0 if self._aside else 1)
        if begin:
            return self._cut(begin.start(), self._damage)
        if len(self._held) > _LOOK:
            self._put_aside(len(self._held) - _LOOK)
        return False

    def _spoil(self, damage: str) -> None:
        self._damage, self._damaged_line, self._arrays = damage, self.line, 0

    def _cut(self, end: int, damage: str) -> JsonObject:
        """What was passed over, up to a byte, as one that is damaged."""
        line = self._damaged_line if self._damage else self.line
        self._put_aside(end)
        raw = bytes(self._aside)
        self._aside.clear()
        self._drop(0)
        self._arrays = 0
        return JsonObject(None, line, self._offset, raw, damage)

    def _put_aside(self, count: int) -> None:
        self._aside += self._held[: max(0, min(count, KEPT - len(self._aside)))]
        self._let_go(count)

    def _drop(self, count: int) -> None:
        """Let go of the first bytes held, and expect another object."""
        self._let_go(count)
        self._place = self._depth = 0
        self._damage = ""

    def _let_go(self, count: int) -> None:
        self.line += self._held.count(b"\n", 0, count)
        self._offset += count
        del self._held[:count]


def _without_repeated_keys(members: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("two objects in one")
    return found


_DECODER = json.JSONDecoder(strict=False)
