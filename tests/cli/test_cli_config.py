"""The commands of `config`: show, edit, check, path and init."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from paperreader.config import Config, read_config
from paperreader.config.reference import markdown
from paperreader.paths import appearance_file
from paperreader.storage.appearance import Appearance, save_appearance

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

ROOT = Path(__file__).parents[2]
WRITE = "from pathlib import Path; import sys; Path(sys.argv[2]).write_text(sys.argv[1])"
"""A program that stands for an editor: it writes its first argument to the file."""


@pytest.fixture
def file() -> Path:
    """The settings file, which does not exist."""
    return Path.home() / ".config" / "paperreader" / "config.toml"


def _configure(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def _editor(text: str) -> dict[str, str]:
    """The environment with an editor that writes this text."""
    return {"VISUAL": "", "EDITOR": f"{sys.executable} -c '{WRITE}' '{text}'"}


# show


def test_show_names_every_setting_and_its_origin(cli: Cli, file: Path) -> None:
    """Rule: a row has the name, the value and the line, or that it is the default."""
    _configure(file, 'icons = "ascii"\n[keys]\nskip = "X"\n')
    rows = [line.split(maxsplit=2) for line in cli("config", "show").stdout.splitlines()]
    assert ["icons", '"ascii"', "line 1"] in rows
    assert ["keys.skip", '"X"', "line 3"] in rows
    assert ["density", '"auto"', "default"] in rows


def test_show_as_json_has_the_documented_fields(cli: Cli, file: Path) -> None:
    """Rule: path, exists, settings (name, value, default, source, line) and problems (setting, line, reason)."""
    assert json.loads(cli("config", "show", "--json").stdout)["exists"] is False
    _configure(file, 'icons = 3\nkeymap = "vim"\n')
    result = cli("config", "show", "--json", status=3)
    shown = json.loads(result.stdout)
    assert (shown["path"], shown["exists"]) == (str(file), True)
    settings = {row["name"]: row for row in shown["settings"]}
    vim = {"name": "keymap", "value": "vim", "default": "default", "source": "file", "line": 2}
    assert settings["keymap"] == vim
    assert settings["icons"]["value"] == settings["icons"]["default"] == "auto"
    assert settings["icons"]["source"] == "default"
    (problem,) = shown["problems"]
    assert (problem["setting"], problem["line"]) == ("icons", 1)
    assert problem["reason"].startswith("icons = 3")
    assert "icons = 3" in result.stderr


def test_show_knows_the_theme_chosen_in_the_reader(cli: Cli, file: Path) -> None:
    """Rule: what is in effect is shown: a theme chosen in the reader comes before the settings."""
    _configure(file, 'theme = "dark"\n')
    save_appearance(appearance_file(), Appearance(theme="nord", instead_of="dark"))
    theme = json.loads(cli("config", "show", "--json").stdout)["settings"][0]
    assert theme == {"name": "theme", "value": "nord", "default": "auto", "source": "reader", "line": None}
    assert "chosen in the reader" in cli("config", "show").stdout
    _configure(file, 'theme = "light"\n')
    assert "chosen in the reader" not in cli("config", "show").stdout


# check


@pytest.mark.parametrize("text", [None, "", 'theme = "light"\n'])
def test_check_accepts_right_settings(cli: Cli, file: Path, text: str | None) -> None:
    """Rule: exit status 0 and one line for a right, an empty and a missing file."""
    if text is not None:
        _configure(file, text)
    result = cli("config", "check")
    assert result.stdout.startswith(f"{file}: ")
    assert result.stderr == ""
    assert json.loads(cli("config", "check", "--json").stdout)["problems"] == []


def test_check_names_every_wrong_setting(cli: Cli, file: Path) -> None:
    """Rule: exit status 1, one line for each, with file and line first; keys are checked too."""
    _configure(file, 'icons = "asci"\n[keys]\nskip = "s"\n')
    lines = cli("config", "check", status=1).stdout.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [str(file)] * 2
    assert "line 1: icons" in lines[0]
    assert "line 3: [keys] s would run both" in lines[1]
    problems = json.loads(cli("config", "check", "--json", status=1).stdout)["problems"]
    assert [problem["line"] for problem in problems] == [1, 3]


# init


def test_init_writes_a_file_that_changes_nothing(cli: Cli, file: Path) -> None:
    """Rule: the path is printed; the file has all defaults as comments."""
    assert cli("config", "init").stdout == f"{file}\n"
    assert '#theme = "auto"' in file.read_text("utf-8")
    assert read_config(file).config == Config()
    cli("config", "check")


def test_init_never_changes_a_file(cli: Cli, file: Path) -> None:
    """Rule: exit status 1; the file stays, also an empty one."""
    _configure(file, "")
    assert str(file) in cli("config", "init", status=1).stderr
    assert file.read_text() == ""


def test_a_folder_that_takes_no_file_is_an_error_of_one_line(cli: Cli, file: Path) -> None:
    """Rule: the message names the file and the cause."""
    file.parent.parent.mkdir(parents=True, exist_ok=True)
    file.parent.write_text("a file instead of the folder")
    result = cli("config", "init", status=1)
    assert len(result.stderr.splitlines()) == 1
    assert str(file) in result.stderr


# edit


def test_edit_writes_the_file_and_checks_it(cli: Cli, file: Path) -> None:
    """Rule: a missing file is written first; the exit status is that of check."""
    cli("config", "edit", env={"VISUAL": "", "EDITOR": "true"})
    assert '#theme = "auto"' in file.read_text("utf-8")
    assert "1 setting" in cli("config", "edit", env=_editor('icons = "ascii"')).stdout
    result = cli("config", "edit", status=1, env=_editor('icons = "asci"'))
    assert "line 1: icons" in result.stdout
    assert file.read_text() == 'icons = "asci"'


def test_visual_comes_before_editor(cli: Cli, file: Path) -> None:
    """Rule: $VISUAL, else $EDITOR."""
    cli("config", "edit", env={**_editor("theme = "), "VISUAL": "true"})
    assert file.exists()


@pytest.mark.parametrize("editor", ["no-such-editor", "false", "'unclosed"])
def test_an_editor_that_fails_is_named_with_the_cure(cli: Cli, editor: str) -> None:
    """Rule: exit status 1 and one line that names the editor."""
    result = cli("config", "edit", status=1, env={"VISUAL": editor})
    assert editor in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.skipif(shutil.which("vi") is not None, reason="a real vi would wait for keys")
def test_without_a_named_editor_it_is_vi(cli: Cli) -> None:
    """Rule: vi is the last resort."""
    assert cli("config", "edit", status=1, env={"VISUAL": "", "EDITOR": ""}).stderr.startswith("paperreader: vi ")


# Documents


def test_the_docs_have_the_reference_of_the_settings() -> None:
    """The page of settings is made of the docstrings of the settings."""
    assert markdown() in (ROOT / "docs/settings.md").read_text("utf-8")
