r"""Turns LaTeX in texts into Unicode where its meaning is certain; everything else stays unchanged.

TeX source, as in BibTeX files, is read as TeX sets it: `{LLaMA}`, `1--2`, `Fig.~3`. In other texts, such as the
abstracts of arXiv, these characters may mean themselves and stay. Unknown commands and unbalanced braces and quotes
always stay. A dollar before an amount (`$100K`, `$5-$10`) is money.

A text is read in one pass, in time proportional to its length for any nesting.
"""

import re
import unicodedata

from paperreader.domain.latex.commands import (
    ACCENTS,
    ARGUMENTS,
    LETTERS,
    LISTS,
    NAMES,
    SIGNS,
    SPACES,
    SWITCHES,
    TEXT_SIGNS,
)
from paperreader.domain.latex.formula import LONGEST, character_of, read_formula, script_of
from paperreader.domain.text import Safe, limit_marks

_FORMULA = rf"(?:[^$\\\n]|\\.){{1,{LONGEST}}}"
# Each alternative begins with a different character, so that the search is fast.
_ANYWHERE = (
    rf"\$(?:(?=(?P<math>{_FORMULA})\$)|\$(?=(?P<display>{_FORMULA})\$\$))?"
    rf"|\\(?:\((?=(?P<inline>(?:[^\\\n]|\\[^()\n]){{1,{LONGEST}}})\\\))"
    rf"|\[(?=(?P<block>(?:[^\\\n]|\\[^\[\]\n]){{1,{LONGEST}}})\\\])"
    r"|(?P<word>[A-Za-z]+)(?:\*(?=[ \t]*\{))?(?P<blank>[ \t]*)|(?P<sign>.))|\{|\}|``|''"
)
_TOKEN = re.compile(rf"{_ANYWHERE}|\n\n")
_TOKEN_OF_SOURCE = re.compile(rf"{_ANYWHERE}|---?|~|https?://[^\s{{}}$\\`'\"<>]+")
_MONEY = re.compile(r"\$\d[^$\n]{0,200}\$\d")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
"""A word, which text between two amounts of money has, and few formulas outside a command."""
_COMMAND_OR_SCRIPT = re.compile(r"[\\^_]")
_BLANKS = re.compile(r"[ \t]*")
_OPTION = re.compile(r"[ \t]*\[[^\[\]{}\n]{0,200}\]")
_GROUP_OF_TEX = re.compile(
    rf"\{{[ \t]*\\(?:['`^\"~=.]|[uvHckdbr][ \t{{]|(?:{'|'.join(('color', *SWITCHES, *LETTERS))})(?![A-Za-z])"
    r"|[A-Za-z]+[ \t]*\})"
)
"""A group that begins with an accent, a letter or a switch, or is one command: it is TeX in any text."""
_ESCAPED = {**dict.fromkeys("-/!", ""), **dict.fromkeys(",;: \t\\", " ")}
"""The meaning of a backslash before a sign in TeX source; any other sign means itself."""
_ESCAPED_ANYWHERE = {**{sign: sign for sign in "%&#_$"}, **dict.fromkeys(",;:", " ")}
"""The meaning of a backslash before a sign in any text, where it is certain."""
_LIGATURES = {"---": "—", "--": "–", "``": "“", "''": "”", "~": " "}
_SINGLE_QUOTES = re.compile(r"(?<![\w`\\\"])`(?![\s`])([^`'\n]+)(?<!\s)'(?![\w'])")
_IN_ADDRESS = re.compile(
    r"\\(?:(?P<sign>[_%&#~$^{}])|(?P<word>text[a-z]+)[ \t]*)(?:\{\})?|\\(?:url|path|nolinkurl)\b|[{}]"
)
_LONGEST_ADDRESS = 2_000


def readable(text: Safe) -> Safe:
    """A text from anywhere, its LaTeX turned into Unicode where that is certain."""
    if "\\" not in text and "$" not in text and "``" not in text:
        return text  # nearly always; the search index reads a million abstracts
    shown = _TextReader(text, is_source=False, has_notes=True).text()
    if shown.isascii():
        return Safe(shown)
    return Safe(limit_marks(shown))  # the text between two runs of combining marks may be gone


