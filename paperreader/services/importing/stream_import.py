"""Imports of large inputs as streams: piece by piece, each piece and its position in one transaction.

An interrupted import continues after the last stored piece, and its receipt accounts for all pieces.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.import_result import EXCERPT, ParsedItem, ParsedPaper, Problem, is_page
from paperreader.domain.listing import KnownListing, Listing, ListingName
from paperreader.domain.lists import ImportedFile, imported_file
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
NO_PAPERS = Problem(None, "contains no papers")
"""The problem of an input without papers and without other problems."""

Interruption = UnreadableInput | StoreError | FetchCancelled | KeyboardInterrupt
"""An error that ends the import of an input."""


@dataclass(frozen=True, slots=True)
class InputResult:
    """The result of importing one input."""

    receipt: FileReceipt
    user_dates: dict[ListingName, tuple[date, date]] = field(default_factory=dict)
    """The date that the user gave for each listing, and the date that the listing has by itself."""
    interruption: Interruption | None = None
    kept: int = 0
    """Papers of an interrupted stream that are stored."""
    share: float | None = None
    """The part of the stream that is stored; None if its size is unknown."""


@dataclass(frozen=True, slots=True)
class _Position:
    """The position of an import in its input, with the results before it."""

    offset: int = 0
    figures: Figures = Figures()
    ranks: Counter[str] = field(default_factory=Counter)
    """How many papers each list has, by feed and date."""
    problems: tuple[Problem, ...] = ()
    """The problems that are listed."""
    aside: QuarantineFile | None = None
    """The quarantine file."""

    def encode(self) -> str:
        """The text that the catalogue stores."""
        aside = [str(self.aside.path), self.aside.is_own] if self.aside else None
        problems = [[problem.line, problem.reason, problem.excerpt] for problem in self.problems]
        return json.dumps([self.offset, dict(self.figures.items()), self.ranks, problems, aside])

    @staticmethod
    def decode(text: str | None) -> "_Position":
        """The stored position; the start of the input if the text cannot be read."""
        try:
            offset, figures, ranks, problems, aside = json.loads(text or "")
            return _Position(
                int(offset),
                Figures(**figures),
                Counter(ranks),
                tuple(Problem(line, str(reason), clean_line(excerpt, EXCERPT)) for line, reason, excerpt in problems),
                found_aside(Path(aside[0]), is_own=aside[1]) if aside else None,
            )
        except (ValueError, TypeError):
            return _Position()


def import_stream(
    library: Library,
    found: Input,
    importer: StreamImporter,
    day: date | None,
    progress: Callable[[int, int], None],
    sizes: Sizes,
) -> InputResult:
    """Import a stream; items without a date are listed on `day`. Raises StoreError.

    If the import is interrupted, the stored pieces stay, and the receipt is of the pieces of this run.
    """
    run = _StreamRun(library, found, day, sizes)
    start = run.position.offset
    interruption: Interruption | None = None
    try:
        items = importer.read(run.lines, line=1 + found.lines_before(start), offset=start)
        progress(start, found.size or 0)
        for piece in _pieces(items, lambda: run.piece_size):
            run.store(piece)
            progress(run.position.offset, found.size or run.position.offset)
        run.finish()
    except (UnreadableInput, StoreError, FetchCancelled, KeyboardInterrupt) as error:
        interruption = error
    receipt = run.receipt(importer.format, is_whole=interruption is None)
    share = run.position.offset / found.size if found.size and not run.lines.is_shifted else None
    return InputResult(receipt, interruption=interruption, kept=run.position.figures.listed, share=share)


def _pieces(items: Iterator[ParsedItem], size: Callable[[], int]) -> Iterator[list[ParsedItem]]:
    """The items in pieces; if the input breaks, the items before the break come first, then UnreadableInput."""
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


class _StreamRun:
    """One run over a stream: the position of all runs, and the results of this run."""

    def __init__(self, library: Library, found: Input, day: date | None, sizes: Sizes) -> None:
        file = imported_file("standard input" if found.name == STDIN else found.name)
        fingerprint = found.fingerprint
        self._mark = f"{fingerprint} {day}" if fingerprint and day else fingerprint
        self._library, self._name = library, found.name
        self._undated: Listing | ImportedFile = Listing(file.feed, day) if day else file
        self._figures = Figures()
        self._joined: dict[PaperKey, tuple[PaperKey, ...]] = {}
        stored = _Position.decode(library.catalogue.unfinished(self._mark) if self._mark else None)
        self._kept_before = stored.figures.listed
        # Papers that an earlier run stored are known papers now.
        known = Figures(self._kept_before, 0, self._kept_before, 0, stored.figures.problems)
        self.position = replace(stored, figures=known)
        self._problems_before = len(stored.problems)
        self._max_problems = sizes.problems
        self.piece_size = sizes.piece
        self.lines = DecodedLines(found.lines(sizes.line, stored.offset), found.head, sizes.line)

    def store(self, piece: list[ParsedItem]) -> None:
        """Store a piece and the position after it, both or neither; raises StoreError."""
        catalogue, position = self._library.catalogue, self.position
        ranks, old_aside = position.ranks.copy(), position.aside
        with catalogue.transaction():
            placed = _placed(self._library, piece, self._undated, ranks)
            added = add_papers(catalogue, placed, user_decisions(self._library))
            refused = [(item.found, item) for item in piece if isinstance(item.found, Problem)]
            repeated = [duplicate_entry(paper) for paper in added.repeated]
            room = max(0, self._max_problems - len(position.problems))
            lines = [(problem.line or 0, item.set_aside) for problem, item in refused[:room] if item.set_aside]
            # One file with the lines of all pieces, because a receipt names one file.
            aside = quarantined(self._library, self._name, lines, old_aside)
            figures = Figures(added.listed, added.new, added.known, added.updated, len(refused) + len(repeated))
            problems = [*(problem for problem, _ in refused), *repeated][:room]
            after = _Position(piece[-1].end, position.figures + figures, ranks, (*position.problems, *problems), aside)
            if self._mark and not self.lines.is_shifted:  # a shifted offset would continue in the wrong place
                catalogue.keep_unfinished(self._mark, after.encode())
        self.position = after
        self._figures += figures
        self._joined |= added.joined
        if added.grouped > len(piece):
            # One title for many papers: each piece groups the papers of all pieces before, so use few pieces.
            self.piece_size *= _GROWTH
        if old_aside and aside != old_aside:
            forget_aside(old_aside)

    def finish(self) -> None:
        """Forget the position at the end of the input; raises StoreError."""
        if self._mark:
            with self._library.catalogue.transaction():
                self._library.catalogue.keep_unfinished(self._mark, None)

    def receipt(self, format_name: str, *, is_whole: bool) -> FileReceipt:
        """The receipt of the whole input, which earlier runs may have begun; otherwise of this run."""
        position = self.position
        figures = position.figures if is_whole else self._figures
        listed = position.problems if is_whole else position.problems[self._problems_before :]
        problems = sorted(listed, key=lambda problem: problem.line or 0)
        if (more := figures.problems - len(problems)) > 0:
            problems.append(Problem(None, f"more problems, not listed here: {more:,}"))
        if is_whole and not figures.listed and not problems:
            problems.append(NO_PAPERS)
        undated = self._undated
        is_dated = isinstance(undated, Listing) and list(position.ranks) == [_rank_key(undated)]
        return FileReceipt(
            path=self._name,
            format=format_name if figures.listed else None,
            date=undated.date if isinstance(undated, Listing) and is_dated else None,
            figures=figures if figures.listed else Figures(problems=len(problems)),
            problems=tuple(problems),
            quarantine=str(position.aside.path) if position.aside and problems else None,
            encoding=self.lines.encoding,
            kept_before=self._kept_before,
            joined=tuple(self._joined.items()),
        )


def user_decisions(library: Library) -> Decided:
    """The user's decisions that an import follows."""
    return Decided(library.reading.dates(), library.reading.pairs())


