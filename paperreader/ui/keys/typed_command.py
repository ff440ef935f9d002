"""Reads a line of the command line: a command's name or its start, and what follows it."""

from collections.abc import Iterable

from paperreader.domain.suggestions import nearest
from paperreader.domain.text import clean_line
from paperreader.ui.keys.command_table import Command, Scope


def can_be_typed(command: Command) -> bool:
    """Whether the command line runs a command; it has no use for the keys inside a line."""
    return command.scope not in (Scope.FILTER, Scope.COMMAND_LINE) and command.id != "command_line"


def read_command(line: str, commands: Iterable[Command]) -> tuple[Command, str] | str:
    """The command of a line and its argument, or what is wrong with the line."""
    word, _, argument = line.strip().partition(" ")
    argument = argument.strip()
    found = commands_with(word, commands)
    exact = [command for command in found if command.typed_name == _folded(word)]
    if len(found) > 1 and not exact:
        return f":{word} may be {', '.join(f':{command.typed_name}' for command in found)}"
    if not found:
        near = nearest(_folded(word), (command.typed_name for command in commands if can_be_typed(command)))
        cure = f"did you mean :{near}?" if near else ":help shows all keys"
        return f'there is no command "{clean_line(word)}"; {cure}'
    command = (exact or found)[0]
    if argument and not command.argument:
        return f":{command.typed_name} takes nothing after it"
    return command, argument


def commands_with(start: str, commands: Iterable[Command]) -> list[Command]:
    """The commands whose name has a start."""
    return [command for command in commands if can_be_typed(command) and command.typed_name.startswith(_folded(start))]


def _folded(word: str) -> str:
    return word.casefold().replace("_", "-")
