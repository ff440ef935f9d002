"""The keymap of vim in a real terminal, with all the keys that it changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from terminal import Terminal

from paperreader.config import KeymapName
from paperreader.services.library import Library
from paperreader.ui.keys.keymaps import KEYMAPS


def test_every_key_of_the_vim_keymap_acts(folder: Path, open_reader: Callable[..., Terminal], tmp_path: Path) -> None:
    """Rule: each key of the keymap does what vim's users expect, alone and in one burst; H and L do nothing."""
    config = tmp_path / "config" / "paperreader"
    config.mkdir(parents=True)
    (config / "config.toml").write_text('keymap = "vim"\n')
    terminal = open_reader("--library", str(folder), size=(140, 40), env={"XDG_CONFIG_HOME": str(config.parent)})
    seen: set[str] = set()

    def press(key: str, found: str) -> None:
        seen.add(key)
        terminal.send(*key)
        terminal.wait_for(found)

    press("{", "Thu 13 Mar 2025")
    press("}", "Fri 14 Mar 2025")
    press("[", "Thu 13 Mar 2025")
    press("]", "Fri 14 Mar 2025")
    for key in "HL":
        press(key, f'"{key}" does nothing')
        assert "Fri 14 Mar 2025" in terminal.text.splitlines()[0]
    press("\\", "as LaTeX source")
    terminal.send("\\", *"gg3jV2jV")
    terminal.wait_for("3 selected")
    terminal.send("escape")
    terminal.wait_for(lambda: "3 selected" not in terminal.text)
    terminal.send(*"ggv2jvd")  # v begins and ends the range
    terminal.wait_for("3 papers skipped")
    seen |= {"v", "V"}
    terminal.send("u")
    terminal.wait_for("3 papers undone")
    terminal.send("Z", "escape", "s")
    terminal.wait_for("starred")
    terminal.send(*"ZZ")
    assert terminal.end() == 0
    seen |= {"ZZ", "q"}  # q is the key of both keymaps
    assert seen >= {key for keys in KEYMAPS[KeymapName.VIM].values() for key in keys}
    with closing(Library(folder, window="judge")) as library:
        assert len(library.reading.starred()) == 1
        assert len(library.reading.done()) == 1
