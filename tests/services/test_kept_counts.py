"""Counts that are stored for the next start always equal a new count."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.decision import Decision, SetNote, SetStar, SetStatus
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.reading_state import ReadingStatus, make_note
from paperreader.services.library import Counts, Library
from paperreader.services.lists.kept_counts import NAME, load_counts
from paperreader.services.lists.tally import Tally
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

DAY = date(2025, 3, 14)
LOST = PaperKey("title:ffffffffffff")
"""A paper that the catalogue does not hold."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library that was closed: ten papers, three starred, two read."""
    return _make(tmp_path / "library")


def _make(folder: Path) -> Path:
    library = Library(folder)
    _add(library, 10)
    keys = _keys(library)
    _decide(library, keys[:3], SetStar(True))
    _decide(library, keys[2:4], SetStatus(ReadingStatus.READ))
    _leave(library)
    return folder


def _add(library: Library, count: int, day: date = DAY) -> None:
    papers = [ParsedPaper(f"The invented paper number {n}", f"About the number {n}. " * 9) for n in range(count)]
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("page:a", day), papers)


def _keys(library: Library) -> list[PaperKey]:
    return [row.key for row in library.rows(sorted(library.catalogue.all_ids()))]


def _decide(library: Library, keys: list[PaperKey], decision: Decision) -> None:
    library.reading.finish(Triage(library).decide("act", keys, decision))


def _leave(library: Library) -> None:
    """Close a library with a tally."""
    Tally(library)
    library.close()


def _start(folder: Path) -> tuple[Counts, bool]:
    """The counts at start, and whether everything was counted for them."""
    library = Library(folder)
    with patch.object(Library, "counts", autospec=True, side_effect=Library.counts) as counting:
        tally = Tally(library)
        is_counted = counting.called
    assert tally.counts == library.counts()
    library.reading.close()
    library.catalogue.close()
    return tally.counts, is_counted


def _in_the_shell(folder: Path, work: Callable[[Library], None]) -> None:
    """Change the library in a process without a tally."""
    library = Library(folder)
    work(library)
    library.close()


# What is believed


def test_nothing_is_counted_after_the_reader_was_left(folder: Path) -> None:
    """Rule: a start shows the counts of the last use."""
    counts, is_counted = _start(folder)
    assert not is_counted
    assert sum(count.starred for count in counts.dates) == 3


def test_decisions_since_are_taken_from_the_journal(folder: Path) -> None:
    """Rule: later decisions of other processes are added without counting everything."""
    _in_the_shell(folder, lambda library: _decide(library, _keys(library)[:2], SetStar(False)))
    _in_the_shell(folder, lambda library: _decide(library, _keys(library)[:9], SetStatus(ReadingStatus.LATER)))
    counts, is_counted = _start(folder)
    assert not is_counted
    assert sum(count.starred for count in counts.dates) == 1


def test_a_second_document_of_a_paper_counts_together_with_the_first(folder: Path) -> None:
    """Rule: the state of a paper is the join of its documents, whoever wrote them."""

    def insert(library: Library) -> None:
        for key in _keys(library)[2:4]:
            library.reading.db.table("papers").insert({"key": key, "starred": True})

    _in_the_shell(folder, insert)
    counts, is_counted = _start(folder)
    assert not is_counted
    assert sum(count.starred for count in counts.dates) == 4


def test_a_window_counts_the_decisions_of_others(folder: Path) -> None:
    """Rule: this holds while the reader is open, and beside its own decisions."""
    library, other = Library(folder), Library(folder)
    tally = Tally(library)
    with patch.object(Library, "counts", autospec=True, side_effect=Library.counts) as counting:
        for turn in range(3):
            tally.follow(
                library.reading.finish(Triage(library).decide("star", _keys(library)[turn : turn + 4], SetStar(True)))
            )
            _decide(other, _keys(other)[turn : turn + 3], SetStatus(ReadingStatus.SKIPPED))
            library.reading.poll()
            tally.recount()
        assert not counting.called
    assert tally.counts == library.counts()
    other.close()
    library.close()
    assert not _start(folder)[1]


def test_counts_are_right_after_a_compaction_at_close(folder: Path) -> None:
    """Rule: the counts belong to the new snapshot."""
    library = Library(folder)
    _fold_at_close(library)
    _leave(library)
    assert (folder / "reading-2.journal").exists()
    assert not _start(folder)[1]


def _fold_at_close(library: Library) -> None:
    """Compact the journal when the library is closed, even if it is short."""
    library.reading._storage._compact_at_close = 0


# What is not


def _import(folder: Path) -> None:
    _in_the_shell(folder, lambda library: _add(library, 12, DAY + timedelta(days=1)))


def _move(folder: Path) -> None:
    _in_the_shell(folder, lambda library: _moved(library))


def _moved(library: Library) -> None:
    library.finish(Triage(library).set_date(DAY, DAY + timedelta(days=7)))


def _decide_of_a_lost_paper(folder: Path) -> None:
    _in_the_shell(folder, lambda library: _decide(library, [LOST], SetStar(True)))


def _fold(folder: Path) -> None:
    def decide(library: Library) -> None:
        _fold_at_close(library)
        _decide(library, _keys(library)[5:], SetStar(True))

    _in_the_shell(folder, decide)


def _delete(folder: Path) -> None:
    (folder / NAME).unlink()


