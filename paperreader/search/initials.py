"""Finds words by their initials: `gnn` in graph neural networks, `kvc` in KV cache."""

import re
from collections.abc import Sequence
from operator import add

from paperreader.search.folding import BAR, Token, fold

_WORD = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"(?<![^\s(])([A-Z]{2,6})(?=((?:[ -][A-Za-z][^\s-]*){1,3}))")


def initial_letters(title: str) -> str:
    """The initials of a title in both readings."""
    plain, full = _readings(title)
    return fold(f"{plain} {full}")


def initial_pairs(title: str) -> str:
    """The initials of a title as pairs of neighbours: `gn nn`. If the readings differ, both, with a bar between.

    No phrase of the index matches across the bar.
    """
    plain, full = _readings(title)
    pairs = _pairs(fold(plain))
    return pairs if plain == full else f"{pairs} {BAR} {_pairs(fold(full))}"


def _readings(title: str) -> tuple[str, str]:
    """The initials of a title: the first letters of all words, and the same with all letters of words in capitals."""
    words = _WORD.findall(title)
    plain = "".join([word[0] for word in words])
    if not any(map(str.isupper, words)):
        return plain, plain
    return plain, "".join([word if word.isupper() else word[0] for word in words])


def _pairs(letters: str) -> str:
    return " ".join(map(add, letters, letters[1:]))


def acronyms_with_next(abstract: str) -> set[str]:
    """Each acronym of an abstract with the initials of the next one to three words: `kvc`, `kvcc`."""
    found = set()
    for acronym, following in _ACRONYM.findall(abstract):
        letters = acronym
        for word in _WORD.findall(following):
            letters += word[0]
            found.add(letters.lower())
    return found


def spell_initials(words: Sequence[Token], text: str, letters: str) -> Sequence[Token]:
    """The first two or more words in a row with these initials; empty if there are none.

    A word in capitals may stand for all of its letters: `KV cache` spells `kvc`. For each number of letters that the
    words spell so far, `began` has the first word. So the time grows with the words times the letters.
    """
    began: dict[int, int] = {}
    for index, token in enumerate(words):
        if not began and token.text[0] != letters[0]:
            continue
        readings = [token.text[0]]
        if len(token.text) > 1 and text[token.start : token.end].isupper():
            readings.append(token.text)
        spelt: dict[int, int] = {}
        for count, first in (began | {0: index}).items():
            for reading in readings:
                if letters.startswith(reading, count):
                    end = count + len(reading)
                    spelt[end] = min(first, spelt.get(end, first))
        first = spelt.get(len(letters), index)
        if first < index:
            return words[first : index + 1]
        began = spelt
    return ()
