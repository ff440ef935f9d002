"""Lines at the end of a journal: written and on the disk, or taken back where the disk refused."""

import os
from dataclasses import dataclass
from pathlib import Path

from paperreader.files.atomic import write_all
from paperreader.files.system import System


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """Where a line is of which unknown parts may be on the disk: a journal, the place in it and its length in bytes."""

    path: Path
    offset: int
    length: int


class JournalLines:
    """Appends lines; one that was refused must not be found in the journal later. Both need the lock held."""

    def __init__(self, system: System, notices: list[str]) -> None:
        self.refused: RefusedLine | None = None
        """A refused line that could not be cut away yet; until it is, nothing may be read or written."""
        self._system = system
        self._notices = notices

    def append(self, path: Path, offset: int, line: bytes) -> None:
        """Write a line at the end of a journal, at `offset`, and sync it; raises OSError, and then takes it back."""
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
        """Cut away a line that was refused, if there is one; raises OSError."""
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
