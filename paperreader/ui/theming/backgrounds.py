"""Whether the terminal has a light background, from its reply to a query or from the environment."""

import re
from collections.abc import Mapping

from paperreader.ui.theming.contrast import contrast

_COLOUR = re.compile(r"11;(?:rgba?:|#)([0-9a-fA-F]{1,4}(?:/[0-9a-fA-F]{1,4}){2,3}|(?:[0-9a-fA-F]{3}){1,4})")
_LIGHT_COLOURS = ("7", "9", "10", "11", "12", "13", "14", "15")


def is_light_report(report: str) -> bool | None:
    """Whether a reply to OSC 11, such as `11;rgb:ffff/ffff/ffff`, reports a light background; None without a colour."""
    found = _COLOUR.fullmatch(report)
    if found is None:
        return None
    digits = found[1]
    size = len(digits) // 3
    shares = digits.split("/")[:3] if "/" in digits else [digits[:size], digits[size : 2 * size], digits[2 * size :]]
    red, green, blue = (round(int(share, 16) * 255 / (16 ** len(share) - 1)) for share in shares)
    colour = red, green, blue
    return contrast(colour, (0, 0, 0)) > contrast(colour, (255, 255, 255))


def is_light_environment(environment: Mapping[str, str]) -> bool:
    """Whether COLORFGBG, such as `0;15`, names a light background. Without the variable it counts as dark."""
    return environment.get("COLORFGBG", "").rpartition(";")[2] in _LIGHT_COLOURS
