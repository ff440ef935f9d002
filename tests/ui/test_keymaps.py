"""The sets of keys to start from, and wrong settings in the reader."""

from __future__ import annotations

import pytest
from piloting import reading

from paperreader.config import Config, KeymapName
from paperreader.errors import KeysRefused
from paperreader.services.library import Library
from paperreader.ui.keys.command_table import COMMANDS
from paperreader.ui.keys.keymaps import KEYMAPS, changed_keys, commands_of, rejected_keys


@pytest.mark.parametrize("name", KeymapName)
def test_every_keymap_works(name: KeymapName) -> None:
    """Rule: a keymap names commands that exist, differs from the table, and no key runs two commands."""
    commands = commands_of(Config(keymap=name))
    assert changed_keys(commands) == KEYMAPS[name]
    assert [command.id for command in commands] == [command.id for command in COMMANDS]


def test_the_users_keys_come_before_the_keymap() -> None:
    """Rule: [keys] replaces the keys that the keymap gives a command."""
    commands = {command.id: command for command in commands_of(Config(keymap=KeymapName.VIM, keys={"source": "f9"}))}
    assert commands["source"].keys == ("f9",)
    assert commands["select_range"].keys == ("V", "v")


def test_rejected_keys_leave_keys_that_work() -> None:
    """Rule: of two settings with one key the later one is rejected; commands may still change places."""
    keys = {"skip": "s", "star": "d", "later": "s", "nonsense": "x", "tags": "ctrl+ü", "note": "N"}
    reasons = rejected_keys(Config(keys=keys))
    assert set(reasons) == {"later", "nonsense", "tags", "note"}
    left = {name: key for name, key in keys.items() if name not in reasons}
    assert changed_keys(commands_of(Config(keys=left))) == {"skip": ("s",), "star": ("d",)}
    assert rejected_keys(Config(keymap=KeymapName.VIM, keys={"skip": "v"})).keys() == {"skip"}
    with pytest.raises(KeysRefused):
        commands_of(Config(keys=keys))


async def test_the_vim_keys_act_in_the_reader(sample: Library) -> None:
    """Rule: a key of the keymap runs its command; the keys that it takes away do nothing."""
    async with reading(sample, keymap=KeymapName.VIM) as reader:
        place = reader.view.desk.place
        await reader.press("H")
        assert reader.view.desk.place == place
        await reader.press("{")
        assert reader.view.desk.place != place
        await reader.press("}")
        assert reader.view.desk.place == place
        await reader.press("v", "j", "v")
        assert len(reader.view.papers.selected) == 2


async def test_two_keys_of_the_vim_keymap_quit(sample: Library) -> None:
    """Rule: ZZ leaves the reader; a single Z does not."""
    async with reading(sample, keymap=KeymapName.VIM) as reader:
        await reader.press("Z", "escape")
        assert reader.app.is_running
        await reader.press("Z", "Z")
        await reader.until(lambda: not reader.app.is_running)


async def test_wrong_settings_are_shown_in_the_reader(sample: Library) -> None:
    """Rule: the reader starts, and a toast names the setting."""
    async with reading(sample, toasts=True, notices=["line 1: icons = 3: expected text"]) as reader:
        assert "line 1: icons = 3: expected text" in reader.toasts
