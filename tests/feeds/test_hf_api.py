"""The Daily Papers API: addresses, the day that is listed now, and where a list ends."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.feeds.huggingface.api_addresses import BASE, current_list_day, daily_papers_url, is_last_page

PROPERTY = examples(150)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2025, 7, 2, 1, 29, 59, tzinfo=UTC), date(2025, 7, 1)),  # 21:29:59 on the day before, in summer
        (datetime(2025, 7, 2, 1, 30, tzinfo=UTC), date(2025, 7, 2)),
        (datetime(2025, 7, 2, 4, 0, tzinfo=UTC), date(2025, 7, 2)),
        (datetime(2025, 7, 2, 23, 59, tzinfo=UTC), date(2025, 7, 2)),
        (datetime(2025, 1, 15, 2, 29, tzinfo=UTC), date(2025, 1, 14)),  # in winter an hour later
        (datetime(2025, 1, 15, 2, 30, tzinfo=UTC), date(2025, 1, 15)),
        (datetime(2025, 3, 9, 2, 30, tzinfo=UTC), date(2025, 3, 9)),  # the evening before summer time begins
        (datetime(2025, 3, 10, 1, 30, tzinfo=UTC), date(2025, 3, 10)),  # and the one after
        (datetime(2025, 11, 3, 2, 29, tzinfo=UTC), date(2025, 11, 2)),  # the evening after it ended
        (datetime(2025, 1, 1, 2, 30, tzinfo=UTC), date(2025, 1, 1)),
    ],
)
def test_the_next_list_begins_at_half_past_nine_in_new_york(now: datetime, day: date) -> None:
    """Rule (formats 2.4): the date in New York, a day more from 21:30 on."""
    assert current_list_day(now) == day


@PROPERTY
@given(
    now=st.datetimes(datetime(2023, 5, 4), datetime(2100, 1, 1)),
    hours=st.integers(-12, 14),
)
def test_the_list_is_the_same_wherever_the_reader_is(now: datetime, hours: int) -> None:
    """Rule: the zone of this machine changes nothing, and no list is of a day that has not begun anywhere."""
    moment = now.replace(tzinfo=UTC)
    day = current_list_day(moment)
    assert current_list_day(moment.astimezone(timezone(timedelta(hours=hours)))) == day
    assert 0 <= (moment.date() - day).days <= 1


def test_an_address_names_the_day_and_the_page() -> None:
    """Rule (formats 2.1): pages from 0, 100 items each; a slash at the end of the base makes no difference."""
    address = "/api/daily_papers?date=2025-03-04&p=2&limit=100"
    assert daily_papers_url(BASE, date(2025, 3, 4), 2) == f"https://huggingface.co{address}"
    assert daily_papers_url("http://127.0.0.1:8000/", date(2025, 3, 4), 2) == f"http://127.0.0.1:8000{address}"


@pytest.mark.parametrize(
    ("items", "link", "is_last"),
    [
        (0, "", True),
        (34, "", True),
        (99, "", True),
        (100, "", False),
        (101, "", False),
        (50, "", False),
        (34, '<https://huggingface.co/api/daily_papers?p=1>; rel="next"', False),
        (34, "<https://huggingface.co/api/daily_papers?p=1>; REL=next", False),
        (34, '<https://huggingface.co/api/daily_papers?p=0>; rel="prev"', True),
    ],
)
def test_a_list_ends_with_a_short_page(items: int, link: str, is_last: bool) -> None:
    """Rule (formats 2.1): a day that is cut at 50 or 100 is a defect; what the server says of a next page holds."""
    assert is_last_page(items, link) is is_last
