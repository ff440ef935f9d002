"""The table of commands, the source of key bindings, footer, palette, help, `paperreader keys` and the docs.

A key has Textual's name (`ctrl+d`, `pagedown`) or is the character itself. Two characters (`gg`) are two keys, one
after the other. This module imports nothing of Textual, because the command line prints the table too.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from paperreader.domain.list_order import ListOrder
from paperreader.domain.suggestions import nearest
from paperreader.errors import KeysRefused


class Scope(StrEnum):
    """Where a command's keys work, in the order of the help."""

    PANES = "in every pane"
    PAPERS = "papers"
    FILTER = "filter bar"
    COMMAND_LINE = "command line"
    EVERYWHERE = "everywhere"


class Task(StrEnum):
    """What the keys of a day are for, in the order of the help."""

    DECIDE = "Decide"
    MOVE = "Move"
    FIND = "Find"
    ORGANISE = "Organise"
    GET_AND_GIVE = "Get and give"


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the reader; `id` is also the name of its action."""

    id: str
    keys: tuple[str, ...]
    name: str
    help: str
    scope: Scope
    in_palette: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    """The keys that may follow the command's key, each with what it chooses."""
    argument: str = ""
    """What may follow the command's name in the command line."""
    task: Task | None = None
    """The task of one of the ten keys of a day; None for all other commands."""
    opposite: str = ""
    """The id of the command that shares a line with this one among the keys of a day."""

    @property
    def typed_name(self) -> str:
        """The command's name in the command line."""
        return self.id.replace("_", "-")

    @property
    def is_in_filter_bar(self) -> bool:
        """Whether the footer shows the command while the filter bar is open."""
        return self.scope is Scope.FILTER or self.id in ("save_shelf", "clear")


