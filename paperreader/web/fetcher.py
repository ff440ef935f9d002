"""Fetches from web servers: bounded, polite and cancellable.

Bounded: the total time of a request with its retries, the bytes of the decoded body, and the redirects; each redirect
is checked like a first address. Polite: a user agent, conditional requests, and pauses. A pause that a server asks for
holds for every process on this machine. If it is longer than the deadline, the fetch fails and names the time.
"""

import random
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

from paperreader import __version__
from paperreader.domain.text import clean_line
from paperreader.errors import AddressRefused, NetworkError, ResponseRefused
from paperreader.files.rate_limit import RateLimit
from paperreader.web.addresses import checked_url, host_of
from paperreader.web.limits import CancelToken, Guard
from paperreader.web.messages import (
    NOT_MODIFIED,
    OK,
    REDIRECTS,
    TransferProgress,
    Validators,
    WebRequest,
    WebResponse,
    status_refused,
)
from paperreader.web.retry_after import requested_pause

if TYPE_CHECKING:
    from paperreader.web.client import RawResponse, WebClient

DEADLINE = 60.0
"""Seconds for one request, with its retries and pauses."""
MAX_REDIRECTS = 5
TRIES = 4
"""How often one address is requested at most."""
_BACKOFF = 1.0
"""Seconds of the longest pause before the second try; it doubles with each try, and the pause is random up to it."""


class Fetcher:
    """Sends one request at a time; connections stay open until the fetcher is closed."""

    def __init__(
        self,
        *,
        contact: str = "",
        open_origins: Iterable[str] = (),
        token: CancelToken | None = None,
        progress: Callable[[TransferProgress], None] = lambda _progress: None,
        deadline: float = DEADLINE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        """`contact` tells operators how to reach the user. `open_origins` (`http://127.0.0.1:8080`) are configured
        servers: no address rule holds for them. `deadline` is in seconds of the clock.
        """
        self._token = token or CancelToken()
        self._agent = f"paperreader/{__version__}" + (f" ({contact})" if contact else "")
        self._open_origins = frozenset(open_origins)
        self._progress = progress
        self._deadline = deadline
        self._clock = clock
        self._sleep = sleep or self._token.sleep
        self._client: WebClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def fetch(self, request: WebRequest) -> WebResponse:
        """The response to a request; raises NetworkError, which FetchCancelled is one of."""
        from paperreader.web.client import WebClient  # 150 ms of httpx2 that only fetching needs

        host = host_of(request.url) or clean_line(request.url, 100)
        named = [*self._open_origins, *([request.url] if request.site is None else [])]
        private_hosts = frozenset(filter(None, map(host_of, named)))
        guard = Guard(self._clock() + self._deadline, self._clock, self._token, private_hosts, host)
        limit = request.limit or RateLimit(host, None)
        client = self._client = self._client or WebClient(self._agent)
        with self._token.on_cancel(client.abort):
            for tried in range(1, TRIES + 1):
                try:
                    return self._follow_redirects(client, request, guard, limit)
                except NetworkError as error:
                    # If the server asked for a pause, its rate limit waits for that.
                    pause = 0.0 if limit.is_held() else random.uniform(0, _BACKOFF * 2 ** (tried - 1))
                    if not error.is_temporary or tried == TRIES or pause >= guard.time_left():
                        raise
                    self._wait(guard, pause)
        raise AssertionError  # the last try returns or raises

    def _follow_redirects(
        self, client: "WebClient", request: WebRequest, guard: Guard, limit: RateLimit
    ) -> WebResponse:
        url, redirected_by = request.url, None
        for _ in range(MAX_REDIRECTS + 1):
            address = checked_url(
                url,
                redirected_by=redirected_by,
                site=request.site,
                open_origins=self._open_origins,
                private_hosts=guard.private_hosts,
            )
            guard.host = redirected_by = address.host
            with limit.turn(lambda seconds: self._wait(guard, seconds), guard.time_left()):
                response = client.get(address, request.validators, guard, self._tell_received)
            pause = requested_pause(response.status, response.headers, datetime.now(UTC))
            if pause is not None:
                limit.hold(pause)
            target = response.headers.get("location", "")
            if response.status not in REDIRECTS or not target:
                return _judged(request, guard.host, str(address), response)
            try:
                url = urljoin(str(address), target)
            except ValueError:
                url = target  # which is refused as malformed
        raise AddressRefused(f"{guard.host}: too many redirects; try again later")

    def _tell_received(self, host: str, count: int) -> None:
        self._progress(TransferProgress(host, received=count))

    def _wait(self, guard: Guard, seconds: float) -> None:
        if seconds > 0:
            self._progress(TransferProgress(guard.host, waits=seconds))
            self._sleep(seconds)
        self._token.check()


def _judged(request: WebRequest, host: str, url: str, response: "RawResponse") -> WebResponse:
    """The response, if it has the requested content; raises ResponseRefused."""
    if response.status == NOT_MODIFIED and request.validators != Validators():
        return WebResponse(url, b"", is_changed=False, validators=request.validators)
    if response.status != OK:
        raise status_refused(host, response.status, response.body)
    if not request.accepts_pages and response.body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise ResponseRefused(
            f"{host} sent a web page, not a list; log in to the network with a browser, then try again"
        )
    headers = response.headers
    return WebResponse(
        url,
        response.body,
        validators=Validators(headers.get("etag", "")[:1_000], headers.get("last-modified", "")[:100]),
        link=headers.get("link", "")[:4_000],
    )
