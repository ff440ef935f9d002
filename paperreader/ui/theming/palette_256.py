"""Fits a theme into the 256 colours of a terminal, where the nearest colours would be too close to each other.

Many terminals have no more: that of macOS, and each one over ssh, which does not say what the terminal can.
"""

from textual.theme import Theme

from paperreader.ui.theming.contrast import (
    DECORATION,
    FADED_GROUNDS,
    GROUNDS,
    INFORMATION,
    RGB,
    RULE_GROUNDS,
    channels,
    contrast,
    luminance,
    recoloured,
)

_LEVELS = (0, 95, 135, 175, 215, 255)
"""The channels of the colour cube."""
_GREYS = 24
_FARTHEST_GROUND, _FARTHEST_HIT = 1.5, 3.0
"""The most contrast of a ground with the background; the palette has few dark and few light colours."""
_BLACK_AND_WHITE = (((0, 0, 0), (0, 0, 0)), ((255, 255, 255), (255, 255, 255)))
_TEXTS = ("strong", "foreground", "muted", "primary", "accent", "secondary", "success", "warning", "gold", "error")


def _candidates() -> tuple[tuple[RGB, RGB, float], ...]:
    """The colours to choose from: what to ask Rich for, what the terminal shows, and its luminance."""
    shades = [(red, green, blue) for red in _LEVELS for green in _LEVELS for blue in _LEVELS]
    # Rich takes the grey ramp for weak colours, by their lightness in 25 steps.
    found = [(shade, shade) for shade in shades if _saturation(shade) >= 0.15 or shade in ((0,) * 3, (255,) * 3)]
    for step in range(1, _GREYS + 1):
        asked, shown = round(step * 255 / (_GREYS + 1)), 8 + 10 * (step - 1)
        found.append(((asked, asked, asked), (shown, shown, shown)))
    return tuple((asked, shown, luminance(shown)) for asked, shown in found)


def in_256_colours(theme: Theme) -> Theme:
    """A readable theme in colours of the palette: the nearest that keep their contrast."""
    candidates = _candidates()

    def nearest(wanted: RGB, lowest: float, highest: float) -> tuple[RGB, RGB]:
        """The nearest colour with a luminance outside of (or, if lowest > highest, within) two bounds."""
        fit = [
            (asked, shown)
            for asked, shown, light in candidates
            if ((light <= lowest or light >= highest) if lowest <= highest else highest <= light <= lowest)
        ]
        return min(
            fit or [(asked, shown) for asked, shown, _ in candidates], key=lambda pair: _distance(pair[1], wanted)
        )

    def text(name: str, grounds: tuple[str, ...], least: float) -> None:
        lights = [luminance(shown[ground]) + 0.05 for ground in grounds]
        asked[name], shown[name] = nearest(colours[name], min(lights) / least - 0.05, max(lights) * least - 0.05)

    variables = theme.variables
    colours = {name: channels(value) for name, value in variables.items() if value.startswith("#")}
    asked, shown = {}, {}
    asked["background"], shown["background"] = nearest(colours["background"], 1, 0)
    light = luminance(shown["background"]) + 0.05
    for ground in (*GROUNDS[1:], "hit"):
        most = _FARTHEST_GROUND
        if ground == "hit":
            most = max(_FARTHEST_HIT, contrast(colours[ground], colours["background"]))
        asked[ground], shown[ground] = nearest(colours[ground], light * most - 0.05, light / most - 0.05)
    for name in _TEXTS:
        text(name, GROUNDS, INFORMATION)
    text("faded", FADED_GROUNDS, INFORMATION)
    text("rule", RULE_GROUNDS, DECORATION)
    text("on-hit", ("hit",), INFORMATION)
    text("on-accent", ("primary",), INFORMATION)
    names = {value: name for name, value in variables.items() if name in asked}
    hexes = {name: f"#{red:02x}{green:02x}{blue:02x}" for name, (red, green, blue) in asked.items()}
    # Textual's own variables have the colours of ours.
    fitted = {
        name: hexes.get(name, hexes[names[value]] if value in names else value) for name, value in variables.items()
    }
    return recoloured(theme, hexes, fitted)


def _saturation(colour: RGB) -> float:
    """The saturation in the HLS model."""
    lightest, darkest = max(colour) / 255, min(colour) / 255
    spread, total = lightest - darkest, lightest + darkest
    return spread / (total if total <= 1 else 2 - total) if spread else 0


def _distance(one: RGB, other: RGB) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