COMMANDS: tuple[Command, ...] = (
    Command("down", ("j", "down"), "Down", "Next line", Scope.PANES, in_palette=False, task=Task.MOVE, opposite="up"),
    Command("up", ("k", "up"), "Up", "Previous line", Scope.PANES, in_palette=False),
    Command("first", ("gg", "g", "home"), "First", "First line", Scope.PANES, in_palette=False),
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
        "Go to the papers, to the abstract, or to its changes",
        Scope.PANES,
    ),
    Command("next_paper", ("J",), "Next paper", "Go to the next paper, from any pane", Scope.PANES),
    Command("previous_paper", ("K",), "Previous paper", "Go to the previous paper, from any pane", Scope.PANES),
    Command("older_date", ("[", "H"), "Older date", "Open the next older date", Scope.PANES),
    Command("newer_date", ("]", "L"), "Newer date", "Open the next newer date", Scope.PANES),
    Command("next_unread", ("n",), "Next unread", "Go to the next unread paper", Scope.PAPERS),
    Command("previous_unread", ("N",), "Previous unread", "Go to the previous unread paper", Scope.PAPERS),
    Command("filter", ("/",), "Filter", "Filter the list as you type", Scope.PANES, task=Task.FIND),
    Command(
        "sort", ("S",), "Sort",
        "Sort by interest, rank, unread, newest, upvotes or title", Scope.PANES,
        choices=(
            ("i", ListOrder.INTEREST), ("r", ListOrder.RANK), ("u", ListOrder.UNREAD_FIRST), ("n", ListOrder.NEWEST),
            ("v", ListOrder.UPVOTES), ("t", ListOrder.TITLE), ("b", ListOrder.BEST),
        ),
        argument="ORDER",
    ),
    Command("similar", ("*",), "Similar", "List the papers of the library most like this one", Scope.PAPERS),
    Command("star", ("s",), "Star", "Star, mark as read, go on; again: unstar and stay", Scope.PAPERS,
            argument="QUERY", task=Task.DECIDE),
    Command("read", ("r",), "Read", "Mark as read, go on; again: unread and stay", Scope.PAPERS,
            argument="QUERY", task=Task.DECIDE),
    Command("skip", ("d",), "Skip", "Skip the paper and go on", Scope.PAPERS, argument="QUERY",
            task=Task.DECIDE),
    Command("later", ("b",), "Later", "Keep the paper for later and go on", Scope.PAPERS,
            argument="QUERY", task=Task.DECIDE),
    Command("tags", ("t",), "Tags", "Edit the tags", Scope.PAPERS, argument="+TAG QUERY",
            task=Task.ORGANISE),
    Command("note", ("a",), "Note", "Edit the note", Scope.PAPERS),
    Command("edit_note", ("e",), "Edit note", "Edit the note in your editor, $VISUAL or $EDITOR", Scope.PAPERS),
    Command("read_all", ("A",), "Mark all read", "Mark every unread paper of the list as read", Scope.PAPERS),
    Command(
        "advance", ("space",), "Read on",
        "Page the abstract; at its end mark read, go to next unread", Scope.PAPERS,
        task=Task.MOVE,
    ),
    Command("undo", ("u",), "Undo", "Undo the last decision", Scope.PANES, task=Task.DECIDE, opposite="redo"),
    Command("redo", ("ctrl+r",), "Redo", "Redo the last decision that was undone", Scope.PANES),
    Command("repeat", (".",), "Repeat", "Repeat the last decision", Scope.PAPERS),
    Command("timeline", ("U",), "Timeline", "Show all decisions; undo or redo any of them", Scope.PANES),
    Command("select", ("x",), "Select", "Select or deselect; keys then act on all selected papers", Scope.PAPERS),
    Command("select_range", ("V",), "Select a range", "Select from here to where you press it again", Scope.PAPERS),
    Command("select_again", ("gv",), "Select again", "Select the papers of the last selection", Scope.PAPERS),
    Command("source", ("v",), "LaTeX source", "Show the LaTeX source of the abstract, or readable text", Scope.PAPERS),
    Command(
        "split_paper", (), "Split this paper", "Split the paper into the papers it was merged from", Scope.PAPERS,
    ),
    Command("set_date", ("D",), "Set the date", "Change the date of the open list", Scope.PANES),
    Command(
        "copy", ("y",), "Copy",
        "Copy link, BibTeX, Markdown, title or abstract (l b m t a)", Scope.PAPERS,
        choices=(("l", "link"), ("b", "BibTeX"), ("m", "Markdown"), ("t", "title"), ("a", "abstract")),
    ),
    Command("open_page", ("o",), "Open page", "Open the page, or the pages of up to 10 selected papers", Scope.PAPERS,
            task=Task.GET_AND_GIVE),
    Command("open_pdf", ("p",), "Open PDF", "Open the PDF, or the PDFs of up to 10 selected papers", Scope.PAPERS),
    Command("export", ("E",), "Export", "Export the selected or the starred papers to a file", Scope.PANES,
            argument="FILE"),
    Command("zoom", ("z",), "One pane", "Give the pane the whole screen, or show all panes again", Scope.PANES),
    Command("list_smaller", ("<",), "Smaller list", "Move the border between list and abstract", Scope.PANES),
    Command("list_larger", (">",), "Larger list", "Move the border the other way", Scope.PANES),
    Command("fetch", ("F",), "Fetch", "Fetch new papers in the background", Scope.PANES),
    Command(
        "import_papers", ("I",), "Import",
        "Import a file, a folder, an address or pasted references", Scope.PANES,
    ),
    Command("receipt", ("R",), "Receipt", "Show the receipts of the last imports and fetches", Scope.PANES),
    Command("mute", (), "Mute", "Skip new papers that a query finds, from now on", Scope.EVERYWHERE,
            in_palette=False, argument="QUERY"),
    Command("follow", (), "Follow", "Mark new papers that a query finds, from now on", Scope.EVERYWHERE,
            in_palette=False, argument="QUERY"),
    Command("rules", (), "Rules", "List the rules and what they found; remove one", Scope.EVERYWHERE),
    Command("remove_shelf", ("delete",), "Remove shelf", "Remove the open saved shelf", Scope.PANES),
    Command("rename_shelf", (), "Rename shelf", "Give the open saved shelf another name", Scope.PANES,
            argument="NAME"),
    Command("shelf_up", ("ctrl+up",), "Move shelf up", "Move the open saved shelf up in the library", Scope.PANES),
    Command("shelf_down", ("ctrl+down",), "Move shelf down", "Move the open saved shelf down", Scope.PANES),
    Command("filter_keep", ("enter",), "To the list", "Go to the list and keep the filter", Scope.FILTER,
            in_palette=False),
    Command("complete", ("tab",), "Complete", "Complete the word; press again for the next match",
            Scope.FILTER, in_palette=False),
    Command("filter_widen", ("ctrl+t",), "All papers", "Search all papers, or the list again", Scope.FILTER,
            in_palette=False),
    Command("save_shelf", ("ctrl+s",), "Save as a shelf", "Save the query of the filter as a shelf", Scope.EVERYWHERE),
    Command("earlier_query", ("up",), "Earlier query", "Go to the previous query", Scope.FILTER,
            in_palette=False),
    Command("later_query", ("down",), "Later query", "Go to the next query; from the last one to the list",
            Scope.FILTER, in_palette=False),
    Command("run_command", ("enter",), "Run", "Run the command", Scope.COMMAND_LINE, in_palette=False),
    Command("complete_command", ("tab",), "Complete", "Complete the word; press again for the next match",
            Scope.COMMAND_LINE, in_palette=False),
    Command("earlier_command", ("up",), "Earlier command", "Go to the previous command", Scope.COMMAND_LINE,
            in_palette=False),
    Command("later_command", ("down",), "Later command", "Go to the next command", Scope.COMMAND_LINE,
            in_palette=False),
    Command("clear", ("escape",), "Clear", "Clear the filter or the selection; close a dialog", Scope.EVERYWHERE),
    Command("help", ("?", "f1"), "Help", "Show all keys", Scope.EVERYWHERE),
    Command("command_line", (":",), "Command line", "Type a command, such as :skip title:survey", Scope.EVERYWHERE,
            in_palette=False),
    Command("open", (), "Open a list", "Open unread, starred, later, all, a date or a shelf", Scope.EVERYWHERE,
            in_palette=False, argument="LIST"),
    Command("theme", (), "Theme", "Choose a theme; the screen shows each as you move", Scope.EVERYWHERE,
            argument="NAME"),
    Command("command_palette", ("ctrl+p",), "Palette", "Find a command by its name", Scope.EVERYWHERE,
            in_palette=False),
    Command("redraw", ("ctrl+l",), "Redraw", "Draw the whole screen again", Scope.EVERYWHERE),
    Command("reload", (), "Reload", "Read config.toml and user.tcss again", Scope.EVERYWHERE),
    Command("toggle_theme", (), "Dark or light", "Change between the dark and the light theme", Scope.EVERYWHERE),
    Command("suspend", ("ctrl+z",), "Suspend", "Go back to the shell; fg continues the reader", Scope.EVERYWHERE),
    Command("quit", ("q",), "Quit", "Quit; everything is already saved", Scope.EVERYWHERE),
)  # fmt: skip

