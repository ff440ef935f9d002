"""Paragraphs of a page: blocks of text with marks, wrapped to a width."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content

from paperreader.domain.text import Safe

Spans = tuple[tuple[int, int], ...]
"""The (start, end) offsets of marked characters."""


INSET = 4
"""Columns by which a text is indented below a label on a line of its own."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the page: its text, the role that colours it, and the spans of hits, links and changes."""

    text: Safe
    role: str = "text"
    hits: Spans = ()
    links: Spans = ()
    removed: Spans = ()
    added: Spans = ()
    raised: Spans = ()
    """Words that raised the score of the paper."""
    lowered: Spans = ()
    label: Safe = Safe("")
    """Text to the left of the paragraph; above it, if the label is wider than half of the page."""


@dataclass(frozen=True, slots=True)
class PageContent:
    """What a page shows: blocks over the whole width, then text with facts beside it."""

    head: tuple[Block, ...] = ()
    text: tuple[Block, ...] = ()
    beside: tuple[Block, ...] = ()


def lines_of(block: Block, width: int) -> Iterator[tuple[str, int, int]]:
    """The lines of a block: the text before each line, and the (start, end) offsets of the line."""
    lead, inset = block.label, cell_len(block.label)
    if inset > width // 2:
        yield from ((block.label[start:end], 0, 0) for start, end in line_breaks(block.label.rstrip(), width))
        lead, inset = Safe(""), min(INSET, width // 2)
    for start, end in line_breaks(block.text, max(1, width - inset)):
        yield lead or " " * inset, start, end
        lead = Safe("")


def line_breaks(text: str, width: int) -> Iterator[tuple[int, int]]:
    """The (start, end) offsets of the lines of a text wrapped at blanks to a width in cells."""
    if any(cell_len(character) != 1 for character in set(text)):
        yield from _line_breaks_in_cells(text, width)
        return
    start = 0
    while len(text) - start > width:
        end = text.rfind(" ", start, start + width + 1)
        if end <= start:
            end = start + width
            yield start, end
            start = end
        else:
            yield start, end
            start = end + 1
    yield start, len(text)


def _line_breaks_in_cells(text: str, width: int) -> Iterator[tuple[int, int]]:
    """The line breaks of a text with wide or combined characters, from Textual's wrapping."""
    start = 0
    for line in Content(text).wrap(width):
        plain = line.plain
        # Wrapping drops the blank at a break, so find the start of the next line.
        found = text.find(plain, start)
        start = found if found >= 0 else start
        yield start, start + len(plain)
        start += len(plain)


def styled(line: str, offset: int, base: Style, marks: Sequence[tuple[int, int, Style]]) -> list[Segment]:
    """The segments of a line with its marked spans; the line begins at `offset` of the text."""
    cuts = {0, len(line)}
    local = [(max(0, start - offset), min(len(line), end - offset), style) for start, end, style in marks]
    local = [mark for mark in local if mark[0] < mark[1]]
    for start, end, _ in local:
        cuts |= {start, end}
    ordered = sorted(cuts)
    segments = []
    for start, end in pairwise(ordered):
        style = base
        for mark_start, mark_end, mark_style in local:
            if mark_start <= start and end <= mark_end:
                style += mark_style
        segments.append(Segment(line[start:end], style))
    return segments
