"""Limits of a fetch: a hostile server costs bounded time and memory, and a fetch can be cancelled at once."""

from __future__ import annotations

import gzip
import resource
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from web_server import Handler, WebServer, status

from paperreader.errors import FetchCancelled, NetworkError, ResponseRefused, Unreachable
from paperreader.web.client import MAX_BYTES
from paperreader.web.connections import call_in_thread
from paperreader.web.fetcher import TRIES, Fetcher
from paperreader.web.limits import CancelToken, Guard
from paperreader.web.messages import WebRequest

LIST = b'[{"paper": {"id": "2503.00001"}}]'
BRIEF = 0.3


def dripping(before: bytes, drop: bytes) -> Callable[[Handler], None]:
    """A reply that sends one part at once and then drops, for ever."""

    def reply(handler: Handler) -> None:
        handler.raw(before)
        while not handler.server.web.ended.wait(0.02):
            handler.raw(drop)

    return reply


@pytest.mark.parametrize(
    ("before", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"X"),
        (b"HTTP/1.1 200 OK\r\n", b"X-Header: 1\r\n"),
        (b"", b"H"),
        (b"", b""),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
    ids=["body", "chunks", "one header", "headers", "status", "nothing", "early hints"],
)
def test_a_drip_ends_at_the_deadline(web: WebServer, before: bytes, drop: bytes) -> None:
    """Rule: the deadline holds for the whole request, however often a byte arrives."""
    for times in (1, 10, 100):  # a busy machine may need more to ask at all
        path = f"/list/{times}"
        url = web.on(path, dripping(before, drop))
        with Fetcher(open_origins=[web.base], deadline=times * BRIEF) as fetcher, pytest.raises(Unreachable) as caught:
            fetcher.fetch(WebRequest(url))
        assert "took too long" in str(caught.value) or "incomplete" in str(caught.value)
        if asked := web.count(path):
            break
    assert asked == 1


def endless(before: bytes, part: bytes) -> Callable[[Handler], None]:
    """A reply without end, as fast as it is read."""

    def reply(handler: Handler) -> None:
        handler.raw(before)
        while not handler.server.web.ended.is_set():
            handler.raw(part)

    return reply


@pytest.mark.parametrize(
    ("before", "part"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x" * 65_536),
        (b"HTTP/1.1 500 Trouble\r\n\r\n", b"x" * 65_536),
    ],
    ids=["until closed", "chunks", "length", "error page"],
)
def test_an_endless_body_ends_at_the_size_limit(web: WebServer, before: bytes, part: bytes) -> None:
    """Rule: no more than the size limit is read, whatever length the server claims."""
    url = web.on("/list", endless(before, part))
    with Fetcher(open_origins=[web.base]) as fetcher, pytest.raises(ResponseRefused, match="larger than 8 MB"):
        fetcher.fetch(WebRequest(url))
    assert web.count("/list") == 1


def test_endless_headers_end(web: WebServer) -> None:
    """Rule: headers have a size limit too."""
    url = web.on("/list", endless(b"HTTP/1.1 200 OK\r\n", b"X-Header: " + b"x" * 1_000 + b"\r\n"))
    with Fetcher(open_origins=[web.base], sleep=lambda _: None) as fetcher, pytest.raises(Unreachable):
        fetcher.fetch(WebRequest(url))


def _bomb(packer: Any, size: int) -> bytes:
    data: bytes = b"".join(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)) + packer.flush()
    return data


