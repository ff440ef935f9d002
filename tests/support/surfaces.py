"""Every surface that shows a text, drawn without an application, and what is wrong with what it shows.

`text_faults` cleans a text and draws it: rows of papers and dates, the page, the bars, the tables of the shell, what is
pasted, typed and copied. `try_texts` does so with generated texts.
"""

from __future__ import annotations

import random
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any

from bare_widgets import BareBar, BareDates, BareList, BarePage, width_of
from costs import patiently
from nasty import faults_of_text, nasty
from textual import events
from textual.strip import Strip

from paperreader.cli.lists import _row as shell_row
from paperreader.cli.show import _paper_lines as shell_page
from paperreader.domain.captures import Capture
from paperreader.domain.entry import Entry, FiledPaper
from paperreader.domain.grouping import JoinReason
from paperreader.domain.history import Action, StateChange
from paperreader.domain.identifiers import Identifier, title_address
from paperreader.domain.listing import Announced, DateCount, ListedPaper, Listing
from paperreader.domain.lists import MAX_SHELF_NAME, SavedShelf, Shelf, imported_file
from paperreader.domain.paper import Paper, Standing
from paperreader.domain.query.parser import parse_query
from paperreader.domain.reading_state import ReadingState, ReadingStatus, make_note, make_tags
from paperreader.domain.text import Safe, clean_block, clean_line, reduce_cells
from paperreader.search.highlighter import Forms, Highlighter
from paperreader.services.job_progress import Job, JobFailure, JobProgress
from paperreader.services.library import Counts
from paperreader.services.sources import Source
from paperreader.storage.catalogue.catalogue import EarlierText
from paperreader.ui.keys.command_table import COMMANDS, command_of
from paperreader.ui.presenting.actions import done_message
from paperreader.ui.presenting.bars import Decided, Header, header, place_name
from paperreader.ui.presenting.copies import copy_of
from paperreader.ui.presenting.footer import footer
from paperreader.ui.presenting.grid import Head
from paperreader.ui.presenting.library_rows import date_rows
from paperreader.ui.presenting.pages.paper_blocks import Revision, page_of
from paperreader.ui.presenting.pages.paper_facts import Shape
from paperreader.ui.presenting.pages.source_blocks import source_blocks
from paperreader.ui.presenting.rows.paper_rows import Arrival, paper_row
from paperreader.ui.presenting.rows.row_lines import row_lines
from paperreader.ui.terminal.type_ahead import harmless
from paperreader.ui.widgets.bar_line import Span
from paperreader.ui.widgets.date_list import DateRow, DateRows

SLOW = 1.0
"""Seconds of processor time that no text may take, on all surfaces together, each time it is drawn.

The longest have 300,000 characters.
"""
FRIDAY, WEDNESDAY = date(2025, 3, 14), date(2024, 3, 13)
_COUNTS = Counts(3, dict.fromkeys(Shelf, 1), (DateCount(FRIDAY, True, 3, 2, 1, ("page:1",)),))
_PLACES = (
    ListedPaper(Listing("page:1", FRIDAY, guessed=True), 1, 12, 3),
    ListedPaper(Listing("page:2", WEDNESDAY), 4),
)
# What terminals draw in different widths: joiners, selectors, skin tones, the letters of flags.
_UNSURE = frozenset("\u200c\u200d\ufe0e\ufe0f") | {
    chr(code) for code in (*range(0x1F3FB, 0x1F400), *range(0x1F1E6, 0x1F200))
}


Drawn = tuple[str, Strip | str, int | None]
"""Where, what is shown there, and in how many cells."""


@dataclass
class Trial:
    """What came of many texts."""

    texts: int = 0
    lines: int = 0
    exceptions: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def add(self, other: Trial) -> None:
        """Add up."""
        self.texts += other.texts
        self.lines += other.lines
        self.exceptions += other.exceptions
        self.leaks += other.leaks
        self.slow += other.slow
        self.slowest = max(self.slowest, other.slowest)

    @property
    def faults(self) -> list[str]:
        """All that is wrong."""
        return [*self.exceptions, *self.leaks, *self.slow]


@dataclass(frozen=True)
class Cleaners:
    """The two ways in, which a test may replace to see the judge find what they let through."""

    line: Callable[[str], Safe] = clean_line
    block: Callable[[str], Safe] = clean_block
    reduce: Callable[[Safe], Safe] = reduce_cells


