"""The command line: commands by name, with completion, history and arguments."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol, TypeVar, cast

from textual.containers import Horizontal
from textual.widget import Widget

from paperreader.domain.lists import Place, Shelf, TagList
from paperreader.domain.suggestions import nearest
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import UnreadableInput
from paperreader.paths import expand
from paperreader.ui.commands.bulk import BulkCommands
from paperreader.ui.commands.dialogs import DialogCommands
from paperreader.ui.commands.finding.sort import SortCommands
from paperreader.ui.commands.keys import KeyCommands
from paperreader.ui.commands.rules import RuleCommands
from paperreader.ui.commands.shelves import ShelfCommands
from paperreader.ui.keys.command_table import Command, key_of
from paperreader.ui.keys.typed_command import commands_with, read_command
from paperreader.ui.typed_lines import CompletionCycle, Line, LineHistory, complete_query
from paperreader.ui.view import View
from paperreader.ui.widgets.bar_line import BarLine, Span
from paperreader.ui.widgets.input_lines import CommandLine
from paperreader.ui.widgets.plain_text import PlainText

SHOWN_BEFORE = 4
"""Candidates shown before the current one."""
Chosen = TypeVar("Chosen")
Waiting = Coroutine[Any, Any, None]


class ThemeChooser(Protocol):
    """The application, which knows the themes."""

    @property
    def theme_names(self) -> list[str]:
        """The names of the themes."""
        ...

    def choose_theme(self, theme: str) -> None:
        """Show a theme, and remember it."""
        ...

    def action_choose_theme(self) -> None:
        """Choose a theme from a list that previews each."""
        ...


class CommandLineCommands:
    """Opens the command line, completes it, and runs what was typed."""

    def __init__(
        self,
        view: View,
        keys: KeyCommands,
        bulk: BulkCommands,
        sort: SortCommands,
        dialogs: DialogCommands,
        shelves: ShelfCommands,
        rules: RuleCommands,
        open_place: Callable[[Place], None],
    ) -> None:
        self._view, self._keys, self._bulk, self._sort, self._dialogs = view, keys, bulk, sort, dialogs
        self._shelves, self._rules, self._open_place = shelves, rules, open_place
        self.line = CommandLine(id="command")
        self.row = Horizontal(PlainText(Safe(":")), self.line, id="command-line")
        self.candidates = BarLine(id="candidates")
        self._cycle, self._history = CompletionCycle(), LineHistory()
        self._came_from: Widget | None = None

    @property
    def is_open(self) -> bool:
        """Whether the command line is open."""
        return self._view.screen.has_class("-commanding")

    def close(self) -> None:
        """Close the command line. The focus returns to its pane."""
        screen = self._view.screen
        if self.is_open:
            screen.remove_class("-commanding", "-completing")
            if screen.focused is self.line:
                came_from = self._came_from
                screen.set_focus(came_from if came_from and came_from.display else self._view.papers)

    # The commands

    def command_line(self) -> None:
        """Open the command line."""
        screen = self._view.screen
        if not self.row.is_attached:  # mounted when it is needed first: the first frame does not wait for it
            screen.mount(self.candidates, self.row)
        self._came_from = screen.focused
        self.line.value = ""
        self._view.tell("")
        screen.add_class("-commanding")
        screen.set_focus(self.line)

    def run_command(self) -> Waiting | None:
        """Run the typed command."""
        typed = clean_line(self.line.value)
        self.close()
        view = self._view
        if not typed:
            return None
        view.session = view.session.keeping_command(typed)
        if typed.isdecimal():
            if view.papers.current is None:
                view.tell("this list has no papers")
            else:
                view.go_to(min(int(typed[:9]), view.papers.row_count()) - 1)
            return None
        read = read_command(typed, view.commands)
        if isinstance(read, str):
            view.tell(read)
            return None
        command, argument = read
        if argument:
            return self._run_with(command, argument)
        return self._keys.run(command, view.screen.focused)

    def _run_with(self, command: Command, argument: str) -> Waiting | None:
        match command.id:
            case "tags":
                return self._bulk.tag(argument)
            case "sort":
                orders = {order.value: order for order in self._sort.orders().values()}
                order = self._choose("order", argument, orders)
                return self._sort.sort_by(order) if order else None
            case "open":
                if place := self._choose("list", argument, self._places()):
                    self._open_place(place)
            case "theme":
                if theme := self._choose("theme", argument, self._themes):
                    self._app.choose_theme(theme)
            case "export":
                self._dialogs.export_to(argument)
            case "mute" | "follow":
                return self._rules.add(command.id, argument)
            case "rename_shelf":
                return self._shelves.rename_to(argument)
            case _:
                return self._bulk.decide(command.id, argument)
        return None

    def open(self) -> None:
        """Say what the command needs."""
        self._view.tell("write which list: :open unread, starred, later, all, a date such as 2025-03-14, or a shelf")

    def theme(self) -> None:
        """Choose a theme from a list."""
        self._app.action_choose_theme()

    # Completion and history

    def complete_command(self) -> None:
        """Complete the word at the cursor, or show the next candidate."""
        line = self.line
        following = self._cycle.next((line.value, line.cursor_position), self._complete)
        if following is None:
            self._show_candidates([Span(Safe(" nothing to complete here"), "warning")])
            return
        line.value, line.cursor_position = following
        lines, place = self._cycle.lines, self._cycle.place
        name = f"{following[0].partition(' ')[0]} "
        start = len(name) if all(text.startswith(name) for text, _ in lines) else 0
        first = max(0, place - SHOWN_BEFORE)
        self._show_candidates(
            [
                Span(Safe(f" {clean_line(text[start:])} "), "strong" if number == place else "plain")
                for number, (text, _) in enumerate(lines[first:-1], first)
            ]
        )

    def earlier_command(self) -> None:
        """Show the previous command."""
        self._put(self._history.earlier(self.line.value, self._view.session.commands), "there is no earlier command")

    def later_command(self) -> None:
        """Show the next command, or the typed text."""
        self._put(self._history.later(self.line.value), "there is no later command")

    def _put(self, text: str | None, otherwise: str) -> None:
        if text is None:
            self._show_candidates([Span(Safe(f" {otherwise}"), "warning")])
        else:
            self.line.value, self.line.cursor_position = text, len(text)
            self._show_candidates([])

    def _show_candidates(self, spans: list[Span]) -> None:
        self._view.screen.set_class(bool(spans), "-completing")
        self.candidates.show(spans)

    def _complete(self, text: str, cursor: int) -> list[Line]:
        """The completions of a command's name, or of its argument."""
        name, blank, _ = text[:cursor].partition(" ")
        if not blank:
            found = commands_with(name, self._view.commands)
            rest = text[cursor:].lstrip()
            lines = [f"{command.typed_name}{' ' if command.argument else ''}" for command in found]
            return [(f"{line}{rest}", len(line)) for line in lines]
        read = read_command(name, self._view.commands)
        if isinstance(read, str) or not read[0].argument:
            return []
        start = len(name) + 1
        found_lines = self._complete_argument(read[0], text[start:], cursor - start)
        return [(f"{name} {argument}", start + place) for argument, place in found_lines]

    def _complete_argument(self, command: Command, text: str, cursor: int) -> list[Line]:
        match command.id:
            case "sort":
                names = [order.value for order in self._sort.orders().values()]
            case "open":
                names = list(self._places())
            case "theme":
                names = self._app.theme_names
            case "export":
                names = _paths(text)
            case "rename_shelf":
                names = []
            case "tags" if text[:1] in ("+", "-") and " " not in text:
                names = [f"{text[0]}{tag} " for tag in self._view.desk.tags]
            case _:
                return complete_query(self._view.desk, text, cursor)
        return [(found, len(found)) for found in names if found.casefold().startswith(text.casefold())]

    # Arguments

    def _places(self) -> Mapping[str, Place]:
        """The lists by name."""
        counts = self._view.desk.counts
        places: dict[str, Place] = {shelf.value: shelf for shelf in Shelf}
        places |= {shelf.name: shelf for shelf in self._view.desk.shelves}
        places |= {f"#{tag}": TagList(Safe(tag)) for tag in self._view.desk.tags}
        places |= {count.date.isoformat(): count.date for count in counts.dates}
        return places | {file.name: file for file, _ in counts.files}

    @property
    def _themes(self) -> Mapping[str, str]:
        return {name: name for name in self._app.theme_names}

    @property
    def _app(self) -> ThemeChooser:
        return cast("ThemeChooser", self._view.screen.app)

    def _choose(self, what: str, text: str, known: Mapping[str, Chosen]) -> Chosen | None:
        """The known value with a name or its start; if there is none, the nearest name is shown."""
        folded = {name.casefold().replace(" ", "-"): value for name, value in known.items()}
        wanted = text.casefold().replace(" ", "-")
        begun = [name for name in folded if name.startswith(wanted)]
        if wanted in folded or len(begun) == 1:
            return folded[wanted if wanted in folded else begun[0]]
        near = nearest(wanted, folded)
        cure = f"did you mean {near}?" if near else f"{key_of('complete_command', self._view.commands)} shows all"
        self._view.tell(f'there is no {what} "{clean_line(text)}"; {cure}')
        return None


def _paths(text: str) -> list[str]:
    """The files and folders that begin like a path."""
    folder, start = os.path.split(text)
    try:
        entries = sorted(f"{entry.name}{'/' * entry.is_dir()}" for entry in expand(folder or ".").iterdir())
    except (OSError, UnreadableInput):
        return []
    # A name that cleaning changes could not be typed.
    begun = text[: len(text) - len(start)]
    return [f"{begun}{name}" for name in entries if name.startswith(start) and clean_line(name) == name]
