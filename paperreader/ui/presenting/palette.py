"""The rows of the palette: commands, dates, shelves and tags, recent queries and papers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from paperreader.domain.lists import Place
from paperreader.domain.text import Safe, reduce_cells, spans_of
from paperreader.ui.keys.command_table import Command, key_label

MOST = {"commands": 100, "others": 10, "papers": 10}
"""Rows of a group at most."""


class Group(StrEnum):
    """The groups of the palette, in their order."""

    COMMANDS = "Commands"
    DATES = "Dates"
    SHELVES = "Shelves and tags"
    QUERIES = "Recent queries"
    PAPERS = "Papers"


@dataclass(frozen=True, slots=True)
class Query:
    """A query for the filter bar."""

    text: str


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """A paper of the catalogue, by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A row: what it is called, the key or figure at its right, and what it stands for."""

    group: Group
    name: Safe
    note: Safe
    target: Command | Place | Query | PaperChoice
    also: str = ""
    """More words that find the row."""


def command_choices(commands: Iterable[Command]) -> list[Choice]:
    """The commands of the palette, with their keys."""
    return [
        Choice(Group.COMMANDS, Safe(command.name), Safe(" ".join(map(key_label, command.keys))), command, command.help)
        for command in commands
        if command.in_palette
    ]


def matching(choices: Iterable[Choice], text: str) -> list[Choice]:
    """The choices that have every word: first those whose name begins with the text, then those that name it.

    Without a text, all commands; the other groups then show their first rows.
    """
    words = text.casefold().split()

    def rank(choice: Choice) -> int | None:
        name = choice.name.casefold()
        if name.startswith(text.casefold().strip()):
            return 0
        if all(word in name for word in words):
            return 1
        return 2 if all(word in f"{name} {choice.also.casefold()}" for word in words) else None

    ranked = [(place, choice) for choice in choices if (place := rank(choice)) is not None]
    ranked.sort(key=lambda pair: pair[0])
    found: list[Choice] = []
    for group in Group:
        most = MOST["commands" if group is Group.COMMANDS else "others"]
        found += [choice for _, choice in ranked if choice.group is group][:most]
    return found


def palette_line(choice: Choice, text: str, width: int, style: Callable[[str], str]) -> Content:
    """A row of the palette: the name with its hits, the key or figure at the right; `style` gives a role's style."""
    title, note = reduce_cells(choice.name), choice.note
    room = max(1, width - cell_len(note) - 3)
    name = title if cell_len(title) <= room else Safe(set_cell_size(title, room - 1) + "…")
    line = Content(f" {set_cell_size(name, room)} {note} ")
    for start, end in (span for word in text.split() for span in spans_of(name, word)):
        line = line.stylize(style("hit"), start + 1, end + 1)
    return line.stylize(style("key"), room + 2, room + 2 + len(note))


def groups_of(choices: Sequence[Choice]) -> dict[Group, list[Choice]]:
    """The choices by group; groups without a choice are left out."""
    return {group: found for group in Group if (found := [choice for choice in choices if choice.group is group])}
