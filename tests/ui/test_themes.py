"""Every theme is readable; the choice is previewed, kept for the user, and follows the terminal's background."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from piloting import Reading, reading
from rich.color import Color as RichColor
from rich.color import ColorSystem
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme
from textual.widgets import OptionList

from paperreader.config import THEMES, Icons
from paperreader.services.library import Library
from paperreader.ui.terminal.reports import BackgroundReported
from paperreader.ui.theming.backgrounds import is_light_environment, is_light_report
from paperreader.ui.theming.contrast import DECORATION, INFORMATION, contrast, lifted, readable
from paperreader.ui.theming.look import LookSettings
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


# The terminal's background


@pytest.mark.parametrize(
    ("report", "is_light"),
    [
        ("11;rgb:ffff/ffff/ffff", True),
        ("11;rgb:fd/f6/e3", True),
        ("11;rgba:ffff/ffff/ffff/8000", True),
        ("11;#ffffff", True),
        ("11;#fff", True),
        ("11;#ffffffffffff", True),
        ("11;rgb:1e1e/2d2d/3b3b", False),
        ("11;rgb:0/0/0", False),
        ("11;rgb:0000/2b2b/3636", False),
        ("11;?", None),
        ("11;rgb:12345/0/0", None),
        ("10;rgb:ffff/ffff/ffff", None),
        ("11;rgb:ffff/ffff/ffff;skip", None),
        ("", None),
    ],
)
def test_the_background_is_read_from_the_report(report: str, is_light: bool | None) -> None:
    """Rule: each form of a colour in a reply is read; anything else is no reply."""
    assert is_light_report(report) is is_light


@pytest.mark.parametrize(
    ("value", "is_light"),
    [("0;15", True), ("0;default;15", True), ("15;0", False), ("12;8", False), ("", False), ("x", False)],
)
def test_the_background_is_read_from_the_environment(value: str, is_light: bool) -> None:
    """Rule: without a reply COLORFGBG decides, else the background counts as dark."""
    assert is_light_environment({"COLORFGBG": value}) is is_light
    assert not is_light_environment({})


def look(folder: Path, theme: str = AUTO, **environment: str) -> LookSettings:
    """Settings whose choice is kept in a folder, in a terminal that may be asked."""
    environment = {"TERM": "xterm-256color", **environment}
    return LookSettings(theme, Icons.AUTO, folder / "appearance.json", folder / "user.tcss", environment)


async def test_auto_follows_the_terminals_background(sample: Library, tmp_path: Path) -> None:
    """Rule: the first start is dark, follows the reply, and the next start is right at once."""
    async with reading(sample, look=look(tmp_path)) as reader:
        assert reader.app.theme == "dark"
        reader.app.post_message(BackgroundReported("11;rgb:ffff/ffff/ffff"))
        await reader.until(lambda: reader.app.theme == "light")
    async with reading(sample, look=look(tmp_path)) as reader:
        assert reader.app.theme == "light"
        reader.app.look.background_reported(None)  # another terminal, which is silent
        assert reader.app.theme == "dark"
        reader.app.look.background_reported("11;rgb:ffff/ffff/ffff")  # it was slow
        reader.app.look.background_reported(None)
        assert reader.app.theme == "light"


async def test_a_silent_terminal_is_read_from_the_environment(sample: Library, tmp_path: Path) -> None:
    """Rule: COLORFGBG decides at the start, and a reply goes before it."""
    async with reading(sample, look=look(tmp_path, COLORFGBG="0;15")) as reader:
        assert reader.app.theme == "light"
        reader.app.look.background_reported("11;rgb:0/0/0")
        assert reader.app.theme == "dark"


async def test_a_chosen_theme_does_not_follow_the_terminal(sample: Library, tmp_path: Path) -> None:
    """Rule: only auto asks and follows."""
    async with reading(sample, look=look(tmp_path, "nord")) as reader:
        assert not reader.app.look.wants_background
        reader.app.look.background_reported("11;rgb:ffff/ffff/ffff")
        assert reader.app.theme == "nord"


# The choice


async def _open_themes(reader: Reading) -> OptionList:
    reader.app.action_choose_theme()
    await reader.until(lambda: reader.screen is not reader.triage)
    return reader.screen.query_one(OptionList)


def _background(reader: Reading) -> Color | None:
    return reader.view.papers.styles.background


async def test_moving_through_the_themes_shows_each(sample: Library, tmp_path: Path) -> None:
    """Rule: the theme under the cursor is shown; Esc returns to the old one, Enter keeps it for all libraries."""
    async with reading(sample, look=look(tmp_path, "dark")) as reader:
        before = _background(reader)
        await _open_themes(reader)
        await reader.press("down")
        await reader.until(lambda: reader.app.theme == "light")
        await reader.until(lambda: _background(reader) != before)
        await reader.press("escape")
        await reader.until(lambda: reader.screen is reader.triage)
        await reader.until(lambda: _background(reader) == before)
        assert reader.app.theme == "dark"
        await _open_themes(reader)
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
        themes = await _open_themes(reader)
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


# The user's style sheet


async def test_the_users_styles_win(sample: Library, tmp_path: Path) -> None:
    """Rule: user.tcss overrides our styles, those of dialogs too, in every theme."""
    rules = "#abstract { background: $gold; }\n.dialog { background: $error; }\n"
    (tmp_path / "user.tcss").write_text(rules)
    async with reading(sample, look=look(tmp_path, "dark"), toasts=True) as reader:
        assert reader.view.page.styles.background == Color.parse("#e8bd5f")
        assert reader.toasts == []
        await _open_themes(reader)
        assert reader.screen.query_one(".dialog").styles.background == Color.parse("#ff8f85")
        await reader.press("down")
        await reader.until(lambda: reader.view.page.styles.background == Color.parse("#805000"))


@pytest.mark.parametrize(
    ("styles", "said"),
    [
        (b"#papers {\n  colour: red;\n}\n", "user.tcss:2: "),
        (b"#papers {\n\n  color: nocolour;\n}\n", "user.tcss:3: "),
        (b"#papers { color: $nothing; }\n", "user.tcss:1: reference to undefined variable '$nothing'"),
        (b"#papers {\n", "user.tcss:"),
        (b"what?", "user.tcss:1: "),
        (b"\xff", "user.tcss: not UTF-8"),
    ],
)
async def test_an_error_in_the_users_styles_is_told_with_its_line(
    styles: bytes, said: str, sample: Library, tmp_path: Path
) -> None:
    """Rule: the reader starts without a style sheet that has an error, and says where it is."""
    (tmp_path / "user.tcss").write_bytes(styles)
    async with reading(sample, look=look(tmp_path), toasts=True) as reader:
        await reader.until(lambda: any(said in toast for toast in reader.toasts))
        await reader.press("s")
        await reader.settled()
        assert reader.starred


async def test_styles_that_fit_one_theme_only_end_nothing(sample: Library, tmp_path: Path) -> None:
    """Rule: a variable that another theme lacks drops the user's style sheet when that theme is shown."""
    (tmp_path / "user.tcss").write_text("#abstract { background: $panel-darken-1; color: $surface-active; }")
    async with reading(sample, look=look(tmp_path, "dark"), toasts=True) as reader:
        assert reader.toasts == []
        reader.app.look.preview("ansi-dark")
        await reader.until(lambda: any("user.tcss:1: " in toast for toast in reader.toasts))
        assert reader.app.theme == "ansi-dark"
        await reader.press("j")
        assert reader.row == 1
