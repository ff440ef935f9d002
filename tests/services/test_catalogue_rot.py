"""Bit rot in a catalogue: damaged values are cleaned or unknown, and doctor reports them."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing, suppress
from itertools import product
from pathlib import Path

import pytest
from examples import how_many

from paperreader.domain.doctor_finding import Finding, Level
from paperreader.domain.entry import Entry
from paperreader.domain.index_record import Searchable
from paperreader.domain.lists import Shelf
from paperreader.domain.text import clean_block, clean_line
from paperreader.errors import UnknownPaper
from paperreader.services.doctor.examination import examine, mend
from paperreader.services.importing.importer import import_sample
from paperreader.services.library import Library
from paperreader.storage.catalogue.schema import promised_columns
from paperreader.storage.catalogue.search_queries import changed_since, searchables
from paperreader.ui.desk import Desk

FLIPS = how_many(60, 300)
SEED = 20250314


def _look(folder: Path) -> tuple[list[Entry], list[Searchable]]:
    """Read all that the reader, a filter and the shell read."""
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
        indexed = list(searchables(library.catalogue, ids))
        for entry in entries:
            with suppress(UnknownPaper):  # its key was changed
                library.resolve(entry.paper.key)
        return entries, indexed
    finally:
        library.close()


def _texts(entries: list[Entry]) -> dict[str, tuple[str, str]]:
    return {entry.paper.key: (entry.paper.title, entry.paper.abstract) for entry in entries}


def test_a_flipped_bit_is_no_exception_and_no_silent_change(folder: Path) -> None:
    """Rule: with any bit flipped, the file is read or set aside, and doctor reports every changed text.

    Ranks, figures, authors and days have no hash.
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


def _catalogue_findings(folder: Path) -> list[Finding]:
    return [finding for finding in examine(folder) if finding.subject == "catalogue"]


def _import_again(folder: Path) -> None:
    with closing(Library(folder)) as library:
        import_sample(library)


def _change(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as connection:
        assert connection.execute(statement, values).rowcount
        connection.commit()


def _papers(folder: Path) -> list[Entry]:
    return sorted(_look(folder)[0], key=lambda entry: entry.paper.key)


def _content(folder: Path) -> list[list[tuple[object, ...]]]:
    """The rows of the tables of imported and derived content."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as connection:
        return [
            connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("texts", "captures", "names", "sightings", "papers", "dates")
        ]


def test_doctor_and_an_import_restore_damaged_texts(folder: Path) -> None:
    """Rule: doctor's cure, step by step, restores every row."""
    before, content = _look(folder)[0], _content(folder)
    _change(folder, "UPDATE texts SET abstract = abstract || '?' WHERE id = 1")
    (finding,) = _catalogue_findings(folder)
    assert finding.level is Level.WARNING
    assert finding.cure.startswith("run paperreader doctor --fix, then import your papers again")
    mend(folder)
    (finding,) = _catalogue_findings(folder)
    assert (finding.level, finding.cure.startswith("import your papers again")) == (Level.WARNING, True)
    _import_again(folder)
    assert [finding.level for finding in _catalogue_findings(folder)] == [Level.OK]
    assert _look(folder)[0] == before
    assert _content(folder) == content


def test_a_restored_text_is_an_update(folder: Path) -> None:
    """Rule: a restored text counts as an update, and the search index learns of it."""
    _change(folder, "UPDATE texts SET abstract = 'damaged' WHERE id = 1")
    mend(folder)
    with closing(Library(folder)) as library:
        mark = library.catalogue.mark()
        assert import_sample(library).totals.updated == 1
        (paper,) = changed_since(library.catalogue, mark) or [0]
        assert library.catalogue.shown_capture(library.keys_of([paper])[paper]) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE captures SET text = 2 WHERE id = 1",
        "UPDATE texts SET title = 'Another one' WHERE id = 1",
        "UPDATE texts SET raw = '{\"title\": 7}' WHERE id = 1",
        "UPDATE texts SET hash = 'none' WHERE id = 1",
        "UPDATE captures SET links = '{' WHERE id = 1",
        "UPDATE captures SET standing = 'standing' WHERE id = 1",
        "DELETE FROM texts WHERE id = 1",
    ],
)
def test_an_import_restores_what_a_capture_lost(folder: Path, statement: str) -> None:
    """Rule: wrong or missing texts and unreadable facts are reported, and an import replaces them."""
    before, papers = _papers(folder), _content(folder)[-2]
    _change(folder, statement)
    assert Level.WARNING in [finding.level for finding in _catalogue_findings(folder)]
    mend(folder)
    _import_again(folder)
    assert [finding.level for finding in _catalogue_findings(folder)] == [Level.OK]
    assert _papers(folder) == before
    assert {row[1:] for row in _content(folder)[-2]} == {row[1:] for row in papers}


