"""An input of one line that cleans what is typed or pasted before it shows it."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from paperreader.domain.text import clean_line


class SafeInput(Input):
    """Textual's input with cleaned pastes; Tab accepts the offered completion."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete", show=False)]

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        suggester: Suggester | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        # Do not select on focus: the first key would replace the text.
        super().__init__(
            value, placeholder=placeholder, suggester=suggester, id=id, compact=True, select_on_focus=False
        )

    async def action_complete(self) -> None:
        """Accept the completion."""
        self.action_end()
        self.action_cursor_right()

    def action_paste(self) -> None:
        """Insert the text that was copied in this program."""
        self.insert_text_at_cursor(clean_line(self.app.clipboard))

    def _on_paste(self, event: events.Paste) -> None:
        """Insert pasted text as one cleaned line."""
        event.stop()
        event.prevent_default()
        selection = self.selection
        text = clean_line(event.text)
        if selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *selection)
