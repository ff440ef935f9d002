"""The reference of all settings, made from the docstrings of their fields."""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

from paperreader.config import settings
from paperreader.config.settings import THEMES, Config

WIDTH = 100
"""Columns of the commented settings file."""
KEYS = "keys"
"""The setting that is a table of keys by command."""
EXAMPLE_KEYS = {"skip": "d"}
"""An entry of that table, as it is without settings."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its full name such as `fetch.contact`, its value or default, its possible values, its description."""

    name: str
    value: Any
    choices: tuple[str, ...] = ()
    description: str = ""


def all_settings(config: Config | None = None) -> list[Setting]:
    """Every setting with its value in `config`, else with its default. `keys` is the table of all keys."""
    return list(_settings(config or Config(), ""))


def value_text(value: Any) -> str:
    """A value as `config.toml` has it."""
    return json.dumps(value, ensure_ascii=False)


def commented_file() -> str:
    """The text of a settings file that has every setting with its default, as a comment."""
    lines = ['# The settings of paperreader. Remove the "#" before a setting to change it.']
    lines.append("# `paperreader config check` says whether the file is right.")
    for table, about, settings_in_it in _tables():
        lines += ["", f"[{table}]", *_comment(about)] if table else []
        for setting in settings_in_it:
            name, value = setting.name.rpartition(".")[2], setting.value
            if setting.name == KEYS:
                name, value = next(iter(EXAMPLE_KEYS.items()))
            lines += ["", *_comment(setting.description), f"#{name} = {value_text(value)}"]
    return "\n".join(lines) + "\n"


def markdown() -> str:
    """The reference of all settings as Markdown: a section for each table of the file."""
    lines = []
    for table, about, settings_in_it in _tables():
        lines += [f"## {f'`[{table}]`' if table else 'Above the tables'}", "", *([about, ""] if about else [])]
        lines += ["| setting | default | effect |", "|---|---|---|"]
        for setting in settings_in_it:
            name, default = setting.name.rpartition(".")[2], f"`{value_text(setting.value)}`"
            if setting.name == KEYS:
                name, default = "COMMAND", "the keys of `keymap`"
            others = [f"`{value_text(choice)}`" for choice in setting.choices if choice != setting.value]
            default += f"; also {', '.join(others)}" if others else ""
            lines.append(f"| `{name}` | {default} | {setting.description} |")
        lines.append("")
    return "\n".join(lines)


def _tables() -> list[tuple[str, str, list[Setting]]]:
    """The tables of the file, each with its description and its settings; first the settings above all tables."""
    abouts = dict(_abouts(Config(), ""))
    tables: dict[str, list[Setting]] = {}
    for setting in all_settings():
        table = KEYS if setting.name == KEYS else setting.name.rpartition(".")[0]
        tables.setdefault(table, []).append(setting)
    return [(table, abouts.get(table, ""), found) for table, found in tables.items()]


def _abouts(table: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """The description of each table: the docstring of its class."""
    for each in fields(table):
        value = getattr(table, each.name)
        if is_dataclass(value):
            yield f"{prefix}{each.name}", inspect.getdoc(type(value)) or ""
            yield from _abouts(value, f"{prefix}{each.name}.")


def _settings(table: Any, prefix: str) -> Iterator[Setting]:
    described = _descriptions(type(table).__name__)
    for each in fields(table):
        value = getattr(table, each.name)
        if is_dataclass(value):
            yield from _settings(value, f"{prefix}{each.name}.")
        else:
            choices = tuple(str(member) for member in type(value)) if isinstance(value, Enum) else ()
            choices = THEMES if each.name == "theme" else choices
            value = dict(value) if isinstance(value, Mapping) else value
            yield Setting(f"{prefix}{each.name}", value, choices, described[each.name])


def _descriptions(name: str) -> dict[str, str]:
    """The docstring of each field of a class, on one line."""
    module = ast.parse(inspect.getsource(settings))
    (body,) = (node.body for node in module.body if isinstance(node, ast.ClassDef) and node.name == name)
    found = {}
    for node, after in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(after, ast.Expr):
            text = ast.literal_eval(after.value)
            found[node.target.id] = re.sub(r"\s+", " ", text).strip()
    return found


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH - 2)]
