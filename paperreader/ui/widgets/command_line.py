"""The command line: the line in which a command is typed."""

from typing import ClassVar

from textual.binding import BindingType

from paperreader.ui.keys.bindings import action_of, bindings
from paperreader.ui.keys.command_table import command_of
from paperreader.ui.widgets.safe_input import SafeInput


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
