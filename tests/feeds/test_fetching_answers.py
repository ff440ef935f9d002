"""What a server answers: statuses, pauses, validators, encodings; each comes to a list or to one line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from web_server import Handler, WebServer, status

from paperreader import __version__
from paperreader.errors import MustWait, NetworkError, ResponseRefused, Unreachable
from paperreader.web.exchange import TransferProgress, Validators, WebRequest, WebResponse
from paperreader.web.fetcher import TRIES, Fetcher

LIST = b'[{"paper": {"id": "2503.00001"}}]'


@pytest.fixture
def fetcher(web: WebServer, clock: Any) -> Iterator[Fetcher]:
    """Asks the test's server; pauses take no time."""
    with Fetcher(open_origins=[web.base], clock=clock, sleep=clock.sleep) as made:
        yield made


def refused(fetcher: Fetcher, url: str) -> NetworkError:
    """The error that a question ends with, which is one line."""
    with pytest.raises(NetworkError) as caught:
        fetcher.fetch(WebRequest(url))
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_list_comes_as_it_is_with_a_named_agent(web: WebServer, fetcher: Fetcher) -> None:
    """Rule: the program names itself and its version, and says nothing more that was not configured."""
    url = web.on("/list", LIST)
    assert fetcher.fetch(WebRequest(url)) == WebResponse(url, LIST)
    assert web.asked[0].headers["user-agent"] == f"paperreader/{__version__}"
    assert "cookie" not in web.asked[0].headers


def test_a_contact_that_was_configured_is_sent(web: WebServer) -> None:
    """Rule: operators are told how to reach the user where the user wants that."""
    with Fetcher(contact="reader@example.org", open_origins=[web.base]) as fetcher:
        fetcher.fetch(WebRequest(web.on("/list", LIST)))
    assert web.asked[0].headers["user-agent"] == f"paperreader/{__version__} (reader@example.org)"


@pytest.mark.parametrize("code", [400, 401, 403, 404, 407, 410, 418, 451, 505])
def test_a_refusal_is_asked_once_and_told_with_its_cure(web: WebServer, fetcher: Fetcher, code: int) -> None:
    """Rule: what will not change by asking again is not asked again; the line names server, status and reason."""
    url = web.on("/list", status(code, json.dumps({"error": "no\n such \x1b[2Jday"}).encode()))
    error = refused(fetcher, url)
    assert isinstance(error, ResponseRefused)
    assert error.status == code
    assert "127.0.0.1 " in str(error)
    assert f"status {code}: no such day" in str(error)
    assert web.count("/list") == 1


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_passing_trouble_is_asked_again_with_growing_pauses(
    web: WebServer, fetcher: Fetcher, clock: Any, code: int
) -> None:
    """Rule: at most four tries, pauses between them that may double, and then one line."""
    url = web.on("/list", status(code))
    error = refused(fetcher, url)
    assert isinstance(error, ResponseRefused)
    assert web.count("/list") == TRIES
    assert len(clock.slept) == TRIES - 1
    assert all(0 <= pause <= 2**tried for tried, pause in enumerate(clock.slept))


def test_what_comes_at_the_second_try_is_taken(web: WebServer, fetcher: Fetcher) -> None:
    """Rule: a trouble that passes is not told."""
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
def test_a_pause_that_is_asked_for_is_kept(
    web: WebServer, fetcher: Fetcher, clock: Any, headers: dict[str, str]
) -> None:
    """Rule: no request goes out before the pause is over that the server asked for, in whichever form."""
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


def test_a_pause_longer_than_an_answer_may_take_ends_the_fetch(web: WebServer, fetcher: Fetcher, clock: Any) -> None:
    """Rule: nobody waits beyond the deadline; the line says when to come back, and the server is asked once."""
    url = web.on("/list", status(503, Retry_After="300"))
    limit = _limit(clock)
    for _ in range(2):
        with pytest.raises(MustWait, match=r"5 minutes; fetch again after \d\d:\d\d") as caught:
            fetcher.fetch(WebRequest(url, limit=limit))
        assert caught.value.seconds == pytest.approx(300)
    assert web.count("/list") == 1
    assert clock.slept == []


