"""A line across the screen with a left and a right text: header, status line or footer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from paperreader.domain.text import Safe, reduce_cells


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text and the role that colours it: plain, strong, muted, warning or error."""

    text: Safe
    role: str = "plain"


class BarLine(Widget):
    """A bar of two texts. If they do not fit, the left text is cut."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "bar-line--strong",
        "bar-line--muted",
        "bar-line--warning",
        "bar-line--error",
    }

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

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - it has one line
        """The bar, exactly as wide as the widget."""
        width = self.size.width
        base = self._style("plain")
        right = self._fit(self._right, width)
        right_width = sum(cell_len(segment.text) for segment in right)
        left = self._fit(self._left, max(0, width - right_width - (1 if right else 0)))
        gap = width - right_width - sum(cell_len(segment.text) for segment in left)
        return Strip([*left, Segment(" " * max(0, gap), base), *right], width)

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

    def _fit(self, spans: Sequence[Span], room: int) -> list[Segment]:
        segments = []
        for span in spans:
            text = reduce_cells(span.text)
            length = cell_len(text)
            if length > room:
                text = Safe(set_cell_size(text, max(0, room - 1)) + "…") if room > 0 else Safe("")
                length = room
            segments.append(Segment(text, self._style(span.role)))
            room -= length
            if room <= 0:
                break
        return segments
