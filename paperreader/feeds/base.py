"""The interface of importers: recognise an input, and parse it into papers and problems.

A bad item becomes a `Problem` with its line, never an exception. The rest of the input is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from paperreader.domain.import_result import EXCERPT, ParsedItem, ParsedListing, Problem
from paperreader.domain.text import clean_line

if TYPE_CHECKING:  # 6 ms of patterns that the first frame does not need
    from paperreader.feeds.syntax.page_lines import Line

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


@dataclass(slots=True)
class ProblemLog:
    """The problems of an input, and the parts of it that they set aside."""

    problems: list[Problem] = field(default_factory=list)
    set_aside: list[tuple[int, bytes]] = field(default_factory=list)

    def refuse(self, lines: Sequence[Line], reason: str) -> None:
        """Make lines a problem, and keep them."""
        text = next((line.text for line in lines if line.text.strip(" \\")), "")
        self.problems.append(Problem(lines[0].number, reason, clean_line(text, EXCERPT)))
        self.set_aside.append((lines[0].number, b"\n".join(line.raw for line in lines)))

    def on_first(self, listings: Sequence[ParsedListing]) -> tuple[ParsedListing, ...]:
        """The listings; the first one has the problems, in the order of their lines."""
        problems = tuple(sorted(self.problems, key=lambda problem: problem.line or 0))
        return (replace(listings[0], problems=problems, set_aside=tuple(sorted(self.set_aside))), *listings[1:])


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
