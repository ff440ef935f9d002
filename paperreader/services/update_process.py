"""Processes that update derived files of a library; each has its own interpreter, so no key waits for it.

Such a process prints the papers that are done and their number. Exit status: 0 when all is current; 1 with a line on
stderr when the update failed; 75 when another process updates the same files. It may be killed at any moment, and ends
when its reader is gone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from paperreader.errors import PaperReaderError, StoreBusy, StoreError
from paperreader.files.error_codes import refused
from paperreader.storage.catalogue.catalogue import Catalogue

BUSY = 75
"""The exit status for "try again later" (`EX_TEMPFAIL` of sysexits.h)."""
NICENESS = 10


class UpdateProcess:
    """Starts and controls a process; `what` names what it updates. It runs a module with arguments."""

    def __init__(
        self,
        what: str,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        is_asked: bool = False,
    ) -> None:
        # -P: do not import modules from the current folder.
        self._what, self._argv = what, [sys.executable, "-P", "-m", module, *arguments]
        self._environment = {**os.environ, **environment} if environment else None
        self._is_asked = is_asked
        self._process: subprocess.Popen[str] | None = None
        self._is_stopped = False

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Start the process and wait for its end; raises StoreBusy if another process does the same, StoreError."""
        try:
            process = subprocess.Popen(
                self._argv,
                stdin=subprocess.PIPE if self._is_asked else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                env=self._environment,
                start_new_session=self._is_asked,  # Ctrl-C in an import does not interrupt its index
            )
        except OSError as error:
            raise refused(f"{self._what} cannot be built", error) from error
        self._process = process
        if self._is_stopped:
            process.kill()
        self._started()
        with process:
            assert process.stdout
            assert process.stderr
            for line in process.stdout:
                done, _, papers = line.partition(" ")
                if done.isdigit() and papers.strip().isdigit():
                    progress(int(done), int(papers))
            errors = process.stderr.read().strip().splitlines()
        if process.returncode == BUSY:
            raise StoreBusy(f"another process is writing {self._what}")
        if process.returncode and not self._is_stopped:
            raise StoreError(errors[-1] if errors else f"{self._what} could not be built: its process was killed")

    def _started(self) -> None:
        """Called once the process runs."""

    def stop(self) -> None:
        """Kill the process; the next update does its work again."""
        self._is_stopped = True
        if self._process:
            self._process.kill()


def run_update(path: str, update: Callable[[Catalogue], object]) -> int:
    """Update the derived files of the catalogue at a path; the exit status."""
    try:
        catalogue = Catalogue(Path(path))
        try:
            update(catalogue)
        finally:
            catalogue.close()
    except StoreBusy:
        return BUSY
    except PaperReaderError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # the reader is gone
        return 1
    return 0


def print_progress(done: int, papers: int) -> None:
    """Print a line of progress."""
    print(done, papers, flush=True)
