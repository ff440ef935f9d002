"""The model of a reader's interest: a weighted ridge classifier over the features of papers.

It is solved in kernel form, with a row of products for each example: (K + D) a = y, where K holds the products of
features plus a constant, and D = ridge / weight on its diagonal. A paper's raw score is the product of its features
with the sum of the examples, each times its coefficient. The errors of leaving one example out follow from the inverse
(y - f = a / diag(inverse)), and a logistic curve through these scores (Platt, 1999) makes a raw score a logit.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paperreader.ranking.examples import BACKGROUND_WEIGHT, Examples
from paperreader.ranking.features import Features

RIDGE = 0.3
VECTOR_WEIGHT = 0.25
"""What the products of vectors count beside those of terms."""
_CONSTANT = 1.0
_USUAL_SLOPE, _PULL, _LEAST_SLOPE = 4.0, 0.1, 0.5
_STEPS, _CLOSE = 100, 1e-9


@dataclass(frozen=True, slots=True)
class Interest:
    """A learned model: the logit of a paper is `base` + terms . `term_weights` + vector . `vector_weights`."""

    base: float
    term_weights: NDArray[np.float32]
    vector_weights: NDArray[np.float32]

    def logits(self, features: Features, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """The logits of papers; None: of all."""
        return features.products(self.term_weights, self.vector_weights, rows) + np.float32(self.base)


@dataclass(slots=True)
class Products:
    """The products of examples with each other. Each is computed once."""

    features: Features
    _rows: list[int] = field(default_factory=list)
    _places: dict[int, int] = field(default_factory=dict)
    _matrix: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))

    def among(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """The products of papers with each other."""
        wanted = rows.tolist()
        if len(self._rows) > 3 * len(wanted):  # most belong to examples of long ago
            self._rows, self._places, self._matrix = [], {}, np.zeros((0, 0))
        new = [row for row in dict.fromkeys(wanted) if row not in self._places]
        if new:
            self._add(new)
        places = [self._places[row] for row in wanted]
        return self._matrix[np.ix_(places, places)]

    def _add(self, new: list[int]) -> None:
        before = len(self._rows)
        self._rows += new
        self._places |= {row: before + place for place, row in enumerate(new)}
        whole = np.zeros((len(self._rows), len(self._rows)))
        whole[:before, :before] = self._matrix
        rows = np.array(self._rows, np.int64)
        for place, row in enumerate(new, before):
            found = feature_products(self.features, row, rows[: place + 1])
            whole[place, : place + 1] = whole[: place + 1, place] = found
        self._matrix = whole


def feature_products(
    features: Features, row: int, rows: NDArray[np.int64] | None = None, vector_weight: float = VECTOR_WEIGHT
) -> NDArray[np.float32]:
    """The products of the features of one paper with those of others; None: of all."""
    terms, weights = features.of(row)
    of_terms = np.zeros(len(features.vocabulary.hashes), np.float32)
    of_terms[terms] = weights
    return features.products(of_terms, vector_weight * features.vector(row), rows)


def learn(examples: Examples, products: Products) -> Interest:
    """The model of examples."""
    features = products.features
    matrix = products.among(examples.rows) + _CONSTANT
    inverse = np.linalg.inv(matrix + np.diag(RIDGE / np.maximum(examples.weights, 1e-12)))
    coefficients = inverse @ examples.labels
    left_out = examples.labels - coefficients / np.diag(inverse)
    counts = np.where(np.arange(len(left_out)) < examples.decided, 1.0, BACKGROUND_WEIGHT)
    slope, offset = _logistic(left_out, examples.labels > 0, counts)
    term_weights = np.zeros(len(features.vocabulary.hashes), np.float32)
    for row, coefficient in zip(examples.rows.tolist(), coefficients, strict=True):
        terms, weights = features.of(row)
        term_weights[terms] += np.float32(coefficient) * weights
    vector_weights = VECTOR_WEIGHT * (coefficients.astype(np.float32) @ features.vector(examples.rows))
    return Interest(
        float(slope * _CONSTANT * coefficients.sum() + offset),
        (slope * term_weights).astype(np.float32),
        (slope * vector_weights).astype(np.float32),
    )


def _logistic(
    scores: NDArray[np.float64], is_yes: NDArray[np.bool_], counts: NDArray[np.float64]
) -> tuple[float, float]:
    """The slope and offset of the logistic curve through scores, with the targets of Platt (1999), by Newton's method.

    `counts` is what each score counts: a paper that nobody decided about is most likely no keeper. Without such papers
    a reader who skips nothing would seem to keep everything.

    The slope is pulled towards a usual one, which decides where there are few decisions. It is never so small that a
    better score means less interest.
    """
    yes, no = float(counts[is_yes].sum()), float(counts[~is_yes].sum())
    targets = np.where(is_yes, (yes + 1) / (yes + 2), 1 / (no + 2))
    slope, offset = _fitted(scores, targets, counts, None)
    if slope < _LEAST_SLOPE:
        slope, offset = _fitted(scores, targets, counts, _LEAST_SLOPE)
    return slope, offset


def _fitted(
    scores: NDArray[np.float64], targets: NDArray[np.float64], counts: NDArray[np.float64], fixed: float | None
) -> tuple[float, float]:
    """The likeliest slope and offset; with a fixed slope, the likeliest offset."""
    at = np.array([_USUAL_SLOPE if fixed is None else fixed, 0.0])

    def loss(slope: float, offset: float) -> float:
        logits = slope * scores + offset
        return float(counts @ (np.logaddexp(0, logits) - targets * logits) + _PULL * (slope - _USUAL_SLOPE) ** 2 / 2)

    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-np.clip(at[0] * scores + at[1], -30, 30)))
        errors, spread = counts * (chances - targets), counts * chances * (1 - chances)
        gradient = np.array([errors @ scores + _PULL * (at[0] - _USUAL_SLOPE), errors.sum()])
        curvature = np.array([
            [spread @ scores**2 + _PULL, spread @ scores],
            [spread @ scores, spread.sum() + 1e-6],
        ])  # fmt: skip
        offset_only = np.array([0.0, gradient[1] / curvature[1, 1]])
        step = np.linalg.solve(curvature, gradient) if fixed is None else offset_only
        size, before = 1.0, loss(*at)
        while size > _CLOSE and loss(*(at - size * step)) > before:
            size /= 2
        at = at - size * step
        if np.abs(size * step).max() < _CLOSE:
            break
    return float(at[0]), float(at[1])
