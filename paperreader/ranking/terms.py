"""Terms of a text: its words without stop words, and the pairs of words that follow each other.

A term is known by a hash of 32 bits, so that no table of all terms is needed. The words of a term are found again in
the text that has it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from paperreader.search.folding import fold

Hashes = NDArray[np.uint32]

_STOP_WORDS = """
a about above after again all also although among an and any are as at be because been before being below between
both but by can cannot could did do does doing down during each eg et al etc few for from further had has have
having here hence how however ie if in into is it its itself let may might more most moreover must no nor not of off
on once only or other our ours out over own per same shall should since so some such than that the their them then
there therefore these they this those through thus to too under until up upon us use used using very via was we were
what when where whether which while who whom whose why will with within without would yet you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that say nothing about a paper."""
_WORD = re.compile(r"[a-z0-9]{2,}|[^\x00-\x7f -]+")
_WORD_FACTOR, _NEXT_FACTOR, _SPREAD = np.uint64(2654435761), np.uint64(40503), np.uint64(0x9E3779B97F4A7C15)


@dataclass(slots=True)
class TermHashes:
    """Hashes of terms. Each word is hashed once."""

    _words: dict[str, int] = field(default_factory=dict)

    def of(self, *texts: str) -> Hashes:
        """The hash of each term of the texts, as often as it occurs. No pair goes from one text into the next."""
        found = [self._of(words(text)) for text in texts]
        return np.concatenate([np.concatenate([hashes, _pairs(hashes)]) for hashes in found])

    def named(self, *texts: str) -> dict[int, str]:
        """The words of each term of the texts, by hash."""
        names: dict[int, str] = {}
        for text in texts:
            found = words(text)
            hashes = self._of(found)
            names |= zip(hashes.tolist(), found, strict=True)
            pairs = (f"{one} {other}" for one, other in pairwise(found))
            names |= zip(_pairs(hashes).tolist(), pairs, strict=True)
        return names

    def _of(self, found: list[str]) -> Hashes:
        return np.fromiter(map(self._hash, found), dtype=np.uint32, count=len(found))

    def _hash(self, word: str) -> int:
        known = self._words.get(word)
        if known is None:
            known = self._words[word] = zlib.crc32(word.encode())
        return known


def words(text: str) -> list[str]:
    """The words of a text in their order, folded and without stop words."""
    return [word for word in _WORD.findall(fold(text)) if word not in STOP_WORDS]


def _pairs(hashes: Hashes) -> Hashes:
    """The hash of each word with the next one."""
    wide = hashes.astype(np.uint64)
    mixed = (wide[:-1] * _WORD_FACTOR + wide[1:] * _NEXT_FACTOR + np.uint64(7)) * _SPREAD
    return (mixed >> np.uint64(32)).astype(np.uint32)
