"""Decisions need no catalogue: one that does not open is reported, and stops only what reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import PaperKey
from paperreader.errors import NewerSchema, StoreBusy, StoreError, UnknownPaper
from paperreader.files.waiting import Patience
from paperreader.services.backups import restore
from paperreader.services.importing.importer import import_sample
from paperreader.services.library import Library
from paperreader.services.searching.find_papers import find_papers
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.schema import SCHEMA

NEWER = SCHEMA + 7


@pytest.fixture
def newer(folder: Path) -> Path:
    """A library of the sample papers whose catalogue a newer version of the program wrote."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as connection:
        connection.execute(f"PRAGMA user_version = {NEWER}")
    return folder


def _star(library: Library, text: str) -> PaperKey:
    key = library.resolve(text)
    assert library.finish(Triage(library).decide("star", [key], SetStar(True))).seq
    return key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("arxiv:2503.01234", "arxiv:2503.01234"),
        ("2503.01234v2", "arxiv:2503.01234"),
        ("https://arxiv.org/abs/2503.01234", "arxiv:2503.01234"),
        ("10.1000/xyz", "doi:10.1000/xyz"),
    ],
)
def test_a_paper_is_decided_by_its_id_beside_a_newer_catalogue(newer: Path, text: str, key: str) -> None:
    """Rule: a decision works beside a newer catalogue, which is reported and does not change."""
    before = (newer / "catalogue.sqlite").read_bytes()
    with closing(Library(newer, needs_catalogue=False)) as library:
        (notice,) = library.take_notices()
        assert f"schema {NEWER}" in notice
        assert "update paperreader" in notice
        assert _star(library, text) == key
        assert library.reading.starred() == [(key,)]
        assert library.finish(library.reading.undo()).changes
        assert library.reading.starred() == []
        assert [action.name for action in library.reading.history()] == ["undo", "star"]
    assert (newer / "catalogue.sqlite").read_bytes() == before


def test_a_paper_that_was_decided_before_is_known_by_its_key(newer: Path) -> None:
    """Rule: a key from a text is known if it was decided before; else the message says why not."""
    with closing(Library(newer, needs_catalogue=False)) as library:
        known = PaperKey("title:0123456789ab")
        library.reading.finish(library.reading.decide("star", {known: SetStar(True)}, {}))
        assert library.resolve(known) == known
        with pytest.raises(UnknownPaper, match=f"this paper has no decisions, and .*schema {NEWER}"):
            library.resolve("title:ba9876543210")


def test_what_reads_the_catalogue_reports_its_fault(newer: Path) -> None:
    """Rule: lists, queries and imports fail with the cure, and nothing is stored."""
    asked: list[Callable[[Library], object]] = [
        lambda library: find_papers(library, "attention"),
        lambda library: find_papers(library, ""),
        lambda library: library.counts(),
        lambda library: library.apply_decisions(),
        lambda library: library.reopen(),
    ]
    with closing(Library(newer, needs_catalogue=False)) as library:
        for ask in asked:
            with pytest.raises(NewerSchema, match="update paperreader"):
                ask(library)
    with pytest.raises(NewerSchema):
        Library(newer)


def test_a_backup_is_restored_beside_a_newer_catalogue(newer: Path) -> None:
    """Rule: restoring a backup needs no catalogue; changes are listed without titles."""
    with closing(Library(newer, needs_catalogue=False)) as library:
        key = _star(library, "2503.01234")
        storage = library.reading.db.storage
        storage.exclusively(storage.compact)  # type: ignore[attr-defined]
        (change,) = restore(library, 0)
        assert change.key == key
        assert library.reading.starred() == []


def test_a_locked_catalogue_stops_no_decision(folder: Path) -> None:
    """Rule: a decision is saved even while another program locks the catalogue."""
    path = folder / "catalogue.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        patience = Patience(0.05)
        with pytest.raises(StoreBusy, match="end that process or wait for it"):
            Library(folder, patience=patience)
        with closing(Library(folder, needs_catalogue=False, patience=patience)) as library:
            _star(library, "2503.01234")
    with closing(Library(folder)) as library:
        assert library.reading.starred() == [("arxiv:2503.01234",)]


def test_an_import_beside_a_writer_that_never_ends_is_refused_in_time(folder: Path) -> None:
    """Rule: the import waits for its limit, says what for, and the receipt names the cure."""
    told: list[str] = []
    with (
        closing(Library(folder, patience=Patience(0.2, 0.0, tell=told.append))) as library,
        closing(sqlite3.connect(folder / "catalogue.sqlite", isolation_level=None)) as other,
    ):
        other.execute("BEGIN EXCLUSIVE")
        receipt = import_sample(library)
    first, *others = (file.problems[0].reason for file in receipt.files)
    assert "another process is writing to it" in first
    assert "end that process or wait for it, then try again" in first
    assert set(others) == {"was not imported either"}
    assert told == [f"waiting for another process that writes {folder / 'catalogue.sqlite'}"]


def test_other_faults_stop_only_what_reads_the_catalogue(folder: Path) -> None:
    """Rule: a folder instead of the file stops only what reads the catalogue."""
    (folder / "catalogue.sqlite").unlink()
    (folder / "catalogue.sqlite").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        Library(folder)
    with closing(Library(folder, needs_catalogue=False)) as library:
        _star(library, "2503.01234")
