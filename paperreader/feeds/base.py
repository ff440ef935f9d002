"""What every importer is: it tells whether an input is its own, and reads it into papers and problems.

A bad item is a value, a `Problem` with its line, never an exception; the good part of an input is kept.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from paperreader.domain.parsed import ParsedListing


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one input and how the user named it."""

    name: str
    data: bytes
    modified: date | None = None
    """The day the file was last changed: the best hint to the year of a date that has none."""


class Importer(Protocol):
    """A reader of one feed format."""

    format: str
    """The name that `--format` and receipts use."""

    def recognises(self, data: bytes) -> bool:
        """Whether the bytes look like this format; cheap, never raises."""
        ...

    def parse(self, data: bytes) -> ParsedListing:
        """The papers and problems of an input; never raises."""
        ...
