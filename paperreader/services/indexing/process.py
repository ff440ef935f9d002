"""A process of its own that brings a search index up to date: it has its own interpreter, and no key waits for it.

    python -m paperreader.services.indexing.process CATALOGUE [--follow]

It prints how many papers are done, of how many, and ends with the status 0 when the index is up to date, 1 with a line
on stderr when it could not be brought there, and 75 when another process is at it. It may be killed at any moment, and
ends when nobody listens. With `--follow` it looks for more at each line on stdin, until that ends: so what an import
brings is indexed while the import goes on.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from paperreader.errors import PaperReaderError, StoreBusy, StoreError
from paperreader.files.refusals import refused
from paperreader.services.indexing.upkeep import catch_up
from paperreader.storage.catalogue.catalogue import Catalogue

_BUSY = 75
"""The exit status that says to try again later (`EX_TEMPFAIL` of sysexits.h)."""
_KINDNESS = 10
"""How far the process steps back for others."""
FOLLOW = "--follow"
"""What has the process look for more."""


class IndexProcess:
    """The process that brings the index of a catalogue up to date, from without."""

    def __init__(self, catalogue: Path, *, follows: bool = False) -> None:
        # -P: modules in the folder that one works in are not the program's.
        self._argv = [sys.executable, "-P", "-m", __name__, str(catalogue), *([FOLLOW] if follows else [])]
        self._follows = follows
        self._process: subprocess.Popen[str] | None = None
        self._is_stopped = self._is_finished = False

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Start it and wait for its end; raises StoreBusy where another process is at it, StoreError where it fails."""
        try:
            process = subprocess.Popen(
                self._argv,
                stdin=subprocess.PIPE if self._follows else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=self._follows,  # what interrupts an import leaves the index of it to be finished
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
            said = process.stderr.read().strip().splitlines()
        if process.returncode == _BUSY:
            raise StoreBusy("another process is writing the search index")
        if process.returncode and not self._is_stopped:
            raise StoreError(said[-1] if said else "the search index could not be built: its process was killed")

    def look(self) -> None:
        """Have it look for more, if it follows."""
        if self._process and self._process.stdin:
            with suppress(OSError, ValueError):  # it is gone, or is to finish
                self._process.stdin.write("\n")
                self._process.stdin.flush()

    def finish(self) -> None:
        """Have it finish when it has caught up, if it follows."""
        self._is_finished = True
        if self._process and self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()

    def stop(self) -> None:
        """End it; what it has not finished is begun again the next time."""
        self._is_stopped = True
        if self._process:
            self._process.kill()


def main(path: str, *options: str) -> int:
    """Bring the index of the catalogue at a path up to date; the exit status."""
    follows = FOLLOW in options
    if not follows:  # else somebody waits for it
        os.nice(_KINDNESS)
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
