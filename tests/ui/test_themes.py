"""Every theme is readable; the choice is previewed and kept for the user."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from looks import look, open_themes
from piloting import Reading, reading
from rich.color import Color as RichColor
from rich.color import ColorSystem
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from paperreader.config import THEMES
from paperreader.services.library import Library
from paperreader.ui.theming.contrast import DECORATION, INFORMATION, contrast, lifted, readable
from paperreader.ui.theming.palette_256 import in_256_colours
from paperreader.ui.theming.themes import ANSI, ANSI_DARK, ANSI_LIGHT, AUTO, OURS

COLOURED = [theme for theme in (*OURS, *BUILTIN_THEMES.values()) if not theme.ansi]
COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
GROUNDS = ("background", "surface", "panel", "cursor", "cursor-blurred", "selected")
TEXTS = ("strong", "foreground", "muted", "primary", "accent", "secondary", "success", "warning", "gold", "error")


def colours_of(theme: Theme) -> dict[str, tuple[int, int, int]]:
    """The opaque colours of a theme as Textual generates them, by variable."""
    variables = readable(theme).to_color_system().generate() | readable(theme).variables
    return {name: Color.parse(value).rgb for name, value in variables.items() if value.startswith("#")}


def names(themes: tuple[Theme, ...] | list[Theme]) -> list[str]:
    return [theme.name for theme in themes]


@pytest.mark.parametrize("theme", COLOURED, ids=names(COLOURED))
def test_text_is_readable_on_every_ground(theme: Theme) -> None:
    """Rule: information has a contrast of 4.5 or more on each ground that it stands on, rules have 3 or more."""
    colours = colours_of(theme)
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS]
    pairs += [("faded", ground) for ground in GROUNDS if ground != "cursor"]
    pairs += [("on-hit", "hit"), ("on-accent", "primary"), ("input-selection-foreground", "input-selection-background")]
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: found for pair, found in weak.items() if found < INFORMATION} == {}
    for ground in ("background", "surface"):
        assert contrast(colours["rule"], colours[ground]) >= DECORATION


@pytest.mark.parametrize("theme", COLOURED, ids=names(COLOURED))
def test_text_is_readable_in_256_colours(theme: Theme) -> None:
    """Rule: where Rich takes the nearest of 256 colours, text keeps its contrast and the cursor's row its ground."""
    fitted = in_256_colours(readable(theme))
    colours = {
        name: RichColor.from_rgb(*rgb).downgrade(ColorSystem.EIGHT_BIT).get_truecolor()
        for name, rgb in colours_of(fitted).items()
    }
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS]
    pairs += [("faded", ground) for ground in GROUNDS if ground != "cursor"]
    pairs += [("on-hit", "hit"), ("on-accent", "primary"), ("input-selection-foreground", "input-selection-background")]
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: found for pair, found in weak.items() if found < INFORMATION} == {}
    assert contrast(colours["rule"], colours["background"]) >= DECORATION
    assert colours["cursor"] != colours["background"] != colours["hit"]


@pytest.mark.parametrize("theme", COLOURED, ids=names(COLOURED))
def test_weights_of_text_stay_apart(theme: Theme) -> None:
    """Rule: bright, normal, muted and faded text and rules are five steps, and a ground is never taken for text."""
    colours = colours_of(theme)
    steps = [
        contrast(colours[name], colours["background"]) for name in ("strong", "foreground", "muted", "faded", "rule")
    ]
    assert steps == sorted(steps, reverse=True)
    assert steps[1] > steps[3] > steps[4]
    for ground in ("cursor", "selected", "hit"):
        assert 1.05 < contrast(colours[ground], colours["background"]) < DECORATION or theme.name == "contrast"


@pytest.mark.parametrize("theme", [*OURS, *ANSI], ids=names([*OURS, *ANSI]))
def test_our_themes_keep_their_colours(theme: Theme) -> None:
    """Rule: only colours of themes that are not ours are changed."""
    shown = readable(theme)
    assert {name: shown.variables[name] for name in theme.variables} == theme.variables
    generated = shown.to_color_system().generate()
    for name in ("primary", "warning", "error", "foreground", "background", "surface", "panel"):
        assert generated[name].lower() == getattr(theme, name)


@pytest.mark.parametrize("name", [name for name, theme in BUILTIN_THEMES.items() if theme.ansi])
def test_the_terminal_keeps_its_colours(name: str) -> None:
    """Rule: ANSI themes get our variables and no other change."""
    theme = BUILTIN_THEMES[name]
    shown = readable(theme)
    assert (shown.primary, shown.error, shown.foreground) == (theme.primary, theme.error, theme.foreground)
    assert OURS[0].variables.keys() <= shown.variables.keys()
    assert all(value.startswith("ansi_") for value in (shown.variables[name] for name in OURS[0].variables))


def test_the_settings_know_every_theme() -> None:
    """Rule: `theme` accepts auto, our themes and every theme of the installed Textual."""
    assert {AUTO, *names(OURS), *BUILTIN_THEMES} <= set(THEMES)


