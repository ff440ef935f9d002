"""The dark, the light and the high contrast theme."""

from textual.theme import Theme

from paperreader.config import THEMES

NAMES = {name: f"paperreader-{name}" for name in THEMES}
"""Textual's names of the themes in the settings."""

DARK = Theme(
    name=NAMES["dark"],
    primary="#7cc0ee",
    secondary="#7cc0ee",
    accent="#7cc0ee",
    warning="#e8bd5f",
    error="#ff8f85",
    success="#7cc0ee",
    foreground="#d3d9e2",
    background="#14171c",
    surface="#1a1e25",
    panel="#222832",
    dark=True,
    variables={
        "strong": "#f4f6f9",
        "muted": "#98a2b1",
        "faded": "#87909f",
        "rule": "#636d7e",
        "cursor": "#27313f",
        "cursor-blurred": "#1f252e",
        "selected": "#1d2a38",
        "gold": "#e8bd5f",
        "hit": "#5a4410",
        "on-hit": "#ffefc4",
        "on-accent": "#0d1318",
    },
)
LIGHT = Theme(
    name=NAMES["light"],
    primary="#0f5c94",
    secondary="#0f5c94",
    accent="#0f5c94",
    warning="#805000",
    error="#a81d1d",
    success="#0f5c94",
    foreground="#2b2f36",
    background="#fbfaf6",
    surface="#f3f1ea",
    panel="#e9e6dc",
    dark=False,
    variables={
        "strong": "#0c0f14",
        "muted": "#555c68",
        "faded": "#5f6672",
        "rule": "#838587",
        "cursor": "#dde7f0",
        "cursor-blurred": "#ebe9e1",
        "selected": "#e6eef4",
        "gold": "#805000",
        "hit": "#ffe08a",
        "on-hit": "#2a1d00",
        "on-accent": "#ffffff",
    },
)
