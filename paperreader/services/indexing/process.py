"""The process that updates a search index; it has its own interpreter, so no key waits for it.

    python -m paperreader.services.indexing.process CATALOGUE [--follow]

It prints the papers that are done and their number. Exit status: 0 when the index is current; 1 with a line on stderr
when the update failed; 75 when another process updates the index. It may be killed at any moment, and ends when its
reader is gone. With `--follow` it looks for new papers at each line on stdin, until stdin ends: an import uses this to
index its papers while it goes on.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from paperreader.errors import PaperReaderError, StoreBusy, StoreError
from paperreader.files.error_codes import refused
from paperreader.services.indexing.update import catch_up
from paperreader.storage.catalogue.catalogue import Catalogue

_BUSY = 75
"""The exit status for "try again later" (`EX_TEMPFAIL` of sysexits.h)."""
_NICENESS = 10
FOLLOW = "--follow"


class IndexProcess:
    """Starts and controls the process that updates the index of a catalogue."""

    def __init__(self, catalogue: Path, *, follows: bool = False) -> None:
        # -P: do not import modules from the current folder.
        self._argv = [sys.executable, "-P", "-m", __name__, str(catalogue), *([FOLLOW] if follows else [])]
        self._follows = follows
        self._process: subprocess.Popen[str] | None = None
        self._is_stopped = self._is_finished = False

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Start the process and wait for its end; raises StoreBusy if another process updates the index, StoreError."""
        try:
            process = subprocess.Popen(
                self._argv,
                stdin=subprocess.PIPE if self._follows else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=self._follows,  # Ctrl-C in an import does not interrupt its index
            )
        except OSError as error:
            raise refused("the search index cannot be built", error) from error
        self._process = process
        if self._is_stopped:
            process.kill()
        if self._is_finished:
            self.finish()
        with process:
            assert process.stdout
            assert process.stderr
            for line in process.stdout:
                done, _, papers = line.partition(" ")
                if done.isdigit() and papers.strip().isdigit():
                    progress(int(done), int(papers))
            errors = process.stderr.read().strip().splitlines()
        if process.returncode == _BUSY:
            raise StoreBusy("another process is writing the search index")
        if process.returncode and not self._is_stopped:
            raise StoreError(errors[-1] if errors else "the search index could not be built: its process was killed")

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

    def stop(self) -> None:
        """Kill the process; the next update does its work again."""
        self._is_stopped = True
        if self._process:
            self._process.kill()


def main(path: str, *options: str) -> int:
    """Update the index of the catalogue at a path; the exit status."""
    follows = FOLLOW in options
    if not follows:  # nobody waits for the process
        os.nice(_NICENESS)
    try:
        catalogue = Catalogue(Path(path))
        try:
            catch_up(catalogue, _print_progress, more=(lambda: bool(sys.stdin.readline())) if follows else None)
        finally:
            catalogue.close()
    except StoreBusy:
        return _BUSY
    except PaperReaderError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # the reader is gone
        return 1
    return 0


def _print_progress(done: int, papers: int) -> None:
    print(done, papers, flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
