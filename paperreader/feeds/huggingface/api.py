"""The Daily Papers API of Hugging Face: its addresses, which day is listed there now, and when a list has ended.

A list is served in pages of at most 100 items, numbered from 0 (https://huggingface.co/docs/hub/api). Pages joined by
line ends, in their order, are one input of the importer.
"""

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

BASE = "https://huggingface.co"
"""Where the API is."""
PAGE = 100
"""Items of a page, the most that one may ask for."""
FIRST_LIST = date(2023, 5, 4)
"""The first day that has a list."""
_DEFAULT_PAGE = 50
"""Items of a page where the number asked for is not heeded."""
_NEXT_DAY = timedelta(hours=2, minutes=30)
"""How long before midnight, in New York, the list of the next day begins."""
_LINK_TO_NEXT = re.compile(r";\s*rel=\"?next\b", re.IGNORECASE)


def current_list_day(now: datetime) -> date:
    """The day whose list is open at an aware time: the date in New York, from 21:30 on that of the next day."""
    from zoneinfo import ZoneInfo  # 5 ms that only fetching needs

    return (now.astimezone(ZoneInfo("America/New_York")) + _NEXT_DAY).date()


def daily_papers_url(base: str, day: date, page: int) -> str:
    """The address of a page, from 0, of the list of a day."""
    asked = urlencode({"date": day.isoformat(), "p": page, "limit": PAGE})
    return f"{base.rstrip('/')}/api/daily_papers?{asked}"


def is_last_page(items: int, link: str = "") -> bool:
    """Whether a list ends with a page of so many items, and with this `Link` header.

    A page of the usual 50 is not taken for a short one: a list that is served so would be cut there.
    """
    return not _LINK_TO_NEXT.search(link) and (items < PAGE and items != _DEFAULT_PAGE)
