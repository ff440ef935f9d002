"""The lines in which queries, commands and searches are typed."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType

from paperreader.ui.keys.bindings import action_of, bindings
from paperreader.ui.keys.command_table import command_of
from paperreader.ui.widgets.safe_input import SafeInput


class FilterBar(SafeInput):
    """The input of the list's filter; each change posts a `Changed` message."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        ("filter_keep", "complete", "filter_widen", "earlier_query", "later_query", "save_shelf", "clear")
    )

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id, placeholder="words  -not  title:word  is:unread  tag:name  date:2025-03-14")

    async def action_submit(self) -> None:
        """Move to the list at once, because the next keys are meant for the list."""
        await self.run_action(action_of(command_of("filter_keep")))

    async def action_complete(self) -> None:
        """Complete the word at the cursor."""
        await self.run_action(action_of(command_of("complete")))


class CommandLine(SafeInput):
    """The input of a command and what follows it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        ("run_command", "complete_command", "earlier_command", "later_command", "clear")
    )

    async def action_submit(self) -> None:
        """Run the command at once, because the next keys are meant for what it shows."""
        await self.run_action(action_of(command_of("run_command")))

    async def action_complete(self) -> None:
        """Complete the word at the cursor."""
        await self.run_action(action_of(command_of("complete_command")))


class SearchLine(SafeInput):
    """The input of a text to find in the page; Enter calls `keep` at once, because the next keys are for the page."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(("clear",))

    def __init__(self, keep: Callable[[], None]) -> None:
        super().__init__(id="search-line")
        self._keep = keep

    async def action_submit(self) -> None:
        """Keep the search."""
        self._keep()
