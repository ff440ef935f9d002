"""What the disk or a lock refuses is refused whole: nothing changes, and the next action works."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from quick import first

from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import PaperKey
from paperreader.errors import StoreBusy, StoreError, StoreReadOnly
from paperreader.files.system_calls import System
from paperreader.files.waiting import Patience
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.journal.table import JournalDB
from paperreader.storage.reading.store import ReadingStore

OpenDB = Callable[..., JournalDB]
OpenStore = Callable[..., ReadingStore]


class FailingSystem(System):
    """The real calls, one of which fails when it is armed; `written` bytes of a write still reach the file."""

    def __init__(self) -> None:
        self.failing = ""
        self.error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.written = 0

    def fail(self, call: str, number: int = errno.ENOSPC, *, written: int = 0) -> None:
        """Make the next such call fail."""
        self.failing, self.error, self.written = call, OSError(number, os.strerror(number)), written

    def _refuse(self, call: str) -> None:
        if self.failing == call:
            self.failing = ""
            raise self.error

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        """Fail for journal lines, not for the lock's note of its holder."""
        if self.failing == "write" and data.endswith(b"\n"):
            if self.written:
                count, self.written = self.written, 0
                return super().write(descriptor, data[:count], offset)
            self._refuse("write")
        return super().write(descriptor, data, offset)

    def sync_data(self, descriptor: int) -> None:
        """Fail when armed."""
        self._refuse("sync_data")
        super().sync_data(descriptor)

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        """Fail for journals that are opened to be appended to."""
        if path.suffix == ".journal" and flags & os.O_ACCMODE == os.O_WRONLY:
            self._refuse("open")
        return super().open(path, flags, mode)

    def lock(self, descriptor: int, *, wait: bool) -> bool:
        """Fail when armed, as a file system without locks does."""
        self._refuse("lock")
        return super().lock(descriptor, wait=wait)


def _contents(db: JournalDB) -> list[dict[str, Any]]:
    return [dict(document) for document in db.table("papers")]


@pytest.mark.parametrize(
    ("call", "number", "written"),
    [
        ("write", errno.ENOSPC, 0),
        ("write", errno.ENOSPC, 20),
        ("write", errno.EIO, 0),
        ("write", errno.EDQUOT, 1),
        ("sync_data", errno.EIO, 0),
        ("sync_data", errno.ENOSPC, 0),
        ("open", errno.EROFS, 0),
        ("open", errno.EACCES, 0),
        ("lock", errno.ENOLCK, 0),
    ],
)
def test_a_call_that_fails_once_refuses_one_action(
    open_db: OpenDB, tmp_path: Path, call: str, number: int, written: int
) -> None:
    """The action is refused with the reason in one line; memory and disk are as before; the next one is done."""
    system = FailingSystem()
    db, other = open_db(system=system), open_db()
    table = db.table("papers")
    table.insert({"key": "title:first"})
    journal = tmp_path / "library" / "reading-0.journal"
    before = journal.read_bytes()
    system.fail(call, number, written=written)
    with pytest.raises(StoreError) as refusal:
        table.insert({"key": "title:refused"})
    assert os.strerror(number) in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert journal.read_bytes() == before
    assert _contents(db) == [{"key": "title:first"}]
    cast(JournalStorage, other.storage).poll()
    assert _contents(other) == [{"key": "title:first"}]
    table.insert({"key": "title:next"})
    cast(JournalStorage, other.storage).poll()
    assert _contents(db) == _contents(other) == _contents(open_db()) == [{"key": "title:first"}, {"key": "title:next"}]
    for storage in (db.storage, other.storage):
        assert cast(JournalStorage, storage).notices == []


def test_an_action_on_a_disk_that_stays_full_is_refused_every_time(open_db: OpenDB, tmp_path: Path) -> None:
    """Any number of refusals leaves what was acknowledged, and nothing else."""
    system = FailingSystem()
    table = open_db(system=system).table("papers")
    for n in range(30):
        if n % 3:
            system.fail("write", written=n)
            with pytest.raises(StoreError):
                table.insert({"n": n})
        else:
            table.insert({"n": n})
    assert [document["n"] for document in open_db().table("papers")] == list(range(0, 30, 3))


def test_a_full_disk_while_folding_postpones_the_folding_only(open_db: OpenDB) -> None:
    """The action that made the journal too long is done; the user hears of the folding; it is made up for later."""
    system = FailingSystem()
    db = open_db(system=system, compact_at=300)
    table = db.table("papers")
    table.insert({"key": "title:first"})

    def refuse_snapshots(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system, "replace", refuse_snapshots)
        for n in range(5):
            table.insert({"n": n})
    storage = cast(JournalStorage, db.storage)
    assert any("journal" in notice for notice in storage.notices)
    assert len(table) == len(open_db().table("papers")) == 6
    storage.notices.clear()
    table.insert({"key": "title:last"})
    assert storage.notices == []
    assert len(open_db().table("papers")) == 7


