"""The inputs of an import: the files that paths stand for, opened, and read whole within bounds or line by line."""

import hashlib
import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator
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
    """How much of an input is taken at a time."""

    head: int = HEAD
    """Bytes of the beginning by which the format is recognised."""
    line: int = 4_000_000
    """Bytes of a line that are read together; a longer one comes in pieces, none of which can be an item."""
    piece: int = 5_000
    """Items of a stream that are stored together."""
    problems: int = 1_000
    """Problems of a stream of which each is told and its lines are kept; of more, how many they are."""


SIZES = Sizes()


def files_of(paths: Iterable[str]) -> Iterator[str]:
    """The files that paths stand for: a folder's are taken with those of its folders, hidden ones left out."""
    for path in paths:
        if path == STDIN or not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
            yield path
            continue
        found = False
        seen = {os.path.realpath(path)}
        unreadable: list[OSError] = []
        for folder, folders, names in os.walk(path, onerror=unreadable.append, followlinks=True):
            folders[:] = [name for name in sorted(folders) if not name.startswith(".") and _is_new(folder, name, seen)]
            for name in sorted(names):
                if not name.startswith("."):
                    found = True
                    yield str(Path(folder, name))
        yield from (error.filename for error in unreadable)
        if not found and not unreadable:
            yield path  # which is then reported as a folder without files


def _is_new(folder: str, name: str, seen: set[str]) -> bool:
    """Whether a folder is none of those seen, which then holds it too: links may lead round in circles."""
    before = len(seen)
    seen.add(os.path.realpath(Path(folder, name)))
    return len(seen) > before


@dataclass(slots=True)
class Input(AbstractContextManager["Input"]):
    """An open input, of which the beginning is known."""

    name: str
    stream: BinaryIO
    head: bytes
    size: int | None = None
    """Bytes; None where that is not known before the end."""
    modified: date | None = None
    listed_on: date | None = None
    changed: int = 0
    """When the file was last changed, in nanoseconds."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.stream is not getattr(sys.stdin, "buffer", None):
            self.stream.close()

    @property
    def fingerprint(self) -> str | None:
        """What tells that it is the same input as one before; None where it cannot be read from the middle."""
        if self.size is None:
            return None
        return hashlib.sha256(b"%d %d " % (self.size, self.changed) + self.head).hexdigest()

    def whole(self, importer: Importer) -> Source:
        """All of it; raises UnreadableInput where it is larger than any input of its format."""
        most = max(importer.max_bytes, len(self.head))
        data = self.head + _read(self.stream, most + 1 - len(self.head))
        if len(data) > importer.max_bytes:
            size = f"{importer.max_bytes // 1_000_000} MB"
            raise UnreadableInput(f"is larger than {size}, which no {importer.format} input is")
        if data.count(b"\n") + data.count(b"\r") > 2 * importer.max_lines:  # at \r\n there are two
            raise UnreadableInput(f"has more than {importer.max_lines:,} lines, which no {importer.format} input has")
        return Source(self.name, data, self.modified, self.listed_on)

    def beginning(self, size: int) -> bytes:
        """So many bytes of the beginning, or all there are; raises UnreadableInput. Then it is read no further."""
        if self.stream.seekable():
            self.stream.seek(len(self.head))
        return self.head + _read(self.stream, max(0, size - len(self.head)))

    def lines_before(self, offset: int) -> int:
        """How many lines end before a byte; raises UnreadableInput."""
        if not offset:
            return 0
        self.stream.seek(0)
        lines, left = 0, offset
        while left and (block := _read(self.stream, min(left, 1 << 20))):
            lines, left = lines + block.count(b"\n"), left - len(block)
        return lines

    def lines(self, longest: int, offset: int = 0) -> Iterator[bytes]:
        """Its lines from a byte on, each with its end; a longer one than `longest` comes in pieces.

        Raises UnreadableInput where it cannot be read on.
        """
        begun = io.BytesIO(self.head)
        if offset:
            self.stream.seek(offset)
        else:
            while line := begun.readline():
                if line.endswith(b"\n"):
                    yield line
                else:
                    yield line + _readline(self.stream, max(0, longest - len(line)))
        while line := _readline(self.stream, longest):
            yield line


def open_input(path: str, head: int = HEAD) -> Input:
    """Open a file, or `-` for standard input; raises UnreadableInput."""
    if path == STDIN:
        if sys.stdin is None:  # what Python makes of a closed one
            raise UnreadableInput("is closed")
        stream: BinaryIO = sys.stdin.buffer
        return Input(STDIN, stream, _read(stream, head))
    try:
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()  # which says why, if it cannot be read
            raise UnreadableInput("is a folder without files")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableInput("is not a regular file")
        stream = Path(path).open("rb")  # noqa: SIM115 - closed with the input
    except FileNotFoundError as error:
        raise UnreadableInput("does not exist") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableInput(f"cannot be read: {reason}") from error
    modified = datetime.fromtimestamp(status.st_mtime, UTC).astimezone().date()
    try:
        return Input(path, stream, _read(stream, head), status.st_size, modified, changed=status.st_mtime_ns)
    except UnreadableInput:
        stream.close()
        raise


def input_of(source: Source, head: int = HEAD) -> Input:
    """What was read already, as an input."""
    stream = io.BytesIO(source.data)
    return Input(source.name, stream, stream.read(head), len(source.data), source.modified, source.listed_on)


def _read(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, or all that are left."""
    try:
        return stream.read(size)
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}") from error


def _readline(stream: BinaryIO, size: int) -> bytes:
    try:
        return stream.readline(size)
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}") from error
