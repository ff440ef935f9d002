"""The look of the reader: which theme is shown, why, and what the user chose."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from textual.app import App
from textual.css.errors import StylesheetError
from textual.css.tokenizer import TokenError
from textual.filter import Monochrome
from textual.theme import Theme

from paperreader.config import Icons
from paperreader.storage.appearance import Appearance, load_appearance, save_appearance
from paperreader.ui.theming.backgrounds import is_light_environment, is_light_report
from paperreader.ui.theming.contrast import readable
from paperreader.ui.theming.line_filters import line_filters
from paperreader.ui.theming.themes import ANSI, ANSI_DARK, ANSI_LIGHT, AUTO, DARK, LIGHT, OURS
from paperreader.ui.theming.user_styles import PRIORITY, problem_text, read_user_styles

_CONSOLE = "linux"
"""The terminal type of the Linux console: few signs, a dark background, and no reply to queries."""


@dataclass(frozen=True, slots=True)
class LookSettings:
    """What the look depends on."""

    theme: str = AUTO
    icons: Icons = Icons.AUTO
    file: Path | None = None
    """Where the choice of the user is kept; None: nowhere."""
    user_styles: Path | None = None
    """The user's style sheet."""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def signs(self) -> Icons:
        """How marks are drawn in this terminal."""
        if self.icons is not Icons.AUTO:
            return self.icons
        return Icons.ASCII if self.terminal == _CONSOLE else Icons.UNICODE

    @property
    def terminal(self) -> str:
        """The type of the terminal."""
        return self.environment.get("TERM", "")


class Look:
    """Chooses the theme of an application: by the user, the settings, the terminal's background and its colours."""

    def __init__(self, app: App[None], settings: LookSettings) -> None:
        self._app, self._settings = app, settings
        self.signs = settings.signs
        """How marks are drawn."""
        self.problem = ""
        """The problem of the user's style sheet, if it is not used."""
        self._kept = load_appearance(settings.file) if settings.file else Appearance()
        self._is_light = self._kept.has_light_background
        """Whether the terminal's background is light: its last report, until it replies or fails to."""
        if self._is_light is None or not self.can_ask:
            self._is_light = is_light_environment(settings.environment)
        self._is_reported = False
        """Whether the terminal replied."""
        self._ready: set[str] = set()
        """The themes that are fitted to this terminal."""
        # Textual shows greys where no colours are wanted.
        self._filters = [usual for usual in app._filters if not isinstance(usual, Monochrome)]
        self._animation_level = app.animation_level
        for theme in (*OURS, *ANSI):
            app.register_theme(theme)

    def start(self) -> None:
        """Set the theme, signs and styles of the application, before it runs or before its styles are applied again."""
        app = self._app
        # An assignment would make Textual read and apply the style sheets a second time.
        app.set_reactive(App.theme, self.shown(self.choice))
        app.stylesheet.set_variables(app.get_css_variables())
        app._filters = [*self._filters, *line_filters(self.signs, no_color=app.no_color)]
        app._refresh_truecolor_filter(app.ansi_theme)
        app.animation_level = "none" if self.signs is Icons.WORDS else self._animation_level
        self.problem = ""
        if path := self._settings.user_styles:
            app.stylesheet.source.pop((str(path), ""), None)
            styles = read_user_styles(path, app.theme_variables)
            self.problem = styles.problem
            if styles.css:
                app.stylesheet.add_source(styles.css, (str(path), ""), tie_breaker=PRIORITY)

    def follow(self, theme: str, icons: Icons) -> None:
        """Use other settings, and the user's style sheet as it is now."""
        self._settings = replace(self._settings, theme=theme, icons=icons)
        self.signs = self._settings.signs
        self.start()

    def drop_user_styles(self, error: StylesheetError | TokenError) -> bool:
        """Use the user's style sheet no longer, after an error in the current theme; False if it is not used."""
        path = self._settings.user_styles
        if path is None or self._app.stylesheet.source.pop((str(path), ""), None) is None:
            return False
        self.problem = problem_text(path, error)
        return True

    @property
    def wants_background(self) -> bool:
        """Whether the theme depends on the terminal's background, and the terminal may report it."""
        return self.choice == AUTO and self.can_ask

    @property
    def can_ask(self) -> bool:
        """Whether the terminal may know its background."""
        return self._settings.terminal not in ("", "dumb", _CONSOLE)

    @property
    def choice(self) -> str:
        """The chosen theme, or `auto`: in the reader, else in the settings."""
        theme = self._kept.theme
        if theme is None or self._kept.instead_of != self._settings.theme or not self._has(theme):
            theme = self._settings.theme
        return theme if self._has(theme) else AUTO

    @property
    def names(self) -> list[str]:
        """The themes to choose from: ours, then those of Textual."""
        ours = [AUTO, *(theme.name for theme in OURS)]
        hidden = {*ours, *(theme.name for theme in ANSI)}
        return [*ours, *sorted(name for name in self._app.available_themes if name not in hidden)]

    def shown(self, choice: str) -> str:
        """The name of the theme that a choice shows in this terminal."""
        if choice == AUTO:
            choice = LIGHT.name if self._is_light else DARK.name
        theme = self._theme(choice)
        if theme.ansi or not self._has_few_colours:
            if choice not in self._ready:
                self._ready.add(choice)
                self._app.register_theme(self._fitted(theme))
            return choice
        return self.shown((ANSI_DARK if theme.dark else ANSI_LIGHT).name)

    def _fitted(self, theme: Theme) -> Theme:
        theme = readable(theme)
        if theme.ansi or self._app.console.color_system != "256":
            return theme
        from paperreader.ui.theming.palette_256 import in_256_colours  # most terminals have all colours

        return in_256_colours(theme)

    def choose(self, choice: str) -> None:
        """Show a theme, and remember it for all libraries."""
        self.preview(choice)
        self._keep(replace(self._kept, theme=choice, instead_of=self._settings.theme))

    def preview(self, choice: str) -> None:
        """Show a theme for the moment."""
        self._app.theme = self.shown(choice)

    def background_reported(self, report: str | None) -> None:
        """Follow the terminal's report of its background; None: it did not reply."""
        is_light = is_light_report(report) if report else None
        if is_light is None and self._is_reported:
            return
        self._is_reported = is_light is not None
        self._is_light = is_light_environment(self._settings.environment) if is_light is None else is_light
        if self._kept.has_light_background is not is_light:
            self._keep(replace(self._kept, has_light_background=is_light))
        if self.choice == AUTO:
            self.preview(AUTO)

    @property
    def _has_few_colours(self) -> bool:
        return self._app.no_color or self._app.console.color_system in (None, "standard")

    def _has(self, theme: str) -> bool:
        return theme in self.names

    def _theme(self, name: str) -> Theme:
        theme = self._app.get_theme(name)
        assert theme is not None, "only known themes are chosen"
        return theme

    def _keep(self, appearance: Appearance) -> None:
        self._kept = appearance
        if self._settings.file:
            save_appearance(self._settings.file, appearance)
