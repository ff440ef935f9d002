"""Text of a dialog, never read as markup. It uses only characters of the same width in every terminal."""

from textual.content import Content
from textual.widgets import Static

from paperreader.domain.text import Safe, reduce_cells


class PlainText(Static):
    """A text without markup."""

    def __init__(self, text: Safe, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(Content(reduce_cells(text)), id=id, classes=classes)

    def show(self, text: Safe) -> None:
        """Show another text."""
        self.update(Content(reduce_cells(text)))
