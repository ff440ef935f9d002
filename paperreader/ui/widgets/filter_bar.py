"""The line in which a filter is typed."""

from typing import ClassVar

from textual.binding import BindingType

from paperreader.ui.bindings import bindings
from paperreader.ui.widgets.safe_input import SafeInput


class FilterBar(SafeInput):
    """The filter of the list in view; every change is a `Changed` message."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(("filter_keep", "clear"))

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(
            id=id,
            compact=True,
            select_on_focus=False,
            placeholder="words  -not  title:word  is:unread  tag:name  date:2025-03-14",
        )

    def action_complete(self) -> None:
        """Leave the bar for the list: there is nothing to complete."""
        self.post_message(self.Submitted(self, self.value))
