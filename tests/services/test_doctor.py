"""`doctor`: each fault is found, nothing changes without --fix, and a repair loses nothing."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from paperreader.domain.decision import EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.differences import Difference, Kind
from paperreader.domain.doctor_finding import Finding, Level
from paperreader.domain.reading_state import ReadingState, ReadingStatus, make_note, make_tags
from paperreader.files.system_calls import System
from paperreader.services.doctor.examination import Mending, examine, mend
from paperreader.services.importing.importer import import_sample
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.journal.format import SCHEMA, Snapshot, encode_snapshot
from paperreader.storage.reading.store import ReadingStore

States = dict[str, ReadingState]


def _fold(folder: Path) -> None:
    store = ReadingStore(folder)
    store._storage.exclusively(store._storage.compact)
    store.close()


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with three snapshots, decisions in each, and more in the journal."""
    folder = tmp_path_factory.mktemp("template") / "library"
    library = Library(folder)
    import_sample(library)
    keys = [row.key for row in library.rows(library.catalogue.all_ids()[:9])]
    library.close()
    decisions = (SetStar(True), EditTags(make_tags(["ml"]), make_tags([])), SetStatus(ReadingStatus.LATER))
    for decision in decisions:
        library = Library(folder)
        for key in keys[:4]:
            library.reading.finish(Triage(library).decide("decide", [key], decision))
        library.close()
        _fold(folder)
    library = Library(folder)
    library.reading.finish(Triage(library).decide("note", keys[4:8], SetNote(make_note("since"))))
    library.reading.finish(Triage(library).decide("skip", keys[2:6], SetStatus(ReadingStatus.SKIPPED)))
    library.close()
    return folder


@pytest.fixture
def healthy(_template: Path, tmp_path: Path) -> Path:
    """A copy of the template."""
    return Path(shutil.copytree(_template, tmp_path / "library"))


def _states(folder: Path) -> States:
    store = ReadingStore(folder)
    states = {str(key): store.state(key) for key in store.keys()}  # noqa: SIM118 - the store is no dictionary
    store.close()
    return states


def _disk(folder: Path) -> dict[str, Any]:
    """Everything that an examination could change."""
    found = {}
    for path in [folder, *folder.rglob("*")]:
        status = path.lstat()
        content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        found[str(path)] = (status.st_ino, status.st_mode, status.st_mtime_ns, content)
    return found


def _odd(folder: Path) -> dict[str, Level]:
    """The checks that found a fault; asserts that the disk did not change."""
    before = _disk(folder)
    findings = examine(folder)
    assert _disk(folder) == before
    assert all(finding.cure or "schema" in finding.text for finding in findings if finding.level is not Level.OK)
    assert not [finding for finding in findings if finding.level is Level.OK and finding.cure]
    odd: dict[str, Level] = {}
    for finding in findings:
        if finding.level is not Level.OK and odd.get(finding.subject) is not Level.PROBLEM:
            odd[finding.subject] = finding.level
    return odd


def _catalogue(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def _shown(folder: Path) -> set[tuple[Any, ...]]:
    """The papers of the catalogue without their row ids."""
    with closing(Catalogue(folder / "catalogue.sqlite")) as catalogue:
        return {tuple(row[1:]) for row in catalogue.connection.execute("SELECT * FROM papers")}


def _break(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as stream:
        stream.seek(offset)
        stream.write(data)


def _swap(path: Path, old: bytes, new: bytes) -> None:
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))


def _tear(folder: Path) -> None:
    with _journal(folder).open("ab") as stream:
        stream.write(b'1c291ca3 {"s":')


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _journal(folder: Path) -> Path:
    return max(folder.glob("reading-*.journal"), key=lambda path: int(path.stem.removeprefix("reading-")))


def _old(path: Path) -> Path:
    path.touch()
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


