"""Importing an input of any size as a stream: in pieces, each one transaction together with how far it has come.

An import that was cut short goes on behind the last piece that was stored, and its receipt accounts for all pieces.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.listing import KnownListing, Listing
from paperreader.domain.parsed import EXCERPT, ParsedItem, ParsedPaper, Problem, is_page
from paperreader.domain.places import ImportedFile, imported_file
from paperreader.domain.receipt import Figures, FileReceipt
from paperreader.domain.text import clean_line
from paperreader.errors import FetchCancelled, StoreError, UnreadableInput
from paperreader.feeds.base import StreamImporter
from paperreader.feeds.syntax.encoding import DecodedLines
from paperreader.services.importing.inputs import STDIN, Input, Sizes
from paperreader.services.library import Library
from paperreader.storage.catalogue.imports import Decided, Placing, add_papers
from paperreader.storage.quarantine import QuarantineFile, forget_aside, found_aside, set_aside

_GROWTH = 3
NO_PAPERS = Problem(None, "holds no papers")
"""What is wrong with an input where nothing else is told of it."""

CutShort = UnreadableInput | StoreError | FetchCancelled | KeyboardInterrupt
"""What ends an import in the middle of its input."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """What came of an input that was stored in pieces; what cut it short, and how far all imports of it came."""

    receipt: FileReceipt
    cut_short: CutShort | None = None
    kept: int = 0
    """Papers that are stored."""
    share: float | None = None
    """Of the input; None where its size is not known."""


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far an input has come: where the next item begins, and what was found before it."""

    offset: int = 0
    figures: Figures = Figures()
    ranks: Counter[str] = field(default_factory=Counter)
    """How many papers each list has, by feed and date."""
    problems: tuple[Problem, ...] = ()
    """The first ones, of which each is told."""
    aside: QuarantineFile | None = None
    """The file of the lines that were set aside."""

    def encode(self) -> str:
        """As the catalogue keeps it."""
        aside = [str(self.aside.path), self.aside.is_own] if self.aside else None
        problems = [[problem.line, problem.reason, problem.excerpt] for problem in self.problems]
        return json.dumps([self.offset, dict(self.figures.items()), self.ranks, problems, aside])

    @staticmethod
    def decode(text: str | None) -> "_Progress":
        """What was kept; the beginning, where that cannot be read."""
        try:
            offset, figures, ranks, *kept = json.loads(text or "")
            problems, aside = kept or ((), None)  # an older version kept neither
            return _Progress(
                int(offset),
                Figures(**figures),
                Counter(ranks),
                tuple(map(_problem, problems)),
                found_aside(Path(aside[0]), is_own=aside[1]) if aside else None,
            )
        except (ValueError, TypeError):
            return _Progress()


def import_stream(
    library: Library,
    found: Input,
    importer: StreamImporter,
    day: date | None,
    progress: Callable[[int, int], None],
    sizes: Sizes,
) -> Streamed:
    """Import an input, what says no date under the one that the user said.

    Where it is cut short, what was stored before stays, and the receipt is of what this run stored. Raises StoreError.
    """
    run = _Run(library, found, day, sizes)
    begin = run.done.offset
    cut_short: CutShort | None = None
    try:
        items = importer.read(run.lines, line=1 + found.lines_before(begin), offset=begin)
        progress(begin, found.size or 0)
        for piece in _pieces(items, lambda: run.piece):
            run.store(piece)
            progress(run.done.offset, found.size or run.done.offset)
        run.end()
    except (UnreadableInput, StoreError, FetchCancelled, KeyboardInterrupt) as error:
        cut_short = error
    receipt = run.receipt(importer.format, is_whole=cut_short is None)
    share = run.done.offset / found.size if found.size and not run.lines.is_shifted else None
    return Streamed(receipt, cut_short, run.done.figures.listed, share)


def _pieces(items: Iterator[ParsedItem], size: Callable[[], int]) -> Iterator[list[ParsedItem]]:
    """The items that are stored together; raises UnreadableInput, behind what came before it."""
    piece: list[ParsedItem] = []
    try:
        for item in items:
            piece.append(item)
            if len(piece) >= size():
                yield piece
                piece = []
    except UnreadableInput:
        if piece:
            yield piece
        raise
    if piece:
        yield piece


