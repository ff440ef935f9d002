"""Terms of a text: its words without stop words, and the pairs of words that follow each other.

A term is known by a hash of 32 bits, so that no table of all terms is needed. The words of a term are found again in
the text that has it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from paperreader.ranking.words import words

Hashes = NDArray[np.uint32]

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


def _pairs(hashes: Hashes) -> Hashes:
    """The hash of each word with the next one."""
    wide = hashes.astype(np.uint64)
    mixed = (wide[:-1] * _WORD_FACTOR + wide[1:] * _NEXT_FACTOR + np.uint64(7)) * _SPREAD
    return (mixed >> np.uint64(32)).astype(np.uint32)
