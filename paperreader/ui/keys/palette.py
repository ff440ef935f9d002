"""The command palette, filled from the command table."""

from collections.abc import Callable
from functools import partial
from typing import cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from paperreader.ui.keys.bindings import action_of
from paperreader.ui.keys.command_table import COMMANDS, Command, key_label


class PaletteProvider(Provider):
    """The commands of the palette, with their keys."""

    async def discover(self) -> Hits:
        """All commands, for an empty query."""
        for command in self._commands():
            yield DiscoveryHit(_label(command), self._call(command), help=command.help)

    async def search(self, query: str) -> Hits:
        """The commands whose name or help matches the query."""
        matcher = self.matcher(query)
        for command in self._commands():
            label = _label(command)
            score = max(matcher.match(label), 0.8 * matcher.match(command.help))
            if score > 0:
                yield Hit(score, matcher.highlight(label), self._call(command), help=command.help)

    def _commands(self) -> list[Command]:
        table = getattr(self.app, "commands", COMMANDS)
        return [command for command in cast("tuple[Command, ...]", table) if command.in_palette]

    def _call(self, command: Command) -> Callable[[], object]:
        return partial(self.screen.run_action, action_of(command))


def _label(command: Command) -> str:
    keys = " ".join(map(key_label, command.keys))
    return f"{command.name}  {keys}" if keys else command.name
