"""Where things lie: the library folder and the configuration file."""

import os
import sys
from pathlib import Path

from paperreader.errors import StoreError, UnreadableInput

VARIABLE = "PAPERREADER_LIBRARY"
"""The environment variable that names the library folder."""


def library_folder(named: Path | None = None) -> Path:
    """The folder named on the command line, else by the environment, else the platform's data folder.

    Raises StoreError where that cannot be a folder.
    """
    chosen = named or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if chosen is None:
        from platformdirs import user_data_path  # not needed by scripts that name their folder

        chosen = user_data_path("paperreader", appauthor=False)
    try:
        folder = chosen.expanduser().absolute()
        is_other = folder.exists() and not folder.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StoreError(f"the library {chosen} cannot be: {reason}; name another with --library") from error
    if is_other:
        raise StoreError(f"the library {folder} is not a folder; name another with --library")
    return folder


def expand(text: str) -> Path:
    """The path that a text names, `~` made a home folder; raises UnreadableInput where there is no such user."""
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise UnreadableInput(f"{text}: {error}") from error


def sample_folder(library: Path) -> Path:
    """The folder of the sample library, beside the user's own, so that trying things out touches nothing of theirs."""
    return library.with_name(f"{library.name}-sample")


def config_file() -> Path:
    """The configuration file, which need not exist."""
    from platformdirs import user_config_path

    return user_config_path("paperreader", appauthor=False) / "config.toml"


def limits_folder() -> Path:
    """The folder in which all processes of the user keep how often each server was asked; it may be lost."""
    from platformdirs import user_cache_path

    return user_cache_path("paperreader", appauthor=False) / "limits"


def refuse_native_windows() -> None:
    """Raise StoreError on native Windows, whose locks and file replacement the stores do not speak."""
    if sys.platform == "win32":
        raise StoreError("paperreader runs on Linux and macOS; on Windows use it within WSL")
