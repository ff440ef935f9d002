"""A catalogue of schema 10 is converted when its library is opened: no paper and no decision is lost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from old_catalogue import (
    CONFIRMED,
    MERGED_KEYS,
    OLDER,
    RAW,
    REEDS,
    RIVERS,
    RIVERS_KEY,
    SAND,
    SUNDIAL,
    make_old_catalogue,
)

from paperreader.domain.captures import own_name
from paperreader.domain.dates import PartialDate
from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.identifiers import Identifier, PaperKey, title_address
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Announced, Listing, ListingName
from paperreader.domain.lists import ImportedFile, Shelf
from paperreader.domain.paper import Standing
from paperreader.domain.reading_state import ReadingState, ReadingStatus, make_note, make_tags
from paperreader.domain.text import Safe
from paperreader.errors import StoreError
from paperreader.services.doctor.examination import examine, mend
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.imports import add_listing
from paperreader.storage.catalogue.schema import SCHEMA
from paperreader.storage.catalogue.upgrade import convert_catalogue
from paperreader.storage.reading.store import ReadingStore

ARXIV, MERGED = PaperKey("arxiv:2503.00001"), PaperKey("arxiv:2503.00004")
DECIDED: dict[str, Decision] = {
    ARXIV: SetNote(make_note("bends")),
    f"{RIVERS_KEY}-2": SetStatus(ReadingStatus.LATER),
    MERGED: SetStatus(ReadingStatus.READ),
    MERGED_KEYS[0]: EditTags(make_tags(["dial"]), make_tags([])),
    RIVERS_KEY: SetStar(True),
}
"""The decisions, by the keys of that version; one is under a key from before a merge."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A closed library of schema 10 with decisions."""
    folder = tmp_path / "old"
    make_old_catalogue(folder / "catalogue.sqlite")
    with closing(ReadingStore(folder)) as store:
        for key, decision in DECIDED.items():
            store.finish(store.decide("decide", {PaperKey(key): decision}, {}))
        day = date.fromisoformat(CONFIRMED[1])
        store.finish(store.set_dates("date", {ListingName(CONFIRMED[0]): (day, date(2025, 3, 14))}))
    return folder


def _states(library: Library) -> dict[str, ReadingState]:
    """The decisions, by the papers' abstracts."""
    entries = library.entries(library.ids(Shelf.ALL))
    return {entry.paper.abstract: entry.state for entry in entries if entry.state.decided_at}


def _check(library: Library) -> None:
    """Every decision is on its paper, by any name of it."""
    states = _states(library)
    assert {abstract: (state.status, state.starred, state.tags, state.note) for abstract, state in states.items()} == {
        SAND: (ReadingStatus.UNREAD, False, (), "bends"),
        REEDS: (ReadingStatus.UNREAD, True, (), ""),
        REEDS[::-1]: (ReadingStatus.LATER, False, (), ""),
        "They are read together.": (ReadingStatus.READ, False, ("dial",), ""),
    }
    counts = library.counts()
    assert (counts.papers, counts.shelves[Shelf.STARRED], counts.shelves[Shelf.LATER]) == (6, 1, 1)


def test_the_papers_of_an_older_catalogue_are_all_there(old: Path) -> None:
    """Rule: ids, facts, listings with figures, all texts and unfinished imports are kept."""
    with closing(Library(old)) as library:
        assert library.take_notices() == []
        catalogue = library.catalogue
        assert (catalogue.schema(), catalogue.unfinished("long.jsonl")) == (SCHEMA, '{"end": 7}')
        found = {entry.paper.key: entry for entry in library.entries(library.ids(Shelf.ALL))}
        assert len(found) == 6
        rivers, sundial = found[ARXIV], found[MERGED]
        assert (rivers.paper.abstract, rivers.paper.version, rivers.paper.published) == (SAND, 2, date(2025, 3, 1))
        assert rivers.paper.identifiers == (Identifier(ARXIV), Identifier("doi:10.1000/1"))
        assert (rivers.paper.authors, rivers.paper.categories) == (("Ada Brook",), ("cs.CL", "cs.LG"))
        assert (rivers.paper.standing, rivers.paper.links()["code"]) == (
            Standing.WITHDRAWN, "https://github.com/sand/rivers",
        )  # fmt: skip
        assert [
            (text.abstract, text.version) for text in catalogue.earlier_texts(catalogue.ids_of([ARXIV])[ARXIV])
        ] == [(OLDER, 1)]
        assert [
            (place.listing, place.rank, place.upvotes, place.comments, place.announced) for place in rivers.listed
        ] == [(Listing("hf", date(2025, 3, 16)), 1, 9, 3, Announced.NEW)]
        assert [(file.file, file.rank) for file in rivers.files] == [(ImportedFile(Safe("mine.bib")), 3)]
        assert sundial.paper.identifiers == (Identifier(MERGED), Identifier("arxiv:2503.00044"))
        assert sundial.paper.published == PartialDate(2025, 3)
        assert catalogue.listings(date(2025, 3, 15)) == [Listing("page:0000abcd", date(2025, 3, 15), printed="03-14")]
        assert catalogue.date_counts() == [(date(2025, 3, 16), 2), (date(2025, 3, 15), 3)]
        raws = catalogue.connection.execute("SELECT raw FROM texts WHERE raw IS NOT NULL").fetchall()
        assert raws == [(json.dumps({"abstract": RAW}),)]
    assert {finding.subject for finding in examine(old) if finding.cure} <= {"identities"}


