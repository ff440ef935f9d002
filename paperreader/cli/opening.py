"""The library that a command works on. Only `import`, `fetch` and the reader make one where there is none."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from paperreader.cli.arguments import SAVED, library_option
from paperreader.cli.output import remark
from paperreader.domain.text import clean_line
from paperreader.errors import StoreError
from paperreader.files.patience import Patience
from paperreader.paths import VARIABLE, library_folder, refuse_native_windows
from paperreader.services.library import Library, is_library


@contextmanager
def library_of(ctx: click.Context, *, creates: bool = False, needs_catalogue: bool = True) -> Iterator[Library]:
    """The library that the command line names, closed afterwards; its repairs are told.

    `creates`: the command imports papers, and makes the library where there is none. Else StoreError is raised where
    there is none, but a new user, who named no folder, is given an empty one that leaves nothing behind.
    Without `needs_catalogue` the command works on decisions even if the catalogue cannot be opened.
    """
    refuse_native_windows()
    folder = library_folder(library_option(ctx)) if creates else existing_folder(ctx)
    if folder is None:
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="paperreader-") as empty, _opened(ctx, Path(empty), needs_catalogue) as library:
            yield library
        return
    with _opened(ctx, folder, needs_catalogue) as library:
        yield library
    if creates:
        ctx.meta[SAVED] = "the papers are saved; paperreader dates lists them"


def existing_folder(ctx: click.Context) -> Path | None:
    """The folder of the library, or None for a new user, who has none and named none.

    Raises StoreError where there is no library in the folder that is named.
    """
    named = library_option(ctx)
    folder = library_folder(named)
    if is_library(folder):
        return folder
    if named is None and not os.environ.get(VARIABLE):
        return None
    import shlex

    option = f"--library {shlex.quote(str(folder))} " if named else ""
    origin = "" if named else f" (${VARIABLE})"
    raise StoreError(f"there is no library in {folder}{origin}; make one with: paperreader {option}import PATH")


def nothing_found(library: Library) -> str:
    """What to say of a query, or of no query, that finds no paper."""
    if library.is_empty():
        return "the library is empty; fill it with: paperreader import PATH, or paperreader fetch"
    return "no papers found"


@contextmanager
def _opened(ctx: click.Context, folder: Path, needs_catalogue: bool) -> Iterator[Library]:
    patience = Patience(tell=_tell_waiting)
    library = Library(folder, f"shell {os.getpid()}", needs_catalogue=needs_catalogue, patience=patience)
    before = library.reading.seq
    try:
        _tell_notices(library)
        yield library
    finally:
        if library.reading.seq != before:
            ctx.meta[SAVED] = "the change is saved; paperreader history shows it"
        _tell_notices(library)  # of what was met since
        library.close()


def _tell_waiting(what: str) -> None:
    if sys.stderr.isatty():
        remark(f"paperreader: {what}")


def _tell_notices(library: Library) -> None:
    for notice in library.take_notices():
        remark(f"paperreader: {clean_line(notice)}")
