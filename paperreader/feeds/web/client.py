"""One request to a web server and what it answers, by way of httpcore and the proxies that the environment names.

This module is imported where a fetch begins, because httpx takes 150 ms.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from paperreader.domain.text import clean_line
from paperreader.errors import NetworkError, Unreachable
from paperreader.feeds.web.connections import Guard, GuardedBackend
from paperreader.feeds.web.inflating import ENCODINGS, Inflater
from paperreader.feeds.web.proxies import proxy_of
from paperreader.feeds.web.statuses import NOT_MODIFIED, REDIRECTS
from paperreader.feeds.web.validators import Validators

MAX_BYTES = 8_000_000
"""Bytes of an answer, unpacked; the largest list known, of 2,000 papers, has some 6 million."""
KEPT = 15.0
"""Seconds for which a connection is kept that nothing is asked on."""
_PROXY_CURE = "look at $HTTPS_PROXY and $ALL_PROXY"

Pool = httpcore.ConnectionPool | httpcore.HTTPProxy | httpcore.SOCKSProxy


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it came: its status, the first header of each name (in lower case), and the unpacked body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class WebClient:
    """Sends requests one after the other; connections are kept from one to the next."""

    def __init__(self, agent: str) -> None:
        self._agent = agent
        self._pools: dict[tuple[str, str | None], tuple[Pool, GuardedBackend]] = {}
        self._trust: ssl.SSLContext | None = None

    def close(self) -> None:
        """Close what connections were kept."""
        for pool, _ in self._pools.values():
            pool.close()
        self._pools.clear()

    def shut(self) -> None:
        """End every connection at once; from any thread."""
        for _, backend in tuple(self._pools.values()):
            backend.shut()

    def get(
        self, address: httpx.URL, validators: Validators, guard: Guard, progress: Callable[[str, int], None]
    ) -> Received:
        """The answer of an address; `progress` is told host and bytes received. Raises NetworkError."""
        pool = self._pool(address, guard)
        url = httpcore.URL(scheme=address.raw_scheme, host=address.raw_host, port=address.port, target=address.raw_path)
        headers = [
            ("Host", address.netloc.decode("ascii")),
            ("User-Agent", self._agent),
            ("Accept", "*/*"),
            ("Accept-Encoding", ENCODINGS),
            *validators.headers().items(),
        ]
        try:
            with pool.stream("GET", url, headers=headers) as response:
                return _received(response, guard, progress)
        except NetworkError:
            guard.token.check()  # rather than what becomes of a connection that was ended
            raise
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
            guard.left()
            raise _broken(guard.host, error) from error

    def _pool(self, address: httpx.URL, guard: Guard) -> Pool:
        """The connections that lead to an address, by the proxy of the environment if it names one."""
        proxy = proxy_of(address.scheme, address.host)
        way = (address.scheme, proxy)
        if way not in self._pools:
            backend = GuardedBackend(guard)
            self._pools[way] = (self._made(*way, backend), backend)
        for _, backend in self._pools.values():
            backend.guard = guard
        if proxy is not None:
            guard.anywhere |= {httpx.URL(proxy).host}
        return self._pools[way][0]

    def _made(self, scheme: str, proxy: str | None, backend: GuardedBackend) -> Pool:
        """A pool of connections; raises Unreachable where the proxy is none that can be used."""
        # The usual authorities, or those of $SSL_CERT_FILE and $SSL_CERT_DIR.
        if self._trust is None and "https" in (scheme, (proxy or "").partition(":")[0]):
            self._trust = httpx.create_ssl_context(trust_env=True)
        options: Mapping[str, Any] = {
            "ssl_context": self._trust, "network_backend": backend, "keepalive_expiry": KEPT,
        }  # fmt: skip
        if proxy is None:
            return httpcore.ConnectionPool(**options)
        try:
            named = httpx.Proxy(proxy)
            at = named.url
            url = httpcore.URL(scheme=at.raw_scheme, host=at.raw_host, port=at.port, target=b"/")
            if at.scheme.startswith("socks"):
                return httpcore.SOCKSProxy(proxy_url=url, proxy_auth=named.raw_auth, **options)
            return httpcore.HTTPProxy(proxy_url=url, proxy_auth=named.raw_auth, **options)
        except (ValueError, httpx.InvalidURL) as error:
            raise Unreachable(f"the proxy cannot be used ({clean_line(str(error), 100)}); {_PROXY_CURE}") from error


def _received(response: httpcore.Response, guard: Guard, progress: Callable[[str, int], None]) -> Received:
    headers: dict[str, str] = {}
    for name, value in response.headers:
        headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    if response.status in REDIRECTS or response.status == NOT_MODIFIED:
        return Received(response.status, headers, b"")
    inflater = Inflater(headers.get("content-encoding", ""), MAX_BYTES)
    count = 0
    for chunk in response.iter_stream():
        guard.left()
        inflater.feed(chunk)
        count += len(chunk)
        progress(guard.host, count)
    return Received(response.status, headers, inflater.end())


def _broken(host: str, error: Exception) -> Unreachable:
    """What to say of an answer that broke off."""
    if isinstance(error, httpcore.ProxyError):
        return Unreachable(f"the proxy refuses ({clean_line(str(error), 100)}); {_PROXY_CURE}")
    if isinstance(error, httpcore.TimeoutException):
        return Unreachable(f"{host} falls silent; try again later", is_passing=True)
    if isinstance(error, httpcore.LocalProtocolError):
        return Unreachable(f"{host} cannot be asked for this ({clean_line(str(error), 100)}); look at the address")
    return Unreachable(f"the answer of {host} was cut on its way; try again later", is_passing=True)
