"""The contrast of real frames: every text on the screen can be read in every theme, and every rule can be seen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from piloting import Reading, reading
from rich.color import Color, ColorSystem
from textual.theme import BUILTIN_THEMES

from paperreader.services.library import Library
from paperreader.ui.dialogs.palette import PaletteDialog
from paperreader.ui.theming.contrast import DECORATION, INFORMATION, contrast
from paperreader.ui.theming.look import LookSettings
from paperreader.ui.theming.themes import OURS

OUR_NAMES = [theme.name for theme in OURS]
OTHER_NAMES = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]
RULES = {*map(chr, range(0x2500, 0x25A0)), "🮂"}
"""Lines and blocks: rules, frames, bars and scrollbars."""


def _channels(colour: Color | None, system: str | None) -> tuple[int, int, int]:
    """What a terminal with all or with 256 colours shows."""
    assert colour, "every cell has its colours"
    assert colour.triplet, "a theme has no ANSI colours"
    kind = ColorSystem.EIGHT_BIT if system == "256" else ColorSystem.TRUECOLOR
    red, green, blue = colour.downgrade(kind).get_truecolor()
    return red, green, blue


def weak_texts(reader: Reading) -> set[str]:
    """The texts and rules of the top screen whose contrast is too low, with their colours."""
    weak, system = set(), reader.app.console.color_system
    for strip in reader.screen._compositor.render_strips():
        for text, style, control in strip:
            shown = text.strip()
            if control or not shown or style is None:
                continue
            found = contrast(_channels(style.color, system), _channels(style.bgcolor, system))
            if found < (DECORATION if set(shown) <= RULES else INFORMATION):
                weak.add(f"{shown[:30]}: {style} has {found:.2f}")
    return weak


async def _screens(reader: Reading) -> AsyncIterator[str]:
    """Each screen of the reader in turn, by name."""
    await reader.press("s", "d", "b", "r", "j", "x", "j", "x", "j")
    await reader.settled()
    yield "decisions and a selection"
    await reader.press("h")
    yield "the library has the focus"
    await reader.press("l", "l")
    yield "the abstract has the focus"
    await reader.press("h")
    reader.view.tell("something failed", "error")
    yield "an error"
    reader.view.tell("something was done", "muted")
    yield "a message"
    await reader.filter("attention")
    yield "a filter"
    await reader.press("enter")
    yield "a kept filter"
    await reader.press("escape", "escape", "escape")
    for key in ("?", "E", "t", "a", "S", "F", "I", "R", "U", "D", "y"):
        await reader.press(key)
        yield f"what {key} opens"
        await reader.press("escape")
        await reader.until(lambda: reader.screen is reader.triage and not reader._works_on("command"))
    reader.app.action_choose_theme()
    await reader.until(lambda: reader.screen is not reader.triage)
    await reader.pilot.pause()
    yield "the themes"
    await reader.press("escape")
    await reader.until(lambda: reader.screen is reader.triage)
    await reader.press("ctrl+p")
    await reader.until(lambda: isinstance(reader.screen, PaletteDialog) and reader.screen.shown)
    yield "the palette"
    await reader.type("sta")
    await reader.pilot.pause()
    yield "a search in the palette"


async def _weak_on_screens(theme: str, library: Library, size: tuple[int, int]) -> list[str]:
    weak = []
    async with reading(library, size, look=LookSettings(theme), toasts=True) as reader:
        async for name in _screens(reader):
            await reader.pilot.pause()
            weak += [f"{name}: {found}" for found in weak_texts(reader)]
    return weak


@pytest.mark.parametrize("size", [(140, 40), (80, 24)])
@pytest.mark.parametrize("theme", OUR_NAMES)
async def test_every_text_of_our_themes_can_be_read(theme: str, size: tuple[int, int], sample: Library) -> None:
    """Rule: in our themes text has a contrast of 4.5 or more and rules have 3 or more, on every screen."""
    assert await _weak_on_screens(theme, sample, size) == []


@pytest.mark.parametrize("theme", ["dark", pytest.param("light", marks=pytest.mark.full), "contrast"])
async def test_every_text_can_be_read_in_256_colours(
    theme: str, sample: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: the same holds in a terminal with 256 colours."""
    monkeypatch.setenv("COLORTERM", "")
    assert await _weak_on_screens(theme, sample, (140, 40)) == []


@pytest.mark.full
@pytest.mark.parametrize("theme", OTHER_NAMES)
async def test_every_text_of_corrected_themes_can_be_read(theme: str, sample: Library) -> None:
    """Rule: the same holds in each theme of Textual after its correction."""
    assert await _weak_on_screens(theme, sample, (140, 40)) == []


@pytest.mark.parametrize("theme", OUR_NAMES)
async def test_the_welcome_can_be_read(theme: str, library: Library) -> None:
    """Rule: the first screen of an empty library can be read too."""
    async with reading(library, (100, 30), look=LookSettings(theme)) as reader:
        assert weak_texts(reader) == set()
