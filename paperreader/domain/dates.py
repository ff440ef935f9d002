"""Parses full, partial and yearless dates, and formats dates for people.

Names of days and months are English in every locale: the feeds use English, and exports are equal on all machines.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, or a year and a month."""

    year: int
    month: int | None = None

    def isoformat(self) -> str:
        """`2019` or `2019-05`."""
        return f"{self.year:04}" if self.month is None else f"{self.year:04}-{self.month:02}"

    __str__ = isoformat


KnownDate = date | PartialDate
"""A full or partial date."""


def year_of(known: KnownDate | None) -> int | None:
    """The year of a date; None without a date."""
    return known.year if known else None


def parse_iso(text: str) -> date | None:
    """The date of a text like `2025-03-14`; None for any other text."""
    if len(text) != 10 or not text[4] == text[7] == "-":  # Python also parses other forms of ISO 8601
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_known(text: str) -> KnownDate | None:
    """The date of a text like `2025-03-14`, `2025-03` or `2025`; None for any other text."""
    if day := parse_iso(text):
        return day
    match = _PARTIAL.fullmatch(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2]) if match[2] else None
    return PartialDate(year, month) if in_year(1 if month is None else month, 1, year) else None


def guess_date(text: str) -> date | None:
    """The date that a text in another form, or with an impossible month or day, most likely means; else None."""
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


def date_in_name(name: str) -> date | None:
    """The date in the name of a file, like `2025-03-14.json`; None unless there is exactly one."""
    found = {
        day
        for text in re.findall(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", name.rpartition("/")[2])
        if (day := parse_iso(text))
    }
    return found.pop() if len(found) == 1 else None


def latest_on_or_before(month: int, day: int, reference: date) -> date:
    """The latest date with this month and day, at most the reference day (29 Feb: of a leap year)."""
    for year in range(reference.year, reference.year - 9, -1):
        candidate = in_year(month, day, year)
        if candidate and candidate <= reference:
            return candidate
    raise ValueError(f"no such date: month {month}, day {day}")


def in_year(month: int, day: int, year: int) -> date | None:
    """The date; None if the year has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def long_date(day: date) -> str:
    """`Fri 14 Mar 2025`."""
    return f"{_DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def near_date(day: KnownDate, other: date | None, *, weekday: bool = True) -> str:
    """A date without what the date beside it says already: `Tue 2`, `Tue 31 May`, `31 May 2024`, `May 2024`."""
    if isinstance(day, PartialDate):
        return str(day.year) if day.month is None else f"{MONTHS[day.month - 1]} {day.year}"
    shown = f"{_DAYS[day.weekday()]} {day.day}" if weekday else str(day.day)
    if other is None or day.year != other.year:
        return f"{shown} {MONTHS[day.month - 1]} {day.year}"
    return shown if weekday and day.month == other.month else f"{shown} {MONTHS[day.month - 1]}"


def day_label(day: date) -> str:
    """`Fri 14`."""
    return f"{_DAYS[day.weekday()]} {day.day:>2}"


def month_label(day: date) -> str:
    """`March 2025`."""
    return f"{_LONG_MONTHS[day.month - 1]} {day.year}"


def iso(value: KnownDate | None) -> str | None:
    """A date or time for JSON: dates as precise as known, times in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value.isoformat() if value else None
