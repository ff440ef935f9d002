"""The filter bar: the line in which a query is typed."""

from typing import ClassVar

from textual.binding import BindingType

from paperreader.ui.keys.bindings import action_of, bindings
from paperreader.ui.keys.command_table import COMMANDS
from paperreader.ui.widgets.safe_input import SafeInput

KEEP, COMPLETE = (next(command for command in COMMANDS if command.id == name) for name in ("filter_keep", "complete"))


class FilterBar(SafeInput):
    """The input of the list's filter; each change posts a `Changed` message."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        ("filter_keep", "complete", "filter_widen", "earlier_query", "later_query", "save_shelf", "clear")
    )

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(
            id=id,
            placeholder="words  -not  title:word  is:unread  tag:name  date:2025-03-14",
        )

    async def action_submit(self) -> None:
        """Move to the list at once, because the next keys are meant for the list."""
        await self.run_action(action_of(KEEP))

    async def action_complete(self) -> None:
        """Complete the word at the cursor."""
        await self.run_action(action_of(COMPLETE))
