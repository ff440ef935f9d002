"""The interface of importers: recognise an input, and parse it into papers and problems.

A bad item becomes a `Problem` with its line, never an exception. The rest of the input is kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from paperreader.domain.parsed import ParsedItem, ParsedListing

HEAD = 65_536
"""Bytes from the start of an input that identify its format."""


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of an input, and the name the user gave."""

    name: str
    data: bytes
    modified: date | None = None
    """The day the file was last changed, which hints at the year of a date without one."""
    listed_on: date | None = None
    """The date of the list, if it is known from elsewhere."""


class Importer(Protocol):
    """An importer for inputs that fit in memory."""

    format: str
    """The name for `--format` and receipts."""
    max_bytes: int
    """The largest input in bytes."""
    max_lines: int
    """The longest input in lines: a line may cost far more memory than its bytes."""

    def recognises(self, head: bytes) -> bool:
        """Whether the first `HEAD` bytes look like this format. Fast; never raises."""
        ...

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """The listings of an input with their papers and problems. Never raises.

        An empty sequence means a valid input without papers, such as a feed on a holiday. A listing without papers has
        problems that say why.
        """
        ...


@runtime_checkable
class StreamImporter(Protocol):
    """An importer that reads an input of any size line by line."""

    format: str
    """The name for `--format` and receipts."""

    def recognises(self, head: bytes) -> bool:
        """Whether the first `HEAD` bytes look like this format. Fast; never raises."""
        ...

    def read(self, lines: Iterable[bytes], *, line: int = 1, offset: int = 0) -> Iterator[ParsedItem]:
        """The items in lines, of which the first has this number and byte offset. Never raises.

        An interrupted import continues after the last stored item.
        """
        ...
