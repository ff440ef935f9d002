"""How long a server asks clients to wait: the `Retry-After` and `RateLimit` headers.

`Retry-After` is seconds or a date (RFC 9110, 10.2.3). Two drafts of `RateLimit` are in use
(https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/): `"api";r=0;t=120` and
`limit=500, remaining=0, reset=120`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_REMAINING = re.compile(r"(?:^|[;,\s])(?:r|remaining)\s*=\s*(\d{1,9})\b")
_RESET = re.compile(r"(?:^|[;,\s])(?:t|reset)\s*=\s*(\d{1,9})\b")
_TOO_MANY = 429


def requested_pause(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a server asks clients to wait; None if it asks for no pause. Header names are lower case."""
    limit = headers.get("ratelimit", "")
    reset = _seconds(_RESET, limit)
    if status < 400:
        return reset if _seconds(_REMAINING, limit) == 0 else None
    after = _retry_after(headers, now)
    return reset if after is None and status == _TOO_MANY else after


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until = _parse_date(text)
    if until is None:
        return None
    # Measured by the server's own clock, because the user's clock may differ.
    return max(0.0, (until - (_parse_date(headers.get("date", "")) or now)).total_seconds())


def _parse_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds(pattern: re.Pattern[str], text: str) -> float | None:
    found = pattern.search(text[:1_000])
    return float(found[1]) if found else None
