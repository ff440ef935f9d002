"""The one table of commands: key bindings, footer, palette, help, `paperreader keys` and the README come from it.

A key is written as Textual names it (`ctrl+d`, `pagedown`) or as the character itself. This module imports nothing of
Textual, because the command line prints the table too.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from paperreader.errors import ConfigError


class Scope(StrEnum):
    """Where a command's keys act; the order is that of the help."""

    PANES = "in every pane"
    PAPERS = "papers"
    FILTER = "filter bar"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Command:
    """Something the reader can do; `id` is also the name of its action."""

    id: str
    keys: tuple[str, ...]
    name: str
    help: str
    scope: Scope
    in_footer: bool = False
    in_palette: bool = True

    @property
    def is_in_filter_bar(self) -> bool:
        """Whether the command is one of the filter bar's own, or leaves it."""
        return self.scope is Scope.FILTER or self.id in ("save_shelf", "clear")


COMMANDS: tuple[Command, ...] = (
    Command("down", ("j", "down"), "Down", "Next line", Scope.PANES, in_palette=False),
    Command("up", ("k", "up"), "Up", "Previous line", Scope.PANES, in_palette=False),
    Command("first", ("g", "home"), "First", "First line", Scope.PANES, in_palette=False),
    Command("last", ("G", "end"), "Last", "Last line", Scope.PANES, in_palette=False),
    Command("half_page_down", ("ctrl+d",), "Half a page down", "Half a page down", Scope.PANES, in_palette=False),
    Command("half_page_up", ("ctrl+u",), "Half a page up", "Half a page up", Scope.PANES, in_palette=False),
    Command("page_down", ("pagedown", "ctrl+f"), "Page down", "A page down", Scope.PANES, in_palette=False),
    Command("page_up", ("pageup", "ctrl+b"), "Page up", "A page up", Scope.PANES, in_palette=False),
    Command("pane_left", ("h", "left"), "Pane to the left", "Go to the pane on the left", Scope.PANES),
    Command("pane_right", ("l", "right"), "Pane to the right", "Go to the pane on the right", Scope.PANES),
    Command("pane_next", ("tab",), "Next pane", "Go to the next pane", Scope.PANES),
    Command("pane_previous", ("shift+tab",), "Previous pane", "Go to the previous pane", Scope.PANES),
    Command(
        "choose", ("enter",), "Open",
        "From the dates to the papers, from a paper to its abstract; where that changed, show how, or the text again",
        Scope.PANES,
    ),
    Command("older_date", ("[", "H"), "Older date", "Open the next older date", Scope.PANES),
    Command("newer_date", ("]", "L"), "Newer date", "Open the next newer date", Scope.PANES),
    Command("next_unread", ("n",), "Next unread", "Go to the next unread paper", Scope.PAPERS),
    Command("previous_unread", ("N",), "Previous unread", "Go to the previous unread paper", Scope.PAPERS),
    Command("filter", ("/",), "Filter", "Narrow the list as you type", Scope.PANES, in_footer=True),
    Command(
        "sort", ("S",), "Sort",
        "Sort by rank (r), unread first (u), newest (n), upvotes (v) or title (t)", Scope.PANES,
    ),
    Command("star", ("s",), "Star", "Star on or off", Scope.PAPERS, in_footer=True),
    Command("read", ("r",), "Read", "Mark as read or unread, and stay", Scope.PAPERS, in_footer=True),
    Command("skip", ("d",), "Skip", "Skip the paper and go to the next", Scope.PAPERS, in_footer=True),
    Command("later", ("b",), "Later", "Keep the paper for later and go to the next", Scope.PAPERS, in_footer=True),
    Command("tags", ("t",), "Tags", "Edit the tags", Scope.PAPERS),
    Command("note", ("a",), "Note", "Write a note", Scope.PAPERS),
    Command("read_all", ("A",), "Mark all read", "Mark every unread paper in view as read", Scope.PAPERS),
    Command(
        "advance", ("space",), "Read on",
        "Page the abstract; at its end mark the paper as read and go to the next unread", Scope.PAPERS,
    ),
    Command("undo", ("u",), "Undo", "Undo the last decision", Scope.PANES, in_footer=True),
    Command("redo", ("ctrl+r",), "Redo", "Redo the last decision that was undone", Scope.PANES),
    Command("repeat", (".",), "Repeat", "Repeat the last decision", Scope.PAPERS),
    Command("timeline", ("U",), "Timeline", "Show what was decided, and take any of it back", Scope.PANES),
    Command("select", ("x",), "Select", "Select the paper or not; keys are then about all selected", Scope.PAPERS),
    Command("select_range", ("V",), "Select a range", "Select from here to where it is pressed again", Scope.PAPERS),
    Command("source", ("v",), "LaTeX source", "Show the LaTeX of the abstract, or readable signs", Scope.PAPERS),
    Command(
        "split_paper", (), "Split this paper", "Split the shown paper into those it was merged from", Scope.PAPERS,
    ),
    Command("set_date", ("D",), "Set the date", "Say which date the open list is of", Scope.PANES),
    Command(
        "copy", ("y",), "Copy",
        "Copy the link (l), BibTeX (b), Markdown (m), title (t) or abstract (a)", Scope.PAPERS,
    ),
    Command("open_page", ("o",), "Open page", "Open the page of the paper, or of up to 10 selected ones", Scope.PAPERS),
    Command("open_pdf", ("p",), "Open PDF", "Open the PDF of the paper, or of up to 10 selected ones", Scope.PAPERS),
    Command("export", ("E",), "Export", "Write the selected papers, or the starred ones, to a file", Scope.PANES),
    Command("fetch", ("F",), "Fetch", "Fetch what is new, in the background", Scope.PANES),
    Command(
        "import_papers", ("I",), "Import",
        "Import a file, a folder or an address, or references that are pasted", Scope.PANES,
    ),
    Command("receipt", ("R",), "Receipt", "Show what the last import or fetch came to, whole", Scope.PANES),
    Command("remove_shelf", ("delete",), "Remove shelf", "Remove the saved shelf that is open", Scope.PANES),
    Command("filter_keep", ("enter",), "To the list", "Go to the list and keep the filter", Scope.FILTER,
            in_palette=False),
    Command("complete", ("tab",), "Complete", "Complete the word at the cursor; again: the next one that fits",
            Scope.FILTER, in_palette=False),
    Command("filter_widen", ("ctrl+t",), "All papers", "Look in all papers, or in the list again", Scope.FILTER,
            in_palette=False),
    Command("save_shelf", ("ctrl+s",), "Save as a shelf", "Save the query of the filter as a shelf", Scope.EVERYWHERE),
    Command("earlier_query", ("up",), "Earlier query", "The query that was kept before", Scope.FILTER,
            in_palette=False),
    Command("later_query", ("down",), "Later query", "The query that was kept after; from what is typed to the list",
            Scope.FILTER, in_palette=False),
    Command("clear", ("escape",), "Clear", "Clear the filter or the selection; leave a dialog", Scope.EVERYWHERE),
    Command("help", ("?",), "Help", "Show all keys", Scope.EVERYWHERE, in_footer=True),
    Command("command_palette", ("ctrl+p",), "Palette", "Find a command by its name", Scope.EVERYWHERE,
            in_palette=False),
    Command("toggle_theme", (), "Dark or light", "Change between the dark and the light theme", Scope.EVERYWHERE),
    Command("suspend", ("ctrl+z",), "Suspend", "Go back to the shell, where fg continues the reader", Scope.EVERYWHERE),
    Command("quit", ("q",), "Quit", "Leave the reader; everything is saved already", Scope.EVERYWHERE),
)  # fmt: skip