def quarantined(
    library: Library, name: str, lines: list[tuple[int, bytes]], before: QuarantineFile | None = None
) -> QuarantineFile | None:
    """The quarantine file with lines added to the file `before`; None if there are no lines."""
    return set_aside(library.folder / "quarantine", name, lines, before) if lines else before


def duplicate_entry(paper: ParsedPaper) -> Problem:
    """The problem of an entry for a paper that its list already has."""
    return Problem(paper.line, "duplicate entry", clean_line(paper.title or " ".join(paper.identifiers), EXCERPT))


def _placed(
    library: Library, piece: list[ParsedItem], undated: Listing | ImportedFile, ranks: Counter[str]
) -> Iterator[tuple[ParsedPaper, list[Placing]]]:
    """The papers of a piece, each with its lists and its rank in each list."""
    pages: dict[str, KnownListing | None] = {}

    def listing_on(day: date, item: ParsedItem) -> Listing | KnownListing:
        """The list of an item; a page that is known keeps its name, and so its date."""
        feed = item.feed or undated.feed
        if is_page(feed):
            if feed not in pages:
                pages[feed] = library.catalogue.listing_of_feed(feed)
            if known := pages[feed]:
                return known
        return Listing(feed, day, item.is_guessed)

    def next_rank(listing: Listing | KnownListing | ImportedFile) -> int:
        key = _rank_key(listing)
        ranks[key] += 1
        return ranks[key]

    for item in piece:
        if isinstance(item.found, ParsedPaper):
            lists: list[Listing | KnownListing | ImportedFile] = [listing_on(day, item) for day in item.dates]
            yield item.found, [(listing, item.rank or next_rank(listing)) for listing in lists or [undated]]


def _rank_key(listing: Listing | KnownListing | ImportedFile) -> str:
    """The key of a list in the stored ranks."""
    if isinstance(listing, ImportedFile):
        return f"{listing.feed} {date.min}"
    own = listing.own if isinstance(listing, KnownListing) else listing
    return f"{own.feed} {own.date}"
