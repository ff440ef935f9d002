"""Connections to web servers with limits: which addresses they reach, how long they last, and who may end them.

httpcore2 takes its connections from a `NetworkBackend`, the one place for a total deadline: the timeouts of httpx2 and
httpcore2 hold for one read each, so a server that sends a byte a second would never time out. A name is resolved once;
we connect to the address that was checked. A proxy resolves names itself.

Imported where a fetch begins, because httpcore2 takes 90 ms.
"""

import errno
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpcore2

from paperreader.errors import AddressRefused, Unreachable
from paperreader.web.addresses import is_public, refused_as_private
from paperreader.web.cancelling import CancelToken

Result = TypeVar("Result")

CONNECT = 5.0
"""Seconds for connecting to one address."""
SILENCE = 20.0
"""Seconds of silence after which a server is given up; arXiv takes ten for a large answer."""
MAX_ADDRESSES = 4
"""Addresses of a host that are tried."""

_AWAY = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
_OFFLINE = "you seem to be offline; all that is in the library works as ever"


@dataclass(slots=True)
class Guard:
    """What bounds one fetch: its end on the clock (seconds), its token, and the hosts that may be anywhere."""

    end: float
    clock: Callable[[], float]
    token: CancelToken
    anywhere: frozenset[str] = field(default_factory=frozenset)
    """Hosts that the user named, and the user's proxy: they may lie in a private network."""
    host: str = ""
    """Whom the fetch is talking to, for messages."""

    def left(self, limit: float | None = None) -> float:
        """Seconds that are left, at most `limit`; raises FetchCancelled, or Unreachable when there are none."""
        self.token.check()
        left = self.end - self.clock()
        if left <= 0:
            raise Unreachable(f"{self.host} took too long to answer; try again later")
        return left if limit is None else min(left, limit)


class GuardedBackend(httpcore2.NetworkBackend):
    """Makes connections that keep to the guard of the fetch that is under way."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._lock = threading.Lock()
        self._streams: set[_GuardedStream] = set()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the guard says how long
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to a public address of a host; raises Unreachable, AddressRefused or FetchCancelled."""
        refused: Unreachable | None = None
        for address in self._addresses(host, port):
            limit = self.guard.left(CONNECT)

            def connect(address: str = address, limit: float = limit) -> httpcore2.NetworkStream:
                return httpcore2.SyncBackend().connect_tcp(address, port, limit, local_address, socket_options)

            try:
                stream = _aside(connect, self.guard, discard=lambda late: late.close())
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                refused = _not_connected(host, error)
            else:
                return _GuardedStream(stream, self)
        raise refused or Unreachable(f"{host} has no address; look at how it is spelt")

    def shut(self) -> None:
        """End every connection at once, whatever is waited for on it; from any thread."""
        with self._lock:
            for stream in self._streams:
                with suppress(OSError):
                    stream.handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close every connection that httpcore2 left open, as it does where a SOCKS proxy gives no proper answer."""
        for stream in tuple(self._streams):
            stream.close()

    def kept(self, stream: "_GuardedStream") -> None:
        """Remember a connection, so that it can be ended."""
        with self._lock:
            self._streams.add(stream)

    def closed(self, stream: "_GuardedStream") -> None:
        """Forget a connection and close its second handle."""
        with self._lock:
            self._streams.discard(stream)
            stream.handle.close()

    def _addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host that may be connected to."""

        def resolve() -> list[str]:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return list(dict.fromkeys(str(address[0]) for *_, address in found))

        try:
            found = _aside(resolve, self.guard)
        except (OSError, UnicodeError) as error:
            raise _not_found(host, error, is_named=host in self.guard.anywhere) from error
        if host in self.guard.anywhere:
            return found[:MAX_ADDRESSES]
        public = [address for address in found if is_public(address)]
        if found and not public:
            raise AddressRefused(refused_as_private(host, found[0]))
        return public[:MAX_ADDRESSES]


class _GuardedStream(httpcore2.NetworkStream):
    """A connection whose every wait ends with the fetch."""

    def __init__(self, stream: httpcore2.NetworkStream, backend: GuardedBackend) -> None:
        self._stream = stream
        self._backend = backend
        # A second handle, because TLS takes the socket away from the first; shutting one ends the connection of both.
        self.handle: socket.socket = stream.get_extra_info("socket").dup()
        backend.kept(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the guard says how long
        return self._stream.read(max_bytes, self._backend.guard.left(SILENCE))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._backend.guard.left(SILENCE))

    def close(self) -> None:
        self._backend.closed(self)
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        guard = self._backend.guard
        try:
            self._stream = self._stream.start_tls(ssl_context, server_hostname, guard.left(SILENCE))
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            self.close()
            guard.left()
            raise _not_secure(server_hostname or guard.host, error) from error
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _aside(work: Callable[[], Result], guard: Guard, discard: Callable[[Result], object] | None = None) -> Result:
    """What a call of the system gives that cannot be called off: nobody waits for it longer than the guard says."""
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 - whoever waits raises it
            future.set_exception(error)

    finished = threading.Event()
    future.add_done_callback(lambda _: finished.set())
    limit = guard.left()
    with guard.token.ending(finished.set):
        threading.Thread(target=run, name="connecting", daemon=True).start()
        finished.wait(limit)
    if not future.done():
        if discard is not None:
            future.add_done_callback(lambda late: None if late.exception() else discard(late.result()))
        guard.left()
        raise Unreachable(f"{guard.host} could not be reached in time; try again later", is_passing=True)
    return future.result()


def _not_found(host: str, error: OSError | UnicodeError, *, is_named: bool) -> Unreachable:
    """What is told of a name without an address; how it is spelt is the user's affair where the user named it."""
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        short = f"offline ({host} cannot be looked up)"
        return Unreachable(f"{host} cannot be looked up: {_OFFLINE}", is_offline=True, in_short=short)
    spelling = "look at how it is spelt, or " if is_named else ""
    short = f"no host {host}: misspelt, or offline" if is_named else f"offline (no host {host})"
    return Unreachable(f"there is no host {host}: {spelling}{_OFFLINE}", is_offline=True, in_short=short)


def _not_connected(host: str, error: Exception) -> Unreachable:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, OSError) and cause.errno in _AWAY:
        short = f"offline ({host} is out of reach)"
        return Unreachable(f"{host} is out of reach ({cause.strerror}): {_OFFLINE}", is_offline=True, in_short=short)
    if isinstance(error, httpcore2.ConnectTimeout) or isinstance(cause, TimeoutError):
        return Unreachable(f"{host} does not answer; try again later", is_passing=True)
    reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(error)
    return Unreachable(f"{host} takes no connection ({reason}); try again later", is_passing=True)


def _not_secure(host: str, error: Exception) -> Unreachable:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unreachable(
            f"{host} shows no certificate that can be trusted ({cause.verify_message}); look at the clock of this "
            "machine, log in to the network, or name your authority in $SSL_CERT_FILE"
        )
    if isinstance(error, httpcore2.ConnectTimeout):
        return Unreachable(f"{host} does not answer; try again later", is_passing=True)
    return Unreachable(f"{host} speaks no TLS that can be trusted ({cause or error}); try again later", is_passing=True)
