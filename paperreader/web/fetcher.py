"""Asking web servers for lists: bounded, polite, and called off at once.

What is bounded: the time an answer takes in all, retries included; the bytes of an answer while it is unpacked; the
redirects, which are followed here one by one, because each must be an address that may be asked. What is polite: a
name, conditional requests, and pauses: those that a server asks for hold for every process on this machine, and where
they are longer than an answer may take the fetch ends with the time to come back.
"""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from paperreader import __version__
from paperreader.domain.text import clean_line
from paperreader.errors import AddressRefused, AnswerRefused, NetworkError
from paperreader.files.rate_limit import RateLimit
from paperreader.web.addresses import is_literal, is_public, refused_as_private
from paperreader.web.cancelling import CancelToken
from paperreader.web.charset import as_utf_8
from paperreader.web.limits import asked_to_wait
from paperreader.web.statuses import NOT_MODIFIED, OK, REDIRECTS, refusal
from paperreader.web.validators import Validators

if TYPE_CHECKING:
    import httpx2

    from paperreader.web.client import Received, WebClient
    from paperreader.web.connections import Guard

DEADLINE = 60.0
"""Seconds that one answer may take, retries and pauses included."""
MAX_REDIRECTS = 5
TRIES = 4
"""How often one address is asked at most."""
BACKOFF = 1.0
"""Seconds of the longest pause before the second try; it doubles with each, and the pause is anything up to it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask for."""

    url: str
    site: str | None = None
    """The domain that redirects may not leave; None: the user named the address, it may lead anywhere public."""
    limit: RateLimit | None = None
    validators: Validators = Validators()
    is_page: bool = False
    """Whether a web page will do; else it is an error that says where such pages come from."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: its bytes in UTF-8 as far as the server named another encoding, bounded in size."""

    url: str
    data: bytes
    is_changed: bool = True
    """False: it is what the validators stand for, and `data` is empty."""
    validators: Validators = Validators()
    link: str = ""
    """The `Link` header, which may name a next page."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far an answer is: bytes received of the body, or seconds that are being waited."""

    host: str
    received: int = 0
    waits: float = 0.0