def _cut(folder: Path) -> None:
    data = (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(data[: len(data) // 2])


def _write_rubbish(folder: Path) -> None:
    body = json.dumps({"version": 1, "mark": [], "dates": 5}).encode()
    (folder / NAME).write_bytes(b"%08x %s" % (zlib.crc32(body), body))


def _change_version(folder: Path) -> None:
    body = (folder / NAME).read_bytes().partition(b" ")[2].replace(b'"version": ', b'"version": 9')
    (folder / NAME).write_bytes(b"%08x %s" % (zlib.crc32(body), body))


def _lose_catalogue(folder: Path) -> None:
    (folder / "catalogue.sqlite").unlink()


def _lose_states(folder: Path) -> None:
    for path in folder.glob("reading*"):
        path.unlink()


def _lose_journal(folder: Path) -> None:
    for path in folder.glob("reading-*.journal"):
        path.unlink()


def _rewrite_history(folder: Path) -> None:
    """Write other decisions, and at least as many, to a journal of the same name."""
    for path in folder.glob("reading-*.journal"):
        path.write_bytes(b"")
    for star in (True, False, True):
        _in_the_shell(folder, lambda library: _decide(library, _keys(library)[4:9], SetStar(star)))  # noqa: B023


def _restore(folder: Path) -> None:
    """Restore the previous snapshot by hand and make decisions on it."""
    _fold(folder)
    _leave(Library(folder))
    (folder / "reading.json").write_bytes((folder / "backups" / "reading-0.json").read_bytes())


@pytest.mark.parametrize(
    "change",
    [
        _import, _move, _decide_of_a_lost_paper, _fold, _delete, _cut, _write_rubbish, _change_version, _lose_catalogue,
        _lose_states, _lose_journal, _rewrite_history, _restore,
    ],
)  # fmt: skip
def test_everything_is_counted_if_the_stored_counts_may_be_wrong(folder: Path, change: Callable[[Path], None]) -> None:
    """Rule: after any change of the library or the file the counts are right, and are stored again."""
    change(folder)
    assert _start(folder)[1]
    _leave(Library(folder))
    assert not _start(folder)[1]


def test_a_changed_byte_makes_the_file_useless(folder: Path) -> None:
    """Rule: a flipped bit anywhere is noticed."""
    data = (folder / NAME).read_bytes()
    for place in range(len(data)):
        (folder / NAME).write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert load_counts(folder) is None
    (folder / NAME).write_bytes(data)
    assert load_counts(folder)


def test_a_disk_that_refuses_costs_nothing(folder: Path) -> None:
    """Rule: the library closes, and the older file is used."""
    library = Library(folder)
    _decide(library, _keys(library)[4:], SetStar(True))
    with patch(
        "paperreader.services.lists.kept_counts.replace_file", side_effect=OSError(28, "No space left on device")
    ):
        _leave(library)
    assert not _start(folder)[1]


def test_decisions_that_are_not_counted_are_counted_at_the_next_start(folder: Path) -> None:
    """Rule: a decision of another window that was read but not counted is counted at the next start."""
    library, other = Library(folder), Library(folder)
    Tally(library)
    _decide(other, _keys(other)[4:7], SetStar(True))
    library.reading.poll()
    library.close()
    other.close()
    assert not _start(folder)[1]


def test_an_import_that_is_not_shown_yet_is_counted_at_the_next_start(folder: Path) -> None:
    """Rule: an import of another process that the tally did not see is counted at the next start."""
    library = Library(folder)
    Tally(library)
    _import(folder)
    library.close()
    assert _start(folder)[1]


# Anything


_DECISIONS = st.sampled_from([SetStar(True), SetStar(False), *map(SetStatus, ReadingStatus), SetNote(make_note("n"))])
_STEPS = st.lists(
    st.tuples(st.sampled_from(["decide", "undo", "leave", "kill", "import", "move", "fold", "damage"]), _DECISIONS,
              st.sets(st.integers(0, 10), min_size=1), st.integers(0, 9)),
    max_size=14,
)  # fmt: skip


@examples(60)
@given(steps=_STEPS)
def test_stored_counts_equal_a_new_count(
    steps: list[tuple[str, Decision, set[int], int]],
) -> None:
    """Rule: after decisions, undo, imports, kills and damage in any order every start shows right counts."""
    with TemporaryDirectory() as name:
        folder = _make(Path(name) / "library")
        library, other = Library(folder), Library(folder)
        keys = [*_keys(library), LOST]
        tally, triage = Tally(library), Triage(library)
        for what, decision, chosen, number in steps:
            some = [keys[n] for n in sorted(chosen)]
            if what == "decide":
                _decide(other, some, decision)
                tally.follow(library.reading.finish(triage.decide("act", some[:2], SetStar(number % 2 == 0))))
            elif what == "undo" and (future := triage.undo()):
                tally.follow(library.finish(future))
            elif what == "import":
                _add(other, 10 + number % 2, DAY + timedelta(days=number))
            elif what == "move" and other.catalogue.known_on(DAY):
                other.finish(Triage(other).set_date(DAY, DAY + timedelta(days=number)))
            elif what == "fold":
                other.reading.db.storage.exclusively(other.reading.db.storage.compact)  # type: ignore[attr-defined]
            elif what == "damage" and (folder / NAME).exists():
                data = bytearray((folder / NAME).read_bytes())
                data[random.Random(number).randrange(len(data))] ^= 4
                (folder / NAME).write_bytes(data)
            elif what in ("leave", "kill"):
                if what == "leave":
                    library.close()
                else:
                    library.reading.close()
                    library.names.close()
                    library.catalogue.close()
                library = Library(folder)
                tally, triage = Tally(library), Triage(library)
                assert tally.counts == library.counts()
            library.reading.poll()
            tally.recount()
            assert tally.counts == library.counts()
        library.close()
        other.close()
