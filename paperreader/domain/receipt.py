"""The receipt of an import: for each file the counts, the problems and the remarks."""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.import_result import Problem
from paperreader.domain.text import Safe

SHOWN = 5
"""Problems of one kind that a receipt shows. It counts the others."""
_Problem = TypeVar("_Problem")
_FIGURE = re.compile(r"\d[\d,.]*")


class Outcome(IntEnum):
    """The exit status of an import."""

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
        """The name and the count of each figure."""
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
    """The receipt of one file. `format` is None if the file could not be read."""

    path: str
    format: str | None = None
    date: datetime.date | None = None
    date_guessed: bool = False
    figures: Figures = Figures()
    problems: tuple[Problem, ...] = ()
    quarantine: str | None = None
    """The file with the lines of the problems, unchanged."""
    cut_short: str = ""
    """Why the import stopped in the middle. The figures count what was stored before."""
    in_short: str = ""
    """The problem in a few words, if its reason is too long for a line."""
    encoding: Encoding | None = None
    """None: the file was not read."""
    kept_before: int = 0
    """The number of papers that an interrupted import had stored."""
    joined: tuple[tuple[PaperKey, tuple[PaperKey, ...]], ...] = ()
    """The papers that this import merged: the key of each, and the keys it had before."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """Notes for the user that are not problems."""
        resumed = f"resumed after {self.kept_before:,} papers that an interrupted import stored"
        encoding = self.encoding.remark if self.encoding else ""
        joined = [_merge_remark(key, were) for key, were in self.joined[:SHOWN]]
        if (more := len(self.joined) - SHOWN) > 0:
            joined.append(f"more papers that were merged: {more:,}")
        return (*((resumed,) if self.kept_before else ()), *((encoding,) if encoding else ()), *joined)


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """How many papers rules skipped, kept for later, followed and tagged. One paper may count more than once."""

    skipped: int = 0
    later: int = 0
    followed: int = 0
    tagged: int = 0

    def __bool__(self) -> bool:
        return any((self.skipped, self.later, self.followed, self.tagged))

    def items(self) -> tuple[tuple[str, int], ...]:
        """The name and the count of each effect."""
        return tuple((name, getattr(self, name)) for name in self.__slots__)

    @property
    def text(self) -> Safe:
        """The counts in words: `12 skipped, 3 followed`."""
        words = {"later": "kept for later"}
        return Safe(", ".join(f"{count:,} {words.get(name, name)}" for name, count in self.items() if count))


@dataclass(frozen=True, slots=True)
class RulesReceipt:
    """What the rules did with the papers of an import, in one action."""

    counts: RuleCounts = RuleCounts()
    action: int = 0
    """The number of the action; 0 if the rules found no paper."""
    problem: str = ""
    """Why the rules did not act. The next import makes up for it."""

    @property
    def text(self) -> str:
        """What the receipt says about rules; empty if they found no paper."""
        if self.problem:
            return f"rules: not applied: {self.problem}; the next import applies them"
        return f"rules: {self.counts.text}" if self.counts else ""


@dataclass(frozen=True, slots=True)
class StarsReceipt:
    """What an import starred, in one action."""

    papers: int = 0
    action: int = 0
    """The number of the action; 0 if all papers were starred already."""
    problem: str = ""
    """Why papers were left out."""


@dataclass(frozen=True, slots=True)
class ImportReceipt:
    """The receipts of all files of an import."""

    files: tuple[FileReceipt, ...]
    is_refused: bool = False
    """Whether a write to the disk failed. Then the rest was not tried."""
    is_interrupted: bool = False
    """Whether the user interrupted it; then the rest was not tried."""
    rules: RulesReceipt = RulesReceipt()
    stars: StarsReceipt | None = None
    """None: the user did not ask for stars."""

    @property
    def totals(self) -> Figures:
        """The figures of all files together."""
        return sum((receipt.figures for receipt in self.files), Figures())

    @property
    def is_one_failure(self) -> bool:
        """Whether the receipt is about one file that could not be read, for one reason."""
        return len(self.files) == 1 and not self.files[0].format and len(self.files[0].problems) <= 1

    @property
    def outcome(self) -> Outcome:
        """Failed if nothing was read or a write failed; incomplete if there are problems; else done."""
        if self.is_refused or not any(receipt.format for receipt in self.files):
            return Outcome.FAILED
        return Outcome.INCOMPLETE if self.totals.problems else Outcome.DONE


@dataclass(frozen=True, slots=True)
class TimedReceipt:
    """The receipt of an import or a fetch, its time, and notes for the user."""

    at: datetime.datetime
    receipt: ImportReceipt
    notes: tuple[str, ...] = ()


def _merge_remark(key: PaperKey, were: Sequence[PaperKey]) -> str:
    """The remark about papers that an import merged, with the command that splits them by their old keys."""
    first, *others = were
    remark = f"{len(were)} papers were merged into one: {key}; paperreader split {first}"
    if len(others) == 1:
        return f"{remark} {others[0]} reverses it"
    return f"{remark} ID splits off one of {', '.join(others[:SHOWN])}"


def kind_of(problem: Problem) -> str:
    """The reason of a problem without its numbers and quotations. Problems of one kind have equal reasons."""
    return _FIGURE.sub("…", problem.reason.partition(": ")[0])


def first_of_each_kind(
    problems: Iterable[_Problem], kind: Callable[[_Problem], str], most: int = SHOWN
) -> tuple[list[_Problem], dict[str, int]]:
    """The first problems of each kind in their order, and for each kind the number of others."""
    counts: Counter[str] = Counter()
    first = []
    for problem in problems:
        counts[kind(problem)] += 1
        if counts[kind(problem)] <= most:
            first.append(problem)
    return first, {name: count - most for name, count in counts.items() if count > most}