class _Run:
    """One run over an input: how far it has come, and what this run stored."""

    def __init__(self, library: Library, found: Input, day: date | None, sizes: Sizes) -> None:
        file = imported_file("standard input" if found.name == STDIN else found.name)
        mark = found.fingerprint
        self._mark = mark and f"{mark} {day}" if day else mark
        self._library, self._name = library, found.name
        self._undated: Listing | ImportedFile = Listing(file.feed, day) if day else file
        self._figures = Figures()
        self._joined: dict[PaperKey, tuple[PaperKey, ...]] = {}
        done = _Progress.decode(library.catalogue.unfinished(self._mark) if self._mark else None)
        self._kept_before = done.figures.listed
        # What an earlier run brought is known by now.
        known = Figures(self._kept_before, 0, self._kept_before, 0, done.figures.problems)
        self.done = replace(done, figures=known)
        self._told_before = len(self.done.problems)
        self._most_problems = sizes.problems
        self.piece = sizes.piece
        """How many items are stored together."""
        self.lines = DecodedLines(found.lines(sizes.line, self.done.offset), found.head, sizes.line)

    def store(self, piece: list[ParsedItem]) -> None:
        """Store a piece, and how far the input has come with it; raises StoreError, and it is as if never called."""
        catalogue, ranks = self._library.catalogue, self.done.ranks.copy()
        with catalogue.transaction():
            added = add_papers(
                catalogue, _placed(self._library, piece, self._undated, ranks), decided_by(self._library)
            )
            refused = [(item.found, item) for item in piece if isinstance(item.found, Problem)]
            repeated = [repeat_of(paper) for paper in added.repeated]
            before = self.done.aside
            room = max(0, self._most_problems - len(self.done.problems))
            kept = [(problem.line or 0, item.set_aside) for problem, item in refused[:room] if item.set_aside]
            # All of the input once more: its receipt names one file.
            aside = quarantined(self._library, self._name, kept, before)
            figures = Figures(added.listed, added.new, added.known, added.updated, len(refused) + len(repeated))
            problems = [*(problem for problem, _ in refused), *repeated][:room]
            done = _Progress(piece[-1].end, self.done.figures + figures, ranks, (*self.done.problems, *problems), aside)
            if self._mark and not self.lines.is_shifted:  # else the import would go on in another place
                catalogue.keep_unfinished(self._mark, done.encode())
        self.done = done
        self._figures += figures
        self._joined |= added.joined
        if added.grouped > len(piece):  # one title bears them all, and each piece groups those of all before: have few
            self.piece *= _GROWTH
        if before and aside != before:
            forget_aside(before)

    def end(self) -> None:
        """Note that nothing of the input is left; raises StoreError."""
        if self._mark:
            with self._library.catalogue.transaction():
                self._library.catalogue.keep_unfinished(self._mark, None)

    def receipt(self, format_name: str, *, is_whole: bool) -> FileReceipt:
        """What came of the whole input, of which earlier runs may have stored the beginning; else of this run."""
        figures = self.done.figures if is_whole else self._figures
        told = self.done.problems if is_whole else self.done.problems[self._told_before :]
        problems = sorted(told, key=lambda problem: problem.line or 0)
        if (more := figures.problems - len(problems)) > 0:
            problems.append(Problem(None, f"{more:,} more problems are not told one by one"))
        if is_whole and not figures.listed and not problems:
            problems.append(NO_PAPERS)
        undated = self._undated
        day = undated.date if isinstance(undated, Listing) and list(self.done.ranks) == [_named(undated)] else None
        return FileReceipt(
            path=self._name,
            format=format_name if figures.listed else None,
            date=day,
            figures=figures if figures.listed else Figures(problems=len(problems)),
            problems=tuple(problems),
            quarantine=str(self.done.aside.path) if self.done.aside and problems else None,
            encoding=self.lines.encoding,
            kept_before=self._kept_before,
            joined=tuple(self._joined.items()),
        )


def decided_by(library: Library) -> Decided:
    """What the user decided that an import into a library goes by."""
    reading = library.reading
    return Decided(reading.dates(), reading.pairs())


def quarantined(
    library: Library, name: str, lines: list[tuple[int, bytes]], before: QuarantineFile | None = None
) -> QuarantineFile | None:
    """The file that holds lines which were set aside, behind those of a file before, if there are any."""
    return set_aside(library.folder / "quarantine", name, lines, before) if lines else before


def _problem(kept: list[Any]) -> Problem:
    """A problem that was kept; raises ValueError and TypeError."""
    line, reason, excerpt = kept
    return Problem(line, str(reason), clean_line(excerpt, EXCERPT))


def _placed(
    library: Library, piece: list[ParsedItem], undated: Listing | ImportedFile, ranks: Counter[str]
) -> Iterator[tuple[ParsedPaper, list[Placing]]]:
    """The papers among items, each with the lists that hold it, and its rank there."""
    pages: dict[str, KnownListing | None] = {}
    for item in piece:
        if isinstance(item.found, ParsedPaper):
            lists: list[Listing | KnownListing | ImportedFile] = []
            lists += [_list(library, item, day, undated, pages) for day in item.dates] or [undated]
            yield item.found, [(listing, item.rank or _next(ranks, listing)) for listing in lists]


def _list(
    library: Library,
    item: ParsedItem,
    day: date,
    undated: Listing | ImportedFile,
    pages: dict[str, KnownListing | None],
) -> Listing | KnownListing:
    """A list of an item; that of a page which is known keeps the name that it has, and thereby its date."""
    feed = item.feed or undated.feed
    if is_page(feed):
        if feed not in pages:
            pages[feed] = library.catalogue.listing_of_feed(feed)
        if known := pages[feed]:
            return known
    return Listing(feed, day, item.is_guessed)


def _next(ranks: Counter[str], listing: Listing | KnownListing | ImportedFile) -> int:
    name = _named(listing)
    ranks[name] += 1
    return ranks[name]


def _named(listing: Listing | KnownListing | ImportedFile) -> str:
    """A list among those whose papers are counted."""
    if isinstance(listing, ImportedFile):
        return f"{listing.feed} {date.min}"
    own = listing.own if isinstance(listing, KnownListing) else listing
    return f"{own.feed} {own.date}"


def repeat_of(paper: ParsedPaper) -> Problem:
    """The problem with an entry that names a paper which its list has named before."""
    return Problem(
        paper.line,
        "names a paper that the list has named before",
        clean_line(paper.title or " ".join(paper.identifiers), EXCERPT),
    )
