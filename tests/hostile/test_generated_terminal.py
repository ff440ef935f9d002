"""Generated hostile papers in a real pseudo terminal: in the reader, and printed by the verbs of the shell."""

from __future__ import annotations

import os
import random
import re
import shutil
import sys
from pathlib import Path

import pytest
from examples import how_many
from hostile import HOSTILE, Hostile, acting
from hostile_papers import FOLDER_NAME, make_hostile_library, misbehaviour
from nasty import nasty
from quick import first
from terminal import Terminal

from paperreader.domain.lists import Shelf
from paperreader.services.library import Library

PAPERS = int(os.environ.get("PAPERREADER_FUZZ_TERMINAL", how_many(20, 100)))
"""Papers that are shown; `make fuzz` shows 500."""
KEYS = how_many(1, 8)
"""Papers that `show` shows."""
PROGRAM = (sys.executable, "-m", "paperreader")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a library of generated papers, one of the corpus among them now and then."""
    parent = tmp_path_factory.mktemp("generated")
    chance = random.Random("terminal")
    texts = [Hostile(f"generated-{number}", nasty(chance)[:6_000]) for number in range(PAPERS)]
    texts[::10] = chance.sample(HOSTILE, len(texts[::10]))
    make_hostile_library(parent, texts).close()
    return parent


@pytest.fixture
def folder(tmp_path: Path, template: Path) -> Path:
    """A copy of that library."""
    shutil.copytree(template, tmp_path / "generated")
    return tmp_path / "generated" / FOLDER_NAME


def printed(folder: Path, *arguments: str) -> str:
    """What a verb writes to a terminal, without the carriage returns that the terminal itself adds."""
    argv = [*PROGRAM, "--library", str(folder), *arguments]
    with Terminal(argv, columns=100, rows=30, keep_screen=False) as terminal:
        status = terminal.end()
        while terminal.read_once():
            pass
        assert status in (0, 1), bytes(terminal.raw[-300:])
        return terminal.raw.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("size", first(1, [(60, 20), (140, 40)]))
def test_generated_papers_are_shown_harmlessly(size: tuple[int, int], folder: Path) -> None:
    """Rule: the bytes that reach the terminal hold no sequence that the program did not mean."""
    columns, rows = size
    argv = [*PROGRAM, "--library", str(folder)]
    with Terminal(argv, columns=columns, rows=rows, cwd=str(folder), keep_screen=True) as terminal:
        terminal.wait_for(f" of {PAPERS}")
        for number in range(PAPERS):
            terminal.send("j")
            terminal.settle()
            if number % 10 == 0:
                terminal.send("s", "v", "l", "G", "h", "v", "t")
                terminal.wait_for("Tags ─")
                terminal.type("escape")
        terminal.settle()
        assert f" {PAPERS} of {PAPERS} " in terminal.text
        assert misbehaviour(bytes(terminal.raw)) == []
        terminal.send("q")
        assert terminal.end() == 0


def test_what_the_verbs_print_on_a_terminal_is_harmless(folder: Path) -> None:
    """Rule: what `list`, `show`, `dates` and `export` print, as text or as JSON, holds no control sequence."""
    library = Library(folder)
    keys = list(library.catalogue.keys_of(library.ids(Shelf.ALL)).values())
    library.close()
    chance = random.Random("verbs")
    shown = [("show", key) for key in chance.sample(keys, KEYS)]
    commands = [("list",), ("list", "kq"), ("dates",), ("export", "is:unread"), ("star", keys[0]), ("export",), *shown]
    commands += [
        ("show", nasty(chance).replace("\0", "")[:200].encode("utf-8", "replace").decode()) for _ in range(KEYS)
    ]
    for command in commands:
        assert acting(printed(folder, *command), lines=True) == [], command
    for command in (("list", "--json"), ("show", "--json", keys[1]), ("dates", "--json")):
        assert not CONTROLS.search(printed(folder, *command)), command


CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What acts on a terminal even within JSON, which may hold whatever else a text holds."""


@pytest.mark.parametrize("text", ["\x1b[31m", "\x9b1m", "\u202e", "\x07", "\x00"], ids=ascii)
def test_the_judges_of_what_is_printed_see_it(text: str) -> None:
    """Rule: the proof has teeth: each judge finds what must not be printed."""
    assert acting(f"a{text}b", lines=True)
    assert CONTROLS.search(f"a{text}b")
    assert misbehaviour(f"a{text}b".encode())


def test_the_verbs_are_looked_at_by_way_of_their_bytes(tmp_path: Path) -> None:
    """Rule: what a program writes to the terminal arrives as it is: the judge is not shown something cleaner."""
    code = "import sys; sys.stdout.write('a\\x1b[31mb\\n')"
    with Terminal([sys.executable, "-c", code], keep_screen=False) as terminal:
        assert terminal.end() == 0
        while terminal.read_once():
            pass
        assert acting(terminal.raw.decode().replace("\r\n", "\n"), lines=True)