@pytest.mark.parametrize("encoding", ["gzip", "many parts"])
def test_a_decompression_bomb_is_not_decoded(web: WebServer, encoding: str) -> None:
    """Rule: 100 MB in 100 kB are never decoded; memory grows by less than 50 MB."""
    bomb = {
        "gzip": lambda: _bomb(zlib.compressobj(wbits=31), 100_000_000),
        "many parts": lambda: gzip.compress(bytes(1_000_000)) * 100,
    }[encoding]()
    url = web.on("/list", lambda handler: handler.send(bomb, Content_Encoding="gzip"))
    with Fetcher(open_origins=[web.base]) as fetcher:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        tracemalloc.start()
        try:
            with pytest.raises(ResponseRefused, match="larger than 8 MB"):
                fetcher.fetch(WebRequest(url))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 3 * MAX_BYTES
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
    ids=["length", "chunks", "headers", "nothing", "another protocol"],
)
@pytest.mark.parametrize("is_reset", [True, False], ids=["reset", "closed"])
def test_an_incomplete_response_is_an_error(web: WebServer, clock: Any, head: bytes, is_reset: bool) -> None:
    """Rule: half a list is never taken for the whole; the request is tried again, then fails with one line."""

    def cut(handler: Handler) -> None:
        handler.raw(head + (LIST if b"\r\n\r\n" in head else b""))
        if is_reset:
            handler.reset()
        handler.close_connection = True

    url = web.on("/list", cut)
    with (
        Fetcher(open_origins=[web.base], clock=clock, sleep=clock.sleep) as fetcher,
        pytest.raises(Unreachable, match="incomplete"),
    ):
        fetcher.fetch(WebRequest(url))
    assert web.count("/list") == TRIES


def _cancel_when(web: WebServer, url: str, reached: Callable[[], bool], **options: Any) -> NetworkError | None:
    """The error of a request that is cancelled when `reached` is true."""
    token = CancelToken()
    ended: list[NetworkError | None] = []

    def ask() -> None:
        with Fetcher(open_origins=[web.base], token=token, **options) as fetcher:
            try:
                fetcher.fetch(WebRequest(url))
                ended.append(None)
            except NetworkError as error:
                ended.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    while not reached():
        time.sleep(0.005)
    token.cancel()
    asking.join(40)  # a fetch that cannot be cancelled would take the deadline of 60 seconds
    assert ended, "it goes on"
    return ended[0]


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1"], ids=["headers", "body"])
def test_a_fetch_is_cancelled_while_it_waits_for_the_server(web: WebServer, head: bytes) -> None:
    """Rule: cancelling ends a read at once, not at the next byte."""

    def silent(handler: Handler) -> None:
        handler.raw(head)
        handler.server.web.ended.wait(60)

    url = web.on("/list", silent)
    assert isinstance(_cancel_when(web, url, lambda: web.count("/list") > 0, deadline=60.0), FetchCancelled)
    assert web.count("/list") == 1


def test_a_fetch_is_cancelled_while_it_pauses(web: WebServer) -> None:
    """Rule: a pause ends when the fetch is cancelled."""
    url = web.on("/list", status(503, Retry_After="50"))
    assert isinstance(_cancel_when(web, url, lambda: web.count("/list") > 0, deadline=60.0), FetchCancelled)
    assert web.count("/list") == 1


def test_a_fetch_is_cancelled_while_a_name_is_looked_up(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a cancelled fetch does not wait for system calls that cannot be cancelled."""
    begun = threading.Event()

    def hang(*_: Any, **__: Any) -> Any:
        begun.set()
        web.ended.wait(60)
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", hang)
    ended = _cancel_when(web, "https://example.org/", begun.is_set, deadline=60.0)
    assert isinstance(ended, FetchCancelled)
    with Fetcher(deadline=0.1) as fetcher, pytest.raises(Unreachable, match="took too long"):
        fetcher.fetch(WebRequest("https://example.org/"))


def test_a_fetch_that_is_cancelled_before_it_connects_opens_no_connection() -> None:
    """Rule: no connection is opened that nobody would close."""
    token = CancelToken()
    begun = threading.Event()

    def clock() -> float:
        token.cancel()  # after the guard has looked at it
        return 0.0

    with pytest.raises(FetchCancelled):
        call_in_thread(begun.set, Guard(deadline=60.0, clock=clock, token=token))
    assert not begun.wait(0.1)


def test_a_cancelled_token_stays_cancelled(web: WebServer) -> None:
    """Rule: with a cancelled token no request is sent."""
    token = CancelToken()
    token.cancel()
    url = web.on("/list", LIST)
    with Fetcher(open_origins=[web.base], token=token) as fetcher, pytest.raises(FetchCancelled):
        fetcher.fetch(WebRequest(url))
    assert web.asked == []
