r"""Turns a LaTeX formula into one line of text, but only if every command is known: half a formula would be wrong.

Sub- and superscripts become Unicode if all their characters have such a form; others stay, as in `x^{a+q}`.
"""

import re
import unicodedata

from paperreader.domain.latex.commands import (
    ARGUMENTS,
    DOUBLE_STRUCK,
    FORMULA_ACCENTS,
    NAMES,
    SIGNS,
    SPACES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SWITCHES,
    TEXT_SIGNS,
)

LONGEST = 300
"""Characters of the longest formula that is read."""
_DEEPEST = 20
"""Levels of nested groups."""

_PART = re.compile(
    r"\\(?P<word>[A-Za-z]+)\*?(?P<blank>[ \t]*)|\\(?P<escaped>[,;:!{}%&#_$| ])|(?P<level>[\^_])|(?P<brace>[{}])"
    r"|(?P<text>[^\\^_{}]+)"
)
_ESCAPED = {**dict.fromkeys(",;: ", " "), "!": "", "|": "‖"}
_ORDINALS = frozenset(("st", "nd", "rd", "th"))
_SIMPLE = re.compile(r"[\w.]*|\([^()]*\)|√?\w")
"""Text that needs no parentheses beside a slash or under a root."""
_NOT_OPERATORS = frozenset("|¬℘√∞∅∀∁∃∄∂∇∏∐∑∠∡∢∫∬∭∮∯∰∱⋀⋁⋂⋃♯⊤")
"""Signs of mathematics that TeX sets close to the next sign."""
_CLOSE = frozenset(" ,.;:!?)]}'")
"""Characters that never need a blank before them."""
_NUMBER = re.compile(r"x[0-9A-Fa-f]{1,6}|\d{1,7}")


def read_formula(source: str) -> str | None:
    """A formula as text; None if a part is unknown, a brace is missing, or it is too long."""
    if len(source) > LONGEST:
        return None
    formula = _Formula(source)
    text = formula.read()
    return " ".join(text.split()) if formula.is_known else None


def script_of(text: str, level: str) -> str:
    """A text as superscript (`^`) or subscript (`_`); empty if a character has no such form."""
    signs = SUPERSCRIPTS if level == "^" else SUBSCRIPTS
    return "".join(signs[sign] for sign in text) if all(sign in signs for sign in text) else ""


def character_of(number: str) -> str:
    r"""The character of a number in `\unicode`, such as `x2013` or `8211`; empty if it is not printable."""
    if not _NUMBER.fullmatch(number):
        return ""
    code = int(number[1:], 16) if number[0] == "x" else int(number)
    return chr(code) if code <= 0x10FFFF and chr(code).isprintable() else ""


