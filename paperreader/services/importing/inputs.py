"""Opens the files at the paths given to an import, and reads them whole or line by line."""

import hashlib
import io
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from paperreader.errors import UnreadableInput
from paperreader.feeds.base import HEAD, Importer, Source

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of a stream is handled at a time."""

    line: int = 4_000_000
    """Bytes of the longest line; a longer line comes in pieces, and none of them can be an item."""
    piece: int = 5_000
    """Items that are stored in one transaction."""
    problems: int = 1_000
    """Problems that are listed with their lines; more are only counted."""


SIZES = Sizes()


def files_of(paths: Iterable[str]) -> Iterator[str]:
    """The files that paths name: of a folder all files below it, without hidden ones."""
    for path in paths:
        if path == STDIN or not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
            yield path
            continue
        is_empty = True
        seen = {os.path.realpath(path)}
        unreadable: list[OSError] = []
        for folder, folders, names in os.walk(path, onerror=unreadable.append, followlinks=True):
            folders[:] = [name for name in sorted(folders) if not name.startswith(".") and _is_new(folder, name, seen)]
            for name in sorted(names):
                if not name.startswith("."):
                    is_empty = False
                    yield str(Path(folder, name))
        yield from (error.filename for error in unreadable)
        if is_empty and not unreadable:
            yield path  # reported as a folder without files


def _is_new(folder: str, name: str, seen: set[str]) -> bool:
    """Whether a folder was not seen yet, and adds it: links may form a circle."""
    before = len(seen)
    seen.add(os.path.realpath(Path(folder, name)))
    return len(seen) > before


@dataclass(slots=True)
class Input(AbstractContextManager["Input"]):
    """An open input and its first bytes."""

    name: str
    stream: BinaryIO
    head: bytes
    size: int | None = None
    """Bytes; None if the size is unknown before the end."""
    modified: date | None = None
    listed_on: date | None = None
    modified_ns: int = 0
    """When the file was last changed, in nanoseconds."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.stream is not getattr(sys.stdin, "buffer", None):
            self.stream.close()

    @property
    def fingerprint(self) -> str | None:
        """Identifies the same input in a later import; None if the input cannot be read from the middle."""
        if self.size is None:
            return None
        return hashlib.sha256(b"%d %d " % (self.size, self.modified_ns) + self.head).hexdigest()

    def read_whole(self, importer: Importer) -> Source:
        """The whole input; raises UnreadableInput if it is larger than any input of its format."""
        data = self.first_bytes(max(importer.max_bytes, len(self.head)) + 1)
        if len(data) > importer.max_bytes:
            size = f"{importer.max_bytes // 1_000_000} MB"
            raise UnreadableInput(f"is larger than {size}, the limit for the format {importer.format}; split the file")
        if data.count(b"\n") + data.count(b"\r") > 2 * importer.max_lines:  # \r\n counts twice
            raise UnreadableInput(
                f"has over {importer.max_lines:,} lines, the limit for the format {importer.format}; split the file"
            )
        return Source(self.name, data, self.modified, self.listed_on)

    def first_bytes(self, size: int) -> bytes:
        """The first bytes, or all that there are; raises UnreadableInput."""
        if self.stream.seekable():
            self.stream.seek(len(self.head))
        return self.head + _read(self.stream.read, max(0, size - len(self.head)))

    def lines_before(self, offset: int) -> int:
        """The number of lines that end before a byte; raises UnreadableInput."""
        if not offset:
            return 0
        self.stream.seek(0)
        lines, left = 0, offset
        while left and (block := _read(self.stream.read, min(left, 1 << 20))):
            lines, left = lines + block.count(b"\n"), left - len(block)
        return lines

    def lines(self, longest: int, offset: int = 0) -> Iterator[bytes]:
        """The lines from a byte on, with their ends; longer lines come in pieces. Raises UnreadableInput."""
        if offset:
            self.stream.seek(offset)
        else:
            head = io.BytesIO(self.head)
            while line := head.readline():
                if not line.endswith(b"\n"):
                    line += _read(self.stream.readline, max(0, longest - len(line)))
                yield line
        while line := _read(self.stream.readline, longest):
            yield line


def open_input(path: str) -> Input:
    """Open a file, or `-` for standard input; raises UnreadableInput."""
    if path == STDIN:
        if sys.stdin is None:  # Python's value for a closed standard input
            raise UnreadableInput("is closed")
        return Input(STDIN, sys.stdin.buffer, _read(sys.stdin.buffer.read, HEAD))
    try:
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()  # raises the reason if the folder cannot be read
            raise UnreadableInput("is a folder without files")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableInput("is not a regular file")
        stream = Path(path).open("rb")  # noqa: SIM115 - closed with the input
    except FileNotFoundError as error:
        raise UnreadableInput(_why_missing(path)) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableInput(f"cannot be read: {reason}") from error
    modified = datetime.fromtimestamp(status.st_mtime, UTC).astimezone().date()
    try:
        return Input(path, stream, _read(stream.read, HEAD), status.st_size, modified, modified_ns=status.st_mtime_ns)
    except UnreadableInput:
        stream.close()
        raise


def _why_missing(path: str) -> str:
    """Why no file has a path, and the cure where the path is an address or a source of papers."""
    scheme, is_address, rest = path.partition("://")
    if scheme == "file" and is_address:
        return f"is the address of a file; import the path {rest}"
    if is_address:
        return f"is an address, and {scheme}:// cannot be fetched; download the file, or use an https:// address"
    if path == "hf" or path.startswith("arxiv:"):
        return "does not exist; paperreader fetch gets the lists of a source"
    return "does not exist"


def input_of(source: Source) -> Input:
    """Bytes in memory as an input."""
    stream = io.BytesIO(source.data)
    return Input(source.name, stream, stream.read(HEAD), len(source.data), source.modified, source.listed_on)


def _read(read: Callable[[int], bytes], size: int) -> bytes:
    try:
        return read(size)
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}") from error
