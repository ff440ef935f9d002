"""Opening the library that a command works on. Only `import`, `fetch` and the reader create a library."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paperreader.cli.failures import Invocation
from paperreader.cli.output import remark
from paperreader.errors import StoreError
from paperreader.files.waiting import Patience
from paperreader.paths import VARIABLE, library_folder, refuse_native_windows
from paperreader.services.library import Library, is_library


@contextmanager
def open_library(invocation: Invocation, *, creates: bool = False, needs_catalogue: bool = True) -> Iterator[Library]:
    """The library that the command line names; its notices are printed, and it is closed afterwards.

    `creates`: create the library if it does not exist. Otherwise StoreError is raised for a missing named folder.
    A new user, who named no folder, gets an empty temporary library.
    `needs_catalogue=False`: open the library even if its catalogue cannot be opened.
    """
    refuse_native_windows()
    folder = library_folder(invocation.library) if creates else existing_folder(invocation)
    if folder is None:
        from tempfile import TemporaryDirectory  # 3 ms that only a new user spends

        with TemporaryDirectory(prefix="paperreader-") as empty, _opened(invocation, Path(empty), True) as library:
            yield library
        return
    with _opened(invocation, folder, needs_catalogue) as library:
        yield library
    if creates:
        invocation.saved = "the papers are saved; paperreader dates lists them"


def existing_folder(invocation: Invocation) -> Path | None:
    """The folder of the library; None for a new user, who has no library and named no folder.

    Raises StoreError if the named folder holds no library.
    """
    named = invocation.library
    folder = library_folder(named)
    if is_library(folder):
        return folder
    if named is None and not os.environ.get(VARIABLE):
        return None
    option = f"--library {shlex.quote(str(folder))} " if named else ""
    origin = "" if named else f" (${VARIABLE})"
    raise StoreError(f"there is no library in {folder}{origin}; make one with: paperreader {option}import PATH")


def nothing_found(library: Library) -> str:
    """The message for a list or query without papers."""
    if library.is_empty():
        return "the library is empty; fill it with: paperreader import PATH, or paperreader fetch"
    return "no papers found"


@contextmanager
def _opened(invocation: Invocation, folder: Path, needs_catalogue: bool) -> Iterator[Library]:
    patience = Patience(tell=_print_wait)
    library = Library(folder, f"shell {os.getpid()}", needs_catalogue=needs_catalogue, patience=patience)
    before = library.reading.seq
    try:
        _print_notices(library)
        yield library
    finally:
        if library.reading.seq != before:
            invocation.saved = "the change is saved; paperreader history shows it"
        _print_notices(library)
        library.close()


def _print_wait(reason: str) -> None:
    if sys.stderr.isatty():
        remark(f"paperreader: {reason}")


def _print_notices(library: Library) -> None:
    for notice in library.take_notices():
        remark(f"paperreader: {notice}")
