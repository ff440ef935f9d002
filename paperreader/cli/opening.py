"""Opening the library that a verb works on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from paperreader.cli.output import remark
from paperreader.domain.text import clean_line
from paperreader.paths import library_folder, refuse_native_windows
from paperreader.services.library import Library


def library_option(ctx: click.Context) -> Path | None:
    """The folder given with --library."""
    named = ctx.find_root().obj
    return named if isinstance(named, Path) else None


@contextmanager
def library_of(ctx: click.Context) -> Iterator[Library]:
    """The library that the command line names, closed afterwards; repairs are remarked on. Raises StoreError."""
    refuse_native_windows()
    library = Library(library_folder(library_option(ctx)), window=f"shell {os.getpid()}")
    try:
        _tell_notices(library)
        yield library
    finally:
        _tell_notices(library)  # of what was met since
        library.close()


def _tell_notices(library: Library) -> None:
    for notice in library.take_notices():
        remark(f"paperreader: {clean_line(notice)}")
