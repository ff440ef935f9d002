"""The two ways out of the filter bar, in a real terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from terminal import Terminal

from paperreader.domain.list_order import ListOrder
from paperreader.services.library import Library
from paperreader.services.lists.ordering import ordered_ids

OpenReader = Callable[..., Terminal]
FRIDAY = date(2025, 3, 14)
FOUND = "BERT: Pre-training"


def _stands_on(terminal: Terminal, title: str) -> None:
    """Wait until the cursor is on the row of a title."""
    terminal.wait_for(lambda: any("▌" in line and title[:15] in line for line in terminal.text.splitlines()))


@pytest.mark.parametrize(("key", "stays"), [("escape", False), ("enter", True)])
def test_escape_goes_back_and_enter_stays(key: str, stays: bool, folder: Path, open_reader: OpenReader) -> None:
    """Rule: Esc returns to the paper where the bar was opened, Enter stays with the paper found."""
    library = Library(folder)
    titles = [str(row.title) for row in library.rows(list(ordered_ids(library, FRIDAY, ListOrder.UNREAD_FIRST)))]
    library.close()
    opened_at = next(row for row in (2, 3) if not titles[row].startswith(FOUND))
    terminal = open_reader("--library", str(folder))
    terminal.send(*"j" * opened_at)
    _stands_on(terminal, titles[opened_at])
    terminal.send(*"/bidirectional")
    _stands_on(terminal, FOUND)
    terminal.send(key)
    _stands_on(terminal, FOUND if stays else titles[opened_at])
    terminal.send("q")
    assert terminal.end() == 0
