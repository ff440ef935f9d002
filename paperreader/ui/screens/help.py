"""The help screen: the keys of a day, the marks, all keys and query examples, searchable."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from paperreader.ui.dialogs.box import Box
from paperreader.ui.dialogs.dialog import Dialog
from paperreader.ui.keys.command_table import Command
from paperreader.ui.presenting.pages.help_page import help_page
from paperreader.ui.widgets.paper_page import PaperPage
from paperreader.ui.widgets.safe_input import SafeInput


class HelpScreen(Dialog[None]):
    """The help screen. Typing narrows the list, Esc closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll('down')", show=False),
        Binding("up", "scroll('up')", show=False),
        Binding("pagedown", "scroll('page_down')", show=False),
        Binding("pageup", "scroll('page_up')", show=False),
    ]

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._commands = commands

    def compose(self) -> ComposeResult:
        """The search line and the keys."""
        with Box("Help", "type to search · ↑ ↓ scroll · Esc closes"):
            yield SafeInput(placeholder="search keys, commands and marks")
            yield PaperPage(id="help-lines")

    def on_resize(self) -> None:
        """Fit the keys to the new width."""
        self.call_after_refresh(self._show)

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Show the keys that match every word."""
        event.stop()
        self._show()

    def action_scroll(self, where: str) -> None:
        """Scroll the keys while the search line keeps the focus."""
        getattr(self.query_one(PaperPage), f"action_{where}")()

    def _show(self) -> None:
        page = self.query_one(PaperPage)
        page.show(help_page(self._commands, self.query_one(SafeInput).value, page.content_size.width - 1))
