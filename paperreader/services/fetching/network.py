"""What a fetch needs from the network: the servers, their rate limits, and the clock."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from paperreader.config import FetchSettings
from paperreader.feeds.huggingface.api_addresses import BASE
from paperreader.files.rate_limit import RateLimit
from paperreader.paths import limits_folder
from paperreader.web.fetcher import DEADLINE, Fetcher
from paperreader.web.limits import CancelToken
from paperreader.web.messages import TransferProgress

ARXIV_INTERVAL = 3.0
"""Seconds between two requests to arXiv (https://info.arxiv.org/help/api/tou.html)."""


@dataclass(frozen=True, slots=True)
class Servers:
    """The addresses of the sources; no address rule holds for a server that the user configured."""

    hugging_face: str = BASE
    arxiv_feeds: str = "https://rss.arxiv.org"
    arxiv_search: str = "https://export.arxiv.org"

    def configured(self) -> frozenset[str]:
        """The origins of the servers that the user configured."""
        usual = Servers()
        return frozenset(
            "/".join(getattr(self, name).split("/")[:3])
            for name in self.__slots__
            if getattr(self, name) != getattr(usual, name)
        )


class RateLimits:
    """The rate limit of each server, shared by all processes of the user through a folder (None: not shared)."""

    def __init__(
        self, folder: Path | None = None, clock: Callable[[], float] = time.time, arxiv_interval: float = ARXIV_INTERVAL
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._arxiv_interval = arxiv_interval
        self._limits: dict[str, RateLimit] = {}

    def of(self, site: str) -> RateLimit:
        """The limit of a site: arXiv allows one request at a time; other servers answer when they had enough."""
        is_arxiv = site == "arxiv.org" or site.endswith(".arxiv.org")
        name = "arxiv.org" if is_arxiv else site
        if name not in self._limits:
            file = self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.limit" if self._folder else None
            interval = self._arxiv_interval if is_arxiv else 0.0
            self._limits[name] = RateLimit(name, file, interval, alone=is_arxiv, clock=self._clock)
        return self._limits[name]


@dataclass(frozen=True, slots=True)
class Network:
    """The servers, their rate limits, and the clock of a fetch."""

    servers: Servers = Servers()
    limits: RateLimits = field(default_factory=RateLimits)
    contact: str = ""
    """How operators of servers can reach the user."""
    deadline: float = DEADLINE
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] | None = None

    @classmethod
    def of(cls, settings: FetchSettings) -> Self:
        """The network that the user configured."""
        servers = Servers(settings.hugging_face, settings.arxiv_feeds, settings.arxiv_search)
        return cls(servers, RateLimits(limits_folder()), settings.contact)

    def fetcher(
        self,
        progress: Callable[[TransferProgress], None] = lambda _progress: None,
        token: CancelToken | None = None,
    ) -> Fetcher:
        """A fetcher for this network."""
        return Fetcher(
            contact=self.contact,
            open_origins=self.servers.configured(),
            token=token,
            progress=progress,
            deadline=self.deadline,
            sleep=self.sleep,
        )
