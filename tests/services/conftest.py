"""A network whose servers are one test server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import web_server
from still_clock import Clock
from web_server import WebServer

from paperreader.services.fetching.network import Network, RateLimits, Servers

NOW = datetime(2025, 3, 14, 16, tzinfo=UTC)
"""A Friday."""


@pytest.fixture
def web() -> Iterator[WebServer]:
    """All servers in one."""
    with web_server.serving() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    """The clock of the rate limits."""
    return Clock()


@pytest.fixture
def network(web: WebServer, clock: Clock, tmp_path: Path) -> Network:
    """A network whose servers are the test server, on a Friday."""
    servers = Servers(web.base, web.base, web.base)
    return Network(servers, RateLimits(tmp_path / "limits", clock), now=lambda: NOW, sleep=clock.sleep)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of papers with these titles, all with the same abstract."""

    def make(name: str, *titles: str, day: str = "2025-03-14", abstract: str = "Looms and their threads. " * 9) -> Path:
        papers = [
            {"title": title, "abstract": f"{title}: {abstract}", "authors": ["Ada Brook"], "listed": [day]}
            for title in titles
        ]
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(f"{json.dumps(paper)}\n" for paper in papers))
        return path

    return make
