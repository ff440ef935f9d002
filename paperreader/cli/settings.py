"""The commands of `config`: show, edit and check the settings, print their path, write a commented file."""

import subprocess
from pathlib import Path
from typing import Any

import click

from paperreader.cli.arguments import CommandGroup
from paperreader.cli.output import count_of, print_json, print_table, remark
from paperreader.config import LoadedConfig, SettingProblem, read_config
from paperreader.domain.text import clean_line
from paperreader.errors import ConfigError
from paperreader.files.editor import find_editor
from paperreader.paths import appearance_file, config_file
from paperreader.ui.keys.keymaps import rejected_keys

WRONG = 3
"""The exit status of `config show` and `keys` if they ignored wrong settings."""


@click.group("config", cls=CommandGroup)
def config_command() -> None:
    """Show, edit or check the settings."""


@config_command.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def config_show_command(as_json: bool) -> int:
    """List all settings, with the origin of each.

    The origin is the default, a line of the settings file, or a
    choice in the reader. The exit status is 3 if a setting is
    wrong; its default is in effect then.
    """
    loaded = _loaded()
    rows = _effective(loaded, _chosen_theme(loaded.config.theme))
    if as_json:
        print_json({**_file_json(loaded), "settings": rows, "problems": _problems_json(loaded)})
    else:
        from paperreader.config.reference import value_text

        print_table([clean_line(row["name"]), clean_line(value_text(row["value"])), _source(row)] for row in rows)
    for message in loaded.messages:
        remark(f"paperreader: {message}; ignored")
    return WRONG if loaded.problems else 0


@config_command.command("edit")
def config_edit_command() -> int:
    """Edit the settings file, then check it.

    Your editor is $VISUAL, else $EDITOR, else a usual one. A file that does
    not exist is written first, as by config init.
    """
    path = config_file()
    if not path.exists():
        _write(path)
    try:
        editor = find_editor()
    except ValueError as error:
        raise ConfigError(f"$VISUAL or $EDITOR cannot be read: {error}; set $EDITOR to your editor") from error
    if not editor:
        raise ConfigError("no editor found; set $EDITOR to your editor")
    try:
        status = subprocess.run([*editor, str(path)], check=False).returncode
    except OSError as error:
        raise ConfigError(f"{editor[0]} did not start: {error.strerror}; set $EDITOR to your editor") from error
    if status:
        raise ConfigError(f"{editor[0]} ended with status {status}; paperreader config check checks the file")
    return _check(_loaded())


@config_command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def config_check_command(as_json: bool) -> int:
    """Check the settings file.

    The exit status is 1 if a setting is wrong.
    """
    return _check(_loaded(), as_json=as_json)


@config_command.command("path")
def config_path_command() -> None:
    """Print the path of the settings file."""
    click.echo(config_file())


@config_command.command("init")
def config_init_command() -> None:
    """Write a commented file with all defaults.

    A file that exists is not changed.
    """
    path = config_file()
    if path.exists():
        raise ConfigError(f"{path} exists and was not changed; paperreader config edit opens it")
    _write(path)
    click.echo(path)


def _loaded() -> LoadedConfig:
    return read_config(config_file(), rejected_keys)


def _check(loaded: LoadedConfig, *, as_json: bool = False) -> int:
    """Print what is wrong; returns the exit status."""
    made = count_of(len(loaded.lines), "setting")
    well = f"{loaded.path}: {made}, all right" if loaded.path.exists() else f"{loaded.path}: no file; all defaults"
    if as_json:
        print_json({**_file_json(loaded), "problems": _problems_json(loaded)})
    else:
        for line in loaded.messages or [well]:
            click.echo(clean_line(line))
    if loaded.problems:
        remark(f"paperreader: {count_of(len(loaded.problems), 'wrong setting')}, ignored by the reader")
    return 1 if loaded.problems else 0


def _effective(loaded: LoadedConfig, theme: str | None) -> list[dict[str, Any]]:
    """Every setting with value, default, source and line."""
    from paperreader.config.reference import KEYS, all_settings  # needed here only

    rows = []
    for setting, usual in zip(all_settings(loaded.config), all_settings(), strict=True):
        values = {f"{KEYS}.{name}": keys for name, keys in setting.value.items()} if setting.name == KEYS else {}
        for name, value in (values or ({} if setting.name == KEYS else {setting.name: setting.value})).items():
            row: dict[str, Any] = {"name": name, "value": value, "default": None if values else usual.value}
            row |= {"source": "file" if name in loaded.lines else "default", "line": loaded.lines.get(name) or None}
            rows.append(row)
    if theme:
        rows[0] |= {"value": theme, "source": "reader", "line": None}
    return rows


def _source(row: dict[str, Any]) -> str:
    if row["source"] == "reader":
        return "chosen in the reader"
    return f"line {row['line']}" if row["line"] else row["source"]


def _chosen_theme(setting: str) -> str | None:
    """The theme that the user chose in the reader, unless the setting changed since."""
    from paperreader.storage.appearance import load_appearance  # needed here only

    appearance = load_appearance(appearance_file())
    return appearance.theme if appearance.instead_of == setting else None


def _file_json(loaded: LoadedConfig) -> dict[str, Any]:
    return {"path": str(loaded.path), "exists": loaded.path.exists()}


def _problems_json(loaded: LoadedConfig) -> list[dict[str, Any]]:
    return [_problem_json(problem) for problem in loaded.problems]


def _problem_json(problem: SettingProblem) -> dict[str, Any]:
    return {"setting": problem.setting or None, "line": problem.line, "reason": problem.reason}


def _write(path: Path) -> None:
    """Write the commented file. Raises ConfigError."""
    from paperreader.config.reference import commented_file  # needed here only

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(commented_file())
    except OSError as error:
        raise ConfigError(f"{path} was not written: {error.strerror}; check the folder's permissions") from error
