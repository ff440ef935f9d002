"""A SOCKS5 proxy on this machine that forwards connections, or answers as a test chooses (RFC 1928, RFC 1929)."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import cast

GREETING = b"\5\0"
CONNECTED = b"\5\0\0\1\0\0\0\0\0\0"


@dataclass
class SocksProxy:
    """The proxy: its account, its replies and its requests."""

    address: str = ""
    """`127.0.0.1:1080`."""
    asked: list[str] = field(default_factory=list)
    """The hosts and ports that were asked for."""
    account: tuple[bytes, bytes] | None = None
    """The user name and password that it wants."""
    answer: Callable[[socket.socket], None] | None = None
    """What it does in place of speaking SOCKS."""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    proxy: SocksProxy


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        proxy = cast(_Server, self.server).proxy
        client: socket.socket = self.request
        with suppress(OSError):
            if proxy.answer:
                proxy.answer(client)
            elif self._greets(client, proxy):
                self._connect(client, proxy)

    def _greets(self, client: socket.socket, proxy: SocksProxy) -> bool:
        client.recv(2 + 255)
        client.sendall(b"\5\2" if proxy.account else GREETING)
        if not proxy.account:
            return True
        name, password = proxy.account
        is_right = client.recv(513) == bytes((1, len(name))) + name + bytes((len(password),)) + password
        client.sendall(b"\1\0" if is_right else b"\1\1")
        return is_right

    def _connect(self, client: socket.socket, proxy: SocksProxy) -> None:
        asked = client.recv(262)
        port = int.from_bytes(asked[-2:], "big")
        host = socket.inet_ntoa(asked[4:8]) if asked[3] == 1 else asked[5:-2].decode()
        proxy.asked.append(f"{host}:{port}")
        with socket.create_connection((host, port)) as server:
            client.sendall(CONNECTED)
            threading.Thread(target=_pass_on, args=(server, client), daemon=True).start()
            _pass_on(client, server)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def socks_proxy() -> Iterator[SocksProxy]:
    """A running proxy."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.proxy = SocksProxy(f"127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.proxy
        finally:
            server.shutdown()
            thread.join()