def try_texts(seed: str, count: int, cleaners: Cleaners = Cleaners(), slow: float = SLOW) -> Trial:
    """Draw so many generated texts."""
    chance = random.Random(seed)
    trial = Trial()
    for number in range(count):
        text = nasty(chance)
        timed = partial(_timed, text, chance, chance.getstate(), cleaners)
        try:
            drawn, took = patiently(timed, lambda outcome: outcome[1] > slow)
        except Exception as error:  # noqa: BLE001 - which is what is looked for
            trial.exceptions.append(f"{seed}/{number} {text[:80]!r}: {error!r}")
            continue
        trial.texts += 1
        trial.lines += len(drawn)
        trial.slowest = max(trial.slowest, took)
        if took > slow:
            trial.slow.append(f"{seed}/{number} {text[:80]!r}: {took:.2f} s")
        trial.leaks += (f"{seed}/{number} {text[:80]!r}: {fault}" for fault in faults_of(drawn))
    return trial


def _timed(text: str, chance: random.Random, state: Any, cleaners: Cleaners) -> tuple[list[Drawn], float]:
    """A text as it is drawn, the same each time, and the processor time that took."""
    chance.setstate(state)
    begin = time.process_time()
    drawn = list(draw(text, chance, cleaners))
    return drawn, time.process_time() - begin


def faults_of(drawn: Sequence[Drawn]) -> list[str]:
    """What is wrong with what was drawn, and where."""
    found = []
    texts = [shown if isinstance(shown, str) else "".join([segment.text for segment in shown]) for _, shown, _ in drawn]
    suspicious = bool(faults_of_text("\n".join(texts), lines=True)) or not _UNSURE.isdisjoint("".join(texts))
    for text, (where, shown, width) in zip(texts, drawn, strict=True):
        if width is not None and not isinstance(shown, str):
            if any(segment.control for segment in shown):
                found.append(f"{where}: a control segment")
            if not width_of(shown) == shown.cell_length == width:
                found.append(f"{where}: {width_of(shown)} cells, said to be {shown.cell_length}, in a pane of {width}")
        if suspicious:
            found += (f"{where}: {fault}" for fault in faults_of_text(text, lines=width is None))
        if suspicious and width is not None:
            found += (f"{where}: U+{ord(sign):04X} has no certain width" for sign in _UNSURE.intersection(text))
        if width is not None and "\n" in text:
            found.append(f"{where}: a line end in a line")
    return found


def draw(text: str, chance: random.Random, cleaners: Cleaners) -> Iterator[Drawn]:
    """A text as title, abstract, author, tag, note, remark and figure, on every surface."""
    line, block = cleaners.line(text), cleaners.block(text)
    yield "line", line.replace("\n", "\0"), None
    yield "block", block, None
    entry = entry_of(text, line, block, chance.randrange(3))
    width = chance.randint(16, 140)
    yield from _rows(entry, width, chance, cleaners)
    yield from _pages(entry, width, chance)
    match chance.randrange(4):
        case 0:
            yield from _bars(text, entry, width)
        case 1:
            yield from _date_rows(line, width, cleaners)
        case 2:
            yield from _shell(entry)
        case _:
            yield from _typed(text, entry)


def entry_of(text: str, line: Safe, block: Safe, place: int) -> Entry:
    """An entry whose title, abstract and class are the text, and its author (place 0), tags (1) or note (2) too."""
    names = (line, Safe("Ada Brook")) if place == 0 else None
    tags = tuple(sorted(make_tags(text[:2_000].split(" ")[:20]))) if place == 1 else ()
    note = make_note(text) if place == 2 else Safe("")
    state = ReadingState(ReadingStatus.LATER, True, tags, note, decided_in=WEDNESDAY)
    paper = Paper(
        title_address(text), line, block, names, FRIDAY,
        categories=(line,), version=len(text), standing=(None, *Standing)[len(text) % 6],
    )  # fmt: skip
    return Entry(paper, _PLACES, state, (FiledPaper(imported_file(text), 1),))


def _rows(entry: Entry, width: int, chance: random.Random, cleaners: Cleaners) -> Iterator[Drawn]:
    """The paper in the list, under the cursor and not, marked where a query finds its words."""
    paper = entry.paper
    marker = Highlighter([Forms(paper.title[:2].casefold()), Forms("a", initials="ab")]).spans
    arrival = Arrival(chance.choice((None, WEDNESDAY)), chance.choice((None, *Announced)), paper.version)
    row = paper_row(cleaners.reduce(paper.title), entry.state, FRIDAY, marker, arrival, paper.standing)
    papers = _papers()
    papers._rows.update({0: row, 1: row})
    papers.selected = {chance.randrange(3)}
    papers.room_for_facts = chance.random() < 0.5
    for number in range(2):
        for strip in papers.row_strips(number, width):
            yield "row", strip, width