@examples(200)
@given(COLOURS, st.lists(COLOURS, min_size=1, max_size=4), st.sampled_from([DECORATION, INFORMATION]))
def test_a_lifted_colour_reaches_its_contrast(
    colour: tuple[int, int, int], grounds: list[tuple[int, int, int]], least: float
) -> None:
    """Rule: a colour is moved as far as black or white if it must be, and not at all if it need not be."""
    found = lifted(colour, [(ground, least) for ground in grounds])
    worst = min(contrast(found, ground) for ground in grounds)
    extremes = [min(contrast(extreme, ground) for ground in grounds) for extreme in ((0, 0, 0), (255, 255, 255))]
    if max(extremes) >= least:
        assert worst >= least - 1e-9
    if min(contrast(colour, ground) for ground in grounds) >= least and max(extremes) >= least:
        assert found == colour or worst >= least


# The choice


def _background(reader: Reading) -> Color | None:
    return reader.view.papers.styles.background


async def test_moving_through_the_themes_shows_each(sample: Library, tmp_path: Path) -> None:
    """Rule: the theme under the cursor is shown; Esc returns to the old one, Enter keeps it for all libraries."""
    async with reading(sample, look=look(tmp_path, "dark")) as reader:
        before = _background(reader)
        await open_themes(reader)
        await reader.press("down")
        await reader.until(lambda: reader.app.theme == "light")
        await reader.until(lambda: _background(reader) != before)
        await reader.press("escape")
        await reader.until(lambda: reader.screen is reader.triage)
        await reader.until(lambda: _background(reader) == before)
        assert reader.app.theme == "dark"
        await open_themes(reader)
        await reader.type("no")
        await reader.press("enter")
        await reader.until(lambda: reader.screen is reader.triage)
        await reader.until(lambda: reader.app.theme == "nord")
    async with reading(sample, look=look(tmp_path, "dark")) as reader:
        assert reader.app.theme == "nord"
    async with reading(sample, look=look(tmp_path, "gruvbox")) as reader:
        assert reader.app.theme == "gruvbox"  # the setting was changed after the choice


async def test_every_theme_is_listed_and_can_be_shown(sample: Library, tmp_path: Path) -> None:
    """Rule: the list has auto, our themes and those of Textual, and each can be shown."""
    async with reading(sample, look=look(tmp_path)) as reader:
        assert reader.app.look.names[:4] == [AUTO, *names(OURS)]
        assert set(reader.app.look.names) == {AUTO, *names(OURS), *BUILTIN_THEMES}
        for name in reader.app.look.names:
            reader.app.look.preview(name)
            await reader.pilot.pause()
            assert reader.app.theme == (name if name != AUTO else "dark")
        assert reader.app.look.choice == AUTO


async def test_a_search_without_a_theme_keeps_the_dialog(sample: Library, tmp_path: Path) -> None:
    """Rule: Enter on an empty list does nothing."""
    async with reading(sample, look=look(tmp_path)) as reader:
        themes = await open_themes(reader)
        await reader.type("zzz")
        await reader.until(lambda: themes.option_count == 0)
        await reader.press("enter")
        assert reader.screen is not reader.triage


async def test_dark_and_light_are_switched_from_the_palette(sample: Library, tmp_path: Path) -> None:
    """Rule: the switch is remembered like a choice."""
    async with reading(sample, look=look(tmp_path)) as reader:
        await reader.palette("dark or light")
        await reader.until(lambda: reader.app.theme == "light")
    async with reading(sample, look=look(tmp_path)) as reader:
        assert reader.app.theme == "light"


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"theme": 3}', '{"theme": "pink", "instead_of": "auto"}', "[" * 99_999]
)
async def test_a_damaged_choice_costs_the_choice_only(content: str, sample: Library, tmp_path: Path) -> None:
    """Rule: the reader opens whatever the file contains."""
    (tmp_path / "appearance.json").write_text(content)
    async with reading(sample, look=look(tmp_path)) as reader:
        assert reader.app.theme == "dark"
        reader.app.look.choose("light")
    async with reading(sample, look=look(tmp_path)) as reader:
        assert reader.app.theme == "light"


async def test_a_choice_that_cannot_be_kept_is_shown(sample: Library, tmp_path: Path) -> None:
    """Rule: a folder in place of the file loses only the choice."""
    (tmp_path / "appearance.json").mkdir()
    async with reading(sample, look=look(tmp_path)) as reader:
        reader.app.look.choose("light")
        assert reader.app.theme == "light"


# Few colours


@pytest.mark.parametrize("variable", ["COLORTERM", "NO_COLOR"])
async def test_a_terminal_with_few_colours_gets_a_theme_for_it(
    variable: str, sample: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: with 16 colours or none the choice decides between dark and light, and ANSI themes stay."""
    monkeypatch.setenv("TERM", "xterm-16color")
    monkeypatch.setenv(variable, "1")
    async with reading(sample, look=look(tmp_path, "nord")) as reader:
        for name, shown in (("nord", ANSI_DARK.name), ("light", ANSI_LIGHT.name), ("ansi-dark", "ansi-dark")):
            reader.app.look.preview(name)
            await reader.pilot.pause()
            assert reader.app.theme == shown
            colours: set[Any] = {
                segment.style.color.type
                for segment in reader.view.papers.render_line(0)
                if segment.style and segment.style.color
            }
            assert {colour.name for colour in colours} <= {"DEFAULT", "STANDARD"}
