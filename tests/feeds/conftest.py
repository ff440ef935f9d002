"""What tests of fetching share: a web server on this machine, and a clock that only waiting moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import web_server


class Clock:
    """Time as the code under test sees it; what is slept is written down."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    """A clock that only sleeping moves."""
    return Clock()


@pytest.fixture
def web() -> Iterator[web_server.WebServer]:
    """A server that answers as the test says."""
    with web_server.serving() as server:
        yield server