FAULTS: dict[str, tuple[Callable[[Path], object], dict[str, Level], dict[str, Level]]] = {
    "damaged snapshot": (
        lambda folder: _break(folder / "reading.json", 0, b"\0\0\0"),
        {"reading state": Level.PROBLEM}, {"set aside": Level.WARNING},
    ),
    "empty snapshot": (
        lambda folder: (folder / "reading.json").write_bytes(b""),
        {"reading state": Level.PROBLEM}, {"set aside": Level.WARNING},
    ),
    "lost snapshot": (lambda folder: (folder / "reading.json").unlink(), {"reading state": Level.PROBLEM}, {}),
    "snapshot edited by hand": (
        lambda folder: _swap(folder / "reading.json", b'"starred":true', b'"starred":false'),
        {"reading state": Level.PROBLEM, "edits by hand": Level.WARNING}, {},
    ),
    "torn journal": (
        _tear,
        {"reading state": Level.WARNING}, {"set aside": Level.WARNING},
    ),
    "damaged line": (
        lambda folder: _break(_journal(folder), 30, b"\0"),
        {"reading state": Level.PROBLEM}, {"set aside": Level.WARNING},
    ),
    "lost journal": (lambda folder: _journal(folder).unlink(), {"reading state": Level.PROBLEM}, {}),
    "leftover": (lambda folder: _old(folder / "reading.json.tmp"), {"leftovers": Level.WARNING}, {}),
    "other leftover": (lambda folder: _old(folder / ".session.json.4711.tmp"), {"leftovers": Level.WARNING}, {}),
    "damaged backup": (
        lambda folder: _break(folder / "backups" / "reading-4.json", 9, b"\0"),
        {"backups": Level.WARNING}, {"backups": Level.WARNING},
    ),
    "catalogue that is none": (
        lambda folder: (folder / "catalogue.sqlite").write_bytes(b"rubbish" * 900),
        {"catalogue": Level.PROBLEM}, {"set aside": Level.WARNING, "catalogue": Level.WARNING},
    ),
    "catalogue cut": (
        lambda folder: os.truncate(folder / "catalogue.sqlite", 50_000),
        {"catalogue": Level.PROBLEM}, {"set aside": Level.WARNING, "catalogue": Level.WARNING},
    ),
    "lost catalogue": (
        lambda folder: (folder / "catalogue.sqlite").unlink(),
        {"catalogue": Level.WARNING}, {"catalogue": Level.WARNING},
    ),
    "wrong count": (
        lambda folder: _catalogue(folder, "UPDATE dates SET papers = papers + 1"),
        {"catalogue": Level.PROBLEM}, {},
    ),
    "count of a date without listings": (
        lambda folder: _catalogue(folder, "INSERT INTO dates VALUES ('2025-01-01', 3)"),
        {"catalogue": Level.PROBLEM}, {},
    ),
    "wrong place": (
        lambda folder: _catalogue(folder, "UPDATE papers SET newest = NULL, newest_rank = NULL WHERE id < 4"),
        {"catalogue": Level.PROBLEM}, {},
    ),
    "wrong upvotes": (
        lambda folder: _catalogue(folder, "UPDATE papers SET upvotes = 77 WHERE id < 4"),
        {"catalogue": Level.PROBLEM}, {},
    ),
    "index that lacks rows": (
        lambda folder: _catalogue(
            folder, "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = 'CREATE INDEX captures_by_paper ON captures (paper) WHERE paper < 3' "
            "WHERE name = 'captures_by_paper'", "PRAGMA writable_schema = RESET", "REINDEX",
            "PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = "
            "'CREATE INDEX captures_by_paper ON captures (paper)' WHERE name = 'captures_by_paper'",
        ),
        {"catalogue": Level.PROBLEM}, {},
    ),
    "changed text": (
        lambda folder: _catalogue(folder, "UPDATE texts SET abstract = abstract || '!' WHERE id = 1"),
        {"catalogue": Level.WARNING}, {"catalogue": Level.WARNING},
    ),
    "names of no capture": (
        lambda folder: _catalogue(folder, "INSERT INTO names VALUES ('arxiv:2503.99999', 987654)"),
        {"catalogue": Level.WARNING}, {},
    ),
    "sightings in no listing": (
        lambda folder: _catalogue(folder, "INSERT INTO sightings VALUES (987654, 1, 1, NULL, NULL, NULL)"),
        {"catalogue": Level.WARNING}, {},
    ),
    "captures without papers": (
        lambda folder: _catalogue(folder, "DELETE FROM papers WHERE id < 4"),
        {"catalogue": Level.PROBLEM}, {},
    ),
    "captures of other papers": (
        lambda folder: _catalogue(folder, "UPDATE captures SET paper = paper + 1 WHERE id < 4"),
        {"catalogue": Level.PROBLEM}, {},
    ),
    "papers without captures": (
        lambda folder: _catalogue(
            folder, "INSERT INTO papers SELECT NULL, 'text:0000000000000000', '', shown, NULL, NULL, NULL, 0, 'x' "
            "FROM papers WHERE id = 1",
        ),
        {"catalogue": Level.PROBLEM}, {},
    ),
    **{
        f"other {column}": (
            lambda folder, column=column, value=value: _catalogue(  # type: ignore[misc]
                folder, f"UPDATE papers SET {column} = {value} WHERE id < 4"
            ),
            {"catalogue": Level.PROBLEM}, {},
        )
        for column, value in (("key", "'text:000000000000000' || id"), ("also", "'arxiv:2503.0000' || id"),
                              ("shown", "9"), ("facts", "'{\"published\":\"2025\"}'"), ("title_order", "'x'"))
    },
    "lost names": (
        lambda folder: _catalogue(folder, "DELETE FROM names WHERE capture < 4"),
        {"catalogue": Level.PROBLEM}, {},
    ),
    "stray names": (
        lambda folder: _catalogue(folder, "INSERT INTO names VALUES ('arxiv:2503.99999', 1)"),
        {"catalogue": Level.PROBLEM}, {},
    ),
    "pairs that are not the user's": (
        lambda folder: _catalogue(
            folder, "INSERT INTO applied SELECT 'same', min(own), max(own) FROM captures WHERE id < 3"
        ),
        {"catalogue": Level.PROBLEM, "identities": Level.WARNING}, {},
    ),
    "newer catalogue": (
        lambda folder: _catalogue(folder, "PRAGMA user_version = 99"),
        {"catalogue": Level.PROBLEM}, {"catalogue": Level.PROBLEM},
    ),
    "catalogue that is a folder": (
        lambda folder: _make_folder(folder / "catalogue.sqlite"),
        {"catalogue": Level.PROBLEM}, {"catalogue": Level.PROBLEM},
    ),
    "snapshot that is a folder": (
        lambda folder: _make_folder(folder / "reading.json"),
        {"reading state": Level.PROBLEM, "edits by hand": Level.PROBLEM},
        {"reading state": Level.PROBLEM, "edits by hand": Level.PROBLEM},
    ),
    "quarantine that is a file": (
        lambda folder: (folder / "quarantine").touch(),
        {"quarantine": Level.PROBLEM}, {"quarantine": Level.PROBLEM},
    ),
    "lock that is a folder": (
        lambda folder: _make_folder(folder / "reading.lock"),
        {"lock": Level.PROBLEM}, {"lock": Level.PROBLEM},
    ),
}  # fmt: skip
"""By fault: what causes it, what is found, and what is still found after the repair."""

