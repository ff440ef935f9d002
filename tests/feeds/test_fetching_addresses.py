"""Address checks of a fetch: only https, no private networks, and the same checks for redirects."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from socks_server import socks_proxy
from web_server import Handler, WebServer, serving, status

from paperreader.errors import AddressRefused, Unreachable
from paperreader.web.addresses import is_public
from paperreader.web.fetcher import MAX_REDIRECTS, Fetcher
from paperreader.web.messages import WebRequest

LIST = b"[]"


def to(target: str, code: int = 302) -> Any:
    """A redirect."""
    return status(code, Location=target)


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The host names that resolve; no other name is looked up."""
    known: dict[str, list[str]] = {"127.0.0.1": ["127.0.0.1"]}

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


def refusal(url: str, web: WebServer | None = None, site: str | None = None) -> str:
    """The error for an address, one line."""
    with Fetcher(open_origins=[web.base] if web else []) as fetcher, pytest.raises(AddressRefused) as caught:
        fetcher.fetch(WebRequest(url, site=site))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org/feed", "only https"),
        ("ftp://example.org/feed", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("javascript:alert(1)", "not a web address"),
        ("/feed", "not a web address"),
        ("https://", "not a web address"),
        ("https://user:secret@example.org/feed", "user name"),
        ("https://exa\x00mple.org/", "malformed"),
        ("https://[::1", "malformed"),
        ("https://example.org:99999999/", "malformed"),
    ],
)
def test_only_https_addresses_are_fetched(url: str, reason: str) -> None:
    """Rule: other addresses are refused before a lookup; the message never repeats a password."""
    told = refusal(url)
    assert reason in told
    assert told.startswith("the address ")  # that follows on “was not fetched: ”
    assert "secret" not in told


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("file:///etc/passwd", "not a web address"),
        ("data:text/plain,x", "not a web address"),
        ("http://example.org/feed", "only https"),
        ("https://127.0.0.2/", "private network"),
        ("https://[::1]/", "private network"),
        ("https://[::ffff:10.0.0.1]/", "private network"),
        ("https://169.254.169.254/latest/meta-data", "private network"),
        ("https://internal.example.org/", "private network"),
        ("//nobody.example.org/", "only https"),
    ],
)
def test_each_redirect_is_checked_like_a_first_address(
    web: WebServer, names: dict[str, list[str]], target: str, reason: str
) -> None:
    """Rule: each redirect is checked for scheme, encryption and the addresses of its host."""
    names["internal.example.org"] = ["10.1.2.3", "192.168.1.1"]
    url = web.on("/list", to(target))
    assert reason in refusal(url, web)
    assert web.count("/list") == 1


def test_another_server_of_this_machine_is_not_reached_by_a_redirect(web: WebServer) -> None:
    """Rule: only the configured origin is exempt from the rules, not another port of its host."""
    with serving() as other:
        url = web.on("/list", to(other.on("/secret", LIST)))
        assert "only https" in refusal(url, web)
        assert other.asked == []


def test_a_host_that_the_user_named_may_be_in_a_private_network(names: dict[str, list[str]]) -> None:
    """Rule: a host that the user named is fetched over https even in a private network; a redirect to one is not."""
    names["intranet.example.org"] = ["127.0.0.1"]
    with Fetcher(sleep=lambda _: None) as fetcher, pytest.raises(Unreachable, match="refuses connections"):
        fetcher.fetch(WebRequest("https://intranet.example.org:1/feed"))
    assert "private network" in refusal("https://intranet.example.org:1/feed", site="example.org")


def test_the_address_that_was_checked_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]
) -> None:
    """Rule: a name that first resolves to a public address cannot lead to a private address (DNS rebinding)."""
    connected: list[Any] = []

    def connect(address: Any, *_: Any, **__: Any) -> socket.socket:
        connected.append(address)
        names["rebinding.example.org"] = ["127.0.0.1"]
        raise ConnectionRefusedError(111, "Connection refused")

    names["rebinding.example.org"] = ["93.184.215.14"]
    monkeypatch.setattr(socket, "create_connection", connect)
    with Fetcher(sleep=lambda _: None) as fetcher, pytest.raises(AddressRefused, match="private network"):
        fetcher.fetch(WebRequest("https://rebinding.example.org/feed", site="example.org"))
    assert connected == [("93.184.215.14", 443)]


def test_redirects_within_the_rules_are_followed(web: WebServer) -> None:
    """Rule: relative, absolute, permanent and temporary redirects are followed; the response has the last address."""
    web.on("/1", to("/2", 301))
    web.on("/2", to(f"{web.base}/a/3", 307))
    web.on("/a/3", to("4?x=1#part", 308))
    last = web.on("/a/4", LIST)
    with Fetcher(open_origins=[web.base]) as fetcher:
        answer = fetcher.fetch(WebRequest(f"{web.base}/1"))
    assert (answer.body, answer.url.partition("#")[0]) == (LIST, f"{last}?x=1")


