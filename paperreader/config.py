"""The settings: `config.toml` in the platform's configuration folder, which the user writes and the program reads.

theme = "dark"            # or "light"

[keys]                    # command = "key" or "key,key"; `paperreader keys` lists the commands
skip = "x"
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paperreader.errors import ConfigError

THEMES = ("dark", "light")
"""The themes that a setting or the palette can choose."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings as far as the user made them."""

    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)


def load_config(path: Path) -> Config:
    """The settings of a file, the defaults where there is none; raises ConfigError that names file and cure."""
    if not path.exists():
        return Config()
    import tomllib  # 5 ms that only who has settings needs

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}; mend the file or move it away") from error
    unknown = sorted(set(values) - {"theme", "keys"})
    if unknown:
        raise ConfigError(f"{path}: there is no setting {unknown[0]}; there are theme and [keys]")
    return Config(theme=_theme(path, values), keys=_keys(path, values))


def _theme(path: Path, values: Mapping[str, Any]) -> str | None:
    theme = values.get("theme")
    if theme is not None and theme not in THEMES:
        raise ConfigError(f'{path}: theme is "dark" or "light", not {theme!r}')
    return theme


def _keys(path: Path, values: Mapping[str, Any]) -> dict[str, str]:
    keys = values.get("keys", {})
    if not isinstance(keys, dict) or not all(isinstance(key, str) for key in keys.values()):
        raise ConfigError(f'{path}: [keys] holds lines like skip = "x"')
    return dict(keys)