def test_every_decision_of_an_older_library_is_on_its_paper(old: Path) -> None:
    """Rule: decisions under keys from titles and under merged keys are kept."""
    with closing(Library(old)) as library:
        _check(library)
        reeds = PaperKey(own_name(RIVERS, RAW, ()))
        assert library.state(reeds).starred
        assert (reeds, RIVERS_KEY) in library.reading.names()
    with closing(Library(old)) as again:
        _check(again)
        assert again.take_notices() == []


def test_conversion_is_no_step_of_undo(old: Path) -> None:
    """Rule: undo after a conversion takes back the last decision."""
    with closing(Library(old)) as library:
        library.finish(Triage(library).undo())  # the date
        library.finish(Triage(library).undo())
        assert not library.reading.starred()
        library.finish(Triage(library).redo())
        library.finish(Triage(library).redo())
        _check(library)


def test_importing_again_adds_no_paper_after_a_conversion(old: Path) -> None:
    """Rule: importing the same files again adds no paper, and merged papers stay merged."""
    with closing(Library(old)) as library:
        papers = [
            ParsedPaper(RIVERS, SAND, ("Ada Brook",), date(2025, 3, 1), (Identifier(ARXIV),), version=2),
            ParsedPaper(RIVERS, RAW), ParsedPaper(RIVERS, REEDS[::-1]),
            ParsedPaper(SUNDIAL, "They are read together.", identifiers=(Identifier(MERGED),)),
            ParsedPaper("Another title", "", identifiers=(Identifier("arxiv:2503.00044"),)),
            ParsedPaper("", "", identifiers=(Identifier("doi:10.1000/5"),)),
        ]  # fmt: skip
        with library.catalogue.transaction():
            receipt = add_listing(library.catalogue, Listing("hf", date(2025, 4, 1)), papers)
        assert (receipt.new, receipt.known) == (0, 5)
        _check(library)


FAULTS = {
    "a weight that is none": "UPDATE papers SET weight = 'heavy' WHERE id = 3",
    "a standing that is none": "UPDATE papers SET standing = 'standing' WHERE id = 3",
    "links that are none": "UPDATE papers SET links = '{\"code\": 7}' WHERE id = 3",
    "a table that is missing": "DROP TABLE texts",
    "another schema": "PRAGMA user_version = 4",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_catalogue_that_cannot_be_converted_is_set_aside(old: Path, fault: str) -> None:
    """Rule: the file is kept, the message names it, decisions are safe, and imports work."""
    path = old / "catalogue.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(FAULTS[fault])
    before = path.read_bytes()
    with closing(Library(old)) as library:
        (kept,) = old.glob("catalogue-damaged-*.sqlite")
        assert kept.read_bytes() == before
        (notice,) = [notice for notice in library.take_notices() if "converted" in notice]
        assert kept.name in notice
        assert "with 6 papers" in notice
        assert "import your papers again" in notice
        assert library.catalogue.is_empty()
        with library.catalogue.transaction():
            add_listing(library.catalogue, Listing("hf", date(2025, 4, 1)), [ParsedPaper(RIVERS, REEDS)])
        library.apply_decisions()
        assert _states(library)[REEDS].starred
    with closing(Library(old)) as again:
        assert again.take_notices() == []


@pytest.mark.parametrize("is_after", [False, True])
def test_a_process_killed_between_the_two_stores_converts_again(old: Path, is_after: bool) -> None:
    """Rule: after a kill the catalogue is unchanged, and the next opening converts it."""
    reading = ReadingStore(old)

    class Killed(BaseException):
        pass

    def rekey(names: Mapping[PaperKey, tuple[str, ...]]) -> None:
        if is_after:
            reading.finish(reading.rekey("upgrade", {key: found for key, found in names.items() if reading.knows(key)}))
        raise Killed

    with closing(Catalogue(old / "catalogue.sqlite")) as catalogue:
        with pytest.raises(Killed):
            convert_catalogue(catalogue, rekey)
        assert (catalogue.schema(), catalogue.count()) == (10, 6)
    reading.close()
    with closing(Library(old)) as library:
        _check(library)


def test_an_older_catalogue_that_cannot_be_written_is_refused(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: it is not set aside, the message names the cure, and decisions still work."""

    def refuse(*_: object) -> None:
        raise StoreError("the disk refuses", "make room")

    path = old / "catalogue.sqlite"
    with monkeypatch.context() as patch:
        patch.setattr("paperreader.storage.catalogue.upgrade._convert", refuse)
        with pytest.raises(StoreError, match="make room"):
            Library(old)
        with closing(Library(old, needs_catalogue=False)) as library:
            assert (
                "papers cannot be shown, but decisions can be saved: the disk refuses; make room"
                in library.take_notices()
            )
            library.finish(Triage(library).decide("star", [PaperKey(ARXIV)], SetStar(True)))
    assert not list(path.parent.glob("catalogue-damaged-*"))
    with closing(Library(old)) as library:
        assert library.state(PaperKey(ARXIV)).starred


def test_doctor_converts_only_with_fix(old: Path) -> None:
    """Rule: doctor changes nothing; doctor --fix converts."""
    before = (old / "catalogue.sqlite").read_bytes()
    (finding,) = [finding for finding in examine(old) if finding.subject == "catalogue"]
    assert finding.text == "6 papers"
    assert (old / "catalogue.sqlite").read_bytes() == before
    assert mend(old).failed == ()
    with closing(Library(old)) as library:
        _check(library)
        assert library.catalogue.ids_of([title_address("Editorial")])
