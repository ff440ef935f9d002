"""What arXiv's formats have in common: wrapped texts, dates and withdrawals."""

from datetime import date

import pytest

from paperreader.domain.identifiers import Identifier
from paperreader.domain.paper import Standing
from paperreader.feeds.arxiv.text import (
    categories_in,
    day_in,
    identifiers_of,
    standing_of,
    unwrapped,
    version_in,
)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("  A line\nand another.\n", "A line and another."),
        ("One.\n  Two,\nstill two.\n\u00a0 Three.", "One.\n\nTwo, still two.\n\nThree."),
        ("One.\n\nTwo.", "One.\n\nTwo."),
        ("A title\n wrapped by one blank", "A title wrapped by one blank"),
        ("", ""),
    ],
)
def test_wraps_go_and_paragraphs_stay(text: str, whole: str) -> None:
    """Rule: two blanks at the beginning of a line are a paragraph; nothing else of the layout means anything."""
    assert unwrapped(text) == whole


@pytest.mark.parametrize(
    ("comments", "abstract"),
    [
        ("This paper has been withdrawn by the author due to an error", "A text."),
        ("12 pages. This submission was withdrawn", "A text."),
        ("Withdrawn", "A text."),
        ("Paper withdrawn: equation (3) is wrong", "A text."),
        ("withdrawn from arXiv", "A text."),
        ("We have withdrawn our paper", "A text."),
        ("", "This paper has been\nwithdrawn by the authors."),
        ("", "Withdrawn."),
        ("", "THE ARTICLE HAS BEEN WITHDRAWN"),
    ],
)
def test_a_withdrawn_paper_is_known_by_its_words(comments: str, abstract: str) -> None:
    """Rule (formats 3.6): no format has a flag for it."""
    assert standing_of(comments, abstract) is Standing.WITHDRAWN


@pytest.mark.parametrize(
    ("comments", "abstract"),
    [
        ("This paper was withdrawn from a conference", "A text."),
        ("The first version was withdrawn", "A text."),
        ("", "Withdrawn drugs are " + "studied here at length. " * 20),
        ("", "We count the cash withdrawn from machines."),
        ("12 pages", "A text."),
    ],
)
def test_the_word_alone_is_no_withdrawal(comments: str, abstract: str) -> None:
    """Rule: a paper that only speaks of withdrawing is like others."""
    assert standing_of(comments, abstract) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Wed, 20 Aug 2025 00:00:00 -0400", date(2025, 8, 20)),
        ("2025-08-20T00:00:00-04:00", date(2025, 8, 20)),
        ("Fri,  3 Mar 23 01:29:12 GMT", date(2023, 3, 3)),
        ("Mon, 9 Jan 95 01:00:00 GMT", date(1995, 1, 9)),
        ("31 Feb 2020", None),
        ("never", None),
        ("", None),
    ],
)
def test_a_day_is_taken_as_written(text: str, day: date | None) -> None:
    """Rule (formats 3.2): midnight in New York must not become the evening before."""
    assert day_in(text) == day


def test_several_dois_stand_in_one_field() -> None:
    """Rule: each is an identifier; arXiv's own DOI says nothing that the id does not."""
    arxiv = Identifier("arxiv:0704.0033")
    assert identifiers_of(arxiv, "10.1000/ab  10.1000/CD, 10.48550/arXiv.0704.0033 junk") == (
        "arxiv:0704.0033",
        "doi:10.1000/ab",
        "doi:10.1000/cd",
    )


def test_classes_and_versions_are_found() -> None:
    """Rule: the classes of other schemes are none of arXiv's; an id without a version has none."""
    assert categories_in(["cs.LG", "68T50", "cs.LG", "hep-ph", "I.2.7"]) == ("cs.LG", "hep-ph")
    assert categories_in([]) is None
    assert version_in("http://arxiv.org/abs/2202.12139v12") == 12
    assert version_in("2202.12139") is None
