"""The settings: the file `config.toml` in the platform's configuration folder.

theme = "auto"            # or a theme: dark, light, contrast, nord, dracula …
icons = "unicode"         # or "ascii" or "words"

[keys]                    # command = "key" or "key,key"; `paperreader keys` lists the commands
skip = "x"

[triage.after]            # where star, read, skip and later leave the cursor: "next", "next-unread" or "stay"
star = "stay"

[fetch]
contact = "me@example.org"                # sent to servers, so that their operators can write
at_start = "hf arxiv:cs.CL"               # what the reader fetches when it opens; default: nothing
hugging_face = "https://hub.example.org"  # a server to use instead; also arxiv_feeds and arxiv_search
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from paperreader.errors import ConfigError

THEMES = (
    "auto", "dark", "light", "contrast",
    "ansi-dark", "ansi-light", "atom-one-dark", "atom-one-light", "catppuccin-frappe", "catppuccin-latte",
    "catppuccin-macchiato", "catppuccin-mocha", "dracula", "flexoki", "gruvbox", "monokai", "nord", "rose-pine",
    "rose-pine-dawn", "rose-pine-moon", "solarized-dark", "solarized-light", "textual-dark", "textual-light",
    "tokyo-night",
)  # fmt: skip
"""The themes: auto follows the background of the terminal; ours; those of Textual."""


class Icons(StrEnum):
    """How the marks of the screen are drawn; auto is ASCII on a Linux console, else Unicode."""

    AUTO = "auto"
    UNICODE = "unicode"
    ASCII = "ascii"
    WORDS = "words"


SERVERS = ("hugging_face", "arxiv_feeds", "arxiv_search")
"""The servers that can be replaced."""


class After(StrEnum):
    """Where the cursor goes after a decision."""

    NEXT = "next"
    NEXT_UNREAD = "next-unread"
    STAY = "stay"


DECISIONS = ("star", "read", "skip", "later")
"""The decisions after which the cursor may go on."""


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """The settings of fetches: the user's address for operators, and replaced servers by name."""

    contact: str = ""
    servers: Mapping[str, str] = field(default_factory=dict)
    at_start: str = ""
    """The sources that the reader fetches when it opens, in the syntax of its Fetch dialog."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; a setting that the user did not make has its default."""

    theme: str = "auto"
    keys: Mapping[str, str] = field(default_factory=dict)
    fetch: FetchSettings = FetchSettings()
    after: Mapping[str, After] = field(default_factory=dict)
    """Where the cursor goes after a decision, by the decision's name; next, unless it is named here."""
    icons: Icons = Icons.AUTO


def load_config(path: Path) -> Config:
    """The settings in a file; the defaults if there is no file. Raises ConfigError."""
    if not path.exists():
        return Config()
    import tomllib  # 5 ms that only a user with settings needs

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}; correct the file or move it away") from error
    unknown = sorted(set(values) - {"theme", "icons", "keys", "triage", "fetch"})
    if unknown:
        raise ConfigError(f"{path}: no such setting: {unknown[0]}; use theme, icons, [keys], [triage.after] or [fetch]")
    return Config(
        theme=_choice(path, values, "theme", THEMES),
        icons=Icons(_choice(path, values, "icons", tuple(Icons))),
        keys=_keys(path, values),
        fetch=_fetch(path, values),
        after=_after(path, values),
    )


def _choice(path: Path, values: Mapping[str, Any], name: str, choices: Sequence[str]) -> str:
    """The value of a setting with a closed set of values; the first one by default."""
    value = values.get(name, choices[0])
    if value not in choices:
        raise ConfigError(f"{path}: invalid {name} {value!r}; use {', '.join(choices)}")
    return str(value)


def _keys(path: Path, values: Mapping[str, Any]) -> dict[str, str]:
    keys = values.get("keys", {})
    if not isinstance(keys, dict) or not all(isinstance(key, str) for key in keys.values()):
        raise ConfigError(f'{path}: [keys] must have lines like skip = "x"')
    return dict(keys)


def _after(path: Path, values: Mapping[str, Any]) -> dict[str, After]:
    triage = values.get("triage", {})
    table = triage.get("after", {}) if isinstance(triage, dict) and set(triage) <= {"after"} else None
    if not isinstance(table, dict):
        raise ConfigError(f'{path}: [triage] must have one table, [triage.after], with lines like star = "stay"')
    unknown = sorted(set(table) - set(DECISIONS))
    if unknown:
        raise ConfigError(f"{path}: no such setting in [triage.after]: {unknown[0]}; use {', '.join(DECISIONS)}")
    for name, value in table.items():
        if value not in list(After):
            raise ConfigError(f"{path}: [triage.after] {name} = {value!r}: use {', '.join(After)}")
    return {name: After(value) for name, value in table.items()}


def _fetch(path: Path, values: Mapping[str, Any]) -> FetchSettings:
    table = values.get("fetch", {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise ConfigError(f'{path}: [fetch] must have lines like contact = "me@example.org"')
    unknown = sorted(set(table) - {"contact", "at_start", *SERVERS})
    if unknown:
        known = ", ".join(("contact", "at_start", *SERVERS))
        raise ConfigError(f"{path}: no such setting in [fetch]: {unknown[0]}; use {known}")
    contact = table.get("contact", "")
    if not contact.isascii() or not contact.isprintable() or "(" in contact or ")" in contact:
        raise ConfigError(f"{path}: contact must be an ASCII text without brackets, such as me@example.org")
    servers = {name: table[name].rstrip("/") for name in SERVERS if name in table}
    for name, url in servers.items():
        if not url.startswith(("https://", "http://")) or not url.isprintable() or url.count("/") < 2:
            raise ConfigError(f'{path}: {name} must be the address of a server, such as "https://hub.example.org"')
    return FetchSettings(contact, servers, table.get("at_start", ""))
