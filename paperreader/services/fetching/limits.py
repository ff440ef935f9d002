"""How often each server may be asked."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from paperreader.files.rate_limit import RateLimit

ARXIV_INTERVAL = 3.0
"""Seconds from one request to the next, over all of arXiv (https://info.arxiv.org/help/api/tou.html)."""


class Limits:
    """The limits of servers, kept in a folder that all processes of the user share; None: within this object only."""

    def __init__(
        self, folder: Path | None = None, clock: Callable[[], float] = time.time, arxiv_interval: float = ARXIV_INTERVAL
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._interval = arxiv_interval
        self._limits: dict[str, RateLimit] = {}

    def of(self, site: str) -> RateLimit:
        """The limit of a site: arXiv wants one request at a time, the others say themselves when they had enough."""
        if site not in self._limits:
            is_arxiv = site == "arxiv.org" or site.endswith(".arxiv.org")
            name = "arxiv.org" if is_arxiv else site
            file = self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.limit" if self._folder else None
            interval = self._interval if is_arxiv else 0.0
            self._limits[site] = RateLimit(name, file, interval, alone=is_arxiv, clock=self._clock)
        return self._limits[site]
