"""What is learned from decisions, and why a paper has its score."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ranking_papers import SUBJECTS

from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus
from paperreader.ranking.build import Texts
from paperreader.ranking.examples import (
    BACKGROUND,
    MOST_NO,
    MOST_YES,
    Decided,
    choose_examples,
    decided,
    is_enough,
)
from paperreader.ranking.explanation import reasons_of
from paperreader.ranking.features import Features
from paperreader.ranking.interest import Interest, Products, learn
from paperreader.ranking.reasons import PINNED
from paperreader.ranking.scores import percent
from paperreader.ranking.terms import TermHashes


def _decisions(wanted: Sequence[int], unwanted: Sequence[int]) -> list[Decided]:
    return [Decided(row, row in wanted, 1.0, float(place)) for place, row in enumerate([*wanted, *unwanted])]


def _learned(features: Features, wanted: Sequence[int], unwanted: Sequence[int]) -> Interest:
    return learn(choose_examples(_decisions(wanted, unwanted), len(features)), Products(features))


def test_papers_like_the_starred_ones_come_first(features: Features) -> None:
    """Rule: three stars on one subject and skips on the others bring that subject to the front."""
    interest = _learned(features, [0, 4, 8], [1, 2, 3, 5, 6, 7])
    undecided = np.arange(20, len(features))
    order = undecided[np.argsort(-interest.logits(features, undecided))]
    bread = order[: len(undecided) // len(SUBJECTS)] % len(SUBJECTS) == 0
    assert bread.mean() > 0.95


def test_the_score_is_a_chance(features: Features) -> None:
    """Rule: papers of the wanted subject get more than half, the others less, once there is enough to say so."""
    interest = _learned(features, range(0, 80, 4), [row for row in range(80) if row % 4])
    chances = np.array([percent(logit) for logit in interest.logits(features, np.arange(100, 300))])
    wanted = np.arange(100, 300) % 4 == 0
    assert chances[wanted].mean() > 55
    assert chances[~wanted].mean() < 20


def test_decisions_that_say_nothing_give_no_wrong_certainty(features: Features) -> None:
    """Rule: stars and skips on the same subject leave all scores near the rate of stars."""
    interest = _learned(features, [0, 4, 8], [12, 16, 20, 24, 28, 32])
    chances = np.array([percent(logit) for logit in interest.logits(features, np.arange(100, 300))])
    assert (chances > 2).all()
    assert (chances < 90).all()


@pytest.mark.parametrize(
    ("state", "weight"),
    [
        (ReadingState(starred=True), 1.0),
        (ReadingState(starred=True, status=ReadingStatus.SKIPPED), 1.0),
        (ReadingState(status=ReadingStatus.LATER), 0.7),
        (ReadingState(status=ReadingStatus.READ), 0.2),
        (ReadingState(status=ReadingStatus.SKIPPED), -1.0),
        (UNDECIDED, 0.0),
    ],
)
def test_what_each_decision_says(state: ReadingState, weight: float) -> None:
    """Rule: a star is a yes, later nearly one, read a weak one, a skip a no; an unread paper says nothing."""
    found = decided(1, state)
    assert (0.0 if found is None else found.weight * (1 if found.is_wanted else -1)) == weight


def test_nothing_is_learned_from_too_little() -> None:
    """Rule: it takes three keepers and five decisions; papers that were only read are no keepers."""
    star, skip = Decided(0, True, 1.0, 0), Decided(1, False, 1.0, 0)
    read = decided(2, ReadingState(status=ReadingStatus.READ, decided_at=datetime(2025, 3, 14, tzinfo=UTC)))
    assert read is not None
    assert is_enough([star] * 3 + [skip] * 2)
    assert not is_enough([star] * 2 + [skip] * 9)
    assert not is_enough([star] * 4)
    assert not is_enough([star] * 2 + [read] * 9)


def test_examples_are_bounded_and_the_newest_count_most() -> None:
    """Rule: thousands of decisions cost no more than hundreds; both sides weigh a half; old ones fade."""
    decisions = [Decided(row, row % 3 == 0, 1.0, row / 10) for row in range(3_000)]
    examples = choose_examples(decisions, 10_000)
    assert examples.decided == MOST_YES + MOST_NO
    assert len(examples.rows) == MOST_YES + MOST_NO + BACKGROUND
    assert len(set(examples.rows.tolist())) == len(examples.rows)
    assert examples.weights[examples.labels > 0].sum() == pytest.approx(0.5)
    assert examples.weights[examples.labels < 0].sum() == pytest.approx(0.5)
    assert set(range(3_000 - 3 * MOST_YES, 3_000, 3)) >= set(examples.rows[:MOST_YES].tolist())
    assert examples.weights[0] > examples.weights[MOST_YES - 1]


def test_a_decision_more_gives_what_learning_anew_gives(features: Features) -> None:
    """Rule: products that were kept from before change nothing."""
    kept = Products(features)
    for end in (6, 7, 8, 40):
        decisions = _decisions([0, 4, 8], range(20, 20 + end))
        one = learn(choose_examples(decisions, len(features)), kept)
        other = learn(choose_examples(decisions, len(features)), Products(features))
        assert one.base == pytest.approx(other.base)
        assert one.term_weights == pytest.approx(other.term_weights, abs=1e-6)


@given(row=st.integers(0, 319), most=st.integers(0, 50), pin=st.sampled_from([-1, 0, 1]), seed=st.integers(0, 9))
def test_reasons_add_up_to_the_logit(
    features: Features, papers: list[Texts], row: int, most: int, pin: int, seed: int
) -> None:
    """Rule: base, terms, pins and rest sum to the logit of the score that is shown, and nothing is named twice."""
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(features))[:12].tolist()
    interest = _learned(features, chosen[:4], chosen[4:])
    (logit,) = interest.logits(features, np.array([row])).tolist()
    hashes = TermHashes()
    pinned = dict.fromkeys(hashes.of("oven", "").tolist(), pin) if pin else {}
    has_term = "oven" in f"{papers[row][0]} {papers[row][1]}".split()
    shown = logit + (pin * PINNED if has_term else 0)
    reasons = reasons_of(features, interest, row, shown, hashes.named(*papers[row]), pinned, most)
    assert reasons.base + sum(reason.weight for reason in reasons.terms) + reasons.rest == pytest.approx(
        shown, abs=1e-6
    )
    assert len({reason.term for reason in reasons.terms}) == len(reasons.terms) <= most
    if pin and has_term and most:
        assert (reasons.terms[0].term, reasons.terms[0].pin) == ("oven", pin)


def test_all_terms_together_say_nearly_all(features: Features, papers: list[Texts]) -> None:
    """Rule: with every term named, only the part of the mean vector and rounding are left."""
    interest = _learned(features, [0, 4, 8], [1, 2, 3, 5, 6, 7])
    for row in (40, 41, 42):
        (logit,) = interest.logits(features, np.array([row])).tolist()
        reasons = reasons_of(features, interest, row, logit, TermHashes().named(*papers[row]), {}, 1_000)
        assert abs(reasons.rest) < 0.1 + 0.2 * abs(logit - reasons.base)
