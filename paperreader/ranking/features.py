"""The features of papers: weights of terms, and vectors learned from the library.

The terms of all papers stand in flat arrays, one paper after another. A paper's weights have the length 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paperreader.ranking.vocabulary import Vocabulary, term_weights

_COUNTED = np.concatenate([np.zeros(1, np.float32), term_weights(np.arange(1, 256))])
"""What each number of occurrences counts."""
_PIECE = 4_096
"""Papers that are scored together: their terms stay in the processor's cache."""
VECTOR_SCALE = 127.0
"""Vectors have the length 1 and are stored in 8 bits."""


@dataclass(frozen=True, slots=True)
class Features:
    """Terms and vectors of papers, in rows.

    `starts` (rows + 1) says where a paper's terms begin in `terms` and `counts`; `vectors` is rows x dimensions.
    `basis` is terms x dimensions: the vector of a paper is the sum of its terms' vectors, minus `mean`.
    """

    vocabulary: Vocabulary
    starts: NDArray[np.int64]
    terms: NDArray[np.uint16]
    counts: NDArray[np.uint8]
    lengths: NDArray[np.float32]
    vectors: NDArray[np.int8]
    basis: NDArray[np.float16]
    mean: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, row: int) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
        """The terms of a paper and their weights."""
        place = slice(self.starts[row], self.starts[row + 1])
        terms = self.terms[place]
        weights = _COUNTED[self.counts[place]] * self.vocabulary.weights[terms] / self.lengths[row]
        return terms, weights.astype(np.float32)

    def vector(self, rows: NDArray[np.int64] | int) -> NDArray[np.float32]:
        """The vectors of papers."""
        return np.asarray(self.vectors[rows], np.float32) / VECTOR_SCALE

    def products(
        self, term_weights_: NDArray[np.float32], vector: NDArray[np.float32], rows: NDArray[np.int64] | None = None
    ) -> NDArray[np.float32]:
        """The product of the features of papers (None: of all) with weights of all terms and with a vector."""
        found = np.empty(len(self) if rows is None else len(rows), np.float32)
        weighted = term_weights_ * self.vocabulary.weights
        vector = (vector / VECTOR_SCALE).astype(np.float32)
        for start in range(0, len(found), _PIECE):
            end = min(start + _PIECE, len(found))
            piece: slice | NDArray[np.int64] = slice(start, end) if rows is None else rows[start:end]
            found[start:end] = self._lexical(weighted, piece) / self.lengths[piece]
            found[start:end] += self.vectors[piece].astype(np.float32) @ vector
        return found

    def _lexical(self, weighted: NDArray[np.float32], rows: slice | NDArray[np.int64]) -> NDArray[np.float32]:
        if isinstance(rows, slice):
            first, last = self.starts[rows.start], self.starts[rows.stop]
            starts = self.starts[rows] - first
            places: slice | NDArray[np.int64] = slice(first, last)
            sizes = self.starts[rows.start + 1 : rows.stop + 1] - self.starts[rows]
        else:
            sizes = self.starts[rows + 1] - self.starts[rows]
            starts = np.cumsum(sizes) - sizes
            places = np.repeat(self.starts[rows] - starts, sizes) + np.arange(sizes.sum())
        values = np.append(_COUNTED[self.counts[places]] * weighted[self.terms[places]], np.float32(0))
        sums = np.add.reduceat(values, starts)
        return np.where(sizes > 0, sums, np.float32(0)).astype(np.float32)


def lengths_of(
    vocabulary: Vocabulary, starts: NDArray[np.int64], terms: NDArray[np.uint16], counts: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """The lengths of papers before they are made 1; 1 for a paper without terms."""
    squares = np.append((_COUNTED[counts] * vocabulary.weights[terms]) ** 2, np.float32(0))
    sums = np.add.reduceat(squares, np.minimum(starts[:-1], len(terms)))
    return np.where(np.diff(starts) > 0, np.sqrt(sums), 1).astype(np.float32)
