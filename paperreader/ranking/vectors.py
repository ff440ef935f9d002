"""Vectors of terms, learned from the library: which terms occur in the same papers.

A truncated singular value decomposition of the weights of a sample of papers, by the randomized method of Halko,
Martinsson and Tropp (2011): random directions, a few times through the matrix and back, then an exact decomposition of
the small rest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paperreader.ranking.features import VECTOR_SCALE, Features

DIMENSIONS = 128
SAMPLE = 25_000
"""Papers from which vectors are learned."""
FEWEST = 200
"""In a smaller library no vectors are learned: they would only repeat the words."""
MOST_TERMS = 20_000
"""The most frequent terms get vectors."""
_TOO_COMMON = 0.2
"""A term of a larger share of the papers gets no vector."""
_SPARE, _ROUNDS = 16, 3
_PIECE = 500


def learn_basis(features: Features, seed: int = 0) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
    """The vectors of all terms (terms x dimensions, zeros for most), and the mean vector of papers.

    Both have no dimension if the library is too small.
    """
    size = len(features.vocabulary.hashes)
    if len(features) < FEWEST:
        return np.zeros((size, 0), np.float16), np.zeros(0, np.float32)
    random = np.random.default_rng(seed)
    sample = random.permutation(len(features))[:SAMPLE]
    matrix = _Matrix(features, sample)
    dimensions = min(DIMENSIONS, len(features) // 4, len(matrix.chosen) // 2)
    directions = random.standard_normal((len(matrix.chosen), dimensions + _SPARE)).astype(np.float32)
    for number in range(_ROUNDS):
        seen, _ = np.linalg.qr(matrix.times(directions))
        directions = matrix.transposed_times(seen)
        if number < _ROUNDS - 1:
            directions, _ = np.linalg.qr(directions)
    left, _, _ = np.linalg.svd(directions, full_matrices=False)
    basis = np.zeros((size, dimensions), np.float16)
    basis[matrix.chosen] = left[:, :dimensions]
    folded = _unit(matrix.times(left[:, :dimensions].astype(np.float32)))
    return basis, folded.mean(0)


def fold_in(features: Features, rows: NDArray[np.int64]) -> NDArray[np.int8]:
    """The vectors of papers, from the vectors of their terms (rows x dimensions)."""
    basis = features.basis
    found = np.zeros((len(rows), basis.shape[1]), np.float32)
    if not basis.shape[1]:
        return found.astype(np.int8)
    for place, row in enumerate(rows):
        terms, weights = features.of(int(row))
        found[place] = weights @ basis[terms].astype(np.float32)
    return np.round(_unit(_unit(found) - features.mean) * VECTOR_SCALE).astype(np.int8)


class _Matrix:
    """The weights of the chosen terms in a sample of papers: rows are papers, columns are terms."""

    def __init__(self, features: Features, sample: NDArray[np.int64]) -> None:
        each = [features.of(int(row)) for row in sample]
        terms = np.concatenate([terms for terms, _ in each]).astype(np.int64)
        frequency = np.bincount(terms, minlength=len(features.vocabulary.hashes))
        frequency[frequency > len(sample) * _TOO_COMMON] = 0
        self.chosen = np.sort(np.argsort(-frequency, kind="stable")[: min(MOST_TERMS, int((frequency > 1).sum()))])
        places = np.full(len(frequency), -1, np.int64)
        places[self.chosen] = np.arange(len(self.chosen))
        owners = np.repeat(np.arange(len(sample)), [len(terms) for terms, _ in each])
        columns = places[terms]
        known = columns >= 0
        weights = np.concatenate([weights for _, weights in each])[known]
        self._rows = _Sums(owners[known], columns[known], weights, len(sample))
        self._columns = _Sums(columns[known], owners[known], weights, len(self.chosen))

    def times(self, other: NDArray[np.float32]) -> NDArray[np.float32]:
        """The matrix times another one."""
        return self._rows.of(other)

    def transposed_times(self, other: NDArray[np.float32]) -> NDArray[np.float32]:
        """The transposed matrix times another one."""
        return self._columns.of(other)


class _Sums:
    """Weighted sums of the rows of a matrix: one sum a target."""

    def __init__(
        self,
        targets: NDArray[np.int64],
        sources: NDArray[np.int64],
        weights: NDArray[np.float32],
        number: int,
    ) -> None:
        order = np.argsort(targets, kind="stable")
        self._sources, self._weights = sources[order], weights[order]
        self._starts = np.searchsorted(targets[order], np.arange(number + 1))

    def of(self, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """The sums."""
        sums = np.zeros((len(self._starts) - 1, matrix.shape[1]), np.float32)
        for start in range(0, len(sums), _PIECE):
            bounds = self._starts[start : start + _PIECE + 1]
            place = slice(bounds[0], bounds[-1])
            if bounds[0] == bounds[-1]:
                continue
            weighted = matrix[self._sources[place]] * self._weights[place, None]
            filled = np.diff(bounds) > 0
            sums[start : start + len(filled)][filled] = np.add.reduceat(weighted, (bounds[:-1] - bounds[0])[filled])
        return sums


def _unit(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of the length 1; rows of zeros stay."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return (matrix / np.where(lengths > 0, lengths, 1)).astype(np.float32)
