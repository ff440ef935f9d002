"""The editor of a note."""

from textual import events
from textual.widgets import TextArea

from paperreader.domain.text import clean_block


class NoteArea(TextArea):
    """Textual's text area, with pasted text cleaned."""

    def __init__(self, note: str) -> None:
        super().__init__(note, soft_wrap=True, show_line_numbers=False, compact=True)
        self.move_cursor(self.document.end)

    async def _on_paste(self, event: events.Paste) -> None:
        """Insert pasted text as harmless lines."""
        event.stop()
        event.prevent_default()
        self._insert(clean_block(event.text))

    def action_paste(self) -> None:
        """Insert what was copied in this program."""
        self._insert(clean_block(self.app.clipboard))

    def _insert(self, text: str) -> None:
        self.move_cursor(self.replace(text, *self.selection).end_location)
