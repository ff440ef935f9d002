"""The vocabulary: the terms that count, with their weights, chosen from the papers of the library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paperreader.ranking.terms import Hashes

MOST_TERMS = 65_535
"""Terms of a vocabulary: their numbers fit 16 bits. More terms rank no better, fewer than 20,000 do worse."""
LEAST_PAPERS = 2
"""A term of fewer papers says nothing about other papers."""
MOST_IN_PAPER = 192
"""Terms of a paper that are kept, the heaviest; an abstract has 150."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The hashes of terms in ascending order, and the weight of each: the logarithm of its rarity.

    The number of a term is its place.
    """

    hashes: Hashes
    weights: NDArray[np.float32]

    def numbers(self, hashes: Hashes) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
        """The numbers of the terms of one text, ascending, and how often each occurs (at most 255).

        If the text has very many terms, the heaviest.
        """
        if not len(self.hashes):
            return np.empty(0, np.uint16), np.empty(0, np.uint8)
        found, counts = np.unique(hashes, return_counts=True)
        places = np.minimum(np.searchsorted(self.hashes, found), len(self.hashes) - 1)
        known = self.hashes[places] == found
        places, counts = places[known], np.minimum(counts[known], 255)
        if len(places) > MOST_IN_PAPER:
            heaviest = np.argpartition(-term_weights(counts) * self.weights[places], MOST_IN_PAPER)[:MOST_IN_PAPER]
            heaviest.sort()
            places, counts = places[heaviest], counts[heaviest]
        return places.astype(np.uint16), counts.astype(np.uint8)


def term_weights(counts: NDArray[np.integer]) -> NDArray[np.float32]:
    """What occurrences of a term count: 1 + ln(occurrences)."""
    return np.asarray(1 + np.log(counts), np.float32)


def make_vocabulary(papers: Iterable[Hashes]) -> Vocabulary:
    """The most frequent terms of some papers. The weight of a term is ln((papers + 1) / (its papers + 1)) + 1."""
    each = [np.unique(paper) for paper in papers]
    terms, frequency = np.unique(np.concatenate(each) if each else np.empty(0, np.uint32), return_counts=True)
    enough = frequency >= LEAST_PAPERS
    terms, frequency = terms[enough], frequency[enough]
    if len(terms) > MOST_TERMS:
        chosen = np.sort(np.argsort(-frequency, kind="stable")[:MOST_TERMS])
        terms, frequency = terms[chosen], frequency[chosen]
    return Vocabulary(terms, (np.log((len(each) + 1) / (frequency + 1)) + 1).astype(np.float32))
