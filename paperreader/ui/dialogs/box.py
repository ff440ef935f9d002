"""The frame of a dialog: its title at the left of the border, its scope at the right."""

from rich.cells import cell_len
from textual.containers import Vertical
from textual.content import Content

from paperreader.domain.text import Safe, reduce_cells

SCOPE = 40
"""Cells of a title that names the scope of a dialog."""
CORNERS = 8
"""Cells of the upper border that title, scope and the line between them leave free."""


class Box(Vertical):
    """The frame of a dialog. A scope that does not fit beside the title is left out."""

    def __init__(self, title: str, scope: str = "") -> None:
        super().__init__(classes="dialog")
        self._title, self._scope = reduce_cells(Safe(title)), reduce_cells(Safe(scope))

    def on_resize(self) -> None:
        """Write title and scope into the border."""
        line = self.outer_size.width - CORNERS - cell_len(self._title) - cell_len(self._scope)
        has_scope = bool(self._scope) and line > 0
        self.border_title = Content(f"{self._title} {'─' * line} {self._scope}" if has_scope else self._title)
