"""Finds why a paper has its score: what each of its terms adds to the logit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from paperreader.ranking.features import Features
from paperreader.ranking.interest import Interest
from paperreader.ranking.reasons import PINNED, Reason, Reasons


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
