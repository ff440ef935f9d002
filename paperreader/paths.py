"""The folders of the program: the library, the configuration, the appearance, the rate limits."""

import os
import sys
from pathlib import Path

from paperreader.errors import StoreError, UnreadableInput

VARIABLE = "PAPERREADER_LIBRARY"
"""The environment variable that names the library folder."""


def library_folder(named: Path | None = None) -> Path:
    """The library folder: from the command line, else the environment, else the platform's data folder.

    Raises StoreError if it cannot be a folder.
    """
    chosen = named or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if chosen is None:
        from platformdirs import user_data_path  # 12 ms that a named folder does not need

        chosen = user_data_path("paperreader", appauthor=False)
    try:
        folder = chosen.expanduser().absolute()
        is_other = folder.exists() and not folder.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StoreError(f"{chosen} cannot be the library: {reason}; use another folder with --library") from error
    if is_other:
        raise StoreError(f"the library {folder} is not a folder; use another folder with --library")
    return folder


def expand(text: str) -> Path:
    """The path of a text with `~` expanded; raises UnreadableInput if the user of `~` does not exist."""
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise UnreadableInput(f"{text}: {error}") from error


def sample_folder(library: Path) -> Path:
    """The folder of the sample library, beside the user's own library."""
    return library.with_name(f"{library.name}-sample")


def config_file() -> Path:
    """The configuration file, which may not exist."""
    from platformdirs import user_config_path

    return user_config_path("paperreader", appauthor=False) / "config.toml"


def user_styles_file() -> Path:
    """The user's style sheet, beside the configuration file; it may not exist."""
    return config_file().with_name("user.tcss")


def appearance_file() -> Path:
    """The file of the chosen theme, which all libraries of the user share; it may be lost."""
    from platformdirs import user_state_path

    return user_state_path("paperreader", appauthor=False) / "appearance.json"


def limits_folder() -> Path:
    """The folder of the rate limits that all processes of the user share; it may be lost."""
    from platformdirs import user_cache_path

    return user_cache_path("paperreader", appauthor=False) / "limits"


def refuse_native_windows(platform: str = sys.platform) -> None:
    """Raise StoreError on native Windows, which lacks the locks and file replacement of the stores."""
    if platform == "win32":
        raise StoreError("paperreader runs on Linux and macOS; on Windows use WSL")
