"""On a file system without locks one window decides, the others read and are told who does."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from without_locks import WithoutLocks, refuse_locks

from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import PaperKey
from paperreader.errors import StoreBusy, StoreError
from paperreader.files import write_lock
from paperreader.files.claims import this_process
from paperreader.files.system_calls import System
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.reading.store import ReadingStore

OpenStore = Callable[..., ReadingStore]
A, B, C = (PaperKey(f"title:{name}") for name in "abc")


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    """Where the claims of the test's library are."""
    return tmp_path / "library" / "reading.claims"


def _star(store: ReadingStore, key: PaperKey) -> None:
    assert store.finish(store.decide("star", {key: SetStar(True)}, {})).seq


def _refused(store: ReadingStore, key: PaperKey) -> str:
    with pytest.raises(StoreBusy) as refusal:
        _star(store, key)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize("number", sorted(write_lock.NO_LOCKS))
def test_one_window_decides_and_says_so_once(
    open_store: OpenStore, claims: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Rule: whatever the file system says of locks it has none of, decisions are made, and it is told once."""
    monkeypatch.setattr(WithoutLocks, "number", number)
    store = open_store(system=WithoutLocks())
    _star(store, A)
    (notice,) = store.take_notices()
    assert "no locks" in notice
    assert os.strerror(number) in notice
    _star(store, B)
    assert store.take_notices() == []
    assert [path.name for path in claims.iterdir()] == [this_process().name]
    store.close()
    assert list(claims.iterdir()) == []
    assert sorted(open_store().starred()) == [(A,), (B,)]


def test_other_windows_read_and_are_told_who_decides(open_store: OpenStore) -> None:
    """Rule: they show what is decided, refuse by the name of the process, and decide when that is through."""
    one, two = open_store(system=WithoutLocks()), open_store(system=WithoutLocks())
    _star(one, A)
    assert f"process {os.getpid()}" in _refused(two, B)
    assert "no locks" in (two.read_only or "")
    assert one.read_only is None
    assert two.poll() == {A}
    assert two.state(A).starred
    assert not two.state(B).starred
    late = open_store(system=WithoutLocks())
    assert f"only process {os.getpid()} may write" in (late.read_only or "")
    assert late.state(A).starred
    _star(one, C)
    one.close()
    assert two.read_only is None
    _star(two, B)
    assert sorted(two.starred()) == [(A,), (B,), (C,)]


def test_a_window_on_another_machine_is_named_with_the_cure(open_store: OpenStore, claims: Path) -> None:
    """Rule: nobody here can tell whether it is gone, so its claim stays until a person removes it."""
    open_store(system=WithoutLocks()).close()
    theirs = claims / replace(this_process(), process=4711, place="0-0-elsewhere", host="elsewhere").name
    theirs.touch()
    store = open_store(system=WithoutLocks())
    refusal = _refused(store, A)
    assert "process 4711 on elsewhere" in refusal
    assert str(theirs) in refusal
    assert theirs.exists()
    theirs.unlink()
    _star(store, A)


def test_what_is_claimed_is_not_written_with_a_lock_either(open_store: OpenStore) -> None:
    """Rule: a process that gets locks where another gets none gives way to its claim."""
    one, two = open_store(system=WithoutLocks()), open_store()
    _star(one, A)
    assert f"process {os.getpid()}" in _refused(two, B)
    one.close()
    _star(two, B)


def test_a_lock_that_is_refused_once_is_no_sign(open_store: OpenStore, claims: Path) -> None:
    """Rule: a file system that gives a lock on another file has locks: the action is refused, and nothing claimed."""

    class Once(System):
        refuses = False

        def lock(self, descriptor: int, *, wait: bool) -> bool:
            if self.refuses:
                self.refuses = False
                raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
            return super().lock(descriptor, wait=wait)

    system = Once()
    store = open_store(system=system)
    system.refuses = True
    with pytest.raises(StoreError, match="cannot be locked"):
        _star(store, A)
    assert list(claims.iterdir()) == []
    _star(store, A)
    assert store.take_notices() == []


def test_a_claim_that_somebody_removed_is_made_again(open_store: OpenStore, claims: Path) -> None:
    """Rule: a window writes only while it is the one; another that came meanwhile is not written beside."""
    one, two = open_store(system=WithoutLocks()), open_store(system=WithoutLocks())
    _star(one, A)
    for path in claims.iterdir():
        path.unlink()
    _star(one, B)
    for path in claims.iterdir():
        path.unlink()
    _star(two, C)
    _refused(one, PaperKey("title:d"))


def test_a_damaged_library_that_another_has_claimed_is_read(open_store: OpenStore, tmp_path: Path) -> None:
    """Rule: what only a writer could mend is read as far as it goes."""
    one = open_store(system=WithoutLocks())
    _star(one, A)
    (tmp_path / "library" / "reading.json").write_bytes(b"rubbish")
    two = open_store(system=WithoutLocks())
    assert two.state(A).starred
    assert any("does not match its checksum" in notice for notice in two.take_notices())


def test_a_catalogue_that_needs_locks_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: SQLite has locks of its own; where it is refused those the cause is named, which SQLite does not."""
    ReadingStore(tmp_path).close()
    (tmp_path / "catalogue.sqlite").mkdir()  # anything that SQLite does not open, and that is no damage
    with pytest.raises(StoreError, match="cannot be opened"):
        Catalogue(tmp_path / "catalogue.sqlite")
    monkeypatch.setattr(System, "lock", refuse_locks)
    with pytest.raises(StoreError, match="has no locks; keep the library on a local disk"):
        Catalogue(tmp_path / "catalogue.sqlite")


_STOP = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from without_locks import WithoutLocks
from paperreader.domain.decision import SetStar
from paperreader.storage.reading.store import ReadingStore

class Stopping(WithoutLocks):
    def sync_data(self, descriptor):
        super().sync_data(descriptor)
        if stops:
            print("written", flush=True)
            signal.pause()

stops = False
store = ReadingStore(Path(sys.argv[1]), system=Stopping())
store.finish(store.decide("star", {"title:a": SetStar(True)}, {}))
stops = True
store.finish(store.decide("star", {"title:b": SetStar(True)}, {}))
"""


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has claimed the library, decided once, and stands in the middle of its second decision."""
    support = Path(__file__).parent.parent / "support"
    process = subprocess.Popen(
        [sys.executable, "-c", _STOP, str(tmp_path / "library"), str(support)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    yield process
    process.kill()
    process.communicate()


def test_a_claim_goes_to_the_next_when_its_process_was_killed(
    open_store: OpenStore, claims: Path, writing: subprocess.Popen[str]
) -> None:
    """Rule: while it lives, however long it stands still, nobody else writes; once it is killed the next one does."""
    store = open_store(system=WithoutLocks())
    assert f"process {writing.pid}" in _refused(store, C)
    writing.kill()
    writing.wait()
    _star(store, C)
    assert store.state(A).starred
    assert store.state(C).starred
    assert [path.name for path in claims.iterdir()] == [this_process().name]
    assert len(open_store().history()) == store.seq
