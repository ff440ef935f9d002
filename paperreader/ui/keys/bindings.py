"""Textual bindings made from the command table."""

from collections.abc import Iterable

from textual.binding import Binding, BindingType

from paperreader.ui.keys.command_table import COMMANDS, Command

MOVEMENT = ("down", "up", "first", "last", "half_page_down", "half_page_up", "page_down", "page_up")
"""The commands that move within a pane; the pane runs them."""
BETWEEN_PANES = ("pane_left", "pane_right", "pane_next", "pane_previous", "choose")
"""The commands that change the pane; the screen runs them."""
APPLICATION = ("help", "quit", "suspend", "toggle_theme", "command_palette", "redraw", "reload")
"""The commands that the application runs."""
NO_KEY = "no_key"
"""A placeholder key for a command without a key. No terminal sends it; a keymap can replace it."""

_BY_ID = {command.id: command for command in COMMANDS}


def bindings(ids: Iterable[str]) -> list[BindingType]:
    """The bindings of commands. Each has the command's id, so that the user's keymap can change its keys."""
    commands = (_BY_ID[name] for name in ids)
    return [
        Binding(",".join(command.keys) or NO_KEY, action_of(command), command.name, show=False, id=command.id)
        for command in commands
    ]


def action_of(command: Command) -> str:
    """The Textual action of a command: of the pane, of the application, or `do` of the screen."""
    if command.id in MOVEMENT:
        return command.id
    return f"app.{command.id}" if command.id in APPLICATION else f"screen.do('{command.id}')"
