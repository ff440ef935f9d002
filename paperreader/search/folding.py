"""How text is read for searching: one form for every way of writing a word.

Case, accents and width do not count; Greek letters are their names, with or without a backslash; a hyphenated word is
its parts and also the parts as one word, so that `pretraining` and `pre-training` find each other. Characters of
scripts that write no blanks between words (CJK) are words of one character.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_GREEK_NAMES = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
)  # fmt: skip
_GREEK = {chr(0x3B1 + offset): name for offset, name in enumerate(_GREEK_NAMES)}
_LETTERS = _GREEK | {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f"
_LETTER = rf"(?:(?![{_CJK}])[^\W_]|[{_MARKS}])"
_WORD = re.compile(rf"[{_CJK}]|{_LETTER}+")
_HYPHENATED = re.compile(rf"{_LETTER}+(?:-{_LETTER}+)+")
_HYPHENS = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


class _Folding(dict[int, str]):
    """What each character becomes, worked out when it is first met: a table for `str.translate`."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _HYPHENS:
            folded = "-"
        else:
            decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
            bare = (_LETTERS.get(part, part) for part in decomposed if unicodedata.category(part)[0] != "M")
            # What is no letter of any script is a blank, so that most texts fold to ASCII, which is read fast.
            folded = "".join(part if part.isascii() or part.isalnum() else " " for part in bare)
        self[code] = folded
        return folded


_FOLDING = _Folding()
# Letters and digits in lower case, hyphens as they are, all else a blank: ten times as fast as a regular expression.
_ASCII = bytes(
    code if chr(code).isalnum() or code == 0x2D else 0x20 for code in "".join(map(chr, range(128))).lower().encode()
).ljust(256, b" ")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text as it is searched, and where it stands: offsets in characters."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Text in the form in which it is compared."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def words(text: str) -> list[str]:
    """The folded words of a text, in order; the parts of a hyphenated word are words of their own."""
    folded = fold(text)
    if folded.isascii():
        return folded.encode().translate(_ASCII).decode().replace("-", " ").split()
    return _WORD.findall(folded)


def words_and_compounds(text: str) -> list[str]:
    """The folded words of a text, and each hyphenated word also without its hyphens."""
    folded = fold(text)
    if not folded.isascii():
        return _WORD.findall(folded) + [match.replace("-", "") for match in _HYPHENATED.findall(folded)]
    found = folded.encode().translate(_ASCII).decode().split()
    if "-" not in folded:
        return found
    plain = [word for word in found if "-" not in word]
    for word in found:
        if "-" in word and (parts := [part for part in word.split("-") if part]):
            plain += parts
            if len(parts) > 1:
                plain.append("".join(parts))
    return plain


def tokens(text: str) -> Iterator[Token]:
    """The folded words of a text with their places in it."""
    for match in _WORD.finditer(text):
        folded = "".join(_WORD.findall(fold(match[0])))
        if folded:
            yield Token(folded, match.start(), match.end())
