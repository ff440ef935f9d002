"""The sets of keys to start from, and the keys that the settings make of them."""

from collections.abc import Mapping
from dataclasses import replace

from paperreader.config import Config, KeymapName
from paperreader.errors import KeysRefused
from paperreader.ui.keys.command_table import COMMANDS, Command, remapped

KEYMAPS: Mapping[KeymapName, Mapping[str, tuple[str, ...]]] = {
    KeymapName.DEFAULT: {},
    KeymapName.VIM: {
        # H and L are lines of the screen in vim. The braces go from one block of text to the next.
        "older_date": ("[", "{"),
        "newer_date": ("]", "}"),
        # v starts a selection in vim. The backslash is the key of LaTeX.
        "select_range": ("V", "v"),
        "source": ("\\",),
        "quit": ("q", "ZZ"),
    },
}
"""The keys of each set that differ from the command table, by command."""


def commands_of(config: Config) -> tuple[Command, ...]:
    """The commands with the keys of the settings. Raises KeysRefused for keys that cannot work."""
    return remapped(config.keys, _preset(config.keymap))


def rejected_keys(config: Config) -> dict[str, str]:
    """What is wrong in the keys of the settings, by command. Without these commands the keys can work."""
    preset = _preset(config.keymap)
    known = {command.id for command in COMMANDS}
    left = {name: keys for name, keys in config.keys.items() if name in known}
    reasons: dict[str, str] = {}
    for name in config.keys:
        if name not in known:
            try:
                remapped({name: ""})
            except KeysRefused as error:
                reasons[name] = str(error)
    while True:
        try:
            remapped(left, preset)
        except KeysRefused as error:
            last = next(name for name in reversed(left) if name in error.commands)
            reasons[last] = str(error)
            del left[last]
        else:
            return reasons


def changed_keys(commands: tuple[Command, ...]) -> dict[str, tuple[str, ...]]:
    """The keys of the commands whose keys differ from the command table."""
    usual = {command.id: command.keys for command in COMMANDS}
    return {command.id: command.keys for command in commands if command.keys != usual[command.id]}


def _preset(name: KeymapName) -> tuple[Command, ...]:
    changed = KEYMAPS[name]
    return tuple(
        replace(command, keys=changed[command.id]) if command.id in changed else command for command in COMMANDS
    )