LOSING = {"damaged line", "lost journal"}
"""The faults that cost an action. The loss is reported."""
SET_ASIDE = {
    **dict.fromkeys(("damaged snapshot", "empty snapshot", "snapshot edited by hand"), "reading.json"),
    **dict.fromkeys(("catalogue that is none", "catalogue cut"), "catalogue.sqlite"),
}
"""The faults after which the damaged file is kept under another name."""
UNMENDED = {"snapshot that is a folder", "lock that is a folder", "newer catalogue", "catalogue that is a folder"}


def test_a_finding_without_a_fault_has_no_cure() -> None:
    """Rule: only a fault has a cure."""
    assert Finding(Level.WARNING, "backups", "1 of 3 damaged", "delete it").cure
    with pytest.raises(AssertionError):
        Finding(Level.OK, "backups", "3, all of them readable", "delete one")


def test_a_healthy_library_has_no_fault(healthy: Path) -> None:
    """Rule: nothing is found, and a repair changes only the name of the lock's last holder."""
    assert _odd(healthy) == {}
    before = _states(healthy)
    assert mend(healthy) == Mending()
    assert _states(healthy) == before
    assert _odd(healthy) == {}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_and_mended_once(healthy: Path, fault: str) -> None:
    """Rule: only the right check reports it; a repair keeps every decision; a second repair does nothing."""
    other = Path(shutil.copytree(healthy, healthy.parent / "other"))
    expected, shown = _states(other), _shown(other)
    befall, found, left = FAULTS[fault]
    befall(healthy)
    assert _odd(healthy) == found
    kept = (healthy / SET_ASIDE[fault]).read_bytes() if fault in SET_ASIDE else b""
    mending = mend(healthy)
    assert _odd(healthy) == left
    assert bool(mending.failed) == (fault in UNMENDED)
    again = mend(healthy)
    assert (again.done, again.imported, bool(again.failed)) == ((), (), fault in UNMENDED)
    assert _odd(healthy) == left
    if fault in UNMENDED:
        return
    if fault == "snapshot edited by hand":
        (change,) = mending.imported
        assert change.changes == ("no star",)
        assert change.title
        expected[change.key] = _states(healthy)[change.key]
        assert not expected[change.key].starred
    if fault not in LOSING:
        assert _states(healthy) == expected
    if "catalogue" not in left:
        assert _shown(healthy) == shown
    if fault in SET_ASIDE:
        assert kept in [path.read_bytes() for path in healthy.iterdir() if path.is_file()]


