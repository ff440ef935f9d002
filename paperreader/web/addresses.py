"""Which addresses belong to the public internet."""

import ipaddress

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, an IPv4 one within an IPv6 one included."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        within = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            within = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if within is not None:
            ip = within
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def is_literal(host: str) -> bool:
    """Whether a host is an IP address, not a name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def refused_as_private(host: str, address: str) -> str:
    """Why a host within a private network is not asked."""
    place = "" if host == address else f" ({address})"
    return (
        f"{host}{place} lies within a private network, where no list is fetched from unless you name that very host; "
        "perhaps the network wants you to log in: open a browser"
    )
