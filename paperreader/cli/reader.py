"""The way from the command line into the reader."""

import os
import sys
from pathlib import Path

from paperreader.config import load_config
from paperreader.errors import PaperReaderError
from paperreader.paths import config_file, library_folder, refuse_native_windows, sample_folder
from paperreader.services.library import Library

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
    config = load_config(config_file())
    folder = library_folder(named)
    library = open_sample(folder) if sample else Library(folder, window="reader")
    os.environ.setdefault("TEXTUAL_FPS", str(FRAMES_PER_SECOND))

    from paperreader.ui.app import run_app  # Textual, which no other verb needs

    return run_app(library, config, lambda: open_sample(folder))


def open_sample(library: Path) -> Library:
    """The sample library beside a library, filled on first use."""
    opened = Library(sample_folder(library), window="reader")
    if not opened.catalogue.count():
        from paperreader.services.importing import import_sample

        import_sample(opened)
    return opened