def _pages(entry: Entry, width: int, chance: random.Random) -> Iterator[Drawn]:
    """The paper's page, as source or readable, with what changed since another text, or the text alone."""
    marker = Highlighter([Forms(entry.paper.title[:1].casefold() or "a")]).spans
    words = entry.paper.abstract.split(" ")
    earlier = EarlierText(entry.paper.title, Safe(" ".join(chance.choices(words, k=min(len(words), 500)))), 1)
    revision = Revision(earlier, chance.random() < 0.5, "Enter", chance.random() < 0.5)
    shape = Shape(chance.choice(list(Head)), width, all_names=chance.random() < 0.3)
    page = page_of(
        entry, FRIDAY, marker, shape, as_source=chance.random() < 0.3, revision=chance.choice((None, revision))
    )
    sources = source_blocks(_sources(entry), 9, entry, COMMANDS)
    for strip in _page().lines_of([*page.head, *page.text, *page.beside, *sources], width):
        yield "page", strip, width


def _sources(entry: Entry) -> tuple[Source, ...]:
    """Sources that say the same in other names: a title, a feed, a file and an id that are the text."""
    paper = entry.paper
    names = tuple(map(Identifier, paper.identifiers))
    first = Capture(1, paper.title, paper.abstract, "text:1", names)
    other = Capture(2, Safe(f"{paper.title}."), "", "text:2")
    listed = tuple(ListedPaper(Listing(feed, FRIDAY, guessed=True), 1) for feed in (paper.title, "page:1"))
    why = f"shares DOI {paper.title}"
    return Source(first, listed), Source(other, listed, entry.files, why, JoinReason.DOI, beside=2)


def _bars(text: str, entry: Entry, width: int) -> Iterator[Drawn]:
    """Header and footer, with a job, a note and a message."""
    bar = _bar()
    bar.width = width
    key = entry.paper.key
    change = StateChange(key, entry.state, entry.state)
    action = Action(1, datetime(2025, 3, 14, tzinfo=UTC), "w", "star", "star", (change,))
    message = done_message(action, [key], {key: entry.paper.title})
    shelf = SavedShelf(clean_line(text, MAX_SHELF_NAME))
    decided = Decided(3, {ReadingStatus.UNREAD: 1, ReadingStatus.READ: 2}, 1)
    sides: Sequence[tuple[list[Span], list[Span]]] = (
        header(Header(place_name(FRIDAY, _COUNTS), None, decided, 30.0, clean_line(text)), width),
        header(Header(place_name(shelf, _COUNTS), 3, job=JobFailure(text)), width),
        header(Header(place_name(shelf, _COUNTS), 3, job=JobProgress(Job.IMPORT, clean_line(text), 1, 3)), width),
        footer(COMMANDS, width, Span(Safe(f" {clean_line(message)}"), "muted")),
        footer(COMMANDS, width),
        ([Span(Safe(f" {clean_line(message)}"), "muted")], [Span(entry.paper.title)]),
    )
    for left, right in sides:
        bar._left, bar._right = tuple(left), tuple(right)
        yield "bar", bar.render_line(0), width


def _date_rows(line: Safe, width: int, cleaners: Cleaners) -> Iterator[Drawn]:
    """The pane of dates, with the text for a label and a heading."""
    dates = _dates()
    label = cleaners.reduce(line)
    rows = (DateRow(label, Safe("1,234"), FRIDAY), DateRow(label), *date_rows(_COUNTS, {SavedShelf(line): 3}))
    dates._rows = DateRows([Safe(str(row)) for row in range(len(rows))], lambda row: rows[int(str(row))])
    for number in range(len(rows)):
        for strip in dates.row_strips(number, width):
            yield "dates", strip, width


def _shell(entry: Entry) -> Iterator[Drawn]:
    """What `show` and `list` print."""
    yield from (("show", line, None) for line in shell_page(entry))
    yield from (("list", cell, None) for cell in shell_row(entry))


def _typed(text: str, entry: Entry) -> Iterator[Drawn]:
    """What a terminal types or pastes, what the query parser says of it, and what is copied."""
    pasted = harmless(events.Paste(text))
    assert isinstance(pasted, events.Paste)
    yield "paste", pasted.text, None
    for character in text[:20]:
        key = harmless(events.Key(character, character))
        if isinstance(key, events.Key) and key.is_printable and not character.isascii():
            yield "key", character, None
    for complete in (False, True):
        for problem in parse_query(text[:2_000], complete=complete).problems:
            yield "query", clean_line(problem.message), None
    for _, what in command_of("copy").choices:
        yield f"copied {what}", copy_of([entry], what)[0], None


@cache
def _papers() -> BareList:
    papers = BareList(lambda ids: {}, row_lines, id="papers")
    papers._ids = array("q", (0, 1))
    return papers


@cache
def _page() -> BarePage:
    return BarePage(id="page")


@cache
def _bar() -> BareBar:
    return BareBar(id="bar")


@cache
def _dates() -> BareDates:
    return BareDates(id="dates")