def read_tex(source: str) -> str:
    """The text of TeX source, with notes in parentheses and the addresses of links after their texts."""
    return _TextReader(_quoted(source), is_source=True, has_notes=True).text() if _has_tex(source) else source


def read_tex_line(source: str) -> str:
    """The title or name in TeX source, without notes and the addresses of links."""
    return _TextReader(_quoted(source), is_source=True, has_notes=False).text() if _has_tex(source) else source


def read_tex_address(source: str) -> str:
    r"""An address or an id without the TeX around its characters: `\_`, `{\%}`, `\url{…}`."""
    if "\\" not in source and "{" not in source:
        return source.strip()
    return _IN_ADDRESS.sub(lambda match: match["sign"] or TEXT_SIGNS.get(match["word"], ""), source).strip()


def _quoted(source: str) -> str:
    """TeX source whose words between a backtick and an apostrophe are in single quotation marks."""
    return _SINGLE_QUOTES.sub(r"‘\1’", source) if "`" in source else source


def _has_tex(source: str) -> bool:
    return any(sign in source for sign in "\\{}$~`'-")


class _TextReader:
    """Reads one text: it finds the groups, quotes and formulas, then writes the text again."""

    def __init__(self, source: str, *, is_source: bool, has_notes: bool) -> None:
        self._source = source
        self._is_source = is_source
        self._has_notes = has_notes
        self._tokens = _TOKEN_OF_SOURCE if is_source else _TOKEN
        self._closing: dict[int, int] = {}
        """The end of each closed group by its beginning."""
        self._shown: dict[int, str] = {}
        """The text to write for braces, quotes and formulas, by their places."""
        self._end_of: dict[int, int] = {}
        """The end of each formula by its beginning."""
        self._parts: list[str] = []
        self._done = 0
        """The end of the source that is written."""

    def text(self) -> str:
        """The text of the source."""
        self._find_pairs()
        while token := self._tokens.search(self._source, self._done):
            start = token.start()
            self._write(self._source[self._done : start])
            self._done = self._end_of.get(start, token.end())
            if start in self._shown:
                self._write(self._shown[start])
            elif token["word"]:
                self._write_word(token)
            elif token["sign"]:
                self._write_sign(token["sign"], token)
            elif start in self._closing and (self._is_source or _GROUP_OF_TEX.match(self._source, start)):
                self._open(start)
            else:
                self._write(token[0])
        self._write(self._source[self._done :])
        return "".join(self._parts)

    def _find_pairs(self) -> None:
        """Find the groups, the quotes and the formulas."""
        opened: list[int] = []
        quote: int | None = None
        end = 0
        while token := self._tokens.search(self._source, end):
            start, end = token.span()
            if (formula := _formula_of(token)) is not None:
                end = self._end_of[start] = end + len(formula) + end - start
                text = read_formula(formula)
                self._shown[start] = self._source[start:end] if text is None else text
            elif token[0] == "{":
                opened.append(start)
            elif token[0] == "}":
                if opened:
                    self._closing[opened.pop()] = start
            elif self._is_source:
                if token[0] in _LIGATURES:
                    self._shown[start] = _LIGATURES[token[0]]
            elif token[0] == "``":
                quote = start
            elif token[0] == "''" and quote is not None:
                self._shown[quote], self._shown[start], quote = "“", "”", None
            elif token[0] == "\n\n":
                opened.clear()
                quote = None
            elif token[0] == "$" and not self._source[start + 1 : start + 2].isdigit():
                opened.clear()  # neither a formula nor an amount: the braces around it are uncertain

    def _write(self, text: str) -> None:
        if text:
            self._parts.append(text)

    @property
    def _last(self) -> str:
        """The last character that was written."""
        return self._parts[-1][-1] if self._parts else ""

    def _open(self, start: int, before: str = "", after: str = "") -> None:
        """Write the beginning of a group; its text follows, and `after` is written at its end."""
        self._write(before)
        self._shown[self._closing[start]] = after
        self._done = start + 1

    def _inside(self, start: int, longest: int = LONGEST + 1) -> str:
        """The beginning of the text in a group."""
        return self._source[start + 1 : min(self._closing[start], start + 1 + longest)]

    def _arguments(self, position: int, count: int) -> list[int]:
        """Where the arguments of a command begin; empty if one is missing. Options between them are skipped."""
        found = []
        for _ in range(count):
            if option := _OPTION.match(self._source, position):
                position = option.end()
            position = self._after_blanks(position)
            if position not in self._closing:
                return []
            found.append(position)
            position = self._closing[position] + 1
        return found

    def _after_blanks(self, position: int) -> int:
        blanks = _BLANKS.match(self._source, position)
        return blanks.end() if blanks else position

    def _write_sign(self, sign: str, token: re.Match[str]) -> None:
        """Write the meaning of a backslash and a sign."""
        if sign in ACCENTS and self._write_accent(sign, token.end()):
            return
        start, end = token.span()
        before, after = self._source[max(0, start - 1) : start], self._source[end : end + 1]
        if sign == "@":
            self._write("@" if after.isalnum() else "")
        elif self._is_source:
            self._write(_ESCAPED.get(sign, sign))
        elif sign == " " and before and not before.isspace():
            self._write(" ")
        else:
            self._write(_ESCAPED_ANYWHERE.get(sign, token[0]))

    def _write_word(self, token: re.Match[str]) -> None:
        """Write the meaning of a command with its arguments."""
        word, blank = token["word"], token["blank"]
        kinds = ARGUMENTS.get(word, "")
        if word in ACCENTS and (self._write_split_command(word, token.end()) or self._write_accent(word, token.end())):
            return
        if kinds and (arguments := self._arguments(token.end(), len(kinds))):
            if self._write_arguments(token, kinds, arguments):
                return
        elif word in SWITCHES or (kinds == "t" and self._is_source):
            return
        if word in ("begin", "end") and (names := self._arguments(token.end(), 1)) and self._inside(*names) in LISTS:
            if word == "begin" and self._inside(*names).startswith("CJK"):
                names = self._arguments(token.end(), 3) or names  # the arguments for the encoding and the font
            behind = self._closing[names[-1]] + 1
            self._done = self._after_blanks(behind) if word == "begin" else behind
        elif word == "item":
            self._write("• " if self._last.isspace() else " • ")
        elif word == "par" and self._is_source:
            self._write("\n\n")
        elif word == "ifmmode" and (place := self._source.find("\\else", self._done, self._done + LONGEST)) >= 0:
            self._done = self._after_blanks(place + len("\\else"))  # the part before it is for formulas
        elif word in SPACES:
            self._write(SPACES[word])
        elif sign := self._sign(word):
            self._write(f"{' ' if sign in NAMES and self._last.isalnum() else ''}{sign}")
            self._write("" if word in TEXT_SIGNS else blank)
            if self._source.startswith("{}", self._done):
                self._done += 2
        else:
            self._write(token[0])
            position = token.end()
            while (
                end := self._closing.get(position)
            ) is not None:  # the arguments of an unknown command keep their braces
                self._shown[position], self._shown[end] = "{", "}"
                position = end + 1

    def _sign(self, word: str) -> str:
        """The characters of a command without arguments; empty if they are not certain."""
        if word == "deg" and self._last.isdigit():
            return "°"
        if len(word) == 1 and not self._is_source:  # authors redefine such commands, as `\P` for a probability
            follows = self._source[self._done : self._done + 1]
            is_letter = self._last.isalpha() or follows == "}" or self._source.startswith("{}", self._done)
            return TEXT_SIGNS.get(word, "") if is_letter else ""
        return TEXT_SIGNS.get(word) or SIGNS.get(word) or (word if word in NAMES else "")

    def _write_arguments(self, token: re.Match[str], kinds: str, arguments: list[int]) -> bool:
        """Write the arguments of a command as the command sets them; False if that is unknown."""
        kind, first, last = kinds[-1], arguments[0], arguments[-1]
        end = self._closing[last]
        if kinds == "lt":
            address, name = read_tex_address(self._inside(first, _LONGEST_ADDRESS)), self._inside(last)
            has_address = self._has_notes and address.startswith("http") and address not in name
            if has_address and name in address:
                self._write(address)
                self._done = end + 1
            else:
                self._open(last, after=f" ({address})" if has_address else "")
        elif kind == "t":
            self._open(last)
        elif kind == "n" and self._has_notes:
            self._open(last, " (", ")")
        elif kind in "cq":
            self._open(last, *("[]" if kind == "c" else "“”"))
        elif kind in "^_":
            script = script_of(read_formula(self._inside(last)) or "", kind)
            self._open(last, script)
            self._done = end + 1 if script else last + 1
        else:
            text: str | None = None
            if not self._is_source and (end - first > _LONGEST_ADDRESS or "\n" in self._source[first:end]):
                return False
            if kind in "- n":
                text = kind.strip("-n")
            elif kind == "u":
                text = read_tex_address(self._inside(last, _LONGEST_ADDRESS))
            elif kind == "m":
                text = read_formula(self._inside(last))
            elif kind == "f":
                text = read_formula(self._source[token.start() : end + 1]) if end - token.start() < LONGEST else None
            elif kind == "x":
                text = character_of(self._inside(last)) or None
            if text is None:
                return False
            self._write(text)
            self._done = end + 1
        return True

    def _write_split_command(self, mark: str, position: int) -> bool:
        r"""Write a command that arXiv has split into an accent and a group: `\b{eta}` is `\beta`."""
        end = self._closing.get(position)
        # A single letter has the accent: `\d{h}` is not `\dh`.
        sign = self._sign(mark + self._inside(position)) if end and end > position + 2 else ""
        if end and sign:
            self._write(sign)
            self._done = end + 1
        return bool(sign)

    def _write_accent(self, mark: str, position: int) -> bool:
        """Write the next letter with its accent; in TeX source an accent without a letter is a sign."""
        found = self._accented(mark, position)
        if found is None and self._is_source and not mark.isalpha():
            found = mark, position
        if found is None:
            return False
        self._write(found[0])
        self._done = found[1]
        return True

    def _accented(self, mark: str, position: int, depth: int = 1) -> tuple[str, int] | None:
        """The letter at a place with its accent, and where the text continues."""
        groups: list[int] = []
        start = position
        while (position := self._after_blanks(position)) in self._closing and len(groups) < depth + 1:
            groups.append(self._closing[position])
            position += 1
        has_gap = position > start
        base: str | None = self._source[position : position + 1]
        if base == "\\" and (token := _TOKEN.match(self._source, position)):
            inner = token["word"] or token["sign"] or ""
            base, position = LETTERS.get(inner), token.end()
            if inner in ACCENTS and depth < 3:
                base, position = self._accented(inner, position, depth + 1) or (None, position)
        else:
            position += 1
        if not base or not (base.isalpha() or (self._is_source and base.isdigit())):
            return None
        letter = unicodedata.normalize("NFC", {"ı": "i", "ȷ": "j"}.get(base, base) + ACCENTS[mark])
        if not self._is_source:
            is_certain = len(letter) == 1 and (groups or not (has_gap or mark.isalpha()))
            if not is_certain or self._is_apostrophe(mark, position):
                return None
        for group in groups:
            self._shown[group] = ""
        return letter, position

    def _is_apostrophe(self, mark: str, end: int) -> bool:
        r"""Whether an accent on the last letter of a word is an escaped apostrophe: `it\'s`."""
        word, after = self._source[max(0, end - 4) : end], self._source[end : end + 1]
        return mark == "'" and len(word) == 4 and word[0].isalpha() and word[3] in "sdm" and not after.isalpha()


def _formula_of(token: re.Match[str]) -> str | None:
    """The source of the formula that begins with a token; None if none does."""
    formula = token["math"]
    if formula is None:
        return token["display"] or token["inline"] or token["block"]
    has_command = _COMMAND_OR_SCRIPT.search(formula) is not None
    has_word = _WORD.search(formula) is not None
    if formula[0] == formula[-1] == " ":
        return formula if has_command and not has_word else None
    if formula[0] in " ," or formula[-1] == " " or _MONEY.match(token.string, token.start()):
        return None
    return formula if has_command or " " not in formula or not has_word else None
