"""The dark and the light theme."""

from textual.theme import Theme

from paperreader.config import THEMES

NAMES = dict(zip(THEMES, ("paperreader-dark", "paperreader-light"), strict=True))
"""Textual's names of the themes in the settings."""

DARK = Theme(
    name=NAMES["dark"],
    primary="#7aa2f7",
    secondary="#9ece6a",
    accent="#bb9af7",
    warning="#e0af68",
    error="#f7768e",
    success="#9ece6a",
    foreground="#d5daf0",
    background="#16171f",
    surface="#1f2130",
    panel="#262938",
    dark=True,
    variables={"muted": "#9098b4", "faded": "#646b84", "frame": "#474a5a"},
)
LIGHT = Theme(
    name=NAMES["light"],
    primary="#2456b8",
    secondary="#3b7a26",
    accent="#7a3fb5",
    warning="#8f5a00",
    error="#b3203c",
    success="#3b7a26",
    foreground="#1d2030",
    background="#fbfbf8",
    surface="#f0f0ea",
    panel="#e4e4dc",
    dark=False,
    variables={"muted": "#5c6178", "faded": "#74788a", "frame": "#babab2"},
)
