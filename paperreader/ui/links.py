"""Opening web addresses in a browser, without a shell."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping

from paperreader.domain.paper import safe_url


def opener(environment: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """The program that opens addresses: the first of $BROWSER that exists, else that of the platform."""
    candidates = environment.get("BROWSER", "").split(os.pathsep)
    if platform == "darwin":
        candidates.append("open")
    elif "WSL_DISTRO_NAME" in environment:
        candidates.append("wslview")
    if platform == "darwin" or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        candidates.append("xdg-open")
    # $BROWSER may hold a shell command. Only a plain program name is used.
    return next((found for name in candidates if name and (found := shutil.which(name))), None)


def open_address(
    address: str, environment: Mapping[str, str] = os.environ, start: Callable[..., object] = subprocess.Popen
) -> str | None:
    """Open a safe address. Returns None on success, else the message for the footer.

    `start` starts the program, like `subprocess.Popen`.
    """
    url = safe_url(address)
    if url is None:
        return "not opened: the address is not a plain web address"
    program = opener(environment)
    if program is None:
        return f"no browser found; the address is {url}"
    try:
        start(
            [program, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        return f"{program} did not start ({error.strerror}); the address is {url}"
    return None
