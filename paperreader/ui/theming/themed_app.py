"""An application with a look: it fits themes to the terminal, follows its background, and loads the user's styles."""

from typing import Any

from textual import on
from textual.app import App
from textual.css.errors import StylesheetError
from textual.css.tokenizer import TokenError
from textual.geometry import Offset

from paperreader.config import Icons
from paperreader.ui.terminal.driver import ReaderDriver
from paperreader.ui.terminal.reports import BackgroundReported
from paperreader.ui.theming.look import Look, LookSettings


class ThemedApp(App[None]):
    """The part of the reader that concerns themes and the terminal."""

    def __init__(self, settings: LookSettings, reply_within: float, **options: Any) -> None:
        super().__init__(driver_class=ReaderDriver, **options)
        self._reply_within = reply_within
        """Seconds for the terminal to report its background."""
        self.look = Look(self, settings)
        """The theme and signs of the screen."""
        self.look.start()

    def on_mount(self) -> None:
        """Ask the terminal for its background, and show its cursor to a screen reader."""
        self._tell_of_styles()
        driver = self._driver
        if not isinstance(driver, ReaderDriver):
            return
        if self.look.wants_background:
            driver.ask_background()
            self.set_timer(self._reply_within, lambda: self.look.background_reported(None))
        if self.look.signs is Icons.WORDS:
            driver.show_cursor()

    def follow_settings(self, theme: str, icons: Icons) -> None:
        """Show the theme and signs of changed settings, and the user's style sheet as it is now."""
        self.look.follow(theme, icons)
        self.refresh_css(animate=False)
        self._tell_of_styles()
        if self.look.signs is Icons.WORDS and isinstance(self._driver, ReaderDriver):
            self._driver.show_cursor()

    @on(BackgroundReported)
    def _background_reported(self, message: BackgroundReported) -> None:
        self.look.background_reported(message.report)

    def validate_theme(self, theme: str) -> str:
        """The theme that the terminal can show in place of a chosen one."""
        return self.look.shown(theme)

    def refresh_css(self, animate: bool = True) -> None:
        """Apply the style sheets again. The user's is dropped if it has an error in the new theme."""
        try:
            super().refresh_css(animate=animate)
        except (StylesheetError, TokenError) as error:
            if not self.look.drop_user_styles(error):
                raise
            self._tell_of_styles()
            super().refresh_css(animate=animate)

    def post_display_hook(self) -> None:
        """Put the terminal's own cursor on the selected row, where a screen reader reads."""
        focused = self.focused if self.look.signs is Icons.WORDS else None
        line = getattr(focused, "cursor_line", None)
        if line is None or focused is None or self._driver is None:
            return
        at = focused.content_region.offset + Offset(0, line)
        if at != self.cursor_position:
            self.cursor_position = at
            self._driver.write(f"\x1b[{at.y + 1};{at.x + 1}H")

    def _tell_of_styles(self) -> None:
        if self.look.problem:
            self.notify(self.look.problem, severity="warning", timeout=15)
