"""A process that opens a library with a catalogue of schema 10, and kills itself before a certain statement.

python converting_process.py FOLDER STATEMENT

Statements of the catalogue's conversion count from 1; with 0 none is chosen, and how many there were goes to stdout.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from paperreader.services.library import Library


class DyingLibrary(Library):
    """A library whose process is killed while its catalogue is converted."""

    statements = 0
    fatal = 0

    def _convert(self, *, is_optional: bool) -> None:
        self.catalogue.connection.set_trace_callback(self._count)
        super()._convert(is_optional=is_optional)
        self.catalogue.connection.set_trace_callback(None)

    def _count(self, _statement: str) -> None:
        self.statements += 1
        if self.statements == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    DyingLibrary.fatal = int(sys.argv[2])
    library = DyingLibrary(Path(sys.argv[1]))
    print(library.statements)
    library.close()
