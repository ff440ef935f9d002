"""Counts the titles that the list shows whole, in frames of the reader at several sizes.

The sample papers, and the first papers of an invented library of 10,000, are paged through without a terminal.

    python -m benchmarks.whole_titles [papers]
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.support import make_library, scratch
from paperreader.config import Config
from paperreader.domain.lists import Shelf
from paperreader.services.importing.importer import import_sample
from paperreader.services.library import Library
from paperreader.ui.app import ReaderApp
from paperreader.ui.presenting.rows.title_lines import CUT
from paperreader.ui.screens.triage import TriageScreen

SIZES = {(200, 60): 0.95, (140, 40): 0.95, (100, 30): 0.95, (80, 24): 0.90, (50, 15): 0.0}
"""Columns and lines of the terminal, and the share of titles that must be whole."""
MOST = 1_000
"""Papers of a list that are looked at."""


async def _whole(library: Library, size: tuple[int, int]) -> tuple[int, int]:
    """How many titles are whole, and how many were shown."""
    app = ReaderApp(library, Config())
    whole = shown = 0
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        assert isinstance(screen, TriageScreen)
        screen.open_place(Shelf.ALL)
        await pilot.pause()
        papers = screen.view.papers
        for row in range(min(MOST, papers.row_count())):
            papers.move_to(row)
            await pilot.pause(0)
            strips = papers.row_strips((row + 1) % papers.row_count(), papers.size.width)
            shown += 1
            whole += not any(strip.text[: papers.size.width - 2].rstrip().endswith(CUT) for strip in strips)
    return whole, shown


def main() -> int:
    """Count and print."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    holds = True
    with tempfile.TemporaryDirectory() as folder:
        sample = Library(Path(folder))
        import_sample(sample)
        for name, library in (("sample", sample), (f"{papers:,} papers", Library(make_library(scratch(), papers)))):
            for size, least in SIZES.items():
                whole, shown = asyncio.run(_whole(library, size))
                verdict = "holds" if whole >= least * shown else "DOES NOT HOLD"
                share = f"{whole / shown:.1%} of {shown:,} titles whole, least {least:.0%}"
                print(f"{name}, {size[0]}×{size[1]}: {share}: {verdict}")
                holds &= whole >= least * shown
    return not holds


if __name__ == "__main__":
    sys.exit(main())
