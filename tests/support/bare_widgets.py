"""The panes without an application, in a width that a test chooses."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from paperreader.ui.widgets.bar_line import BarLine
from paperreader.ui.widgets.blocks import Block
from paperreader.ui.widgets.date_list import DateList
from paperreader.ui.widgets.paper_list import PaperList
from paperreader.ui.widgets.paper_page import PaperPage
from paperreader.ui.widgets.timeline_list import TimelineList


def width_of(strip: Strip) -> int:
    """The width of a line's segments, in cells."""
    return sum(cell_len(segment.text) for segment in strip)


class BareList(PaperList):
    """The list of papers without an application and its colours."""

    room_for_facts = True

    @property
    def has_room_for_facts(self) -> bool:
        """As the test says."""
        return self.room_for_facts

    def style_of(self, *names: str) -> Style:
        """Bold for hits, so that they can be found."""
        return Style(bold=True) if "hit" in names else Style()

    def cursor_role(self) -> str:
        """The role with the focus."""
        return "cursor"


class BareTimeline(TimelineList):
    """The list of what was decided without an application and its colours."""

    def style_of(self, *names: str) -> Style:
        """No colours."""
        return Style()

    def cursor_role(self) -> str:
        """The role without the focus."""
        return "cursor"


class BareDates(DateList):
    """The list of dates without an application and its colours."""

    def style_of(self, *names: str) -> Style:
        """No colours."""
        return Style()

    def cursor_role(self) -> str:
        """The role without the focus."""
        return "cursor"


class BareBar(BarLine):
    """A bar without an application and its colours."""

    width = 0

    @property
    def size(self) -> Size:
        """One line."""
        return Size(self.width, 1)

    def _style(self, role: str) -> Style:
        return Style()


class BarePage(PaperPage):
    """The page of a paper without an application and its colours."""

    def lines_of(self, blocks: Sequence[Block], width: int) -> list[Strip]:
        """The lines of blocks in a pane of this width."""
        return [line for block in blocks for line in self._wrap(block, width)]

    def _ground(self) -> Style:
        return Style()

    def _role(self, name: str) -> Style:
        return Style(bold=True)
