"""A reader who decides once about each paper of a page, looking at nothing but the screen."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from invented import Item, dump, headline, items, page_lines, prose
from quick import first
from terminal import Terminal

from paperreader.domain.reading_state import ReadingStatus
from paperreader.services.importing.importer import ImportOptions, import_paths
from paperreader.services.library import Library

PAPERS = 83
KEYS_A_PAPER = 1.02
FRIDAY = date(2025, 3, 14)
MEANS = {
    "s": (ReadingStatus.READ, True),
    "r": (ReadingStatus.READ, False),
    "d": (ReadingStatus.SKIPPED, False),
    "b": (ReadingStatus.LATER, False),
}
"""The state that each key gives a paper."""
SHORTEST_TITLE, USUAL_TITLE, LONGEST_TITLE = 16, 75, 164
"""Characters of the titles of real pages."""
CURSOR_ROW = re.compile(r"▌.\s\s(.{1,36})")
"""The beginning of the title under the cursor; it is shorter than a line of the narrowest list."""


def _invented_page(seed: int) -> list[Item]:
    """Entries whose titles are as long as those of real pages."""
    draw = random.Random(seed)
    lengths = [round(draw.triangular(SHORTEST_TITLE, LONGEST_TITLE, USUAL_TITLE)) for _ in range(PAPERS)]
    return [
        Item(f"{number} {headline(number)} {prose(number, LONGEST_TITLE)}"[:length].strip(), prose(number, 900))
        for number, length in enumerate(lengths)
    ]


def _real_page(folder: Path) -> list[Item]:
    """The first entries of the longest real page."""
    lines = max((path.read_text(encoding="utf-8").split("\n") for path in (folder / "pages").iterdir()), key=len)
    entries = [Item(title, abstract) for title, abstract in zip(lines[10::4], lines[12::4], strict=True)]
    return entries[:PAPERS]


@pytest.fixture(params=first(1, ["invented", "real"]))
def page(request: pytest.FixtureRequest) -> list[Item]:
    """The entries of a page of 83 papers."""
    if request.param == "real":
        return _real_page(request.getfixturevalue("captures"))
    return _invented_page(83)


@pytest.fixture
def pages(page: Sequence[Item], tmp_path: Path) -> Path:
    """A library folder of the page, and of a page of the day before."""
    for name, entries, day in (("page", page, "Mar 14"), ("older", items(3), "Mar 13")):
        (tmp_path / f"{name}.txt").write_bytes(dump(page_lines(entries, day)))
    with closing(Library(tmp_path / "pages", window="test")) as library:
        files = [str(tmp_path / f"{name}.txt") for name in ("page", "older")]
        assert import_paths(library, files, ImportOptions(year=2025)).totals.listed == PAPERS + 3
    return tmp_path / "pages"


def _title_under_cursor(terminal: Terminal, titles: Sequence[str]) -> str | None:
    """The title that the row of the cursor begins, if there is one."""
    row = next((found for line in terminal.text.splitlines() if (found := CURSOR_ROW.search(line))), None)
    begun = row[1].rstrip("┃│ ") if row else ""
    return next((title for title in titles if begun and title.startswith(begun)), None)


@pytest.mark.parametrize("size", first(1, [(80, 24), (140, 40), (200, 60), (50, 15)]))
def test_a_page_takes_one_key_a_paper_and_one_to_go_on(
    size: tuple[int, int], page: list[Item], pages: Path, open_reader: Callable[..., Terminal]
) -> None:
    """Rule: who decides once a paper presses 1.02 keys a paper, next date included; what is stored was meant."""
    draw = random.Random(14)
    titles = [item.title for item in page]
    meant = {title: draw.choices("srdb", weights=(5, 10, 60, 8))[0] for title in titles}
    assert set(meant.values()) == set(MEANS)
    terminal = open_reader("--library", str(pages), size=size)
    decided: list[str] = []
    for _ in range(PAPERS):
        terminal.wait_for(lambda: (title := _title_under_cursor(terminal, titles)) and title not in decided)
        title = _title_under_cursor(terminal, titles)
        assert title is not None
        terminal.send(meant[title])
        decided.append(title)
    terminal.wait_for("is done")
    terminal.send("space")
    terminal.wait_for("1 of 3")
    assert (len(decided) + 1) / PAPERS <= KEYS_A_PAPER
    terminal.send("q")
    assert terminal.end() == 0
    with closing(Library(pages, window="judge")) as library:
        rows = library.rows(list(library.ids(FRIDAY)))
        states = {str(row.title): library.state(row.key) for row in rows}
    assert len(states) == PAPERS
    assert {title: (state.status, state.starred) for title, state in states.items()} == {
        title: MEANS[key] for title, key in meant.items()
    }
