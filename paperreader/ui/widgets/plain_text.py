"""Text of a dialog: never markup, and in cells whose width all terminals agree on, so that its frame stays straight."""

from textual.content import Content
from textual.widgets import Static

from paperreader.domain.text import Safe, reduce_cells


class PlainText(Static):
    """Text that is shown as it is."""

    def __init__(self, text: Safe, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(Content(reduce_cells(text)), id=id, classes=classes)

    def show(self, text: Safe) -> None:
        """Show another text."""
        self.update(Content(reduce_cells(text)))
