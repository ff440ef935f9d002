r"""The entries of BibTeX text, each with its fields, macros put in; damage costs the entry in which it stands.

    text  := (anything @ type { body } | anything @ type ( body ))*      what stands between is a comment
    body  := key , field , …         field := name = value        value := piece # piece …
    piece := { … }  |  " … "  |  a number or a macro

A line that begins like an entry begins one, whatever brace is still open before it. A brace behind a backslash does
not count, unless the entry ends only if it does. Commas may be missing between fields. Each character is read a few
times at most, however its braces are nested.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

UNCLOSED = "an entry whose braces do not balance"
UNREADABLE = "no BibTeX entry: it has neither a key nor fields"

MAX_VALUE = 200_000
"""Characters of a value that are read: macros made of macros grow without end."""

_HEAD = re.compile(r"@[ \t]*(?P<type>[^\W\d_][\w-]*)\s*(?P<opening>[{(])")
_LINE_HEAD = re.compile(
    r"^[ \t]*@[ \t]*(?:(?:comment|preamble)\s*[{(]|[^\W\d_][\w-]*\s*[{(][^\S\n]*\n?[^\s,={}\"]*[^\S\n]*[,=])",
    re.MULTILINE | re.IGNORECASE,
)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_STRICT_BRACE = re.compile(r"[{}]")
_IN_PARENTHESES = re.compile(r"\\.|[{\")]", re.DOTALL)
_IN_QUOTES = re.compile(r"\\.|[{\"]", re.DOTALL)
_KEY = re.compile(r"(?P<key>[^,={}\"]*)(?:,|$)|\s*(?P<bare>[^\s,={}\"]+)(?=\s+[\w-]+\s*=)")
_GAP = re.compile(r"[\s,]*")
_FIELD = re.compile(r"(?P<name>[^\W\d][\w:.+-]*)\s*=\s*")
_BARE = re.compile(r"[^\s,#{}\"=]+")
_JOIN = re.compile(r"\s*#\s*")
_SKIPPED = re.compile(r"[^\s,{]+|.", re.DOTALL)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NO_ENTRIES = ("comment", "preamble")


@dataclass(frozen=True, slots=True)
class Block:
    """An entry: its type and the names of its fields in lower case, its values without the outer braces."""

    type: str
    key: str
    fields: dict[str, str]
    """Of a field that is there twice, the first value."""
    line: int
    text: str
    damage: str | None = None
    """Why it could not be read; then it has no fields."""


def read_blocks(text: str) -> Iterator[Block]:
    """The entries of a text, in order, and what was to be one. Never raises."""
    return _Reader(text).blocks()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._macros = {name: name for name in _MONTHS}
        self._line, self._counted = 1, 0
        self._left = 2 * len(text)
        """Characters that may be read in vain for parentheses that are never closed."""

    def blocks(self) -> Iterator[Block]:
        """The entries of all regions: from one line that begins an entry to the next."""
        begin = 0
        for head in _LINE_HEAD.finditer(self._text):
            yield from self._region(begin, head.start())
            begin = head.start()
        yield from self._region(begin, len(self._text))

    def _region(self, begin: int, end: int) -> Iterator[Block]:
        braces: dict[int, int] | None = None
        head = _HEAD.search(self._text, begin, end)
        is_first = True
        while head:
            start, opening = head.start(), head.end() - 1
            if braces is None:
                braces = _matched(_BRACE, self._text, opening, end)
            closing = self._closing(head["opening"], opening, end, braces)
            if closing is None and is_first:
                strictly = _matched(_STRICT_BRACE, self._text, opening, end)
                if (closing := self._closing(head["opening"], opening, end, strictly)) is not None:
                    braces = strictly
            is_first = False
            following = _HEAD.search(self._text, opening + 1 if closing is None else closing + 1, end)
            if closing is None:
                stop = following.start() if following else end
                yield Block("", "", {}, self._line_of(start), self._text[start:stop], UNCLOSED)
            else:
                block = self._block(head["type"].lower(), start, opening + 1, closing, braces)
                if block:
                    yield block
            head = following

    def _closing(self, opening: str, position: int, end: int, braces: dict[int, int]) -> int | None:
        """Where the bracket at a position is closed."""
        if opening == "{":
            return braces.get(position)
        if self._left <= 0:
            return None
        found = _skip_to(")", _IN_PARENTHESES, self._text, position + 1, end, braces)
        if found is None:
            self._left -= end - position
        return found

    def _block(self, kind: str, start: int, begin: int, end: int, braces: dict[int, int]) -> Block | None:
        """The entry between two brackets; None of what is none: a comment, a preamble, a macro."""
        if kind in _NO_ENTRIES:
            return None
        if kind == "string":
            for name, value in self._fields(begin, end, braces):
                self._macros[name] = value
            return None
        line, text = self._line_of(start), self._text[start : end + 1]
        key = _KEY.match(self._text, begin, end)
        found: dict[str, str] = {}
        for name, value in self._fields(key.end() if key else begin, end, braces):
            found.setdefault(name, value)
        if not found and key is None:
            return Block(kind, "", {}, line, text, UNREADABLE)
        return Block(kind, (key["key"] or key["bare"] or "").strip() if key else "", found, line, text)

    def _fields(self, position: int, end: int, braces: dict[int, int]) -> Iterator[tuple[str, str]]:
        """The names and values between two places; what is neither is skipped."""
        while (position := _end(_GAP, self._text, position, end)) < end:
            field = _FIELD.match(self._text, position, end)
            if field:
                value, position = self._value(field.end(), end, braces)
                yield field["name"].lower(), value
            elif self._text[position] == "{":
                position = braces.get(position, position) + 1
            else:
                position = _end(_SKIPPED, self._text, position, end)

    def _value(self, position: int, end: int, braces: dict[int, int]) -> tuple[str, int]:
        """The value that begins at a place, and where it ends."""
        pieces: list[str] = []
        left = MAX_VALUE
        while position < end:
            sign = self._text[position]
            if sign == "{" and position in braces:
                stop = braces[position]
                pieces.append(self._text[position + 1 : stop])
                position = stop + 1
            elif sign == '"':
                closing = _skip_to('"', _IN_QUOTES, self._text, position + 1, end, braces)
                stop = end if closing is None else closing
                pieces.append(self._text[position + 1 : stop])
                position = stop + 1
            elif bare := _BARE.match(self._text, position, end):
                pieces.append(self._macros.get(bare[0].lower(), bare[0]))
                position = bare.end()
            else:
                break
            pieces[-1] = pieces[-1][:left]
            left -= len(pieces[-1])
            join = _JOIN.match(self._text, position, end)
            if join is None:
                break
            position = join.end()
        return "".join(pieces), position

    def _line_of(self, position: int) -> int:
        self._line += self._text.count("\n", self._counted, position)
        self._counted = position
        return self._line


def _end(pattern: re.Pattern[str], text: str, position: int, end: int) -> int:
    match = pattern.match(text, position, end)
    return match.end() if match else position


def _matched(brace: re.Pattern[str], text: str, begin: int, end: int) -> dict[int, int]:
    """Where each opening brace between two places is closed."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in brace.finditer(text, begin, end):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            found[opened.pop()] = match.start()
    return found


def _skip_to(
    sign: str, pattern: re.Pattern[str], text: str, position: int, end: int, braces: dict[int, int]
) -> int | None:
    """Where a sign stands next, outside braces and, for a parenthesis, outside quotes."""
    is_quoted = False
    while match := pattern.search(text, position, end):
        position = match.end()
        if match[0] == "{":
            position = braces.get(match.start(), match.start()) + 1
        elif match[0] == sign and not is_quoted:
            return match.start()
        elif match[0] == '"':
            is_quoted = not is_quoted
    return None