def test_a_budget_that_is_used_up_is_heeded_before_it_is_overdrawn(
    web: WebServer, fetcher: Fetcher, clock: Any
) -> None:
    """Rule: an answer that says that nothing remains makes the next question wait, though all went well."""
    url = web.on("/list", lambda handler: handler.send(LIST, RateLimit='"api";r=0;t=20'))
    limit, begun = _limit(clock), clock.now
    fetcher.fetch(WebRequest(url, limit=limit))
    assert clock.now == begun
    fetcher.fetch(WebRequest(url, limit=limit))
    assert clock.now >= begun + 20


@pytest.mark.parametrize("nonsense", ["soon", "-5", "1e9", "", "9" * 400, "Fri, 99 Mar", "\x0b7"])
def test_a_pause_that_makes_no_sense_is_none(web: WebServer, fetcher: Fetcher, nonsense: str) -> None:
    """Rule: headers that cannot be read are as if they were not there, and never an exception."""
    url = web.on("/list", lambda handler: handler.send(b"", 404, Retry_After=nonsense, RateLimit=nonsense))
    assert isinstance(refused(fetcher, url), NetworkError)


def test_what_did_not_change_is_not_sent_again(web: WebServer, fetcher: Fetcher) -> None:
    """Rule: validators come back to the server as it gave them, weak ones too; 304 is an answer, asked for once."""
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


def test_a_304_that_nobody_asked_for_is_a_refusal(web: WebServer, fetcher: Fetcher) -> None:
    """Rule: without validators 304 is no answer: it would stand for a list that one does not have."""
    error = refused(fetcher, web.on("/list", status(304)))
    assert web.count("/list") == 1
    assert isinstance(error, ResponseRefused)


def test_validators_that_would_split_a_header_are_not_sent(web: WebServer, fetcher: Fetcher) -> None:
    """Rule: what stands in a file can add no header to a request."""
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
def test_packed_answers_are_unpacked(web: WebServer, fetcher: Fetcher, encoding: str, body: bytes) -> None:
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
def test_what_cannot_be_unpacked_is_refused(
    web: WebServer, fetcher: Fetcher, encoding: str, body: bytes, reason: str
) -> None:
    """Rule: never half a list, and never an exception of zlib's."""
    url = web.on("/list", lambda handler: handler.send(body, Content_Encoding=encoding))
    assert reason in str(refused(fetcher, url))


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><title>Log in</title>", b"\n <html>", b"<HTML lang='en'>"])
def test_a_login_page_is_told_from_a_list(web: WebServer, fetcher: Fetcher, page: bytes) -> None:
    """Rule: what a captive portal serves in place of a list is one line with the cure; who wants a page gets it."""
    url = web.on("/list", page)
    assert "log in" in str(refused(fetcher, url))
    assert fetcher.fetch(WebRequest(url, accepts_pages=True)).body == page


def test_progress_is_told_while_an_answer_comes(web: WebServer, clock: Any) -> None:
    """Rule: who waits sees how much has come, and for how long nothing will."""
    steps: list[TransferProgress] = []
    url = web.on("/list", status(503), status(200, LIST * 9_000))
    with Fetcher(open_origins=[web.base], clock=clock, sleep=clock.sleep, progress=steps.append) as fetcher:
        data = fetcher.fetch(WebRequest(url)).body
    assert steps[-1] == TransferProgress("127.0.0.1", received=len(data))
    assert sum(step.waits for step in steps) == pytest.approx(sum(clock.slept))


def test_nobody_there_is_one_line(clock: Any) -> None:
    """Rule: offline, a name that nobody has and a port that nobody listens to are told, with what to do."""
    with Fetcher(open_origins=["http://127.0.0.1:1"], clock=clock, sleep=clock.sleep) as fetcher:
        error = refused(fetcher, "https://no-such-host.invalid/feed")
        assert isinstance(error, Unreachable)
        assert error.is_offline
        assert "offline" in str(error)
        assert clock.slept == []
        assert "refuses connections" in str(refused(fetcher, "http://127.0.0.1:1/feed"))


def test_a_server_without_a_trusted_certificate_is_not_asked(web: WebServer, clock: Any) -> None:
    """Rule: what does not speak TLS on an https address is told as that, and gets no request."""
    url = web.on("/list", LIST)
    https = url.replace("http:", "https:")
    with Fetcher(open_origins=[https.removesuffix("/list")], clock=clock, sleep=clock.sleep) as fetcher:
        assert "TLS" in str(refused(fetcher, https))
    assert web.asked == []
