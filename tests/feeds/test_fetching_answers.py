"""Responses of servers: statuses, pauses, validators and encodings lead to a list or to an error of one line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from web_server import Handler, WebServer, status

from paperreader import __version__
from paperreader.errors import MustWait, NetworkError, ResponseRefused, Unreachable
from paperreader.web.fetcher import TRIES, Fetcher
from paperreader.web.messages import TransferProgress, Validators, WebRequest, WebResponse

LIST = b'[{"paper": {"id": "2503.00001"}}]'


@pytest.fixture
def fetcher(web: WebServer, clock: Any) -> Iterator[Fetcher]:
    """Fetches from the test server; pauses take no time."""
    with Fetcher(open_origins=[web.base], clock=clock, sleep=clock.sleep) as made:
        yield made


def refused(fetcher: Fetcher, url: str) -> NetworkError:
    """The error of a request, one line."""
    with pytest.raises(NetworkError) as caught:
        fetcher.fetch(WebRequest(url))
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_list_is_fetched_with_a_user_agent(web: WebServer, fetcher: Fetcher) -> None:
    """Rule: a request names the program and its version, and nothing else that was not configured."""
    url = web.on("/list", LIST)
    assert fetcher.fetch(WebRequest(url)) == WebResponse(url, LIST)
    assert web.asked[0].headers["user-agent"] == f"paperreader/{__version__}"
    assert "cookie" not in web.asked[0].headers


def test_a_configured_contact_is_sent(web: WebServer) -> None:
    """Rule: the configured contact tells operators how to reach the user."""
    with Fetcher(contact="reader@example.org", open_origins=[web.base]) as fetcher:
        fetcher.fetch(WebRequest(web.on("/list", LIST)))
    assert web.asked[0].headers["user-agent"] == f"paperreader/{__version__} (reader@example.org)"


@pytest.mark.parametrize("code", [400, 401, 403, 404, 407, 410, 418, 451, 505])
def test_a_permanent_error_is_not_tried_again(web: WebServer, fetcher: Fetcher, code: int) -> None:
    """Rule: a permanent error is tried once; the line names server, status and reason."""
    url = web.on("/list", status(code, json.dumps({"error": "no\n such \x1b[2Jday"}).encode()))
    error = refused(fetcher, url)
    assert isinstance(error, ResponseRefused)
    assert error.status == code
    assert "127.0.0.1 " in str(error)
    assert f"status {code}: no such day" in str(error)
    assert web.count("/list") == 1


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_temporary_error_is_tried_again_with_growing_pauses(
    web: WebServer, fetcher: Fetcher, clock: Any, code: int
) -> None:
    """Rule: at most four tries with pauses that may double, then one line."""
    url = web.on("/list", status(code))
    error = refused(fetcher, url)
    assert isinstance(error, ResponseRefused)
    assert web.count("/list") == TRIES
    assert len(clock.slept) == TRIES - 1
    assert all(0 <= pause <= 2**tried for tried, pause in enumerate(clock.slept))


def test_a_later_try_may_succeed(web: WebServer, fetcher: Fetcher) -> None:
    """Rule: a temporary error is not reported if a later try succeeds."""
    url = web.on("/list", status(502), lambda handler: handler.reset(), status(200, LIST))
    assert fetcher.fetch(WebRequest(url)).body == LIST
    assert web.count("/list") == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry_After": "7"},
        {"RateLimit": '"api";r=0;t=7', "RateLimit_Policy": '"fixed window";"api";q=500;w=300'},
        {"RateLimit": "limit=100, remaining=0, reset=7"},
        {"Date": "Fri, 14 Mar 2025 12:00:00 GMT", "Retry_After": "Fri, 14 Mar 2025 12:00:07 GMT"},
    ],
)
def test_a_requested_pause_is_kept(web: WebServer, fetcher: Fetcher, clock: Any, headers: dict[str, str]) -> None:
    """Rule: no request is sent before the pause that the server asked for is over."""
    begun = clock.now

    def count_time(handler: Handler) -> None:
        assert clock.now >= begun + 7
        handler.send(LIST)

    url = web.on("/list", lambda handler: handler.send(b"", 429, **headers), count_time)
    question = WebRequest(url, limit=_limit(clock))
    assert fetcher.fetch(question).body == LIST
    assert web.count("/list") == 2


def _limit(clock: Callable[[], float]) -> Any:
    from paperreader.files.rate_limit import RateLimit

    return RateLimit("127.0.0.1", None, clock=clock)


def test_a_pause_beyond_the_deadline_ends_the_fetch(web: WebServer, fetcher: Fetcher, clock: Any) -> None:
    """Rule: a longer pause than the deadline is an error with the time to come back, after one request."""
    url = web.on("/list", status(503, Retry_After="300"))
    limit = _limit(clock)
    for _ in range(2):
        with pytest.raises(MustWait, match=r"5 minutes; fetch again after \d\d:\d\d") as caught:
            fetcher.fetch(WebRequest(url, limit=limit))
        assert caught.value.seconds == pytest.approx(300)
    assert web.count("/list") == 1
    assert clock.slept == []


def test_a_used_up_rate_limit_delays_the_next_request(web: WebServer, fetcher: Fetcher, clock: Any) -> None:
    """Rule: a response that says that no requests remain makes the next request wait."""
    url = web.on("/list", lambda handler: handler.send(LIST, RateLimit='"api";r=0;t=20'))
    limit, begun = _limit(clock), clock.now
    fetcher.fetch(WebRequest(url, limit=limit))
    assert clock.now == begun
    fetcher.fetch(WebRequest(url, limit=limit))
    assert clock.now >= begun + 20


@pytest.mark.parametrize("nonsense", ["soon", "-5", "1e9", "", "9" * 400, "Fri, 99 Mar", "\x0b7"])
def test_an_invalid_pause_is_ignored(web: WebServer, fetcher: Fetcher, nonsense: str) -> None:
    """Rule: invalid headers are ignored and never an exception."""
    url = web.on("/list", lambda handler: handler.send(b"", 404, Retry_After=nonsense, RateLimit=nonsense))
    assert isinstance(refused(fetcher, url), NetworkError)


def test_unchanged_content_is_not_sent_again(web: WebServer, fetcher: Fetcher) -> None:
    """Rule: validators are sent back as the server gave them; 304 is a response without content."""
    etag, modified = 'W/"7f-3"', "Fri, 14 Mar 2025 12:00:00 GMT"

    def conditional(handler: Handler) -> None:
        if handler.headers["If-None-Match"] == etag and handler.headers["If-Modified-Since"] == modified:
            handler.send(b"", 304)
        else:
            handler.send(LIST, ETag=etag, Last_Modified=modified)

    url = web.on("/list", conditional)
    first = fetcher.fetch(WebRequest(url))
    assert first.is_changed
    second = fetcher.fetch(WebRequest(url, validators=first.validators))
    assert (second.is_changed, second.body, second.validators) == (False, b"", first.validators)
    assert web.count("/list") == 2


def test_a_304_without_validators_is_an_error(web: WebServer, fetcher: Fetcher) -> None:
    """Rule: without validators there is no list that 304 could stand for."""
    error = refused(fetcher, web.on("/list", status(304)))
    assert web.count("/list") == 1
    assert isinstance(error, ResponseRefused)


def test_validators_that_would_split_a_header_are_not_sent(web: WebServer, fetcher: Fetcher) -> None:
    """Rule: a stored validator cannot add a header to a request."""
    url = web.on("/list", LIST)
    fetcher.fetch(WebRequest(url, validators=Validators('"a"\r\nX-Evil: 1', "caf\u00e9")))
    assert not {"x-evil", "if-none-match", "if-modified-since"} & set(web.asked[0].headers)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(LIST, mtime=0)),
        ("x-gzip", gzip.compress(LIST[:10], mtime=0) + gzip.compress(LIST[10:], mtime=0)),
        ("gzip", gzip.compress(LIST, mtime=0) + bytes(20)),
        ("identity", LIST),
    ],
)
def test_gzip_bodies_are_decoded(web: WebServer, fetcher: Fetcher, encoding: str, body: bytes) -> None:
    """Rule: a gzip body is decoded whole, also with several parts or padding."""
    url = web.on("/list", lambda handler: handler.send(body, Content_Encoding=encoding))
    assert fetcher.fetch(WebRequest(url)).body == LIST


@pytest.mark.parametrize(
    ("encoding", "body", "reason"),
    [
        ("br", b"\x1b\x05", "not requested"),
        ("deflate", b"x", "not requested"),
        ("gzip, gzip", gzip.compress(gzip.compress(LIST, mtime=0), mtime=0), "not requested"),
        ("gzip", b"this is no gzip at all", "damaged"),
        ("gzip", gzip.compress(LIST, mtime=0)[:-12], "incomplete"),
    ],
)
def test_a_body_that_cannot_be_decoded_is_an_error(
    web: WebServer, fetcher: Fetcher, encoding: str, body: bytes, reason: str
) -> None:
    """Rule: no part of a list is taken for the whole, and no zlib exception escapes."""
    url = web.on("/list", lambda handler: handler.send(body, Content_Encoding=encoding))
    assert reason in str(refused(fetcher, url))


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><title>Log in</title>", b"\n <html>", b"<HTML lang='en'>"])
def test_a_login_page_is_not_a_list(web: WebServer, fetcher: Fetcher, page: bytes) -> None:
    """Rule: a login page in place of a list is an error with the cure; a request may accept pages."""
    url = web.on("/list", page)
    assert "log in" in str(refused(fetcher, url))
    assert fetcher.fetch(WebRequest(url, accepts_pages=True)).body == page


def test_progress_is_reported(web: WebServer, clock: Any) -> None:
    """Rule: the progress has the bytes received and the seconds of pauses."""
    steps: list[TransferProgress] = []
    url = web.on("/list", status(503), status(200, LIST * 9_000))
    with Fetcher(open_origins=[web.base], clock=clock, sleep=clock.sleep, progress=steps.append) as fetcher:
        data = fetcher.fetch(WebRequest(url)).body
    assert steps[-1] == TransferProgress("127.0.0.1", received=len(data))
    assert sum(step.waits for step in steps) == pytest.approx(sum(clock.slept))


def test_an_unreachable_server_is_one_line(clock: Any) -> None:
    """Rule: no network, an unknown host and a closed port are errors with a cure."""
    with Fetcher(open_origins=["http://127.0.0.1:1"], clock=clock, sleep=clock.sleep) as fetcher:
        error = refused(fetcher, "https://no-such-host.invalid/feed")
        assert isinstance(error, Unreachable)
        assert error.is_offline
        assert "offline" in str(error)
        assert clock.slept == []
        assert "refuses connections" in str(refused(fetcher, "http://127.0.0.1:1/feed"))


def test_a_server_without_tls_gets_no_request(web: WebServer, clock: Any) -> None:
    """Rule: a server without TLS on an https address is an error, and no request is sent."""
    url = web.on("/list", LIST)
    https = url.replace("http:", "https:")
    with Fetcher(open_origins=[https.removesuffix("/list")], clock=clock, sleep=clock.sleep) as fetcher:
        assert "TLS" in str(refused(fetcher, https))
    assert web.asked == []
