"""How fast the user decides: the usual seconds for a paper, from the times of decisions."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

LONGEST = timedelta(minutes=2)
"""A longer time between two decisions is a pause."""
LEAST = 8
"""Times between decisions that a pace needs."""
NEWEST = 300
"""Decisions that count: the pace of the last days."""


def pace_of(times: Iterable[datetime]) -> float | None:
    """The median time between two decisions, in seconds; None if there are too few.

    Papers that were decided together have one time.
    """
    gaps = _gaps(sorted(set(times))[-NEWEST:])
    return median(gaps) if len(gaps) >= LEAST else None


def time_spent(times: Iterable[datetime]) -> float:
    """The seconds between the first and the last decision, without pauses."""
    return sum(_gaps(sorted(set(times))))


def _gaps(times: list[datetime]) -> list[float]:
    return [(later - earlier).total_seconds() for earlier, later in pairwise(times) if later - earlier <= LONGEST]


def describe_rest(papers: int, pace: float | None) -> str:
    """How long papers will take, as in `≈ 12 min`; empty if that is unknown or under a second."""
    seconds = papers * (pace or 0.0)
    return f"≈ {describe_time(seconds)}" if seconds >= 1 else ""


def describe_time(seconds: float) -> str:
    """A time in words: `40 s`, `12 min`, `2 h 5 min`."""
    if seconds < 60:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
