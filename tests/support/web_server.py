"""A web server on this machine with chosen replies, also hostile ones; it records its requests."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Reply = Callable[["Handler"], None]


@dataclass(frozen=True)
class Asked:
    """One request: its path with the query, and its headers by lower-case names."""

    target: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection with the replies of its server."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()})
        self.server.web.asked.append(asked)
        # What a client does that had enough is none of the server's affair.
        with suppress(ConnectionError, BrokenPipeError):
            self.server.web.reply_to(asked)(self)

    def do_CONNECT(self) -> None:
        self.server.web.reply_to(Asked("/connect", {}))(self)

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        """Send a whole response; `_` in names of headers stands for `-`."""
        self.send_response_only(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in ({"Content-Length": str(len(body))} | named).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.wfile.write(data)
        self.wfile.flush()

    def reset(self) -> None:
        """Reset the connection, like a crashed machine."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the standard library
        """Print nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    web: WebServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: clients may end connections."""


@dataclass
class WebServer:
    """The server: its replies by path (the last one repeats), and its requests."""

    base: str = ""
    asked: list[Asked] = field(default_factory=list)
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over: what drips for ever ends with it."""

    def on(self, path: str, *replies: Reply | bytes) -> str:
        """Set the replies of a path, one for each request; its whole address."""
        self.replies[path] = [reply if callable(reply) else _sending(reply) for reply in replies]
        return f"{self.base}{path}"

    def reply_to(self, asked: Asked) -> Reply:
        replies = self.replies.get(asked.path)
        if not replies:
            return lambda handler: handler.send(b"nothing here", 404)
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def count(self, path: str) -> int:
        """The number of requests for a path."""
        return sum(asked.path == path for asked in self.asked)


def _sending(body: bytes) -> Reply:
    return lambda handler: handler.send(body)


def status(code: int, body: bytes = b"", **headers: str) -> Reply:
    """A reply with a status."""
    return lambda handler: handler.send(body, code, **headers)


@contextmanager
def serving() -> Iterator[WebServer]:
    """A running server."""
    server = _Server(("127.0.0.1", 0), Handler)
    web = WebServer(f"http://127.0.0.1:{server.server_address[1]}")
    server.web = web
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
