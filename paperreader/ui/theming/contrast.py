"""Makes every theme readable: fills in the variables of ours that a theme lacks, and lifts colours that are too weak.

Contrast is that of WCAG 2: 1 for equal colours, 21 for black on white.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from textual.color import Color
from textual.theme import Theme

from paperreader.ui.theming.themes import ANSI_DARK, ANSI_LIGHT, DARK

RGB = tuple[int, int, int]
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)

INFORMATION = 4.5
"""The least contrast of text that carries information, on every ground that it stands on."""
DECORATION = 3.0
"""The least contrast of rules."""
_STEPS = {"strong": 8.0, "foreground": 6.0, "muted": 5.2, "faded": INFORMATION}
"""The contrast on the background that keeps the weights of text apart in a theme of little contrast."""
GROUNDS = ("background", "surface", "panel", "cursor", "cursor-blurred", "selected")
FADED_GROUNDS = ("background", "surface", "panel", "cursor-blurred", "selected")
RULE_GROUNDS = ("background", "surface")
"""The grounds of text, of faded text and of rules."""
_FARTHEST = {"surface": 1.2, "panel": 1.3, "cursor": 1.4, "cursor-blurred": 1.2, "selected": 1.25, "hit": 2.0}
"""The most contrast of a ground with the background. Text that must be readable on a farther one loses its colour."""
_BASE = (
    "primary", "secondary", "accent", "success", "warning", "error", "foreground", "background", "surface", "panel",
)  # fmt: skip
_LEVELS = 255


def contrast(one: RGB, other: RGB) -> float:
    """The contrast of two colours."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: RGB) -> float:
    """The relative luminance of a colour, from 0 (black) to 1 (white)."""
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (channel / 255 for channel in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lifted(colour: RGB, grounds: Iterable[tuple[RGB, float]]) -> RGB:
    """The colour, made lighter or darker as little as needed to reach a contrast on each ground; its hue stays."""
    needs = [(luminance(ground), least) for ground, least in grounds]
    # With the ratio (l1 + 0.05) / (l2 + 0.05), each ground gives one bound for lighter and one for darker colours.
    lightest = max(least * (ground + 0.05) for ground, least in needs)
    darkest = min((ground + 0.05) / least for ground, least in needs)
    own = luminance(colour) + 0.05
    if own >= lightest or own <= darkest:
        return colour
    red, green, blue = colour
    hue, lightness, saturation = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    # Towards white if white reaches the bound, and black does not or is farther from the colour.
    is_towards_white = lightest <= 1.05 and (darkest < 0.05 or lightest / own <= own / darkest)

    def at(level: int) -> RGB:
        share = level / _LEVELS
        moved = lightness + (1 - lightness) * share if is_towards_white else lightness * (1 - share)
        red, green, blue = colorsys.hls_to_rgb(hue, moved, saturation)
        return round(red * 255), round(green * 255), round(blue * 255)

    def is_enough(level: int) -> bool:
        reached = luminance(at(level)) + 0.05
        return reached >= lightest if is_towards_white else reached <= darkest

    return at(_first(is_enough, _LEVELS))


def readable(theme: Theme) -> Theme:
    """The theme with all variables of ours, each readable on every ground that it stands on.

    A theme that has them keeps its colours, and so does an ANSI theme, because the terminal chooses what they look
    like.
    """
    if "muted" not in theme.variables:
        theme = _with_ansi_variables(theme) if theme.ansi else _filled(theme)
    return replace(theme, variables={**theme.variables, **_base(theme), **_widgets(theme)})


def _base(theme: Theme) -> dict[str, str]:
    """The base colours as variables. Textual would compute them through another colour space, which rounds them."""
    colours = {name: getattr(theme, name) for name in _BASE}
    return {name: colour for name, colour in colours.items() if colour}


def _with_ansi_variables(theme: Theme) -> Theme:
    model = ANSI_DARK if theme.dark else ANSI_LIGHT
    return replace(theme, variables={**theme.variables, **model.variables})


def _filled(theme: Theme) -> Theme:
    """A theme of Textual with our variables blended from its own colours."""
    own = theme.to_color_system().generate()
    background = channels(own["background"])
    colours = {name: channels(own[name], background) for name in ("background", "surface", "panel", "foreground")}
    accent, gold = channels(own["primary"], background), channels(own["warning"], background)
    foreground = colours["foreground"]
    farthest = _WHITE if theme.dark else _BLACK
    wanted = colours | {
        "cursor": _blend(background, accent, 0.22 if theme.dark else 0.16),
        "cursor-blurred": _blend(background, foreground, 0.08),
        "selected": _blend(background, accent, 0.12 if theme.dark else 0.09),
        "hit": _blend(background, gold, 0.35 if theme.dark else 0.45),
    }
    colours |= {name: _nearer(wanted[name], background, most) for name, most in _FARTHEST.items()}
    grounds = [(colours[name], INFORMATION) for name in GROUNDS]
    faded_grounds = [(colours[name], INFORMATION) for name in FADED_GROUNDS]
    texts = {
        "strong": _blend(foreground, farthest, 0.6),
        "foreground": foreground,
        "muted": _blend(foreground, background, 0.3),
        "faded": _blend(foreground, background, 0.4),
    }
    for name, text in texts.items():
        under = faded_grounds if name == "faded" else grounds
        colours[name] = lifted(text, [*under, (background, _STEPS[name])])
    for name in ("primary", "secondary", "success", "warning", "error"):
        colours[name] = lifted(channels(own[name], background), grounds)
    colours["rule"] = lifted(
        _blend(foreground, background, 0.6), [(colours[name], DECORATION) for name in RULE_GROUNDS]
    )
    colours["gold"] = colours["warning"]
    colours["on-hit"] = lifted(_blend(colours["strong"], gold, 0.2), [(colours["hit"], INFORMATION)])
    colours["on-accent"] = max(_BLACK, _WHITE, key=lambda colour: contrast(colour, colours["primary"]))
    hexes = {name: f"#{red:02x}{green:02x}{blue:02x}" for name, (red, green, blue) in colours.items()}
    hexes["accent"] = hexes["primary"]  # colours mean something here, so there is one accent
    return recoloured(theme, hexes, {**theme.variables, **{name: hexes[name] for name in DARK.variables}})


def recoloured(theme: Theme, hexes: Mapping[str, str], variables: dict[str, str]) -> Theme:
    """A theme with other base colours, by name, and other variables."""
    return replace(
        theme,
        primary=hexes["primary"],
        accent=hexes["accent"],
        secondary=hexes["secondary"],
        success=hexes["success"],
        warning=hexes["warning"],
        error=hexes["error"],
        foreground=hexes["foreground"],
        background=hexes["background"],
        surface=hexes["surface"],
        panel=hexes["panel"],
        variables=variables,
    )


def _widgets(theme: Theme) -> dict[str, str]:
    """Textual's variables of input lines, option lists and scrollbars, in the colours of ours."""
    variables = theme.variables
    ground = theme.background or variables["selected"]
    return {
        "scrollbar": variables["rule"],
        "scrollbar-hover": variables["muted"],
        "scrollbar-active": theme.primary,
        "scrollbar-background": ground,
        "scrollbar-background-hover": ground,
        "scrollbar-background-active": ground,
        "scrollbar-corner-color": ground,
        "text-muted": variables["muted"],
        "text-disabled": variables["muted"],
        "block-cursor-background": variables["cursor"],
        "block-cursor-foreground": variables["strong"],
        "block-cursor-blurred-background": variables["cursor"],
        "block-cursor-blurred-foreground": variables["strong"],
        "input-cursor-background": theme.primary,
        "input-cursor-foreground": variables["on-accent"],
        "input-selection-background": variables["cursor"],
        "input-selection-foreground": variables["strong"],
    }


def _nearer(ground: RGB, background: RGB, most: float) -> RGB:
    """A ground, moved towards the background as little as needed to have at most a contrast with it."""
    level = _first(lambda level: contrast(_blend(ground, background, level / _LEVELS), background) <= most, _LEVELS)
    return _blend(ground, background, level / _LEVELS)


def _first(is_enough: Callable[[int], bool], last: int) -> int:
    """The first level that is enough; levels above it are enough too."""
    low, high = 0, last
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    return low


def channels(text: str, under: RGB = (0, 0, 0)) -> RGB:
    """The channels of a colour in CSS; a transparent one lets through what is under it."""
    colour = Color.parse(text)
    return _blend(under, colour.rgb, colour.a) if colour.a < 1 else colour.rgb


def _blend(one: RGB, other: RGB, share: float) -> RGB:
    """A colour between two others, at a share of the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
