"""Reads the settings. Each setting is read on its own, so that a wrong one affects only itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from paperreader.config.lines import line_of, setting_lines
from paperreader.config.settings import THEMES, AfterSettings, Config, FetchSettings
from paperreader.domain.suggestions import correction, join_with_or, nearest
from paperreader.errors import ConfigError

KeyCheck = Callable[[Config], Mapping[str, str]]
"""Returns what is wrong in `[keys]`, by command."""
LONGEST = 40
"""Characters of a wrong value that a message shows."""

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_SERVERS = ("fetch.hugging_face", "fetch.arxiv_feeds", "fetch.arxiv_search")
_HOMES = {
    **{each.name: "" for each in fields(Config)},
    **{each.name: "fetch" for each in fields(FetchSettings)},
    **{each.name: "triage.after" for each in fields(AfterSettings)},
}
"""The table of each setting. A setting in another table is the usual mistake."""


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """Why a setting is ignored. The name is empty if the whole file is."""

    setting: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """The settings in effect, and what is wrong in their file."""

    path: Path
    config: Config = field(default_factory=Config)
    problems: tuple[SettingProblem, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of each setting that the file makes, by full name such as `fetch.contact`."""

    @property
    def messages(self) -> list[str]:
        """The problems, each with the file and the line first."""
        return [f"{self.path}: {problem}" for problem in self.problems]


def load_config(path: Path) -> Config:
    """The settings in a file; the defaults if there is no file. Raises ConfigError if a setting is wrong."""
    loaded = read_config(path)
    if loaded.problems:
        raise ConfigError(f"{loaded.messages[0]}; paperreader config edit opens the file")
    return loaded.config


def read_config(path: Path, check_keys: KeyCheck | None = None) -> LoadedConfig:
    """The settings in a file. A wrong setting has its default."""
    return _read(path, check_keys, Config())


def reload(path: Path, current: Config, check_keys: KeyCheck | None = None) -> LoadedConfig:
    """The settings after the file was changed. A wrong setting keeps its current value."""
    return _read(path, check_keys, current)


