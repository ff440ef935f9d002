"""One HTTP request and its response, through httpcore2 and the proxy that the environment names.

Imported where a fetch begins, because httpx2 and httpcore2 take 150 ms. httpx2 reads addresses and proxies, and loads
the trusted certificates. Its client is not used: only httpcore2 lets us choose the connections. Its decoders are not
used: they drop the second part of a gzip body and take a cut body for a whole one.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.request import getproxies, proxy_bypass

import httpcore2
import httpx2

from paperreader.domain.text import clean_line
from paperreader.errors import NetworkError, Unreachable
from paperreader.web.connections import Guard, GuardedBackend
from paperreader.web.inflating import ENCODINGS, Inflater
from paperreader.web.statuses import NOT_MODIFIED, REDIRECTS
from paperreader.web.validators import Validators

MAX_BYTES = 8_000_000
"""Bytes of an answer, unpacked; the largest list known, of 2,000 papers, has some 6 million."""
KEPT = 15.0
"""Seconds for which a connection is kept that nothing is asked on."""
_BREAKS = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError)
_PROXY_CURE = "check $HTTPS_PROXY and $ALL_PROXY"
_PROXY_KINDS = "http://, https:// and socks5:// proxies are supported"


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
        self._pools: dict[tuple[str, str | None], tuple[httpcore2.ConnectionPool, GuardedBackend]] = {}
        self._trust: ssl.SSLContext | None = None

    def close(self) -> None:
        """Close what connections were kept."""
        for pool, backend in self._pools.values():
            pool.close()
            backend.close()
        self._pools.clear()

    def shut(self) -> None:
        """End every connection at once; from any thread."""
        for _, backend in tuple(self._pools.values()):
            backend.shut()

    def get(
        self, address: httpx2.URL, validators: Validators, guard: Guard, progress: Callable[[str, int], None]
    ) -> Received:
        """The answer of an address; `progress` is told host and bytes received. Raises NetworkError."""
        proxy = proxy_of(address.scheme, address.host)
        pool = self._pool(address.scheme, proxy, guard)
        target = httpcore2.URL(
            scheme=address.raw_scheme, host=address.raw_host, port=address.port, target=address.raw_path
        )
        headers = [
            ("Host", address.netloc.decode("ascii")),
            ("User-Agent", self._agent),
            ("Accept", "*/*"),
            ("Accept-Encoding", ENCODINGS),
            *validators.headers().items(),
        ]
        is_answered = False
        try:
            with pool.stream("GET", target, headers=headers) as response:
                is_answered = True
                return _received(response, guard, progress)
        except NetworkError:
            guard.token.check()  # rather than what becomes of a connection that was ended
            raise
        except _BREAKS as error:
            guard.left()
            raise _broken(guard.host, error) from error
        except Exception as error:  # socksio fails in many ways where the server is no SOCKS proxy
            if is_answered or proxy is None or not proxy.lower().startswith("socks"):
                raise
            guard.left()
            raise Unreachable(f"the proxy does not answer as a SOCKS5 proxy; {_PROXY_CURE}") from error

    def _pool(self, scheme: str, proxy: str | None, guard: Guard) -> httpcore2.ConnectionPool:
        """The connections for a scheme, through the proxy of the environment if it names one."""
        way = (scheme, proxy)
        if way not in self._pools:
            backend = GuardedBackend(guard)
            self._pools[way] = (self._made(*way, backend), backend)
        for _, backend in self._pools.values():
            backend.guard = guard
        if proxy is not None:
            guard.anywhere |= {httpx2.URL(proxy).host}
        return self._pools[way][0]

    def _made(self, scheme: str, proxy: str | None, backend: GuardedBackend) -> httpcore2.ConnectionPool:
        """A pool of connections; raises Unreachable where the proxy is of no kind that can be used."""
        # The authorities of the system, or those of $SSL_CERT_FILE and $SSL_CERT_DIR.
        if self._trust is None and "https" in (scheme, (proxy or "").partition(":")[0]):
            self._trust = httpx2.create_ssl_context(trust_env=True)
        through = None
        if proxy is not None:
            try:
                named = httpx2.Proxy(proxy)
            except (ValueError, httpx2.InvalidURL) as error:
                reason = clean_line(str(error), 100)
                raise Unreachable(f"the proxy cannot be used ({reason}); {_PROXY_CURE}: {_PROXY_KINDS}") from error
            at = named.url
            url = httpcore2.URL(scheme=at.raw_scheme, host=at.raw_host, port=at.port, target=b"/")
            through = httpcore2.Proxy(url, auth=named.raw_auth)
        return httpcore2.ConnectionPool(
            proxy=through, ssl_context=self._trust, network_backend=backend, keepalive_expiry=KEPT
        )


def _received(response: httpcore2.Response, guard: Guard, progress: Callable[[str, int], None]) -> Received:
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
    if isinstance(error, httpcore2.ProxyError):
        return Unreachable(f"the proxy refuses ({clean_line(str(error), 100)}); {_PROXY_CURE}")
    if isinstance(error, httpcore2.TimeoutException):
        return Unreachable(f"{host} falls silent; try again later", is_passing=True)
    if isinstance(error, httpcore2.LocalProtocolError):
        return Unreachable(f"{host} cannot be asked for this ({clean_line(str(error), 100)}); look at the address")
    return Unreachable(f"the answer of {host} was cut on its way; try again later", is_passing=True)


def proxy_of(scheme: str, host: str) -> str | None:
    """The address of the proxy, with `$HTTPS_PROXY`, `$ALL_PROXY` and `$NO_PROXY`; None: there is none for it."""
    named = getproxies()
    proxy = named.get(scheme) or named.get("all")
    if not proxy or proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
