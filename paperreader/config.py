"""The settings: `config.toml` in the platform's configuration folder, which the user writes and the program reads.

theme = "dark"            # or "light"

[keys]                    # command = "key" or "key,key"; `paperreader keys` lists the commands
skip = "x"

[fetch]
contact = "me@example.org"                # told to the servers that are asked, so that their operators can write
at_start = "hf arxiv:cs.CL"               # what the reader fetches when it opens; else it asks nobody by itself
hugging_face = "https://hub.example.org"  # a server in place of the usual one; also arxiv_feeds and arxiv_search
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paperreader.errors import ConfigError

THEMES = ("dark", "light")
"""The themes that a setting or the palette can choose."""


SERVERS = ("hugging_face", "arxiv_feeds", "arxiv_search")
"""The servers for which the settings can name others."""


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How lists are fetched: the user's address for operators, servers in place of the usual ones by name, and when."""

    contact: str = ""
    servers: Mapping[str, str] = field(default_factory=dict)
    at_start: str = ""
    """The sources that the reader fetches when it opens, as they are written behind F; empty: none."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings as far as the user made them."""

    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    fetch: FetchSettings = FetchSettings()


def load_config(path: Path) -> Config:
    """The settings of a file, the defaults where there is none; raises ConfigError that names file and cure."""
    if not path.exists():
        return Config()
    import tomllib  # 5 ms that only who has settings needs

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}; mend the file or move it away") from error
    unknown = sorted(set(values) - {"theme", "keys", "fetch"})
    if unknown:
        raise ConfigError(f"{path}: there is no setting {unknown[0]}; there are theme, [keys] and [fetch]")
    return Config(theme=_theme(path, values), keys=_keys(path, values), fetch=_fetch(path, values))


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


def _fetch(path: Path, values: Mapping[str, Any]) -> FetchSettings:
    table = values.get("fetch", {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise ConfigError(f'{path}: [fetch] holds lines like contact = "me@example.org"')
    unknown = sorted(set(table) - {"contact", "at_start", *SERVERS})
    if unknown:
        known = ", ".join(("contact", "at_start", *SERVERS))
        raise ConfigError(f"{path}: there is no setting {unknown[0]} in [fetch]; there are {known}")
    contact = table.get("contact", "")
    if not contact.isascii() or not contact.isprintable() or "(" in contact or ")" in contact:
        raise ConfigError(f"{path}: contact is an address of yours in ASCII, without brackets")
    servers = {name: table[name].rstrip("/") for name in SERVERS if name in table}
    for name, url in servers.items():
        if not url.startswith(("https://", "http://")) or not url.isprintable() or url.count("/") < 2:
            raise ConfigError(f'{path}: {name} is the address of a server, as "https://hub.example.org"')
    return FetchSettings(contact, servers, table.get("at_start", ""))
