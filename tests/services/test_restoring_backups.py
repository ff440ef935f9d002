"""Restored backups: all decisions are as they were, by one action that can be undone."""

from __future__ import annotations

from datetime import date

import pytest
from imported import import_papers

from paperreader.domain.decision import Decision, SetNote, SetStar, SetStatus
from paperreader.domain.differences import Difference, Kind, differences
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.lists import make_shelf
from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus, make_note, make_tags
from paperreader.errors import NewerSchema, StoreError
from paperreader.services.backups import restore
from paperreader.services.identities import merge
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.journal.format import SCHEMA, Snapshot, encode_snapshot
from paperreader.storage.reading.inspection import backups


def _decide(library: Library, decision: Decision, *keys: PaperKey) -> None:
    library.reading.finish(Triage(library).decide("act", keys, decision))


def _fold(library: Library) -> int:
    storage = library.reading._storage
    storage.exclusively(storage.compact)
    return storage.seq


def _states(library: Library) -> dict[PaperKey, ReadingState]:
    return {key: library.state(key) for key in library.reading.keys()}  # noqa: SIM118 - the store is no dictionary


@pytest.fixture
def keys(sample: Library) -> list[PaperKey]:
    """The first papers of the sample library."""
    return [row.key for row in sample.rows(sample.catalogue.all_ids()[:4])]


@pytest.fixture
def then(sample: Library, keys: list[PaperKey]) -> tuple[int, dict[PaperKey, ReadingState]]:
    """A backup of the sample library, its states, and decisions since."""
    _decide(sample, SetStar(True), *keys[:2])
    number, states = _fold(sample), _states(sample)
    _decide(sample, SetStar(False), keys[0])
    _decide(sample, SetNote(make_note("since")), *keys[1:3])
    _fold(sample)
    _decide(sample, SetStatus(ReadingStatus.READ), *keys[2:4])
    return number, states


def test_restoring_brings_all_decisions_back(sample: Library, then: tuple[int, dict[PaperKey, ReadingState]]) -> None:
    """Rule: changed, added and removed papers are restored and reported; a second restore changes nothing."""
    number, states = then
    changes = restore(sample, number)
    assert _states(sample) == states
    assert {change.changes for change in changes} == {
        ("star",), ("note removed",), ("read → unread", "note removed"), ("read → unread",),
    }  # fmt: skip
    assert all(change.title for change in changes)
    assert restore(sample, number) == []
    again = Library(sample.folder)
    assert _states(again) == states
    again.close()


def test_restoring_is_one_action_that_can_be_undone(
    sample: Library, then: tuple[int, dict[PaperKey, ReadingState]]
) -> None:
    """Rule: undo brings back the decisions since the backup."""
    before, seq = _states(sample), sample.reading.seq
    restore(sample, then[0])
    assert sample.reading.seq == seq + 1
    assert sample.reading.history()[0].name == "restore"
    undone = sample.reading.finish(sample.reading.undo())
    assert (undone.undoes, undone.decision) == (seq + 1, "restore")
    assert _states(sample) == before


def test_restoring_brings_back_the_dates_of_listings(sample: Library) -> None:
    """Rule: dates set since are reset in the catalogue too and reported; undo brings them back."""
    listing = sample.catalogue.known_on(sample.counts().dates[0].date)[0]
    own, first, second = listing.own.date, date(2031, 1, 1), date(2031, 1, 2)

    def days() -> set[date]:
        return {count.date for count in sample.counts().dates}

    at_first = days()
    sample.finish(sample.reading.set_dates("date", {listing.name: (first, own)}))
    number = _fold(sample)
    sample.finish(sample.reading.set_dates("date", {listing.name: (second, own)}))
    _fold(sample)
    expected = [Difference(Kind.LISTING, listing.name, None, (f"date {second} → {first}",))]
    assert restore(sample, number, dry_run=True) == restore(sample, number) == expected
    assert {first, second} & days() == {first}
    sample.finish(sample.reading.undo())
    assert {first, second} & days() == {second}
    expected = [Difference(Kind.LISTING, listing.name, None, (f"date {second} → {own}",))]
    assert restore(sample, 0) == expected
    assert days() == at_first


