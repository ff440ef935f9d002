"""What every exporter offers, and how an export is written without overwriting a file that the user edited."""

import hashlib
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from paperreader.domain.entry import Entry
from paperreader.errors import ExportInTheWay, ExportRefused
from paperreader.files.atomic import replace_file
from paperreader.files.error_codes import refused
from paperreader.files.output_paths import library_at
from paperreader.files.system_calls import System

_SIGNATURE = "paperreader export {}"


class Exporter(Protocol):
    """An exporter of one format."""

    format: str
    """The value of `--format`."""
    label: str
    """The name of the format in menus: `BibTeX`."""
    extension: str
    """The end of a file name, with the dot: `.bib`."""

    def pieces(self, entries: Iterable[Entry]) -> Iterator[str]:
        """The pieces of the text of an export; equal entries give equal text.

        A text of many megabytes is never held as a whole: one wide character would double or quadruple its memory.
        """
        ...

    def export(self, entries: Iterable[Entry]) -> str:
        """Export entries as text."""
        return "".join(self.pieces(entries))


def signed(pieces: Iterable[str], comment: str = "") -> Iterator[str]:
    """The pieces of a text, then a comment with a digest (16 digits of SHA-256), which shows later edits.

    `comment` begins a comment of the format; without it, the comment is HTML.
    """
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece.encode())
        yield piece
    signature = _SIGNATURE.format(digest.hexdigest()[:16])
    yield f"{comment} {signature}\n" if comment else f"<!-- {signature} -->\n"


def is_untouched(text: str) -> bool:
    """Whether a text is an unedited export."""
    body, _, last = text.rstrip("\n").rpartition("\n")
    signature = _SIGNATURE.format(hashlib.sha256(f"{body}\n".encode()).hexdigest()[:16])
    return last in (f"<!-- {signature} -->", f"% {signature}", f"# {signature}")


def write_export(
    path: Path, text: str | bytes, library: Path, *, force: bool = False, system: System | None = None
) -> None:
    """Write an export to a new file or over an unedited export.

    Formats without comments have no signature; only `force` replaces their files.
    `force`: replace any regular file outside of library folders. The file is replaced atomically. Raises ExportRefused.
    """
    data = text.encode() if isinstance(text, str) else text
    try:
        if path.is_dir():
            raise ExportRefused(f"not exported: {path} is a folder", "name a file in it")
        if folder := library_at(path, library):
            raise ExportRefused(f"not exported: {path} is in the library {folder}", "name a file outside of it")
        if path.exists():
            if not stat.S_ISREG(path.stat().st_mode):
                raise ExportRefused(f"not exported: {path} is not a regular file", "name another file")
            if not force and not is_untouched(path.read_text(encoding="utf-8", errors="replace")):
                changed = "was edited, or another program wrote it" if is_untouched(data.decode()) else "exists already"
                reason = f"not exported: {path} {changed}"
                raise ExportInTheWay(reason, "--force replaces it")
        if not path.parent.is_dir():
            raise ExportRefused(f"not exported: there is no folder {path.parent}", "create it first")
        replace_file(path, data, mode=0o644, system=system)
    except ValueError as error:
        raise ExportRefused(f"not exported: {path} is not a valid file name", "name another file") from error
    except OSError as error:
        reason = refused(f"not exported: {path} cannot be written", error).reason
        raise ExportRefused(reason, "choose another folder") from error
