"""Fixtures of the fetching tests: a web server on this machine, and a clock that only sleeping moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import web_server
from still_clock import Clock


@pytest.fixture
def clock() -> Clock:
    """A clock that only sleeping moves."""
    return Clock()


@pytest.fixture
def web() -> Iterator[web_server.WebServer]:
    """A server with the replies of the test."""
    with web_server.serving() as server:
        yield server
