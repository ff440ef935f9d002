"""Textual bindings made from the command table."""

from collections.abc import Iterable

from textual.binding import Binding, BindingType

from paperreader.ui.commands import COMMANDS, Command

MOVEMENT = ("down", "up", "first", "last", "half_page_down", "half_page_up", "page_down", "page_up")
"""The commands that move within a pane, which the pane carries out itself."""
BETWEEN_PANES = ("pane_left", "pane_right", "pane_next", "pane_previous", "choose")
"""The commands that go from one pane to another."""
OWN_ACTIONS = frozenset({*MOVEMENT, "help", "quit", "toggle_theme", "command_palette"})
"""The commands that are actions of a pane or of the application."""

_BY_ID = {command.id: command for command in COMMANDS}


def bindings(ids: Iterable[str]) -> list[BindingType]:
    """The bindings of commands, each under the command's id, so that the user's keymap can change its keys."""
    commands = (_BY_ID[name] for name in ids)
    return [
        Binding(",".join(command.keys), action_of(command), command.name, show=False, id=command.id)
        for command in commands
        if command.keys
    ]


def action_of(command: Command) -> str:
    """The action of a command: its own where the application or a list carries it out, else `do` of the screen."""
    return command.id if command.id in OWN_ACTIONS else f"screen.do('{command.id}')"
