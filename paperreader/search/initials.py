"""Words found by their initials: `gnn` in graph neural networks, `kvc` in KV cache."""

import re
from collections.abc import Sequence
from operator import add

from paperreader.search.folding import BAR, Token, fold

_APART = re.compile(r"[\W_]")
# The same as bytes, as in `folding`.
_ASCII_APART = _APART.sub(" ", "".join(map(chr, range(128)))).encode().ljust(256)
_ACRONYM = re.compile(r"(?<![^\s(])([A-Z]{2,6})(?=((?:[ -][A-Za-z][^\s-]*){1,3}))")


def initial_letters(title: str) -> str:
    """The initials of a title, once with words in capitals as their first letter and once in full."""
    plain, full = _readings(title)
    return fold(f"{plain} {full}")


def initial_pairs(title: str) -> str:
    """The same initials, each with the next, in the order of the title; both readings only where they differ.

    Between the two stands a bar that no phrase can reach over.
    """
    plain, full = _readings(title)
    pairs = _pairs(fold(plain))
    return pairs if plain == full else f"{pairs} {BAR} {_pairs(fold(full))}"


def _readings(title: str) -> tuple[str, str]:
    """The initials of a title as they stand there: of words in capitals the first letter, and all letters."""
    parts = _words(title)
    plain = "".join([part[0] for part in parts])
    if not any(map(str.isupper, parts)):
        return plain, plain
    return plain, "".join([part if part.isupper() else part[0] for part in parts])


def _words(text: str) -> list[str]:
    apart = text.encode().translate(_ASCII_APART).decode() if text.isascii() else _APART.sub(" ", text)
    return apart.split()


def _pairs(letters: str) -> str:
    return " ".join(map(add, letters, letters[1:]))


def acronyms_with_next(abstract: str) -> set[str]:
    """Each acronym of an abstract with the initials of the one to three words behind it: `kvc`, `kvcc`."""
    found = set()
    for acronym, following in _ACRONYM.findall(abstract):
        letters = acronym
        for part in _words(following):
            letters += part[0]
            found.add(letters.lower())
    return found


def spell_initials(read: Sequence[Token], text: str, letters: str) -> Sequence[Token]:
    """The first run of two or more words whose initials are these letters; empty where there is none.

    A word in capitals may stand for all of its letters: `kvc` is spelt by `KV cache`. Going from word to word, it is
    enough to know how many letters can be spelt up to there, and where that began: every way to spell them goes on
    alike.
    """
    began: dict[int, int] = {}
    for index, token in enumerate(read):
        if not began and token.text[0] != letters[0]:
            continue
        readings = [token.text[0]]
        if len(token.text) > 1 and text[token.start : token.end].isupper():
            readings.append(token.text)
        spelt: dict[int, int] = {}
        for count, first in (began | {0: index}).items():
            for reading in readings:
                if letters.startswith(reading, count):
                    behind = count + len(reading)
                    spelt[behind] = min(first, spelt.get(behind, first))
        first = spelt.get(len(letters), index)
        if first < index:
            return read[first : index + 1]
        began = spelt
    return ()
