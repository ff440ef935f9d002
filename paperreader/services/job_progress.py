"""How far an import, a fetch or an index build is, and how long the rest will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from paperreader.domain.text import Safe

LEAST_SECONDS = 1.0
"""Seconds of work from which the speed of a job is known well enough."""


class Job(StrEnum):
    """A kind of job."""

    IMPORT = "import"
    FETCH = "fetch"
    INDEX = "build"
    RULES = "apply"


class Unit(StrEnum):
    """What a job counts."""

    BYTES = "bytes"
    PAPERS = "papers"
    LISTS = "lists"


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is."""

    job: Job
    name: Safe
    """What is imported, fetched or built."""
    done: int = 0
    total: int = 0
    """0: unknown."""
    unit: Unit = Unit.BYTES
    note: Safe = Safe("")
    """What is known besides: the size of a response, or a pause."""
    seconds_left: float | None = None
    """None: not known."""

    @property
    def title(self) -> Safe:
        """The job and what it is about: `import kites.json`."""
        return Safe(f"{self.job} {self.name}")

    @property
    def share(self) -> float | None:
        """The part that is done, from 0 to 1; None if it is unknown."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def figures(self) -> str:
        """The part that is done, in the unit of the job."""
        if self.share is None:
            return ""
        if self.unit is Unit.BYTES:
            return f"{int(100 * self.share)} %"
        return f"{self.done:,} of {self.total:,}{' lists' if self.unit is Unit.LISTS else ''}"

    def __str__(self) -> str:
        """One line for a terminal without a header."""
        return " · ".join(filter(None, (self.title, self.figures, self.note)))


@dataclass(frozen=True, slots=True)
class JobFailure:
    """Why a job failed."""

    reason: str
    cure: str = ""


Say = Callable[[JobProgress], object]
"""Gets the progress of a job."""


class TimeLeft:
    """Measures how fast a job is. A job that continues an earlier one is measured from where it started."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start: tuple[JobProgress, float] | None = None

    def measured(self, progress: JobProgress) -> JobProgress:
        """The progress with the seconds left, if they are known."""
        now = self._clock()
        if self._start is None or not _is_same_work(self._start[0], progress):
            self._start = progress, now
        first, started = self._start
        done, passed = progress.done - first.done, now - started
        if not progress.total or done <= 0 or passed < LEAST_SECONDS:
            return progress
        return replace(progress, seconds_left=max(0, progress.total - progress.done) * passed / done)


def _is_same_work(first: JobProgress, now: JobProgress) -> bool:
    return (first.job, first.name, first.total) == (now.job, now.name, now.total) and first.done <= now.done
