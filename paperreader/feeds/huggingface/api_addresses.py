"""Builds addresses for the Daily Papers API, and tells which day is current and which page is last.

A list is served in pages of at most 100 items, numbered from 0 (https://huggingface.co/docs/hub/api). The pages of a
list, joined by line breaks, are one input of the importer.
"""

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

BASE = "https://huggingface.co"
"""The address of the API."""
PAGE = 100
"""Items of a page: the maximum."""
FIRST_LIST = date(2023, 5, 4)
"""The first date with a list."""
_DEFAULT_PAGE = 50
"""Items of a page if the requested number is ignored."""
_NEXT_DAY = timedelta(hours=2, minutes=30)
"""How long before midnight in New York the list of the next day opens."""
_LINK_TO_NEXT = re.compile(r";\s*rel=\"?next\b", re.IGNORECASE)


def current_list_day(now: datetime) -> date:
    """The date whose list is open: the date in New York, from 21:30 on the next one."""
    from zoneinfo import ZoneInfo  # 5 ms that only fetching needs

    return (now.astimezone(ZoneInfo("America/New_York")) + _NEXT_DAY).date()


def daily_papers_url(base: str, day: date, page: int) -> str:
    """The address of a page of the list of a date; the first page is 0."""
    asked = urlencode({"date": day.isoformat(), "p": page, "limit": PAGE})
    return f"{base.rstrip('/')}/api/daily_papers?{asked}"


def is_last_page(items: int, link: str = "") -> bool:
    """Whether a list ends with a page of this many items and this `Link` header.

    A page of the usual 50 items is not the last one, because the number of items may have been ignored.
    """
    return not _LINK_TO_NEXT.search(link) and (items < PAGE and items != _DEFAULT_PAGE)
