"""Appending journal lines, and removing a line that the disk refused."""

import os
from dataclasses import dataclass
from pathlib import Path

from paperreader.files.atomic import write_all
from paperreader.files.system import System


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that may be partly on disk: journal, offset and length in bytes."""

    path: Path
    offset: int
    length: int


class JournalLines:
    """Appends lines. A refused line must never be found in the journal later. Needs the lock."""

    def __init__(self, system: System, notices: list[str]) -> None:
        self.refused: RefusedLine | None = None
        """A refused line that is not removed yet; until then nothing may be read or written."""
        self._system = system
        self._notices = notices

    def append(self, path: Path, offset: int, line: bytes) -> None:
        """Append a line at `offset` and sync it. On failure, remove it and raise OSError."""
        descriptor = self._system.open(path, os.O_WRONLY)
        try:
            write_all(self._system, descriptor, line, offset)
            self._system.sync_data(descriptor)
        except OSError:
            self.refused = RefusedLine(path, offset, len(line))
            self.take_back()
            raise
        finally:
            self._system.close(descriptor)

    def take_back(self) -> None:
        """Remove a refused line, if any. Raises OSError."""
        if self.refused is None:
            return
        descriptor = self._system.open(self.refused.path, os.O_WRONLY)
        try:
            if self._system.size(descriptor) <= self.refused.offset + self.refused.length:
                self._system.truncate(descriptor, self.refused.offset)
            else:
                self._notices.append("an action that was refused was made after all: another window had read it")
        finally:
            self._system.close(descriptor)
        self.refused = None
