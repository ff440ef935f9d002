"""Sources and days as users write them, parsed without contacting a server."""

from __future__ import annotations

from datetime import date

import pytest

from paperreader.errors import UsageError
from paperreader.services.fetching.fetch_request import (
    ArxivSearch,
    DailyFeed,
    DailyPapers,
    Span,
    WebFeed,
    parse_source,
    parse_span,
)

FRIDAY = date(2025, 3, 14)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("hf", DailyPapers()),
        ("arxiv:cs.CL", DailyFeed("cs.CL")),
        ("arxiv:cs.CL+cs.LG+quant-ph+astro-ph.GA", DailyFeed("cs.CL+cs.LG+quant-ph+astro-ph.GA")),
        ("arxiv:lantern", ArxivSearch("lantern", "all:lantern")),
        ("arxiv:fog  lanterns", ArxivSearch("fog lanterns", "all:fog AND all:lanterns")),
        ('arxiv:"fog lanterns" oil', ArxivSearch('"fog lanterns" oil', 'all:"fog lanterns" AND all:oil')),
        ("arxiv:ti:fog ANDNOT au:baker", ArxivSearch("ti:fog ANDNOT au:baker", "ti:fog ANDNOT au:baker")),
        ("arxiv:cat:cs.CL", ArxivSearch("cat:cs.CL", "cat:cs.CL")),
        ("arxiv:2503.01234v2", ArxivSearch("2503.01234v2", ids="2503.01234")),
        ("arxiv:2503.01234,hep-th/9901001", ArxivSearch("2503.01234,hep-th/9901001", ids="2503.01234,hep-th/9901001")),
        ("https://example.org/feed.xml", WebFeed("https://example.org/feed.xml")),
    ],
)
def test_a_source_is_what_it_looks_like(word: str, expected: object) -> None:
    """Rule: classes, words, queries of arXiv's language, ids and addresses are told apart."""
    assert parse_source(word, None) == expected


@pytest.mark.parametrize("word", ["HF ", "", "arxiv:", "arxiv: ", "arxive:cs.CL", "example.org/feed", "\x1b[2J"])
def test_an_unknown_source_is_a_usage_error(word: str) -> None:
    """Rule: one line names the known sources."""
    with pytest.raises(UsageError) as caught:
        parse_source(word, None)
    assert "arxiv:cs.CL" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("on", "since", "expected"),
    [
        (None, None, None),
        ("2025-03-12", None, Span(date(2025, 3, 12), date(2025, 3, 12))),
        ("2025-W09", None, Span(date(2025, 2, 24), date(2025, 3, 2))),
        ("2025W09", None, Span(date(2025, 2, 24), date(2025, 3, 2))),
        ("2025-W11", None, Span(date(2025, 3, 10), FRIDAY)),
        ("2024-02", None, Span(date(2024, 2, 1), date(2024, 2, 29))),
        (None, "7d", Span(date(2025, 3, 7), FRIDAY)),
        (None, "2W", Span(date(2025, 2, 28), FRIDAY)),
        (None, "0d", Span(FRIDAY, FRIDAY)),
        (None, "2025-03-10", Span(date(2025, 3, 10), FRIDAY)),
        (None, "2025-W10", Span(date(2025, 3, 3), FRIDAY)),
        (None, "2025-01", Span(date(2025, 1, 1), FRIDAY)),
        (None, "9999y", Span(date.min, FRIDAY)),
    ],
)
def test_days_are_named_in_many_ways(on: str | None, since: str | None, expected: Span | None) -> None:
    """Rule: days, ISO weeks, months and spans are accepted; future days are left out."""
    assert parse_span(on, since, FRIDAY) == expected


@pytest.mark.parametrize(
    ("on", "since"),
    [
        ("2025-03-15", None), ("2025-W12", None), ("2025-W54", None), ("2025-02-30", None), ("2025-13", None),
        ("yesterday", None), ("", None), (None, "soon"), (None, "7"), (None, "2025-03-15"), (None, "-7d"),
        ("2025-03-12", "7d"), ("0000-W01", None), ("9999-W53", None),
    ],
)  # fmt: skip
def test_invalid_days_are_a_usage_error(on: str | None, since: str | None) -> None:
    """Rule: one line says how to write days."""
    with pytest.raises(UsageError):
        parse_span(on, since, FRIDAY)


def test_days_before_the_first_list_are_not_requested() -> None:
    """Rule: no request is sent for days without lists."""
    span = parse_span(None, "9y", FRIDAY)
    assert parse_source("hf", span) == DailyPapers(Span(date(2023, 5, 4), FRIDAY))
    with pytest.raises(UsageError, match="2023-05-04"):
        parse_source("hf", parse_span("2023-05-03", None, FRIDAY))
