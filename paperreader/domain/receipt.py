"""What an import came to, file by file: every line of the input is accounted for."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from paperreader.domain.parsed import Problem


class Outcome(IntEnum):
    """The exit status that an outcome has in the shell."""

    DONE = 0
    FAILED = 1
    INCOMPLETE = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of papers: `listed = new + known`, and `updated` is the part of `known` whose text or figures changed."""

    listed: int = 0
    new: int = 0
    known: int = 0
    updated: int = 0
    problems: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def items(self) -> Iterator[tuple[str, int]]:
        """Name and count of each figure."""
        return ((name, getattr(self, name)) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class FileReceipt:
    """What importing one file came to; `format` is None where it could not be read."""

    path: str
    format: str | None = None
    date: datetime.date | None = None
    date_guessed: bool = False
    figures: Figures = Figures()
    problems: tuple[Problem, ...] = ()
    quarantine: str | None = None
    """The file that holds the odd lines, verbatim."""
    cut_short: str = ""
    """Why its import ended in the middle, if it did; the figures are of what was stored until then."""
    in_short: str = ""
    """The whole of it in a few words, where a problem says more than there is room for in a line."""


@dataclass(frozen=True, slots=True)
class ImportReceipt:
    """What an import came to."""

    files: tuple[FileReceipt, ...]
    is_refused: bool = False
    """Whether the disk refused to store some of it, so that the rest was not tried."""

    @property
    def totals(self) -> Figures:
        """The figures of all files together."""
        return sum((receipt.figures for receipt in self.files), Figures())

    @property
    def is_one_failure(self) -> bool:
        """Whether a line holds all of it: one input that could not be read, for one reason."""
        return len(self.files) == 1 and not self.files[0].format and len(self.files[0].problems) <= 1

    @property
    def outcome(self) -> Outcome:
        """Whether all was read, something was set aside, or nothing could be read or the disk refused."""
        if self.is_refused or not any(receipt.format for receipt in self.files):
            return Outcome.FAILED
        return Outcome.INCOMPLETE if self.totals.problems else Outcome.DONE


@dataclass(frozen=True, slots=True)
class Came:
    """What an import or a fetch came to, and when; `notes` are what else is to be told."""

    at: datetime.datetime
    receipt: ImportReceipt
    notes: tuple[str, ...] = ()
