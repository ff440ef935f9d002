"""One HTTP request and its response, through httpcore2 and the proxy of the environment.

Imported when a fetch starts, because httpx2 and httpcore2 take 150 ms. httpx2 parses addresses and proxies and loads
the trusted certificates. Its client is not used: only httpcore2 lets us check each connection. Its decoders are not
used: they drop the second part of a gzip body and accept a truncated body.
"""

import ssl
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.request import getproxies, proxy_bypass

import httpcore2
import httpx2

from paperreader.domain.text import clean_line
from paperreader.errors import NetworkError, ResponseRefused, Unreachable
from paperreader.web.connections import GuardedBackend
from paperreader.web.limits import Guard
from paperreader.web.messages import NOT_MODIFIED, REDIRECTS, Validators

MAX_BYTES = 8_000_000
"""Bytes of a decoded body; the largest known list, of 2,000 papers, has 6 million."""
_KEEP_ALIVE = 15.0
"""Seconds for which an idle connection stays open."""
_GZIP = 31
"""The window of zlib that expects a gzip header."""
_GZIP_START = b"\x1f\x8b"
_BROKEN = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError)
_PROXY_CURE = "check $HTTPS_PROXY and $ALL_PROXY"


@dataclass(frozen=True, slots=True)
class RawResponse:
    """A response before it is judged: status, first header of each lower-case name, decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class WebClient:
    """Sends requests one after the other and keeps connections open between them."""

    def __init__(self, agent: str) -> None:
        self._agent = agent
        self._pools: dict[tuple[str, str | None], tuple[httpcore2.ConnectionPool, GuardedBackend]] = {}

    def close(self) -> None:
        """Close all connections."""
        for pool, backend in self._pools.values():
            pool.close()
            backend.close()
        self._pools.clear()

    def abort(self) -> None:
        """Break all connections at once; may be called from any thread."""
        for _, backend in tuple(self._pools.values()):
            backend.abort()

    def get(
        self, url: httpx2.URL, validators: Validators, guard: Guard, progress: Callable[[str, int], None]
    ) -> RawResponse:
        """The response of an address; `progress` gets the host and the bytes received. Raises NetworkError."""
        proxy = proxy_of(url.scheme, url.host)
        pool = self._pool(url.scheme, proxy, guard)
        headers = [
            ("Host", url.netloc.decode("ascii")),
            ("User-Agent", self._agent),
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip"),
            *validators.headers().items(),
        ]
        is_connected = False
        try:
            with pool.stream("GET", _core_url(url, url.raw_path), headers=headers) as response:
                is_connected = True
                return _read_response(response, guard, progress)
        except NetworkError:
            guard.token.check()  # a cancelled fetch breaks its own connection
            raise
        except _BROKEN as error:
            guard.time_left()
            raise _unreachable(guard.host, error) from error
        except Exception as error:  # socksio raises many types if the server is not a SOCKS proxy
            if is_connected or proxy is None or not proxy.lower().startswith("socks"):
                raise
            guard.time_left()
            raise Unreachable(f"the proxy does not respond as a SOCKS5 proxy; {_PROXY_CURE}") from error

    def _pool(self, scheme: str, proxy: str | None, guard: Guard) -> httpcore2.ConnectionPool:
        """The connections for a scheme through a proxy; raises Unreachable if the proxy cannot be used."""
        key = (scheme, proxy)
        if key not in self._pools:
            through = _proxy(proxy) if proxy else None
            # The system's certificate authorities, or those of $SSL_CERT_FILE and $SSL_CERT_DIR.
            needs_tls = scheme == "https" or (proxy or "").startswith("https:")
            trust: ssl.SSLContext | None = httpx2.create_ssl_context(trust_env=True) if needs_tls else None
            backend = GuardedBackend(guard)
            pool = httpcore2.ConnectionPool(
                proxy=through, ssl_context=trust, network_backend=backend, keepalive_expiry=_KEEP_ALIVE
            )
            self._pools[key] = pool, backend
        if proxy:
            guard.private_hosts |= {httpx2.URL(proxy).host}
        pool, backend = self._pools[key]
        backend.guard = guard
        return pool


def _proxy(url: str) -> httpcore2.Proxy:
    try:
        proxy = httpx2.Proxy(url)
    except (ValueError, httpx2.InvalidURL) as error:
        raise Unreachable(
            f"the proxy cannot be used ({clean_line(str(error), 100)}); {_PROXY_CURE}: http://, https:// and socks5:// "
            "are supported"
        ) from error
    return httpcore2.Proxy(_core_url(proxy.url, b"/"), auth=proxy.raw_auth)


def _core_url(url: httpx2.URL, target: bytes) -> httpcore2.URL:
    return httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target)


def _read_response(response: httpcore2.Response, guard: Guard, progress: Callable[[str, int], None]) -> RawResponse:
    headers: dict[str, str] = {}
    for name, value in response.headers:
        headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    if response.status in REDIRECTS or response.status == NOT_MODIFIED:
        return RawResponse(response.status, headers, b"")
    body = BodyDecoder(headers.get("content-encoding", ""))
    count = 0
    for chunk in response.iter_stream():
        guard.time_left()
        body.feed(chunk)
        count += len(chunk)
        progress(guard.host, count)
    return RawResponse(response.status, headers, body.finish())


class BodyDecoder:
    """Decodes a body chunk by chunk, gzip or plain; never beyond `limit` bytes, because gzip may hide gigabytes."""

    def __init__(self, encoding: str, limit: int = MAX_BYTES) -> None:
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise ResponseRefused("the response has a compression that was not requested; try again later")
        self._limit = limit
        self._gzip = zlib.decompressobj(_GZIP) if "gzip" in encoding else None
        self._received = 0
        self._body = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Decode a chunk; raises ResponseRefused if the body is damaged or too large."""
        self._received += len(chunk)
        if self._gzip is None:
            self._body += chunk
        while self._gzip and chunk and len(self._body) <= self._limit:
            if self._gzip.eof:  # a gzip body may have several parts, and padding at its end
                if not chunk.startswith(_GZIP_START):
                    break
                self._gzip = zlib.decompressobj(_GZIP)
            try:
                self._body += self._gzip.decompress(chunk, self._limit + 1 - len(self._body))
            except zlib.error as error:
                raise ResponseRefused("the response is damaged; try again", is_temporary=True) from error
            chunk = self._gzip.unused_data
        if max(len(self._body), self._received) > self._limit:
            raise ResponseRefused(f"the response is larger than {self._limit / 1e6:.0f} MB, the limit for a list")

    def finish(self) -> bytes:
        """The whole body; raises Unreachable if it is incomplete."""
        if self._gzip and self._received and not self._gzip.eof:
            raise Unreachable("the response is incomplete; try again", is_temporary=True)
        return bytes(self._body)


def _unreachable(host: str, error: Exception) -> Unreachable:
    """The error for a broken connection."""
    if isinstance(error, httpcore2.ProxyError):
        return Unreachable(f"the proxy refuses the connection ({clean_line(str(error), 100)}); {_PROXY_CURE}")
    if isinstance(error, httpcore2.TimeoutException):
        return Unreachable(f"{host} stopped responding; try again later", is_temporary=True)
    if isinstance(error, httpcore2.LocalProtocolError):
        return Unreachable(f"the request to {host} is invalid ({clean_line(str(error), 100)}); check the address")
    return Unreachable(f"the response of {host} is incomplete; try again later", is_temporary=True)


def proxy_of(scheme: str, host: str) -> str | None:
    """The proxy that `$HTTPS_PROXY`, `$ALL_PROXY` and `$NO_PROXY` name for a host; None if there is none."""
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy or proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