class Fetcher:
    """Asks servers, one question at a time; connections are kept from one to the next until it is closed."""

    def __init__(
        self,
        *,
        contact: str = "",
        open_origins: Iterable[str] = (),
        token: CancelToken | None = None,
        progress: Callable[[Step], None] = lambda _step: None,
        deadline: float = DEADLINE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        """`contact` tells operators how to reach the user. `open_origins` (`http://127.0.0.1:8080`) were configured as
        the place of a source: no rule holds for them. `deadline` is in seconds of the clock.
        """
        self.token = token or CancelToken()
        self._agent = f"paperreader/{__version__}" + (f" ({contact})" if contact else "")
        self._open_origins = frozenset(open_origins)
        self._progress = progress
        self._deadline = deadline
        self._clock = clock
        self._sleep = sleep or self.token.sleep
        self._client: WebClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what connections were kept."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def ask(self, question: Question) -> Answer:
        """The answer to a question; raises NetworkError, of which FetchCancelled is one."""
        from paperreader.web.client import WebClient  # 150 ms, of httpx2, that only fetching needs
        from paperreader.web.connections import Guard

        host = host_of(question.url) or clean_line(question.url, 100)
        guard = Guard(self._clock() + self._deadline, self._clock, self.token, self._anywhere(question), host)
        limit = question.limit or RateLimit(host, None)
        client = self._client = self._client or WebClient(self._agent)
        with self.token.ending(client.shut):
            for tried in range(1, TRIES + 1):
                try:
                    return self._follow(client, question, guard, limit)
                except NetworkError as error:
                    # Where the server said how long, its own limit waits for that.
                    pause = 0.0 if limit.is_held() else random.uniform(0, BACKOFF * 2 ** (tried - 1))
                    if not error.is_passing or tried == TRIES or pause >= guard.left():
                        raise
                    self._wait(guard, pause)
        raise AssertionError  # the last try returns or raises

    def _anywhere(self, question: Question) -> frozenset[str]:
        """The hosts that may lie in a private network."""
        urls = [*self._open_origins, *([question.url] if question.site is None else [])]
        return frozenset(host for url in urls if (host := host_of(url)))

    def _follow(self, client: "WebClient", question: Question, guard: "Guard", limit: RateLimit) -> Answer:
        """The answer of the last of a chain of addresses."""
        url, seen = question.url, set[str]()
        for _ in range(MAX_REDIRECTS + 1):
            address = self._admitted(url, question, guard, came_from=guard.host if seen else None)
            guard.host = address.host
            seen.add(str(address))
            with limit.turn(lambda seconds: self._wait(guard, seconds), guard.left()):
                received = client.get(address, question.validators, guard, self._received)
            wait = asked_to_wait(received.status, received.headers, datetime.now(UTC))
            if wait is not None:
                limit.hold(wait)
            target = received.headers.get("location", "")
            if received.status not in REDIRECTS or not target:
                return _answer(question, guard.host, str(address), received)
            url = urljoin(str(address), target)
            if url in seen:
                raise AddressRefused(f"{guard.host} leads round in circles; try again later")
        raise AddressRefused(f"{guard.host} leads on and on, more than {MAX_REDIRECTS} times; try again later")

    def _received(self, host: str, count: int) -> None:
        self._progress(Step(host, received=count))

    def _admitted(self, url: str, question: Question, guard: "Guard", came_from: str | None) -> "httpx2.URL":
        """An address that may be asked; raises AddressRefused."""
        import httpx2

        led = f"{came_from} leads to" if came_from else "it is"
        try:
            address, port = httpx2.URL(url), urlsplit(url).port
        except (httpx2.InvalidURL, ValueError, TypeError) as error:
            raise AddressRefused(f"{led} no address that can be read: {clean_line(url, 100)}") from error
        origin = f"{address.scheme}://{address.netloc.decode('ascii', 'replace')}"
        if not address.host or port == 0 or address.scheme not in ("http", "https"):
            raise AddressRefused(f"{led} no web address: {clean_line(url, 100)}; name one that begins with https://")
        if address.userinfo:
            raise AddressRefused(f"{led} an address with a user name in it, which is not sent; name it without")
        if origin in self._open_origins:
            return address
        if address.scheme != "https":
            raise AddressRefused(f"{led} an address without encryption: {clean_line(url, 100)}; only https:// is asked")
        if is_literal(address.host) and not is_public(address.host) and address.host not in guard.anywhere:
            raise AddressRefused(refused_as_private(address.host, address.host))
        site = question.site
        if site is not None and address.host != site and not address.host.endswith(f".{site}"):
            raise AddressRefused(
                f"{led} {address.host}, which is not {site}: the network may want you to log in; open a browser"
            )
        return address

    def _wait(self, guard: "Guard", seconds: float) -> None:
        if seconds > 0:
            self._progress(Step(guard.host, waits=seconds))
            self._sleep(seconds)
        self.token.check()


def host_of(url: str) -> str | None:
    """The host that an address names, if it is one."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _answer(question: Question, host: str, url: str, received: "Received") -> Answer:
    """What a server's last word is worth; raises AnswerRefused."""
    if received.status == NOT_MODIFIED and question.validators != Validators():
        return Answer(url, b"", is_changed=False, validators=question.validators)
    if received.status != OK:
        raise refusal(host, received.status, received.body)
    if not question.is_page and received.body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise AnswerRefused(
            f"{host} answers with a web page in place of a list: open a browser, where the network may want you to "
            "log in; then try again"
        )
    headers = received.headers
    return Answer(
        url,
        as_utf_8(received.body, headers.get("content-type", "")),
        validators=Validators(headers.get("etag", "")[:1_000], headers.get("last-modified", "")[:100]),
        link=headers.get("link", "")[:4_000],
    )
