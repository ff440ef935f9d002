"""What every exporter is, and the writing of an export to a file that somebody may have edited."""

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from paperreader.domain.entry import Entry
from paperreader.errors import ExportInTheWay, ExportRefused
from paperreader.files.atomic import replace_file
from paperreader.files.refusals import refused
from paperreader.files.system import System
from paperreader.files.targets import library_at


class Exporter(Protocol):
    """A writer of one export format."""

    format: str
    """The name that `--format` uses."""

    def export(self, entries: Iterable[Entry]) -> str:
        """The text of an export; the same entries always give the same text."""
        ...


def sign(text: str) -> str:
    """The text with a last line that tells whether anybody has edited it since (SHA-256, 16 digits, of the rest)."""
    return f"{text}<!-- paperreader export {_digest(text)} -->\n"


def is_untouched(text: str) -> bool:
    """Whether a text is an export just as it was written."""
    body, _, last = text.rstrip("\n").rpartition("\n")
    return last == f"<!-- paperreader export {_digest(body + chr(10))} -->"


def write_export(path: Path, text: str, library: Path, *, force: bool = False, system: System | None = None) -> None:
    """Write an export to a path that the user named, in the place of an untouched one or of nothing.

    With `force` any regular file is replaced, but none of a library folder. The file changes at once or not at all.
    Raises ExportRefused.
    """
    try:
        if path.is_dir():
            raise ExportRefused(f"not exported: {path} is a folder", "name a file in it")
        if folder := library_at(path, library):
            raise ExportRefused(f"not exported: {path} is in the library {folder}", "name a file outside of it")
        if path.exists():
            if not stat.S_ISREG(path.stat().st_mode):
                raise ExportRefused(f"not exported: {path} is not a regular file", "name another file")
            if not force and not is_untouched(path.read_text(encoding="utf-8", errors="replace")):
                reason = f"not exported: {path} was not written by paperreader or was edited since"
                raise ExportInTheWay(reason, "--force replaces it")
        if not path.parent.is_dir():
            raise ExportRefused(f"not exported: there is no folder {path.parent}", "make it first")
        if not os.access(path.parent, os.W_OK):
            raise ExportRefused(f"not exported: {path.parent} is not writable", "choose another folder")
        replace_file(path, text.encode(), mode=0o644, system=system)
    except ValueError as error:
        raise ExportRefused(f"not exported: {path} is no name that a file can have") from error
    except OSError as error:
        told = refused(f"not exported: {path} cannot be written", error)
        raise ExportRefused(told.reason, "choose another folder") from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