def test_a_hand_edited_date_of_a_listing_is_imported(healthy: Path) -> None:
    """Rule: the edit is counted and shown, and the catalogue follows it."""
    library = Library(healthy)
    listing = library.catalogue.known_on(library.counts().dates[0].date)[0]
    library.finish(library.reading.set_dates("date", {listing.name: (date(2031, 1, 1), listing.own.date)}))
    storage = library.reading._storage
    storage.exclusively(storage.compact)
    library.close()
    path = healthy / "reading.json"
    path.write_text(path.read_text().replace("2031-01-01", "2031-01-02"))
    (finding,) = [finding for finding in examine(healthy) if finding.subject == "edits by hand"]
    assert ": 1 listing would change" in finding.text
    assert mend(healthy).imported == (
        Difference(Kind.LISTING, listing.name, None, ("date 2031-01-01 → 2031-01-02",)),
    )  # fmt: skip
    catalogue = Catalogue(healthy / "catalogue.sqlite")
    assert catalogue.date_counts()[0][0] == date(2031, 1, 2)
    catalogue.close()


def test_examining_no_library_creates_nothing(tmp_path: Path) -> None:
    """Rule: a missing, empty or foreign folder stays as it is, even with --fix."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    for folder in (tmp_path / "missing", other):
        before = _disk(tmp_path)
        assert all(finding.level is Level.OK for finding in examine(folder))
        assert mend(folder) == Mending()
        assert _disk(tmp_path) == before


def test_a_file_where_the_folder_should_be_is_a_problem(tmp_path: Path) -> None:
    """Rule: the file is named and does not change."""
    (tmp_path / "library").write_text("mine")
    (finding,) = examine(tmp_path / "library")
    assert finding.level is Level.PROBLEM
    assert mend(tmp_path / "library") == Mending()
    assert (tmp_path / "library").read_text() == "mine"


def test_a_newer_reading_state_is_reported_and_kept(healthy: Path) -> None:
    """Rule: a newer reading state is only read, even with --fix."""
    (healthy / "reading.json").write_bytes(encode_snapshot(Snapshot(SCHEMA + 1, 12, {})))
    before = {path: path.read_bytes() for path in healthy.rglob("reading*")}
    assert _odd(healthy) == {"reading state": Level.PROBLEM}
    assert mend(healthy).failed
    assert {path: path.read_bytes() for path in healthy.rglob("reading*")} == before


def test_a_document_without_a_key_is_reported(healthy: Path) -> None:
    """Rule: a document without a key is ignored and kept."""
    store = ReadingStore(healthy)
    store.db.table("papers").insert({"starred": True})
    store.close()
    assert _odd(healthy) == {"reading state": Level.WARNING}


def test_a_lock_that_stays_held_names_its_holder(healthy: Path) -> None:
    """Rule: an incomplete line is not reported while another process may be writing it."""
    (healthy / "reading.lock").write_bytes(b"4711".ljust(20))
    _tear(healthy)
    with (healthy / "reading.lock").open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        (finding,) = [finding for finding in examine(healthy, patience=0.1) if finding.level is not Level.OK]
    assert "process 4711" in finding.text


def test_a_file_system_without_locks_is_reported(healthy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: without locks one window can decide, so it is a warning with a cure."""

    def refuse(*_: object, **__: object) -> bool:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(System, "lock", refuse)
    assert _odd(healthy) == {"lock": Level.WARNING}
    store = ReadingStore(healthy)
    store.finish(store.revise("mend", lambda _present: {}))
    (finding,) = [finding for finding in examine(healthy) if finding.level is not Level.OK]
    assert f"now it is process {os.getpid()}" in finding.text
    store.close()
    (healthy / "reading.lock").unlink()
    assert _odd(healthy) == {"lock": Level.WARNING}


