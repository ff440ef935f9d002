"""Opening the library that a verb works on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from paperreader.cli.arguments import library_option
from paperreader.cli.output import remark
from paperreader.domain.text import clean_line
from paperreader.paths import library_folder, refuse_native_windows
from paperreader.services.library import Library


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


def nothing_found(library: Library) -> str:
    """What to say of a query, or of no query, that finds no paper."""
    if library.is_empty():
        return "the library is empty; fill it with: paperreader import PATH, or paperreader fetch"
    return "no papers found"


def _tell_notices(library: Library) -> None:
    for notice in library.take_notices():
        remark(f"paperreader: {clean_line(notice)}")
