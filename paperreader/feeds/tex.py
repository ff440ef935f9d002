r"""TeX source as the text that it stands for, in the fields of a BibTeX entry.

Accents (`{\"o}`, `\'\i`), letters and signs (`\ss`, `\textendash`, `\&`), quotes, dashes and ties become Unicode;
commands that only set type go, and so do the braces that keep capitals. A formula becomes Unicode where every part of
it has a character (`$\Sigma^{0}$` is Σ⁰); other formulas stay as they are, and so does a command that is not known,
with its braces. What comes of a text costs no more than its length, however it is nested. `pylatexenc` gives the signs;
its own reading of TeX drops what it does not know, and fails for a link or for deep nesting.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "d": "\u0323", "b": "\u0331",
    "r": "\u030a", "t": "\u0361", "G": "\u030f", "U": "\u030e", "h": "\u0309",
}  # fmt: skip
"""The combining mark of each accent command."""
_TYPE = re.compile(
    r"(?:text|math)(?:bf|it|sc|tt|rm|sf|sl|up|md|normal)|text|em(?:ph)?|it|bf|sc|tt|rm|sf|sl|(?:bf|md)series"
    r"|(?:it|sc|sl|up)shape|(?:tt|rm|sf)family|normal(?:font|size)|small|footnotesize|large|[mh]box|url|path|nolinkurl"
    r"|mkbib(?:emph|bold|italic|parens)|autocap|ensuremath|bibstring|relax|protect|null|uppercase|underline"
)
"""Commands that say how their argument is set."""
_SIGNS = {
    "hyphen": "-", "slash": "/", "fshyp": "/", "textquotedbl": '"', "textasciitilde": "~", "textasciicircum": "^",
    **dict.fromkeys(("quad", "qquad", "enspace", "enskip", "thinspace", "medspace", "thickspace", "hfill"), " "),
    **dict.fromkeys(("negthinspace", "negmedspace", "negthickspace", "nobreak", "allowbreak", "noindent"), ""),
    "newline": " ", "linebreak": " ", "par": "\n\n", "space": " ", "textunderscore": "_",
    "textbackslash": "\\", "backslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textquotesingle": "'",
    "textless": "<", "textgreater": ">", "textbar": "|", "textdollar": "$", "TeX": "TeX", "LaTeX": "LaTeX",
    "BibTeX": "BibTeX", "i": "ı", "j": "ȷ", "textendash": "–", "textemdash": "—", "nobreakspace": " ",
}  # fmt: skip
"""Signs that the table of the library lacks or has otherwise."""
_ESCAPED = {"-": "", "/": "", "@": "", "!": "", ",": " ", ";": " ", ":": " ", " ": " ", "\n": " ", "\t": " ", "\\": " "}
"""What a backslash makes of a sign; any other sign is itself."""
_RAISED = dict(zip("0123456789+-=()nias", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃˢ", strict=True)) | {
    "*": "*",
    "'": "′",
    "∘": "°",
    "T": "ᵀ",
}
_LOWERED = dict(zip("0123456789+-=()aeoxijkmn", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓᵢⱼₖₘₙ", strict=True))
_LIGATURES = {"---": "—", "--": "–", "``": "“", "''": "”", "~": " "}

_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]+)\*?(?P<blank>[ \t]*\n?[ \t]*)|\\(?P<sign>.)|(?P<brace>[{}])|(?P<ligature>---?|``|''|~)",
    re.DOTALL,
)
_FORMULA = re.compile(r"(?<!\\)\$\$?([^$\\]*(?:\\.[^$\\]*)*)\$\$?|\\\(([^\\]*(?:\\[^()][^\\]*)*)\\\)", re.DOTALL)
_HREF = re.compile(r"\\href\s*\{[^{}]*\}")
_PART = re.compile(
    r"\\([A-Za-z]+)(\s*)|\\([,;:!{}%&#_ ])"
    r"|([\^_])\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|\\([A-Za-z]+)|(\w|[*'+-]))|([{}])|([^\\^_{}]+)"
)
_LONGEST_FORMULA = 300
_NO_OPERATORS = frozenset("|¬℘√∞∅∀∁∃∄∂∇∏∐∑∠∡∢∫∬∭∮∯∰∱⋀⋁⋂⋃♯⊤")
"""Signs of mathematics that TeX sets close to what stands behind them."""
_CLOSE = frozenset(" ,.;:!?)]}'")
"""Characters that never need a blank before them."""
_GREEK = "\u0370"
_LETTER_FIRST = re.compile(r"[A-Za-z][^\s$]*")
_URL_ESCAPES = re.compile(r"\\([_%&#~$^{}])(?:\{\})?|\\(?:url|path|nolinkurl)\b|[{}]")


def plain(source: str) -> str:
    """The text that TeX source stands for."""
    if not any(sign in source for sign in "\\{}$~`'-"):
        return source
    if "\\href" in source:
        source = _HREF.sub("", source)
    if "$" not in source and "\\(" not in source:
        return _text(source)
    parts: list[str] = []
    done = 0
    for formula in _FORMULA.finditer(source):
        parts += (_text(source[done : formula.start()]), _formula(formula))
        done = formula.end()
    return "".join((*parts, _text(source[done:])))


def verbatim(source: str) -> str:
    """An address or an id, without what TeX needs around its signs: `\\_`, `{\\%}`, `\\url{…}`."""
    if "\\" not in source and "{" not in source:
        return source.strip()
    return _URL_ESCAPES.sub(lambda match: match[1] or "", source).strip()


@dataclass(slots=True)
class _Writer:
    """What has been written, the accents that wait for their letter, and what closes each open brace."""

    parts: list[str] = field(default_factory=list)
    accents: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Write a text, the accents that wait on its first letter."""
        if self.accents and text:
            text = self._accented(text)
        self.parts.append(text)

    def settle(self) -> None:
        """Write the accents that found no letter as the signs that they are."""
        self.parts += (accent for accent in self.accents if not accent.isalpha())
        self.accents.clear()

    def _accented(self, text: str) -> str:
        if not text[0].isalpha():
            if text.isspace():
                return ""
            self.settle()
            return text
        base = {"ı": "i", "ȷ": "j"}.get(text[0], text[0])
        marks = "".join(_ACCENTS[accent] for accent in reversed(self.accents[-3:]))
        self.accents.clear()
        return unicodedata.normalize("NFC", base + marks) + text[1:]