_NAMED_KEYS = (
    "up|down|left|right|home|end|pageup|pagedown|insert|delete|backspace|tab|enter|escape|space|f[1-9]|f1[0-9]|f2[0-4]"
)
_KEY = re.compile(rf"(?:(?:ctrl|shift|alt|super)\+)*(?:{_NAMED_KEYS}|[a-z0-9]|[^\w\s])|[!-~]{{2}}|[^\s]")

_TWO_LETTER_KEYS = frozenset(("up", *(f"f{number}" for number in range(1, 10))))
"""The keys whose name has two characters."""

_LABELS = {
    "down": "↓", "up": "↑", "left": "←", "right": "→", "pagedown": "PgDn", "pageup": "PgUp", "home": "Home",
    "end": "End", "space": "Space", "enter": "Enter", "escape": "Esc", "delete": "Del", "tab": "Tab",
    "shift+tab": "⇧Tab", **{f"f{number}": f"F{number}" for number in range(1, 25)},
}  # fmt: skip


def key_label(key: str) -> str:
    """A key in its usual form: `^d`, `PgDn`, `?`."""
    if key.startswith("ctrl+"):
        return f"^{key_label(key.removeprefix('ctrl+'))}"
    return _LABELS.get(key, key)


def key_of(name: str, commands: Iterable[Command] = COMMANDS) -> str:
    """The first key of a command, by the command's id; its name if it has no key."""
    command = command_of(name, commands)
    return key_label(command.keys[0]) if command.keys else command.name


