"""How far something is, for whoever waits for it in a terminal: one line on stderr, when it takes long."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from paperreader.cli.output import cut_to
from paperreader.domain.text import clean_line

_PATIENCE = 0.5
"""Seconds that may pass without a word."""
_EVERY = 0.1
"""Seconds between two figures."""
_BAR = range(8, 25)
"""Columns that a bar may have."""
_NAME = 28
"""Letters of the name of what is read."""
_COLUMNS = 80
"""Columns of a terminal that does not say how many it has."""


class ProgressLine:
    """Tells what is done so far, on a terminal only; `clear` takes the line away."""

    def __init__(self) -> None:
        self._begun = self._told = time.monotonic()
        self._shows = sys.stderr.isatty()
        self._is_there = False

    def indexing(self, done: int, papers: int) -> None:
        """How many papers are indexed, of how many."""
        self._tell(lambda columns: cut_to(f"indexing: {done:,} of {papers:,} papers", columns))

    def reading(self, name: str, done: int, size: int) -> None:
        """How many bytes of an input are imported, of how many."""
        label = f"importing {clean_line(name.rpartition('/')[2], _NAME)}"
        self._tell(lambda columns: with_bar(label, min(1.0, done / size) if size else 1.0, columns))

    def saying(self, text: str) -> None:
        """Anything else."""
        self._tell(lambda columns: cut_to(clean_line(text), columns))

    def clear(self) -> None:
        """Take the line away."""
        if self._is_there:
            click.echo("\r\x1b[K", nl=False, err=True)
            self._is_there = False

    def _tell(self, text: Callable[[int], str]) -> None:
        now = time.monotonic()
        if self._shows and now - self._begun > _PATIENCE and now - self._told > _EVERY:
            self._told, self._is_there = now, True
            columns = os.get_terminal_size(sys.stderr.fileno()).columns or _COLUMNS
            # A line that fills the last column goes on in the next, where it would not be written over.
            click.echo(f"\r{text(columns - 1)}\x1b[K", nl=False, err=True)


@contextmanager
def progress_line() -> Iterator[ProgressLine]:
    """A line that is taken away in the end."""
    line = ProgressLine()
    try:
        yield line
    finally:
        line.clear()


def with_bar(label: str, part: float, columns: int) -> str:
    """What is going on, a bar where there is room for one, and how much of it is done, in so many columns."""
    from rich.cells import cell_len

    percent = f" {part:4.0%}"
    label = cut_to(label, columns - len(percent))
    room = min(_BAR[-1], columns - cell_len(f"{label} []{percent}"))
    filled = round(part * room)
    bar = f" [{'#' * filled}{'.' * (room - filled)}]" if room in _BAR else ""
    return f"{label}{bar}{percent}"
