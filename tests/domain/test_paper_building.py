"""The facts that a paper takes from its captures."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace

import pytest
from captured import LONG, TEXT, YEAR, capture, worlds
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.captures import Capture, UserPairs
from paperreader.domain.dates import PartialDate
from paperreader.domain.paper import Standing
from paperreader.domain.paper_building import build_paper, earlier_texts


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (capture(LONG, ""), capture("", TEXT, version=9, figures=9)),
        (capture(LONG, TEXT), capture(LONG, "", version=9, figures=9)),
        (capture(LONG, TEXT, version=2), capture(LONG, f"{TEXT} More.", version=1, figures=9)),
        (capture(LONG, TEXT, version=1), capture(LONG, f"{TEXT} More.", figures=9)),
        (capture(LONG, "It ends."), capture(LONG, "It ends, or so they sa", figures=9)),
        (capture(LONG, "It ends.", figures=1), capture(LONG, "It ends late.")),
    ],
)
def test_the_better_text_is_shown(better: Capture, worse: Capture) -> None:
    """Rule: captures with a title, an abstract, a later version, a whole text and larger figures come first."""
    for captures in ((better, worse), (worse, better)):
        assert build_paper(captures).shown == better


def test_each_fact_is_from_the_newest_capture_with_it() -> None:
    """Rule: each fact is from the newest capture that has it."""
    old = replace(capture(authors=["Ada Brook"], version=1), categories=("cs.CL",), standing=Standing.WITHDRAWN)
    new = replace(capture(authors=["A. Brook", "Cy Dale"], version=2), categories=())
    built = build_paper([new, old])
    assert built.authors == ("A. Brook", "Cy Dale")
    assert built.categories == ("cs.CL",)
    assert built.standing is Standing.WITHDRAWN
    assert build_paper([capture()]).authors is None


def test_the_most_exact_date_is_shown() -> None:
    """Rule: a day comes before a month, a month before a year; then the newest capture."""
    year, month = capture(published=PartialDate(2025), version=3), capture(published=PartialDate(2025, 4), version=2)
    day, other = capture(published=YEAR), capture(published=datetime.date(2024, 1, 1), version=1)
    assert build_paper([year, month]).published == PartialDate(2025, 4)
    assert build_paper([year, day, month]).published == YEAR
    assert build_paper([day, other]).published == other.published


def test_the_links_are_those_of_all_captures_by_kind() -> None:
    """Rule: of each kind, the link of the newest capture is shown."""
    old = capture(links=(("page", "https://sand.example/old"), ("code", "https://code.example/sand")))
    new = capture(links=(("page", "https://sand.example/new"),), figures=1)
    assert build_paper([new, old]).links == (
        ("code", "https://code.example/sand"),
        ("page", "https://sand.example/new"),
    )


def test_earlier_texts_are_the_others_each_once_the_best_first() -> None:
    """Rule: captures without an abstract are no earlier texts."""
    shown, second = capture(LONG, TEXT, version=3), capture(LONG, "It was so.", version=2)
    copy, first = capture(LONG, "It was so.", version=1), capture(LONG, "It was otherwise.", version=1)
    captures = [first, capture(LONG), copy, capture(LONG, TEXT), second, shown]
    assert earlier_texts(captures, shown) == (second, first)
    assert earlier_texts([shown], shown) == ()


@examples(500)
@given(worlds(), st.randoms(use_true_random=False))
def test_a_paper_is_built_the_same_in_every_order(
    world: tuple[list[Capture], UserPairs], chance: random.Random
) -> None:
    """Rule: the order of arrival changes nothing."""
    captures, _ = world
    assert build_paper(chance.sample(captures, len(captures))) == build_paper(captures)
