"""Why a paper has its score: what each of its terms adds to the logit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

import numpy as np

from paperreader.ranking.features import Features
from paperreader.ranking.interest import Interest

PINNED = 1.5
"""What a pinned term adds to the logit of a paper that has it, and a muted one takes away."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What one term adds to a logit. `pin` is 1 for a pinned term, -1 for a muted one, else 0."""

    term: str
    weight: float
    pin: int = 0


@dataclass(frozen=True, slots=True)
class Reasons:
    """A logit as a sum: `base`, the strongest terms, and `rest` for all else."""

    logit: float
    base: float
    terms: tuple[Reason, ...]
    rest: float

    @property
    def score(self) -> int:
        """The chance that the reader keeps the paper, in percent."""
        return percent(self.logit)


def percent(logit: float) -> int:
    """The chance of a logit in percent, from 0 to 100."""
    return round(100 / (1 + exp(-max(-30.0, min(30.0, logit)))))


def reasons_of(
    features: Features,
    interest: Interest,
    row: int,
    logit: float,
    names: Mapping[int, str],
    pins: Mapping[int, int],
    most: int,
) -> Reasons:
    """Why the paper in a row has this logit. `names` are its terms by hash; `pins` are the pinned and muted ones.

    The vector of a paper is a sum over its terms, too: each term gets its part of it.
    """
    terms, weights = features.of(row)
    parts = weights * interest.term_weights[terms]
    if features.basis.shape[1]:
        vectors = features.basis[terms].astype(np.float32)
        folded = weights @ vectors
        first = float(np.linalg.norm(folded)) or 1.0
        second = float(np.linalg.norm(folded / first - features.mean)) or 1.0
        parts = parts + weights * (vectors @ interest.vector_weights) / (first * second)
    hashes = features.vocabulary.hashes[terms].tolist()
    found = dict(zip(hashes, parts.tolist(), strict=True))
    for hashed, pin in pins.items():
        if hashed in names:
            found[hashed] = found.get(hashed, 0.0) + pin * PINNED
    reasons = [Reason(names[hashed], part, pins.get(hashed, 0)) for hashed, part in found.items() if hashed in names]
    reasons.sort(key=lambda reason: (-abs(reason.pin), -abs(reason.weight), reason.term))
    shown = tuple(reasons[:most])
    return Reasons(logit, interest.base, shown, logit - interest.base - sum(reason.weight for reason in shown))
