"""A whole page of papers, decided with one key a paper."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from piloting import reading

from paperreader.domain.reading_state import ReadingStatus
from paperreader.services.importing.importer import ImportOptions, import_paths
from paperreader.services.library import Library

PAPERS = 83
KEYS_A_PAPER = 1.02
MEANS = {
    "s": (ReadingStatus.READ, True),
    "r": (ReadingStatus.READ, False),
    "d": (ReadingStatus.SKIPPED, False),
    "b": (ReadingStatus.LATER, False),
}
"""The state that each key gives a paper."""
LONGEST_TITLE = 16


def _page(folder: Path, draw: random.Random) -> Path:
    """A page of papers whose titles are as long as real ones."""
    words = [
        "amber",
        "kites",
        "lantern",
        "harvest",
        "orbit",
        "velvet",
        "signal",
        "meadow",
        "copper",
        "drift",
        "quartz",
        "willow",
        "ember",
        "tide",
    ]
    lines = ["new", "byAK and the research community", "Mar 14"]
    for number in range(PAPERS):
        title = " ".join(draw.choices(words, k=draw.randint(4, LONGEST_TITLE))).title()
        abstract = " ".join(draw.choices(words, k=120))
        lines += [f"Paper {number:02} {title}", f"We study {abstract}."]
    page = folder / "page.txt"
    page.write_text("\n\n".join(lines), encoding="utf-8")
    return page


@pytest.mark.parametrize("size", [(140, 40), (80, 24)])
async def test_a_page_of_83_papers_takes_one_key_a_paper(
    size: tuple[int, int], library: Library, tmp_path: Path
) -> None:
    """Rule: who decides once about each paper presses 1.02 keys a paper, leaves none, and meant what is stored."""
    draw = random.Random(83)
    receipt = import_paths(library, [str(_page(tmp_path, draw))], ImportOptions(year=2025))
    assert receipt.totals.listed == PAPERS
    async with reading(library, size) as reader:
        keys = reader.keys
        assert len(keys) == PAPERS
        pressed = 0
        meant = {}
        while undecided := [key for key in keys if key not in meant]:
            assert reader.key == undecided[0], "the next paper is under the cursor"
            intent = draw.choices("srdb", weights=(5, 10, 80, 5))[0]
            meant[reader.key] = MEANS[intent]
            await reader.press(intent)
            pressed += 1
        await reader.settled()
        states = {key: library.state(key) for key in keys}
        assert {key: (state.status, state.starred) for key, state in states.items()} == meant
        assert pressed / PAPERS <= KEYS_A_PAPER
        await reader.until(lambda: "is done" in reader.text)
