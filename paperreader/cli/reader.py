"""Starts the reader: checks the terminal, forks the guardian, opens the library, runs the screen."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from paperreader.cli.failures import Invocation
from paperreader.errors import PaperReaderError
from paperreader.files.crash_log import LOG
from paperreader.paths import config_file, library_folder, refuse_native_windows, sample_folder

if TYPE_CHECKING:
    from paperreader.config import LoadedConfig
    from paperreader.services.library import Library

FRAMES_PER_SECOND = 500
"""How often the screen may be painted. With Textual's 60, a change can wait 16 ms for the next frame."""


def open_reader(invocation: Invocation, *, sample: bool = False) -> int:
    """Run the reader on the library, or on the sample library beside it; returns the exit status.

    Raises PaperReaderError.
    """
    refuse_native_windows()
    # Textual reads from stdin and paints on stderr.
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.__stderr__)):
        raise PaperReaderError("the reader needs a terminal; paperreader --help shows what works without one")
    from paperreader.cli.guardian import guard  # imports termios, which Windows lacks

    folder = library_folder(invocation.library)
    if sample:
        invocation.library = sample_folder(folder)
    status = guard((invocation.library or folder) / LOG)
    if status is not None:
        return status
    # Imported after the fork: the guardian needs none of these modules, and stays small.
    from paperreader.config import read_config
    from paperreader.services.library import Library
    from paperreader.ui.keys.keymaps import rejected_keys

    loaded = read_config(config_file(), rejected_keys)
    library = _open_sample(folder) if sample else Library(folder, window=_window())
    os.environ.setdefault("TEXTUAL_FPS", str(FRAMES_PER_SECOND))
    from paperreader.ui.app import run_app  # Textual reads TEXTUAL_FPS when it is imported

    return run_app(library, loaded.config, lambda: _open_sample(folder), _notices(loaded))


def _open_sample(library: Path) -> Library:
    """The sample library beside a library; it is filled on first use."""
    from paperreader.services.library import Library

    sample = Library(sample_folder(library), window=_window())
    if sample.catalogue.is_empty():
        from paperreader.services.importing.importer import import_sample  # needed once

        import_sample(sample)
    return sample


def _notices(loaded: LoadedConfig) -> list[str]:
    """What to tell about wrong settings: the first one, and how to see all."""
    if not loaded.problems:
        return []
    first, *others = loaded.problems
    cure = "paperreader config edit opens the file"
    if others:
        cure = f"{len(others)} more; paperreader config check lists all"
    return [f"{loaded.path.name}: {first}; ignored; {cure}"]


def _window() -> str:
    """The name of this window in the history."""
    return f"reader {os.getpid()}"
