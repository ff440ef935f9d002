"""The pane that shows one paper: title, facts, tags, note and abstract, wrapped to its width."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from paperreader.domain.text import Safe
from paperreader.ui.keys.bindings import BETWEEN_PANES, MOVEMENT, bindings
from paperreader.ui.widgets.movement import Movement

Spans = tuple[tuple[int, int], ...]
"""The (start, end) offsets of marked characters."""

WHEEL_LINES = 3
TITLE = "Abstract"
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
    label: Safe = Safe("")
    """Text to the left of the paragraph; above it, if the label is wider than half of the page."""


class PaperPage(Movement, Widget, can_focus=True):
    """A page of wrapped text that scrolls by lines.

    It keeps its own scroll position, because a scrollbar would lay out the whole screen for every paper.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings((*MOVEMENT, *BETWEEN_PANES))
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"paper-page--{name}"
        for name in ("title", "facts", "decided", "note", "link", "text", "hit", "warning", "removed", "added")
    }

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._blocks: tuple[Block, ...] = ()
        self._lines: list[Strip] | None = None
        self._top = 0
        self._ground_style: Style | None = None
        self.border_title = Content(TITLE)

    def show(self, blocks: Sequence[Block], *, keep_place: bool = False) -> None:
        """Show other blocks, from the beginning or (`keep_place`) at the current line."""
        if tuple(blocks) == self._blocks:
            return
        self._blocks = tuple(blocks)
        self._lines = None
        self._top = min(self._top, self._last_top) if keep_place else 0
        self._redraw()

    @property
    def is_at_end(self) -> bool:
        """Whether the last line is on the screen."""
        return self._top >= self._last_top

    def page_down(self) -> bool:
        """Scroll to the next page; returns False at the end."""
        if self.is_at_end:
            return False
        self.action_page_down()
        return True

    def reveal_changes(self) -> None:
        """Scroll to the first change of a text, unless it is on the screen."""
        line = 0
        for block in self._blocks:
            lines = list(lines_of(block, max(1, self.content_size.width)))
            changes = [start for start, _ in (*block.removed, *block.added)]
            if changes:
                line += sum(end < min(changes) for _, _, end in lines)
                break
            line += len(lines)
        else:
            return
        if line >= self._top + self.content_size.height:
            self.move_by(line - 1 - self._top)

    @property
    def page_height(self) -> int:
        """The lines of the page on the screen."""
        return self.content_size.height

    def move_by(self, lines: int) -> None:
        """Scroll by a number of lines."""
        top = min(max(0, self._top + lines), self._last_top)
        if top != self._top:
            self._top = top
            self._redraw()

    def move_to_end(self, *, is_last: bool) -> None:
        """Scroll to the first or the last line."""
        self.move_by(self._last_top if is_last else -self._top)

    def move_to_line(self, line: int) -> None:
        """Scroll until a line is the first."""
        self.move_by(line - self._top)

    def render_line(self, y: int) -> Strip:
        """The line `y` lines below the top of the view."""
        lines = self._wrapped()
        line = y + self._top
        width = self.content_size.width
        return lines[line] if line < len(lines) else self._blank(width)

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self._lines = None
        self._top = min(self._top, self._last_top)
        self._redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        event.stop()
        self.move_by(WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        event.stop()
        self.move_by(-WHEEL_LINES)

    def notify_style_update(self) -> None:
        """Redraw with the new theme."""
        self._lines = self._ground_style = None
        super().notify_style_update()

    @property
    def _last_top(self) -> int:
        return max(0, len(self._wrapped()) - self.content_size.height)

    def _redraw(self) -> None:
        more = "" if self.is_at_end else "↓ more"
        # In a narrow terminal the pane has no bottom border.
        title, subtitle = (TITLE, more) if self.gutter.bottom else (f"{TITLE} · {more}" if more else TITLE, "")
        if (str(self.border_title), str(self.border_subtitle or "")) != (title, subtitle):
            self.border_title, self.border_subtitle = Content(title), Content(subtitle)
        self.refresh()

    def _wrapped(self) -> list[Strip]:
        if self._lines is None:
            width = self.content_size.width
            self._lines = [line for block in self._blocks for line in self._wrap(block, width)] if width > 0 else []
        return self._lines

    def _wrap(self, block: Block, width: int) -> list[Strip]:
        if not block.text:
            return [self._blank(width)]
        ground = self._ground()
        base = ground + self._role(block.role)
        spans = {"removed": block.removed, "added": block.added, "link": block.links, "hit": block.hits}
        marks = [(start, end, self._role(name)) for name in spans for start, end in spans[name]]
        lines = []
        for lead, start, end in lines_of(block, width):
            plain = block.text[start:end]
            length = cell_len(lead) + cell_len(plain)
            filling = Segment(" " * max(0, width - length), ground)
            styled = _styled(plain, start, base, marks)
            lines.append(Strip([Segment(lead, base), *styled, filling], max(width, length)))
        return lines

    def _ground(self) -> Style:
        """The style of the pane, cached because Textual computes it for every line."""
        if self._ground_style is None:
            self._ground_style = self.rich_style
        return self._ground_style

    def _blank(self, width: int) -> Strip:
        return Strip.blank(width, self._ground())

    def _role(self, name: str) -> Style:
        return self.get_component_rich_style(f"paper-page--{name}", partial=True)


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


def _styled(line: str, offset: int, base: Style, marks: Sequence[tuple[int, int, Style]]) -> list[Segment]:
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
