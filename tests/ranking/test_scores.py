"""Scores as plain numbers, and the file that keeps them for the next session."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.ranking.scores import FILE, NO_SCORES, Scores, load_scores, percent, save_scores

CATALOGUE = "0123abcd"
LOGITS = st.floats(-20, 20, width=32)


@st.composite
def _scores(draw: st.DrawFn) -> Scores:
    logits = draw(st.dictionaries(st.integers(1, 500), LOGITS, max_size=40))
    papers = sorted(logits)
    best = sorted(papers, key=lambda paper: -logits[paper])
    return Scores(
        array("q", papers), array("f", [logits[paper] for paper in papers]), array("q", best), draw(st.integers(5, 999))
    )


@examples(50)
@given(scores=_scores(), asked=st.lists(st.integers(-5, 505), unique=True))
def test_papers_are_ordered_by_their_scores(scores: Scores, asked: list[int]) -> None:
    """Rule: better papers come first; papers without a score are last, in their order."""
    known = dict(zip(scores.papers, scores.logits, strict=True))
    assert [scores.of(paper) for paper in asked] == [known.get(paper) for paper in asked]
    assert list(scores.ordered(asked)) == sorted(asked, key=lambda paper: -known.get(paper, -100.0))
    assert list(NO_SCORES.ordered(asked)) == asked


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    """Rule: the scores of a catalogue come back as they were; those of another catalogue do not."""
    scores = Scores(array("q", [3, 8, 9]), array("f", [0.5, -2.0, 4.25]), array("q", [9, 3, 8]), 12)
    save_scores(tmp_path, CATALOGUE, scores)
    assert load_scores(tmp_path, CATALOGUE) == scores
    assert load_scores(tmp_path, "another") is None
    assert load_scores(tmp_path / "missing", CATALOGUE) is None


@examples(100)
@given(place=st.integers(0, 10_000), flip=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_file_has_no_scores(
    tmp_path_factory: pytest.TempPathFactory, place: int, flip: int, cut: bool
) -> None:
    """Rule: one wrong or missing byte, wherever it is, and no score is read."""
    folder = tmp_path_factory.mktemp("scores")
    scores = Scores(array("q", range(1, 40)), array("f", [n / 7 for n in range(39)]), array("q", range(39, 0, -1)), 12)
    save_scores(folder, CATALOGUE, scores)
    data = bytearray((folder / FILE).read_bytes())
    place %= len(data)
    if cut:
        del data[place:]
    else:
        data[place] ^= flip
    (folder / FILE).write_bytes(data)
    assert load_scores(folder, CATALOGUE) is None


def test_a_chance_is_in_percent() -> None:
    """Rule: a logit of 0 is an even chance, and no logit is out of range."""
    assert [percent(logit) for logit in (0.0, -1_000.0, 1_000.0, 2.2)] == [50, 0, 100, 90]
