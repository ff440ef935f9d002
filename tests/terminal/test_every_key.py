"""A scripted session with every key of the reader, at three sizes; the library's state is then the script's intent."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from finding_keys import filters, goes_through_the_dates, saves_a_shelf
from key_script import UNDECIDED, Script, State
from quick import first
from terminal import Terminal

from paperreader.domain.identifiers import PaperKey
from paperreader.services.library import Library
from paperreader.ui.keys.command_table import COMMANDS


def _moves(script: Script) -> None:
    """Movement and panes; nothing is decided."""
    for key, position in (
        ("j", 2),
        ("down", 3),
        ("k", 2),
        ("up", 1),
        ("G", 17),
        ("gg", 1),
        ("end", 17),
        ("g", 1),
        ("J", 2),
        ("K", 1),
        ("home", 1),
    ):
        script.press(key)
        script.stands_on(position)
    # Counts wait in the footer; a single `g` did above what `gg` does, after a while.
    script.press("1", "2")
    script.sees("12  a movement")
    script.press("G")
    script.stands_on(12)
    script.press("5", "k")
    script.stands_on(7)
    script.press("g")
    script.sees("v select again")
    script.press("d")
    script.sees('"gd" does nothing')
    script.terminal.send("w")
    script.sees('"w" does nothing')
    script.press("home", "ctrl+l", "ctrl+d", "ctrl+u", "pagedown", "pageup", "ctrl+f", "ctrl+b")
    script.stands_on(1)
    # The dates, which open a shelf at `k`, and back; then the abstract and round again.
    script.press("h")
    script.sees("All papers")
    script.press("k")
    script.stands_on(1, 80)
    script.press("j")
    script.stands_on(1)
    script.press("enter", "l", "j", "left", "right", "shift+tab", "tab", "tab", "tab", "enter", "left")
    script.press("j")
    script.stands_on(2)
    # One pane alone, and all of them again; the border there and back.
    script.press("z")
    last = 16 if script.terminal.screen.lines >= 24 else 4
    script.sees(script.titles[script.lists[14][last]][:15])
    script.press("z", ">", "<")
    script.press("gg")


def _decides(script: Script) -> None:
    """One-key decisions, undo, selections, tags and notes on the newest date."""
    friday = script.lists[14]
    script.press("s")
    script.says("starred", friday[0])
    script.stands_on(2)
    script.press("k", "r")
    script.says("unread", friday[0])
    script.press("r")
    script.says("read", friday[0])
    script.mean(friday[0], "read", True)
    script.press("d")
    script.says("skipped", friday[1])
    script.mean(friday[1], "skipped")
    script.press("b")
    script.says("kept for later", friday[2])
    script.mean(friday[2], "later")
    script.press("n")
    script.stands_on(5)
    script.press("N")
    script.stands_on(4)
    script.press("t")
    script.sees("Esc cancels")
    script.type("epr\tphysics #Old-Quantum")
    script.press("enter")
    script.says("tags changed", friday[3])
    script.mean(friday[3], tags=("eprphysics", "old-quantum"))
    script.press("a")
    script.sees("─ Note ─")
    script.type("spooky\raction")
    script.press("escape")
    script.says("note changed", friday[3])
    script.mean(friday[3], note="spooky\naction")
    script.press("e")  # the editor changes nothing
    script.sees("note unchanged")
    script.press("x", "x", "s")
    script.sees("2 papers starred")
    for key in friday[3:5]:
        script.mean(key, "read", starred=True)
    script.press("gv")
    script.sees("2 selected")
    script.press("escape")
    script.press("V", "j", "j", "V", "d")
    script.sees("3 papers skipped")
    script.press("u")
    script.sees("3 papers undone")
    script.press("ctrl+r")
    script.sees("3 papers redone")
    script.press("U")
    script.sees("Timeline")
    script.press("enter")
    script.sees("3 papers undone")
    script.press("G", ".")
    script.says("skipped", friday[16])
    script.mean(friday[16], "skipped")
    script.press("u")
    script.sees("undone: skipped")
    script.meant.pop(friday[16])
    script.press("gg", "3", "d")
    script.sees("2 papers skipped")  # one of the three is skipped already
    script.press("u")
    script.sees("2 papers undone")
    script.stands_on(1)
    script.press("7", "j")
    script.stands_on(8)


def _finds_similar_papers(script: Script) -> None:
    """The papers most like the one under the cursor, and the way back."""
    script.press("*")
    script.sees("Similar to")
    script.sees("shares ")
    script.press("escape")
    script.sees("Mon 10 Mar 2025")
    script.press("home")


def _reads(script: Script) -> None:
    """The abstract: source, paging to its end, copying."""
    friday = script.lists[14]
    script.press("v")
    script.sees("as LaTeX source")
    script.press("v")
    for _ in range(12):
        script.press("space")
        script.terminal.settle()  # how many pages there are depends on the size
        if f"read · u undoes it · {script.titles[friday[7]][:7]}" in script.terminal.text:
            break
    script.says("read", friday[7])
    script.mean(friday[7], "read")
    script.stands_on(9)
    script.press("y", "t")
    script.sees("title of 1 paper copied")
    clips = re.findall(rb"\x1b]52;c;([A-Za-z0-9+/=]*)\x07", bytes(script.terminal.raw))
    assert [base64.b64decode(clip).decode() for clip in clips] == [script.titles[friday[8]]]
    for key, what in (("b", "BibTeX"), ("m", "Markdown"), ("a", "abstract")):
        script.press("y", key)
        script.sees(f"{what} of 1 paper copied")
    script.press("y", "escape")


def _types_commands(script: Script) -> None:
    """The command line: completion, history, a bulk decision that is left and then made, and undone."""
    script.press(":")
    script.type("openn")
    script.press("enter")
    script.sees("did you mean :open?")
    script.press(":", "up", "down", "escape", ":")
    script.type("open 2025-03-14")
    script.press("enter")
    script.sees("Fri 14 Mar 2025")
    script.press(":")
    script.type("sk")
    script.press("tab")
    script.type("is:later")
    script.press("enter")
    script.sees("skip 1 of 17")
    script.press("escape")
    script.sees("nothing changed")
    script.press(":", "up", "enter")
    script.sees("skip 1 of 17")
    script.press("enter")
    script.says("skipped", script.lists[14][2])
    script.press("u")
    script.sees("undone: skipped")
    script.press(":")
    script.type("open 2025-03-10")
    script.press("enter", "home")
    script.sees("Mon 10 Mar 2025")


def _brings_papers_in(script: Script, folder: Path) -> None:
    """An import of a file without papers, whose path is mistyped first, its receipt, and a fetch that is left."""
    (folder / "empty.txt").touch()
    script.press("I")
    script.sees("Import")
    script.type(str(folder / "empty.tx"))
    script.press("enter")
    script.sees("empty.tx does not exist")
    script.type("t")
    script.press("enter")
    script.sees("empty.txt: is empty")
    script.press("R")
    script.sees("Last imports and fetches")
    script.press("escape", "F")
    script.sees("Fetch")
    script.press("escape")


def _exports(script: Script) -> None:
    """Suspending, which this terminal has no shell for, help, palette, export, and the end."""
    script.press("ctrl+z")
    script.sees("not suspended")
    script.press("f1")
    script.sees("search keys, commands and marks")
    script.press("escape", "?")
    script.sees("search keys, commands and marks")
    script.type("taken")
    script.press("escape", "ctrl+p")
    script.sees("search commands, lists")
    script.type("keep the paper")
    script.sees("Later")
    script.press("enter")
    monday = script.lists[10]
    script.says("kept for later", monday[0])
    script.mean(monday[0], "later")
    script.press("E")
    script.sees("─ Export ─")
    script.press("enter")
    script.sees("written to")
    script.press("q")


@pytest.mark.parametrize("size", first(1, [(80, 24), (140, 40), (50, 15)]))
def test_a_session_with_every_key_leaves_what_it_meant(
    size: tuple[int, int], folder: Path, tmp_path: Path, open_reader: Callable[..., Terminal]
) -> None:
    """Rule: every key works at every size, and leaves the expected state."""
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s|" "$#" "$@" > "{opened}.part" && mv "{opened}.part" "{opened}"\n')
    browser.chmod(0o755)
    config = tmp_path / "config" / "paperreader"
    config.mkdir(parents=True)
    (config / "config.toml").write_text("[ranking]\ndefault = false\n")  # the script knows the papers by their ranks
    env = {"BROWSER": str(browser), "EDITOR": "true", "XDG_CONFIG_HOME": str(config.parent)}
    terminal = open_reader("--library", str(folder), size=size, env=env)
    script = Script(terminal, folder)
    _moves(script)
    _decides(script)
    _reads(script)
    filters(script, opened)
    saves_a_shelf(script)
    goes_through_the_dates(script)
    _types_commands(script)
    _brings_papers_in(script, tmp_path)
    _finds_similar_papers(script)
    _exports(script)
    assert terminal.end() == 0
    assert script.used >= {key for command in COMMANDS for key in command.keys}

    library = Library(folder)
    found: dict[PaperKey, State] = {
        key: (state.status.value, state.starred, tuple(map(str, state.tags)), str(state.note))
        for key in library.reading.keys()  # noqa: SIM118 - a store, not a mapping
        if (state := library.state(key))
    }
    library.close()
    assert {key: decided for key, decided in found.items() if decided != UNDECIDED} == script.meant
    exported = (tmp_path / "work" / "starred.md").read_text(encoding="utf-8")
    shell = subprocess.run(
        [sys.executable, "-m", "paperreader", "--library", str(folder), "export"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert exported == shell.stdout
    for key, (_, starred, _, _) in script.meant.items():
        assert (script.titles[key].split(":")[0] in exported) is starred
