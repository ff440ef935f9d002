"""The process that updates a search index.

    python -m paperreader.services.indexing.process CATALOGUE [--follow]

With `--follow` it looks for new papers at each line on stdin, until stdin ends: an import uses this to index its papers
while it goes on.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from paperreader.services.indexing.update import catch_up
from paperreader.services.update_process import NICENESS, UpdateProcess, print_progress, run_update

FOLLOW = "--follow"


class IndexProcess(UpdateProcess):
    """Starts and controls the process that updates the index of a catalogue."""

    def __init__(self, catalogue: Path, *, follows: bool = False) -> None:
        arguments = [str(catalogue), *([FOLLOW] if follows else [])]
        super().__init__("the search index", __name__, arguments, is_asked=follows)
        self._is_finished = False

    def _started(self) -> None:
        if self._is_finished:
            self.finish()

    def look(self) -> None:
        """Tell a following process to look for new papers."""
        if self._process and self._process.stdin:
            with suppress(OSError, ValueError):  # the process has ended, or is told to finish
                self._process.stdin.write("\n")
                self._process.stdin.flush()

    def finish(self) -> None:
        """Tell a following process to finish the papers that it knows."""
        self._is_finished = True
        if self._process and self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()


def main(path: str, *options: str) -> int:
    """Update the index of the catalogue at a path; the exit status."""
    follows = FOLLOW in options
    if not follows:  # nobody waits for the process
        os.nice(NICENESS)
    more = (lambda: bool(sys.stdin.readline())) if follows else None
    return run_update(path, lambda catalogue: catch_up(catalogue, print_progress, more=more))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
