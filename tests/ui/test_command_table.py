"""The command table is the single source of keys; the user's keys are checked."""

from __future__ import annotations

import pytest

from paperreader.errors import ConfigError
from paperreader.ui.keys.bindings import action_of, bindings
from paperreader.ui.keys.command_table import (
    COMMANDS,
    Command,
    Scope,
    by_scope,
    key_label,
    key_of,
    markdown_table,
    remapped,
)

# The keys of the reader: what each does there is tested with a Pilot.
KEYS = {
    "j", "k", "down", "up", "g", "G", "home", "end", "ctrl+d", "ctrl+u", "pagedown", "pageup", "ctrl+f", "ctrl+b",
    "h", "l", "left", "right", "tab", "[", "]", "H", "L", "n", "N", "/", "enter", "escape", "s", "r", "d", "b", "t",
    "a", "A", "space", "u", "ctrl+r", ".", "U", "x", "V", "v", "y", "o", "p", "E", "?", "ctrl+p", "q", "S",
    "F", "I", "R", "ctrl+z", "gg", "gv", "J", "K", "f1", "ctrl+l", ":", "z", "<", ">",
}  # fmt: skip
LATER_KEYS = {"P", "+"}


def _by_id(commands: tuple[Command, ...]) -> dict[str, Command]:
    return {command.id: command for command in commands}


def test_the_table_has_exactly_the_keys_that_work() -> None:
    """Rule: the table has exactly the keys that work."""
    bound = {key for command in COMMANDS for key in command.keys}
    assert bound >= KEYS
    assert not bound & LATER_KEYS


def test_ids_are_unique_and_every_command_says_what_it_does() -> None:
    """Rule: a command has a unique id, a name and a help text."""
    ids = [command.id for command in COMMANDS]
    assert len(ids) == len(set(ids))
    assert all(command.name and command.help for command in COMMANDS)


def test_no_two_commands_share_a_key_in_one_place() -> None:
    """Rule: outside the lines in which one types a key belongs to one command."""
    lines = (Scope.FILTER, Scope.COMMAND_LINE)
    keys = [key for command in COMMANDS if command.scope not in lines for key in command.keys]
    assert len(keys) == len(set(keys))


def test_the_users_key_replaces_the_commands_own() -> None:
    """Rule: `[keys]` replaces all keys of a command, and leaves the others alone."""
    mapped = _by_id(remapped({"skip": "x", "select": "m, M"}))
    assert mapped["skip"].keys == ("x",)
    assert mapped["select"].keys == ("m", "M")
    assert mapped["star"] == _by_id(COMMANDS)["star"]


def test_a_command_can_be_left_without_a_key() -> None:
    """Rule: an empty text takes a command's keys away, and frees them for another."""
    mapped = _by_id(remapped({"later": "", "skip": "b"}))
    assert mapped["later"].keys == ()
    assert mapped["skip"].keys == ("b",)


def test_nothing_mapped_is_the_table_itself() -> None:
    """Rule: without settings the commands are those of the table."""
    assert remapped({}) == COMMANDS


def test_an_unknown_command_is_refused_by_name() -> None:
    """Rule: Textual would ignore an unknown id, so it is an error that names it."""
    with pytest.raises(ConfigError, match=r"skipp: no such command; did you mean skip\?"):
        remapped({"skipp": "x"})


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"skip": "s"}, ("star", "skip")),
        ({"skip": "Z", "star": "Z"}, ("star", "skip")),
        ({"quit": "k"}, ("up", "quit")),
        ({"help": "escape"}, ("clear", "help")),
        ({"skip": "ctrl+p"}, ("skip", "command_palette")),
    ],
)
def test_a_key_of_two_commands_is_refused_with_both_names(keys: dict[str, str], named: tuple[str, str]) -> None:
    """Rule: a remapped command never steals another's key silently."""
    with pytest.raises(ConfigError) as refusal:
        remapped(keys)
    assert all(name in str(refusal.value) for name in named)


def test_the_same_key_twice_for_one_command_is_no_clash() -> None:
    """Rule: only two commands can clash."""
    assert _by_id(remapped({"skip": "X,X"}))["skip"].keys


def test_a_key_of_the_filter_bar_cannot_be_two_commands_there() -> None:
    """Rule: `clear` works in the filter bar too, so no other command there may have its key."""
    with pytest.raises(ConfigError):
        remapped({"filter_keep": "escape"})


@pytest.mark.parametrize("spelt", ["question_mark", "slash", "left_square_bracket"])
def test_a_key_spelt_by_its_name_clashes_with_the_character(spelt: str) -> None:
    """Rule: `question_mark` and `?` are one key to Textual, so they are one key to the check."""
    with pytest.raises(ConfigError):
        remapped({"skip": spelt})


def test_keys_are_labelled_as_people_write_them() -> None:
    """Rule: `^d`, `PgDn`, `?`; a key without a special name is shown as it is."""
    labels = [key_label(key) for key in ("ctrl+d", "pagedown", "shift+tab", "space", "?", "G")]
    assert labels == ["^d", "PgDn", "⇧Tab", "Space", "?", "G"]


def test_a_command_is_called_by_its_first_key_or_by_its_name() -> None:
    """Rule: a message names a key that the user can press."""
    assert (key_of("redo"), key_of("clear")) == ("^r", "Esc")
    commands = remapped({"redo": "f9,X", "note": ""})
    assert (key_of("redo", commands), key_of("note", commands)) == ("F9", "Note")


def test_the_tables_of_help_and_readme_hold_every_command_with_keys() -> None:
    """Rule: help and README are made from the table and leave nothing out."""
    listed = [command for commands in by_scope().values() for command in commands]
    assert sorted(command.id for command in listed) == sorted(command.id for command in COMMANDS if command.keys)
    lines = markdown_table().splitlines()[2:]
    assert len(lines) == len(listed)
    assert all(command.help in line for command, line in zip(listed, lines, strict=True))


def test_a_binding_carries_its_commands_id() -> None:
    """Rule: Textual finds a command's binding by its id when the keymap is set."""
    (binding,) = bindings(["skip"])
    assert not isinstance(binding, tuple)
    assert (binding.id, binding.key, binding.action) == ("skip", "d", "screen.do('skip')")
    assert action_of(_by_id(COMMANDS)["quit"]) == "app.quit"
