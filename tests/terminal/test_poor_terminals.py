"""Terminals and locales that promise little: the reader starts in each, can be read, decides, and leaves them tidy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from quick import first, first_rows
from terminal import Terminal

OpenReader = Callable[..., Terminal]

COLOURS = re.compile(rb"\x1b\[[0-9;]*[34]8;([25]);")
"""Colours of a palette of 256 (5), and any colour (2)."""

PLAIN_ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

SURROUNDINGS = {
    "TERM=dumb": {"TERM": "dumb", "COLORTERM": ""},
    "LANG=C": {"LANG": "C", "LC_ALL": "C"},
    "NO_COLOR": {"NO_COLOR": "1"},
    "TERM=vt100": {"TERM": "vt100", "COLORTERM": ""},
    "TERM=linux": {"TERM": "linux", "COLORTERM": ""},
    "TERM=xterm-mono": {"TERM": "xterm-mono", "COLORTERM": ""},
    "TERM of nobody": {"TERM": "no-such-terminal", "COLORTERM": ""},
    "no TERM": {"TERM": "", "COLORTERM": ""},
    "LANG=C as it was": PLAIN_ASCII,
    "PYTHONIOENCODING=ascii": {"PYTHONIOENCODING": "ascii"},
    "a locale of nobody": {"LC_ALL": "xx_YY.none"},
}


@pytest.mark.parametrize("env", first(2, [*SURROUNDINGS.values()]), ids=SURROUNDINGS)
def test_the_reader_works_in_poor_surroundings(env: dict[str, str], open_reader: OpenReader) -> None:
    """Rule: the reader works with every terminal type and locale."""
    terminal = open_reader("sample", env=env)
    terminal.send("s")
    terminal.wait_for("u undoes it")
    terminal.wait_for("GPTQ: Accurate Post-Training")
    assert b"Traceback" not in terminal.raw
    terminal.send("q")
    assert terminal.end() == 0
    assert dict(re.findall(rb"\x1b\[\?(\d+)([hl])", bytes(terminal.raw)))[b"1049"] == b"l"


@pytest.mark.parametrize("theme", first(1, ["dark", "light"]))
@pytest.mark.parametrize(
    ("env", "kinds"),
    first_rows(
        1,
        [
            ({"TERM": "xterm", "COLORTERM": ""}, set()),
            ({"TERM": "xterm-16color", "COLORTERM": ""}, set()),
            ({"TERM": "xterm-256color", "COLORTERM": ""}, {b"5"}),
            ({}, {b"2"}),
            ({"NO_COLOR": "1"}, set()),
        ],
    ),
    ids=["xterm", "16", "256", "16 million", "NO_COLOR"],
)
def test_few_colours_hide_nothing(
    env: dict[str, str], kinds: set[bytes], theme: str, open_reader: OpenReader, tmp_path: Path
) -> None:
    """Rule: no sign has the colour of its background, and only supported colours are sent."""
    config = tmp_path / "config" / "paperreader"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(f'theme = "{theme}"\n')
    terminal = open_reader(
        "sample", size=(140, 30), env={**env, "XDG_CONFIG_HOME": str(config.parent)}, keep_colours=True
    )
    terminal.send("s", "j", "d", "j", "x", "r")
    terminal.settle()
    cells = [terminal.screen.buffer[line][column] for line in range(30) for column in range(140)]
    hidden = {cell.data for cell in cells if cell.data.strip() and cell.fg == cell.bg != "default"}
    assert hidden == set()
    assert set(COLOURS.findall(bytes(terminal.raw))) == kinds
    if "NO_COLOR" in env:
        assert {colour for cell in cells for colour in (cell.fg, cell.bg)} == {"default"}
        row = next(line for line in terminal.text.splitlines() if "▌" in line)
        column, line = row.index("▌") + 4, terminal.text.splitlines().index(row)
        cursor, other = terminal.screen.buffer[line][column], terminal.screen.buffer[line + 3][column]
        assert (cursor.reverse, cursor.bold, other.reverse) == (True, True, False)


@pytest.mark.parametrize(("background", "ground"), [(b"0000/0000/0000", "blue"), (b"ffff/ffff/ffff", "white")])
def test_sixteen_colours_are_those_of_the_terminal(background: bytes, ground: str, open_reader: OpenReader) -> None:
    """Rule: with 16 colours the background is the terminal's own, and the cursor's row has one of its colours."""
    env = {"TERM": "xterm-16color", "COLORTERM": ""}
    terminal = open_reader("sample", size=(140, 30), env=env, keep_colours=True)
    terminal.wait_for_bytes(b"\x1b]11;?")
    terminal.feed(b"\x1b]11;rgb:" + background + b"\x07")

    def grounds() -> set[str]:
        cells = [terminal.screen.buffer[line][column] for line in range(30) for column in range(140)]
        return {cell.bg for cell in cells}

    terminal.wait_for(lambda: grounds() == {"default", ground})


def test_the_linux_console_shows_ascii(open_reader: OpenReader) -> None:
    """Rule: on TERM=linux signs and frames are ASCII, and the terminal is not asked for its background."""
    terminal = open_reader("sample", size=(100, 30), env={"TERM": "linux", "COLORTERM": ""})
    terminal.send("s")
    terminal.wait_for("u undoes it")
    signs = {sign for sign in terminal.text if not sign.isascii() and not sign.isalpha()}
    assert signs == set()
    assert b"\x1b]11;?" not in terminal.raw


def test_a_screen_reader_finds_the_cursor_on_the_selected_row(open_reader: OpenReader, tmp_path: Path) -> None:
    """Rule: with words for icons the terminal's cursor is visible, and follows the selected row."""
    config = tmp_path / "config" / "paperreader"
    config.mkdir(parents=True)
    (config / "config.toml").write_text('icons = "words"\n')
    terminal = open_reader("sample", size=(100, 30), env={"XDG_CONFIG_HOME": str(config.parent)})
    terminal.wait_for(lambda: not terminal.screen.cursor.hidden)
    first = "GPTQ: Accurate"
    terminal.wait_for(lambda: first in terminal.text.splitlines()[terminal.screen.cursor.y])
    terminal.send("j")
    terminal.wait_for(lambda: "Can Quantum" in terminal.text.splitlines()[terminal.screen.cursor.y])
    assert not set(terminal.text) & set(map(chr, range(0x2500, 0x25A0)))