def _text(source: str) -> str:
    """The text outside formulas."""
    writer = _Writer()
    done = 0
    for token in _TOKEN.finditer(source):
        if token.start() < done:
            continue  # a brace that went with its command
        writer.write(source[done : token.start()])
        done = token.end()
        if token["brace"] == "{":
            writer.closing.append("")
        elif token["brace"]:
            writer.settle()
            writer.parts.append(writer.closing.pop() if writer.closing else "")
        elif token["ligature"]:
            writer.write(_LIGATURES[token["ligature"]])
        elif token["sign"]:
            _write_sign(writer, token["sign"])
        else:
            done = _write_word(writer, token, source)
    writer.write(source[done:])
    writer.settle()
    return "".join(writer.parts)


def _write_sign(writer: _Writer, sign: str) -> None:
    if sign in _ACCENTS:
        writer.accents.append(sign)
    else:
        writer.write(_ESCAPED.get(sign, sign))


def _write_word(writer: _Writer, token: re.Match[str], source: str) -> int:
    """Write what a command stands for; where the text goes on."""
    word, blank, end = token["word"], token["blank"], token.end()
    opens = source[end : end + 1] == "{"
    if word in _ACCENTS:
        writer.accents.append(word)
    elif word in ("enquote", "mkbibquote") and opens:
        writer.write("“")
        writer.closing.append("”")
        return end + 1
    elif word in ("textsuperscript", "textsubscript") and opens:
        close = source.find("}", end)
        inside = source[end + 1 : close] if close > 0 else ""
        script = _script(inside, _RAISED if word == "textsuperscript" else _LOWERED)
        if script:
            writer.write(script)
            return close + 1
    elif not _TYPE.fullmatch(word):
        sign = _sign(word)
        if sign is None:
            writer.write(f"\\{word}{blank}{'{' if opens else ''}")
            if opens:
                writer.closing.append("}")
                return end + 1
        else:
            # Only in formulas does a sign such as \alpha stand alone; in a text the blank behind it is meant.
            writer.write(sign if word in _SIGNS or word.startswith("text") or sign < _GREEK else sign + blank[:1])
    return end


