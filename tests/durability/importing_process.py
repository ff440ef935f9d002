"""A process that imports the sample papers, or a file in small pieces, and kills itself before a certain statement.

python importing_process.py FOLDER STATEMENT [FILE]

Statements count from 1; with 0 none is chosen, and how many there were goes to stdout.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from paperreader.services.importing.importer import import_paths, import_sample
from paperreader.services.importing.inputs import Sizes
from paperreader.services.library import Library

PIECE = 25
"""Items that are stored together."""


def import_and_die(folder: Path, fatal: int, file: str | None = None) -> int:
    """How many statements an import took, if it lives to tell."""
    statements = 0

    def count(_statement: str) -> None:
        nonlocal statements
        statements += 1
        if statements == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    library = Library(folder)
    library.catalogue.connection.set_trace_callback(count)
    if file is None:
        import_sample(library)
    else:
        import_paths(library, [file], sizes=Sizes(piece=PIECE))
    library.close()
    return statements


if __name__ == "__main__":
    print(import_and_die(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