class _Formula:
    """Reads one formula."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self.is_known = True
        """Whether every part so far is known."""

    def read(self, depth: int = 0) -> str:
        """The text up to the end of the formula or of the group."""
        line = _Line()
        while self.is_known and (part := _PART.match(self._source, self._position)):
            start, self._position = self._position, part.end()
            if part["brace"] == "}":
                self.is_known = depth > 0
                return line.text()
            if part["brace"]:
                line.write(self._group(depth))
            elif level := part["level"]:
                line.write_script(self._script(level, line.last, depth))
            elif part["word"]:
                has_gap = self._source[max(0, start - 1) : start].isspace()
                self._command(part["word"], part["blank"], line, depth, has_gap=has_gap)
            else:
                line.write(part["text"] or _ESCAPED.get(part["escaped"], part["escaped"]))
        self.is_known &= depth == 0 and self._position == len(self._source)
        return line.text()

    def _group(self, depth: int) -> str:
        self.is_known &= depth < _DEEPEST
        return self.read(depth + 1)

    def _argument(self, depth: int) -> str:
        """The next group, command or sign."""
        while self._source.startswith((" ", "\t"), self._position):
            self._position += 1
        part = _PART.match(self._source, self._position)
        if part is None or part["level"] or part["brace"] == "}":
            self.is_known = False
            return ""
        if part["text"]:
            self._position += 1
            return part["text"][0]
        self._position = part.end()
        if part["brace"]:
            return self._group(depth)
        line = _Line()
        if part["word"]:
            self._command(part["word"], "", line, depth + 1, has_gap=False)
        return line.text() or _ESCAPED.get(part["escaped"], part["escaped"]) or ""

    def _script(self, level: str, base: str, depth: int) -> str:
        text = self._argument(depth)
        if level == "^" and base.isdigit() and text in _ORDINALS:
            return text
        script = script_of(text, level) if text not in ("(", ")") else ""
        return script or (f"{level}{text}" if len(text) == 1 else f"{level}{{{text}}}")

    def _command(self, word: str, blank: str, line: "_Line", depth: int, *, has_gap: bool) -> None:
        """Write the meaning of a command; names (`log`) and operators after a blank (`≤`) get blanks."""
        kinds = ARGUMENTS.get(word, "")
        sign = SIGNS.get(word) or (TEXT_SIGNS.get(word, "") if len(word) > 2 else "")
        if depth > _DEEPEST:
            self.is_known = False
        elif word == "deg" and line.last.isdigit():
            line.write("°")
        elif word in NAMES or word == "operatorname":
            line.write_name(word if word in NAMES else self._argument(depth), has_blank=bool(blank))
        elif kinds == "ff":
            above, below = self._argument(depth), self._argument(depth)
            if word == "binom":
                line.write(f"({above} choose {below})")
            else:
                line.write_fraction(f"{_in_parentheses(above)}/{_in_parentheses(below)}")
        elif word == "sqrt":
            self.is_known &= not self._source.startswith("[", self._position)
            line.write(f"√{_in_parentheses(self._argument(depth))}")
        elif word == "pmod":
            line.write(f" (mod {self._argument(depth)})")
        elif word in FORMULA_ACCENTS:
            base = self._argument(depth)
            self.is_known &= len(base) == 1
            line.write(unicodedata.normalize("NFC", base + FORMULA_ACCENTS[word]))
        elif word == "mathbb":
            letter = self._argument(depth)
            line.write(DOUBLE_STRUCK.get(letter, letter))
        elif word == "unicode":
            character = character_of(self._argument(depth))
            self.is_known &= bool(character)
            line.write(character)
        elif kinds and kinds.strip("-") in ("", " ", "t", "m") and self._source.startswith("{", self._position):
            *_, text = [self._argument(depth) for _ in kinds]
            line.write(text if kinds[-1] in "tm" else kinds.strip("-"))
        elif word in SPACES:
            line.write(SPACES[word])
            if word in ("left", "right") and self._source.startswith(".", self._position):
                self._position += 1
        elif has_gap and (word == "mid" or _is_operator(sign)):
            line.write(sign, has_gap=True)
            line.needs_blank = True
        else:
            self.is_known &= bool(sign) or word in SWITCHES or kinds == "t"
            line.write(sign)


class _Line:
    """The text of a formula so far, and whether a blank must precede the next part.

    TeX drops the blank after a command, and sets blanks around names and operators.
    """

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.needs_blank = False
        """Whether the next part needs a blank before it."""
        self._needs_blank_before_letters = False
        """Whether a letter or digit needs a blank before it."""
        self._has_fraction = False
        """Whether the last part is a fraction without parentheses."""

    @property
    def last(self) -> str:
        """The last character."""
        return next((part[-1] for part in reversed(self.parts) if part), "")

    def text(self) -> str:
        """The whole text."""
        return "".join(self.parts)

    def write(self, text: str, *, has_gap: bool = False) -> None:
        """Write a text, with a blank before it if it needs one."""
        if not text:
            return
        if text[0].isalnum() or text[0] in "([{√∑∏∫":
            self._close_fraction()
        is_due = self.needs_blank or (self._needs_blank_before_letters and text[0].isalnum())
        if (is_due and text[0] not in _CLOSE) or (has_gap and self.last not in ("", " ")):
            self.parts.append(" ")
        self.parts.append(text)
        self.needs_blank = self._needs_blank_before_letters = self._has_fraction = False

    def write_script(self, text: str) -> None:
        """Write a sub- or superscript."""
        self._close_fraction()
        self.parts.append(text)

    def write_fraction(self, text: str) -> None:
        """Write a fraction, in parentheses beside a factor."""
        is_factor = self.last.isalnum() or self.last in (*")]}",)
        self.write(f"({text})" if is_factor else text)
        self._has_fraction = not is_factor

    def _close_fraction(self) -> None:
        if self._has_fraction:
            self.parts[-1] = f"({self.parts[-1]})"
            self._has_fraction = False

    def write_name(self, name: str, *, has_blank: bool) -> None:
        """Write the name of a function."""
        self.write(name, has_gap=self.last.isalnum() or self.last == ")")
        self.needs_blank, self._needs_blank_before_letters = has_blank, True


def _in_parentheses(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _is_operator(sign: str) -> bool:
    """Whether a sign is a binary operator or relation."""
    return sign in ("·", "…") or (len(sign) == 1 and unicodedata.category(sign) == "Sm" and sign not in _NOT_OPERATORS)