def test_a_store_decides_again_after_a_refusal(open_store: OpenStore) -> None:
    """The reading store above shows the old state after a refused decision, and the new one after the next."""
    system = FailingSystem()
    store = open_store(system=system)
    key = PaperKey("title:ab")
    system.fail("sync_data", errno.EIO)
    with pytest.raises(StoreError):
        store.finish(store.decide("star", {key: SetStar(True)}, {}))
    assert not store.state(key).starred
    assert not store.knows(key)
    action = store.finish(store.decide("star", {key: SetStar(True)}, {}))
    assert action.seq == 1
    assert store.state(key).starred
    assert open_store().state(key).starred


# Locks of other processes

_HOLD = """
import fcntl, os, sys
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(descriptor, fcntl.LOCK_EX)
os.pwrite(descriptor, f"{os.getpid():<20}".encode(), 0)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def _lock_held(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The library's lock in another process's hands."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder / "reading.lock")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
    finally:
        holder.communicate()


@pytest.mark.parametrize("limit", first(1, [0.3, Patience().limit]))
def test_a_lock_that_is_not_given_back_refuses_in_time_and_nothing_is_written_later(
    open_store: OpenStore, tmp_path: Path, limit: float
) -> None:
    """The refusal comes in time and names the holder; reading goes on; the withdrawn action never happens."""
    store = open_store(patience=Patience(limit=limit))
    first, refused = PaperKey("title:first"), PaperKey("title:refused")
    store.finish(store.decide("star", {first: SetStar(True)}, {}))
    with _lock_held(tmp_path / "library") as holder:
        begin = time.monotonic()
        future = store.decide("star", {refused: SetStar(True)}, {})
        assert store.state(first).starred
        assert store.poll() == set()
        assert store.holder() == f"process {holder.pid}"
        with pytest.raises(StoreBusy) as refusal:
            store.finish(future)
        assert time.monotonic() - begin >= 0.9 * limit
        assert str(holder.pid) in str(refusal.value)
        assert open_store().state(first).starred, "a library is opened and read without the lock"
    second = PaperKey("title:second")
    assert store.finish(store.decide("star", {second: SetStar(True)}, {})).seq == 2
    for reader in (store, open_store()):
        assert not reader.state(refused).starred
        assert sorted(reader.keys()) == [first, second]


def test_a_lock_given_back_in_time_costs_nothing_but_the_wait(open_db: OpenDB, tmp_path: Path) -> None:
    """An action that waited for a lock is done as soon as it is free."""
    db = open_db()
    with _lock_held(tmp_path / "library") as holder:
        storage = cast(JournalStorage, db.storage)
        future = storage.submit(lambda: db.table("papers").insert({"key": "title:ab"}))
        time.sleep(0.2)
        assert not future.done()
        holder.communicate()
        assert future.result(60) == 1
    assert _contents(open_db()) == [{"key": "title:ab"}]


def test_the_lock_of_a_killed_process_is_free(open_db: OpenDB, tmp_path: Path) -> None:
    """No stale lock outlives its holder."""
    db = open_db()
    with _lock_held(tmp_path / "library") as holder:
        holder.kill()
        holder.wait()
        assert db.table("papers").insert({"key": "title:ab"}) == 1  # a lock that is not free refuses


# Folders that cannot be written

_READ_ONLY = """
import ctypes, os, sys
if os.geteuid() == 0:  # root writes everywhere, unless it gives that up
    PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-c", sys.argv[1], *sys.argv[2:]])
"""
_READ_AND_DECIDE = """
import os, sys
from pathlib import Path
from paperreader.domain.decision import SetStar
from paperreader.errors import StoreError
from paperreader.storage.reading.store import ReadingStore
folder = Path(sys.argv[1])
if os.access(folder, os.W_OK):
    print("writable")
    sys.exit()
store = ReadingStore(folder)
print("starred", *(names[0] for names in store.starred()))
try:
    store.finish(store.decide("star", {"title:new": SetStar(True)}, {}))
except StoreError as error:
    print(type(error).__name__, error)
print("new", store.state("title:new").starred)
print("said", store.read_only)
"""


@pytest.fixture
def read_only_lines(open_store: OpenStore, tmp_path: Path) -> Iterator[list[str]]:
    """What a process says that opens, reads and decides in a folder without the right to write."""
    store = open_store()
    store.finish(store.decide("star", {PaperKey("title:ab"): SetStar(True)}, {}))
    store.close()
    folder = tmp_path / "library"
    paths = [folder, *folder.iterdir()]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    result = subprocess.run(
        [sys.executable, "-c", _READ_ONLY, _READ_AND_DECIDE, str(folder)], capture_output=True, text=True, check=False
    )
    if result.stdout.startswith("writable"):
        pytest.skip("this user may write everywhere, whatever the permissions are")
    assert result.stderr == ""
    yield result.stdout.splitlines()
    for path in paths:
        path.chmod(0o700)


def test_a_read_only_folder_is_read_and_decisions_are_refused(read_only_lines: list[str]) -> None:
    """The library opens, shows what was decided, and refuses with the reason and the cure."""
    starred, refusal, new, _ = read_only_lines
    assert starred == "starred title:ab"
    assert refusal.startswith(StoreReadOnly.__name__)
    assert "--library" in refusal
    assert new == "new False"


def test_a_read_only_folder_says_so_when_it_is_opened(read_only_lines: list[str]) -> None:
    """A library that cannot be written tells so, not only at the first refused action."""
    assert read_only_lines[-1] != "said None"
