"""Guarded connections: address checks, the total deadline, and cancelling.

httpcore2 opens its connections through a `NetworkBackend`, the one place for a total deadline: the timeouts of
httpcore2 hold for one read each, so a server that sends a byte a second would never time out. A name is resolved once,
and the checked address is connected to. A proxy resolves names itself.

Imported when a fetch starts, because httpcore2 takes 90 ms.
"""

import errno
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import httpcore2

from paperreader.errors import Unreachable
from paperreader.web.addresses import is_public, private_host_refused
from paperreader.web.limits import Guard

Result = TypeVar("Result")

_CONNECT = 5.0
"""Seconds for connecting to one address."""
_SILENCE = 20.0
"""Seconds without a byte after which a request fails; arXiv takes ten for a large response."""
_MAX_ADDRESSES = 4
"""Addresses of a host that are tried."""
_NETWORK_DOWN = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
_OFFLINE = "you seem to be offline; the library works as usual"


class GuardedBackend(httpcore2.NetworkBackend):
    """Opens connections that obey the guard of the current fetch."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._lock = threading.Lock()
        self._streams: set[_GuardedStream] = set()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the guard has the time limit
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to a public address of a host; raises Unreachable, AddressRefused or FetchCancelled."""
        failure: Unreachable | None = None
        for address in self._addresses(host, port):
            limit = self.guard.time_left(_CONNECT)
            connect = httpcore2.SyncBackend().connect_tcp
            try:
                stream = call_in_thread(
                    partial(connect, address, port, limit, local_address, socket_options),
                    self.guard,
                    discard=lambda late: late.close(),
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = _connect_error(host, error)
            else:
                return _GuardedStream(stream, self)
        raise failure or Unreachable(f"{host} has no address; check its spelling")

    def abort(self) -> None:
        """Break all connections at once, even during a read; may be called from any thread."""
        with self._lock:
            for stream in self._streams:
                with suppress(OSError):
                    stream.handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close all connections; httpcore2 leaves them open after an invalid response of a SOCKS proxy."""
        for stream in tuple(self._streams):
            stream.close()

    def add(self, stream: "_GuardedStream") -> None:
        """Register an open connection."""
        with self._lock:
            self._streams.add(stream)

    def remove(self, stream: "_GuardedStream") -> None:
        """Remove a connection and close its second handle."""
        with self._lock:
            self._streams.discard(stream)
            stream.handle.close()

    def _addresses(self, host: str, port: int) -> list[str]:
        """The IP addresses of a host that may be connected to; raises AddressRefused if all are private."""
        is_trusted = host in self.guard.private_hosts
        try:
            found = call_in_thread(partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM), self.guard)
        except (OSError, UnicodeError) as error:
            raise _lookup_error(host, error, may_be_misspelt=is_trusted) from error
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        allowed = [address for address in addresses if is_trusted or is_public(address)]
        if addresses and not allowed:
            raise private_host_refused(host, addresses[0])
        return allowed[:_MAX_ADDRESSES]


class _GuardedStream(httpcore2.NetworkStream):
    """A connection whose reads and writes end with the fetch."""

    def __init__(self, stream: httpcore2.NetworkStream, backend: GuardedBackend) -> None:
        self._stream = stream
        self._backend = backend
        # A second handle, because TLS takes over the socket; shutting the handle down breaks the connection.
        self.handle: socket.socket = stream.get_extra_info("socket").dup()
        backend.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the guard has the limit
        return self._stream.read(max_bytes, self._backend.guard.time_left(_SILENCE))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._backend.guard.time_left(_SILENCE))

    def close(self) -> None:
        self._backend.remove(self)
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        guard = self._backend.guard
        try:
            self._stream = self._stream.start_tls(ssl_context, server_hostname, guard.time_left(_SILENCE))
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            self.close()
            guard.time_left()
            raise _tls_error(server_hostname or guard.host, error) from error
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def call_in_thread(
    work: Callable[[], Result], guard: Guard, discard: Callable[[Result], object] | None = None
) -> Result:
    """The result of a system call that cannot be cancelled; nobody waits for it longer than the guard allows.

    `discard` gets a result that arrives too late.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 - raised where the result is waited for
            future.set_exception(error)

    finished = threading.Event()
    future.add_done_callback(lambda _: finished.set())
    limit = guard.time_left()
    with guard.token.on_cancel(finished.set):
        threading.Thread(target=run, name="connecting", daemon=True).start()
        finished.wait(limit)
    if not future.done():
        if discard is not None:
            future.add_done_callback(lambda late: None if late.exception() else discard(late.result()))
        guard.time_left()
        raise Unreachable(f"{guard.host} could not be reached in time; try again later", is_temporary=True)
    return future.result()


def _lookup_error(host: str, error: OSError | UnicodeError, *, may_be_misspelt: bool) -> Unreachable:
    """The error for a host without an address; only a host that the user typed may be misspelt."""
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        short = f"offline (DNS lookup of {host} failed)"
        return Unreachable(f"DNS lookup of {host} failed; {_OFFLINE}", is_offline=True, in_short=short)
    if may_be_misspelt:
        cure, short = "check its spelling, and whether you are offline", f"no host {host}: misspelt, or offline"
    else:
        cure, short = _OFFLINE, f"offline (no host {host})"
    return Unreachable(f"there is no host {host}; {cure}", is_offline=True, in_short=short)


def _connect_error(host: str, error: Exception) -> Unreachable:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, OSError) and cause.errno in _NETWORK_DOWN:
        short = f"offline ({host} is unreachable)"
        return Unreachable(f"{host} is unreachable ({cause.strerror}); {_OFFLINE}", is_offline=True, in_short=short)
    if isinstance(error, httpcore2.ConnectTimeout) or isinstance(cause, TimeoutError):
        return Unreachable(f"{host} does not respond; try again later", is_temporary=True)
    reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(error)
    return Unreachable(f"{host} refuses connections ({reason}); try again later", is_temporary=True)


def _tls_error(host: str, error: Exception) -> Unreachable:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unreachable(
            f"{host} has no trusted certificate ({cause.verify_message}); check the clock, log in to the network, "
            "or set $SSL_CERT_FILE"
        )
    if isinstance(error, httpcore2.ConnectTimeout):
        return Unreachable(f"{host} does not respond; try again later", is_temporary=True)
    return Unreachable(f"TLS handshake with {host} failed ({cause or error}); try again later", is_temporary=True)
