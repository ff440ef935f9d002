"""The line in which the text of a search in the abstract is typed."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType

from paperreader.ui.keys.bindings import bindings
from paperreader.ui.widgets.safe_input import SafeInput


class SearchLine(SafeInput):
    """The input of a text to find; Enter calls `keep` at once, because the next keys are meant for the page."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(("clear",))

    def __init__(self, keep: Callable[[], None]) -> None:
        super().__init__(id="search-line")
        self._keep = keep

    async def action_submit(self) -> None:
        """Keep the search."""
        self._keep()
