"""An input line that takes nothing a terminal would obey."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from paperreader.domain.text import clean_line


class SafeInput(Input):
    """Textual's input, with pasted text cleaned and Tab taking the completion that is offered."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete", show=False)]

    def action_complete(self) -> None:
        """Take the completion."""
        self.action_end()
        self.action_cursor_right()

    def action_paste(self) -> None:
        """Insert what was copied in this program."""
        self.insert_text_at_cursor(clean_line(self.app.clipboard))

    def _on_paste(self, event: events.Paste) -> None:
        """Insert pasted text as one harmless line."""
        event.stop()
        event.prevent_default()
        selection = self.selection
        text = clean_line(event.text)
        if selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *selection)

    async def _on_key(self, event: events.Key) -> None:
        """Type a character, unless it is one that hides or reorders text."""
        if event.character and event.is_printable and not event.character.isascii() and not clean_line(event.character):
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)
