"""What an import came to, file by file: every line of the input is accounted for."""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.parsed import Problem

SHOWN = 5
"""Problems of one kind that a receipt shows; of the others it shows the number."""
_Told = TypeVar("_Told")
_FIGURE = re.compile(r"\d[\d,.]*")


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
class Encoding:
    """The encoding of an input. `odd_lines`: how many of its lines have it, if the others are UTF-8."""

    name: str
    is_guessed: bool = False
    odd_lines: int = 0

    @property
    def remark(self) -> str:
        """What to say about a guess; empty if the encoding is certain."""
        if not self.is_guessed:
            return ""
        lines = f"{self.odd_lines:,} {'line' if self.odd_lines == 1 else 'lines'}"
        read = f"read as UTF-8, {lines} as {self.name}" if self.odd_lines else f"read as {self.name}"
        return f"{read} (guessed); convert the file to UTF-8 if letters are wrong"


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
    encoding: Encoding | None = None
    """None: it was not read."""
    kept_before: int = 0
    """How many of the papers an interrupted import had kept."""
    joined: tuple[tuple[PaperKey, tuple[PaperKey, ...]], ...] = ()
    """The papers that this import merged: the key of each, and the keys that it had before."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What else the user should know: none of it is a problem."""
        resumed = f"resumed after the {self.kept_before:,} papers that an interrupted import kept"
        encoding = self.encoding.remark if self.encoding else ""
        joined = [_told_as_one(key, were) for key, were in self.joined[:SHOWN]]
        if (more := len(self.joined) - SHOWN) > 0:
            joined.append(f"{more:,} more papers were merged")
        return (*((resumed,) if self.kept_before else ()), *((encoding,) if encoding else ()), *joined)


@dataclass(frozen=True, slots=True)
class ImportReceipt:
    """What an import came to."""

    files: tuple[FileReceipt, ...]
    is_refused: bool = False
    """Whether the disk refused to store some of it, so that the rest was not tried."""
    is_interrupted: bool = False
    """Whether the user interrupted it; then the rest was not tried."""

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


def _told_as_one(key: PaperKey, were: Sequence[PaperKey]) -> str:
    """The remark about papers that an import merged. Their old keys split them, whatever the sources share."""
    first, *others = were
    told = f"{len(were)} papers were found to be one: {key}; paperreader split {first}"
    if len(others) == 1:
        return f"{told} {others[0]} reverses it"
    return f"{told} ID splits off one of {', '.join(others[:SHOWN])}"


def kind_of(problem: Problem) -> str:
    """The reason of a problem without figures and quotations; problems of one kind share it."""
    return _FIGURE.sub("…", problem.reason.partition(": ")[0])


def first_of_each_kind(
    problems: Iterable[_Told], kind: Callable[[_Told], str], most: int = SHOWN
) -> tuple[list[_Told], dict[str, int]]:
    """The first problems of each kind, in their order; and the number of further ones by kind."""
    counts: Counter[str] = Counter()
    told = []
    for problem in problems:
        counts[kind(problem)] += 1
        if counts[kind(problem)] <= most:
            told.append(problem)
    return told, {name: count - most for name, count in counts.items() if count > most}
