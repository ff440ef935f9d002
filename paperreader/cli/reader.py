"""The way from the command line into the reader."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from paperreader.errors import PaperReaderError
from paperreader.paths import config_file, library_folder, refuse_native_windows, sample_folder

if TYPE_CHECKING:
    from paperreader.services.library import Library

# Everything else is imported where it is used: by the process that becomes the reader, not by its parent.

FRAMES_PER_SECOND = 500
"""How often the screen may be painted. Textual's 60 would let a second change within 16 ms wait for the next frame."""


def open_reader(named: Path | None, *, sample: bool = False) -> int:
    """Run the reader on the library (or the sample beside it) until it is left; the exit status.

    Raises PaperReaderError.
    """
    refuse_native_windows()
    # Textual reads from stdin and paints on stderr.
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.__stderr__)):
        raise PaperReaderError("the reader needs a terminal; paperreader --help shows what works without one")
    from paperreader.cli.guardian import guard  # which knows no Windows

    status = guard(lambda: _log_of(named, sample))
    return _read(named, sample) if status is None else status


def open_sample(library: Path) -> Library:
    """The sample library beside a library, filled on first use."""
    from paperreader.services.library import Library

    opened = Library(sample_folder(library), window=_window())
    if opened.catalogue.is_empty():
        from paperreader.services.importing.importer import import_sample

        import_sample(opened)
    return opened


def _window() -> str:
    """The name of this window in the history; two that are open have different ones."""
    return f"reader {os.getpid()}"


def _log_of(named: Path | None, sample: bool) -> Path:
    """The log of the library that is read."""
    from paperreader.files.crash_log import LOG

    folder = library_folder(named)
    return (sample_folder(folder) if sample else folder) / LOG


def _read(named: Path | None, sample: bool) -> int:
    from paperreader.config import load_config
    from paperreader.services.library import Library

    config = load_config(config_file())
    folder = library_folder(named)
    try:
        library = open_sample(folder) if sample else Library(folder, window=_window())
        os.environ.setdefault("TEXTUAL_FPS", str(FRAMES_PER_SECOND))

        from paperreader.ui.app import run_app  # Textual, which no other verb needs

        return run_app(library, config, lambda: open_sample(folder))
    except PaperReaderError:
        raise
    except Exception as error:
        from paperreader.files.crash_log import unexpected

        raise unexpected(error, _log_of(named, sample)) from error
