"""How text is read for searching: one form for every way of writing a word.

Case, accents and width do not count; Greek letters are their names, with or without a backslash; a hyphenated word is
its parts and also the parts as one word, so that `pretraining` and `pre-training` find each other. Characters of
scripts that write no blanks between words (CJK) are words of one character.

Text is folded character by character, and the folded text alone decides where words begin and end. So what is found
(`words_and_compounds`) and what is marked (`hyphenated_tokens`) are the same words.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from paperreader.domain.text import beyond_ascii

_GREEK_NAMES = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
)  # fmt: skip
_GREEK = {chr(0x3B1 + offset): name for offset, name in enumerate(_GREEK_NAMES)}
_LETTERS = _GREEK | {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


class _Folding(dict[int, str]):
    """What each character becomes, worked out when it is first met: a table for `str.translate`.

    Letters and digits in lower case, nothing for an accent, a hyphen, else a blank. No character is more than one
    word, so that every word has a place: a half is `12`, and a sign made of several CJK characters the first of them.
    """

    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        letters = "".join(_LETTERS.get(part, part) for part in parts if part.isalnum())
        if cjk := _CJK.search(letters):
            folded = f" {cjk[0]} "
        elif letters:
            folded = letters
        elif all(unicodedata.category(part)[0] == "M" for part in parts):
            folded = ""
        else:
            folded = " " if _HYPHENS.isdisjoint(parts) else "-"
        self[code] = folded
        return folded


_FOLDING = _Folding()
# The same as bytes: ten times as fast, and most texts are ASCII, or have few characters that are not.
_ASCII = "".join(_FOLDING[code] for code in range(128)).encode().ljust(256, b" ")
_FEW = 16
_HYPHENATED = re.compile(r"[^ -]+(?:-+[^ -]+)*")
_PART = re.compile(r"[^-]+")
LONGEST = 10_000
"""Letters of a word that an index takes in: much longer ones it would leave out altogether."""
_TOO_LONG = re.compile(rf"([^ ]{{{LONGEST}}})[^ ]+")
BAR = "|"
"""A word that is in no folded text."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text as it is searched, where it stands (offsets in characters), and of what it is hyphenated."""

    text: str
    start: int
    end: int
    parts: tuple["Token", ...] = ()


def fold(text: str) -> str:
    """Text in the form in which it is compared: letters and digits, hyphens, and blanks for all else."""
    if not text.isascii():
        others = {character: _FOLDING[ord(character)] for character in beyond_ascii(text)}
        if len(others) > _FEW or not "".join(others.values()).isascii():
            return text.translate(_FOLDING)
        for character, folded in others.items():
            text = text.replace(character, folded)
    return text.encode().translate(_ASCII).decode()


def words(text: str) -> list[str]:
    """The folded words of a text, in order; the parts of a hyphenated word are words of their own."""
    return fold(text).replace("-", " ").split()


def words_and_compounds(text: str) -> list[str]:
    """The folded words of a text, and each hyphenated word also without its hyphens."""
    folded = fold(text)
    found = folded.split()
    if "-" not in folded:
        return found
    plain = [word for word in found if "-" not in word]
    for word in found:
        if "-" in word and (parts := [part for part in word.split("-") if part]):
            plain += parts
            if len(parts) > 1:
                plain.append("".join(parts))
    return plain


def indexed_text(text: str) -> str:
    """The words of a text with blanks between, as an index takes them in, hyphenated words in parts.

    Behind them, each behind a bar that no phrase can reach over, the hyphenated words without their hyphens.
    """
    folded = fold(text)
    if len(folded) > LONGEST:
        folded = _TOO_LONG.sub(r"\1", folded)
    if "-" not in folded:
        return folded
    # From hyphen to hyphen: a text is long, and few of its words have one.
    pieces = f"{folded} ".split("-")
    compounds, word, is_compound = [], "", False
    for piece in pieces:
        beginning, blank, rest = piece.partition(" ")
        is_compound = is_compound or bool(word and beginning)
        word += beginning
        if blank:
            if is_compound:
                compounds.append(word)
            word, is_compound = rest.rpartition(" ")[2], False
    return f" {BAR} ".join([" ".join(pieces), *compounds])


def tokens(text: str) -> Iterator[Token]:
    """The words of a text with their places in it; the parts of a hyphenated word are words of their own."""
    for token in hyphenated_tokens(text):
        yield from token.parts or (token,)


def hyphenated_tokens(text: str) -> Iterator[Token]:
    """The words of a text with their places in it; a hyphenated word is one, which knows its parts."""
    pieces = fold(text) if text.isascii() else [_FOLDING[ord(character)] for character in text]
    origins = [place for place, piece in enumerate(pieces) for _ in piece]
    for word in _HYPHENATED.finditer("".join(pieces)):
        parts = []
        for part in _PART.finditer(word.string, word.start(), word.end()):
            end = origins[part.end() - 1] + 1
            while end < len(pieces) and not pieces[end]:  # an accent belongs to the letter before it
                end += 1
            parts.append(Token(part[0], origins[part.start()], end))
        if len(parts) > 1:
            yield Token("".join([part.text for part in parts]), parts[0].start, parts[-1].end, tuple(parts))
        else:
            yield from parts
