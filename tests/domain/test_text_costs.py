"""The time to clean and read a text is bounded by its size, and the size by a limit."""

from collections.abc import Callable

import pytest
from costs import check_bound, check_growth, repeated
from hostile import OVERSIZE

from paperreader.domain.latex.text import readable
from paperreader.domain.paper import find_urls
from paperreader.domain.text import MAX_BLOCK, MAX_LINE, Safe, clean_block, clean_line, reduce_cells

TEN_MB = 10_000_000
LEFT = [kind for kind, make in OVERSIZE.items() if len(clean_block(make(1_000))) > 200]
"""The kinds of which cleaning leaves something."""


@pytest.mark.parametrize("kind", OVERSIZE)
def test_a_line_of_ten_megabytes_is_cut_before_the_work(kind: str) -> None:
    """Rule: a line of 10 MB takes no more time than one of ten times the limit."""
    check_bound(clean_line, OVERSIZE[kind], 10 * MAX_LINE, TEN_MB)
    assert len(clean_line(OVERSIZE[kind](TEN_MB))) <= MAX_LINE


@pytest.mark.parametrize("kind", OVERSIZE)
def test_a_block_of_ten_megabytes_is_cut_before_the_work(kind: str) -> None:
    """Rule: the time for a block is bounded by the limit."""
    check_bound(clean_block, OVERSIZE[kind], 4 * MAX_BLOCK, TEN_MB)
    assert len(clean_block(OVERSIZE[kind](TEN_MB))) <= MAX_BLOCK


@pytest.mark.parametrize("kind", OVERSIZE)
def test_what_a_block_costs_grows_with_its_size_only(kind: str) -> None:
    """Rule: below the limit the time is linear."""
    check_growth(clean_block, OVERSIZE[kind], MAX_BLOCK)


@pytest.mark.parametrize(
    "make",
    [repeated("\x9d"), repeated("\x9da"), lambda size: "a" + "\u0301\u0316" * (size // 2)],
    ids=["open-c1-sequences", "open-c1-sequences-with-text", "marks-out-of-order"],
)
def test_a_block_of_unterminated_sequences_takes_linear_time(make: Callable[[int], str]) -> None:
    """Rule: unterminated sequences and unordered marks take linear time."""
    check_growth(clean_block, make, MAX_BLOCK)


@pytest.mark.parametrize("kind", LEFT)
def test_reducing_and_reading_a_cleaned_text_grows_with_its_size_only(kind: str) -> None:
    """Rule: the functions that run each time a text is shown take linear time."""
    check_growth(
        lambda text: (reduce_cells(text), readable(text), find_urls(text)),
        lambda size: clean_block(OVERSIZE[kind](size)),
        MAX_BLOCK,
    )


@pytest.mark.parametrize(
    "make",
    [
        repeated("``"),
        repeated(r"\textbf{"),
        repeated(r"\textbf{a}"),
        lambda size: r"\textbf{" * (size // 9) + "}" * (size // 9),
    ],
    ids=["opening-quotes", "open-groups", "groups", "nested-groups"],
)
def test_a_flood_of_tex_costs_no_more_than_its_size(make: Callable[[int], str]) -> None:
    """Rule: quotes and nested groups take linear time."""
    check_growth(readable, lambda size: Safe(make(size)), MAX_BLOCK)


@pytest.mark.parametrize("flood", [")", "]", ".", "(", "[", "*", "://", "https://", "https://a.example/ "])
def test_an_address_with_a_flood_behind_it_costs_no_more_than_its_size(flood: str) -> None:
    """Rule: the search for links takes linear time."""
    check_growth(find_urls, lambda size: "https://a.example/" + repeated(flood)(size), MAX_BLOCK)


# The judge


def _quadratic(size: int) -> None:
    for _ in range(size // 10):
        sum(range(size))


def _exponential(size: int) -> None:
    for _ in range(2**size):
        pass


class Disturbed:
    """Work of linear time that is a hundred times slower in its first two calls with a large size."""

    def __init__(self, large: int) -> None:
        self.large = large
        self.calls = 0

    def __call__(self, size: int) -> None:
        self.calls += size == self.large
        sum(range(100 * size if size == self.large and self.calls <= 2 else size))


@pytest.mark.full
def test_the_judge_finds_what_grows_with_the_square() -> None:
    """Rule: the check of growth fails for quadratic and exponential work."""
    with pytest.raises(AssertionError, match="24 times as much"):
        check_growth(_quadratic, int, 20_000)
    with pytest.raises(AssertionError, match="24 times as much"):
        check_growth(_exponential, int, 64)


def test_the_judge_finds_what_knows_no_limit() -> None:
    """Rule: the check of a bound fails for work before the cut."""
    with pytest.raises(AssertionError, match="5 times as much"):
        check_bound(
            lambda text: "".join(filter(str.isprintable, text))[:MAX_LINE], repeated("a"), MAX_LINE, TEN_MB // 4
        )


def test_the_judge_is_patient_with_a_busy_machine() -> None:
    """Rule: work that was slow for a while passes."""
    work = Disturbed(large=200_000)
    check_growth(work, int, 200_000)
    assert work.calls == 3
