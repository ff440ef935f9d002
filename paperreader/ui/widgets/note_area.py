"""The editor of a note."""

from textual.widgets import TextArea


class NoteArea(TextArea):
    """A text area with wrapped lines; the cursor starts at the end of the note."""

    def __init__(self, note: str) -> None:
        super().__init__(note, soft_wrap=True, show_line_numbers=False, compact=True)
        self.move_cursor(self.document.end)
