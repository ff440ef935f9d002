"""The age of a paper in a few cells."""

from __future__ import annotations

from datetime import date

import pytest

from paperreader.domain.dates import KnownDate, PartialDate
from paperreader.ui.presenting.rows.paper_rows import age


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        (date(2026, 6, 5), "0d"),
        (date(2026, 6, 3), "2d"),
        (date(2026, 2, 26), "99d"),
        (date(2026, 2, 25), "3mo"),
        (date(2025, 6, 6), "11mo"),
        (date(2024, 6, 6), "23mo"),
        (date(2024, 6, 5), "2y"),
        (date(1976, 11, 1), "49y"),
        (date(2026, 6, 6), ""),
        (PartialDate(2025, 4), "14mo"),
        (PartialDate(2020), "6y"),
        (PartialDate(2026), ""),
        (None, ""),
    ],
)
def test_an_age_is_short(published: KnownDate | None, shown: str) -> None:
    """Rule: an age is in days, then months, then years, and needs no more than four cells."""
    assert age(published, date(2026, 6, 5)) == shown
