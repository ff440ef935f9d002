"""A progress line on stderr, shown on a terminal while a command takes a long time."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from paperreader.cli.output import cut_to
from paperreader.domain.text import clean_line
from paperreader.services.job_progress import JobProgress

_DELAY = 0.5
"""Seconds before the line appears."""
_INTERVAL = 0.1
"""Seconds between two updates."""
_COLUMNS = 80
"""Columns of a terminal that does not report its width."""


class ProgressLine:
    """Shows the current step of a command on one line of a terminal."""

    def __init__(self) -> None:
        self._due = time.monotonic() + _DELAY
        self._has_terminal = sys.stderr.isatty()
        self._is_visible = False

    def show(self, text: str) -> None:
        """Show a text, unless the line was updated just before."""
        now = time.monotonic()
        if self._has_terminal and now > self._due:
            self._due, self._is_visible = now + _INTERVAL, True
            columns = os.get_terminal_size(sys.stderr.fileno()).columns or _COLUMNS
            # A text that fills the last column wraps, and could not be overwritten.
            click.echo(f"\r{cut_to(clean_line(text), columns - 1)}\x1b[K", nl=False, err=True)

    def show_indexing(self, done: int, papers: int) -> None:
        """Show how many of the papers are indexed."""
        self.show(f"indexing: {done:,} of {papers:,} papers")

    def show_import(self, name: str, done: int, size: int) -> None:
        """Show which part of an input is imported; sizes are in bytes."""
        self.show(f"importing {min(1.0, done / size) if size else 1.0:.0%} of {name.rpartition('/')[2]}")

    def show_job(self, progress: JobProgress) -> None:
        """Show how far a fetch is."""
        self.show(str(progress))

    def clear(self) -> None:
        """Remove the line."""
        if self._is_visible:
            click.echo("\r\x1b[K", nl=False, err=True)
            self._is_visible = False


@contextmanager
def progress_line() -> Iterator[ProgressLine]:
    """A progress line that is removed at the end."""
    line = ProgressLine()
    try:
        yield line
    finally:
        line.clear()