def test_redirect_loops_and_endless_chains_end(web: WebServer) -> None:
    """Rule: a redirect loop and an endless chain end after five redirects; neither is tried again."""
    circle = web.on("/a", to("/b"))
    web.on("/b", to("/a"))
    assert "too many redirects" in refusal(circle, web)
    assert len(web.asked) == MAX_REDIRECTS + 1
    for n in range(20):
        web.on(f"/{n}", to(f"/{n + 1}"))
    assert "too many redirects" in refusal(f"{web.base}/0", web)
    assert len(web.asked) == 2 * (MAX_REDIRECTS + 1)


def test_a_built_in_source_does_not_redirect_to_another_site(web: WebServer) -> None:
    """Rule: a redirect to another site is refused, because it is most likely the login page of a network."""
    for target in ("https://login.example.org/", "https://evil-huggingface.co/", "https://huggingface.co.evil.org/"):
        assert "login" in refusal(web.on("/list", to(target)), web, site="huggingface.co")


def test_a_redirect_without_an_address_is_an_error(web: WebServer) -> None:
    """Rule: a redirect without a target is an error of one line."""
    url = web.on("/list", status(302))
    with Fetcher(open_origins=[web.base]) as fetcher, pytest.raises(Exception, match="no list"):
        fetcher.fetch(WebRequest(url))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("64:ff9b::8.8.8.8", True), ("2002:808:808::", True),
        ("127.0.0.1", False), ("10.0.0.1", False), ("172.16.0.1", False), ("192.168.0.1", False),
        ("169.254.1.1", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("240.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False), ("64:ff9b::10.0.0.1", False),
        ("2002:7f00:1::", False), ("", False), ("localhost", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, expected: bool) -> None:
    """Rule: loopback, private, link-local, multicast and reserved addresses are not public, also inside IPv6."""
    assert is_public(address) is expected


def test_a_proxy_of_the_environment_is_used(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: $HTTPS_PROXY is used, except for hosts in $NO_PROXY; the proxy may be in a private network."""
    tunnelled: list[str] = []

    def refuse(handler: Handler) -> None:
        tunnelled.append(handler.path)
        handler.send(b"", 403)

    web.on("/connect", refuse)
    monkeypatch.setenv("HTTPS_PROXY", web.base)
    with Fetcher() as fetcher, pytest.raises(Unreachable, match="proxy"):
        fetcher.fetch(WebRequest("https://example.org/feed"))
    assert tunnelled == ["example.org:443"]
    monkeypatch.setenv("NO_PROXY", "example.org")
    with Fetcher() as fetcher, pytest.raises(Unreachable, match="no host"):
        fetcher.fetch(WebRequest("https://example.org/feed"))
    assert len(tunnelled) == 1


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "SOCKS5"])
@pytest.mark.parametrize("account", [None, (b"ada", b"secret")])
def test_a_socks_proxy_of_the_environment_is_used(
    web: WebServer, monkeypatch: pytest.MonkeyPatch, scheme: str, account: tuple[bytes, bytes] | None
) -> None:
    """Rule: $ALL_PROXY may name a SOCKS5 proxy, with user name and password."""
    url = web.on("/list", LIST)
    with socks_proxy() as proxy:
        proxy.account = account
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://{'ada:secret@' if account else ''}{proxy.address}")
        with Fetcher(open_origins=[web.base]) as fetcher:
            assert fetcher.fetch(WebRequest(url)).body == LIST
        assert proxy.asked == [web.base.removeprefix("http://")]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\5",
        b"\5\xff",
        b"\5\0\5\1\0\1\0\0\0\0\0\0",
        b"\5\0\5\0\0\3\xff",
        b"\x16\3\1",
    ],
    ids=["nothing", "HTTP", "half a greeting", "no method", "two replies", "half a reply", "TLS"],
)
def test_a_server_without_socks_is_an_error(web: WebServer, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    """Rule: any response of a wrong proxy becomes one line that names the variable."""

    def reply(client: socket.socket) -> None:
        client.recv(300)
        client.sendall(answer)

    with socks_proxy() as proxy:
        proxy.answer = reply
        monkeypatch.setenv("ALL_PROXY", f"socks5://{proxy.address}")
        with (
            Fetcher(open_origins=[web.base], sleep=lambda _: None) as fetcher,
            pytest.raises(Unreachable, match=r"proxy.*ALL_PROXY"),
        ):
            fetcher.fetch(WebRequest(web.on("/list", LIST)))
    assert web.asked == []


def test_a_socks_proxy_that_refuses_says_why(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a wrong password is reported as such."""
    with socks_proxy() as proxy:
        proxy.account = (b"ada", b"secret")
        monkeypatch.setenv("ALL_PROXY", f"socks5://ada:wrong@{proxy.address}")
        with Fetcher(open_origins=[web.base]) as fetcher, pytest.raises(Unreachable, match="password"):
            fetcher.fetch(WebRequest(web.on("/list", LIST)))


@pytest.mark.parametrize(
    "proxy", ["gopher://proxy.example.org", "socks4://127.0.0.1:1", "socks://127.0.0.1:1", "http://127.0.0.1:none"]
)
def test_an_invalid_proxy_is_reported(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """Rule: an invalid proxy in the environment is an error of one line that names the variable."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with Fetcher() as fetcher, pytest.raises(Unreachable, match="HTTPS_PROXY"):
        fetcher.fetch(WebRequest("https://example.org/feed"))
