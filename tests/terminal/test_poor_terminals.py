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
GREY = re.compile("([0-9a-f]{2})\\1\\1")

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
            ({"TERM": "xterm-16color", "COLORTERM": ""}, set()),
            ({"TERM": "xterm-256color", "COLORTERM": ""}, {b"5"}),
            ({}, {b"2"}),
            ({"NO_COLOR": "1"}, {b"2"}),
        ],
    ),
    ids=["16", "256", "16 million", "NO_COLOR"],
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
    hidden = {cell.data for cell in cells if cell.data.strip() and cell.fg == cell.bg}
    assert hidden == set()
    assert set(COLOURS.findall(bytes(terminal.raw))) == kinds
    if "NO_COLOR" in env:
        assert {colour for cell in cells for colour in (cell.fg, cell.bg) if not GREY.fullmatch(colour)} <= {"default"}
