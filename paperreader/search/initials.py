"""Words found by their initials: `gnn` in graph neural networks, `kvc` in KV cache."""

import re
from collections.abc import Sequence

from paperreader.search.folding import Token, fold

_TITLE_WORD = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"(?<![^\s(])([A-Z]{2,6})(?=((?:[ -][A-Za-z][^\s-]*){1,3}))")


def initial_letters(title: str) -> str:
    """The initials of a title, once with words in capitals as their first letter and once in full."""
    parts = _TITLE_WORD.findall(title)
    plain = "".join([part[0] for part in parts])
    full = "".join([part if part.isupper() else part[0] for part in parts])
    return fold(f"{plain} {full}")


def acronyms_with_next(abstract: str) -> set[str]:
    """Each acronym of an abstract with the initials of the one to three words behind it: `kvc`, `kvcc`."""
    found = set()
    for acronym, following in _ACRONYM.findall(abstract):
        letters = acronym
        for part in _TITLE_WORD.findall(following):
            letters += part[0]
            found.add(letters.lower())
    return found


def spell_initials(read: Sequence[Token], text: str, letters: str) -> tuple[int, int] | None:
    """The first run of two or more words (first, behind the last) whose initials are these letters.

    A word in capitals may stand for all of its letters: `kvc` is spelt by `KV cache`.
    """
    for first in range(len(read)):
        if read[first].text[0] == letters[0]:
            last = _spell(read, text, letters, first)
            if last is not None and last - first > 1:
                return first, last
    return None


def _spell(read: Sequence[Token], text: str, letters: str, index: int) -> int | None:
    """The index behind the last word needed to spell the letters from a word on."""
    if not letters:
        return index
    if index == len(read) or read[index].text[0] != letters[0]:
        return None
    token = read[index]
    if len(token.text) > 1 and letters.startswith(token.text) and text[token.start : token.end].isupper():
        whole = _spell(read, text, letters[len(token.text) :], index + 1)
        if whole is not None:
            return whole
    return _spell(read, text, letters[1:], index + 1)