def test_a_read_only_library_is_reported(healthy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a read-only library is a warning; a repair fails with the reason."""
    monkeypatch.setattr(System, "refuses_writing", lambda _self, path: path == healthy)
    assert _odd(healthy) == {"folder": Level.WARNING}
    (failure,) = mend(healthy).failed
    assert "cannot be written" in failure


def test_a_full_disk_is_reported(healthy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: little space is a warning, almost none is a problem."""
    free = 100_000_000

    def usage(_path: object) -> Any:
        return type("Usage", (), {"free": free})

    monkeypatch.setattr(shutil, "disk_usage", usage)
    assert _odd(healthy) == {"disk space": Level.WARNING}
    free = 1_000_000
    assert _odd(healthy) == {"disk space": Level.PROBLEM}


def test_a_catalogue_in_use_is_examined(healthy: Path) -> None:
    """Rule: content in the WAL file counts, whether its process is alive or was killed."""
    library = Library(healthy)
    library.catalogue.connection.execute("UPDATE dates SET papers = papers + 1")
    assert {finding.subject for finding in examine(healthy) if finding.level is not Level.OK} == {"catalogue"}
    killed = Path(shutil.copytree(healthy, healthy.parent / "killed"))
    library.close()
    (killed / "catalogue.sqlite-shm").unlink()
    assert _odd(killed) == {"catalogue": Level.PROBLEM}


def test_a_young_temporary_file_is_kept(healthy: Path) -> None:
    """Rule: a young temporary file is kept: another process may be writing it."""
    (healthy / "reading.json.tmp").write_bytes(b"{")
    assert _odd(healthy) == {}
    assert mend(healthy) == Mending()
    assert (healthy / "reading.json.tmp").exists()


def _rubbish() -> Iterator[bytes]:
    yield from (b"", b"\0" * 500, b"{", b"[]", b"null", b"\xff\xfe{}", b'{"_meta":{"1":{}}}', b"[" * 100_000)
    meta = b'{"_meta": {"1": {"schema": 1, "base": 3, "crc32": "00000000"}}, '
    yield from (
        meta + b'"papers": %s}' % papers
        for papers in (b"7", b"[1]", b'{"x": 7}', b'{"1": {"key": []}}', b'{"1": {"key": "a", "n": NaN}}',
                       b'{"1": {"key": "\\ud800"}}', b'{"1": {"key": "title:x", "tags": {"a": 1}, "note": 5}}')
    )  # fmt: skip


@pytest.mark.parametrize("name", ["reading.json", "journal", "catalogue.sqlite", "backups", "session.json"])
def test_random_content_gives_findings_and_no_exception(healthy: Path, name: str) -> None:
    """Rule: random content in any file is found and repaired, and earlier decisions are kept."""
    path = {"journal": _journal(healthy), "backups": healthy / "backups" / "reading-8.json"}.get(name, healthy / name)
    for number, data in enumerate(_rubbish()):
        folder = Path(shutil.copytree(healthy, healthy.parent / str(number)))
        (folder / path.relative_to(healthy)).write_bytes(data)
        before = _disk(folder)
        examine(folder)
        assert _disk(folder) == before
        assert mend(folder).failed == ()
        assert not [finding for finding in examine(folder) if finding.level is Level.PROBLEM]
        assert len(_states(folder)) >= 4
        shutil.rmtree(folder)
