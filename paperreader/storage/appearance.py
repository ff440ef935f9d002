"""The appearance file stores the theme that the user chose in the reader, and the terminal's last background.

It belongs to the user, not to a library: each window of the terminal has the same background.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from paperreader.files.atomic import replace_file


@dataclass(frozen=True, slots=True)
class Appearance:
    """What the reader remembers about its look."""

    theme: str | None = None
    """The theme that was chosen in the reader."""
    instead_of: str | None = None
    """The theme of the settings at that time. The choice ends when the setting changes."""
    has_light_background: bool | None = None
    """Whether the terminal reported a light background; None if it never reported one."""


def load_appearance(path: Path) -> Appearance:
    """The appearance in a file; a new one if the file is missing or damaged."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        theme, instead_of, is_light = (values.get(name) for name in Appearance.__slots__)
    except (OSError, ValueError, AttributeError, RecursionError):
        return Appearance()
    return Appearance(
        theme=theme if isinstance(theme, str) else None,
        instead_of=instead_of if isinstance(instead_of, str) else None,
        has_light_background=is_light if isinstance(is_light, bool) else None,
    )


def save_appearance(path: Path, appearance: Appearance) -> None:
    """Save an appearance. If the disk refuses, only the choice is lost."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, json.dumps(asdict(appearance), indent=1).encode())
    except OSError:
        return
