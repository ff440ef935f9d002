"""The proxy that the environment names for an address, by the variables that every program reads."""

from urllib.request import getproxies, proxy_bypass


def proxy_of(scheme: str, host: str) -> str | None:
    """The address of the proxy, with `$HTTPS_PROXY`, `$ALL_PROXY` and `$NO_PROXY`; None: there is none for it."""
    named = getproxies()
    proxy = named.get(scheme) or named.get("all")
    if not proxy or proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