def test_restoring_splits_papers_that_were_merged_since(library: Library) -> None:
    """Rule: the catalogue has two papers with their decisions again; undo merges them."""
    ids = [Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")]
    import_papers(library, *(ParsedPaper(f"Sundials {name}", "", identifiers=(name,)) for name in ids))
    one, other = map(PaperKey, ids)
    _decide(library, SetStar(True), one)
    number, states = _fold(library), _states(library)
    merge(library, one, other)
    _decide(library, SetStatus(ReadingStatus.READ), one)
    _fold(library)
    assert (library.catalogue.count(), library.state(other).starred) == (1, True)
    parted = [(f"no longer: {one} and {other} are one paper",)]
    for dry_run in (True, False):
        found = restore(library, number, dry_run=dry_run)
        assert [each.changes for each in found if each.kind is Kind.PAIR] == parted
        assert library.catalogue.count() == (1 if dry_run else 2)
    assert _states(library) == states
    assert (library.state(one).starred, library.state(other).starred) == (True, False)
    library.finish(library.reading.undo())
    assert (library.catalogue.count(), library.state(other).status) == (1, ReadingStatus.READ)


def test_restoring_splits_no_merge_of_an_import(library: Library) -> None:
    """Rule: the paper stays merged, with the decisions about both parts."""
    ids = [Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")]
    import_papers(library, *(ParsedPaper(f"Sundials {name}", "", identifiers=(name,)) for name in ids))
    _decide(library, SetStar(True), PaperKey(ids[1]))
    number = _fold(library)
    import_papers(library, ParsedPaper("Sundials", "", identifiers=tuple(ids)))
    _decide(library, SetStar(False), PaperKey(ids[0]))
    _fold(library)
    assert restore(library, number)
    assert (library.catalogue.count(), library.state(PaperKey(ids[0])).starred) == (1, True)


def test_restoring_brings_back_the_shelves(sample: Library) -> None:
    """Rule: saved, replaced and removed shelves are restored and reported with their queries."""
    kept, gone, new = (shelf for name in ("kept", "gone", "new") if (shelf := make_shelf(name)))
    for shelf in (kept, gone):
        sample.reading.finish(sample.reading.save_shelf("save", shelf, "tag:old"))
    number, shelves = _fold(sample), dict(sample.reading.shelves())
    for shelf, query in ((kept, "tag:new"), (gone, None), (new, "is:starred")):
        sample.reading.finish(sample.reading.save_shelf("save", shelf, query))
    _fold(sample)
    assert {(each.kind, each.key, each.changes) for each in restore(sample, number)} == {
        (Kind.SHELF, "kept", ("tag:new → tag:old",)),
        (Kind.SHELF, "gone", ("shelf added: tag:old",)),
        (Kind.SHELF, "new", ("shelf removed",)),
    }
    assert sample.reading.shelves() == shelves


def test_restoring_reaches_every_table(sample: Library) -> None:
    """Rule: documents with a key in tables of other programs are restored too."""
    table = sample.reading.db.table("mine")
    table.insert_multiple([{"key": "a", "value": 1}, {"key": "b"}])
    number = _fold(sample)
    table.truncate()
    table.insert_multiple([{"key": "a", "value": 2}, {"key": "c"}])
    _fold(sample)
    found = restore(sample, number)
    assert {(each.kind, each.key, each.changes) for each in found} == {
        (Kind.OTHER, "a", ("changed in the table mine",)),
        (Kind.OTHER, "b", ("added to the table mine",)),
        (Kind.OTHER, "c", ("removed from the table mine",)),
    }
    assert sorted(table.all(), key=str) == [{"key": "a", "value": 1}, {"key": "b"}]


def test_a_dry_run_says_the_same_and_changes_nothing(
    sample: Library, then: tuple[int, dict[PaperKey, ReadingState]]
) -> None:
    """Rule: a dry run reports what a restore would change."""
    before, seq = _states(sample), sample.reading.seq
    expected = restore(sample, then[0], dry_run=True)
    assert (_states(sample), sample.reading.seq) == (before, seq)
    assert restore(sample, then[0]) == expected


def test_a_backup_that_cannot_be_restored_is_refused(
    sample: Library, then: tuple[int, dict[PaperKey, ReadingState]]
) -> None:
    """Rule: a missing, damaged, edited or newer backup is refused, and nothing changes."""
    before = _states(sample)
    path = sample.folder / "backups" / f"reading-{then[0]}.json"
    sound = path.read_bytes()
    with pytest.raises(StoreError, match="no backup 4711"):
        restore(sample, 4711)
    for data in (b"", b"rubbish", sound[:-9], sound.replace(b"true", b"null", 1)):
        path.write_bytes(data)
        with pytest.raises(StoreError, match="damaged"):
            restore(sample, then[0])
        assert [backup.papers for backup in backups(sample.folder) if backup.number == then[0]] == [None]
    path.write_bytes(encode_snapshot(Snapshot(SCHEMA + 1, then[0], {})))
    with pytest.raises(NewerSchema):
        restore(sample, then[0])
    assert _states(sample) == before


def test_the_backups_are_listed_newest_first(sample: Library, then: tuple[int, dict[PaperKey, ReadingState]]) -> None:
    """Rule: each backup has its last action, its papers and its size."""
    found = backups(sample.folder)
    assert [backup.number for backup in found] == [then[0], 0]
    assert [backup.papers for backup in found] == [2, 0]
    assert all(backup.size == (sample.folder / "backups" / f"reading-{backup.number}.json").stat().st_size
               for backup in found)  # fmt: skip
    assert backups(sample.folder / "nothing") == []


def test_differences_are_words() -> None:
    """Rule: each field of a state has its own difference, also the time."""
    full = ReadingState(ReadingStatus.LATER, True, tuple(make_tags(["a"])), make_note("n"))
    assert differences(UNDECIDED, full) == ("star", "unread → later", "+a", "note added")
    assert differences(full, UNDECIDED) == ("no star", "later → unread", "-a", "note removed")
    assert differences(full, ReadingState(ReadingStatus.LATER, True, (), make_note("m"))) == ("-a", "note changed")
    assert differences(full, full) == ("only the time of the decision",)
