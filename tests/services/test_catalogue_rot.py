"""A catalogue whose bytes changed on the disk, or that holds what is no text: read as far as it goes, and told."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing, suppress
from itertools import product
from pathlib import Path

import pytest
from examples import how_many

from paperreader.domain.entry import Entry
from paperreader.domain.finding import Level
from paperreader.domain.places import Shelf
from paperreader.domain.searchable import Searchable
from paperreader.domain.text import clean_block, clean_line
from paperreader.errors import UnknownPaper
from paperreader.services.doctor import examine
from paperreader.services.importing import import_sample
from paperreader.services.library import Library
from paperreader.ui.desk import Desk

FLIPS = how_many(60, 300)
SEED = 20250314


def _look(folder: Path) -> tuple[list[Entry], list[Searchable]]:
    """All that a reader, a filter and the shell ask of a library."""
    library = Library(folder)
    try:
        ids = library.ids(Shelf.ALL)
        desk = Desk(library)
        for day in (count.date for count in library.counts().dates):
            desk.open(day)
            desk.rows(desk.view)
        library.rows(ids)
        list(library.search_texts(ids))
        entries = library.entries(ids)
        searchables = list(library.catalogue.searchables(list(ids)))
        for entry in entries:
            with suppress(UnknownPaper):  # its key was changed
                library.resolve(entry.paper.key)
        return entries, searchables
    finally:
        library.close()


def _texts(entries: list[Entry]) -> dict[str, tuple[str, str]]:
    return {entry.paper.key: (entry.paper.title, entry.paper.abstract) for entry in entries}


def test_a_bit_that_changed_anywhere_is_no_exception_and_no_silent_change_of_a_text(folder: Path) -> None:
    """Rule: whatever bit of the file changed, it is read or set aside; doctor tells of every text that is not its own.

    Ranks, figures, authors and days have no sum that would tell.
    """
    data, expected = (folder / "catalogue.sqlite").read_bytes(), _texts(_look(folder)[0])
    chance, changed = random.Random(SEED), 0
    for place in (chance.randrange(len(data)) for _ in range(FLIPS)):
        copy = folder.with_name("copy")
        shutil.copytree(folder, copy)
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        (copy / "catalogue.sqlite").write_bytes(flipped)
        found = _texts(_look(copy)[0])
        is_aside = bool(list(copy.glob("catalogue-damaged-*")))
        if found != expected and not is_aside:
            changed += 1
            told = [finding for finding in examine(copy) if finding.subject == "catalogue"]
            assert all(finding.level is not Level.OK for finding in told), f"byte {place}"
        shutil.rmtree(copy)
    assert changed > FLIPS // 10


def test_importing_again_brings_the_changed_texts_back(folder: Path) -> None:
    """Rule: the cure that doctor names is one."""
    path = folder / "catalogue.sqlite"
    before = _texts(_look(folder)[0])
    key, (_, abstract) = next(iter(before.items()))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE papers SET abstract = ? WHERE key = ?", (abstract[:-1] + "?", key))
        connection.commit()
    assert [finding.level for finding in examine(folder) if finding.subject == "catalogue"] == [Level.WARNING]
    library = Library(folder)
    import_sample(library)
    library.close()
    assert _texts(_look(folder)[0]) == before
    assert [finding.level for finding in examine(folder) if finding.subject == "catalogue"] == [Level.OK]


NO_TEXTS = {
    "bytes": "X'fffe00414243'",
    "invalid": "CAST(X'4142ff43c328' AS TEXT)",
    "surrogate": "CAST(X'41eda08042' AS TEXT)",
    "nul": "'a' || char(0) || 'b'",
    "escape": "'a' || char(27) || ']0;title' || char(7) || 'b' || char(155) || '2J'",
    "number": "X'00'",
    "empty": "''",
    "lines": "'one' || char(10) || char(8232) || 'two'",
}


@pytest.mark.parametrize("column", ["title", "abstract", "authors", "published"])
@pytest.mark.parametrize("value", NO_TEXTS.values(), ids=list(NO_TEXTS))
def test_what_is_no_text_is_shown_clean_and_hides_no_other_paper(folder: Path, column: str, value: str) -> None:
    """Rule: one bad row never blocks the start: it is shown as far as it goes, harmlessly, and so are all others."""
    before = _texts(_look(folder)[0])
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as connection:
        connection.execute(f"UPDATE papers SET {column} = {value} WHERE id = 3")
        connection.commit()
    entries, searchables = _look(folder)
    assert len(entries) == len(searchables) == len(before)
    assert sum(_texts([entry]).items() <= before.items() for entry in entries) >= len(before) - 1
    for entry in entries:
        assert clean_line(entry.paper.title) == entry.paper.title
        assert clean_block(entry.paper.abstract) == entry.paper.abstract
        assert all(clean_line(name) == name for name in entry.paper.authors or ())


def test_a_page_is_imported_over_what_is_no_text(folder: Path) -> None:
    """Rule: bad rows keep no page out, and its texts take their place."""
    before = _texts(_look(folder)[0])
    for number, (column, value) in enumerate(product(("title", "authors"), NO_TEXTS.values())):
        with closing(sqlite3.connect(folder / "catalogue.sqlite")) as connection:
            connection.execute(f"UPDATE papers SET {column} = {value} WHERE id = ?", (number + 1,))
            connection.commit()
    library = Library(folder)
    import_sample(library)
    library.close()
    assert _texts(_look(folder)[0]) == before
