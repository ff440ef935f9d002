"""A line across the screen with a left and a right text: header, title of the list or footer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from paperreader.domain.text import Safe, reduce_cells

ROLES = ("strong", "muted", "accent", "gold", "key", "warning", "error", "rule")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text, the role that colours it (`plain` or one of ROLES), and the command that a click runs."""

    text: Safe
    role: str = "plain"
    command: str = ""


class BarLine(Widget):
    """A bar of two texts. If they do not fit, the left text is cut."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"bar-line--{role}" for role in ROLES}

    class Pressed(Message):
        """A span with a command was clicked."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._left: tuple[Span, ...] = ()
        self._right: tuple[Span, ...] = ()
        self._styles: dict[str, Style] = {}

    def show(self, left: Sequence[Span] | None = None, right: Sequence[Span] | None = None) -> None:
        """Show other texts; None keeps a text."""
        new = (self._left if left is None else tuple(left), self._right if right is None else tuple(right))
        if new != (self._left, self._right):
            self._left, self._right = new
            self.refresh()

    @property
    def left(self) -> str:
        """The left text, whether it fits or not."""
        return "".join(span.text for span in self._left)

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - it has one line
        """The bar, exactly as wide as the widget."""
        return Strip([Segment(span.text, self._style(span.role)) for span in self._spans()], self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Run the command of the span that was clicked."""
        end = 0
        for span in self._spans():
            end += cell_len(span.text)
            if event.x < end:
                if span.command:
                    event.stop()
                    self.post_message(self.Pressed(span.command))
                return

    def notify_style_update(self) -> None:
        """Redraw with the new theme."""
        self._styles.clear()
        super().notify_style_update()

    def _style(self, role: str) -> Style:
        style = self._styles.get(role)
        if style is None:
            style = self.rich_style
            if role != "plain":
                style += self.get_component_rich_style(f"bar-line--{role}", partial=True)
            self._styles[role] = style
        return style

    def _spans(self) -> list[Span]:
        """The spans as they are shown, with the gap between left and right."""
        width = self.size.width
        right = _fit(self._right, width)
        right_width = sum(cell_len(span.text) for span in right)
        left = _fit(self._left, max(0, width - right_width - (1 if right else 0)))
        gap = width - right_width - sum(cell_len(span.text) for span in left)
        return [*left, Span(Safe(" " * max(0, gap))), *right]


def _fit(spans: Sequence[Span], room: int) -> list[Span]:
    """The spans that fit; the last one is cut."""
    fitting = []
    for span in spans:
        text = reduce_cells(span.text)
        length = cell_len(text)
        if length > room:
            text = Safe(set_cell_size(text, max(0, room - 1)) + "…") if room > 0 else Safe("")
            length = room
        fitting.append(Span(text, span.role, span.command))
        room -= length
        if room <= 0:
            break
    return fitting
