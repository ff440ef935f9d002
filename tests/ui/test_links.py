"""Addresses are opened only when they are safe, as one argument of one program, never through a shell."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from piloting import PATIENCE

from paperreader.ui.links import open_address, opener

ADDRESS = "https://arxiv.org/abs/1706.03762"
UNSAFE = (
    "javascript:alert(1)",
    "data:text/html,<script>",
    "file:///etc/passwd",
    "vscode://file/etc/passwd",
    "smb://host/share",
    "-private-window",
    "--renderer-cmd-prefix=sh",
    "%action",
    "https://user:secret@example.org/",
    "https://user@example.org/",
    "https://",
    "https:///path",
    "//example.org",
    "example.org",
    "https://example.org/a b",
    "https://example.org/\x1b[31m",
    "https://example.org/\n--help",
    "https://example.org/\u202egro.evil",
    "https://exa\x00mple.org",
    "https://example.org:port/",
    "ftp://example.org/",
    f"https://example.org/{'a' * 2_100}",
    "",
)


class Recorder:
    """Stands in for `subprocess.Popen` and writes down what would have been started."""

    def __init__(self) -> None:
        self.calls: list[tuple[Sequence[str], dict[str, Any]]] = []

    def __call__(self, argv: Sequence[str], **options: Any) -> None:
        self.calls.append((argv, options))


@pytest.fixture
def started() -> Recorder:
    """What was started."""
    return Recorder()


def _program(folder: Path, name: str, script: str = "exit 0") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


# Which program


def test_browser_names_the_program_by_path_or_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: $BROWSER is a path or the name of a program on the PATH."""
    program = _program(tmp_path, "fox")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert opener({"BROWSER": str(program)}) == str(program)
    assert opener({"BROWSER": "fox"}) == str(program)


def test_the_first_program_of_browser_that_there_is_counts(tmp_path: Path) -> None:
    """Rule: $BROWSER may list several programs, of which the first that exists is taken."""
    second = _program(tmp_path, "second")
    third = _program(tmp_path, "third")
    assert opener({"BROWSER": f"{tmp_path}/missing:{second}:{third}"}) == str(second)


@pytest.mark.parametrize("text", ["{} %s", "{}; touch {}.pwned", "$({})", "`{}`", "{} &", "sh -c {}", "{} --new-tab"])
def test_a_command_line_in_browser_is_not_taken(text: str, tmp_path: Path) -> None:
    """Rule: shell text in $BROWSER is never run, not even in part."""
    program = _program(tmp_path, "fox")
    assert opener({"BROWSER": text.replace("{}", str(program))}) is None


def test_a_file_that_is_not_a_program_is_not_taken(tmp_path: Path) -> None:
    """Rule: only what can be run opens addresses."""
    plain = tmp_path / "notes"
    plain.write_text("no program")
    assert opener({"BROWSER": str(plain)}) is None


def test_without_a_display_there_is_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: on a console without a display xdg-open would start a text browser over the reader, so it is not asked."""
    program = _program(tmp_path, "xdg-open")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert opener({}, "linux") is None
    assert opener({"DISPLAY": ":0"}, "linux") == str(program)
    assert opener({"WAYLAND_DISPLAY": "wayland-0"}, "linux") == str(program)


def test_the_platforms_own_opener_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: `open` on macOS, `wslview` within WSL, but what the user names goes before both."""
    own, apple, wsl = (_program(tmp_path, name) for name in ("fox", "open", "wslview"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert opener({}, "darwin") == str(apple)
    assert opener({"BROWSER": "fox"}, "darwin") == str(own)
    assert opener({"WSL_DISTRO_NAME": "Debian"}, "linux") == str(wsl)


# What is opened


def test_an_address_is_one_argument_and_nothing_of_the_terminal_is_given_along(
    started: Recorder, tmp_path: Path
) -> None:
    """Rule: the program gets the address as its only argument, no shell, and none of the reader's streams."""
    program = _program(tmp_path, "fox")
    address = "https://example.org/a;touch%20x?q=$(id)&r=(1)#--help"
    assert open_address(address, {"BROWSER": str(program)}, started) is None
    ((argv, options),) = started.calls
    assert argv == [str(program), address]
    assert not options.get("shell")
    assert all(options[stream] == subprocess.DEVNULL for stream in ("stdin", "stdout", "stderr"))
    assert options["start_new_session"]


@pytest.mark.parametrize("address", UNSAFE)
def test_an_unsafe_address_is_refused_in_words(address: str, started: Recorder, tmp_path: Path) -> None:
    """Rule: only http and https with a host are opened; the refusal says why and does not repeat it."""
    reason = open_address(address, {"BROWSER": str(_program(tmp_path, "fox"))}, started)
    assert reason == "not opened: the address is not a plain web address"
    assert started.calls == []


@given(
    st.text(max_size=60), st.sampled_from(["", "https://", "http://", "HTTPS://example.org/", "https://example.org"])
)
def test_whatever_is_opened_is_a_web_address_without_anything_hidden(text: str, start: str) -> None:
    """Rule: no text at all makes the program see an option, a control character or another scheme."""
    started = Recorder()
    reason = open_address(start + text, {"BROWSER": "/bin/true"}, started)
    for argv, _ in started.calls:
        assert len(argv) == 2
        assert argv[1].lower().startswith(("http://", "https://"))
        assert argv[1].isprintable()
        assert " " not in argv[1]
    assert (reason is None) is bool(started.calls)


def test_without_a_browser_the_address_is_told(started: Recorder) -> None:
    """Rule: where nothing can be opened, the address is shown for copying."""
    assert open_address(ADDRESS, {}, started) == f"no browser found; the address is {ADDRESS}"
    assert started.calls == []


def test_a_program_that_cannot_start_is_told_with_the_address(tmp_path: Path) -> None:
    """Rule: a browser that does not start is a line of text, not an error."""
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/interpreter\n")
    broken.chmod(0o755)
    reason = open_address(ADDRESS, {"BROWSER": str(broken)})
    assert reason is not None
    assert str(broken) in reason
    assert ADDRESS in reason


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_a_browser_that_hangs_is_not_waited_for(tmp_path: Path) -> None:
    """Rule: the reader never waits for the browser, which sees exactly one argument."""
    seen = tmp_path / "seen"
    release = tmp_path / "release"
    os.mkfifo(release)
    program = _program(
        tmp_path, "slow", f'printf "%s|" "$#" "$@" > "{seen}.part"\nmv "{seen}.part" "{seen}"\n: < "{release}"'
    )
    assert open_address(ADDRESS, {"BROWSER": str(program)}) is None
    end = time.monotonic() + PATIENCE
    while not seen.exists() and time.monotonic() < end:
        time.sleep(0.005)
    # The browser is still there, waiting for this pipe: only now is it let go.
    assert seen.read_text() == f"1|{ADDRESS}|"
    release.open("wb").close()