_NAMED_KEYS = (
    "up|down|left|right|home|end|pageup|pagedown|insert|delete|backspace|tab|enter|escape|space|f[1-9]|f1[0-9]|f2[0-4]"
)
_KEY = re.compile(rf"(?:(?:ctrl|shift|alt|super)\+)*(?:{_NAMED_KEYS}|[a-z0-9]|[^\w\s])|[^\s]")

_LABELS = {
    "down": "↓", "up": "↑", "left": "←", "right": "→", "pagedown": "PgDn", "pageup": "PgUp", "home": "Home",
    "end": "End", "space": "Space", "enter": "Enter", "escape": "Esc", "delete": "Del", "tab": "Tab",
    "shift+tab": "⇧Tab",
}  # fmt: skip


def key_label(key: str) -> str:
    """A key as people write it: `^d`, `PgDn`, `?`."""
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+')}"
    return _LABELS.get(key, key)


def key_of(name: str, commands: Iterable[Command] = COMMANDS) -> str:
    """What the command of that id is called by: its first key, or where it has none, its name in the palette."""
    command = next(command for command in commands if command.id == name)
    return key_label(command.keys[0]) if command.keys else command.name


def by_scope(commands: Iterable[Command] = COMMANDS) -> dict[Scope, list[Command]]:
    """The commands that have keys, by where these are heard."""
    found: dict[Scope, list[Command]] = {scope: [] for scope in Scope}
    for command in commands:
        if command.keys:
            found[command.scope].append(command)
    return found


def remapped(keys: Mapping[str, str]) -> tuple[Command, ...]:
    """The commands with the user's own keys (`ctrl+k,K`); raises ConfigError for what cannot be.

    A command that is unknown, a key that is none, and a key that two commands would share in one place are refused:
    Textual would ignore the first two and let the last steal. An empty text takes a command's keys away.
    """
    known = {command.id for command in COMMANDS}
    for name in keys:
        if name not in known:
            raise ConfigError(f"[keys] {name}: there is no such command; paperreader keys lists them")
    commands = tuple(
        replace(command, keys=tuple(key.strip() for key in keys[command.id].split(",") if key.strip()))
        if command.id in keys
        else command
        for command in COMMANDS
    )
    for command in commands:
        for key in command.keys:
            if not _KEY.fullmatch(key):
                raise ConfigError(
                    f'[keys] {command.id} = "{key}": there is no such key; write it like "x", "ctrl+x", "f5"'
                )
    for elsewhere in ({Scope.FILTER}, {Scope.PANES, Scope.PAPERS}):
        _refuse_shared(command for command in commands if command.scope not in elsewhere)
    return commands


def _refuse_shared(heard_together: Iterable[Command]) -> None:
    """Raise ConfigError where two commands that are heard in one place have a key in common."""
    taken: dict[str, Command] = {}
    for command in heard_together:
        for key in command.keys:
            other = taken.setdefault(key, command)
            if other.id != command.id:
                raise ConfigError(f"[keys] {key_label(key)} would be both {other.id} and {command.id}")


def markdown_table(commands: Iterable[Command] = COMMANDS) -> str:
    """The key table of the docs."""
    lines = ["| keys | does | where |", "|---|---|---|"]
    for scope, listed in by_scope(commands).items():
        for command in listed:
            keys = " ".join(f"`{key_label(key)}`" for key in command.keys)
            lines.append(f"| {keys} | {command.help} | {scope.value} |")
    return "\n".join(lines) + "\n"
