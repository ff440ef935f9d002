"""What the reader runs in: colours, size, locale, clipboard and settings, each with its cure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from paperreader.domain.finding import Finding, Level
from paperreader.services.doctor.environment import Terminal, examine_settings, examine_terminal
from paperreader.services.doctor.examination import guarded
from paperreader.ui.keys.command_table import remapped

WELL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "en_GB.UTF-8"}


def _odd(environment: Mapping[str, str], size: tuple[int, int] | None = (80, 24), tmux: str | None = None) -> list[str]:
    findings = list(examine_terminal(Terminal(environment, size, tmux)))
    assert all(finding.cure for finding in findings if finding.level is not Level.OK)
    return [finding.subject for finding in findings if finding.level is not Level.OK]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"TERM": "dumb"}, ["colours"]),
        ({"TERM": ""}, ["colours"]),
        ({"TERM": "xterm", "COLORTERM": ""}, ["colours"]),
        ({"COLORTERM": ""}, []),
        ({"NO_COLOR": "1", "COLORTERM": "", "TERM": "xterm"}, []),
        ({"LANG": "C"}, ["locale"]),
        ({"LANG": ""}, ["locale"]),
        ({"LC_ALL": "de_DE.ISO-8859-1"}, ["locale"]),
        ({"LANG": "C", "LC_CTYPE": "C.utf8"}, []),
        ({"LANG": "de_DE.UTF-8@euro"}, []),
        ({"TMUX": "/run/tmux/default,1,0"}, ["clipboard"]),
    ],
)
def test_each_fault_of_a_terminal_is_found(change: dict[str, str], expected: list[str]) -> None:
    """And a good one is all well."""
    assert _odd({**WELL, **change}) == expected


def test_tmux_is_asked_what_it_does_with_copies() -> None:
    """Only `on` passes them to the terminal."""
    tmux = {**WELL, "TMUX": "x"}
    assert _odd(tmux, tmux="on") == []
    assert _odd(tmux, tmux="external") == _odd(tmux, tmux="off") == ["clipboard"]


def test_that_the_clipboard_cannot_be_asked_is_said() -> None:
    """No promise is made that nothing can keep."""
    (clipboard,) = [finding for finding in examine_terminal(Terminal(WELL, (80, 24))) if finding.subject == "clipboard"]
    assert "does not say" in clipboard.text


@pytest.mark.parametrize("size", [(39, 24), (80, 11)])
def test_a_terminal_that_is_too_small_is_told(size: tuple[int, int]) -> None:
    """40×12 is enough."""
    assert _odd(WELL, size) == ["terminal"]
    assert _odd(WELL, (40, 12)) == []


def test_without_a_terminal_nothing_is_asked_of_it() -> None:
    """A pipe has no colours, and that is no fault."""
    assert _odd({"TERM": "dumb"}, None) == []


@pytest.mark.parametrize(
    "text",
    [
        "theme =", "colour = 1", 'theme = "blue"', '[keys]\nskip = "s"', '[keys]\nskipp = "x"',
        '[keys]\nskip = "ctrl+ü"', "\xff",
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_a_problem(tmp_path: Path, text: str) -> None:
    """The file and the fault are named."""
    path = tmp_path / "config.toml"
    path.write_bytes(text.encode("latin-1"))
    (finding,) = _settings(path)
    assert finding.level is Level.PROBLEM
    assert str(path) in finding.text
    assert finding.cure


def test_settings_that_can_be_or_are_not_there_are_well(tmp_path: Path) -> None:
    """Where they are, or would be, is said."""
    path = tmp_path / "config.toml"
    assert [(finding.level, str(path) in finding.text) for finding in _settings(path)] == [(Level.OK, True)]
    path.write_text('theme = "dark"\n[keys]\nskip = "X"\n')
    assert [(finding.level, str(path) in finding.text) for finding in _settings(path)] == [(Level.OK, True)]


def test_settings_that_cannot_be_read_are_a_problem(tmp_path: Path) -> None:
    """A folder of that name is no exception."""
    (finding,) = _settings(tmp_path)
    assert finding.level is Level.PROBLEM


def _settings(path: Path) -> list[Finding]:
    return guarded("settings", examine_settings(path, remapped))