def _formula(formula: re.Match[str]) -> str:
    """A formula in Unicode if all of it can be, else as it is."""
    inside = formula[1] if formula[1] is not None else formula[2]
    if len(inside) > _LONGEST_FORMULA:
        return formula[0]
    if not re.search(r"[\\^_]", inside) and not _LETTER_FIRST.fullmatch(inside):
        return formula[0]  # an amount of dollars, and more of the sentence behind it
    writer = _FormulaWriter()
    done = 0
    for part in _PART.finditer(inside):
        if part.start() != done:
            return formula[0]
        done = part.end()
        command, blank, escaped, level, group, script_command, script, _, characters = part.groups()
        if level:
            source = group if group is not None else _sign(script_command) if script_command else script
            found = _script(_text(source) if source else "", _RAISED if level == "^" else _LOWERED)
            writer.parts.append(found or "")
        elif command:
            found = "" if _TYPE.fullmatch(command) else _sign(command)
            writer.write_command(command, found or "", is_apart=inside[: part.start()][-1:].isspace(), blank=blank)
        else:
            found = characters or (_ESCAPED.get(escaped, escaped) if escaped else "")
            writer.write(found)
        if found is None:
            return formula[0]
    return "".join(writer.parts) if done == len(inside) else formula[0]


@dataclass(slots=True)
class _FormulaWriter:
    """What has been written of a formula, and whether what comes next stands apart from it.

    TeX swallows the blank behind a command, and sets names and operators apart by itself.
    """

    parts: list[str] = field(default_factory=list)
    is_before_anything: bool = False
    """Whether a blank is due before whatever comes next."""
    is_before_letters: bool = False
    """Whether one is due before a letter or a digit."""

    @property
    def last(self) -> str:
        """The last character that was written."""
        return next((part[-1] for part in reversed(self.parts) if part), "")

    def write(self, text: str, *, is_apart: bool = False) -> None:
        """Write a text, with a blank before it where one is due."""
        if not text:
            return
        is_due = self.is_before_anything or (self.is_before_letters and text[0].isalnum())
        if (is_due and text[0] not in _CLOSE) or (is_apart and self.last not in ("", " ")):
            self.parts.append(" ")
        self.parts.append(text)
        self.is_before_anything = self.is_before_letters = False

    def write_command(self, command: str, sign: str, *, is_apart: bool, blank: str) -> None:
        """Write what a command stands for: a name (`log`) and, if it was written so, an operator (`≤`) apart."""
        if sign.isascii() and sign.isalpha() and len(sign) > 1:
            self.write(sign, is_apart=self.last.isalnum() or self.last == ")")
            self.is_before_anything, self.is_before_letters = bool(blank), True
        elif is_apart and (command == "mid" or _is_operator(sign)):
            self.write(sign, is_apart=True)
            self.is_before_anything = True
        else:
            self.write(sign)


def _is_operator(sign: str) -> bool:
    """Whether a sign stands between two others."""
    return sign in ("·", "…") or (len(sign) == 1 and unicodedata.category(sign) == "Sm" and sign not in _NO_OPERATORS)


def _script(text: str, signs: dict[str, str]) -> str | None:
    """A text as superscript or subscript, where each of its characters has one."""
    if not text or not all(character in signs for character in text):
        return None
    return "".join(signs[character] for character in text)


def _sign(word: str) -> str | None:
    """The characters that a command stands for, where it is one that stands for characters."""
    return _SIGNS[word] if word in _SIGNS else _signs_of_library().get(word)


@cache
def _signs_of_library() -> dict[str, str]:
    """The signs that the library knows: some eight hundred, of commands without arguments."""
    from pylatexenc.latex2text import get_default_latex_context_db  # 30 ms that only BibTeX needs

    specs = get_default_latex_context_db().iter_macro_specs()
    found = {spec.macroname: spec.simplify_repl for spec in specs}
    return {
        name: sign
        for name, sign in found.items()
        if isinstance(sign, str) and sign and "%" not in sign and name != "today"
    }