def command_of(name: str, commands: Iterable[Command] = COMMANDS) -> Command:
    """The command with this id."""
    return next(command for command in commands if command.id == name)


def keys_of(name: str, commands: Iterable[Command] = COMMANDS) -> tuple[str, ...]:
    """The keys of the command with this id."""
    return command_of(name, commands).keys


def keys_of_a_day(commands: Iterable[Command] = COMMANDS) -> dict[Task, list[Command]]:
    """The ten commands of a day that have a key, grouped by task."""
    found: dict[Task, list[Command]] = {task: [] for task in Task}
    for command in commands:
        if command.task and command.keys:
            found[command.task].append(command)
    return found


def sequences(commands: Iterable[Command] = COMMANDS) -> dict[str, dict[str, Command]]:
    """The commands with two keys, by first and second key."""
    found: dict[str, dict[str, Command]] = {}
    for command in commands:
        for key in command.keys:
            if is_sequence(key):
                found.setdefault(key[0], {})[key[1]] = command
    return found


def is_sequence(key: str) -> bool:
    """Whether a key is written as two characters: two keys, one after the other."""
    return len(key) == 2 and key not in _TWO_LETTER_KEYS


def by_scope(commands: Iterable[Command] = COMMANDS) -> dict[Scope, list[Command]]:
    """The commands with keys, grouped by scope."""
    found: dict[Scope, list[Command]] = {scope: [] for scope in Scope}
    for command in commands:
        if command.keys:
            found[command.scope].append(command)
    return found


def remapped(keys: Mapping[str, str], base: Sequence[Command] = COMMANDS) -> tuple[Command, ...]:
    """The commands with the user's keys, such as `ctrl+k,K`; an empty text removes all keys of a command.

    Raises KeysRefused for an unknown command, an invalid key, and a key of two commands in one place. Textual would
    ignore the first two, and let the last command steal the key.
    """
    known = {command.id for command in COMMANDS}
    for name in keys:
        if name not in known:
            near = nearest(name, known)
            cure = f"did you mean {near}?" if near else "paperreader keys lists all commands"
            raise KeysRefused(f"[keys] {name}: no such command; {cure}", name)
    commands = tuple(
        replace(command, keys=tuple(key.strip() for key in keys[command.id].split(",") if key.strip()))
        if command.id in keys
        else command
        for command in base
    )
    for command in commands:
        for key in command.keys:
            if not _KEY.fullmatch(key):
                message = f'[keys] {command.id} = "{key}": not a key; write it like "x", "ctrl+x", "f5"'
                raise KeysRefused(message, command.id)
    for place in ({Scope.PANES, Scope.PAPERS}, {Scope.FILTER}, {Scope.COMMAND_LINE}):
        _check_distinct_keys(command for command in commands if command.scope in {*place, Scope.EVERYWHERE})
    return commands


def _check_distinct_keys(active_together: Iterable[Command]) -> None:
    """Raise KeysRefused if two commands that are active in one place share a key."""
    taken: dict[str, Command] = {}
    for command in active_together:
        for key in command.keys:
            other = taken.setdefault(key, command)
            if other.id != command.id:
                message = f"[keys] {key_label(key)} would run both {other.id} and {command.id}; change one"
                raise KeysRefused(message, other.id, command.id)


def markdown_table(commands: Iterable[Command] = COMMANDS) -> str:
    """The key table of the docs, in Markdown."""
    lines = ["| keys | does | where |", "|---|---|---|"]
    for scope, listed in by_scope(commands).items():
        for command in listed:
            keys = " ".join(f"`{key_label(key)}`" for key in command.keys)
            lines.append(f"| {keys} | {command.help} | {scope.value} |")
    return "\n".join(lines) + "\n"
