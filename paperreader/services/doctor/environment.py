"""Checks of the reader's environment: the settings, and the terminal's size, colours, locale and clipboard."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from paperreader.config import load_config
from paperreader.domain.doctor_finding import Finding, Level
from paperreader.errors import ConfigError

LEAST_COLUMNS, LEAST_LINES = 40, 12
"""The smallest terminal that shows everything."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """The environment variables, the columns and lines (None: no terminal), and tmux's option `set-clipboard`."""

    environment: Mapping[str, str]
    size: tuple[int, int] | None = None
    tmux_clipboard: str | None = None


def examine_settings(path: Path, check_keys: Callable[[Mapping[str, str]], object]) -> Iterator[Finding]:
    """Whether the settings file can be read. `check_keys` raises ConfigError for wrong keybindings."""
    try:
        check_keys(load_config(path).keys)
    except ConfigError as error:
        text = str(error)
        text = text if str(path) in text else f"{path}: {text}"
        yield Finding(Level.PROBLEM, "settings", text, "correct the line, or remove it")
    else:
        yield Finding(Level.OK, "settings", str(path) if path.exists() else f"defaults; {path} does not exist")


def examine_terminal(terminal: Terminal) -> Iterator[Finding]:
    """The findings on a terminal."""
    if terminal.size is None:
        yield Finding(Level.OK, "terminal", "not checked: the output is not a terminal")
        return
    yield _size(*terminal.size)
    yield _colours(terminal.environment)
    yield _locale(terminal.environment)
    yield _clipboard(terminal)


def _size(columns: int, lines: int) -> Finding:
    if columns < LEAST_COLUMNS or lines < LEAST_LINES:
        text = f"{columns}×{lines} is too small"
        return Finding(Level.WARNING, "terminal", text, f"make it {LEAST_COLUMNS}×{LEAST_LINES} or larger")
    return Finding(Level.OK, "terminal", f"{columns}×{lines}")


def _colours(environment: Mapping[str, str]) -> Finding:
    name = environment.get("TERM", "")
    if name in ("", "dumb", "unknown"):
        text = f"TERM is {name or 'not set'}: the screen may be illegible"
        return Finding(Level.WARNING, "colours", text, "export TERM=xterm-256color, if the terminal has 256 colours")
    if environment.get("NO_COLOR"):
        return Finding(Level.OK, "colours", "none, because NO_COLOR is set")
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return Finding(Level.OK, "colours", "16 million")
    if "256color" in name or "direct" in name:
        return Finding(Level.OK, "colours", "256")
    text = f"16, because TERM={name} and COLORTERM announce no more"
    return Finding(Level.WARNING, "colours", text, "export COLORTERM=truecolor, if the terminal has 16 million colours")


def _locale(environment: Mapping[str, str]) -> Finding:
    chosen = next(filter(None, map(environment.get, ("LC_ALL", "LC_CTYPE", "LANG"))), "")
    if re.search(r"utf-?8$", chosen.partition("@")[0], re.IGNORECASE):
        return Finding(Level.OK, "locale", chosen)
    text = f"{chosen or 'not set'}: not UTF-8, so some characters may be shown as ?"
    return Finding(Level.WARNING, "locale", text, "export LC_ALL=C.UTF-8")


def _clipboard(terminal: Terminal) -> Finding:
    by = "paperreader copies through the terminal (OSC 52)"
    if terminal.environment.get("TMUX") and terminal.tmux_clipboard != "on":
        text = f"{by}, but tmux allows that only with set-clipboard on"
        return Finding(Level.WARNING, "clipboard", text, "tmux set -g set-clipboard on")
    return Finding(Level.OK, "clipboard", f"{by}; the terminal does not say whether it allows that")
