"""Checks of the environment: colours, size, locale, clipboard and settings, each with its cure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from paperreader.domain.doctor_finding import Finding, Level
from paperreader.services.doctor.environment import Terminal, examine_settings, examine_terminal
from paperreader.services.doctor.examination import guarded
from paperreader.ui.keys.keymaps import rejected_keys

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
    """Rule: each fault of a terminal has its finding; a good terminal has none."""
    assert _odd({**WELL, **change}) == expected


def test_tmux_must_pass_copies_on() -> None:
    """Rule: tmux passes copies to the terminal only if set-clipboard is on."""
    tmux = {**WELL, "TMUX": "x"}
    assert _odd(tmux, tmux="on") == []
    assert _odd(tmux, tmux="external") == _odd(tmux, tmux="off") == ["clipboard"]


def test_unconfirmed_clipboard_access_is_named() -> None:
    """Rule: doctor says that the terminal does not confirm clipboard access."""
    (clipboard,) = [finding for finding in examine_terminal(Terminal(WELL, (80, 24))) if finding.subject == "clipboard"]
    assert "does not say" in clipboard.text


@pytest.mark.parametrize("size", [(39, 24), (80, 11)])
def test_a_small_terminal_is_reported(size: tuple[int, int]) -> None:
    """Rule: less than 40×12 is too small."""
    assert _odd(WELL, size) == ["terminal"]
    assert _odd(WELL, (40, 12)) == []


def test_output_to_a_pipe_is_not_checked() -> None:
    """Rule: output to a pipe is no fault."""
    assert _odd({"TERM": "dumb"}, None) == []


@pytest.mark.parametrize(
    "text",
    [
        "theme =", "colour = 1", 'theme = "blue"', '[keys]\nskip = "s"', '[keys]\nskipp = "x"',
        '[keys]\nskip = "ctrl+ü"', "\xff",
    ],
)  # fmt: skip
def test_wrong_settings_are_a_problem(tmp_path: Path, text: str) -> None:
    """Rule: the finding names the file and the fault."""
    path = tmp_path / "config.toml"
    path.write_bytes(text.encode("latin-1"))
    (finding,) = _settings(path)
    assert finding.level is Level.PROBLEM
    assert str(path) in finding.text
    assert finding.cure


def test_right_or_missing_settings_have_no_fault(tmp_path: Path) -> None:
    """Rule: the finding names the path of the settings, also of missing ones."""
    path = tmp_path / "config.toml"
    assert [(finding.level, str(path) in finding.text) for finding in _settings(path)] == [(Level.OK, True)]
    path.write_text('theme = "dark"\n[keys]\nskip = "X"\n')
    assert [(finding.level, str(path) in finding.text) for finding in _settings(path)] == [(Level.OK, True)]


def test_unreadable_settings_are_a_problem(tmp_path: Path) -> None:
    """Rule: a folder instead of the file is a problem, not an exception."""
    (finding,) = _settings(tmp_path)
    assert finding.level is Level.PROBLEM


def _settings(path: Path) -> list[Finding]:
    return guarded("settings", examine_settings(path, rejected_keys))
