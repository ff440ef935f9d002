"""Address checks: only public https addresses are fetched, except those that the user named or configured."""

from __future__ import annotations

import ipaddress
from collections.abc import Set
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from paperreader.domain.text import clean_line
from paperreader.errors import AddressRefused

if TYPE_CHECKING:
    import httpx2

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; an IPv4 address inside an IPv6 address is checked too."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        ip = embedded or ip
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def host_of(url: str) -> str | None:
    """The host in an address; None if there is none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def private_host_refused(host: str, address: str) -> AddressRefused:
    """The error for a host in a private network."""
    resolved = "" if host == address else f" ({address})"
    return AddressRefused(
        f"{host}{resolved} is in a private network; use its address directly to allow it, "
        "or log in to the network with a browser"
    )


def checked_url(
    url: str, *, redirected_by: str | None, site: str | None, open_origins: Set[str], private_hosts: Set[str]
) -> httpx2.URL:
    """The parsed address, if it may be fetched; raises AddressRefused.

    A host must be `site` or below it, if there is a site. No rule holds for `open_origins`.
    """
    import httpx2  # 60 ms that only fetching needs

    subject = f"the redirect of {redirected_by}" if redirected_by else "the address"
    shown = clean_line(url, 100)
    try:
        address, port = httpx2.URL(url), urlsplit(url).port
    except (httpx2.InvalidURL, ValueError, TypeError) as error:
        raise AddressRefused(f"{subject} is malformed: {shown}") from error
    host = address.host
    if not host or port == 0 or address.scheme not in ("http", "https"):
        raise AddressRefused(f"{subject} is not a web address: {shown}; use one that starts with https://")
    if address.userinfo:
        raise AddressRefused(f"{subject} contains a user name, which is never sent; remove it")
    if f"{address.scheme}://{address.netloc.decode('ascii', 'replace')}" in open_origins:
        return address
    if address.scheme != "https":
        raise AddressRefused(f"{subject} is not encrypted: {shown}; only https:// is fetched")
    if _is_ip_address(host) and not is_public(host) and host not in private_hosts:
        raise private_host_refused(host, host)
    if site is not None and host != site and not host.endswith(f".{site}"):
        raise AddressRefused(f"{subject} leads to {host}, not {site}; open a browser: the network may want a login")
    return address


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
