"""The pane that shows one paper: its head, its facts and the abstract, wrapped to its width."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from paperreader.domain.text import spans_of
from paperreader.ui.keys.bindings import BETWEEN_PANES, MOVEMENT, bindings
from paperreader.ui.widgets.blocks import Block, PageContent, lines_of, styled
from paperreader.ui.widgets.draggable import Draggable
from paperreader.ui.widgets.movement import Movement

WHEEL_LINES = 3
RULE, THUMB = "  │  ", "┃"
"""Between the text and the facts beside it; the part of the text that is on the screen."""


class PaperPage(Movement, Draggable, can_focus=True):
    """A page of wrapped text that scrolls by lines.

    It keeps its own scroll position, because a scrollbar would lay out the whole screen for every paper.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings((*MOVEMENT, *BETWEEN_PANES))
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"paper-page--{name}"
        for name in (
            "title", "facts", "decided", "note", "link", "text", "hit", "warning", "removed", "added",
            "why-up", "why-down", "rule", "thumb",
        )
    }  # fmt: skip

    class RuleDragged(Message):
        """The user drags the rule between list and page to a position on the screen."""

        def __init__(self, x: int, y: int) -> None:
            super().__init__()
            self.x, self.y = x, y

    def __init__(self, *, id: str, margin: int = 0, right: int = 1, widest: int | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._margin, self._right, self._widest = margin, right, widest
        self._content = PageContent()
        self._lines: list[Strip] | None = None
        self._first_change: int | None = None
        self._top = 0
        self._is_dragged = False
        self.searched = ""
        """The text that is searched in the page, if any."""
        self.hit = 0
        """The hit that was gone to last, from 0."""
        self._hit_lines: list[int] = []
        self._styles: dict[str, Style] = {}

    def show(self, content: PageContent | Sequence[Block], *, keep_place: bool = False) -> None:
        """Show something else, from the beginning or (`keep_place`) at the current line."""
        if not isinstance(content, PageContent):
            content = PageContent(text=tuple(content))
        if content == self._content:
            return
        if not keep_place:
            self.searched = ""
        self._content = content
        self._lines = None
        self._top = min(self._top, self._last_top) if keep_place else 0
        self.refresh()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks that are shown."""
        return (*self._content.head, *self._content.text, *self._content.beside)

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
        self._wrapped()
        line = self._first_change
        if line is not None and line >= self._top + self.content_size.height:
            self.move_by(line - 1 - self._top)

    # The search

    @property
    def hits(self) -> int:
        """How often the page has the searched text."""
        self._wrapped()
        return len(self._hit_lines)

    def find(self, text: str) -> None:
        """Mark a text wherever the page has it, in any case of letters, and show the first hit; empty: no marks."""
        self.searched, self.hit, self._lines = text, 0, None
        self._show_hit()
        self.refresh()

    def find_next(self, step: int) -> None:
        """Show the next (1) or previous (-1) hit; after the last, the first."""
        if self.hits:
            self.hit = (self.hit + step) % self.hits
            self._show_hit()

    def _show_hit(self) -> None:
        if self.hits:
            line, height = self._hit_lines[self.hit], self.content_size.height
            if not self._top <= line < self._top + height:
                self.move_by(line - height // 2 - self._top)

    @property
    def page_height(self) -> int:
        """The lines of the page on the screen."""
        return self.content_size.height

    def move_by(self, lines: int) -> None:
        """Scroll by a number of lines."""
        top = min(max(0, self._top + lines), self._last_top)
        if top != self._top:
            self._top = top
            self.refresh()

    def move_to_end(self, *, is_last: bool) -> None:
        """Scroll to the first or the last line."""
        self.move_by(self._last_top if is_last else -self._top)

    def move_to_line(self, line: int) -> None:
        """Scroll until a line is the first."""
        self.move_by(line - self._top)

    def render_line(self, y: int) -> Strip:
        """The line `y` lines below the top of the view, with the thumb in the last column."""
        lines, width, height = self._wrapped(), self.content_size.width, self.content_size.height
        line = y + self._top
        strip = lines[line] if line < len(lines) else self._blank(width)
        if len(lines) <= height:
            return strip
        first = self._top * height // len(lines)
        if not first <= y <= (self._top + height) * height // len(lines):
            return strip
        return Strip([*strip.crop(0, width - 1), Segment(THUMB, self._ground() + self._role("thumb"))], width)

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self._lines = None
        self._top = min(self._top, self._last_top)
        self.refresh()

    # The mouse

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        event.stop()
        self.move_by(WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        event.stop()
        self.move_by(-WHEEL_LINES)

    def is_handle(self, press: events.MouseDown) -> bool:
        """Whether the mouse was pressed on the rule."""
        return press.get_content_offset(self) is None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Start to drag the rule."""
        self._is_dragged = self.is_handle(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the rule."""
        if self._is_dragged:
            self.post_message(self.RuleDragged(event.screen_x, event.screen_y))

    def on_mouse_release(self) -> None:
        """Stop dragging."""
        self._is_dragged = False

    # Drawing

    def notify_style_update(self) -> None:
        """Redraw with the new theme."""
        self._lines = None
        self._styles.clear()
        super().notify_style_update()

    @property
    def _last_top(self) -> int:
        return max(0, len(self._wrapped()) - self.content_size.height)

    def _wrapped(self) -> list[Strip]:
        if self._lines is None:
            self._first_change, self._hit_lines = None, []
            width = self.content_size.width
            self._lines = list(self._draw(width)) if width > 0 else []
        return self._lines

    def _draw(self, width: int) -> Iterator[Strip]:
        """All lines of the page, each `width` cells long."""
        content, ground = self._content, self._ground()
        margin = max(0, self._margin - self.gutter.left)
        room = max(1, width - margin - self._right)
        lead, count = Segment(" " * margin, ground), 0
        for block in content.head:
            self._hit_lines += [count + line for line in self._lines_of_hits(block, room)]
            for strip in self._wrap(block, room):
                count += 1
                yield Strip([lead, *strip]).adjust_cell_length(width, ground)
        text_width = min(room, self._widest or room)
        text: list[Strip] = []
        for block in content.text:
            if self._first_change is None and (changes := [start for start, _ in (*block.removed, *block.added)]):
                before = sum(end < min(changes) for _, _, end in lines_of(block, text_width))
                self._first_change = count + len(text) + before
            self._hit_lines += [count + len(text) + line for line in self._lines_of_hits(block, text_width)]
            text += self._wrap(block, text_width)
        beside_width = width - margin - text_width - len(RULE) - 1
        beside = [strip for block in content.beside for strip in self._wrap(block, max(1, beside_width))]
        rule, blank = Segment(RULE, ground + self._role("rule")), self._blank(text_width)
        for left, right in zip_longest(text, beside):
            line = [lead, *(left or blank), *([rule, *(right or ())] if beside else ())]
            yield Strip(line).adjust_cell_length(width, ground)

    def _wrap(self, block: Block, width: int) -> list[Strip]:
        if not block.text:
            return [self._blank(width)]
        ground = self._ground()
        base = ground + self._role(block.role)
        hits = (*block.hits, *spans_of(block.text, self.searched))
        spans = {
            "why-up": block.raised, "why-down": block.lowered,
            "removed": block.removed, "added": block.added, "link": block.links, "hit": hits,
        }  # fmt: skip
        marks = [(start, end, self._role(name)) for name in spans for start, end in spans[name]]
        lines = []
        for lead, start, end in lines_of(block, width):
            plain = block.text[start:end]
            length = cell_len(lead) + cell_len(plain)
            filling = Segment(" " * max(0, width - length), ground)
            segments = styled(plain, start, base, marks)
            lines.append(Strip([Segment(lead, base), *segments, filling], max(width, length)))
        return lines

    def _lines_of_hits(self, block: Block, width: int) -> list[int]:
        """The line of each hit in a block, from 0."""
        starts = [start for start, _ in spans_of(block.text, self.searched)]
        ends = [end for _, _, end in lines_of(block, width)] if starts else []
        return [next((line for line, end in enumerate(ends) if start < end), 0) for start in starts]

    def _ground(self) -> Style:
        """The style of the pane, cached because Textual computes it for every line."""
        if "" not in self._styles:
            self._styles[""] = self.rich_style
        return self._styles[""]

    def _blank(self, width: int) -> Strip:
        return Strip.blank(width, self._ground())

    def _role(self, name: str) -> Style:
        if name not in self._styles:
            self._styles[name] = self.get_component_rich_style(f"paper-page--{name}", partial=True)
        return self._styles[name]
