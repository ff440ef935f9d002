"""Defines requests and responses as values, and turns HTTP error responses into our errors."""

import json
import re
from dataclasses import dataclass
from html import unescape

from paperreader.domain.text import clean_line
from paperreader.errors import ResponseRefused
from paperreader.files.rate_limit import RateLimit

OK, NOT_MODIFIED = 200, 304
REDIRECTS = (301, 302, 303, 307, 308)
_TEMPORARY = (408, 425, 429, 500, 502, 503, 504)
"""The statuses after which another try may help."""
_MEANINGS = {
    400: "does not understand the request; check the source that you named",
    401: "requires a password; save the list with a browser and import the file",
    403: "refuses programs; save the list with a browser and import the file",
    404: "has nothing at this address; check its spelling",
    407: "is behind a proxy that requires a password; set it in $HTTPS_PROXY",
    410: "has removed this list for good; stop fetching it",
    429: "received too many requests; try again in a few minutes",
    451: "may not show this list here",
}
_FEED_ERROR = re.compile(rb"<(?:summary|description)[^<>]{0,100}>([^<>]{1,500})<")


@dataclass(frozen=True, slots=True)
class Validators:
    """The `ETag` and `Last-Modified` headers of a response; a server recognises unchanged content by them."""

    etag: str = ""
    modified: str = ""

    def headers(self) -> dict[str, str]:
        """The headers that ask for the content only if it changed."""
        # Stored validators come from a file: a value that could split a header is not sent.
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in headers.items() if value and value.isascii() and value.isprintable()}


@dataclass(frozen=True, slots=True)
class WebRequest:
    """One address to fetch, and the rules for it."""

    url: str
    site: str | None = None
    """The domain that redirects may not leave; None if the user named the address."""
    limit: RateLimit | None = None
    validators: Validators = Validators()
    accepts_pages: bool = False
    """Whether a web page is accepted; otherwise a page is an error, because login pages replace lists."""


@dataclass(frozen=True, slots=True)
class WebResponse:
    """A response with its decompressed body; the importer finds the encoding."""

    url: str
    body: bytes
    is_changed: bool = True
    """False if the server said that nothing changed; the body is then empty."""
    validators: Validators = Validators()
    link: str = ""
    """The `Link` header, which may name a next page."""


@dataclass(frozen=True, slots=True)
class TransferProgress:
    """The progress of a request: bytes received of the body, or seconds of a pause."""

    host: str
    received: int = 0
    waits: float = 0.0


def status_refused(host: str, status: int, body: bytes) -> ResponseRefused:
    """The error for a status other than 200, with the reason that the server gives in JSON or in a feed."""
    default = "has a problem; try again later" if status >= 500 else "sent no list"
    reason = _server_reason(body)
    detail = f"status {status}: {reason}" if reason else f"status {status}"
    return ResponseRefused(
        f"{host} {_MEANINGS.get(status, default)} ({detail})", status, is_temporary=status in _TEMPORARY
    )


def _server_reason(body: bytes) -> str:
    if len(body) > 10_000:
        return ""
    if body.lstrip().startswith(b"<"):
        found = _FEED_ERROR.search(body)
        return clean_line(unescape(found[1].decode(errors="replace")), 120) if found else ""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    reason = (value.get("error") or value.get("message")) if isinstance(value, dict) else None
    return clean_line(reason, 120) if isinstance(reason, str) else ""
