"""Folds text for search: all spellings of a word, such as with or without accents, get one form.

Case, accents and width are removed. Greek letters become their names. A hyphenated word counts as its parts and also as
one word, so that `pretraining` and `pre-training` find each other. In scripts without blanks between words (CJK) each
character is a word.

Text is folded character by character, and only folded text is split into words. So the words that are found
(`words_and_compounds`) are the words that are marked (`hyphenated_tokens`).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from paperreader.domain.text import non_ascii

_GREEK_NAMES = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
)  # fmt: skip
_GREEK = {chr(0x3B1 + offset): name for offset, name in enumerate(_GREEK_NAMES)}
_LETTERS = _GREEK | {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


class _Folding(dict[int, str]):
    """A table for `str.translate`, filled as characters appear.

    Letters and digits become lower case, accents nothing, hyphens `-`, all else a blank. A character becomes at most
    one word, so that every word has a place in the text: ½ becomes `12`, a sign of several CJK characters the first.
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
# The same table for bytes is ten times as fast, and most texts have few characters that are not ASCII.
_ASCII = "".join(_FOLDING[code] for code in range(128)).encode().ljust(256, b" ")
_FEW = 16
_HYPHENATED = re.compile(r"[^ -]+(?:-+[^ -]+)*")
_PART = re.compile(r"[^-]+")
LONGEST = 10_000
"""Letters of a word that are indexed: Tantivy leaves much longer words out."""
_TOO_LONG = re.compile(rf"([^ ]{{{LONGEST}}})[^ ]+")
BAR = "|"
"""A word that no folded text has."""


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word, its offsets in the text (in characters), and the parts of a hyphenated word."""

    text: str
    start: int
    end: int
    parts: tuple["Token", ...] = ()


def fold(text: str) -> str:
    """Text in the form for comparison: letters, digits, hyphens and blanks."""
    if not text.isascii():
        others = {character: _FOLDING[ord(character)] for character in non_ascii(text)}
        if len(others) > _FEW or not "".join(others.values()).isascii():
            return text.translate(_FOLDING)
        for character, folded in others.items():
            text = text.replace(character, folded)
    return text.encode().translate(_ASCII).decode()


def words(text: str) -> list[str]:
    """The folded words of a text in order. The parts of a hyphenated word are single words."""
    return fold(text).replace("-", " ").split()


def words_and_compounds(text: str) -> list[str]:
    """The folded words of a text, and each hyphenated word also without its hyphens."""
    return indexed_text(text).replace(BAR, " ").split()


def indexed_text(text: str) -> str:
    """The folded words of a text, then the hyphenated words without hyphens, each after a bar.

    No phrase matches across a bar.
    """
    folded = fold(text)
    if len(folded) > LONGEST:
        folded = _TOO_LONG.sub(r"\1", folded)
    if "-" not in folded:
        return folded
    # Going from hyphen to hyphen is fast: few words of a text have one.
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
    """The words of a text with their places. The parts of a hyphenated word are single words."""
    for token in hyphenated_tokens(text):
        yield from token.parts or (token,)


def hyphenated_tokens(text: str) -> Iterator[Token]:
    """The words of a text with their places. A hyphenated word is one token with its parts."""
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
