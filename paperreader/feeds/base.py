"""What every importer is: it tells whether an input is its own, and reads it into papers and problems.

A bad item is a value, a `Problem` with its line, never an exception; the good part of an input is kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from paperreader.domain.parsed import ParsedItem, ParsedListing

HEAD = 65_536
"""Bytes of the beginning of an input by which its format is recognised."""


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one input and how the user named it."""

    name: str
    data: bytes
    modified: date | None = None
    """The day the file was last changed: the best hint to the year of a date that has none."""
    listed_on: date | None = None
    """The date of its list, where that is known beside the bytes."""


class Importer(Protocol):
    """A reader of one feed format, of inputs that fit in memory."""

    format: str
    """The name that `--format` and receipts use."""
    max_bytes: int
    """Bytes of the largest input that is read."""
    max_lines: int
    """Lines of the longest input that is read: a line may cost far more memory than its bytes."""

    def recognises(self, head: bytes) -> bool:
        """Whether the first `HEAD` bytes look like this format; cheap, never raises."""
        ...

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """The listings of an input with their papers and problems; never raises.

        None at all: the input is what it should be, and lists nothing, as a feed on a holiday. One without papers
        whose problems say why: nothing could be read.
        """
        ...


@runtime_checkable
class StreamImporter(Protocol):
    """A reader of one feed format, line by line, of inputs of any size."""

    format: str
    """The name that `--format` and receipts use."""

    def recognises(self, head: bytes) -> bool:
        """Whether the first `HEAD` bytes look like this format; cheap, never raises."""
        ...

    def read(self, lines: Iterable[bytes], *, line: int = 1, offset: int = 0) -> Iterator[ParsedItem]:
        """The items of an input's lines, the first of which has this number and begins at this byte; never raises.

        An import that was cut short goes on with the line after the last item that was stored.
        """
        ...