def _read(path: Path, check_keys: KeyCheck | None, fallback: Config) -> LoadedConfig:
    if not path.exists():
        return LoadedConfig(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else f"not UTF-8: {error}"
        return LoadedConfig(path, _without_fetch(fallback), (SettingProblem("", reason),))
    values = _decode(text)
    if isinstance(values, SettingProblem):
        return LoadedConfig(path, _without_fetch(fallback), (values,))
    reading = _Reading(setting_lines(text))
    config = reading.table(Config(), fallback, values)
    for command, reason in (check_keys(config) if check_keys else {}).items():
        reading.problem(f"keys.{command}", reason)
        kept = {name: keys for name, keys in config.keys.items() if name != command}
        config = replace(config, keys=kept)
    if config.fetch.at_start and any(problem.setting.startswith("fetch") for problem in reading.problems):
        reading.problem("fetch.at_start", "[fetch] at_start: nothing is fetched while a setting of [fetch] is wrong")
        config = _without_fetch(config)
    return LoadedConfig(path, config, tuple(reading.problems), reading.made)


def _decode(text: str) -> dict[str, Any] | SettingProblem:
    """The values of a TOML text, or why it is none."""
    import msgspec.toml  # 20 ms that only a user with settings needs

    try:
        values: dict[str, Any] = msgspec.toml.decode(text)
    except RecursionError:
        return SettingProblem("", "too many brackets in one another")
    except msgspec.DecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
        return SettingProblem("", f"not TOML: {str(error)[: place.start() if place else None]}", line)
    return values


def _without_fetch(config: Config) -> Config:
    """The settings without the fetch at the start: a server that the file names may be missing from them."""
    return replace(config, fetch=replace(config.fetch, at_start=""))


class _Reading:
    """One reading of a file: the problems so far, and the settings made."""

    def __init__(self, lines: dict[str, int]) -> None:
        self._lines = lines
        self.problems: list[SettingProblem] = []
        self.made: dict[str, int] = {}

    def problem(self, name: str, reason: str) -> None:
        """Record that a setting is wrong."""
        self.problems.append(SettingProblem(name, reason, line_of(name, self._lines)))
        self.made.pop(name, None)

    def table(self, default: Any, fallback: Any, values: Mapping[str, Any], prefix: str = "") -> Any:
        """The settings of a table: those made in `values`, else the default; those made wrong from `fallback`."""
        made = {}
        known = {each.name: each for each in fields(default)}
        for name, value in values.items():
            full = f"{prefix}{name}"
            if name not in known:
                self.problem(full, _unknown(full, known))
                continue
            usual = getattr(default, name)
            before = getattr(fallback, name)
            is_table = is_dataclass(usual) or isinstance(usual, Mapping)
            if is_table and not isinstance(value, dict):
                self.problem(
                    full, f"{_label(full)} = {_shown(value)}: expected a table, which starts with the line [{full}]"
                )
                made[name] = before
            elif is_dataclass(usual):
                made[name] = self.table(usual, before, value, f"{full}.")
            elif isinstance(usual, Mapping):
                texts = {key: self._value(f"{full}.{key}", str, text) for key, text in value.items()}
                made[name] = {key: before.get(key) if text is None else text for key, text in texts.items()}
                made[name] = {key: text for key, text in made[name].items() if text is not None}
            else:
                chosen = self._value(full, type(usual), value)
                made[name] = before if chosen is None else chosen
        return replace(default, **made)

    def _value(self, full: str, kind: type, value: object) -> Any:
        """The value of a setting; None if it is wrong."""
        import msgspec

        self.made[full] = line_of(full, self._lines) or 0
        try:
            found: Any = msgspec.convert(value, kind)
        except msgspec.ValidationError:
            words = [str(member) for member in kind] if issubclass(kind, Enum) else []
            self.problem(full, f"{_label(full)} = {_shown(value)}: {_expected(words, value)}")
            return None
        if full in _CHECKS and (reason := _CHECKS[full](found)):
            self.problem(full, f"{_label(full)} = {_shown(value)}: {reason}")
            return None
        return found.rstrip("/") if full in _SERVERS else found


def _expected(words: list[str], value: object) -> str:
    """What a wrong value should be."""
    if not words:
        return "expected text in quotes"
    near = nearest(value, words) if isinstance(value, str) else None
    return f"did you mean {json.dumps(near)}?" if near else f"expected {join_with_or(map(json.dumps, words))}"


def _unknown(full: str, known: Mapping[str, object]) -> str:
    """The message for a setting that does not exist."""
    table, _, name = full.rpartition(".")
    home = _HOMES.get(name)
    if home is not None and home != table:
        cure = f"it belongs to [{home}]" if home else "it belongs above the first line with brackets"
    else:
        cure = correction(name, known)
    return f"unknown setting {_label(full)}; {cure}"


def _label(full: str) -> str:
    """The name of a setting as the file has it: `[fetch] contact`."""
    table, _, name = full.rpartition(".")
    return f"[{table}] {name}" if table else name


def _shown(value: object) -> str:
    """A value as the user wrote it, in short."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _theme(theme: str) -> str | None:
    return None if theme in THEMES else _expected(list(THEMES), theme)


def _contact(contact: str) -> str | None:
    if contact.isascii() and (contact.isprintable() or not contact) and "(" not in contact and ")" not in contact:
        return None
    return 'expected ASCII text without brackets, such as "me@example.org"'


def _server(url: str) -> str | None:
    if url.startswith(("https://", "http://")) and url.isprintable() and len(url.split("/")[2]) > 0:
        return None
    return 'expected the address of a server, such as "https://hub.example.org"'


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "theme": _theme,
    "fetch.contact": _contact,
    **dict.fromkeys(_SERVERS, _server),
}
"""Returns what the text of a setting should be, or None if the text is right."""
