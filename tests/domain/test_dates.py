"""A date without a year is the latest possible date; dates are formatted in English."""

from datetime import date, timedelta

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.dates import (
    PartialDate,
    day_label,
    in_year,
    latest_on_or_before,
    long_date,
    month_label,
    parse_iso,
    parse_known,
)

PROPERTY = examples(150)
days = st.dates(date(1990, 1, 1), date(2110, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-3-14",
        "2025-02-29",
        "2025-13-01",
        "0000-01-01",
        "20250314",
        "2025-03-14T00:00",
        "2025-W11-5",
        " 2025-03-14",
    ],
)
def test_only_a_whole_iso_date_is_an_iso_date(text: str) -> None:
    """Rule: `--date` takes YYYY-MM-DD, and no other form that Python parses."""
    assert parse_iso(text) is None


@PROPERTY
@given(st.text(max_size=20))
def test_no_text_breaks_a_date_parser(text: str) -> None:
    """Rule: a text that is not a date gives None, never an exception."""
    for parse in (parse_iso, parse_known):
        parse(text)


@PROPERTY
@given(days)
def test_partial_dates_are_parsed_and_formatted(day: date) -> None:
    """Rule: a partial date is parsed and formatted without invented parts."""
    known = (PartialDate(day.year), PartialDate(day.year, day.month), day)
    texts = [day.isoformat()[:length] for length in (4, 7, 10)]
    assert tuple(map(parse_known, texts)) == known
    assert [*map(str, known)] == [found.isoformat() for found in known] == texts


@pytest.mark.parametrize(
    "text", ["", "25", "0000", "2025-", "2025-3", "2025-00", "2025-13", "2025-02-29", "٢٠٢٥", "2025\n"]
)
def test_impossible_months_and_other_forms_are_not_dates(text: str) -> None:
    """Rule: impossible months and other forms are not dates."""
    assert parse_known(text) is None


@PROPERTY
@given(days)
def test_the_parser_reads_iso_dates(day: date) -> None:
    """Rule: the parser reads every ISO date."""
    assert parse_iso(day.isoformat()) == day


@pytest.mark.parametrize(
    ("month", "day", "reference", "expected"),
    [
        (3, 14, date(2025, 3, 14), date(2025, 3, 14)),
        (3, 14, date(2025, 3, 13), date(2024, 3, 14)),
        (12, 30, date(2026, 1, 2), date(2025, 12, 30)),
        (1, 2, date(2025, 12, 31), date(2025, 1, 2)),
        (12, 31, date(2025, 12, 31), date(2025, 12, 31)),
        (2, 29, date(2025, 3, 1), date(2024, 2, 29)),
        (2, 29, date(2024, 2, 28), date(2020, 2, 29)),
        (2, 29, date(2103, 1, 1), date(2096, 2, 29)),
        (2, 28, date(2025, 2, 28), date(2025, 2, 28)),
    ],
)
def test_a_date_without_a_year_is_the_latest_one_not_after_the_reference(
    month: int, day: int, reference: date, expected: date
) -> None:
    """Rule: this holds at the turn of the year, on leap days and in a century without one."""
    assert latest_on_or_before(month, day, reference) == expected


@PROPERTY
@given(days, days)
def test_the_guessed_year_is_the_latest_possible_one(day: date, reference: date) -> None:
    """Rule: the guess has the month and day, is not after the reference, and no later date is possible."""
    guess = latest_on_or_before(day.month, day.day, reference)
    assert (guess.month, guess.day) == (day.month, day.day)
    assert guess <= reference
    for year in range(guess.year + 1, reference.year + 1):
        later = in_year(day.month, day.day, year)
        assert later is None or later > reference


@pytest.mark.parametrize(("month", "day"), [(2, 30), (13, 1), (0, 1), (4, 31)])
def test_a_day_that_no_year_has_is_refused(month: int, day: int) -> None:
    """Rule: a day that does not exist cannot be guessed."""
    with pytest.raises(ValueError, match="no such date"):
        latest_on_or_before(month, day, date(2025, 3, 14))


def test_a_leap_day_exists_in_leap_years_only() -> None:
    """Rule: `--year 2025` cannot date a page of 29 February."""
    assert in_year(2, 29, 2024) == date(2024, 2, 29)
    assert in_year(2, 29, 2025) is None
    assert in_year(2, 29, 2100) is None


def test_dates_are_written_as_the_screen_shows_them() -> None:
    """Rule: names are English, days have no leading zero, and day labels have one width."""
    day = date(2025, 3, 4)
    labels = (long_date(day), day_label(day), month_label(day))
    assert labels == ("Tue 4 Mar 2025", "Tue  4", "March 2025")
    assert day_label(date(2025, 3, 14)) == "Fri 14"
    assert month_label(date(2025, 5, 1)) == "May 2025"


@PROPERTY
@given(days)
def test_labels_name_the_right_weekday(day: date) -> None:
    """Rule: a week later the day has the same name; a day later it has another."""
    assert long_date(day)[:3] == long_date(day + timedelta(7))[:3] != long_date(day + timedelta(1))[:3]
    assert day_label(day) == f"{long_date(day)[:3]} {day.day:2}"
