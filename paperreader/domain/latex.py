r"""LaTeX left over in abstracts, made readable where its meaning is certain; everything else stays as it is.

Certain are commands that stand for one character (`\alpha`, `\times`, `\%`), accents (`M\'elange`), commands that only
set type (`\textbf{…}`), TeX quotes, and dollar signs around what holds a command, a sub- or superscript or no blank.
A dollar sign before an amount (`$100K`, `$5-$10`, `\$3`) is money. Braces that do not balance are left alone.
"""

import re
import unicodedata

from paperreader.domain.text import Safe, limit_marks

_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"),
    *("nu", "xi", "omicron", "pi", "rho", "final_sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)
_COMMANDS = {name: chr(0x3B1 + offset) for offset, name in enumerate(_GREEK)}
_COMMANDS |= {name.capitalize(): chr(0x391 + offset) for offset, name in enumerate(_GREEK)}
_COMMANDS |= {
    "times": "×", "cdot": "·", "pm": "±", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "approx": "≈",
    "sim": "∼", "infty": "∞", "rightarrow": "→", "to": "→", "leftarrow": "←", "in": "∈", "subset": "⊂", "cup": "∪",
    "cap": "∩", "sum": "∑", "prod": "∏", "partial": "∂", "nabla": "∇", "ell": "ℓ", "ldots": "…", "dots": "…",
    "log": "log", "exp": "exp", "max": "max", "min": "min", "varepsilon": "ε", "varphi": "φ", "ll": "≪", "gg": "≫",
    "textbackslash": "\\", "propto": "∝", "equiv": "≡", "forall": "∀", "exists": "∃", "mid": "|", "star": "⋆",
}  # fmt: skip
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
}  # fmt: skip
_TYPE = r"(?:textbf|textit|textsc|texttt|textrm|text|emph|mathrm|mathbf|mathit|mathcal|mathbb|url|operatorname)\{"

_TYPED = re.compile(rf"\\{_TYPE}")
# Every alternative begins with a character of its own: so the places where one may begin are found fast.
_GROUP = re.compile(rf"\\(?P<type>{_TYPE})|\\.|\{{|\}}|\$|\n\n")
_ACCENT = re.compile(r"""\\(['`^"~=.])(?:\{([A-Za-z])\}|([A-Za-z]))""")
_COMMAND = re.compile(r"\\([A-Za-z]+)(?![A-Za-z])")
_ESCAPED = re.compile(r"\\([%&#_$])")
# No blank inside next to a dollar; between two amounts ($5-$10) the second dollar is the second amount's. The dollar
# stands before what is asked of it: so it is found ten times as fast.
_MATH = re.compile(r"\$(?<!\\\$)(?![\s,]|\d[^$\n]{0,200}\$\d)((?:[^$\n\\]|\\.){1,200})(?<!\s)\$")
_QUOTES = re.compile(r"``((?:(?!``).)*?)''")


def readable(text: Safe) -> Safe:
    """The text with LaTeX replaced where its meaning is certain."""
    if "\\" not in text and "$" not in text and "`" not in text:
        return text
    # Each step looks first whether there is anything for it: a million abstracts are read so for the search index.
    shown: str = _MATH.sub(_without_dollars, text) if "$" in text else text
    if "\\" in shown:
        shown = _ACCENT.sub(_accented, shown)
        shown = _without_type(shown) if _TYPED.search(shown) else shown
        shown = _ESCAPED.sub(r"\1", _COMMAND.sub(lambda match: _COMMANDS.get(match[1], match[0]), shown))
    if "``" in shown:
        shown = _QUOTES.sub("\u201c\\1\u201d", shown)
    if shown.isascii():
        return Safe(shown)
    return Safe(limit_marks(shown))  # what stood between two runs of marks may be gone


def _without_dollars(match: re.Match[str]) -> str:
    inside = match[1]
    return inside if " " not in inside or re.search(r"[\\^_]", inside) else match[0]


def _without_type(text: str) -> str:
    """The text without commands that only set type, where their braces balance in a paragraph, no dollar between."""
    opened: list[re.Match[str]] = []
    gone: list[tuple[int, int]] = []
    for sign in _GROUP.finditer(text):
        if sign["type"] or sign[0] == "{":
            opened.append(sign)
        elif sign[0] in ("$", "\n\n"):
            opened.clear()
        elif sign[0] == "}" and opened and (opening := opened.pop())["type"]:
            gone += [opening.span(), sign.span()]
    kept, done = [], 0
    for start, end in sorted(gone):
        kept.append(text[done:start])
        done = end
    return "".join(kept) + text[done:]


def _accented(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", (match[2] or match[3]) + _ACCENTS[match[1]])
