r"""Reads the entries of BibTeX text with their fields and macros; damage spoils only the entry that contains it.

    text  := (anything @ type { body } | anything @ type ( body ))*      text between entries is a comment
    body  := key , field , …         field := name = value        value := piece # piece …
    piece := { … }  |  " … "  |  a number or a macro

As in BibTeX, a brace after a backslash is a brace, except where the entry only ends without it. As in biber, `%`
begins a comment between fields and entries. Commas between fields may be missing. Text that is not a field is reported.
An entry that never ends is reported, as is an entry that ends too early, unless its fields can be told apart. Text
after a whole entry does not affect it. The time is proportional to the length.

`bibtexparser` is not used: it joins no pieces, takes fields without a comma between them for one value, drops an entry
with an entry in its abstract, and drops the fields after a brace too many without a problem.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

UNCLOSED = "an entry whose braces do not balance"
MANGLED = "an entry with an extra brace or quotation mark"
UNREADABLE = "not a BibTeX entry: it has neither a key nor fields"

MAX_VALUE = 200_000
"""Characters of a value that are read: macros of macros grow without limit."""

_HEAD = re.compile(r"@[ \t]*(?P<type>[^\W\d_][\w-]*)\s*(?P<opening>[{(])")
_SURE_HEAD = (
    r"@[ \t]*(?:(?:comment|preamble|string)\s*[{(]"
    r"|[^\W\d_][\w-]*\s*(?:\{[^,={}\"\n]*|[{(][^\S\n]*\n?[^\s,={}\"]*[^\S\n]*)[,=])"
)
_NEXT_HEAD = re.compile(_SURE_HEAD, re.IGNORECASE)
_SIGN = re.compile(rf"[{{}}()\"]|^[ \t]*(?={_SURE_HEAD})", re.MULTILINE | re.IGNORECASE)
"""Brackets, quotation marks, and lines that begin like an entry."""
_BRACE = re.compile(r"[{}]")
_UNESCAPED_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_QUOTE = re.compile(r"\\.|[{\"]", re.DOTALL)

_KEY = re.compile(r"(?P<key>[^,={}\"]*)(?:,|$)|\s*(?P<bare>[^\s,={}\"]+)(?=\s+[\w-]+\s*=)")
_GAP = re.compile(r"(?:[\s,]++|%[^\n]*+)*+")
_NAME = r"[^\W\d][\w:.+/-]*+(?:[^\S\n]++[\w:.+/-]++)*+\s*+="
_FIELD = re.compile(rf"{_NAME}\s*")
_WORDS = re.compile(r"[^\s,#{}\"=%]++(?:[ \t]++[^\s,#{}\"=%]++(?!\s*=))*+")
_JOIN = re.compile(r"\s*#\s*")
_AFTER_VALUE = re.compile(rf"\s*+(?:$|[#%]|,(?:[\s,]++|%[^\n]*+)*+(?:$|{_NAME}))|[^\S\n]*+\n\s*+{_NAME}")
"""The end of the entry, another piece, a comment, or the next field."""
_STRAY_BRACES = re.compile(r"[\s}]{0,20}")
_NO_FIELD = re.compile(r"[^,{]++|\{")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NO_ENTRIES = ("comment", "preamble")


@dataclass(frozen=True, slots=True)
class Block:
    """An entry: its type and field names in lower case, its values without the outer braces."""

    type: str
    key: str
    fields: dict[str, str]
    """The first value of each field."""
    line: int
    start: int
    end: int
    """Its place in the text."""
    damage: str | None = None
    """Why it could not be read; then it has no fields."""
    odd: str = ""
    """The text in it that is not a field."""


def read_blocks(text: str) -> Iterator[Block]:
    """The entries of a text in order, damaged entries among them. Never raises."""
    return _Reader(text).blocks()


@dataclass(slots=True)
class _Body:
    """The text between the brackets of an entry, and the faults found in it."""

    begin: int
    end: int
    braces: dict[int, int] | None
    """The closing brace of each opening brace; None if braces cannot be trusted."""
    odd: list[str] = field(default_factory=list)
    is_mangled: bool = False


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._macros = {name: name for name in _MONTHS}
        self._line, self._counted = 1, 0
        self._looked, self._following = 0, -1
        """The place from which the next entry was searched, and where that entry begins."""
        self._left = 2 * len(text)
        """Characters that may be searched in vain for closing brackets."""

    def blocks(self) -> Iterator[Block]:
        """The entries of the text."""
        position = 0
        while head := _HEAD.search(self._text, position):
            line = max(position, self._text.rfind("\n", position, head.start()) + 1)
            if "%" in self._text[line : head.start()]:
                position = head.end()
                continue
            block, position = self._entry(head)
            if block:
                yield block

    def _entry(self, head: re.Match[str]) -> tuple[Block | None, int]:
        """The entry of a head (None if it has no fields of its own) and where it ends."""
        start, opening, kind = head.start(), head.end() - 1, head["type"].lower()
        braces, closing = self._brackets(opening)
        if closing is None:
            end = self._next_head(opening + 1)
            braces = _matched(_UNESCAPED_BRACE, self._text, opening, end)
            if (closing := braces.get(opening)) is None:
                return Block("", "", {}, self._line_of(start), start, end, UNCLOSED), end
        if kind in _NO_ENTRIES:
            return None, closing + 1
        body = _Body(opening + 1, closing, braces)
        block = self._block(kind, start, body)
        if block and block.damage == UNREADABLE and (end := self._next_head(opening + 1)) < closing:
            self._left -= closing - opening  # its closing bracket belongs to a later entry
            return replace(block, end=end), end
        if (late := self._late_closing(closing + 1)) is None:
            return block, closing + 1
        longer = self._block(kind, start, _Body(opening + 1, late, None))
        if block and longer and longer.damage and not (block.damage or body.odd):
            # The shorter entry is whole; the text after it is a rest of another entry.
            longer = replace(block, odd=" ".join(self._text[closing + 1 : late + 1].split()))
        return longer, late + 1

    def _brackets(self, opening: int) -> tuple[dict[int, int], int | None]:
        """The closing brace of each brace of an entry, and where the entry ends (None if it never does).

        A line that begins like an entry begins one, unless it is inside a value.
        """
        braces: dict[int, int] = {}
        opened: list[int] = []
        has_braces = self._text[opening] == "{"
        is_quoted = False
        position = opening
        end = len(self._text) if self._left > 0 else self._next_head(opening + 1)
        for sign in _SIGN.finditer(self._text, opening if has_braces else opening + 1, end):
            position = sign.start()
            if sign[0] == "{":
                opened.append(position)
            elif sign[0] == "}":
                if opened:
                    braces[opened.pop()] = position
                if has_braces and not opened:
                    return braces, position
            elif sign[0] == '"':
                is_quoted ^= len(opened) == has_braces
            elif sign[0] == ")":
                if not has_braces and not opened and not is_quoted:
                    return braces, position
            elif sign[0] != "(" and len(opened) <= has_braces and not is_quoted:
                break
        self._left -= position - opening
        return braces, None

    def _next_head(self, begin: int) -> int:
        """Where the next entry begins."""
        if not self._looked <= begin <= self._following:
            following = _NEXT_HEAD.search(self._text, begin)
            self._looked, self._following = begin, following.start() if following else len(self._text)
        return self._following

    def _late_closing(self, begin: int) -> int | None:
        """The later end of an entry that seems to end before a place, but has fields and a closing brace after it."""
        end = self._next_head(begin)
        self._left -= end - begin
        if self._left < 0 or self._text.find("=", begin, end) < 0 or self._text.find("}", begin, end) < 0:
            return None
        depth, late = 0, None
        for brace in _BRACE.finditer(self._text, begin, end):
            depth += 1 if brace[0] == "{" else -1
            if depth < 0:
                depth, late = 0, brace.start()
        return late if late and "=" in self._text[begin:late] else None

    def _block(self, kind: str, start: int, body: _Body) -> Block | None:
        """The entry with this body; None for an entry that only defines macros."""
        line, end = self._line_of(start), body.end + 1
        key = _KEY.match(self._text, body.begin, body.end) if kind != "string" else None
        found: dict[str, str] = {}
        for name, value in self._fields(key.end() if key else body.begin, body):
            found.setdefault(name, value)
        if body.is_mangled:
            return Block(kind, "", {}, line, start, end, MANGLED)
        if kind == "string":
            self._macros |= found
            return None
        if not found and key is None:
            return Block(kind, "", {}, line, start, end, UNREADABLE)
        name = (key["key"] or key["bare"] or "").strip() if key else ""
        return Block(kind, name, found, line, start, end, odd=" … ".join(body.odd))

    def _fields(self, position: int, body: _Body) -> Iterator[tuple[str, str]]:
        """The names and values in an entry; other text goes to `body.odd`."""
        while not body.is_mangled and (position := _end(_GAP, self._text, position, body.end)) < body.end:
            if head := _FIELD.match(self._text, position, body.end):
                value, position = self._value(head.end(), body)
                yield " ".join(head[0].lower().strip(" \t\n=").split()), value
                continue
            start = position
            while position < body.end and (part := _NO_FIELD.match(self._text, position, body.end)):
                position = max(part.end(), (body.braces or {}).get(position, 0) + 1)
            odd = " ".join(self._text[start:position].split())
            if any(map(str.isalnum, odd)):
                body.odd.append(odd)
                body.is_mangled |= body.braces is None

    def _value(self, position: int, body: _Body) -> tuple[str, int]:
        """The value at a place and where it ends."""
        pieces: list[str] = []
        left = MAX_VALUE
        while position < body.end:
            sign = self._text[position]
            if sign in '{"':
                stop = self._braced(position, body) if sign == "{" else self._quoted(position, body)
                if stop is None:
                    body.is_mangled |= sign == '"' or body.braces is None
                    break
                pieces.append(self._text[position + 1 : stop])
                position = stop + 1
            elif words := _WORDS.match(self._text, position, body.end):
                pieces.append(self._macros.get(words[0].lower(), words[0]))
                position = words.end()
            else:
                break
            pieces[-1] = pieces[-1][:left]
            left -= len(pieces[-1])
            join = _JOIN.match(self._text, position, body.end)
            if join is None:
                break
            position = join.end()
        return "".join(pieces), position

    def _braced(self, position: int, body: _Body) -> int | None:
        """Where a value in braces ends: the text that may follow a value follows it."""
        if body.braces is not None:
            return body.braces.get(position)
        depth = 0
        for brace in _UNESCAPED_BRACE.finditer(self._text, position, body.end):
            depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if brace[0] == "}" and depth <= 0:
                after = _end(_STRAY_BRACES, self._text, brace.end(), body.end)
                if _AFTER_VALUE.match(self._text, after, body.end):
                    return brace.start()
        return None

    def _quoted(self, position: int, body: _Body) -> int | None:
        """Where a value in quotation marks ends; it may contain quotation marks."""
        position += 1
        while sign := _QUOTE.search(self._text, position, body.end):
            position = sign.end()
            if sign[0] == "{":
                position = max(position, (body.braces or {}).get(sign.start(), 0) + 1)
            elif sign[0] == '"' and _AFTER_VALUE.match(self._text, position, body.end):
                return sign.start()
        return None

    def _line_of(self, position: int) -> int:
        self._line += self._text.count("\n", self._counted, position)
        self._counted = position
        return self._line


def _end(pattern: re.Pattern[str], text: str, position: int, end: int) -> int:
    match = pattern.match(text, position, end)
    return match.end() if match else position


def _matched(brace: re.Pattern[str], text: str, begin: int, end: int) -> dict[int, int]:
    """The closing brace of each opening brace between two places."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in brace.finditer(text, begin, end):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            found[opened.pop()] = match.start()
    return found
