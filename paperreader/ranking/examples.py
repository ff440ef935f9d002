"""What decisions say about interest: which papers are wanted, which are not, and how strongly.

A star is a yes, a paper for later nearly one, a paper that was read a weak one, a skip is a no. The weight of a
decision halves every 30 days before the newest one, and both sides weigh the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from paperreader.domain.reading_state import ReadingState, ReadingStatus
from paperreader.ranking.scores import LEAST_DECISIONS, LEAST_KEEPERS

MOST_YES, MOST_NO, BACKGROUND = 200, 300, 150
"""Examples of a model: the newest wanted papers; the newest unwanted ones and as many older ones; other papers."""
_HALF_LIFE = 30.0
"""Days."""
_LATER, _READ = 0.7, 0.2
BACKGROUND_WEIGHT = 0.3
"""A paper that nobody decided about is most likely unwanted."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about the paper in a row of the features: whether it is wanted, how surely (0 to 1), and when."""

    row: int
    is_wanted: bool
    weight: float
    at: float
    """Days."""


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of a model: rows, labels (1 or -1), weights that sum to 1, and how many are decisions.

    Decisions stand first, then background.
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.float64]
    weights: NDArray[np.float64]
    decided: int


def decided(row: int, state: ReadingState) -> Decided | None:
    """What the state of a paper says; None if it says nothing. What a rule did is no decision of the user."""
    if state.is_by_rule:
        return None
    at = _days(state.decided_at)
    if state.starred:
        return Decided(row, True, 1.0, at)
    match state.status:
        case ReadingStatus.LATER:
            return Decided(row, True, _LATER, at)
        case ReadingStatus.READ:
            return Decided(row, True, _READ, at)
        case ReadingStatus.SKIPPED:
            return Decided(row, False, 1.0, at)
        case ReadingStatus.UNREAD:
            return None


def is_enough(decisions: Iterable[Decided]) -> bool:
    """Whether a model can be learned from decisions."""
    decisions = list(decisions)
    keepers = sum(each.is_wanted and each.weight > _READ for each in decisions)
    return keepers >= LEAST_KEEPERS and len(decisions) >= LEAST_DECISIONS


def choose_examples(decisions: Sequence[Decided], rows: int, seed: int = 0) -> Examples:
    """The examples of a model from decisions, and papers of a library of so many rows as background."""
    random = np.random.default_rng(seed)
    newest_first = sorted(decisions, key=lambda each: (-each.at, each.row))
    yes = [each for each in newest_first if each.is_wanted][:MOST_YES]
    no = [each for each in newest_first if not each.is_wanted]
    if len(no) > MOST_NO:
        older = no[MOST_NO // 2 :]
        chosen = sorted(random.permutation(len(older))[: MOST_NO - MOST_NO // 2])
        no = no[: MOST_NO // 2] + [older[place] for place in chosen]
    known = {each.row for each in decisions}
    others = [row for row in random.permutation(rows)[: BACKGROUND + len(known)].tolist() if row not in known]
    background = others[:BACKGROUND]
    newest = newest_first[0].at if newest_first else 0.0
    wanted, unwanted = (np.array([_aged(each, newest) for each in some]) for some in (yes, no))
    unwanted = np.concatenate([unwanted, np.full(len(background), BACKGROUND_WEIGHT)])
    return Examples(
        np.array([each.row for each in (*yes, *no)] + background, np.int64),
        np.concatenate([np.ones(len(yes)), -np.ones(len(unwanted))]),
        np.concatenate([wanted / (2 * max(wanted.sum(), 1e-9)), unwanted / (2 * max(unwanted.sum(), 1e-9))]),
        len(yes) + len(no),
    )


def _aged(decision: Decided, newest: float) -> float:
    return float(decision.weight * 0.5 ** ((newest - decision.at) / _HALF_LIFE))


def _days(at: datetime | None) -> float:
    return at.timestamp() / 86_400 if at else 0.0