@pytest.mark.parametrize("column", ["own", "ids"])
def test_a_damaged_copy_of_a_name_is_restored_from_the_other_copy(folder: Path, column: str) -> None:
    """Rule: own name and ids are stored twice; the texts tell which copy is right, so the key stays."""
    content = _content(folder)
    _change(folder, f"UPDATE captures SET {column} = 'text:0000000000000000' WHERE id = 1")
    assert [finding.level for finding in _catalogue_findings(folder)] == [Level.PROBLEM]
    mend(folder)
    assert _content(folder) == content


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
def test_a_damaged_value_is_cleaned_and_hides_no_paper(folder: Path, column: str, value: str) -> None:
    """Rule: one damaged row is shown cleaned, and hides no other row."""
    before = _texts(_look(folder)[0])
    table = "texts" if column in ("title", "abstract") else "captures"
    _change(folder, f"UPDATE {table} SET {column} = {value} WHERE id = 3")
    entries, searchables = _look(folder)
    assert len(entries) == len(searchables) == len(before)
    assert sum(_texts([entry]).items() <= before.items() for entry in entries) >= len(before) - 1
    for entry in entries:
        assert clean_line(entry.paper.title) == entry.paper.title
        assert clean_block(entry.paper.abstract) == entry.paper.abstract
        assert all(clean_line(name) == name for name in entry.paper.authors or ())


@pytest.mark.parametrize("column", ["key", "facts", "title_order", "newest"])
@pytest.mark.parametrize("value", NO_TEXTS.values(), ids=list(NO_TEXTS))
def test_damaged_derived_values_are_derived_again(folder: Path, column: str, value: str) -> None:
    """Rule: a damaged derived row hides no other row, and doctor derives it again."""
    content, count = _content(folder), len(_look(folder)[0])
    _change(folder, f"UPDATE papers SET {column} = {value} WHERE id = 3")
    assert len(_look(folder)[0]) == count
    assert [finding.level for finding in _catalogue_findings(folder)] == [Level.PROBLEM]
    mend(folder)
    assert _content(folder) == content


def test_an_import_replaces_damaged_values(folder: Path) -> None:
    """Rule: an import replaces damaged texts and authors."""
    before = _look(folder)[0]
    for number, ((table, column), value) in enumerate(
        product((("texts", "title"), ("captures", "authors")), NO_TEXTS.values()), 1
    ):
        _change(folder, f"UPDATE {table} SET {column} = {value} WHERE id = ?", number)
    _import_again(folder)
    mend(folder)
    _import_again(folder)
    assert _look(folder)[0] == before
    assert [finding.level for finding in _catalogue_findings(folder)] == [Level.OK]


_ROWS = {
    "texts": "id", "captures": "id", "papers": "id", "dates": "date", "names": "name, capture",
    "sightings": "listing, capture",
}  # fmt: skip
"""The primary key of each table."""


@pytest.mark.parametrize(("table", "column"), sorted(found for found in promised_columns() if found[0] in _ROWS))
def test_whatever_a_column_holds_doctor_mends_it_once(folder: Path, table: str, column: str) -> None:
    """Rule: no damaged value raises an exception; one repair is enough, and imports work."""
    for number, value in enumerate(("X'fffe00414243'", "'none'", "-5", "0.5", "4611686018427387904")):
        row = f"SELECT {_ROWS[table]} FROM {table} ORDER BY 1 DESC, 2 DESC LIMIT 1 OFFSET {number}"
        row = row.replace(", 2 DESC", "" if "," not in _ROWS[table] else ", 2 DESC")
        with suppress(sqlite3.IntegrityError):
            _change(folder, f"UPDATE {table} SET {column} = {value} WHERE ({_ROWS[table]}) = ({row})")
    _look(folder)
    examine(folder)
    assert mend(folder).failed == ()
    assert mend(folder).done == ()
    assert not [finding for finding in _catalogue_findings(folder) if finding.level is Level.PROBLEM]
    _import_again(folder)
    mend(folder)
    assert [finding for finding in _catalogue_findings(folder) if finding.level is not Level.OK] == []
