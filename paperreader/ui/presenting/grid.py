"""Where the panes and bars of the triage screen stand, for a size of the terminal.

The list stands above the abstract, or in a wide terminal beside it. The library stands at the left from 120 columns;
in a narrower terminal it covers the list. All lengths are in cells.
"""

from dataclasses import dataclass
from enum import StrEnum

from textual.geometry import Region, Size

from paperreader.config import Layout

LIBRARY_FROM, COLUMNS_FROM = 120, 184
"""Columns of the terminal from which the library, and the abstract beside the list, have a place of their own."""
LIBRARY, LIBRARY_MOST, OVERLAY = 22, 26, 30
"""Columns of the library with its rule, at least and at most, and of the library that covers the list."""
TEXT = 72
"""The widest line of an abstract."""
MARGIN = 4
"""Columns before a title and a text: the gutter of the list."""
RIGHT = 3
"""Columns after a text."""
BESIDE_FROM = TEXT + MARGIN + 34
"""Columns of the abstract pane from which the facts of the paper stand beside the text."""
TITLE_FROM, SPACIOUS_FROM = 30, 36
"""Lines of the terminal from which the list has a title line, and the abstract repeats the title below the list."""
LIST_SHARE = 40
"""Percent of the lines that the list takes above the abstract."""
PAGE_COLUMNS = MARGIN + TEXT + RIGHT
"""Columns of the abstract beside the list."""
LEAST_LINES, LEAST_COLUMNS = 3, 24
"""The smallest list and abstract."""
FOUND_COLUMNS, MOST_FOUND = 48, 64
"""Columns for what the filter found, if the query keeps enough; in a wide line half of it, up to the larger number."""
LEAST_QUERY = 4
"""The narrowest filter bar: its frame and one character."""
BARS = 2
"""Lines of the header with its hairline."""


class Zone(StrEnum):
    """A pane."""

    LIBRARY = "library"
    PAPERS = "papers"
    ABSTRACT = "abstract"


class Head(StrEnum):
    """How the abstract pane shows the facts of a paper."""

    BESIDE = "beside the text"
    ABOVE = "above the text"
    LOW = "in two lines above the text, without the title"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What the user chose about the panes."""

    layout: Layout = Layout.AUTO
    list_share: int = LIST_SHARE
    """Percent of the lines that the list takes above the abstract."""
    page_columns: int = PAGE_COLUMNS
    """Columns of the abstract beside the list."""
    library: int = LIBRARY
    """Columns of the library with its rule."""
    zoomed: Zone | None = None
    """The pane that has the whole screen."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The regions of the screen. An empty region is not shown."""

    header: Region
    progress: Region
    library: Region
    """With the rule at its right."""
    overlay: Region
    """The library while it covers the list; empty if it has a place of its own."""
    list_title: Region
    papers: Region
    abstract: Region
    """With the rule above it or at its left."""
    query: Region
    """The filter bar: over the title of the list, else over the header."""
    found: Region
    """What the filter found, at the right of the query."""
    footer: Region
    is_columns: bool
    head: Head


def grid(size: Size, chosen: Arrangement = Arrangement()) -> Grid:
    """The grid of a terminal of this size."""
    width, height = size
    bottom = max(0, height - 1)
    body = Region(0, min(BARS, bottom), width, max(0, bottom - BARS))
    columns_from = {Layout.AUTO: COLUMNS_FROM, Layout.COLUMNS: 2 * LEAST_COLUMNS}
    columns = chosen.layout in columns_from and width >= columns_from[chosen.layout]
    title_height = 1 if height >= TITLE_FROM else 0
    nowhere = Region(0, 0, 0, 0)
    library = Region(0, body.y, chosen.library if width >= LIBRARY_FROM else 0, body.height)
    overlay = nowhere if library.width else Region(0, body.y, min(OVERLAY, width), body.height)
    panes = Region(library.right, body.y, width - library.width, body.height)
    if chosen.zoomed:
        panes = body
        library = body if chosen.zoomed is Zone.LIBRARY else nowhere
        listed = panes if chosen.zoomed is Zone.PAPERS else nowhere
        abstract = panes if chosen.zoomed is Zone.ABSTRACT else nowhere
    elif columns:
        most = panes.width - LEAST_COLUMNS
        listed, abstract = panes.split_vertical(-min(max(LEAST_COLUMNS, chosen.page_columns), most))
    else:
        lines = min(max(LEAST_LINES, chosen.list_share * height // 100), body.height - title_height - LEAST_LINES - 1)
        listed, abstract = panes.split_horizontal(max(0, title_height + lines))
    list_title, papers = listed.split_horizontal(title_height) if listed else (nowhere, nowhere)
    text_width = abstract.width - (1 if columns else 0)
    above = Head.ABOVE if columns or height >= SPACIOUS_FROM else Head.LOW
    line = list_title or Region(0, 0, width if width >= LEAST_QUERY else 0, min(1, height))
    found_columns = min(max(FOUND_COLUMNS, line.width // 2), MOST_FOUND)
    query, found = line.split_vertical(min(line.width, max(LEAST_COLUMNS, line.width - found_columns)))
    return Grid(
        header=Region(0, 0, width, min(1, bottom)),
        progress=Region(0, 1, width, 1 if bottom >= BARS else 0),
        library=library,
        overlay=overlay,
        list_title=list_title,
        papers=papers,
        abstract=abstract,
        query=query,
        found=found,
        footer=Region(0, bottom, width, min(1, height)),
        is_columns=columns,
        head=Head.BESIDE if text_width >= BESIDE_FROM else above,
    )
