"""Dates: reading them without a year or as far as they are known, and writing them for people.

Day and month names are English whatever the locale, because the feeds' are, and because exports must not depend on
the machine that wrote them.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which only the year, or the year and the month, are known."""

    year: int
    month: int | None = None

    def isoformat(self) -> str:
        """`2019` or `2019-05`: ISO 8601, cut where the knowledge ends."""
        return f"{self.year:04}" if self.month is None else f"{self.year:04}-{self.month:02}"

    __str__ = isoformat


KnownDate = date | PartialDate
"""A date as far as it is known."""


def year_of(known: KnownDate | None) -> int | None:
    """The year of a date, if anything is known of it."""
    return known.year if known else None


def parse_iso(text: str) -> date | None:
    """The date that `2025-03-14` names, if the text is one."""
    if len(text) != 10 or not text[4] == text[7] == "-":  # Python reads other forms of ISO 8601 besides
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_known(text: str) -> KnownDate | None:
    """What `2025-03-14`, `2025-03` or `2025` says of a date, if the text is one of these."""
    if day := parse_iso(text):
        return day
    match = _PARTIAL.fullmatch(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2]) if match[2] else None
    return PartialDate(year, month) if _make(year, 1 if month is None else month, 1) else None


def near_date(text: str) -> date | None:
    """The date that a text in another form, or with an impossible month or day, most likely means."""
    numbers = re.findall(r"\d+", text, re.ASCII)
    if len(numbers) == 1 and len(numbers[0]) == 8:  # 20250314
        numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
    year = next((number for number in numbers if len(number) == 4), None)
    rest = [int(number) for number in numbers if len(number) <= 2]
    if year is None or int(year) == 0:
        return None
    if named := re.search("|".join(MONTHS), text, re.IGNORECASE):
        rest.insert(0, 1 + MONTHS.index(named[0].title()))
    elif year != numbers[0] and "/" not in text:  # 14.03.2025
        rest.reverse()
    if len(rest) != 2:
        return None
    month, day = rest if rest[0] <= 12 or rest[1] > 12 else reversed(rest)
    month = min(max(month, 1), 12)
    return date(int(year), month, min(max(day, 1), monthrange(int(year), month)[1]))


def date_in(name: str) -> date | None:
    """The date that the name of a file says, as `2025-03-14.json`, if it says just one."""
    found = {
        day
        for text in re.findall(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", name.rpartition("/")[2])
        if (day := parse_iso(text))
    }
    return found.pop() if len(found) == 1 else None


def latest_on_or_before(month: int, day: int, reference: date) -> date:
    """The latest such day of the year that is not after the reference day (29 Feb: in the latest leap year)."""
    for year in range(reference.year, reference.year - 9, -1):
        candidate = _make(year, month, day)
        if candidate and candidate <= reference:
            return candidate
    raise ValueError(f"no such date: month {month}, day {day}")


def in_year(month: int, day: int, year: int) -> date | None:
    """That day of that year, or None for a 29 Feb of a common year."""
    return _make(year, month, day)


def long_date(day: date) -> str:
    """`Fri 14 Mar 2025`."""
    return f"{_DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """`Fri 14 Mar`."""
    return f"{_DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def date_beside(day: date, other: date | None) -> str:
    """`Fri 14 Mar`, with the year where it is not that of the date beside which it stands."""
    return short_date(day) if other is None or other.year == day.year else long_date(day)


def day_label(day: date) -> str:
    """`Fri 14`."""
    return f"{_DAYS[day.weekday()]} {day.day:>2}"


def month_label(day: date) -> str:
    """`March 2025`."""
    return f"{_LONG_MONTHS[day.month - 1]} {day.year}"


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
