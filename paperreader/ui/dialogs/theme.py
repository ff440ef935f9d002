"""The list of themes: the screen shows each theme as the cursor moves to it."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from paperreader.domain.text import Safe
from paperreader.ui.dialogs.box import Box
from paperreader.ui.dialogs.choice_list import ChoiceList
from paperreader.ui.dialogs.dialog import AnswerLine, Dialog
from paperreader.ui.limits import USUAL
from paperreader.ui.widgets.plain_text import PlainText

_REMARKS = {
    "auto": "the terminal's background",
    "contrast": "high contrast",
    "ansi-dark": "the terminal's colours",
    "ansi-light": "the terminal's colours",
}


class ThemeDialog(Dialog[str | None]):
    """Asks for a theme. Typing narrows the list; Esc returns to the old theme."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
    ]

    def __init__(
        self,
        names: Sequence[str],
        current: str,
        preview: Callable[[str], None],
        *,
        preview_after: float = USUAL.preview,
    ) -> None:
        super().__init__()
        self._names, self._current, self._preview, self._preview_after = names, current, preview, preview_after
        self._shown = current
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The search line and the names."""
        with Box("Theme"):
            yield AnswerLine(placeholder="search")
            yield ChoiceList(compact=True, markup=False)
            yield PlainText(Safe("↑ ↓ preview · Enter keeps it · Esc: the old one"), classes="hint")

    def on_mount(self) -> None:
        """Show all themes, with the cursor on the current one."""
        self._list(self._names, self._names.index(self._current))

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Show the themes whose names have every word; names that begin with the text come first."""
        event.stop()
        text = event.value.casefold()
        found = [name for name in self._names if all(word in name for word in text.split())]
        self._list(sorted(found, key=lambda name: not name.startswith(text)))

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._timer:
            self._timer.stop()
        self._timer = self.set_timer(self._preview_after, self._show)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_answer()

    def action_move(self, how: str) -> None:
        """Move in the list while the search line keeps the focus."""
        getattr(self.query_one(ChoiceList), f"action_{how}")()

    def action_answer(self) -> None:
        """Answer with the theme under the cursor, if the search found one."""
        if (name := self._under_cursor()) is not None:
            self._stop()
            self.dismiss(name)

    def action_leave(self) -> None:
        """Leave without an answer."""
        self._stop()
        super().action_leave()

    def _list(self, names: Sequence[str], cursor: int = 0) -> None:
        themes = self.query_one(ChoiceList)
        themes.clear_options()
        width = max(map(len, self._names))
        themes.add_options(
            Option(Content(f" {name:<{width}}  {_REMARKS.get(name, '')}".rstrip()), id=name) for name in names
        )
        if names:
            themes.highlighted = cursor

    def _show(self) -> None:
        name = self._under_cursor()
        if name is not None and name != self._shown:
            self._shown = name
            self._preview(name)

    def _under_cursor(self) -> str | None:
        option = self.query_one(ChoiceList).highlighted_option
        return option.id if option else None

    def _stop(self) -> None:
        if self._timer:
            self._timer.stop()
