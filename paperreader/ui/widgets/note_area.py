"""The editor of a note."""

from textual.widgets import TextArea


class NoteArea(TextArea):
    """Textual's text area as plain lines that wrap, with the cursor at their end."""

    def __init__(self, note: str) -> None:
        super().__init__(note, soft_wrap=True, show_line_numbers=False, compact=True)
        self.move_cursor(self.document.end)
